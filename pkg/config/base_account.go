package config

// BaseGuardrails are account-wide and regional settings. Encryption of volumes,
// the blocks on public buckets, snapshots and images, the version 2 of the
// instance metadata service and the closed serial console are not options.
type BaseGuardrails struct {
	// AccountAlias takes the place of the account id in the sign-in address; unique
	// in all of AWS. Default: <organization>-<account>. Home region only.
	AccountAlias string `yaml:"accountAlias,optional" match:"^[a-z0-9](-?[a-z0-9]){2,62}$" hint:"3 to 63 lower-case letters, digits and single dashes"`
	// Contacts are whom AWS tells about the account. Home region only.
	Contacts BaseContacts `yaml:"contacts"`
	// PasswordPolicy is for IAM users, of which there should be none. Home region only.
	PasswordPolicy BasePasswordPolicy `yaml:"passwordPolicy"`
	// MetadataHopLimit is how many network hops a reply of the instance metadata
	// service may take, 1 or 2: containers on a bridge network need 2.
	MetadataHopLimit int `yaml:"metadataHopLimit" range:"1..2" example:"1"`
	// ImageScanning says what scans container images: enhanced is Inspector, again
	// and again; basic is ECR itself, on push.
	ImageScanning string `yaml:"imageScanning" oneof:"enhanced|basic" example:"enhanced"`
	// ServiceLinkedRoles are those that the stack makes before the services would have
	// made them by themselves. Leave out those that the account has already: IAM
	// refuses to make one twice. Home region only.
	ServiceLinkedRoles []string `yaml:"serviceLinkedRoles,optional" oneof:"autoscaling|config|ecs|elasticloadbalancing" example:"[autoscaling, config, ecs, elasticloadbalancing]"`
	// KeyDeletionWindowDays is how long a deleted key of the account can be restored,
	// 7 to 30 (docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html).
	KeyDeletionWindowDays int `yaml:"keyDeletionWindowDays" range:"7..30" example:"30"`
}

// BaseContacts are the account's alternate contacts. Each is optional, but the one
// for security is required by FSBP Account.1.
type BaseContacts struct {
	// Security hears of abuse and of security events.
	Security BaseContact `yaml:"security"`
	// Operations hears of outages and maintenance. Optional.
	Operations BaseContact `yaml:"operations,optional"`
	// Billing hears of invoices. Optional.
	Billing BaseContact `yaml:"billing,optional"`
}

// BaseContact is one alternate contact.
type BaseContact struct {
	// FullName is the person's or the team's.
	FullName string `yaml:"fullName" match:"^[^\\x00-\\x1f]{1,64}$" hint:"1 to 64 characters" example:"Security Team"`
	// Title is the role.
	Title string `yaml:"title" match:"^[^\\x00-\\x1f]{1,50}$" hint:"1 to 50 characters" example:"Security Officer"`
	// Email is the address.
	Email string `yaml:"email" match:"^[^\\s@]+@[^\\s@]+[.][^\\s@]+$" hint:"an e-mail address" example:"security@example.com"`
	// Phone is the number with its country code.
	Phone string `yaml:"phone" match:"^[+][0-9 ()-]{6,24}$" hint:"a phone number that begins with + and the country code" example:"\"+1 555 0100\""`
}

// BasePasswordPolicy is the account's password policy. All kinds of characters are
// required; that is not an option.
type BasePasswordPolicy struct {
	// MinimumLength is 14 to 128; HIPAA's rule iam-password-policy wants 14.
	MinimumLength int `yaml:"minimumLength" range:"14..128" example:"14"`
	// MaximumAgeDays is 1 to 90, as iam-password-policy wants.
	MaximumAgeDays int `yaml:"maximumAgeDays" range:"1..90" example:"90"`
}

