package jenkins_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/jenkins"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

const (
	region  = "us-east-1"
	service = "aws:ecs/service:Service"
	task    = "aws:ecs/taskDefinition:TaskDefinition"
)

func settings() config.UtilityJenkins {
	return config.UtilityJenkins{
		Enabled: true, Host: "jenkins", Repository: "example/platform", Branch: "main",
		Images:   config.JenkinsImages{Controller: "sha256:" + strings.Repeat("a", 64), Agent: "sha256:" + strings.Repeat("b", 64)},
		Login:    config.JenkinsOIDC,
		OktaKeys: config.JenkinsOktaService,
		OIDC: config.JenkinsProvider{
			Issuer: "https://example.okta.com", ClientID: "0oa1", Administrators: "administrators", Deployers: "deployers", Readers: "readers",
		},
		Controller:       config.FargateSize{CPU: 2048, Memory: 8192},
		Agents:           config.JenkinsAgents{CPU: 4096, Memory: 16384, DiskGiB: 60, Maximum: 10},
		LogRetentionDays: 2192,
	}
}

func keys() map[string][]string {
	return map[string][]string{
		"datadog": {config.DatadogAPIKey, config.DatadogAppKey},
		"okta":    {config.OktaClientID, config.OktaPrivateKey, config.OktaPrivateKeyID},
	}
}

func args() jenkins.Args {
	return jenkins.Args{
		AccountID: pulumitest.AccountID, Region: region,
		Config:        settings(),
		VPCID:         "vpc-1",
		FileSubnetIDs: map[string]string{"use1-az2": "subnet-data-2", "use1-az1": "subnet-data-1"},
		Cluster: jenkins.Cluster{
			Name: "cells", ARN: naming.ARN(region, "ecs", region, pulumitest.AccountID, "cluster/cells"),
			SubnetIDs: []string{"subnet-app-1", "subnet-app-2"}, NamespaceID: "ns-1", NamespaceName: "us-east-1.ops.svc.example.com",
		},
		Balancer: contract.LoadBalancer{
			ARN: "arn:balancer", DNSName: "cells-internal.elb.amazonaws.com", ZoneID: "Z-elb", SecurityGroupID: "sg-balancer", ListenerARN: "arn:listener",
		},
		ZoneID: "Z1", ZoneName: "us-east-1.ops.example.com",
		LogKeyARN:           "arn:aws:kms:us-east-1:111122223333:key/logs",
		Keys:                keys(),
		PermissionsBoundary: naming.BoundaryARN(pulumitest.AccountID, region),
		DeletionProtection:  true,
	}
}

func agentsArgs() jenkins.AgentsArgs {
	secrets := map[string]pulumi.StringOutput{}
	for _, name := range []string{"datadog-deploy", "datadog-preview", "okta-deploy", "okta-preview", jenkins.SecretRepository} {
		secrets[name] = pulumi.String("arn:aws:secretsmanager:us-east-1:111122223333:secret:utility/jenkins/" + name + "-abcdef").ToStringOutput()
	}
	return jenkins.AgentsArgs{
		AccountID: pulumitest.AccountID, Region: region,
		Config:              settings(),
		Stack:               "ops-us-east-1-jenkins",
		Keys:                keys(),
		SecretARNs:          secrets,
		KeyARN:              pulumi.String("arn:aws:kms:us-east-1:111122223333:key/jenkins"),
		AccountIDs:          []string{"111111111111", "222222222222"},
		Backend:             config.Backend{URL: "s3://state?region=us-east-1", SecretsProvider: "awskms://alias/pulumi?region=us-east-1"},
		RepositoryURL:       pulumi.String("111122223333.dkr.ecr.us-east-1.amazonaws.com/pulumi-agent"),
		RepositoryARN:       pulumi.String("arn:aws:ecr:us-east-1:111122223333:repository/pulumi-agent"),
		LogGroup:            pulumi.String("/utility/jenkins/agents"),
		PermissionsBoundary: naming.BoundaryARN(pulumitest.AccountID, region),
	}
}

