package simcloud_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
)

// TestSecretsStaySecret builds everything that holds a secret and looks for the secrets where they must not be.
func TestSecretsStaySecret(t *testing.T) {
	t.Parallel()
	for _, s := range services() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var lines strings.Builder
			dir := t.TempDir()
			cloud := openCloud(t, simcloud.Options{Dir: dir, Seed: "test", Log: func(format string, a ...any) {
				mu.Lock()
				defer mu.Unlock()
				fmt.Fprintf(&lines, format+"\n", a...)
			}})
			w := serviceWorld(t, cloud, s, nil)
			secrets := secretsOf(t, w)
			data, err := os.ReadFile(filepath.Join(dir, "cloud.db"))
			if err != nil {
				t.Fatal(err)
			}
			objects, err := cloud.Objects(context.Background(), simcloud.Filter{})
			if err != nil {
				t.Fatal(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for what, text := range map[string]string{"the store": string(data), "a listing": fmt.Sprint(objects), "the log": lines.String()} {
				for _, secret := range secrets {
					if strings.Contains(text, secret) {
						t.Errorf("%s has the secret %q", what, secret)
					}
				}
			}
			if !strings.Contains(fmt.Sprint(objects), "[secret]") {
				t.Error("a listing does not say where secrets are")
			}
		})
	}
}

// secretsOf are the secrets of a world: those that programs gave and those that the service made.
func secretsOf(t *testing.T, w *world) []string {
	t.Helper()
	given := map[string][]string{"vault": {"swordfish", "open sesame"}, "datadog": nil, "okta": {"splunk token", "partner secret"}}
	secrets := []string{}
	for name, list := range given {
		if strings.Contains(w.made[0].URN, "::"+name+":") {
			secrets = append(secrets, list...)
		}
	}
	for _, m := range w.made {
		for _, output := range []string{"secretId", "wrappingToken", "key", "clientSecret"} {
			if s := m.str(output); len(s) > 8 && (output != "key" || len(s) == 32 || len(s) == 40) {
				secrets = append(secrets, s)
			}
		}
	}
	if len(secrets) < 2 {
		t.Fatalf("the world has the secrets %q, want more", secrets)
	}
	return secrets
}

// TestSecretsAreMarkedForTheEngine looks at what goes over the wire.
func TestSecretsAreMarkedForTheEngine(t *testing.T) {
	t.Parallel()
	w := serviceWorld(t, openCloud(t, optionsOf("test")), of("vault"), nil)
	ctx := context.Background()
	for name, property := range map[string]string{"secret-id": "secretId", "main": "postgresql", "oidc": "oidcClientSecret"} {
		m := w.res[name]
		read, err := w.rpc.Read(ctx, &pulumirpc.ReadRequest{Urn: m.URN, Id: m.ID})
		if err != nil {
			t.Fatal(err)
		}
		wire := read.GetProperties().AsMap()[property]
		if property == "postgresql" {
			block, _ := wire.(props)
			if user, _ := block["username"].(string); user != "vault" {
				t.Errorf("the user of a connection is %v", block["username"])
			}
			wire = block["password"]
		}
		if mark, _ := wire.(props); mark[secretKey] != secretMark {
			t.Errorf("%s.%s goes over the wire as %v", name, property, wire)
		}
	}
	preview, err := w.rpc.Create(ctx, &pulumirpc.CreateRequest{
		Urn: w.urn("datadog", "x"), Preview: true,
	})
	if err == nil {
		t.Errorf("a type that is none: %v", preview)
	}
}

// TestRefusalsRepeatNoSecret gives secrets of the wrong type, form and length.
func TestRefusalsRepeatNoSecret(t *testing.T) {
	t.Parallel()
	w := serviceWorld(t, openCloud(t, optionsOf("test")), of("vault"), nil)
	_, err := w.try(vaultEndpoint, "x", props{"path": "cells/acme/kv/data/x", "dataJson": "hunter2"})
	if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "dataJson: contains an invalid JSON") {
		t.Errorf("data that is no JSON: %v", err)
	}
}

// TestAStoreWithAnotherKeyIsUnusable loses the key of the secrets.
func TestAStoreWithAnotherKeyIsUnusable(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	w := serviceWorld(t, openCloud(t, simcloud.Options{Dir: dir}), of("datadog"), nil)
	if err := os.WriteFile(filepath.Join(dir, "cloud.key"), []byte("0123456789abcdef0123456789abcdef"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := openCloud(t, simcloud.Options{Dir: dir})
	c := dialTo(t, serve(t, other), "datadog", "dev")
	if err := c.set(of("datadog").settings); err != nil {
		t.Fatal(err)
	}
	m := w.res["agents"]
	_, err := c.rpc.Read(context.Background(), &pulumirpc.ReadRequest{Urn: m.URN, Id: m.ID})
	if err == nil || !strings.Contains(err.Error(), "a secret was sealed with another key than that of cloud.key; delete all simulated objects with `cellctl sim reset`") {
		t.Errorf("a read with another key: %v", err)
	}
	info, err := os.Stat(filepath.Join(dir, "cloud.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file has the mode %v (%v)", info.Mode(), err)
	}
}

// TestDriftOfASecret changes one behind the state's back.
func TestDriftOfASecret(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, optionsOf("test"))
	w := serviceWorld(t, cloud, of("vault"), nil)
	main := w.res["main"]
	if err := drift(t, cloud, main.URN, "postgresql.maxOpenConnections=9"); err != nil {
		t.Fatal(err)
	}
	found := w.read(main.URN, main.ID)
	block, _ := found.Out["postgresql"].(props)
	if block["password"] != "swordfish" || block["maxOpenConnections"] != float64(9) {
		t.Errorf("after a drift of another property the connection is %v", block)
	}
	if err := drift(t, cloud, main.URN, "postgresql.password=other"); err != nil {
		t.Fatal(err)
	}
	found = w.read(main.URN, main.ID)
	if d := w.diff(found, main.In); len(d.GetDiffs()) != 1 || d.GetDiffs()[0] != "postgresql" {
		t.Errorf("after a refresh the program changes %v", d.GetDiffs())
	}
}
