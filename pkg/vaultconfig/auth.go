package vaultconfig

import (
	"maps"
	"slices"
	"time"

	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
	vaultaws "github.com/pulumi/pulumi-vault/sdk/v5/go/vault/aws"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/identity"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/jwt"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
	"cellworks/pkg/vaultpolicy"
)

const (
	// tokenSeconds is how long a token lives that nobody renews; longestSeconds how long
	// any lives: a working day.
	tokenSeconds   = 3600
	longestSeconds = 12 * 3600
	// snapshotSeconds is plenty to save what is stored.
	snapshotSeconds = 600
	// deploySeconds is how long a deployment of a cell takes at most.
	deploySeconds = 2 * 3600

	// peopleRole is the only role of people: groups decide what they may do.
	peopleRole = "people"
)

// addAWS lets roles of AWS log in.
func (c *Contents) addAWS() error {
	method, err := vault.NewAuthBackend(c.ctx, c.name+"-"+naming.VaultAWSMount, &vault.AuthBackendArgs{
		Type:        pulumi.String("aws"),
		Path:        pulumi.String(naming.VaultAWSMount),
		Description: pulumi.String("Roles of AWS"),
		Tune: vault.AuthBackendTuneArgs{
			DefaultLeaseTtl:   pulumi.String(duration(tokenSeconds)),
			MaxLeaseTtl:       pulumi.String(duration(longestSeconds)),
			ListingVisibility: pulumi.String("hidden"),
			TokenType:         pulumi.String("default-service"),
		},
	}, c.child)
	if err != nil {
		return err
	}
	c.methods[naming.VaultAWSMount], c.AWSAccessor = method.Path, method.Accessor
	if err := c.addDeployCell(); err != nil {
		return err
	}
	lookup, err := c.addLookup(method)
	if err != nil {
		return err
	}
	for _, role := range c.awsRoles() {
		if err := c.addAWSRole(method, role, pulumi.DependsOn(lookup)); err != nil {
			return err
		}
	}
	return nil
}

// addDeployCell writes the policy of those who deploy cells, which names the auth method.
func (c *Contents) addDeployCell() error {
	text := c.AWSAccessor.ApplyT(func(accessor string) (string, error) { return vaultpolicy.DeployCell(accessor).HCL() }).(pulumi.StringOutput)
	_, err := vault.NewPolicy(c.ctx, c.name+"-"+vaultpolicy.DeployCellName, &vault.PolicyArgs{
		Name:   pulumi.String(vaultpolicy.DeployCellName),
		Policy: text,
	}, c.child)
	return err
}

// addLookup says how Vault finds out who logs in: by the region's STS, only for
// requests that were signed for this Vault, and in other accounts as the role there. An
// identity is a role of AWS, whichever role of Vault it logs in by: a cell's deployment
// says whose service a role is before it lets it log in. It returns what must be there
// before Vault can.
func (c *Contents) addLookup(method *vault.AuthBackend) ([]pulumi.Resource, error) {
	name := c.name + "-" + naming.VaultAWSMount
	client, err := vaultaws.NewAuthBackendClient(c.ctx, name, &vaultaws.AuthBackendClientArgs{
		Backend:                method.Path,
		IamServerIdHeaderValue: pulumi.String(c.args.Host),
		StsEndpoint:            pulumi.String(stsEndpoint(c.args.Region)),
		StsRegion:              pulumi.String(c.args.Region),
	}, c.child)
	if err != nil {
		return nil, err
	}
	who, err := vaultaws.NewAuthBackendConfigIdentity(c.ctx, name, &vaultaws.AuthBackendConfigIdentityArgs{
		Backend:      method.Path,
		IamAlias:     pulumi.String("unique_id"),
		IamMetadatas: pulumi.ToStringArray([]string{"account_id", "auth_type", "canonical_arn", "client_arn"}),
	}, c.child)
	if err != nil {
		return nil, err
	}
	lookup := []pulumi.Resource{client, who}
	for _, account := range slices.Sorted(maps.Keys(c.args.ReaderRoleARNs)) {
		reader, err := vaultaws.NewAuthBackendStsRole(c.ctx, name+"-"+account, &vaultaws.AuthBackendStsRoleArgs{
			Backend:   method.Path,
			AccountId: pulumi.String(account),
			StsRole:   pulumi.String(c.args.ReaderRoleARNs[account]),
		}, c.child)
		if err != nil {
			return nil, err
		}
		lookup = append(lookup, reader)
	}
	return lookup, nil
}

