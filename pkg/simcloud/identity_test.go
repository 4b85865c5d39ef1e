package simcloud_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
)

// TestWhatTheNewThingsUseCannotBeDeleted deletes what endpoints, logs and services use.
func TestWhatTheNewThingsUseCannotBeDeleted(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	far := w.res["far"]
	group := w.create("aws:ec2/securityGroup:SecurityGroup", "endpoint", props{"vpcId": far.ID})
	subnet := w.create("aws:ec2/subnet:Subnet", "endpoint", props{"vpcId": far.ID, "cidrBlock": "10.32.0.0/24"})
	endpoint := w.create(endpointType, "ssm", props{
		"vpcId": far.ID, "serviceName": "com.amazonaws.us-east-1.ssm", "vpcEndpointType": "Interface", "subnetIds": []any{subnet.ID}, "securityGroupIds": []any{group.ID},
	})
	for _, m := range []*made{group, subnet, far} {
		wantRefused(t, m.URN, w.delete(m), "DependencyViolation")
	}
	wantRefused(t, "query log", w.delete(w.res["queries"]), "InvalidRequestException: Please disassociate all the VPCs")
	if err := w.update(endpoint, with(endpoint.In, props{"subnetIds": []any{}, "securityGroupIds": nil})); err != nil {
		t.Fatal(err)
	}
	if err := w.delete(subnet); err != nil {
		t.Errorf("delete of a subnet that the endpoint left: %v", err)
	}
	wantRefused(t, "a group that the program no longer says", w.delete(group), "DependencyViolation") // EC2 keeps it
	if err := w.delete(w.res["dhcp"]); err != nil {
		t.Errorf("delete of DHCP options in use: %v", err)
	}
	if got := w.read(far.URN, far.ID); got.str("dhcpOptionsId") != "default" {
		t.Errorf("the VPC whose DHCP options were deleted has %q", got.str("dhcpOptionsId"))
	}
	if err := w.delete(w.res["analyzer"]); err != nil {
		t.Fatal(err)
	}
	if got := w.read(w.res["archive"].URN, w.res["archive"].ID); got.ID != "" {
		t.Error("an archive rule outlived its analyzer")
	}
}

// TestSettingsAreOneAndTheSame makes a setting twice and deletes it once.
func TestSettingsAreOneAndTheSame(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	one, two := connect(t, s, "one", accountA, "us-east-1"), connect(t, s, "two", accountA, "us-east-1")
	elsewhere := connect(t, s, "elsewhere", accountA, "us-west-2")
	const typ = "aws:ebs/encryptionByDefault:EncryptionByDefault"
	first := one.create(typ, "x", props{"enabled": true})
	second := two.create(typ, "y", props{"enabled": false})
	if got := one.read(first.URN, first.ID); got.ID != second.ID || got.Out["enabled"] != false {
		t.Errorf("the first stack sees %v of %s, want what the second wrote", got.Out, got.ID)
	}
	if got := elsewhere.read(first.URN, first.ID); got.ID != "" {
		t.Error("the setting is seen in another region")
	}
	if err := two.delete(second); err != nil {
		t.Fatal(err)
	}
	if got := one.read(first.URN, first.ID); got.ID != "" {
		t.Error("the setting that the second stack deleted is still there")
	}
	policy := one.create(passwordType, "p", props{"minimumPasswordLength": 14})
	if got := elsewhere.read(policy.URN, policy.ID); got.ID == "" || got.Out["expirePasswords"] != false {
		t.Errorf("the password policy is not the account's: %v", got.Out)
	}
	if err := one.update(policy, props{"minimumPasswordLength": 14, "maxPasswordAge": 90}); err != nil || policy.Out["expirePasswords"] != true {
		t.Errorf("passwords of 90 days do not expire: %v (%v)", policy.Out, err)
	}
}

// TestAReplacedDefaultKeyIsLost is what the provider does: it makes the new one, and deleting the old one resets EBS.
func TestAReplacedDefaultKeyIsLost(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	old, key := w.res["default-key"], w.create("aws:kms/key:Key", "next", props{})
	next := w.create(defaultKeyType, "default-key", props{"keyArn": key.str("arn")})
	if err := w.delete(old); err != nil {
		t.Fatal(err)
	}
	if got := w.read(next.URN, next.ID); got.ID != "" {
		t.Error("EBS still has the new key after the old resource was deleted")
	}
}

// TestAccountAliases: an account has one, a name is one account's.
func TestAccountAliases(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	a, b := connect(t, s, "a", accountA, "us-east-1"), connect(t, s, "b", accountB, "us-east-1")
	first := a.create(aliasType, "alias", props{"accountAlias": "meridian"})
	_, err := b.try(aliasType, "alias", props{"accountAlias": "meridian"})
	wantRefused(t, "another account's alias", err, "EntityAlreadyExists: The account alias meridian already exists.")
	second := a.create(aliasType, "alias", props{"accountAlias": "meridian-dev"})
	if got := a.read(first.URN, first.ID); got.ID != "" {
		t.Error("an account has two aliases")
	}
	if err := a.delete(first); err != nil {
		t.Fatal(err)
	}
	if got := a.read(second.URN, second.ID); got.ID == "" {
		t.Error("deleting the alias that was replaced took the new one")
	}
	b.create(aliasType, "alias", props{"accountAlias": "meridian"})
}

