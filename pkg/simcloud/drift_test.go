package simcloud_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
)

// drift parses and makes changes.
func drift(t *testing.T, cloud *simcloud.Cloud, urn string, texts ...string) error {
	t.Helper()
	var changes []simcloud.Change
	for _, text := range texts {
		c, err := simcloud.ParseChange(text)
		if err != nil {
			return err
		}
		changes = append(changes, c)
	}
	_, err := cloud.Drift(context.Background(), urn, changes...)
	return err
}

// TestDriftIsSeenByReadAndPutBackByTheProgram changes the cloud behind a state's back in each kind of value.
func TestDriftIsSeenByReadAndPutBackByTheProgram(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	for _, tc := range []struct {
		typ, name, change, property, path string
	}{
		{vpcType, "vpc", "enableDnsHostnames=false", "enableDnsHostnames", "enableDnsHostnames"},
		{vpcType, "vpc", "tags.owner=ops", "tags", "tags.owner"},
		{logType, "logs", "retentionInDays=30", "retentionInDays", "retentionInDays"},
		{logType, "logs", "kmsKeyId=", "kmsKeyId", "kmsKeyId"},
		{"aws:ec2/networkAcl:NetworkAcl", "acl", "ingress[0].toPort=2048", "ingress", "ingress[1].toPort"},
		{"aws:ec2/networkAcl:NetworkAcl", "acl", "ingress[1]=null", "ingress", "ingress[1]"},
		{"aws:lb/loadBalancer:LoadBalancer", "lb", `idleTimeout=120`, "idleTimeout", "idleTimeout"},
		{roleType, "exec", `description=changed at the console`, "description", "description"},
	} {
		m := w.byURN(tc.typ, tc.name)
		if err := drift(t, cloud, m.URN, tc.change); err != nil {
			t.Errorf("%s: %v", tc.change, err)
			continue
		}
		found := w.read(m.URN, m.ID)
		d := w.diff(found, m.In)
		if d.GetChanges() != pulumirpc.DiffResponse_DIFF_SOME || !slices.Equal(d.GetDiffs(), []string{tc.property}) {
			t.Errorf("%s: after a refresh the program changes %v", tc.change, d.GetDiffs())
		}
		found.URN = m.URN
		if err := w.update(found, m.In); err != nil {
			t.Errorf("%s: putting it back: %v", tc.change, err)
		}
		if d := w.diff(w.read(m.URN, m.ID), m.In); d.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
			t.Errorf("%s: the program did not put it back: %v", tc.change, d.GetDetailedDiff())
		}
	}
}

func TestDriftIsCheckedAsAChangeOfAProgram(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	if err := cloud.PutBucketObject(context.Background(), "acme-data", "report.csv"); err != nil {
		t.Fatal(err)
	}
	vpc, logs := w.res["vpc"].URN, w.res["logs"].URN
	for want, change := range map[string][2]string{
		`retentionInDays: expected retentionInDays to be one of [0 1 3`:                                {logs, "retentionInDays=31"},
		`retentionInDays: expected int type, got string type`:                                          {logs, "retentionInDays=long"},
		`colour: Invalid or unknown key`:                                                               {logs, "colour=red"},
		`arn: Invalid or unknown key: "arn" is computed by the provider and cannot be set`:             {logs, "arn=arn:x"},
		`name cannot be changed, only replaced: remove the thing with ` + "`cellctl sim rm`":           {logs, "name=other"},
		`it has these values already`:                                                                  {logs, "retentionInDays=365"},
		`The specified KMS key does not exist`:                                                         {logs, "kmsKeyId=arn:aws:kms:us-east-1:111122223333:key/1"},
		`"cidr" is looked for in what is no object`:                                                    {vpc, "cidrBlock.cidr=1"},
		`[0] is looked for in what is no list`:                                                         {vpc, "cidrBlock[0]=1"},
		`[9] is beyond the end of a list of 2`:                                                         {w.res["acl"].URN, "ingress[9].toPort=1"},
		`want PATH=VALUE`:                                                                              {vpc, "cidrBlock"},
		`want an index such as [0]`:                                                                    {vpc, "tags[x]=1"},
		`a name is missing`:                                                                            {vpc, "tags..x=1"},
		`(did you mean urn:pulumi:dev::cell::aws:ec2/vpc:Vpc::vpc?); cellctl sim ls shows what it has`: {"urn:pulumi:dev::cell::aws:ec2/vpc:Vpc::vpd", "cidrBlock=1"},
		`the cloud itself made it and no resource describes it`:                                        {"arn:aws:s3:::acme-data/report.csv", "key=x"},
	} {
		err := drift(t, cloud, change[0], change[1])
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", change[1], err, want)
		}
	}
	if err := drift(t, cloud, "nobody", "a=1"); !errors.Is(err, simcloud.ErrNotFound) {
		t.Errorf("drift of nothing: %v", err)
	}
	if err := drift(t, cloud, w.res["vpc"].ID, "tags.by=id"); err != nil {
		t.Errorf("drift by id: %v", err)
	}
}
