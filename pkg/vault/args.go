package vault

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/servergroup"
	"cellworks/pkg/userdata"
)

// Args says what cluster to build.
type Args struct {
	// AccountName, AccountID and Region are where it is.
	AccountName, AccountID, Region string
	// Config is what is configured of it.
	Config config.UtilityVault
	// VPCID is the VPC that it is in, SubnetIDs are those of servers and load balancer,
	// in the app tier: one a zone.
	VPCID     string
	SubnetIDs []string
	// ZoneID and ZoneName are the public zone that it is named in: ACM proves names in
	// public zones only. The name leads to private addresses.
	ZoneID, ZoneName string
	// LogKeyARN and VolumeKeyARN are the keys of the log group and of volumes.
	LogKeyARN, VolumeKeyARN string
	// LogBucket takes the access logs of the load balancer. Empty: none are kept; Vault
	// has its own record of every request.
	LogBucket string
	// AlertTopicARN is the topic that hears of full disks.
	AlertTopicARN string
	// PermissionsBoundary is the boundary of the servers' role.
	PermissionsBoundary string
	// ReaderRoleARNs are the roles, one an account, by which Vault looks up who logs in.
	ReaderRoleARNs []string
	// Snapshots is where snapshots go.
	Snapshots Snapshots
	// Consul keeps what is stored. Only when Config.Storage says so.
	Consul *Consul
	// Tags are those of the servers and what they are made of.
	Tags map[string]string
	// DeletionProtection makes AWS and Pulumi refuse to delete what is stateful. The
	// seal key then stays in the account even when the stack is destroyed.
	DeletionProtection bool
}

// Snapshots is where snapshots go: a bucket that is there before the servers.
type Snapshots struct {
	// Bucket is its name and Region where it is.
	Bucket, Region string
	// BucketARN and KeyARN are what Statements let the servers write to.
	BucketARN, KeyARN pulumi.StringInput
	// Statements are those of the servers' role, out of BucketARN and KeyARN.
	Statements func(needs []string) []iampolicy.Statement
}

// Consul is the Consul cluster that keeps what Vault stores.
type Consul struct {
	// Address is the host and port of its API.
	Address string
	// SecurityGroupID is the group of what answers there, and Port its port.
	SecurityGroupID string
	Port            int
	// CASecretARN is the secret with its authority, SecretKeyARN the key of the secret.
	CASecretARN, SecretKeyARN string
}

// plan returns what makes the user data of the servers once the seal key is known,
// or everything that is wrong with args.
func (a Args) plan() (func(sealKeyARN string) (string, error), error) {
	if err := errors.Join(a.checkFields()...); err != nil {
		return nil, err
	}
	encode := func(sealKeyARN string) (string, error) {
		document, err := a.server(sealKeyARN).CloudConfig()
		if err != nil {
			return "", err
		}
		return document.Encode()
	}
	// What is wrong with any key is wrong with the one that is made later.
	_, err := encode(naming.ARN(a.Region, "kms", a.Region, a.AccountID, "key/any"))
	return encode, err
}

func (a Args) checkFields() []error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"account name", a.AccountName},
		{"account id", a.AccountID},
		{"region", a.Region},
		{"vpc id", a.VPCID},
		{"zone id", a.ZoneID},
		{"zone name", a.ZoneName},
		{"log key", a.LogKeyARN},
		{"volume key", a.VolumeKeyARN},
		{"alert topic", a.AlertTopicARN},
		{"permissions boundary", a.PermissionsBoundary},
		{"snapshot bucket", a.Snapshots.Bucket},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.Snapshots.BucketARN == nil || a.Snapshots.KeyARN == nil || a.Snapshots.Statements == nil {
		errs = append(errs, errors.New("snapshots have no bucket, key or statements"))
	}
	if len(a.SubnetIDs) < 2 {
		errs = append(errs, fmt.Errorf("subnets: got %d, want at least 2 in different zones", len(a.SubnetIDs)))
	}
	if len(a.Config.AllowedCIDRs) == 0 {
		errs = append(errs, errors.New("allowed blocks: got none, want at least one"))
	}
	if host := a.host(); len(host) > naming.MaxCertificateName {
		errs = append(errs, fmt.Errorf("name %s has %d characters, want at most %d", host, len(host), naming.MaxCertificateName))
	}
	if stored := a.Config.Storage == config.VaultOnConsul; stored != (a.Consul != nil) {
		errs = append(errs, fmt.Errorf("storage is %q, but a Consul cluster is given: %v", a.Config.Storage, a.Consul != nil))
	}
	return errs
}

