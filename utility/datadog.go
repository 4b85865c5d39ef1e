package utility

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/datadog"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider/datadogprovider"
)

// buildDatadog builds what Datadog sees of the account and region. It reads no other
// application, only whether they are on: what watches must not wait for what it watches.
func buildDatadog(ctx *pulumi.Context, in inputs) error {
	args, err := datadogArgs(in)
	if err != nil {
		return err
	}
	provider, err := datadogprovider.New(ctx, "datadog", datadogprovider.Args{Site: in.config.Datadog.Site, Cloud: in.tree.Organization().Cloud})
	if err != nil {
		return err
	}
	built, err := datadog.New(ctx, config.ApplicationDatadog, args, in.provider, pulumi.Providers(provider))
	if err != nil {
		return err
	}
	notify := in.config.Datadog.Notify
	contract.DatadogOutputs{
		Site: pulumi.String(in.config.Datadog.Site),
		Handles: pulumi.StringArrayMap{
			contract.SeverityCritical: pulumi.ToStringArray(notify.Critical),
			contract.SeverityWarning:  pulumi.ToStringArray(notify.Warning),
		},
		KeySecretARN: built.KeySecretARN,
		KeyARN:       built.KeyARN,
		RoleARN:      built.RoleARN,
	}.Export(ctx)
	return nil
}

// datadogArgs fails in a region whose account's home region does not let Datadog read
// the account.
func datadogArgs(in inputs) (datadog.Args, error) {
	cfg := in.config
	var regions []string
	for _, region := range cfg.Account.Regions {
		other, err := in.tree.Utility(cfg.Account.Name, region.Name)
		if err != nil {
			return datadog.Args{}, err
		}
		if other.Datadog.Enabled {
			regions = append(regions, region.Name)
		} else if region.Name == cfg.Account.HomeRegion {
			return datadog.Args{}, fmt.Errorf("application datadog is on in %s and off in %s, the home region of account %s, which has the integration of the account: enable it in configs/accounts/%s/utility.yaml",
				cfg.Region.Name, region.Name, cfg.Account.Name, cfg.Account.Name)
		}
	}
	var on []string
	for _, app := range cfg.Applications() {
		if app.Enabled {
			on = append(on, app.Name)
		}
	}
	return datadog.Args{
		OrganizationName:    in.tree.Organization().Name,
		AccountName:         cfg.Account.Name,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		HomeRegion:          in.base.HomeRegion,
		Regions:             regions,
		Config:              cfg.Datadog,
		Applications:        on,
		SearchVolumeGiB:     cfg.ELK.Data.VolumeGiB,
		LogKeyARN:           in.base.KeyARNs[contract.KeyLogs],
		DeployRoleARN:       in.base.DeployRoleARNs[naming.ProjectUtility],
		PermissionsBoundary: in.base.BoundaryARN,
		DeletionProtection:  cfg.DeletionProtection,
	}, nil
}
