package toolchain

import (
	"context"
	"path/filepath"
)

// The servers that tests start with the configuration that real ones get, and the
// packages that they are built from.
const (
	consulServer  = "consul"
	consulPackage = "github.com/hashicorp/consul"
	vaultServer   = "vault"
	vaultPackage  = "github.com/hashicorp/vault"
)

// Consul returns the Consul agent: the one on PATH, or else the pinned one, which it
// builds once into the folder of binaries. Only tests need it. It fails when it cannot
// be built.
func (t Toolchain) Consul(ctx context.Context) (string, error) {
	return t.server(ctx, consulServer, consulPackage)
}

// FindConsul returns the Consul agent that Consul would return without building one,
// and "" when there is none.
func (t Toolchain) FindConsul() string { return t.findServer(consulServer) }

// Vault returns the Vault server: the one on PATH, or else the pinned one, which it
// builds once into the folder of binaries. Only tests need it. It fails when it cannot
// be built.
func (t Toolchain) Vault(ctx context.Context) (string, error) {
	return t.server(ctx, vaultServer, vaultPackage)
}

// FindVault returns the Vault server that Vault would return without building one, and
// "" when there is none.
func (t Toolchain) FindVault() string { return t.findServer(vaultServer) }

func (t Toolchain) findServer(name string) string {
	if path, err := lookPath(t.Environ, name); err == nil {
		return path
	}
	if path := filepath.Join(t.Layout.Bin(), executable(name)); isFile(path) {
		return path
	}
	return ""
}

func (t Toolchain) server(ctx context.Context, name, pkg string) (string, error) {
	if path := t.findServer(name); path != "" {
		return path, nil
	}
	path := filepath.Join(t.Layout.Bin(), executable(name))
	b := build{
		Toolchain: t,
		name:      name,
		what:      "the " + name + " server, which tests start with the configuration that real ones get",
		why:       "one on PATH would be used instead",
		module:    filepath.Join(t.Layout.Root(), "tools", name),
		pkg:       pkg,
		output:    path,
	}
	return path, b.run(ctx, func() bool { return isFile(path) }, func() error { return nil })
}
