package utility_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

func TestProgramBuildsConsulAndVaultOfOperations(t *testing.T) {
	t.Parallel()
	tree := load(t)
	bases := pulumitest.Bases(t, tree)
	for _, application := range []string{config.ApplicationConsul, config.ApplicationVault} {
		stack := "ops-us-east-1-" + application
		pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: stack, References: bases}, utility.Program(tree)).Golden(t, stack)
	}
}

// withUtility returns the example configuration with another utility.yaml of prod.
func withUtility(t *testing.T, text string) *config.Tree {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../configs")); err != nil {
		t.Fatal(err)
	}
	withoutClients(t, dir)
	if err := os.WriteFile(filepath.Join(dir, "accounts", "prod", "utility.yaml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return loadAlone(t, dir)
}

func TestSnapshotsGoToTheRegionThatTheConfigurationNames(t *testing.T) {
	t.Parallel()
	tree := withUtility(t, "consul: {enabled: true, snapshots: {region: us-west-2}}\n")
	recording := pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "prod-us-east-1-consul", References: pulumitest.Bases(t, tree)}, utility.Program(tree))
	buckets := recording.OfType("aws:s3/bucketV2:BucketV2")
	if len(buckets) != 1 || buckets[0].Inputs["bucket"].StringValue() != "meridian-utility-222222222222-us-west-2-consul-snapshots" || !strings.Contains(buckets[0].Provider, "::aws-us-west-2::") {
		t.Errorf("buckets %v, want one in us-west-2 by that region's provider", buckets)
	}
	for _, group := range recording.OfType("aws:autoscaling/group:Group") {
		if !strings.Contains(group.Provider, "::aws::") {
			t.Errorf("the servers are built by %s, want the stack's own provider", group.Provider)
		}
	}
}

func TestConsulTakesTasksOfTheClusterOfItsRegion(t *testing.T) {
	t.Parallel()
	image := "registry.example.com/consul@sha256:" + strings.Repeat("ab", 32)
	tree := withUtility(t, "consul: {enabled: true, tasks: {enabled: true, image: "+image+", dataplaneImage: "+image+"}}\n")
	references := pulumitest.Bases(t, tree)
	target := pulumitest.Target{Project: "utility", Stack: "prod-us-east-1-consul", References: references}
	if _, err := pulumitest.Record(target, utility.Program(tree)); err == nil || !strings.Contains(err.Error(), "bring it up first (cellctl up utility/prod-us-east-1-ecs)") {
		t.Errorf("error = %v, want that the cluster comes first", err)
	}
	maps.Copy(references, pulumitest.Clusters(t, tree))
	cluster := references["utility/prod-us-east-1-ecs"]["clusterArn"]
	services := pulumitest.Run(t, target, utility.Program(tree)).Strings("aws:ecs/service:Service", "cluster")
	if len(services) != 1 || services[0] != cluster {
		t.Errorf("controllers run on %v, want one on %v", services, cluster)
	}
}

func TestVaultStoresInTheConsulOfItsRegion(t *testing.T) {
	t.Parallel()
	tree := withUtility(t, "consul: {enabled: true}\nvault: {enabled: true, storage: consul}\n")
	references := pulumitest.Bases(t, tree)
	target := pulumitest.Target{Project: "utility", Stack: "prod-us-east-1-vault", References: references}
	if _, err := pulumitest.Record(target, utility.Program(tree)); err == nil || !strings.Contains(err.Error(), "bring it up first (cellctl up utility/prod-us-east-1-consul)") {
		t.Errorf("error = %v, want that Consul comes first", err)
	}
	references["utility/prod-us-east-1-consul"] = pulumitest.Outputs(t, contract.Consul{
		Host: "consul.us-east-1.prod.int.example.com", Port: 8501, BalancerSecurityGroupID: "sg-consul", CertificateNames: []string{},
		SecretARNs:   map[string]string{"ca": "arn:aws:secretsmanager:us-east-1:222222222222:secret:utility/consul/ca-AbCdEf"},
		SecretKeyARN: "arn:aws:kms:us-east-1:222222222222:key/consul",
	})
	recording := pulumitest.Run(t, target, utility.Program(tree))
	if secrets := recording.Strings("aws:secretsmanager/secret:Secret", "name"); !slices.Contains(secrets, "utility/vault/consul-token") {
		t.Errorf("secrets %v, want one for the token of Consul", secrets)
	}
	if peers := recording.Strings("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "referencedSecurityGroupId"); !slices.Contains(peers, "sg-consul") {
		t.Errorf("servers may reach %v, want sg-consul", peers)
	}
}
