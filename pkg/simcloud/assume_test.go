package simcloud_test

import (
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
)

// assuming configures a provider that acts as a role of account A.
func assuming(c *client, role string) error {
	return c.configure(accountA, "us-east-1", props{"assumeRole": asJSON(props{"roleArn": "arn:aws:iam::" + accountA + ":role/" + role})})
}

// TestAProviderActsAsRolesThatExist configures a provider before and after another stack has made its role.
func TestAProviderActsAsRolesThatExist(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	base := connect(t, s, "base", accountA, "us-east-1")
	const deployer = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":["sts:AssumeRole","sts:TagSession"]}]}`
	refused := func(role string) {
		t.Helper()
		err := assuming(dial(t, s, "cell"), role)
		arn := "arn:aws:iam::" + accountA + ":role/" + role
		for _, want := range []string{
			"unable to validate AWS credentials.", "IAM Role (" + arn + ") cannot be assumed.",
			"api error AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: " + arn,
			"bring up the stack that makes it first",
		} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("a provider that assumes %s: %v, want %s", role, err, want)
			}
		}
	}
	refused("deploy/pulumi-cell")
	role := base.create(roleType, "deploy", props{"name": "pulumi-cell", "path": "/deploy/", "assumeRolePolicy": deployer})
	if err := assuming(dial(t, s, "cell"), "deploy/pulumi-cell"); err != nil {
		t.Errorf("a provider whose role exists: %v", err)
	}
	refused("pulumi-cell") // the path is part of the name
	refused("deploy/pulumi-base")
	base.create(roleType, "service", props{"name": "tasks", "assumeRolePolicy": trustPolicy})
	refused("tasks") // only a service may assume it
	if err := base.delete(role); err != nil {
		t.Fatal(err)
	}
	refused("deploy/pulumi-cell")
}

// TestARoleIsTheAccountsOwn configures a provider for an account whose neighbour has the role.
func TestARoleIsTheAccountsOwn(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	connect(t, s, "base", accountB, "us-east-1").create(roleType, "deploy", props{
		"name": "pulumi-cell", "assumeRolePolicy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:*"}]}`,
	})
	if err := assuming(dial(t, s, "cell"), "pulumi-cell"); err == nil {
		t.Error("a provider assumed a role that another account has")
	}
}