func record(t *testing.T, args jenkins.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := jenkins.New(ctx, "jenkins", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func recordAgents(t *testing.T, args jenkins.AgentsArgs) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		_, err := jenkins.NewAgents(ctx, "jenkins-agents", args, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsJenkins(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "jenkins")
}

func TestNewAgentsBuildsThem(t *testing.T) {
	t.Parallel()
	recordAgents(t, agentsArgs()).Golden(t, "agents")
}

func TestWithoutImagesNothingRuns(t *testing.T) {
	t.Parallel()
	a, agents := args(), agentsArgs()
	a.Config.Images.Controller, agents.Config.Images.Agent = "", ""
	both := append(record(t, a).Resources, recordAgents(t, agents).Resources...)
	var kept []string
	for _, res := range both {
		for _, module := range []string{":ecs/", ":lb/", ":route53/", ":servicediscovery/"} {
			if strings.Contains(res.Type, module) {
				t.Errorf("%s is built without images", res.URN)
			}
		}
		kept = append(kept, res.Type)
	}
	for _, token := range []string{"aws:ecr/repository:Repository", "aws:secretsmanager/secret:Secret", "aws:efs/mountTarget:MountTarget", "aws:iam/role:Role"} {
		if !slices.Contains(kept, token) {
			t.Errorf("no %s without images: there would be nothing to push to and to write", token)
		}
	}
}

func TestThereIsNeverASecondController(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	s := recording.OfType(service)[0]
	for key, want := range map[string]float64{
		"desiredCount": 1, "deploymentMinimumHealthyPercent": 0, "deploymentMaximumPercent": 100, "healthCheckGracePeriodSeconds": 600,
	} {
		if got := s.Inputs[resourceKey(key)].NumberValue(); got != want {
			t.Errorf("%s = %v, want %v", key, got, want)
		}
	}
	if got := s.Inputs["availabilityZoneRebalancing"].StringValue(); got != "DISABLED" {
		t.Errorf("rebalancing = %s, which would start a second controller beside the first", got)
	}
}

func TestTheHomeIsReachedInEveryZone(t *testing.T) {
	t.Parallel()
	got := record(t, args()).Strings("aws:efs/mountTarget:MountTarget", "subnetId")
	if want := []string{"subnet-data-1", "subnet-data-2"}; !slices.Equal(got, want) {
		t.Errorf("mount targets in %v, want %v", got, want)
	}
}

func TestContainersAreHardenedAndHoldNoSecret(t *testing.T) {
	t.Parallel()
	texts := append(record(t, args()).Strings(task, "containerDefinitions"), recordAgents(t, agentsArgs()).Strings(task, "containerDefinitions")...)
	if len(texts) != 8 {
		t.Fatalf("%d task definitions, want the controller's and seven of agents", len(texts))
	}
	secrets := map[string]bool{}
	for _, text := range texts {
		var containers []struct {
			Name, User, Image      string
			ReadonlyRootFilesystem bool
			StopTimeout            int
			Secrets                []struct{ Name, ValueFrom string }
			Environment            []struct{ Name, Value string }
		}
		if err := json.Unmarshal([]byte(text), &containers); err != nil || len(containers) != 1 {
			t.Fatalf("containers = %s, %v", text, err)
		}
		c := containers[0]
		if !c.ReadonlyRootFilesystem || c.User != "1000:1000" || c.StopTimeout != 120 || !strings.Contains(c.Image, ".amazonaws.com/") || !strings.Contains(c.Image, "@sha256:") {
			t.Errorf("container %s = %+v, want it read-only, not root, with two minutes to end and its image by digest", c.Name, c)
		}
		for _, s := range c.Secrets {
			if !strings.HasPrefix(s.ValueFrom, "arn:") {
				t.Errorf("secret %s is no reference", s.Name)
			}
			secrets[s.Name] = true
		}
		for _, v := range c.Environment {
			for _, word := range []string{"SECRET", "TOKEN", "PASSWORD", "KEY"} {
				if strings.Contains(v.Name, word) {
					t.Errorf("variable %s of %s is in clear", v.Name, c.Name)
				}
			}
		}
	}
	want := []string{
		"ADMINISTRATOR_PASSWORD", "DD_API_KEY", "DD_APP_KEY", "OIDC_CLIENT_SECRET",
		"OKTA_API_CLIENT_ID", "OKTA_API_PRIVATE_KEY", "OKTA_API_PRIVATE_KEY_ID", "REPOSITORY_TOKEN",
	}
	if got := slices.Sorted(maps.Keys(secrets)); !slices.Equal(got, want) {
		t.Errorf("secrets = %v, want %v", got, want)
	}
	for _, token := range []string{"aws:secretsmanager/secretVersion:SecretVersion", "random:"} {
		if len(record(t, args()).OfType(token)) != 0 {
			t.Errorf("%s puts a value into the state", token)
		}
	}
}

func TestDeletionProtectionIsOfEverythingThatIsKept(t *testing.T) {
	t.Parallel()
	for _, protected := range []bool{true, false} {
		a := args()
		a.DeletionProtection = protected
		recording := record(t, a)
		for _, token := range []string{"aws:efs/fileSystem:FileSystem", "aws:secretsmanager/secret:Secret", "aws:ecr/repository:Repository", "aws:kms/key:Key"} {
			for _, res := range recording.OfType(token) {
				if res.Protect != protected {
					t.Errorf("%s: protect = %v, want %v", res.URN, res.Protect, protected)
				}
			}
		}
		if got := recording.OfType("aws:secretsmanager/secret:Secret")[0].Inputs["recoveryWindowInDays"].NumberValue(); (got == 0) == protected {
			t.Errorf("recovery window = %v with protection %v", got, protected)
		}
	}
}

func TestEveryRoleIsBoundAndWhereItBelongs(t *testing.T) {
	t.Parallel()
	for _, role := range record(t, args()).OfType("aws:iam/role:Role") {
		if role.Inputs["path"].StringValue() != naming.UtilityPath || role.Inputs["permissionsBoundary"].StringValue() != args().PermissionsBoundary {
			t.Errorf("%s is not bounded, or not in %s", role.URN, naming.UtilityPath)
		}
	}
	arns := map[string]bool{}
	for _, role := range recordAgents(t, agentsArgs()).OfType("aws:iam/role:Role") {
		if role.Inputs["permissionsBoundary"].StringValue() != args().PermissionsBoundary {
			t.Errorf("%s is not bounded", role.URN)
		}
		arns[naming.ARN(region, "iam", "", pulumitest.AccountID, "role"+role.Inputs["path"].StringValue()+role.Inputs["name"].StringValue())] = true
	}
	// What the controller may pass is computed, so the names must come out the same.
	want := map[string]bool{}
	for _, kind := range naming.JenkinsAgents() {
		want[naming.JenkinsAgentExecutionRoleARN(pulumitest.AccountID, region, kind)] = true
		want[naming.JenkinsAgentRoleARN(pulumitest.AccountID, region, kind)] = true
	}
	for arn := range want {
		if !arns[arn] {
			t.Errorf("no role %s: %v", arn, arns)
		}
	}
	if len(arns) != len(want) {
		t.Errorf("roles = %v, want %v", arns, want)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	bad := args()
	bad.FileSubnetIDs = map[string]string{"use1-az1": "subnet-data-1"}
	for want, a := range map[string]jenkins.Args{
		`jenkins "jenkins": account id is empty
region is empty
host is empty
repository is empty
branch is empty
login is empty
vpc id is empty
cluster name is empty
cluster arn is empty
namespace id is empty
namespace name is empty
listener is empty
security group of the load balancer is empty
zone id is empty
zone name is empty
log key is empty
permissions boundary is empty
subnets: got none, want at least one
log retention: 0 days is out of range, want 1 or more`: {},
		`jenkins "jenkins": mount targets: got 1 zones, want one for each of the 2 subnets of tasks`: bad,
	} {
		if _, err := jenkins.New(nil, "jenkins", a); err == nil || err.Error() != want {
			t.Errorf("error = %v\nwant    %s", err, want)
		}
	}
}

func TestNewAgentsReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	bad := agentsArgs()
	bad.AccountIDs = []string{"111111111111", ""}
	delete(bad.SecretARNs, "okta-preview")
	noKey := agentsArgs()
	noKey.KeyARN = nil
	for want, a := range map[string]jenkins.AgentsArgs{
		`jenkins agents "jenkins-agents": account id is not set
region is not set
stack is not set
permissions boundary is not set
accounts of the organization is not set
repository is not set
log group is not set`: {},
		`jenkins agents "jenkins-agents": an account of the organization has no id
there is no secret okta-preview`: bad,
		`jenkins agents "jenkins-agents": key is not set`: noKey,
	} {
		if _, err := jenkins.NewAgents(nil, "jenkins-agents", a); err == nil || err.Error() != want {
			t.Errorf("error = %v\nwant    %s", err, want)
		}
	}
}
