package utility

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/security"
)

// buildSecurity builds what looks after the account and region beyond its baseline.
func buildSecurity(ctx *pulumi.Context, in inputs) error {
	args, err := securityArgs(in)
	if err != nil {
		return err
	}
	built, err := security.New(ctx, config.ApplicationSecurity, args, in.provider)
	if err != nil {
		return err
	}
	topics := pulumi.StringMap{}
	for route, arn := range built.TopicARNs {
		topics[route] = arn
	}
	contract.SecurityOutputs{
		TopicARNs:    topics,
		ReportBucket: built.ReportBucket,
		ReportKeyARN: built.ReportKeyARN,
	}.Export(ctx)
	return nil
}

// securityArgs gathers at home of the central account what AWS Config records in every
// account and region whose security is on: only those give their leave.
func securityArgs(in inputs) (security.Args, error) {
	cfg, organization := in.config, in.tree.Organization()
	base, err := in.tree.Base(cfg.Account.Name, cfg.Region.Name)
	if err != nil {
		return security.Args{}, err
	}
	central, ok := in.tree.Account(cfg.Security.CentralAccount)
	if !ok {
		return security.Args{}, fmt.Errorf("central account %q of security in %s %s is unknown", cfg.Security.CentralAccount, cfg.Account.Name, cfg.Region.Name)
	}
	args := security.Args{
		OrganizationName:    organization.Name,
		AccountName:         cfg.Account.Name,
		AccountID:           cfg.Account.ID,
		Region:              cfg.Region.Name,
		Config:              cfg.Security,
		Detection:           base.Detection,
		Center:              security.Place{AccountID: central.ID, Region: central.HomeRegion},
		Members:             map[string]string{},
		LogKeyARN:           in.base.KeyARNs[contract.KeyLogs],
		AlertTopicARN:       in.base.AlertTopicARN,
		PermissionsBoundary: in.base.BoundaryARN,
		DeletionProtection:  cfg.DeletionProtection,
	}
	for _, account := range organization.Accounts {
		for _, region := range account.Regions {
			other, err := in.tree.Utility(account.Name, region.Name)
			if err != nil {
				return security.Args{}, err
			}
			if other.Security.Enabled {
				args.Members[account.Name] = account.ID
				args.Regions = append(args.Regions, region.Name)
			}
		}
	}
	return args, nil
}
