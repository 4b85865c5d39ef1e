package ecscluster_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/ecscluster"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

const capacity = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"

func args() ecscluster.Args {
	return ecscluster.Args{
		Name:      "cells",
		AccountID: pulumitest.AccountID,
		Region:    "us-east-1",
		Config: config.UtilityECS{
			ContainerInsights: config.InsightsEnhanced,
			LogRetentionDays:  365,
		},
		VPCID:              "vpc-1",
		Namespace:          "us-east-1.nonprod.svc.example.com",
		LogKeyARN:          "arn:aws:kms:us-east-1:111122223333:key/logs",
		DeletionProtection: true,
	}
}

func record(t *testing.T, args ecscluster.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := ecscluster.New(ctx, "ecs", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheCluster(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "ecscluster")
}

func TestWithoutInstancesNothingOfThemExists(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	for _, res := range recording.Resources {
		for _, module := range []string{":ec2/", ":iam/", ":autoscaling/", "capacityProvider:"} {
			if strings.Contains(res.Type, module) {
				t.Errorf("%s is built for a cluster without instances", res.URN)
			}
		}
	}
	if got := providers(recording); !slices.Equal(got, []string{"FARGATE", "FARGATE_SPOT"}) {
		t.Errorf("capacity providers = %v, want those of Fargate", got)
	}
}

func providers(recording *pulumitest.Recording) []string {
	var names []string
	for _, value := range recording.OfType(capacity)[0].Inputs["capacityProviders"].ArrayValue() {
		names = append(names, value.StringValue())
	}
	return names
}

// statement is a part of a key's policy.
type statement struct {
	Sid       string
	Principal map[string][]string
	Action    []string
	Condition map[string]map[string][]string
}

// keyPolicies returns the policies of the keys by alias.
func keyPolicies(t *testing.T, recording *pulumitest.Recording) map[string][]statement {
	t.Helper()
	policies := map[string][]statement{}
	for i, text := range recording.Strings("aws:kms/key:Key", "policy") {
		var document struct{ Statement []statement }
		if err := json.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		policies[recording.Strings("aws:kms/alias:Alias", "name")[i]] = document.Statement
	}
	return policies
}

func TestNobodyMayDoEverythingWithAKey(t *testing.T) {
	t.Parallel()
	policies := keyPolicies(t, record(t, args()))
	if len(policies) != 2 {
		t.Fatalf("%d keys, want one for sessions and one for storage", len(policies))
	}
	for alias, statements := range policies {
		for _, s := range statements {
			if slices.Contains(s.Action, "kms:*") || s.Sid != "Administer" && len(s.Condition) == 0 {
				t.Errorf("%s: statement %s allows %v without a condition", alias, s.Sid, s.Action)
			}
		}
	}
}

func TestFargateUsesItsKeyForThisClusterOnly(t *testing.T) {
	t.Parallel()
	for _, s := range keyPolicies(t, record(t, args()))[naming.UtilityKeyAlias("ecs", "storage")] {
		if s.Sid == "Administer" {
			continue
		}
		equals := s.Condition["StringEquals"]
		if !slices.Equal(s.Principal["Service"], []string{"fargate.amazonaws.com"}) ||
			!slices.Equal(equals["kms:EncryptionContext:aws:ecs:clusterName"], []string{"cells"}) ||
			!slices.Equal(equals["kms:EncryptionContext:aws:ecs:clusterAccount"], []string{pulumitest.AccountID}) {
			t.Errorf("statement %s is not for Fargate and this cluster alone: %+v", s.Sid, s)
		}
		if grants := s.Condition["ForAllValues:StringEquals"]["kms:GrantOperations"]; slices.Contains(s.Action, "kms:CreateGrant") && !slices.Equal(grants, []string{"Decrypt"}) {
			t.Errorf("statement %s grants %v, want Decrypt alone", s.Sid, grants)
		}
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const name = ` is not valid, want 1 to 200 letters, digits, dashes and underscores that do not begin with aws, ecs or fargate`
	bad := func(change func(*ecscluster.Args)) ecscluster.Args {
		a := nodes()
		change(&a)
		return a
	}
	for want, args := range map[string]ecscluster.Args{
		`ecs cluster "ecs": name ""` + name + `
account id is empty
region is empty
container insights is empty
vpc id is empty
namespace is empty
log key is empty
log retention: 0 days is out of range, want 1 or more`: {},
		`ecs cluster "ecs": volume key is empty
permissions boundary is empty
instance type is empty
subnets: got 1, want at least 2 in different zones
instances: 3 to 2 is no range, want 0 or more to 1 or more
target capacity: 101 % is out of range, want 1 to 100`: bad(func(a *ecscluster.Args) {
			a.VolumeKeyARN, a.PermissionsBoundary, a.SubnetIDs = "", "", []string{"subnet-1"}
			a.Config.EC2 = config.UtilityEC2{Enabled: true, MinSize: 3, MaxSize: 2, TargetCapacity: 101}
		}),
		`ecs cluster "ecs": name "ECS-cells"` + name:                        bad(func(a *ecscluster.Args) { a.Name = "ECS-cells" }),
		`ecs cluster "ecs": name "cells\nCONFIG\nreboot #"` + name:          bad(func(a *ecscluster.Args) { a.Name = "cells\nCONFIG\nreboot #" }),
		`ecs cluster "ecs": name "` + strings.Repeat("a", 201) + `"` + name: bad(func(a *ecscluster.Args) { a.Name = strings.Repeat("a", 201) }),
	} {
		if _, err := ecscluster.New(nil, "ecs", args); err == nil || err.Error() != want {
			t.Errorf("error = %v\nwant    %s", err, want)
		}
	}
}
