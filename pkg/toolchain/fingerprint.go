package toolchain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// fingerprint records a set of source files cheaply: size and time decide in the
// usual case, the content only when they differ, as after a checkout.
type fingerprint struct {
	// Dirs are package folders with their Go files, tests left out.
	Dirs map[string][]string `json:"dirs"`
	// Files are all files, by path below the root.
	Files map[string]fileMark `json:"files"`
}

type fileMark struct {
	Size    int64     `json:"size"`
	ModTime time.Time `json:"modTime"`
	Hash    string    `json:"hash"`
}

// take records the Go files of dirs, and files.
func take(root string, dirs, files []string) (fingerprint, error) {
	f := fingerprint{Dirs: map[string][]string{}, Files: map[string]fileMark{}}
	for _, dir := range dirs {
		names, err := goFiles(dir)
		if err != nil {
			return fingerprint{}, err
		}
		relative, err := filepath.Rel(root, dir)
		if err != nil {
			return fingerprint{}, err
		}
		f.Dirs[relative] = names
		for _, name := range names {
			files = append(files, filepath.Join(dir, name))
		}
	}
	for _, path := range files {
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return fingerprint{}, err
		}
		info, err := os.Stat(path)
		if err != nil {
			return fingerprint{}, err
		}
		hash, err := hashOf(path)
		if err != nil {
			return fingerprint{}, err
		}
		f.Files[relative] = fileMark{Size: info.Size(), ModTime: info.ModTime(), Hash: hash}
	}
	return f, nil
}

// goFiles lists the Go files of a folder that are not tests, sorted.
func goFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, e := range entries {
		if n := e.Name(); strings.HasSuffix(n, ".go") && !strings.HasSuffix(n, "_test.go") && !e.IsDir() {
			names = append(names, n)
		}
	}
	return names, nil
}

func hashOf(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// matches reports whether the files below root are as recorded.
func (f fingerprint) matches(root string) bool {
	for dir, names := range f.Dirs {
		now, err := goFiles(filepath.Join(root, dir))
		if err != nil || !slices.Equal(now, names) {
			return false
		}
	}
	for relative, mark := range f.Files {
		path := filepath.Join(root, relative)
		info, err := os.Stat(path)
		if err != nil || info.Size() != mark.Size {
			return false
		}
		if info.ModTime().Equal(mark.ModTime) {
			continue
		}
		if hash, err := hashOf(path); err != nil || hash != mark.Hash {
			return false
		}
	}
	return len(f.Files) > 0
}

func readFingerprint(path string) (fingerprint, error) {
	var f fingerprint
	text, err := os.ReadFile(path)
	if err != nil {
		return f, err
	}
	return f, json.Unmarshal(text, &f)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