// stsEndpoint is the STS of a region
// (docs.aws.amazon.com/general/latest/gr/sts.html).
func stsEndpoint(region string) string {
	host := "https://sts." + region + ".amazonaws.com"
	if naming.Partition(region) == "aws-cn" {
		host += ".cn"
	}
	return host
}

// awsRole is who logs in as a role of AWS, and what for.
type awsRole struct {
	name       string
	principals []string
	policies   []string
	seconds    int
	// later says that the principals may not exist yet.
	later bool
}

// awsRoles are those who log in as a role of AWS. Services of cells are the cells'
// business.
func (c *Contents) awsRoles() []awsRole {
	a := c.args
	roles := []awsRole{
		{name: naming.PersonBreakGlass, principals: []string{a.BreakGlassRoleARN}, policies: []string{vaultpolicy.Administrator().Name}, seconds: tokenSeconds},
		{name: vaultpolicy.DeployCellName, principals: slices.Sorted(slices.Values(a.CellDeployRoleARNs)), policies: []string{vaultpolicy.DeployCellName}, seconds: deploySeconds, later: true},
	}
	for _, kind := range slices.Sorted(maps.Keys(a.AgentRoleARNs)) {
		policies := []string{vaultpolicy.Agent(kind).Name}
		if kind == naming.ProjectUtility {
			policies = append(policies, vaultpolicy.Certificates().Name)
		}
		roles = append(roles, awsRole{name: "jenkins-agent-" + kind, principals: []string{a.AgentRoleARNs[kind]}, policies: policies, seconds: tokenSeconds, later: true})
	}
	return append(roles, awsRole{name: a.SnapshotRole, principals: []string{a.ServerRoleARN}, policies: []string{vaultpolicy.Snapshot().Name}, seconds: snapshotSeconds})
}

// addAWSRole lets principals log in. Vault remembers the ids of those that exist, so
// that nobody can take their place under the same name. Those that come later are
// known by a pattern of their ARN: without an id, Vault compares paths only with
// patterns (developer.hashicorp.com/vault/api-docs/auth/aws, bound_iam_principal_arn).
func (c *Contents) addAWSRole(method *vault.AuthBackend, role awsRole, after pulumi.ResourceOption) error {
	principals := role.principals
	if role.later {
		principals = make([]string, len(role.principals))
		for i, principal := range role.principals {
			principals[i] = principal + "*"
		}
	}
	c.AWSRoles[role.name] = role.policies
	_, err := vaultaws.NewAuthBackendRole(c.ctx, c.name+"-"+role.name, &vaultaws.AuthBackendRoleArgs{
		Backend:               method.Path,
		Role:                  pulumi.String(role.name),
		AuthType:              pulumi.String("iam"),
		BoundIamPrincipalArns: pulumi.ToStringArray(principals),
		ResolveAwsUniqueIds:   pulumi.Bool(!role.later),
		TokenPolicies:         pulumi.ToStringArray(role.policies),
		TokenTtl:              pulumi.Int(role.seconds),
		TokenMaxTtl:           pulumi.Int(role.seconds),
	}, c.child, after)
	return err
}

