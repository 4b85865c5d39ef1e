package consul

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"net/netip"

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
	Config config.UtilityConsul
	// VPCID is the VPC that it is in, which is also the one whose hosts resolve names
	// below .consul.
	VPCID string
	// Subnets are those of servers and load balancer, in the app tier: one a zone.
	Subnets []Subnet
	// AppCIDR is the block of the app tier, whose tasks reach the servers themselves.
	AppCIDR netip.Prefix
	// ResolverSubnetIDs are where the resolver asks from, in the intra tier: one a
	// zone. Only with Config.DNS.
	ResolverSubnetIDs []string
	// ZoneID and ZoneName are the private zone that the API is named in.
	ZoneID, ZoneName string
	// LogKeyARN and VolumeKeyARN are the keys of the log group and of volumes.
	LogKeyARN, VolumeKeyARN string
	// AlertTopicARN is the topic that hears of full disks.
	AlertTopicARN string
	// PermissionsBoundary is the boundary of the servers' role.
	PermissionsBoundary string
	// Snapshots is where snapshots go.
	Snapshots Snapshots
	// Cluster is where the controller of tasks runs; nil without Config.Tasks.Enabled.
	Cluster *TaskCluster
	// Tags are those of the servers and what they are made of.
	Tags map[string]string
	// DeletionProtection makes AWS and Pulumi refuse to delete what is stateful.
	DeletionProtection bool
}

// TaskCluster is an ECS cluster whose tasks register.
type TaskCluster struct {
	// Name and ARN identify it.
	Name, ARN string
}

// Subnet is one subnet.
type Subnet struct {
	// Zone is the id of its zone, ID the subnet's id and CIDR its block.
	Zone, ID string
	CIDR     netip.Prefix
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

// plan returns the user data of the servers, or everything that is wrong with args.
func (a Args) plan() (string, error) {
	errs := a.checkFields()
	for _, subnet := range a.Subnets {
		if _, _, err := reserve(subnet.CIDR); err != nil {
			errs = append(errs, fmt.Errorf("subnet %s: %w", subnet.ID, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return "", err
	}
	if a.Config.Tasks.Enabled {
		if _, err := a.controller().JSON(); err != nil {
			return "", err
		}
	}
	document, err := a.server().CloudConfig()
	if err != nil {
		return "", err
	}
	return document.Encode()
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
	if len(a.Subnets) < 2 {
		errs = append(errs, fmt.Errorf("subnets: got %d, want at least 2 in different zones", len(a.Subnets)))
	}
	// A resolver endpoint has at least two addresses
	// (docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverEndpoint.html).
	if a.Config.DNS && len(a.ResolverSubnetIDs) < 2 {
		errs = append(errs, fmt.Errorf("resolver subnets: got %d, want at least 2 in different zones", len(a.ResolverSubnetIDs)))
	}
	if !a.AppCIDR.IsValid() {
		errs = append(errs, errors.New("block of the app tier is not set"))
	}
	if tasks := a.Config.Tasks; tasks.Enabled && (a.Cluster == nil || a.Cluster.ARN == "" || tasks.Image == "") {
		errs = append(errs, errors.New("tasks are to register, but there is no cluster or no image of their controller"))
	}
	if len(a.Config.AllowedCIDRs) == 0 {
		errs = append(errs, errors.New("allowed blocks: got none, want at least one"))
	}
	return errs
}

// reservedBits is the length of the block at the end of a subnet that AWS gives to
// nobody by itself.
const reservedBits = 28

// reserve returns the last block of a subnet, and the load balancer's address in it.
// The address is fixed because the rule that forwards names wants addresses. AWS
// keeps the last address of a subnet, and this is the first of the block.
func reserve(subnet netip.Prefix) (netip.Prefix, netip.Addr, error) {
	if !subnet.IsValid() || !subnet.Addr().Is4() || subnet.Bits() > reservedBits-2 {
		return netip.Prefix{}, netip.Addr{}, fmt.Errorf("block %s has no room to reserve addresses, want an IPv4 block of /%d or larger", subnet, reservedBits-2)
	}
	first := subnet.Masked().Addr().As4()
	size := uint32(1) << (32 - subnet.Bits())
	binary.BigEndian.PutUint32(first[:], binary.BigEndian.Uint32(first[:])+size-1<<(32-reservedBits))
	address := netip.AddrFrom4(first)
	return netip.PrefixFrom(address, reservedBits), address, nil
}

// host is the name of the API.
func (a Args) host() string { return config.ApplicationConsul + "." + a.ZoneName }

// certificateNames are the names that the servers' certificate must hold: that by
// which servers know each other, that of the API, and those of the server itself.
func (a Args) certificateNames() []string {
	return []string{a.server().Config().ServerName(), a.host(), "localhost", "127.0.0.1"}
}

// server is what a server is told.
func (a Args) server() userdata.Consul {
	secret := func(name string) string { return naming.UtilitySecret(config.ApplicationConsul, name) }
	watch := a.watch()
	return userdata.Consul{
		Server: userdata.Server{
			Region: a.Region, GroupName: naming.ServerGroup(config.ApplicationConsul), HookName: hookName,
			LogGroup: watch.LogGroup, MetricNamespace: watch.MetricNamespace,
			Version: a.Config.Servers.Version, Checksum: a.Config.Servers.Checksum,
		},
		Datacenter: a.Region,
		Servers:    a.Config.Servers.Count,
		Join:       userdata.Join{TagKey: naming.TagJoin, TagValue: a.cluster()},
		DataDevice: dataDevice,
		Secrets: userdata.ConsulSecrets{
			Gossip: secret(SecretGossip), CA: secret(SecretCA), Certificate: secret(SecretCertificate), Key: secret(SecretKey),
			ManagementToken: secret(SecretManagementToken), AgentToken: secret(SecretAgentToken),
		},
		Snapshots: userdata.Snapshots{EveryHours: a.Config.Snapshots.EveryHours, Bucket: a.Snapshots.Bucket, Region: a.Snapshots.Region},
	}
}

// at is how tasks reach the servers.
func (a Args) at() userdata.ConsulAt {
	return userdata.ConsulAt{Host: a.host(), Ports: userdata.DefaultConsulPorts(), ServerName: a.server().Config().ServerName()}
}

// controller is what the controller of tasks is told.
func (a Args) controller() userdata.ConsulController {
	return userdata.ConsulController{ConsulAt: a.at(), RolePath: naming.CellsPath}
}

// cluster is what the servers find each other by.
func (a Args) cluster() string {
	return naming.ServerCluster(a.AccountName, a.Region, config.ApplicationConsul)
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
	return servergroup.Watch{
		LogGroup:         naming.UtilityLogGroup(config.ApplicationConsul),
		LogRetentionDays: a.Config.LogRetentionDays,
		LogKeyARN:        a.LogKeyARN,
		MetricNamespace:  naming.ServerMetrics(config.ApplicationConsul),
		Disks:            []string{"/", dataPath},
		AlertTopicARN:    a.AlertTopicARN,
	}
}

func (a Args) subnetIDs() []string {
	ids := make([]string, len(a.Subnets))
	for i, subnet := range a.Subnets {
		ids[i] = subnet.ID
	}
	return ids
}
