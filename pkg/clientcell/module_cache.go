package clientcell

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/cache"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// allowCache lets services use the cell's cache.
func (p *plan) allowCache() {
	if cfg := p.Config; cfg.Cache.Enabled {
		p.grants = append(p.grants, cache.Grants(cfg.Client, cfg.Account.ID, cfg.Region.Name)...)
	}
}

func (c *Cell) addCache(s *site) (err error) {
	cfg := s.Config
	c.Cache, err = cache.New(s.ctx, s.name, cache.Args{
		Client:             cfg.Client,
		AccountID:          cfg.Account.ID,
		Region:             cfg.Region.Name,
		Config:             cfg.Cache,
		DeletionProtection: cfg.Protects(config.ModuleCache),
		VPCID:              c.Network.VPCID,
		SubnetIDs:          c.Network.DataSubnetIDs,
		MemberGroupID:      c.Network.MemberGroupID,
		KeyARN:             c.Key.ARN,
	}, s.child)
	if err == nil {
		c.outputs["cacheHost"] = c.Cache.Host
		s.environment["CELL_CACHE_HOST"] = c.Cache.Host
		s.environment["CELL_CACHE_READER_HOST"] = c.Cache.ReaderHost
		s.environment["CELL_CACHE_USER"] = pulumi.String(naming.CellCache(cfg.Client))
	}
	return err
}
