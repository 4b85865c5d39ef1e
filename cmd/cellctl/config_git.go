package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// maxArchiveBytes bounds what is unpacked of a revision: several times a tree of
// ten thousand clients.
const maxArchiveBytes = 256 << 20

// checkout writes a directory as it is in a git revision into a new directory to.
// It fails when git is missing, the directory is in no repository, and when the
// revision does not exist or has no such directory. Nothing of the repository changes.
func checkout(ctx context.Context, environ []string, dir, ref, to string) error {
	g := git{environ: environ, dir: dir}
	prefix, err := g.run(ctx, "rev-parse", "--show-prefix")
	if err != nil {
		return fmt.Errorf("%s cannot be read at a revision: %w", dir, err)
	}
	// A revision that begins with a dash would be an option.
	if strings.HasPrefix(ref, "-") || strings.ContainsAny(ref, ":\x00\n") {
		return fmt.Errorf("%q is not a git revision, want a branch, tag or commit", ref)
	}
	commit, err := g.run(ctx, "rev-parse", "--verify", "--quiet", ref+"^{commit}")
	if err != nil {
		return fmt.Errorf("%q is not a git revision of %s, want a branch, tag or commit", ref, dir)
	}
	top, err := g.run(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	g.dir = trimmed(top)
	tree := trimmed(commit)
	if folder := strings.TrimSuffix(trimmed(prefix), "/"); folder != "" {
		tree += ":" + folder
	}
	archive, err := g.run(ctx, "archive", "--format=tar", tree)
	if err != nil {
		return fmt.Errorf("%s has no directory %s: %w", ref, trimmed(prefix), err)
	}
	return unpack(bytes.NewReader(archive), to)
}

func trimmed(output []byte) string { return strings.TrimRight(string(output), "\n") }

// git runs git in a directory.
type git struct {
	environ []string
	dir     string
}

func (g git) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = g.dir
	cmd.Env = append(append([]string{}, g.environ...), "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("git is not installed: it is needed to read earlier revisions")
	}
	if err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(stderr.Bytes()))
	}
	return out, nil
}

// unpack writes an archive into a new directory. Everything goes through an os.Root,
// so that no entry and no link leads out of it.
func unpack(r io.Reader, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // what was written is closed already
	left := int64(maxArchiveBytes)
	for archive := tar.NewReader(r); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the archive of the revision: %w", err)
		}
		if left -= h.Size; left < 0 {
			return fmt.Errorf("the directory at the revision is larger than %d bytes", int64(maxArchiveBytes))
		}
		if err := unpackEntry(root, h, archive); err != nil {
			return fmt.Errorf("unpacking %s: %w", h.Name, err)
		}
	}
}

func unpackEntry(root *os.Root, h *tar.Header, content io.Reader) error {
	name := filepath.FromSlash(path.Clean(h.Name))
	if dir := filepath.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	switch h.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o700)
	case tar.TypeSymlink:
		return root.Symlink(h.Linkname, name)
	case tar.TypeReg:
		data, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		return root.WriteFile(name, data, 0o600)
	}
	return nil // the archive's own notes
}
