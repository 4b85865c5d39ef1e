package naming_test

import (
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfServers(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		naming.UtilitySecret("consul", "gossip"):                            "utility/consul/gossip",
		naming.UtilitySecretARN("333333333333", "us-east-1", "vault", "ca"): "arn:aws:secretsmanager:us-east-1:333333333333:secret:utility/vault/ca-??????",
		naming.ServerGroup("vault"):                                         "utility-vault",
		naming.ServerGroupARN("333333333333", "us-gov-west-1", "vault"):     "arn:aws-us-gov:autoscaling:us-gov-west-1:333333333333:autoScalingGroup:*:autoScalingGroupName/utility-vault",
		naming.ServerCluster("ops", "us-east-1", "consul"):                  "ops-us-east-1-consul",
		naming.ServerMetrics("consul"):                                      "utility/consul",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestBucketsOfApplications(t *testing.T) {
	t.Parallel()
	name, err := naming.UtilityBucket("meridian", "333333333333", "us-east-1", "vault", "snapshots")
	if want := "meridian-utility-333333333333-us-east-1-vault-snapshots"; err != nil || name != want {
		t.Errorf("UtilityBucket = %s, %v, want %s", name, err, want)
	}
	const want = `utility bucket: part 1 of name "Meridian-utility-3-us-east-1-vault-snapshots": holds 'M', want only lower-case letters, digits and dashes`
	if _, err := naming.UtilityBucket("Meridian", "3", "us-east-1", "vault", "snapshots"); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
