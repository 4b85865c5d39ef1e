package clientcell

import (
	"cellworks/pkg/clientcell/storage"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

func (c *Cell) addStorage(s *site) (err error) {
	cfg := s.Config
	c.Storage, err = storage.New(s.ctx, s.name, storage.Args{
		Client:             cfg.Client,
		AccountID:          cfg.Account.ID,
		Region:             cfg.Region.Name,
		DeployRole:         naming.DeployRole(naming.ProjectCell),
		KeyARN:             c.Key.ARN,
		Buckets:            s.buckets,
		DeletionProtection: cfg.Protects(config.ModuleStorage),
	}, s.child)
	if err == nil {
		c.outputs["bucketNames"] = c.Storage.Outputs()["bucketNames"]
		for name, bucket := range c.Storage.BucketNames {
			s.environment["CELL_BUCKET_"+variable(name)+"_NAME"] = bucket
		}
	}
	return err
}
