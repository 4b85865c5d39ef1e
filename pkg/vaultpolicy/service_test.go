package vaultpolicy_test

import (
	"strings"
	"testing"

	"cellworks/pkg/vaultpolicy"
)

func TestServicesReachWhatTheirClientHas(t *testing.T) {
	t.Parallel()
	all := vaultpolicy.CellAccess{KV: true, Transit: true, DatabaseRoles: []string{"app", "report"}}
	text, err := vaultpolicy.CellService("acme", "api", all).HCL()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"path \"cells/acme/kv/data/api/*\" {\n  capabilities = [\"read\"]\n}", "path \"cells/acme/kv/data/shared/*\"", "path \"cells/acme/transit/decrypt/cell\" {\n  capabilities = [\"update\"]\n}",
		"path \"cells/acme/database/creds/report\" {\n  capabilities = [\"read\"]\n}",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("policy lacks %s:\n%s", want, text)
		}
	}
	for _, never := range []string{"cells/acme/kv/data/*", "config", "rotate-root", "cells/+", "cells/*", `"create"`, `"delete"`, `"sudo"`} {
		if strings.Contains(text, never) {
			t.Errorf("policy holds %s:\n%s", never, text)
		}
	}
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "path ") && !strings.HasPrefix(line, `path "cells/acme/`) && !strings.HasPrefix(line, `path "auth/token/lookup-self"`) {
			t.Errorf("policy leaves the client: %s", line)
		}
	}
}

func TestServicesOfAClientWithoutAnythingReachNothing(t *testing.T) {
	t.Parallel()
	text, err := vaultpolicy.CellService("acme", "api", vaultpolicy.CellAccess{}).HCL()
	if err != nil || strings.Contains(text, "cells/") {
		t.Errorf("policy %q, error %v, want one without paths of the client", text, err)
	}
}
