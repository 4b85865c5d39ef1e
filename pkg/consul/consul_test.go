package consul_test

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

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/consul"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
)

func typical() consul.Args {
	block := netip.MustParsePrefix
	return consul.Args{
		AccountName: "ops", AccountID: pulumitest.AccountID, Region: "us-east-1",
		Config: config.UtilityConsul{
			Enabled: true, DNS: true, LogRetentionDays: 365, AllowedCIDRs: []netip.Prefix{block("10.0.0.0/8")},
			Servers:   config.UtilityServers{Count: 3, InstanceType: "m7g.large", Image: "/utility/images/consul", Version: "1.22.0", DataVolumeGiB: 50},
			Snapshots: config.UtilitySnapshots{EveryHours: 6, RetentionDays: 35, ObjectLock: config.LockGovernance},
		},
		VPCID: "vpc-1",
		Subnets: []consul.Subnet{
			{Zone: "use1-az1", ID: "subnet-a", CIDR: block("10.48.0.0/20")},
			{Zone: "use1-az2", ID: "subnet-b", CIDR: block("10.48.16.0/20")},
			{Zone: "use1-az4", ID: "subnet-c", CIDR: block("10.48.32.0/20")},
		},
		AppCIDR: block("10.48.0.0/17"), ResolverSubnetIDs: []string{"subnet-i", "subnet-j", "subnet-k"},
		ZoneID: "Z2", ZoneName: "us-east-1.ops.int.example.com",
		LogKeyARN: "arn:aws:kms:us-east-1:111122223333:key/logs", VolumeKeyARN: "arn:aws:kms:us-east-1:111122223333:key/volumes",
		AlertTopicARN: "arn:aws:sns:us-east-1:111122223333:alerts", PermissionsBoundary: "arn:aws:iam::111122223333:policy/platform-boundary",
		Snapshots: consul.Snapshots{
			Bucket: "example-utility-111122223333-us-east-1-consul-snapshots", Region: "us-east-1",
			BucketARN: pulumi.String("arn:aws:s3:::example"), KeyARN: pulumi.String("arn:aws:kms:us-east-1:111122223333:key/snapshots"),
			Statements: func(needs []string) []iampolicy.Statement {
				return []iampolicy.Statement{iampolicy.Allow("AddSnapshots", "s3:PutObject").On(needs[0] + "/consul/*")}
			},
		},
		Tags: map[string]string{"environment": "ops"}, DeletionProtection: true,
	}
}

func run(t *testing.T, args consul.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := consul.New(ctx, "consul", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheCluster(t *testing.T) {
	t.Parallel()
	run(t, typical()).Golden(t, "consul")
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
	recording := run(t, typical())
	files := told(t, recording)
	bootstrap := files["/usr/local/sbin/consul-bootstrap"]
	for _, secret := range recording.Strings("aws:secretsmanager/secret:Secret", "name") {
		if !strings.Contains(bootstrap, "'"+secret+"'") {
			t.Errorf("servers do not fetch the secret %s", secret)
		}
	}
	group := recording.Strings("aws:autoscaling/group:Group", "name")[0]
	if !strings.Contains(bootstrap, "group='"+group+"'") {
		t.Errorf("servers do not know their group %s", group)
	}
	join := "tag_key=cellworks-join tag_value=ops-us-east-1-consul "
	if !strings.Contains(files["/etc/consul.d/consul.hcl"], join) {
		t.Errorf("servers do not look for %s", join)
	}
	tags := recording.OfType("aws:autoscaling/group:Group")[0].Inputs["tags"].ArrayValue()
	if !slices.ContainsFunc(tags, func(tag resource.PropertyValue) bool {
		object := tag.ObjectValue()
		return object["key"].StringValue() == "cellworks-join" && object["value"].StringValue() == "ops-us-east-1-consul" && object["propagateAtLaunch"].BoolValue()
	}) {
		t.Errorf("servers do not carry the tag that they look for: %v", tags)
	}
}

func TestTheResolverAsksWhereTheLoadBalancerIs(t *testing.T) {
	t.Parallel()
	recording := run(t, typical())
	var listening, asked []string
	for _, mapping := range recording.OfType("aws:lb/loadBalancer:LoadBalancer")[0].Inputs["subnetMappings"].ArrayValue() {
		listening = append(listening, mapping.ObjectValue()["privateIpv4Address"].StringValue())
	}
	for _, target := range recording.OfType("aws:route53/resolverRule:ResolverRule")[0].Inputs["targetIps"].ArrayValue() {
		asked = append(asked, target.ObjectValue()["ip"].StringValue())
	}
	want := []string{"10.48.15.240", "10.48.31.240", "10.48.47.240"}
	if !slices.Equal(listening, want) || !slices.Equal(asked, want) {
		t.Errorf("the load balancer is at %v, the resolver asks %v, want both %v", listening, asked, want)
	}
	if blocks := recording.Strings("aws:ec2/subnetCidrReservation:SubnetCidrReservation", "cidrBlock"); !slices.Equal(blocks, []string{"10.48.15.240/28", "10.48.31.240/28", "10.48.47.240/28"}) {
		t.Errorf("reserved are %v, want the blocks of the addresses", blocks)
	}
}

func TestNamesAreNotForwardedWhereDNSIsOff(t *testing.T) {
	t.Parallel()
	args := typical()
	args.Config.DNS, args.ResolverSubnetIDs = false, nil
	recording := run(t, args)
	for _, res := range recording.Resources {
		if strings.Contains(res.Type, "resolver") || strings.Contains(res.Name, "dns") {
			t.Errorf("%s is there", res.URN)
		}
	}
	if groups := recording.OfType("aws:lb/targetGroup:TargetGroup"); len(groups) != 2 {
		t.Errorf("%d target groups, want those of the API and of proxies", len(groups))
	}
}

func TestNobodyReachesServersWithoutTLS(t *testing.T) {
	t.Parallel()
	for _, rule := range run(t, typical()).OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		if port := rule.Inputs["fromPort"].NumberValue(); port == 22 || port == 8500 || port == 8502 {
			t.Errorf("%s opens port %v", rule.Name, port)
		}
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	_, err := consul.New(nil, "consul", consul.Args{Config: config.UtilityConsul{DNS: true}, Subnets: []consul.Subnet{{ID: "subnet-a", CIDR: netip.MustParsePrefix("10.0.0.0/27")}}})
	const want = `consul "consul": account name is empty
account id is empty
region is empty
vpc id is empty
zone id is empty
zone name is empty
log key is empty
volume key is empty
alert topic is empty
permissions boundary is empty
snapshot bucket is empty
snapshots have no bucket, key or statements
subnets: got 1, want at least 2 in different zones
resolver subnets: got 0, want at least 2 in different zones
block of the app tier is not set
allowed blocks: got none, want at least one
subnet subnet-a: block 10.0.0.0/27 has no room to reserve addresses, want an IPv4 block of /26 or larger`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	args := typical()
	args.Config.Servers.Version = "latest"
	if _, err := consul.New(nil, "consul", args); err == nil || err.Error() != `consul "consul": consul server: version "latest" is not valid, want it to match ^\d+\.\d+\.\d+$` {
		t.Errorf("error = %v, want what servers could not be told", err)
	}
}