// BaseAccess is who may deploy into an account and who may look at it. It lives in
// the account's home region; other regions ignore it.
type BaseAccess struct {
	// OrganizationID is the id of the AWS organization. When it is set, only
	// principals of that organization may assume the account's roles. Optional.
	OrganizationID string `yaml:"organizationID,optional" match:"^o-[a-z0-9]{10,32}$" hint:"an organization id, such as o-a1b2c3d4e5"`
	// MaxSessionHours is the longest session of a deployment role, 1 to 12
	// (docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html).
	MaxSessionHours int `yaml:"maxSessionHours" range:"1..12" example:"1"`
	// Deployers are the roles that may assume the deployment roles; a named list.
	Deployers []Deployer `yaml:"deployers,optional"`
	// CI are the OpenID Connect providers whose jobs may assume the deployment roles;
	// a named list. Optional.
	CI []CIProvider `yaml:"ci,optional"`
	// SAMLMetadata is the XML that the identity provider publishes for AWS; it holds
	// no secret. With it, people sign in to the roles admin, operator and auditor.
	// Optional.
	SAMLMetadata string `yaml:"samlMetadata,optional"`
	// PeopleAccount is the account whose principals may assume the roles auditor and
	// break-glass, with a second factor; one of the organization's accounts.
	PeopleAccount string `yaml:"peopleAccount" example:"ops"`
	// VaultAccount is the account whose Vault servers look up who logs in to them; one
	// of the organization's accounts. Empty: none does.
	VaultAccount string `yaml:"vaultAccount,optional" match:"^[a-z][a-z0-9]{1,11}$" hint:"the name of an account" example:"ops"`
}

// Deployer is who may assume the deployment roles of an account.
type Deployer struct {
	// Name is unique in the list.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"jenkins"`
	// Account is where the role is; one of the organization's accounts.
	Account string `yaml:"account" example:"ops"`
	// Role is the role's name with its path, and may hold the wildcard *.
	Role string `yaml:"role" match:"^[A-Za-z0-9+=,.@_/*-]{1,512}$" hint:"the path and name of a role, such as jenkins/agent or jenkins/*" example:"jenkins/*"`
	// Projects are those that it may deploy. Empty: all.
	Projects []string `yaml:"projects,optional" oneof:"base|utility|cell" example:"[cell]"`
}

// CIProvider is an OpenID Connect provider that signs the identities of jobs.
type CIProvider struct {
	// Name is unique in the list.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"github"`
	// URL is the provider's issuer.
	URL string `yaml:"url" match:"^https://[^\\s/?#]+(/[^\\s?#]*)?$" hint:"an https URL without query" example:"https://token.actions.githubusercontent.com"`
	// Audience is what the tokens are for: their claim aud.
	Audience string `yaml:"audience" match:"^\\S{1,255}$" hint:"1 to 255 characters without blanks" example:"sts.amazonaws.com"`
	// Subjects are the jobs that are trusted: values of the claim sub, at least one,
	// in which * stands for any characters but must not stand for all.
	Subjects []string `yaml:"subjects" match:"^[^\\s*]\\S*$" hint:"a value of the claim sub that does not begin with *" count:"1..20" example:"[repo:example/infrastructure:environment:production]"`
	// Projects are those that it may deploy. Empty: all.
	Projects []string `yaml:"projects,optional" oneof:"base|utility|cell" example:"[cell]"`
}

// BaseBudget is a monthly budget of the account, with mails when it runs out. Home
// region only.
type BaseBudget struct {
	// MonthlyUSD is the amount in US dollars, 1 to 10000000.
	MonthlyUSD int `yaml:"monthlyUSD" range:"1..10000000" example:"2000"`
	// AlertPercents are the shares of the amount at which a mail is sent, for what was
	// spent and for what is forecast, 1 to 1000; at most 5
	// (docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/management-limits.html).
	AlertPercents []int `yaml:"alertPercents" range:"1..1000" count:"1..5" example:"[80, 100]"`
	// Emails receive the mails, 1 to 10.
	Emails []string `yaml:"emails" match:"^[^\\s@]+@[^\\s@]+[.][^\\s@]+$" hint:"an e-mail address" count:"1..10" example:"[billing@example.com]"`
}
