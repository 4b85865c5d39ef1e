package clientcell

import (
	"maps"
	"slices"

	"cellworks/pkg/clientcell/iam"
	"cellworks/pkg/clientcell/kms"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

func (c *Cell) addKey(s *site) (err error) {
	cfg := s.Config
	c.Key, err = kms.New(s.ctx, s.name, kms.Args{
		Client:             cfg.Client,
		AccountID:          cfg.Account.ID,
		Region:             cfg.Region.Name,
		DeployRole:         naming.DeployRole(naming.ProjectCell),
		Config:             cfg.KMS,
		Statements:         s.keyStatements,
		Replicas:           s.Replicas,
		LogGroups:          s.databaseLogGroups(),
		ManagedSecrets:     cfg.Database.Enabled && cfg.Database.MasterUser == config.MasterByRDS,
		DeletionProtection: cfg.DeletionProtection,
	}, s.child)
	if err == nil {
		maps.Copy(c.outputs, c.Key.Outputs())
	}
	return err
}

func (c *Cell) addRoles(s *site) (err error) {
	cfg := s.Config
	images := map[string]string{}
	var secrets []config.SecretRef
	for _, service := range s.services {
		images[service.Name] = service.Image
		for _, name := range slices.Sorted(maps.Keys(service.Secrets)) {
			secrets = append(secrets, service.Secrets[name])
		}
	}
	c.Roles, err = iam.New(s.ctx, s.name, iam.Args{
		Client:              cfg.Client,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Config:              cfg.IAM,
		KeyARN:              c.Key.ARN,
		PermissionsBoundary: s.PermissionsBoundary,
		Buckets:             s.names,
		Services:            images,
		Secrets:             secrets,
		SideCars:            s.sideCars(),
		Grants:              s.grants,
		GrantsOf:            s.grantsOf,
		RoleTags:            s.roleTags(),
		Starting:            s.starting,
	}, s.child)
	return err
}
