package clientcell_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/provider/vaultprovider"
	"cellworks/pkg/pulumitest"
)

const zone, zone2 = "use1-az1", "use1-az2"

func cell(client string) clientcell.Args {
	return clientcell.Args{
		Organization: "meridian",
		Config: config.Cell{
			Client:             client,
			Account:            config.Account{Name: "nonprod", ID: pulumitest.AccountID, Role: "OrganizationAccountAccessRole"},
			Region:             config.Region{Name: "us-east-1", Zones: []string{zone, zone2}},
			DeletionProtection: true,
			Logging:            config.CellLogging{RetentionDays: 90},
			KMS:                config.CellKMS{DeletionWindowDays: 30, RotationDays: 365},
			IAM:                config.CellIAM{MaxSessionHours: 1},
			Network: config.CellNetwork{Egress: []config.Egress{
				{Name: "https", CIDR: netip.MustParsePrefix("0.0.0.0/0"), Port: 443},
			}},
			Database: config.CellDatabase{
				Enabled: true, Engine: config.EngineRDS, Version: "16", Class: "db.m7g.large", StorageGiB: 100, MaxStorageGiB: 500, MultiAZ: true, BackupDays: 35,
				BackupWindow: "04:00-05:00", MaintenanceWindow: "sun:06:00-sun:07:00", MasterUser: config.MasterByVault, FinalSnapshotGeneration: 1,
			},
			Vault: config.CellVault{Enabled: true, KV: true, Transit: true, DatabaseRoles: []config.DatabaseRole{
				{Name: "app", Access: "readwrite", TTLSeconds: 3600, MaxTTLSeconds: 86400},
			}},
			Storage: config.CellStorage{Enabled: true, Buckets: []config.Bucket{
				{Name: "inbound", Versioning: true, NoncurrentDays: 90, InfrequentAccessDays: 90, GlacierDays: 180, ExpireDays: 400, ObjectLockDays: 365, MalwareScan: true, AccessLogs: true},
				{Name: "work", NoncurrentDays: 90},
			}},
			Backup:  config.CellBackup{Enabled: true, DailyDays: 35, MonthlyDays: 365, Lock: config.BackupLockGovernance, RestoreTest: true},
			Ingress: config.CellIngress{Enabled: true, Auth: config.AuthNone},
			Services: config.CellServices{Enabled: true, LogRouterImage: "registry.example.com/router@sha256:" + strings.Repeat("cd", 32), Items: []config.Service{
				service(client, "portal", config.ExposeInternal),
				service(client, "worker", config.ExposeNone),
			}},
		},
		Base: contract.Base{
			Account:       contract.Account{ServiceRoleARNs: map[string]string{"rds-monitoring": "arn:aws:iam::111122223333:role/service/rds-monitoring"}},
			VPCID:         "vpc-1",
			SubnetIDs:     map[string]map[string]string{"app": {zone: "subnet-1", zone2: "subnet-2"}, "data": {zone: "subnet-3", zone2: "subnet-4"}},
			ZoneID:        "Z1",
			ZoneName:      "us-east-1.nonprod.example.com",
			LogBuckets:    map[string]string{"access": "base-logs-access"},
			AlertTopicARN: "arn:aws:sns:us-east-1:111122223333:alerts",
		},
		Vault:               &contract.Vault{Address: "https://vault.example.com", ServerCIDRs: []string{"10.48.32.0/20"}, DatabaseCA: "/opt/vault/tls/rds.pem"},
		VaultConfig:         &contract.VaultConfig{AWSAccessor: "auth_aws_1a2b3c4d"},
		Password:            func() (string, error) { return "unspoken-first-password", nil },
		PermissionsBoundary: pulumi.String("arn:aws:iam::111122223333:policy/platform-boundary"),
		ServiceBoundary:     pulumi.String("arn:aws:iam::111122223333:policy/platform-service-boundary"),
		ECS: &contract.ECS{
			ClusterName: "cells",
			ClusterARN:  "arn:aws:ecs:us-east-1:111122223333:cluster/cells",
			NamespaceID: "ns-1", NamespaceName: "us-east-1.nonprod.svc.example.com",
			LoadBalancers: map[config.LoadBalancerScheme]contract.LoadBalancer{
				config.Internal: balancer("internal"),
				config.Public:   balancer("public"),
			},
		},
	}
}

func balancer(scheme string) contract.LoadBalancer {
	return contract.LoadBalancer{
		ARN:             "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/cells-" + scheme + "/1",
		DNSName:         scheme + ".lb.example.com",
		ZoneID:          "Z2",
		SecurityGroupID: "sg-" + scheme,
		ListenerARN:     "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/cells-" + scheme + "/1/2",
	}
}