// TestServiceLinkedRolesAreRoles names one in a policy and uses it.
func TestServiceLinkedRolesAreRoles(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	linked := w.create(linkedRoleType, "rds", props{"awsServiceName": "rds.amazonaws.com"})
	const arn = "arn:aws:iam::" + accountA + ":role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"
	if linked.ID != arn || linked.str("arn") != arn || linked.str("name") != "AWSServiceRoleForRDS" || linked.str("path") != "/aws-service-role/rds.amazonaws.com/" {
		t.Errorf("linked role %s: %v", linked.ID, linked.Out)
	}
	trusting := func(name string) error {
		_, err := w.try(roleType, name, props{"assumeRolePolicy": document(fmt.Sprintf(`{"Effect":"Allow","Principal":{"AWS":%q},"Action":"sts:AssumeRole"}`, arn))})
		return err
	}
	if err := trusting("before"); err != nil {
		t.Errorf("a policy that names the linked role: %v", err)
	}
	if err := w.update(linked, props{"awsServiceName": "rds.amazonaws.com", "description": "database"}); err != nil {
		t.Error(err)
	}
	if err := w.delete(linked); err != nil {
		t.Fatal(err)
	}
	wantRefused(t, "a policy that names a linked role that is gone", trusting("after"), "Invalid principal in policy")
	w.create(linkedRoleType, "rds", props{"awsServiceName": "rds.amazonaws.com"})
}

// TestDriftOfSettings changes settings behind the state's back.
func TestDriftOfSettings(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	w := buildWorld(connect(t, serve(t, cloud), "dev", accountA, "us-east-1"), nil)
	for name, change := range map[string]string{
		"images": "state=unblocked", "metadata": "httpTokens=optional", "console": "enabled=true", "encryption": "enabled=false",
		"snapshots": "state=unblocked", "passwords": "minimumPasswordLength=8", "tokens": "globalEndpointTokenVersion=v1Token",
		"account-block": "blockPublicPolicy=false", "sts": "privateDnsEnabled=false", "ci": `clientIdLists[0]=other`,
	} {
		m := w.res[name]
		if err := drift(t, cloud, m.URN, change); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		found := w.read(m.URN, m.ID)
		found.URN = m.URN
		if d := w.diff(found, m.In); len(d.GetDiffs()) != 1 || !strings.HasPrefix(change, d.GetDiffs()[0]) {
			t.Errorf("%s: after a refresh the program changes %v", change, d.GetDiffs())
		}
		if err := w.update(found, m.In); err != nil {
			t.Errorf("%s: putting it back: %v", change, err)
		}
	}
	err := drift(t, cloud, w.res["default-key"].URN, "keyArn=arn:aws:kms:us-east-1:"+accountA+":key/2")
	wantRefused(t, "drift of the default key", err, "keyArn cannot be changed, only replaced")
	if objects, err := cloud.Objects(context.Background(), simcloud.Filter{Type: passwordType}); err != nil || len(objects) != 1 {
		t.Errorf("the account has %d password policies (%v)", len(objects), err)
	}
}

// TestTheAccountsBlockRefusesPublicPolicies writes a public policy into a bucket without a block of its own.
func TestTheAccountsBlockRefusesPublicPolicies(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	w.create("aws:s3/bucketV2:BucketV2", "open", props{"bucket": "open-data"})
	in := props{"bucket": "open-data", "policy": document(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::open-data/*"}`)}
	_, err := w.try("aws:s3/bucketPolicy:BucketPolicy", "open", in)
	wantRefused(t, "a public policy", err, "because public policies are blocked by the BlockPublicPolicy block public access setting")
	if err := w.delete(w.res["account-block"]); err != nil {
		t.Fatal(err)
	}
	w.create("aws:s3/bucketPolicy:BucketPolicy", "open", in)
}

// TestAnOIDCAddressLosesItsScheme: conditions are built from the output, which has none.
func TestAnOIDCAddressLosesItsScheme(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	ci := w.res["ci"]
	if ci.str("url") != "token.actions.example.com" || ci.ID != "arn:aws:iam::"+accountA+":oidc-provider/token.actions.example.com" {
		t.Errorf("url %s of %s", ci.str("url"), ci.ID)
	}
	if prints, _ := ci.Out["thumbprintLists"].([]any); len(prints) != 1 || len(prints[0].(string)) != 40 {
		t.Errorf("thumbprints %v, want one of 40 digits", ci.Out["thumbprintLists"])
	}
	if got := w.res["flow-group"].str("logDestination"); strings.HasSuffix(got, ":*") {
		t.Errorf("a flow log's destination is %s, want it without :*", got)
	}
}
