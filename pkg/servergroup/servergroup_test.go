package servergroup_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
	"cellworks/pkg/servergroup"
)

func typical() servergroup.Args {
	return servergroup.Args{
		GroupName: "utility-consul", HookName: "launch", Description: "Consul servers", AccountID: pulumitest.AccountID, Region: "us-east-1",
		Servers: 3, Image: "/utility/images/consul", InstanceType: "m7g.large", UserData: pulumi.String("I2Nsb3VkLWNvbmZpZwo="),
		SubnetIDs: []string{"subnet-1", "subnet-2", "subnet-3"}, SecurityGroupIDs: pulumi.StringArray{pulumi.String("sg-1")},
		TargetGroupARNs: pulumi.StringArray{pulumi.String("arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/api/1")},
		VolumeKeyARN:    "arn:aws:kms:us-east-1:111122223333:key/volumes", Volumes: []servergroup.Volume{{Device: "/dev/sdf", GiB: 50}},
		Watch: servergroup.Watch{
			LogGroup: "/utility/consul", LogRetentionDays: 365, LogKeyARN: "arn:aws:kms:us-east-1:111122223333:key/logs", MetricNamespace: "utility/consul",
			Disks: []string{"/opt/consul"}, AlertTopicARN: "arn:aws:sns:us-east-1:111122223333:alerts",
		},
		Permissions: map[string]servergroup.Permission{
			"secrets": {
				Description: "Reads secrets", Needs: []pulumi.StringInput{pulumi.String("arn:aws:kms:us-east-1:111122223333:key/secrets")},
				Statements: func(needs []string) []iampolicy.Statement {
					return []iampolicy.Statement{iampolicy.Allow("Decrypt", "kms:Decrypt").On(needs[0])}
				},
			},
		},
		PermissionsBoundary: "arn:aws:iam::111122223333:policy/platform-boundary",
		Tags:                map[string]string{"environment": "ops", "cellworks-join": "ops-us-east-1-consul"}, DeletionProtection: true,
	}
}

func run(t *testing.T, args servergroup.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := servergroup.New(ctx, "consul", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsTheServers(t *testing.T) {
	t.Parallel()
	run(t, typical()).Golden(t, "servergroup")
}

const groupToken = "aws:autoscaling/group:Group"

func TestServersAreReplacedOneAtATimeWhateverTheLoadBalancerThinks(t *testing.T) {
	t.Parallel()
	for _, servers := range []int{3, 5} {
		args := typical()
		args.Servers = servers
		group := run(t, args).OfType(groupToken)[0].Inputs
		for key, want := range map[string]float64{"minSize": float64(servers), "desiredCapacity": float64(servers), "maxSize": float64(servers + 1)} {
			if got := group[resource.PropertyKey(key)].NumberValue(); got != want {
				t.Errorf("%d servers: %s = %v, want %v", servers, key, got, want)
			}
		}
		// 134 percent of 3 and of 5 are 4 and 6: one more.
		policy := group["instanceMaintenancePolicy"].ObjectValue()
		if least, most := policy["minHealthyPercentage"].NumberValue(), policy["maxHealthyPercentage"].NumberValue(); least != 100 || int(float64(servers)*most/100) != servers+1 {
			t.Errorf("%d servers are replaced between %v and %v percent, want one more at a time", servers, least, most)
		}
		if got := group["healthCheckType"].StringValue(); got != "EC2" {
			t.Errorf("health is checked by %s, want EC2: standbys would be ended for ever", got)
		}
	}
}

func TestNothingThatServersKeepIsReadableWithoutItsKey(t *testing.T) {
	t.Parallel()
	template := run(t, typical()).OfType("aws:ec2/launchTemplate:LaunchTemplate")[0].Inputs
	disks := template["blockDeviceMappings"].ArrayValue()
	if len(disks) != 2 {
		t.Fatalf("%d disks, want the root's and one for data", len(disks))
	}
	for _, disk := range disks {
		ebs := disk.ObjectValue()["ebs"].ObjectValue()
		if ebs["encrypted"].StringValue() != "true" || ebs["kmsKeyId"].StringValue() != typical().VolumeKeyARN {
			t.Errorf("disk %v is not encrypted with the key of volumes", disk)
		}
	}
	options := template["metadataOptions"].ObjectValue()
	if options["httpTokens"].StringValue() != "required" || options["httpPutResponseHopLimit"].NumberValue() != 1 {
		t.Errorf("metadata options %v, want tokens required and one hop", options)
	}
}

func TestAnImageByIDIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	args := typical()
	args.Image = "ami-0123456789abcdef0"
	if got := run(t, args).Strings("aws:ec2/launchTemplate:LaunchTemplate", "imageId"); len(got) != 1 || got[0] != args.Image {
		t.Errorf("images %v, want %s", got, args.Image)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	args := servergroup.Args{
		Servers: 4, SubnetIDs: []string{"subnet-1"}, UserData: pulumi.String(strings.Repeat("x", 21849)),
		Volumes:     []servergroup.Volume{{Device: "/dev/xvda", GiB: 0}, {Device: "/dev/sdf", GiB: 1}, {Device: "/dev/sdf", GiB: 1}},
		Permissions: map[string]servergroup.Permission{"none": {}},
	}
	_, err := servergroup.New(nil, "consul", args)
	const want = `server group "consul": group name is empty
hook name is empty
description is empty
account id is empty
region is empty
image is empty
instance type is empty
volume key is empty
permissions boundary is empty
security groups are not set
user data: 21849 characters are too many, want at most 21848
log group is empty
log key is empty
metric namespace is empty
alert topic is empty
log retention: 0 days is out of range, want 1 or more
servers: 4 have no clear majority, want an odd number from 3
subnets: got 1, want at least 2 in different zones
volumes: device "/dev/xvda" is not valid or is there twice, want /dev/sdf to /dev/sdp, each once
volumes: 0 GiB of /dev/xvda are out of range, want 1 to 16384
volumes: device "/dev/sdf" is not valid or is there twice, want /dev/sdf to /dev/sdp, each once
permission "none" has no statements or no description`
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
	args = typical()
	args.Permissions["wide"] = servergroup.Permit("Wide", iampolicy.Allow("Wide"))
	if _, err := servergroup.New(nil, "consul", args); err == nil || !strings.Contains(err.Error(), `permission "wide": managed policy: statement 1 (Wide)`) {
		t.Errorf("error = %v, want the policy that is none", err)
	}
}

// owner is a component that adds secrets.
type owner struct{ pulumi.ResourceState }

func (*owner) Outputs() pulumi.Map { return pulumi.Map{} }

func addSecrets(t *testing.T, args servergroup.SecretsArgs) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := component.Register(ctx, "cellworks:test:Owner", "x", &owner{}, []pulumi.ResourceOption{pulumitest.AWS(t, ctx)}, func(child pulumi.ResourceOption) error {
			_, err := servergroup.AddSecrets(ctx, "vault", args, child)
			return err
		})
		return err
	})
}

