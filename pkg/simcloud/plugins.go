package simcloud

import (
	"cellworks/pkg/simcloud/internal/datadog"
	"cellworks/pkg/simcloud/internal/okta"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/vault"
)

// plugins are the providers that a cloud serves.
func plugins() ([]*resource.Plugin, error) {
	all := []*resource.Plugin{awsPlugin(), vault.Plugin(), datadog.Plugin(), okta.Plugin()}
	for _, p := range all {
		f, err := schema.Load(p.Name)
		if err != nil {
			return nil, err
		}
		p.Schema = f
	}
	return all, nil
}
