package vault_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/vault"
)

func typical() vault.Args {
	return vault.Args{
		AccountName: "ops", AccountID: pulumitest.AccountID, Region: "us-east-1",
		Config: config.UtilityVault{
			Enabled: true, Storage: config.VaultOnRaft, TLS: config.VaultReencrypt, AuditVolumeGiB: 40, LogRetentionDays: 2192,
			AllowedCIDRs: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
			Servers:      config.UtilityServers{Count: 5, InstanceType: "m7g.large", Image: "/utility/images/vault", Version: "1.19.5", DataVolumeGiB: 50},
			Seal:         config.VaultSeal{MultiRegion: true, DeletionWindowDays: 30},
			Snapshots:    config.UtilitySnapshots{EveryHours: 1, RetentionDays: 35, ObjectLock: config.LockGovernance},
		},
		VPCID: "vpc-1", SubnetIDs: []string{"subnet-a", "subnet-b", "subnet-c"},
		ZoneID: "Z1", ZoneName: "us-east-1.ops.example.com", LogBucket: "example-logs",
		LogKeyARN: "arn:aws:kms:us-east-1:111122223333:key/logs", VolumeKeyARN: "arn:aws:kms:us-east-1:111122223333:key/volumes",
		AlertTopicARN: "arn:aws:sns:us-east-1:111122223333:alerts", PermissionsBoundary: "arn:aws:iam::111122223333:policy/platform-boundary",
		ReaderRoleARNs: []string{"arn:aws:iam::222222222222:role/service/vault-auth-reader"},
		Snapshots: vault.Snapshots{
			Bucket: "example-utility-111122223333-us-west-2-vault-snapshots", Region: "us-west-2",
			BucketARN: pulumi.String("arn:aws:s3:::example"), KeyARN: pulumi.String("arn:aws:kms:us-west-2:111122223333:key/snapshots"),
			Statements: func(needs []string) []iampolicy.Statement {
				return []iampolicy.Statement{iampolicy.Allow("AddSnapshots", "s3:PutObject").On(needs[0] + "/vault/*")}
			},
		},
		Tags: map[string]string{"environment": "ops"}, DeletionProtection: true,
	}
}

func onConsul() vault.Args {
	args := typical()
	args.Config.Storage, args.Config.TLS = config.VaultOnConsul, config.VaultPassthrough
	args.Consul = &vault.Consul{
		Address: "consul.us-east-1.ops.int.example.com:8501", SecurityGroupID: "sg-consul", Port: 8501,
		CASecretARN:  "arn:aws:secretsmanager:us-east-1:111122223333:secret:utility/consul/ca-AbCdEf",
		SecretKeyARN: "arn:aws:kms:us-east-1:111122223333:key/consul",
	}
	return args
}