// host is the name of the cluster.
func (a Args) host() string { return config.ApplicationVault + "." + a.ZoneName }

// certificateNames are what the servers' certificate must hold.
func (a Args) certificateNames() []string { return []string{a.host(), "localhost", "127.0.0.1"} }

// secrets says what each secret holds, by name.
func (a Args) secrets() map[string]string {
	secrets := map[string]string{
		SecretCA:          "Certificate of the authority that signs the servers' certificate, in PEM",
		SecretCertificate: "Certificate of the servers with its chain, in PEM",
		SecretKey:         "Private key of the servers' certificate, in PEM",
	}
	if a.Consul != nil {
		secrets[SecretConsulToken] = "Token with which the servers store in Consul: a UUID"
	}
	return secrets
}

// server is what a server is told.
func (a Args) server(sealKeyARN string) userdata.Vault {
	secret := func(name string) string { return naming.UtilitySecret(config.ApplicationVault, name) }
	watch := a.watch()
	server := userdata.Vault{
		Server: userdata.Server{
			Region: a.Region, GroupName: naming.ServerGroup(config.ApplicationVault), HookName: hookName,
			LogGroup: watch.LogGroup, MetricNamespace: watch.MetricNamespace,
			Version: a.Config.Servers.Version, Checksum: a.Config.Servers.Checksum,
		},
		Name:         a.cluster(),
		Host:         a.host(),
		APIPort:      Port,
		Passthrough:  a.Config.TLS == config.VaultPassthrough,
		Join:         userdata.Join{TagKey: naming.TagJoin, TagValue: a.cluster()},
		SealKey:      sealKeyARN,
		DataDevice:   dataDevice,
		AuditDevices: auditDevices(),
		Secrets:      userdata.VaultSecrets{CA: secret(SecretCA), Certificate: secret(SecretCertificate), Key: secret(SecretKey)},
		Snapshots:    userdata.Snapshots{EveryHours: a.Config.Snapshots.EveryHours, Bucket: a.Snapshots.Bucket, Region: a.Snapshots.Region},
		SnapshotRole: SnapshotRole,
	}
	if a.Consul != nil {
		server.ConsulAddress, server.Secrets.ConsulCA, server.Secrets.ConsulToken = a.Consul.Address, a.Consul.CASecretARN, secret(SecretConsulToken)
	}
	return server
}

// cluster is what the servers find each other by.
func (a Args) cluster() string {
	return naming.ServerCluster(a.AccountName, a.Region, config.ApplicationVault)
}

func (a Args) serverTags() map[string]string {
	tags := maps.Clone(a.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	tags[naming.TagJoin] = a.cluster()
	return tags
}

func (a Args) watch() servergroup.Watch {
	watch := servergroup.Watch{
		LogGroup:         naming.UtilityLogGroup(config.ApplicationVault),
		LogRetentionDays: a.Config.LogRetentionDays,
		LogKeyARN:        a.LogKeyARN,
		MetricNamespace:  naming.ServerMetrics(config.ApplicationVault),
		Disks:            []string{"/", dataPath},
		AlertTopicARN:    a.AlertTopicARN,
	}
	for _, file := range userdata.VaultAuditFiles() {
		watch.Disks = append(watch.Disks, path.Dir(file))
	}
	return watch
}

// volumes are the servers' disks.
func (a Args) volumes() []servergroup.Volume {
	volumes := []servergroup.Volume{{Device: dataDevice, GiB: a.Config.Servers.DataVolumeGiB}}
	for _, device := range auditDevices() {
		volumes = append(volumes, servergroup.Volume{Device: device, GiB: a.Config.AuditVolumeGiB})
	}
	return volumes
}

// rolePattern matches the roles of Vault's servers.
func (a Args) rolePattern() string {
	return naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+strings.TrimPrefix(naming.VaultServers, "/"))
}