func service(client, name string, expose config.Expose) config.Service {
	return config.Service{
		Name: name, Image: "111122223333.dkr.ecr.us-east-1.amazonaws.com/" + name + "@sha256:" + strings.Repeat("ab", 32),
		CPU: 512, Memory: 1024, Arch: config.ARM64, Port: 8080, HealthPath: "/healthz",
		Capacity: config.Fargate, MinTasks: 2, MaxTasks: 6, TargetCPUPercent: 60, TargetMemoryPercent: 75, BacklogPerTask: 100,
		Discovery: config.DiscoveryCloudMap, LogRouter: config.LogToFirehose, MinHealthyPercent: 100, MaxHealthyPercent: 200, Rollback: true,
		Expose: expose, Host: client,
		Environment: map[string]string{"LOG_LEVEL": "info"},
		Secrets: map[string]config.SecretRef{
			"DB_PASSWORD": {Store: config.SecretsManager, Name: "db", Key: "password"},
			"LICENSE":     {Store: config.ParameterStore, Name: "license/" + name},
		},
	}
}

func record(t *testing.T, args clientcell.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: args.Config.Client}, func(ctx *pulumi.Context) error {
		return build(t, ctx, args, pulumitest.AWS(t, ctx))
	})
}

// build builds the cell with the provider of aws and one of Vault.
func build(t *testing.T, ctx *pulumi.Context, args clientcell.Args, aws pulumi.ResourceOption) error {
	t.Helper()
	vault, err := vaultprovider.New(ctx, "vault", vaultprovider.Args{
		Address: "https://vault.example.com", Host: "vault.example.com", Mount: "aws", Role: "deploy-cell",
		AWSRoleARN: "arn:aws:iam::111122223333:role/deploy/pulumi-cell", Region: "us-east-1", LeaseSeconds: 7200,
	})
	if err != nil {
		return err
	}
	_, err = clientcell.New(ctx, args.Config.Client, args, pulumi.Composite(aws, pulumi.Providers(vault)))
	return err
}

func TestNewBuildsTheWholeCell(t *testing.T) {
	t.Parallel()
	record(t, cell("acme")).Golden(t, "cell")
}

func TestModulesThatAreOffBuildNothing(t *testing.T) {
	t.Parallel()
	args := cell("acme")
	args.Config.Storage.Enabled, args.Config.Services.Enabled, args.Config.Backup.Enabled, args.ECS = false, false, false, nil
	args.Config.Database.Enabled, args.Config.Vault.Enabled, args.Vault = false, false, nil
	recording := record(t, args)
	for _, res := range recording.Resources {
		for _, module := range []string{":s3/", ":ecs/", ":lb/", ":appautoscaling/", ":route53/", ":iam/", ":rds/", "vault:"} {
			if strings.Contains(res.Type, module) && res.Type != "pulumi:providers:vault" {
				t.Errorf("%s is built though its module is off", res.URN)
			}
		}
	}
	if len(recording.OfType("aws:kms/key:Key")) != 1 {
		t.Error("a cell without storage and services has no key")
	}
}

func TestNothingOfOneCellNamesAnother(t *testing.T) {
	t.Parallel()
	for _, res := range record(t, cell("birch")).Resources {
		args := fmt.Sprint(res.Inputs)
		if strings.Contains(args, "acme") {
			t.Errorf("%s of cell birch names cell acme: %s", res.URN, args)
		}
	}
}

func TestEveryPolicyStaysInsideTheCell(t *testing.T) {
	t.Parallel()
	for _, document := range record(t, cell("acme")).Strings("aws:iam/policy:Policy", "policy") {
		for _, action := range []string{`"*"]`, `"s3:*"`, `"kms:*"`, `"iam:`} {
			if strings.Contains(document, `"Action":[`+action) {
				t.Errorf("policy allows %s: %s", action, document)
			}
		}
	}
}

func TestServicesAreOnTheLoadBalancerThatTheyAreExposedOn(t *testing.T) {
	t.Parallel()
	for expose, scheme := range map[config.Expose]string{config.ExposeInternal: "internal", config.ExposePublic: "public"} {
		args := cell("acme")
		args.Config.Services.Items[0].Expose = expose
		recording := record(t, args)
		if got := recording.Strings("aws:lb/listenerRule:ListenerRule", "listenerArn"); len(got) != 1 || got[0] != balancer(scheme).ListenerARN {
			t.Errorf("%s: listeners %q, want the one of the %s load balancer", expose, got, scheme)
		}
		alias := recording.OfType("aws:route53/record:Record")[0].Inputs["aliases"].ArrayValue()[0].ObjectValue()["name"].StringValue()
		if alias != balancer(scheme).DNSName {
			t.Errorf("%s: the host name leads to %s, want %s", expose, alias, balancer(scheme).DNSName)
		}
		var sources []string
		for _, source := range recording.Strings("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "referencedSecurityGroupId") {
			if strings.HasPrefix(source, "sg-") {
				sources = append(sources, source)
			}
		}
		if len(sources) != 1 || sources[0] != "sg-"+scheme {
			t.Errorf("%s: %q may connect, want the %s load balancer alone", expose, sources, scheme)
		}
	}
}

