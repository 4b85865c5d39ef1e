package config

// Cloud says which cloud the stacks are built in.
type Cloud string

const (
	// Simulated is the embedded simulated cloud; it needs no account.
	Simulated Cloud = "simulated"
	// AWS is Amazon Web Services, or an emulator named by Organization.Endpoint.
	AWS Cloud = "aws"
)

// Organization is organization.yaml: who owns the tree and where it may build.
type Organization struct {
	// Name is a slug of 2 to 12 characters and the prefix of every globally unique
	// name, such as those of buckets. Changing it after the first deploy renames them.
	Name string `yaml:"name" match:"^[a-z][a-z0-9]{1,11}$" hint:"2 to 12 lower-case letters and digits, starting with a letter" example:"meridian"`
	// Domain is the public DNS domain that the organization owns, lower case, no
	// trailing dot. Clients are served at <host>.<region>.<account>.<domain>.
	Domain string `yaml:"domain" match:"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$" hint:"a lower-case DNS domain" example:"example.com"`
	// Cloud is "simulated" (no account needed) or "aws".
	Cloud Cloud `yaml:"cloud" oneof:"simulated|aws" example:"simulated"`
	// Endpoint is the URL of an AWS-compatible emulator that takes the place of
	// AWS. Optional; only with cloud aws.
	Endpoint string `yaml:"endpoint,optional" match:"^https?://[^\\s/]+(/.*)?$" hint:"an http or https URL"`
	// Backend is where the state of stacks lives. Optional with the simulated
	// cloud (a local folder and a generated passphrase); required with aws.
	Backend Backend `yaml:"backend,optional"`
	// Rings are the steps of a rollout in order, first the one that goes first.
	Rings []Ring `yaml:"rings" example:"[{name: canary}, {name: broad}]"`
	// Accounts are the AWS accounts that stacks may be built in.
	Accounts []Account `yaml:"accounts" example:"see configs/organization.yaml"`
	// Peering says which VPCs are connected. Optional: none are.
	Peering Peering `yaml:"peering,optional"`
}

// Backend says where the state of stacks is kept and what encrypts its secrets.
type Backend struct {
	// URL is a Pulumi backend, such as s3://bucket?region=us-east-1. Empty: a local folder.
	URL string `yaml:"url,optional"`
	// SecretsProvider is a Pulumi secrets provider, such as awskms://alias/pulumi.
	// Empty: a generated passphrase.
	SecretsProvider string `yaml:"secretsProvider,optional"`
}

// Ring is one step of a rollout.
type Ring struct {
	// Name is how clients name the ring; unique in the organization.
	Name string `yaml:"name" match:"^[a-z][a-z0-9-]{0,19}$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter" example:"early"`
}

// Account is one AWS account.
type Account struct {
	// Name is how files and stacks name the account; unique in the organization,
	// 2 to 12 characters.
	Name string `yaml:"name" match:"^[a-z][a-z0-9]{1,11}$" hint:"2 to 12 lower-case letters and digits, starting with a letter" example:"prod"`
	// ID is the AWS account id: 12 digits, quoted so that YAML keeps a leading zero.
	ID string `yaml:"id" match:"^[0-9]{12}$" hint:"12 digits in quotes" example:"\"111122223333\""`
	// Slot fixes the account's addresses, 1 to 15 (slot 0 is reserved); unique, never
	// changed, never reused. See package ipam.
	Slot int `yaml:"slot" range:"1..15" example:"1"`
	// HomeRegion is the region whose base stack holds what exists once per account.
	// One of Regions.
	HomeRegion string `yaml:"homeRegion" example:"us-east-1"`
	// Role is the name, with its path where it has one, of the IAM role that a deploy of
	// the base level assumes in the account. Default: OrganizationAccountAccessRole,
	// which AWS Organizations creates; deploy/pulumi-base, once the account's base stack
	// is up, lets the deployers of base.access deploy that level too.
	Role string `yaml:"role" default:"OrganizationAccountAccessRole" match:"^([A-Za-z0-9+=,.@_-]+/){0,8}[A-Za-z0-9+=,.@_-]{1,64}$" hint:"the name of an IAM role, with its path when it has one"`
	// Quotas are the service quotas that AWS has raised for the account, in each of its
	// regions, by the names that cellctl quota show prints. Optional: the others are
	// those of a new account. What cells would use beyond them stops up and preview
	// before anything is touched.
	Quotas map[string]int `yaml:"quotas,optional"`
	// Regions are the regions in use in the account.
	Regions []Region `yaml:"regions" example:"see configs/organization.yaml"`
}

// Region returns the account's region of that name and reports whether there is one.
func (a Account) Region(name string) (Region, bool) {
	for _, r := range a.Regions {
		if r.Name == name {
			return r, true
		}
	}
	return Region{}, false
}

// Region is one region of one account.
type Region struct {
	// Name is the AWS region name, such as us-east-1.
	Name string `yaml:"name" example:"us-east-1"`
	// Slot fixes the region's addresses within the account, 0 to 3; unique in the
	// account, never changed, never reused. See package ipam.
	Slot int `yaml:"slot" range:"0..3" example:"0"`
	// Zones are 2 to 4 availability zone ids (use1-az1, not us-east-1a: the names
	// differ from account to account). The position of a zone fixes its subnets:
	// append, never reorder.
	Zones []string `yaml:"zones" example:"[use1-az1, use1-az2, use1-az3]"`
}
