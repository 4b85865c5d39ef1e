package clientcell

import (
	"maps"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/backup"
	"cellworks/pkg/config"
)

func (c *Cell) addBackup(s *site) (err error) {
	cfg := s.Config
	args := backup.Args{
		Client:              cfg.Client,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Config:              cfg.Backup,
		Resources:           c.keptBuckets(cfg.Storage),
		KeyARN:              c.Key.ARN,
		TopicARN:            pulumi.String(s.Base.AlertTopicARN),
		PermissionsBoundary: s.ServiceBoundary,
		DeletionProtection:  cfg.Protects(config.ModuleBackup),
	}
	if there := cfg.Backup.CopyRegion; there != "" {
		args.Copy = &backup.Region{Name: there, Provider: s.Replicas[there], KeyARN: c.Key.ReplicaARNs[there]}
	}
	// What other modules keep.
	maps.Copy(args.Resources, c.kept)
	c.Backup, err = backup.New(s.ctx, s.name, args, s.child)
	if err == nil {
		maps.Copy(c.outputs, c.Backup.Outputs())
	}
	return err
}

// keptBuckets are the buckets that AWS Backup can back up: those with versions.
func (c *Cell) keptBuckets(storage config.CellStorage) map[string]backup.Resource {
	kept := map[string]backup.Resource{}
	if c.Storage == nil {
		return kept
	}
	for _, b := range storage.Buckets {
		if b.Versioning {
			kept["bucket-"+b.Name] = backup.Resource{Kind: backup.Bucket, ARN: c.Storage.BucketARNs[b.Name]}
		}
	}
	return kept
}