// addPeople lets people log in by the identity provider. What they may do is what their
// groups there may.
func (c *Contents) addPeople() error {
	provider := c.args.IdentityProvider
	if provider == nil {
		return nil
	}
	seconds := c.args.Config.People.SessionMinutes * 60
	method, err := jwt.NewAuthBackend(c.ctx, c.name+"-"+naming.VaultPeopleMount, &jwt.AuthBackendArgs{
		Type:             pulumi.String("oidc"),
		Path:             pulumi.String(naming.VaultPeopleMount),
		Description:      pulumi.String("People"),
		OidcDiscoveryUrl: pulumi.String(provider.Issuer),
		BoundIssuer:      pulumi.String(provider.Issuer),
		OidcClientId:     pulumi.String(provider.ClientID),
		OidcClientSecret: pulumi.ToSecret(provider.ClientSecret).(pulumi.StringOutput),
		DefaultRole:      pulumi.String(peopleRole),
		Tune: jwt.AuthBackendTuneArgs{
			DefaultLeaseTtl:   pulumi.String(duration(seconds)),
			MaxLeaseTtl:       pulumi.String(duration(seconds)),
			ListingVisibility: pulumi.String("unauth"), // the page for logins shows it
			TokenType:         pulumi.String("default-service"),
		},
	}, c.child)
	if err != nil {
		return err
	}
	c.methods[naming.VaultPeopleMount] = method.Path.Elem()
	_, err = jwt.NewAuthBackendRole(c.ctx, c.name+"-"+peopleRole, &jwt.AuthBackendRoleArgs{
		Backend:             method.Path.Elem(),
		RoleName:            pulumi.String(peopleRole),
		RoleType:            pulumi.String("oidc"),
		UserClaim:           pulumi.String("sub"), // an address can become another person's
		ClaimMappings:       pulumi.Map{"email": pulumi.String("email")},
		GroupsClaim:         pulumi.String("groups"),
		OidcScopes:          pulumi.ToStringArray([]string{"profile", "email", "groups"}),
		BoundAudiences:      pulumi.ToStringArray([]string{provider.ClientID}),
		AllowedRedirectUris: pulumi.ToStringArray(naming.VaultSignInURLs(c.args.Address)),
		TokenTtl:            pulumi.Int(seconds),
		TokenMaxTtl:         pulumi.Int(seconds),
	}, c.child)
	if err != nil {
		return err
	}
	return c.addGroups(method.Accessor)
}

// addGroups gives policies to groups of the identity provider.
func (c *Contents) addGroups(accessor pulumi.StringInput) error {
	for _, group := range c.args.Config.People.Groups {
		made, err := identity.NewGroup(c.ctx, c.name+"-"+group.Name, &identity.GroupArgs{
			Name:     pulumi.String(group.Name),
			Type:     pulumi.String("external"),
			Policies: pulumi.ToStringArray(slices.Sorted(slices.Values(group.Policies))),
		}, c.child)
		if err != nil {
			return err
		}
		if _, err := identity.NewGroupAlias(c.ctx, c.name+"-"+group.Name, &identity.GroupAliasArgs{
			Name:          pulumi.String(group.Name),
			MountAccessor: accessor,
			CanonicalId:   made.ID().ToStringOutput(),
		}, c.child); err != nil {
			return err
		}
	}
	return nil
}

// addOutside lets what is outside AWS log in. Roles and secret ids are made when
// somebody needs one, by hand: a secret id in Pulumi's state would be one too many.
func (c *Contents) addOutside() error {
	method, err := vault.NewAuthBackend(c.ctx, c.name+"-"+naming.VaultOutsideMount, &vault.AuthBackendArgs{
		Type:        pulumi.String("approle"),
		Path:        pulumi.String(naming.VaultOutsideMount),
		Description: pulumi.String("What is outside AWS; its roles have the policy outside"),
		Tune: vault.AuthBackendTuneArgs{
			DefaultLeaseTtl:   pulumi.String(duration(tokenSeconds)),
			MaxLeaseTtl:       pulumi.String(duration(longestSeconds)),
			ListingVisibility: pulumi.String("hidden"),
			TokenType:         pulumi.String("default-service"),
		},
	}, c.child)
	if err != nil {
		return err
	}
	c.methods[naming.VaultOutsideMount] = method.Path
	return nil
}

// duration writes seconds as Vault does when it is asked.
func duration(seconds int) string { return (time.Duration(seconds) * time.Second).String() }
