package clientcell

import (
	"cellworks/pkg/clientcell/backup"
	"cellworks/pkg/clientcell/files"
	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/config"
)

// allowFiles lets services mount the cell's file system.
func (p *plan) allowFiles() {
	if cfg := p.Config; cfg.Files.Enabled {
		p.grants = append(p.grants, files.Grants(cfg.Client, cfg.Account.ID, cfg.Region.Name)...)
	}
}

func (c *Cell) addFiles(s *site) (err error) {
	cfg := s.Config
	c.Files, err = files.New(s.ctx, s.name, files.Args{
		Client:             cfg.Client,
		AccountID:          cfg.Account.ID,
		Region:             cfg.Region.Name,
		Config:             cfg.Files,
		Zones:              cfg.Region.Zones,
		DeletionProtection: cfg.Protects(config.ModuleFiles),
		VPCID:              c.Network.VPCID,
		SubnetIDs:          c.Network.DataSubnetIDs,
		MemberGroupID:      c.Network.MemberGroupID,
		KeyARN:             c.Key.ARN,
	}, s.child)
	if err == nil {
		c.outputs["fileSystemId"] = c.Files.FileSystemID
		c.kept[config.ModuleFiles] = backup.Resource{Kind: backup.FileSystem, ARN: c.Files.FileSystemARN}
		for name, point := range c.Files.Points {
			s.volumes[name] = services.Volume{FileSystemID: point.FileSystemID, AccessPointID: point.AccessPointID}
		}
	}
	return err
}
