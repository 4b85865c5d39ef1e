package cell_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cellworks/cell"
	"cellworks/pkg/config"
	"cellworks/pkg/pulumitest"
)

// loadWith loads the configuration with one more client.
func loadWith(t *testing.T, client, file string) *config.Tree {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	if err := os.CopyFS(dir, os.DirFS("../configs")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "clients", client), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "clients", client, "cell.yaml"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	tree, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestProgramBuildsACellWithSubnetsOfItsOwn(t *testing.T) {
	t.Parallel()
	tree := loadWith(t, "linden", "account: nonprod\nregion: us-east-1\nslot: 9\nring: canary\nnetwork: {mode: ownSubnets}\n")
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "linden", References: stacks(t, tree)}, cell.Program(tree))
	want := []string{"10.16.73.0/26", "10.16.73.64/26", "10.16.73.128/26", "10.16.164.128/27", "10.16.164.160/27", "10.16.164.192/27"}
	if got := recording.Strings("aws:ec2/subnet:Subnet", "cidrBlock"); !slices.Equal(got, want) {
		t.Errorf("subnets = %v, want %v", got, want)
	}
	acls := recording.OfType("aws:ec2/networkAcl:NetworkAcl")
	if len(acls) != 2 {
		t.Fatalf("%d network ACLs, want one for each tier", len(acls))
	}
	// The app tier of operations, which reaches every VPC, and the VPC's own first.
	var peers []string
	for _, entry := range acls[0].Inputs["ingress"].ArrayValue() {
		peers = append(peers, entry.ObjectValue()["cidrBlock"].StringValue())
	}
	for _, block := range []string{"10.16.73.0/24", "10.16.164.128/25", "10.16.64.0/18", "10.48.0.0/17"} {
		if !slices.Contains(peers, block) {
			t.Errorf("the network ACL of tasks names %v, want %s among them", peers, block)
		}
	}
	for _, table := range recording.Strings("aws:ec2/routeTableAssociation:RouteTableAssociation", "routeTableId") {
		if !slices.Contains([]string{"rtb-nonprod-us-east-1-app-use1-az1", "rtb-nonprod-us-east-1-app-use1-az2", "rtb-nonprod-us-east-1-app-use1-az4",
			"rtb-nonprod-us-east-1-data-use1-az1", "rtb-nonprod-us-east-1-data-use1-az2", "rtb-nonprod-us-east-1-data-use1-az4"}, table) {
			t.Errorf("a subnet is in the route table %s", table)
		}
	}
}
