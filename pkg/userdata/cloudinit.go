package userdata

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
)

// MaxSize is the most bytes of user data that EC2 takes, before base64
// (docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html).
const MaxSize = 16384

// header is the first line by which cloud-init knows a cloud-config document
// (docs.cloud-init.io/en/latest/explanation/format.html).
const header = "#cloud-config\n"

// File is one file that is written before the command of a CloudConfig runs. Its
// owner is root.
type File struct {
	// Path is where it is written: absolute, without . and .. in it.
	Path string
	// Mode is its permissions in octal digits, such as 0640.
	Mode string
	// Content is its text.
	Content string
}

// CloudConfig is what cloud-init does at the first boot of an instance: it writes
// files, then runs one command as root.
type CloudConfig struct {
	// Files are written in this order; no two have one path.
	Files []File
	// Command is run once, as it is, without a shell.
	Command []string
}

// cloudConfig is the document. JSON is a part of YAML, and its quoting has no
// surprises.
type cloudConfig struct {
	WriteFiles []writeFile `json:"write_files"`
	RunCmd     [][]string  `json:"runcmd"`
}

type writeFile struct {
	Path        string `json:"path"`
	Owner       string `json:"owner"`
	Permissions string `json:"permissions"`
	Content     string `json:"content"`
}

// Document returns the document in clear. It fails, naming all that is wrong, for
// a path or mode that is none, a path that is given twice, an empty file and a
// missing command.
func (c CloudConfig) Document() ([]byte, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	document := cloudConfig{RunCmd: [][]string{c.Command}}
	for _, f := range c.Files {
		document.WriteFiles = append(document.WriteFiles, writeFile{Path: f.Path, Owner: "root:root", Permissions: f.Mode, Content: f.Content})
	}
	var out bytes.Buffer
	out.WriteString(header)
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("cloud-config: %w", err)
	}
	return out.Bytes(), nil
}

func (c CloudConfig) validate() error {
	var errs []error
	mode := regexp.MustCompile(`^0[0-7]{3}$`)
	seen := map[string]bool{}
	for _, f := range c.Files {
		switch {
		case !path.IsAbs(f.Path) || path.Clean(f.Path) != f.Path || printable(f.Path) != nil:
			errs = append(errs, fmt.Errorf("cloud-config: file path %q is not absolute and clean", f.Path))
		case seen[f.Path]:
			errs = append(errs, fmt.Errorf("cloud-config: file %s is given twice", f.Path))
		}
		seen[f.Path] = true
		if !mode.MatchString(f.Mode) {
			errs = append(errs, fmt.Errorf("cloud-config: file %s has mode %q, want four octal digits such as 0640", f.Path, f.Mode))
		}
		if f.Content == "" {
			errs = append(errs, fmt.Errorf("cloud-config: file %s is empty", f.Path))
		}
	}
	if len(c.Command) == 0 {
		errs = append(errs, errors.New("cloud-config: command is empty"))
	}
	return errors.Join(errs...)
}

// Encode returns the document as EC2 takes it: in base64, and compressed when it
// is longer than MaxSize, which cloud-init undoes. Equal documents give equal
// text. It fails as Document does, and when it is too long even so.
func (c CloudConfig) Encode() (string, error) {
	data, err := c.Document()
	if err != nil {
		return "", err
	}
	if len(data) > MaxSize {
		plain := len(data)
		if data, err = compress(data); err != nil {
			return "", fmt.Errorf("cloud-config: %w", err)
		}
		if len(data) > MaxSize {
			return "", fmt.Errorf("cloud-config: %d bytes, %d compressed, are too many, want at most %d: put more into the image", plain, len(data), MaxSize)
		}
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

func compress(data []byte) ([]byte, error) {
	var out bytes.Buffer
	writer, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := writer.Write(data); err != nil {
		return nil, err
	}
	if err := writer.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
