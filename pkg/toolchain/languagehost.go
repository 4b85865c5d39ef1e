package toolchain

import (
	"context"
	"path/filepath"
)

// languageHost is the program with which a plain pulumi command runs Go
// programs, and the package that it is built from.
const (
	languageHost        = "pulumi-language-go"
	languageHostPackage = "github.com/pulumi/pulumi/sdk/v3/go/pulumi-language-go"
)

// LanguageHost makes sure that a plain pulumi command finds the Go language host:
// the one on PATH, which comes with every installation of Pulumi, or else one that
// it builds, once, into the folder of binaries. Commands of this project need none.
// It fails when it cannot be built.
func (t Toolchain) LanguageHost(ctx context.Context) (string, error) {
	if path, err := lookPath(t.Environ, languageHost); err == nil {
		return path, nil
	}
	path := filepath.Join(t.Layout.Bin(), executable(languageHost))
	built := func() bool { return isFile(path) }
	if built() {
		return path, nil
	}
	b := build{
		Toolchain: t,
		name:      languageHost,
		what:      "the Go language host, with which plain pulumi commands run Go programs",
		why:       "an installation of Pulumi on PATH would bring one",
		module:    filepath.Join(t.Layout.Root(), "tools", "languagehost"),
		pkg:       languageHostPackage,
		output:    path,
	}
	return path, b.run(ctx, built, func() error { return nil })
}
