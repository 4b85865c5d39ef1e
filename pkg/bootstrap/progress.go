package bootstrap

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Progress is what was done, by the id of the step.
type Progress struct {
	// Steps are the steps that were done.
	Steps map[string]Record `json:"steps"`
}

// Record says that a step was done.
type Record struct {
	// Fingerprint is that of the step as it was.
	Fingerprint string `json:"fingerprint"`
	// At is when, By how it is known: "up", "checks" or "a person".
	At time.Time `json:"at"`
	By string    `json:"by"`
}

// Load reads a progress file. Without one nothing was done. It fails when the file
// cannot be read or is none.
func Load(file string) (Progress, error) {
	progress := Progress{Steps: map[string]Record{}}
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return progress, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &progress)
	}
	if err != nil {
		return progress, fmt.Errorf("progress of the bootstrap in %s: %w", file, err)
	}
	if progress.Steps == nil {
		progress.Steps = map[string]Record{}
	}
	return progress, nil
}

// Save writes the progress file as a whole or not at all. It fails when it cannot be
// written.
func (p Progress) Save(file string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("progress of the bootstrap: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("progress of the bootstrap: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+"-*")
	if err != nil {
		return fmt.Errorf("progress of the bootstrap: %w", err)
	}
	_, err = temp.Write(append(text, '\n'))
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("progress of the bootstrap: %w", errors.Join(err, os.Remove(temp.Name())))
	}
	return nil
}
