package bootstrap

import (
	"fmt"
	"strings"

	"cellworks/pkg/fleet"
	"cellworks/pkg/naming"
)

// accounts adds what comes before any stack: the accounts, access to them, the place
// of the state, and accounts without the networks that AWS put into them.
func (p *plan) accounts() {
	const simulated = "the simulated cloud has the accounts of organization.yaml"
	org := p.Tree.Organization()
	var listed []string
	for _, account := range org.Accounts {
		listed = append(listed, account.Name+" "+account.ID)
	}
	p.add(Step{
		ID: "organization", Title: "Accounts, domain, tenants and quotas",
		Notes: []string{
			"the accounts are there, in one AWS organization: " + strings.Join(listed, ", "),
			"the domain " + org.Domain + " is registered, and you can write to its zone",
			"there are the tenants of Okta and Datadog that utility.yaml names",
			"quotas are raised where the defaults are too low: Elastic IPs, vCPUs on demand and of Fargate, roles of IAM, VPC peering connections",
		},
	}, simulated)
	p.profiles(simulated)
	p.state()
	p.defaultNetworks()
}

// profiles adds access to the accounts, by profiles that assume the account's role.
func (p *plan) profiles(simulated string) {
	type entry struct{ Profile, Role, Region string }
	var entries []entry
	step := Step{
		ID: "profiles", Title: "Access to every account",
		Notes: []string{"the profile default is that of a person who may assume the role of every account, with a second factor"},
	}
	for _, account := range p.Tree.Organization().Accounts {
		profile := p.profile(account.Name)
		entries = append(entries, entry{profile, naming.ARN(account.HomeRegion, "iam", "", account.ID, "role/"+account.Role), account.HomeRegion})
		step.Checks = append(step.Checks, Check{
			What:    "profile " + profile,
			Command: []string{"aws", "sts", "get-caller-identity", "--profile", profile, "--query", "Account", "--output", "text"},
			Want:    "^" + account.ID + "$",
		})
	}
	step.Script = p.script("profiles", entries)
	p.add(step, simulated)
}

// state adds the bucket and key of the state. They are infrastructure that no stack
// can hold, so that nothing but this step makes them.
func (p *plan) state() {
	const simulated = "state is a local folder, encrypted with a generated passphrase"
	backend := p.Tree.Organization().Backend
	bucket, _, bucketRegion, isBucket := backend.Bucket()
	key, keyRegion, isKey := backend.Key()
	step := Step{ID: "state", Title: "Bucket and key of the state"}
	if !isBucket || !isKey {
		step.Notes = []string{fmt.Sprintf("the backend %q with the secrets provider %q is none that is made here: make it as its documentation says", backend.URL, backend.SecretsProvider)}
		p.add(step, simulated)
		return
	}
	if bucketRegion == "" {
		bucketRegion = p.home.region
	}
	if keyRegion == "" {
		keyRegion = bucketRegion
	}
	profile := p.profile(p.home.account.Name)
	step.Notes = []string{"names of buckets are global: when somebody else has it, choose another in organization.yaml"}
	step.Script = p.script("state", struct {
		Profile, Bucket, BucketARN, BucketRegion, Key, KeyRegion string
		Alias                                                    bool
	}{profile, bucket, naming.ARN(bucketRegion, "s3", "", "", bucket), bucketRegion, key, keyRegion, strings.HasPrefix(key, "alias/")})
	aws := func(what, want string, args ...string) Check {
		return Check{What: what, Want: want, Command: append([]string{"aws", "--profile", profile, "--output", "text"}, args...)}
	}
	step.Checks = []Check{
		aws("key of the state", "^Enabled$", "--region", keyRegion, "kms", "describe-key", "--key-id", key, "--query", "KeyMetadata.KeyState"),
		aws("versions in the bucket of the state", "^Enabled$", "--region", bucketRegion, "s3api", "get-bucket-versioning", "--bucket", bucket, "--query", "Status"),
		aws("encryption of the bucket of the state", "^aws:kms$", "--region", bucketRegion, "s3api", "get-bucket-encryption", "--bucket", bucket,
			"--query", "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm"),
		aws("the bucket of the state is private", "^True$", "--region", bucketRegion, "s3api", "get-public-access-block", "--bucket", bucket,
			"--query", "PublicAccessBlockConfiguration.RestrictPublicBuckets"),
	}
	p.add(step, simulated)
}

// defaultNetworks adds the removal of the VPCs that AWS made.
func (p *plan) defaultNetworks() {
	type entry struct{ Profile, Region string }
	var entries []entry
	step := Step{
		ID: "default-networks", Title: "No default VPC in any region",
		Notes: []string{"a VPC that is in use is not deleted, and its region is named again"},
	}
	for _, account := range p.Tree.Organization().Accounts {
		for _, region := range account.Regions {
			at := entry{p.profile(account.Name), region.Name}
			entries = append(entries, at)
			step.Checks = append(step.Checks, Check{
				What: "default VPC of " + account.Name + " in " + region.Name,
				Command: []string{
					"aws", "ec2", "describe-vpcs", "--profile", at.Profile, "--region", at.Region, "--filters", "Name=is-default,Values=true",
					"--query", "length(Vpcs)", "--output", "text",
				},
				Want: "^0$",
			})
		}
	}
	step.Script = p.script("default-networks", entries)
	p.add(step, "the simulated cloud makes none")
}

// delegation adds the name servers of the regions' zones to the domain. Certificates
// are proven in these zones, so everything that has one waits for it.
func (p *plan) delegation() {
	type entry struct{ Stack, Zone string }
	var entries []entry
	step := Step{
		ID: "delegation", Title: "Zones of all regions in the domain",
		Notes: []string{"add the NS records that the script prints to the zone of " + p.Tree.Organization().Domain + ", wherever that is"},
	}
	for _, account := range p.Tree.Organization().Accounts {
		for _, region := range account.Regions {
			zone := naming.Zone(region.Name, account.Name, p.Tree.Organization().Domain)
			base := fleet.Stack{Project: naming.ProjectBase, Name: naming.StackBase(account.Name, region.Name)}
			entries = append(entries, entry{base.String(), zone})
			step.Checks = append(step.Checks, Check{
				What: "delegation of " + zone, Command: []string{"dig", "+short", "NS", zone}, Want: `(?m)[.]awsdns-[0-9]+[.]`,
			})
		}
	}
	step.Script = p.script("delegation", entries)
	p.add(step, "the simulated cloud proves certificates by records in its own zones")
}
