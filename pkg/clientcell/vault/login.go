package vault

import (
	vaultaws "github.com/pulumi/pulumi-vault/sdk/v5/go/vault/aws"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/identity"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
	"cellworks/pkg/vaultpolicy"
)

// tokenSeconds is how long the token of a service lives that it does not renew, and
// longestSeconds how long any does: the service then logs in again.
const (
	tokenSeconds   = 3600
	longestSeconds = 24 * 3600
)

// Login is a service's role of AWS.
type Login struct {
	// RoleARN is the role, and UniqueID what tells it from one of the same name later.
	RoleARN, UniqueID pulumi.StringInput
}

// addLogin lets the tasks of a service log in, and nobody else: Vault remembers the id of
// the role, so that nobody can take its place under the same name. When the role is made
// anew its id is another one, and so must the login be.
//
// What they reach is what the policy that all services share gives to their identity. The
// login comes after it: a role that logged in before would get an identity of its own,
// and Vault would refuse this one.
func (v *Vault) addLogin(service string) error {
	role, name := naming.CellVaultRole(v.args.Client, service), v.name+"-"+service
	known, err := v.addIdentity(service)
	if err != nil {
		return err
	}
	login := v.args.Logins[service]
	made, err := vaultaws.NewAuthBackendRole(v.ctx, name, &vaultaws.AuthBackendRoleArgs{
		Backend:               pulumi.String(naming.VaultAWSMount),
		Role:                  pulumi.String(role),
		AuthType:              pulumi.String("iam"),
		BoundIamPrincipalArns: pulumi.StringArray{login.RoleARN},
		ResolveAwsUniqueIds:   pulumi.Bool(true),
		TokenPolicies:         pulumi.StringArray{pulumi.String(naming.VaultCellServicePolicy)},
		TokenTtl:              pulumi.Int(tokenSeconds),
		TokenMaxTtl:           pulumi.Int(longestSeconds),
	}, v.child, pulumi.DependsOn([]pulumi.Resource{known}), pulumi.ReplacementTrigger(login.UniqueID), pulumi.DeleteBeforeReplace(true))
	if err == nil {
		v.Roles[service] = made.Role
	}
	return err
}

// addIdentity says whose service a role of AWS is, and returns what must be there before
// it logs in.
func (v *Vault) addIdentity(service string) (pulumi.Resource, error) {
	name := v.name + "-" + service
	entity, err := identity.NewEntity(v.ctx, name, &identity.EntityArgs{
		Name: pulumi.String(naming.CellVaultRole(v.args.Client, service)),
		Metadata: pulumi.StringMap{
			vaultpolicy.MetadataClient:  pulumi.String(v.args.Client),
			vaultpolicy.MetadataService: pulumi.String(service),
		},
	}, v.child)
	if err != nil {
		return nil, err
	}
	return identity.NewEntityAlias(v.ctx, name, &identity.EntityAliasArgs{
		Name:          v.args.Logins[service].UniqueID.ToStringOutput(),
		MountAccessor: pulumi.String(v.args.Accessor),
		CanonicalId:   entity.ID(),
	}, v.child, pulumi.DeletedWith(entity))
}