func run(t *testing.T, args vault.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := vault.New(ctx, "vault", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheCluster(t *testing.T) {
	t.Parallel()
	run(t, typical()).Golden(t, "vault")
}

func TestNewBuildsTheClusterOnConsul(t *testing.T) {
	t.Parallel()
	run(t, onConsul()).Golden(t, "vault-on-consul")
}

// told returns the files that the servers are told, by path.
func told(t *testing.T, recording *pulumitest.Recording) map[string]string {
	t.Helper()
	encoded := recording.Strings("aws:ec2/launchTemplate:LaunchTemplate", "userData")[0]
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		reader, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
	}
	var document struct {
		WriteFiles []struct{ Path, Content string } `json:"write_files"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("#cloud-config\n")), &document); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range document.WriteFiles {
		files[f.Path] = f.Content
	}
	return files
}

func TestServersAreToldWhatTheStackMakes(t *testing.T) {
	t.Parallel()
	for name, args := range map[string]vault.Args{"raft": typical(), "consul": onConsul()} {
		recording := run(t, args)
		files := told(t, recording)
		bootstrap := files["/usr/local/sbin/vault-bootstrap"]
		for _, secret := range recording.Strings("aws:secretsmanager/secret:Secret", "name") {
			if !strings.Contains(bootstrap, "'"+secret+"'") {
				t.Errorf("%s: servers do not fetch the secret %s", name, secret)
			}
		}
		if group := recording.Strings("aws:autoscaling/group:Group", "name")[0]; !strings.Contains(bootstrap, "group='"+group+"'") {
			t.Errorf("%s: servers do not know their group %s", name, group)
		}
		if seal := `kms_key_id = "arn:aws:kms:us-east-1:111122223333:vault-seal"`; !strings.Contains(files["/etc/vault.d/vault.hcl"], seal) {
			t.Errorf("%s: servers do not unseal with %s", name, seal)
		}
	}
}

func TestTLSEndsWhereTheConfigurationSays(t *testing.T) {
	t.Parallel()
	for mode, want := range map[config.VaultTLS]struct {
		protocol     string
		certificates int
	}{config.VaultReencrypt: {"TLS", 1}, config.VaultPassthrough: {"TCP", 0}} {
		args := typical()
		args.Config.TLS = mode
		recording := run(t, args)
		listener, targets := recording.OfType("aws:lb/listener:Listener")[0], recording.OfType("aws:lb/targetGroup:TargetGroup")[0]
		if got := listener.Inputs["protocol"].StringValue(); got != want.protocol || targets.Inputs["protocol"].StringValue() != got {
			t.Errorf("%s: listener speaks %s, targets %s, want %s", mode, got, targets.Inputs["protocol"].StringValue(), want.protocol)
		}
		if got := len(recording.OfType("aws:acm/certificate:Certificate")); got != want.certificates {
			t.Errorf("%s: %d certificates, want %d", mode, got, want.certificates)
		}
		if got := targets.Inputs["preserveClientIp"].StringValue(); got != "false" {
			t.Errorf("%s: the client's address is preserved: %s", mode, got)
		}
	}
}

func TestTheSealKeyOutlivesTheStackWhereItIsProtected(t *testing.T) {
	t.Parallel()
	for _, protected := range []bool{true, false} {
		args := typical()
		args.DeletionProtection = protected
		keys := run(t, args).OfType("aws:kms/key:Key")
		i := slices.IndexFunc(keys, func(r pulumitest.Resource) bool { return r.Name == "vault-seal" })
		if i < 0 || keys[i].Protect != protected {
			t.Errorf("protected %v: seal key among %v is not as protected", protected, keys)
		}
	}
}

func TestServersKeepTwoRecordsOfEveryRequest(t *testing.T) {
	t.Parallel()
	disks := run(t, typical()).OfType("aws:ec2/launchTemplate:LaunchTemplate")[0].Inputs["blockDeviceMappings"].ArrayValue()
	var sizes []float64
	for _, disk := range disks {
		sizes = append(sizes, disk.ObjectValue()["ebs"].ObjectValue()["volumeSize"].NumberValue())
	}
	if want := []float64{20, 50, 40, 40}; !slices.Equal(sizes, want) {
		t.Errorf("disks of %v GiB, want %v: root, data and two for audit", sizes, want)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	_, err := vault.New(nil, "vault", vault.Args{Config: config.UtilityVault{Storage: config.VaultOnConsul}, ZoneName: strings.Repeat("a", 60)})
	want := `vault "vault": account name is empty
account id is empty
region is empty
vpc id is empty
zone id is empty
log key is empty
volume key is empty
alert topic is empty
permissions boundary is empty
snapshot bucket is empty
snapshots have no bucket, key or statements
subnets: got 0, want at least 2 in different zones
allowed blocks: got none, want at least one
name vault.` + strings.Repeat("a", 60) + ` has 66 characters, want at most 64
storage is "consul", but a Consul cluster is given: false`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	args := typical()
	args.ZoneName = "us east"
	if _, err := vault.New(nil, "vault", args); err == nil || !strings.Contains(err.Error(), `vault "vault": vault server: api address "https://vault.us east:443" is not valid`) {
		t.Errorf("error = %v, want what servers could not be told", err)
	}
}
