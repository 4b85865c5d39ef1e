package cell_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/cell"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/randomcell"
)

// outputsType is the type of the resource that stands for what a stack publishes.
const outputsType = "outputs"

// edit is one replacement in a file of the configuration.
type edit struct{ file, old, new string }

// edited returns the configuration with some edits; each must fit exactly one place,
// so that none is lost silently when the configuration changes.
func edited(t *testing.T, edits ...edit) *config.Tree {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../configs")); err != nil {
		t.Fatal(err)
	}
	for _, e := range edits {
		path := filepath.Join(dir, e.file)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), e.old); n != 1 {
			t.Fatalf("%s has %q %d times, want once", e.file, e.old, n)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(text), e.old, e.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// record returns what the cell of a client registers, and as one resource more, of
// outputsType, what its stack publishes.
func record(t *testing.T, tree *config.Tree, below pulumitest.Stacks, client string) *pulumitest.Recording {
	t.Helper()
	published, mu := resource.PropertyMap{}, sync.Mutex{}
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: client, References: below}, func(ctx *pulumi.Context) error {
		if err := cell.Program(tree)(ctx); err != nil {
			return err
		}
		for key, output := range ctx.GetCurrentExportMap() {
			// Exported anew, so that the program waits until the value is there.
			ctx.Export(key, pulumi.ToOutput(output).ApplyT(func(value any) any {
				mu.Lock()
				defer mu.Unlock()
				published[resource.PropertyKey(key)] = resource.NewPropertyValue(value)
				return value
			}))
		}
		return nil
	})
	if len(published) == 0 {
		t.Fatalf("cell of %s publishes nothing", client)
	}
	recording.Resources = append(recording.Resources, pulumitest.Resource{URN: "outputs of " + client, Type: outputsType, Inputs: published})
	return recording
}

// recordAll returns the recordings of all clients of a tree.
func recordAll(t *testing.T, tree *config.Tree) map[string]*pulumitest.Recording {
	t.Helper()
	below, all := stacks(t, tree), map[string]*pulumitest.Recording{}
	for _, client := range tree.Clients() {
		all[client] = record(t, tree, below, client)
	}
	return all
}

// consulImages are those by which tasks register.
const consulImages = "registry.meridianhealth.example/consul@sha256:3c8f1a6e90b7d2455f0e9c7a1b64d83e2f95a0c7b1d8e6430f2a9c5b7e1d4806"

// certificate is one, with a key that nobody has kept.
const certificate = "MIIBSjCB/aADAgECAhQyiitPtTq2QM/MtL9zrpN5MF9ozTAFBgMrZXAwGjEYMBYGA1UEAwwPaWRwLmV4YW1wbGUub3JnMCAXDTI2MTEzMDIxMDgyOVoYDzIxMjYxMTA2MjEwODI5WjAaMRgwFgYDVQQDDA9pZHAuZXhhbXBsZS5vcmcwKjAFBgMrZXADIQBoRNRfcY1ZTy61E6EHni9/YDmdcq7BxoV9W30yOWOwgKNTMFEwHQYDVR0OBBYEFOouoZ5X3mlkGfaJCrgO8TFfjsYlMB8GA1UdIwQYMBaAFOouoZ5X3mlkGfaJCrgO8TFfjsYlMA8GA1UdEwEB/wQFMAMBAf8wBQYDK2VwA0EAWN5fndC5SOGNcwGYYIPXNCO/a3Kioz4rCd+ns7GhaKL7p+Tt0wqIL1KvK5JhaqO/BigR8ukw8+ku17n+ABWbBw=="

// whole is the configuration with everything switched on that no client of it has: at fir
// on RDS, with copies in the other region, found by Consul, with a peer, and with people
// who sign in by their own provider to a name of the client's own; at dogwood on Aurora,
// with the passwords of RDS; at birch with sessions in tasks; and at elm with a server for
// its own senders; with more edits.
func whole(t *testing.T, more ...edit) *config.Tree {
	t.Helper()
	return edited(t, append(more,
		edit{"accounts/prod/utility.yaml", "\ndatadog:\n", "\necs: {loadBalancers: {internal: {signIn: true}}}\nconsul: {enabled: true, tasks: {enabled: true, image: \"" + consulImages + "\", dataplaneImage: \"" + consulImages + "\"}}\ndatadog:\n"},
		edit{"clients/fir/cell.yaml", "network:\n", "network:\n  allowFromPeers: [{name: operations, cidr: 10.48.64.0/20, port: 8080}]\n"},
		edit{"clients/fir/cell.yaml", "storage:\n  buckets:\n    - name: exports\n", `
kms: {multiRegion: true}
iam: {extraPolicies: ["arn:aws:iam::222222222222:policy/cell/fir/extra/reports"]}
ingress: {auth: oidc, vanityNames: [{name: portal, host: portal.us-east-1.prod.meridianhealth.example, service: api}]}
sso: {inbound: {type: saml, state: active, issuer: "urn:idp", ssoURL: "https://idp.example.org/saml", certificate: ` + certificate + `, mailDomains: [example.org]}}
files: {enabled: true, accessPoints: [{name: reports}]}
cache: {enabled: true}
database: {readReplicas: 1, backupRegion: us-west-2}
backup: {copyRegion: us-west-2}
schedules: {enabled: true, items: [{name: nightly, schedule: "cron(0 3 * * ? *)", service: worker, command: [reports]}]}
services: {items: [{name: api, discovery: consul}]}
storage:
  buckets:
    - name: exports
      replicateTo: us-west-2
`},
		edit{"clients/dogwood/cell.yaml", "kms:\n  rotationDays: 180\n", `
kms: {rotationDays: 180}
database: {engine: aurora, class: db.r7g.large, masterUser: rds, proxy: true, readReplicas: 1}
vault: {databaseRoles: [{name: app, remove: true}]}
`},
		edit{"clients/birch/cell.yaml", "    - name: api\n", "    - name: api\n      exec: true\n"},
		edit{"clients/elm/cell.yaml", "sftp:\n  enabled: true\n", "sftp:\n  enabled: true\n  mode: dedicated\n  allowedCIDRs: [203.0.113.0/24]\n"})...)
}

// withRandom is the configuration with enough random clients that each key is set in some.
func withRandom(t *testing.T) *config.Tree {
	t.Helper()
	dir, _ := randomcell.Add(t, "../configs", 64)
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// plainValue is a value without the mark of a secret.
func plainValue(v resource.PropertyValue) resource.PropertyValue {
	for v.IsSecret() {
		v = v.SecretValue().Element
	}
	return v
}

// text returns a string input; "" where there is none.
func text(res pulumitest.Resource, property string) string {
	if v := plainValue(res.Inputs[resource.PropertyKey(property)]); v.IsString() {
		return v.StringValue()
	}
	return ""
}
