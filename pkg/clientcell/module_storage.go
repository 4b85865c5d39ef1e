package clientcell

import (
	"errors"
	"fmt"
	"maps"

	"cellworks/pkg/clientcell/storage"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
)

func (c *Cell) addStorage(s *site) (err error) {
	cfg := s.Config
	args := storage.Args{
		Client:              cfg.Client,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		DeployRole:          naming.DeployRole(naming.ProjectCell),
		KeyARN:              c.Key.ARN,
		PermissionsBoundary: s.ServiceBoundary,
		Buckets:             s.buckets,
		AccessLogBucket:     s.Base.LogBuckets[contract.LogsAccess],
		Copies:              s.copies,
		Regions:             map[string]storage.Region{},
		DeletionProtection:  cfg.Protects(config.ModuleStorage),
	}
	for region, provider := range s.Replicas {
		args.Regions[region] = storage.Region{
			Provider: provider, KeyARN: c.Key.ReplicaARNs[region], AccessLogBucket: s.CopyBases[region].LogBuckets[contract.LogsAccess],
		}
	}
	c.Storage, err = storage.New(s.ctx, s.name, args, s.child)
	if err == nil {
		maps.Copy(c.outputs, c.Storage.Outputs())
		for name, bucket := range c.Storage.BucketNames {
			s.environment["CELL_BUCKET_"+variable(name)+"_NAME"] = bucket
		}
	}
	return err
}

// addBuckets names the cell's buckets and their copies in other regions.
func (p *plan) addBuckets() error {
	p.buckets, p.copies = map[string]config.Bucket{}, map[string]string{}
	if !p.Config.Storage.Enabled {
		return nil
	}
	var errs []error
	account, region := p.Config.Account.Name, p.Config.Region.Name
	for _, bucket := range p.Config.Storage.Buckets {
		physical, err := naming.Bucket(p.Organization, p.Config.Client, region, bucket.Name)
		if err != nil {
			errs = append(errs, fmt.Errorf("bucket %s: %w", bucket.Name, err))
		}
		p.buckets[physical] = bucket
		p.names = append(p.names, physical)
		if bucket.AccessLogs && p.Base.LogBuckets[contract.LogsAccess] == "" {
			errs = append(errs, fmt.Errorf("bucket %s: base stack of %s in %s has no bucket for access logs", bucket.Name, account, region))
		}
		if there := bucket.ReplicateTo; there != "" {
			// What is wrong with the name is wrong with that of the bucket too.
			p.copies[physical], _ = naming.Bucket(p.Organization, p.Config.Client, there, bucket.Name)
			if bucket.AccessLogs && p.CopyBases[there].LogBuckets[contract.LogsAccess] == "" {
				errs = append(errs, fmt.Errorf("bucket %s: base stack of %s in %s has no bucket for access logs", bucket.Name, account, there))
			}
		}
	}
	return errors.Join(errs...)
}
