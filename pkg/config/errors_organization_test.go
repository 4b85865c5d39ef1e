package config_test

import (
	"strings"
	"testing"
)

// organization is a change to organization.yaml: old and new text in turn.
func organization(oldnew ...string) map[string]string {
	return map[string]string{"organization.yaml": strings.NewReplacer(oldnew...).Replace(sound()["organization.yaml"])}
}

func TestErrorsOfTheOrganization(t *testing.T) {
	t.Parallel()
	checkWrong(t, []wrong{
		{"values", organization("meridian", "Meridian Health", "example.com", "https://example", "simulated", "azure"), []string{
			`configs/organization.yaml:1:7: name: "Meridian Health" is not valid, want 2 to 12 lower-case letters and digits, starting with a letter`,
			`configs/organization.yaml:2:9: domain: "https://example" is not valid, want a lower-case DNS domain`,
			`configs/organization.yaml:3:8: cloud: "azure" is not known, want one of simulated, aws`,
		}},
		{"domain too long for a certificate", organization("example.com", "clinics-of-the-eastern-seaboard.meridian-health.example"), []string{
			`configs/organization.yaml:2:9: domain: the certificate for *.us-east-1.nonprod.clinics-of-the-eastern-seaboard.meridian-health.example would be for a name of 75 characters, want at most 64 (choose a domain that is 11 characters shorter, or a shorter account name)`,
		}},
		{"aws needs a backend", organization("cloud: simulated", "cloud: aws"), []string{
			`configs/organization.yaml:1:1: backend.secretsProvider: cloud aws needs a secrets provider (for example: secretsProvider: awskms://alias/pulumi?region=us-east-1)`,
			`configs/organization.yaml:1:1: backend.url: cloud aws needs a backend that is shared (for example: url: s3://meridian-pulumi-state?region=us-east-1)`,
		}},
		{"endpoint", organization("cloud: simulated", "cloud: simulated\nendpoint: http://localhost:4566"), []string{
			`configs/organization.yaml:4:11: endpoint: an endpoint has no effect with cloud simulated (remove it, or set cloud: aws)`,
		}},
		{"account ids", organization(`"111111111111"`, "111111111111", `"222222222222"`, `"2222"`), []string{
			`configs/organization.yaml:7:9: accounts[nonprod].id: 111111111111 is an integer, want 12 digits in quotes (put it in quotes: "111111111111")`,
			`configs/organization.yaml:14:9: accounts[prod].id: "2222" is not valid, want 12 digits in quotes`,
		}},
		{"account id twice", organization("222222222222", "111111111111"), []string{
			`configs/organization.yaml:14:9: accounts[prod].id: account id "111111111111" is already that of accounts[nonprod] at configs/organization.yaml:7:9 (an AWS account is listed once)`,
		}},
		{"account slots", organization("slot: 2", "slot: 1"), []string{
			`configs/organization.yaml:15:11: accounts[prod].slot: slot 1 is already that of accounts[nonprod] at configs/organization.yaml:8:11 (give each account a slot of its own: their addresses would be the same)`,
		}},
		{"account slot out of range", organization("slot: 2", "slot: 16", "slot: 1\n", "slot: 0\n"), []string{
			`configs/organization.yaml:8:11: accounts[nonprod].slot: 0 is out of range, want 1 to 15`,
			`configs/organization.yaml:15:11: accounts[prod].slot: 16 is out of range, want 1 to 15`,
		}},
		{"account twice", organization("name: prod", "name: nonprod"), []string{
			`configs/organization.yaml:13:11: accounts[nonprod]: the name is already used at configs/organization.yaml:6:11 (give one of the two another name)`,
		}},
		{"quotas", organization("homeRegion: us-east-1", "homeRegion: us-east-1\n    quotas: {iamRols: 2000, iamPolicies: 5001, targetGroups: 200, cellSlots: 65, subnets: 0, fargateVCPUs: many, kmsKeys: 7}"), []string{
			`configs/organization.yaml:10:23: accounts[nonprod].quotas.iamRols: "iamRols" is not a quota (did you mean "iamRoles"? quotas: listenerRules, certificates, iamRoles, iamPolicies, securityGroups, networkInterfaces, fargateVCPUs, fargateSpotVCPUs, subnets, kmsKeys, buckets, dbInstances, eventRules, malwareScannedBuckets, transferServers, vpcs, elasticIPs, applicationLoadBalancers)`,
			`configs/organization.yaml:10:42: accounts[nonprod].quotas.iamPolicies: 5001 is out of range, want 1 to 5000, which is what AWS grants at most (write what Service Quotas shows for the account)`,
			`configs/organization.yaml:10:62: accounts[nonprod].quotas.targetGroups: the quota of target groups is fixed at 100 a load balancer (remove it)`,
			`configs/organization.yaml:10:78: accounts[nonprod].quotas.cellSlots: the quota of cell slots is fixed at 64 a VPC (remove it)`,
			`configs/organization.yaml:10:91: accounts[nonprod].quotas.subnets: 0 is out of range, want at least 1 (write what Service Quotas shows for the account)`,
			`configs/organization.yaml:10:108: accounts[nonprod].quotas.fargateVCPUs: "many" is a string, want an integer`,
		}},
		{"region slots", organization("us-west-2, slot: 1", "us-west-2, slot: 0"), []string{
			`configs/organization.yaml:12:33: accounts[nonprod].regions[us-west-2].slot: slot 0 is already that of accounts[nonprod].regions[us-east-1] at configs/organization.yaml:11:33 (give each region of an account a slot of its own: their addresses would be the same)`,
		}},
		{"region slot out of range", organization("us-west-2, slot: 1", "us-west-2, slot: 4"), []string{
			`configs/organization.yaml:12:33: accounts[nonprod].regions[us-west-2].slot: 4 is out of range, want 0 to 3`,
		}},
		{"home region", organization("homeRegion: us-west-2", "homeRegion: us-west-1"), []string{
			`configs/organization.yaml:16:17: accounts[prod].homeRegion: "us-west-1" is not one of the account's regions (did you mean "us-west-2"? regions: us-west-2)`,
		}},
		{"region", organization("us-east-1", "us-esat-1"), []string{
			`configs/clients/acme/cell.yaml:2:9: region: account nonprod has no region "us-east-1" (did you mean "us-esat-1"? its regions: us-esat-1, us-west-2)`,
			`configs/organization.yaml:11:16: accounts[nonprod].regions[us-esat-1].name: "us-esat-1" is not a known AWS region (did you mean "us-east-1"? regions: af-south-1, ap-east-1, ap-northeast-1, ap-northeast-2, ap-northeast-3, ap-south-1, ap-south-2, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-4, ap-southeast-5, ca-central-1, ca-west-1, eu-central-1, eu-central-2, eu-north-1, eu-south-1, eu-south-2, eu-west-1, eu-west-2, eu-west-3, il-central-1, me-central-1, me-south-1, mx-central-1, sa-east-1, us-east-1, us-east-2, us-west-1, us-west-2)`,
		}},
		{"zones", organization("[usw2-az1, usw2-az2]", "[usw2-az1, use1-az2]", "[usw2-az1, usw2-az2, usw2-az3]", "[us-west-2a, usw2-az2, usw2-az2]"), []string{
			`configs/organization.yaml:12:54: accounts[nonprod].regions[us-west-2].zones[1]: "use1-az2" is not a zone id of us-west-2, want usw2-az1 and so on (zone names such as us-east-1a differ from account to account; ids do not)`,
			`configs/organization.yaml:18:44: accounts[prod].regions[us-west-2].zones[0]: "us-west-2a" is not a zone id of us-west-2, want usw2-az1 and so on (zone names such as us-east-1a differ from account to account; ids do not)`,
			`configs/organization.yaml:18:66: accounts[prod].regions[us-west-2].zones[2]: zone "usw2-az2" is already listed as zones[1] (list each zone once)`,
		}},
		{"number of zones", organization("[usw2-az1, usw2-az2]", "[usw2-az1]"), []string{
			`configs/organization.yaml:12:43: accounts[nonprod].regions[us-west-2].zones: 1 zones are listed, want 2 to 4 (for example: [usw2-az1, usw2-az2, usw2-az3])`,
		}},
		{"too many zones", organization("[usw2-az1, usw2-az2, usw2-az3]", "[usw2-az1, usw2-az2, usw2-az3, usw2-az4, usw2-az5]"), []string{
			`configs/organization.yaml:18:43: accounts[prod].regions[us-west-2].zones: 5 zones are listed, want 2 to 4 (for example: [usw2-az1, usw2-az2, usw2-az3])`,
		}},
		{"no rings", organization("[{name: canary}, {name: broad}]", "[]"), []string{
			`configs/organization.yaml:4:8: rings: there are no rings, want at least one (for example: rings: [{name: canary}, {name: broad}])`,
		}},
		{"ring twice", organization("name: broad", "name: canary"), []string{
			`configs/organization.yaml:4:32: rings[canary]: the name is already used at configs/organization.yaml:4:16 (give one of the two another name)`,
		}},
		{"missing keys", organization("domain: example.com\n", "", `    id: "222222222222"`+"\n", "", "usw2-az3]", "usw2-az3], slots: 4"), []string{
			`configs/organization.yaml:1:1: domain: missing key, want a lower-case DNS domain (for example: domain: example.com)`,
			`configs/organization.yaml:12:5: accounts[prod].id: missing key, want 12 digits in quotes (for example: id: "111122223333")`,
			`configs/organization.yaml:16:75: accounts[prod].regions[us-west-2].slots: unknown key (did you mean "slot"? known keys: name, slot, zones)`,
		}},
	})
}
