package simcloud_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
)

const secretValue = "aws:secretsmanager/getSecretVersion:getSecretVersion"

// TestProgramsReadSecrets that stacks made and that people left.
func TestProgramsReadSecrets(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	put := func(account, region, name, value string) error {
		return cloud.PutSecret(context.Background(), account, region, name, value)
	}
	read := func(id string, more props) (string, string) {
		result, refused := w.invoke(secretValue, with(props{"secretId": id}, more))
		text, _ := result["secretString"].(string)
		return text, refused
	}
	if text, refused := read("utility/consul/gossip", nil); text != "c2VjcmV0" || refused != "" {
		t.Errorf("a stack's secret: %q %s", text, refused)
	}
	for _, value := range []string{"first", "second"} {
		if err := put(accountA, "us-east-1", "cell/acme/sso/idp", value); err != nil {
			t.Fatal(err)
		}
		if text, refused := read("cell/acme/sso/idp", nil); text != value || refused != "" {
			t.Errorf("a person's secret: %q %s, want %s", text, refused, value)
		}
	}
	if err := put(accountA, "us-east-1", "utility/consul/gossip", "changed"); err != nil {
		t.Fatal(err)
	}
	if text, refused := read(w.res["gossip"].ID, nil); text != "changed" || refused != "" {
		t.Errorf("a stack's secret that a person changed: %q %s", text, refused)
	}
	for id, more := range map[string]props{"cell/acme/sso/none": nil, "cell/acme/sso/idp": {"versionStage": "AWSPENDING"}, "utility/consul/gossip": {"versionId": "none"}} {
		if _, refused := read(id, more); !strings.Contains(refused, "reading Secrets Manager Secret Version ("+id+"|") || !strings.Contains(refused, "couldn't find resource") {
			t.Errorf("%s %v: %s", id, more, refused)
		}
	}
	_, err := w.try(secretType, "idp", props{"name": "cell/acme/sso/idp"})
	wantRefused(t, "a program's secret of the name", err, "ResourceExistsException")
	wantRefused(t, "a region without data", put(accountA, "mars-1", "x", "y"), `no data of region "mars-1"`)
	wantRefused(t, "an account by name", put("ops", "us-east-1", "x", "y"), `account "ops" is not an id of 12 digits`)
	wantRefused(t, "no value", put(accountA, "us-east-1", "x", ""), "got a value of 0 bytes")
	doomed := w.create(secretType, "doomed", props{"name": "doomed"})
	if err := w.delete(doomed); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, "a secret that goes", put(accountA, "us-east-1", "doomed", "x"), "marked for deletion")
	if _, refused := read("doomed", nil); !strings.Contains(refused, "because it was marked for deletion") {
		t.Errorf("a secret that goes: %s", refused)
	}
}

// TestASecretThatAPersonLeftIsSealed looks at what lies on disk.
func TestASecretThatAPersonLeftIsSealed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cloud := openCloud(t, simcloud.Options{Dir: dir})
	if err := cloud.PutSecret(context.Background(), accountA, "us-east-1", "cell/acme/sso/idp", "correct-horse"); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, "cloud.db"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte("correct-horse")) || !bytes.Contains(data, []byte("cell/acme/sso/idp")) {
		t.Error("the data holds the value, or not even the secret's name")
	}
}