func TestServicesNeedTheLoadBalancerThatTheyAreExposedOn(t *testing.T) {
	t.Parallel()
	args := cell("acme")
	delete(args.ECS.LoadBalancers, config.Internal)
	const want = `cell "acme": service portal is exposed on the internal load balancer, which stack utility/nonprod-us-east-1-ecs does not publish: bring it up first (cellctl up utility/nonprod-us-east-1-ecs)`
	if _, err := clientcell.New(nil, "acme", args); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestNewReportsAllThatIsWrongBeforeItRegisters(t *testing.T) {
	t.Parallel()
	args := cell("acme")
	args.ECS, args.Vault = nil, nil
	args.PermissionsBoundary = nil
	args.Base.SubnetIDs = nil
	args.Config.Storage.Buckets[0].Name = "Upper_Case"
	_, err := clientcell.New(nil, "acme", args)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`cell "acme": permissions boundary of workloads or of services is not set`,
		"services: nonprod in us-east-1 has no ECS cluster",
		"base stack of nonprod in us-east-1 has no app subnet in zone use1-az1",
		"base stack of nonprod in us-east-1 has no data subnet in zone use1-az2",
		"vault: no Vault serves cells of nonprod in us-east-1",
		"bucket Upper_Case: ",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error = %q, want it to contain %q", err, want)
		}
	}
}

func TestTasksStartWithSecretsOfTheirOwnCellOnly(t *testing.T) {
	t.Parallel()
	recording := record(t, cell("acme"))
	definitions := strings.Join(recording.Strings("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions"), "\n")
	policies := strings.Join(recording.Strings("aws:iam/policy:Policy", "policy"), "\n")
	for text, parts := range map[string][]string{
		definitions: {
			`{"name":"DB_PASSWORD","valueFrom":"arn:aws:secretsmanager:us-east-1:` + pulumitest.AccountID + `:secret:cell/acme/db:password::"}`,
			`{"name":"LICENSE","valueFrom":"arn:aws:ssm:us-east-1:` + pulumitest.AccountID + `:parameter/cell/acme/license/worker"}`,
		},
		policies: {
			`:secret:cell/acme/db-??????"`, `:parameter/cell/acme/license/portal"`, `:parameter/cell/acme/license/worker"`, `secretsmanager.us-east-1.amazonaws.com`,
		},
	} {
		for _, part := range parts {
			if !strings.Contains(text, part) {
				t.Errorf("%s is not in %s", part, text)
			}
		}
	}
	if n := strings.Count(policies, "secretsmanager:GetSecretValue"); n != 1 {
		t.Errorf("%d roles may read secrets, want the execution role alone: %s", n, policies)
	}
	if strings.Contains(policies, "secret:*") || strings.Contains(policies, "parameter/*") {
		t.Errorf("a role may read more than the secrets that services name: %s", policies)
	}
}

// TestServicesKnowWhereTheirDatabaseAndVaultAre holds the variables that docs/cell.md
// lists, and that none of them is a password.
func TestServicesKnowWhereTheirDatabaseAndVaultAre(t *testing.T) {
	t.Parallel()
	for _, definition := range record(t, cell("acme")).Strings("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions") {
		for _, want := range []string{
			`{"name":"CELL_DATABASE_HOST","value":"acme-database.rds.amazonaws.com"}`, `{"name":"CELL_DATABASE_NAME","value":"app"}`, `{"name":"CELL_DATABASE_PORT","value":"5432"}`,
			`{"name":"CELL_VAULT_DATABASE","value":"cells/acme/database"}`, `{"name":"CELL_VAULT_ROLE_PORTAL","value":"cell-acme-portal"}`, `{"name":"VAULT_ADDR","value":"https://vault.example.com"}`,
		} {
			if !strings.Contains(definition, want) {
				t.Errorf("%s is not in %s", want, definition)
			}
		}
		if strings.Contains(definition, "unspoken") {
			t.Error("a task definition holds the password of the master user")
		}
	}
}
