package clientcell

import (
	"maps"

	"cellworks/pkg/clientcell/monitoring"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
)

// Watch is how Datadog watches a cell's account and region.
type Watch struct {
	// Published is what application datadog publishes there, Config what it is told.
	Published contract.Datadog
	Config    config.UtilityDatadog
	// VaultLines says that Datadog gets the lines of the Vault that serves the cell.
	VaultLines bool
}

func (c *Cell) addMonitoring(s *site) (err error) {
	c.Monitoring, err = monitoring.New(s.ctx, s.name, monitoring.Args{
		Cell:       s.Config,
		Datadog:    s.Watch.Config,
		Urgent:     s.Watch.Published.Handles[contract.SeverityCritical],
		Others:     s.Watch.Published.Handles[contract.SeverityWarning],
		PublicURLs: s.publicURLs(),
		VaultLines: s.Watch.VaultLines,
	}, s.child)
	if err == nil {
		maps.Copy(c.outputs, c.Monitoring.Outputs())
	}
	return err
}

// publicURLs are what exposed public services answer at when they are well, by service.
func (p plan) publicURLs() map[string]string {
	urls := map[string]string{}
	for _, service := range p.services {
		if p.scheme(service) == config.Public {
			urls[service.Name] = "https://" + p.host(service) + service.HealthPath
		}
	}
	return urls
}
