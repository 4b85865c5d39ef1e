package clientcell

import (
	"fmt"
	"maps"
	"strings"

	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/database"
	"cellworks/pkg/clientcell/vault"
	"cellworks/pkg/config"
)

// vaultPort is where Vault's load balancer listens.
const vaultPort = 443

func (c *Cell) addVault(s *site) (err error) {
	cfg := s.Config
	args := vault.Args{
		Client:             cfg.Client,
		Accessor:           s.VaultConfig.AWSAccessor,
		Config:             cfg.Vault,
		DeletionProtection: cfg.Protects(config.ModuleVault),
		Logins:             map[string]vault.Login{},
	}
	for _, service := range s.services {
		args.Logins[service.Name] = vault.Login{RoleARN: c.Roles.TaskARNs[service.Name], UniqueID: c.Roles.TaskUniqueIDs[service.Name]}
	}
	if c.Database != nil && cfg.Database.MasterUser == config.MasterByVault {
		args.Database = &vault.Database{
			Name:       database.Name,
			CA:         s.Vault.DatabaseCA,
			Username:   c.Database.Username,
			Host:       c.Database.ServerHost,
			ResourceID: c.Database.ResourceID,
			Password:   c.Database.Password,
			Ready:      []pulumi.Resource{c.Database},
		}
		if c.VPC != nil {
			// Vault tries the connection, and ends logins over it before it goes.
			args.Database.Ready = append(args.Database.Ready, c.VPC)
		}
	}
	if c.Vault, err = vault.New(s.ctx, s.name, args, s.child); err != nil {
		return err
	}
	maps.Copy(c.outputs, c.Vault.Outputs())
	s.environment["VAULT_ADDR"] = pulumi.String(s.Vault.Address)
	for engine, path := range c.Vault.Mounts {
		s.environment["CELL_VAULT_"+variable(engine)] = path
	}
	for service, role := range c.Vault.Roles {
		s.environment["CELL_VAULT_ROLE_"+variable(service)] = role
	}
	return s.letTasksToVault(c)
}

// variable is a name as a part of that of an environment variable.
func variable(name string) string { return strings.ToUpper(strings.ReplaceAll(name, "-", "_")) }

// letTasksToVault lets the cell's tasks out to Vault, whose load balancer is in the
// subnets of its servers, also where the cell's egress lets nothing out.
func (s *site) letTasksToVault(c *Cell) error {
	for i, block := range s.Vault.ServerCIDRs {
		if _, err := awsvpc.NewSecurityGroupEgressRule(s.ctx, fmt.Sprintf("%s-vault-%d", s.name, i+1), &awsvpc.SecurityGroupEgressRuleArgs{
			SecurityGroupId: c.Network.MemberGroupID,
			Description:     pulumi.String("Vault"),
			IpProtocol:      pulumi.String("tcp"),
			FromPort:        pulumi.Int(vaultPort),
			ToPort:          pulumi.Int(vaultPort),
			CidrIpv4:        pulumi.String(block),
		}, s.child); err != nil {
			return err
		}
	}
	return nil
}
