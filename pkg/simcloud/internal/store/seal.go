package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// keyFile holds the key that secrets are sealed with. It lies beside the data, readable by its owner alone, so a copy
// of the data file, a search through it or a listing shows no secret. A reset leaves it: it protects nothing then.
const (
	keyFile   = "cloud.key"
	keySize   = 32 // AES-256
	sealedKey = "$sealed"
)

// Seal encrypts a value; the result can be written as JSON and tells nothing of the value but its length.
func (s *Store) Seal(v any) (any, error) {
	if isSealed(v) {
		return v, nil
	}
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("seal a secret: %w", err)
	}
	box, err := s.box()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, box.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, fmt.Errorf("seal a secret: %w", err)
	}
	text := base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, plain, nil))
	return map[string]any{sealedKey: text}, nil
}

// Unseal returns what Seal was given. A value that is not sealed is returned as it is. One that was sealed with another
// key makes the store unusable.
func (s *Store) Unseal(v any) (any, error) {
	if !isSealed(v) {
		return v, nil
	}
	text, _ := v.(map[string]any)[sealedKey].(string)
	box, err := s.box()
	if err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(data) < box.NonceSize() {
		err = errors.New("too short")
	}
	if err != nil {
		return nil, s.unusable(fmt.Errorf("a secret is damaged: %w", err))
	}
	plain, err := box.Open(nil, data[:box.NonceSize()], data[box.NonceSize():], nil)
	if err != nil {
		return nil, s.unusable(fmt.Errorf("a secret was sealed with another key than that of %s", keyFile))
	}
	var value any
	if err := json.Unmarshal(plain, &value); err != nil {
		return nil, s.unusable(fmt.Errorf("a secret is damaged: %w", err))
	}
	return value, nil
}

func isSealed(v any) bool {
	m, ok := v.(map[string]any)
	_, sealed := m[sealedKey]
	return ok && sealed && len(m) == 1
}

// box is the cipher of the store's key, which is made when there is none. Only a transaction seals, and it holds the
// store's lock, so two processes do not make two keys.
func (s *Store) box() (cipher.AEAD, error) {
	if s.cipher != nil {
		return s.cipher, nil
	}
	path := filepath.Join(s.dir, keyFile)
	key, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		key = make([]byte, keySize)
		if _, err = rand.Read(key); err == nil {
			err = os.WriteFile(path, key, 0o600)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the key of the simulated cloud's secrets: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, s.unusable(fmt.Errorf("%s: %w", keyFile, err))
	}
	if s.cipher, err = cipher.NewGCM(block); err != nil {
		return nil, fmt.Errorf("the key of the simulated cloud's secrets: %w", err)
	}
	return s.cipher, nil
}
