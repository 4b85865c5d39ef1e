package simcloud

import (
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// plugins are the providers that a cloud serves.
func plugins() ([]*resource.Plugin, error) {
	all := []*resource.Plugin{awsPlugin()}
	for _, p := range all {
		f, err := schema.Load(p.Name)
		if err != nil {
			return nil, err
		}
		p.Schema = f
	}
	return all, nil
}
