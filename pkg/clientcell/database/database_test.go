package database_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/database"
	"cellworks/pkg/config"
	"cellworks/pkg/provider"
	"cellworks/pkg/pulumitest"
)

const (
	instance = "aws:rds/instance:Instance"
	ingress  = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	password = "unspoken-first-password"
)

func args() database.Args {
	return database.Args{
		Client: "acme", AccountID: pulumitest.AccountID, Region: "us-east-1",
		Config: config.CellDatabase{
			Enabled: true, Engine: config.EngineRDS, Version: "16", Class: "db.m7g.large", StorageGiB: 100, MaxStorageGiB: 500, MinCapacity: 1, MaxCapacity: 8, MultiAZ: true,
			ReadReplicas: 1, BackupDays: 35, BackupRegion: "us-west-2", BackupWindow: "04:00-05:00", MaintenanceWindow: "sun:06:00-sun:07:00",
			MasterUser: config.MasterByVault, Parameters: map[string]string{"work_mem": "8192"}, FinalSnapshotGeneration: 2,
		},
		Zones: []string{"use1-az1", "use1-az2"}, VPCID: pulumi.String("vpc-1"), SubnetIDs: pulumi.ToStringArray([]string{"subnet-1", "subnet-2"}), VaultCIDRs: []netip.Prefix{netip.MustParsePrefix("10.48.32.0/20")},
		LogRetentionDays: 90, MonitoringRoleARN: "arn:aws:iam::111122223333:role/service/rds-monitoring",
		PermissionsBoundary: pulumi.String("arn:aws:iam::111122223333:policy/platform-boundary"),
		TaskRoles:           []string{"acme-api-task", "acme-worker-task"},
		DeletionProtection:  true, FinalSnapshot: true,
		Password:   func() (string, error) { return password, nil },
		KeyARN:     pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"),
		CopyKeyARN: pulumi.String("arn:aws:kms:us-west-2:111122223333:key/1"), MemberGroupID: pulumi.String("sg-members"),
	}
}

// aurora is a cluster whose password RDS keeps, behind a proxy.
func aurora() database.Args {
	a := args()
	a.Config.Engine, a.Config.Class, a.Config.BackupRegion = config.EngineAurora, config.ServerlessClass, ""
	a.Config.MasterUser, a.Config.Proxy = config.MasterByRDS, true
	a.DeletionProtection, a.FinalSnapshot = false, false
	return a
}

func record(t *testing.T, args database.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		if region := args.Config.BackupRegion; region != "" {
			west, err := provider.AWS(ctx, "aws-"+region, provider.Args{Account: config.Account{Name: "nonprod", ID: args.AccountID}, Role: "deploy/pulumi-cell", Region: region})
			if err != nil {
				return err
			}
			args.Copies = west
		}
		_, err := database.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsAnInstance(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "instance")
}

func TestNewBuildsACluster(t *testing.T) {
	t.Parallel()
	record(t, aurora()).Golden(t, "cluster")
}

// TestReadersOfAClusterMayGo holds that there can be fewer readers without taking the
// protection of the database away: the cluster and its first instance keep theirs.
func TestReadersOfAClusterMayGo(t *testing.T) {
	t.Parallel()
	a := aurora()
	a.DeletionProtection, a.FinalSnapshot = true, true
	a.Config.ReadReplicas = 2
	var protected []string
	for _, res := range record(t, a).Resources {
		if res.Protect {
			protected = append(protected, res.URN[strings.LastIndexByte(res.URN, ':')+1:])
		}
	}
	if want := []string{"acme-database", "acme-database-writer"}; !slices.Equal(slices.Sorted(slices.Values(protected)), want) {
		t.Errorf("protected are %q, want %q", protected, want)
	}
}

// TestPasswordIsASecretThatIsNeverSetAgain covers both engines: every run of the program
// makes another password.
func TestPasswordIsASecretThatIsNeverSetAgain(t *testing.T) {
	t.Parallel()
	cluster := args()
	cluster.Config.Engine, cluster.Config.Class, cluster.Config.BackupRegion = config.EngineAurora, "db.r7g.large", ""
	for property, recording := range map[string]*pulumitest.Recording{"password": record(t, args()), "masterPassword": record(t, cluster)} {
		found := 0
		for _, res := range recording.Resources {
			value, ok := res.Inputs[resource.PropertyKey(property)]
			if !ok {
				if strings.Contains(fmt.Sprint(res.Inputs), password) {
					t.Errorf("%s holds the password", res.URN)
				}
				continue
			}
			found++
			if !value.IsSecret() || value.SecretValue().Element.StringValue() != password {
				t.Errorf("%s: %s is not a secret that holds what was made", res.URN, property)
			}
			if !slices.Contains(res.IgnoreChanges, property) {
				t.Errorf("%s would set %s again", res.URN, property)
			}
		}
		if found != 1 {
			t.Errorf("%d resources have a %s, want one", found, property)
		}
	}
}

func TestRandomPasswordsAreTakenByRDS(t *testing.T) {
	t.Parallel()
	a, seen := args(), map[string]bool{}
	a.Password = nil
	for range 3 {
		for _, res := range record(t, a).OfType(instance) {
			value, ok := res.Inputs["password"]
			if !ok {
				continue
			}
			text := value.SecretValue().Element.StringValue()
			if len(text) < 20 || len(text) > 128 || strings.ContainsAny(text, `/"@ %:`) {
				t.Error("RDS or a connection string would not take a password")
			}
			seen[text] = true
		}
	}
	if len(seen) != 3 {
		t.Errorf("3 runs made %d passwords", len(seen))
	}
}

func TestOnlyTasksAndVaultConnect(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args database.Args
		want []string
	}{
		"Vault makes the logins": {args(), []string{"10.48.32.0/20", "sg-members"}},
		"behind a proxy":         {aurora(), []string{"acme-database-proxy-id", "sg-members"}},
	} {
		var sources []string
		for _, rule := range record(t, tc.args).OfType(ingress) {
			for _, key := range []resource.PropertyKey{"cidrIpv4", "referencedSecurityGroupId"} {
				if v, ok := rule.Inputs[key]; ok {
					sources = append(sources, v.StringValue())
				}
			}
			if rule.Inputs["fromPort"].NumberValue() != 5432 || rule.Inputs["toPort"].NumberValue() != 5432 {
				t.Errorf("%s: %s opens another port", name, rule.URN)
			}
		}
		slices.Sort(sources)
		if !slices.Equal(sources, tc.want) {
			t.Errorf("%s: %v connect, want %v", name, sources, tc.want)
		}
	}
}

func TestNewNamesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	wrong := database.Args{Config: config.CellDatabase{MasterUser: config.MasterByVault, Proxy: true, Engine: config.EngineAurora, BackupRegion: "us-west-2"}}
	const want = `database "acme": client is empty
account id is empty
region is empty
monitoring role is empty
0 zones, want 2 at least
key, vpc, subnets and security group of the tasks must be set
the password of the master user is held by Vault, but the addresses of its servers are not set
a proxy needs a password in Secrets Manager, which RDS keeps, and a permissions boundary for its role
copies of backups in us-west-2 need engine rds, a provider and the replica of the key there`
	if _, err := database.New(nil, "acme", wrong); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	broken := args()
	broken.Config.BackupRegion = ""
	broken.Password = func() (string, error) { return "", errors.New("no randomness") }
	if _, err := database.New(nil, "acme", broken); err == nil || err.Error() != `database "acme": first password: no randomness` {
		t.Errorf("error = %v, want that of the generator", err)
	}
}