func someSecrets() servergroup.SecretsArgs {
	return servergroup.SecretsArgs{
		Application: "vault", AccountID: pulumitest.AccountID, Region: "us-east-1", DeletionProtection: true,
		Descriptions: map[string]string{"ca": "Authority", "private-key": "Private key"},
	}
}

func TestSecretsHaveNoValues(t *testing.T) {
	t.Parallel()
	recording := addSecrets(t, someSecrets())
	recording.Golden(t, "secrets")
	for _, res := range recording.Resources {
		if strings.Contains(res.Type, "secretVersion") {
			t.Errorf("%s writes a value into the state", res.URN)
		}
	}
}

func TestTheNamesOfUnprotectedSecretsAreFreeAtOnce(t *testing.T) {
	t.Parallel()
	for protected, want := range map[bool]float64{true: 30, false: 0} {
		args := someSecrets()
		args.DeletionProtection = protected
		for _, secret := range addSecrets(t, args).OfType("aws:secretsmanager/secret:Secret") {
			if got := secret.Inputs["recoveryWindowInDays"].NumberValue(); got != want || secret.Protect != protected {
				t.Errorf("%s: recovery of %v days, protected %v, want %v, %v", secret.Name, got, secret.Protect, want, protected)
			}
		}
	}
}

func TestServersReadTheirOwnSecretsOnly(t *testing.T) {
	t.Parallel()
	secrets := servergroup.Secrets{KeyARN: pulumi.String("key").ToStringOutput(), ARNs: map[string]pulumi.StringOutput{
		"b": pulumi.String("b").ToStringOutput(), "a": pulumi.String("a").ToStringOutput(),
	}}
	reading := secrets.Reading()
	text, err := iampolicy.NewDocument(reading.Statements([]string{"arn:aws:kms:::key", "arn:aws:secretsmanager:::a", "arn:aws:secretsmanager:::b"})...).JSONFor(iampolicy.Managed)
	const want = `{"Version":"2012-10-17","Statement":[` +
		`{"Sid":"ReadSecrets","Effect":"Allow","Action":["secretsmanager:GetSecretValue"],"Resource":["arn:aws:secretsmanager:::a","arn:aws:secretsmanager:::b"]},` +
		`{"Sid":"DecryptSecrets","Effect":"Allow","Action":["kms:Decrypt"],"Resource":["arn:aws:kms:::key"]}]}`
	if err != nil || text != want || len(reading.Needs) != 3 {
		t.Errorf("policy %s of %d values, %v, want %s of 3", text, len(reading.Needs), err, want)
	}
}

func TestAddSecretsRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `secrets "vault": application, account id, region and at least one secret must be set`
	if _, err := servergroup.AddSecrets(nil, "vault", servergroup.SecretsArgs{}, nil); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
