// Package cell is the program of the cell level: one isolated copy of the
// platform per client. One stack per client.
package cell

import (
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider"
)

// Program returns the program that builds the cell of the client that its stack
// is named after. The program fails when the tree has no such client, and then
// names the nearest one.
func Program(tree *config.Tree) pulumi.RunFunc {
	return func(ctx *pulumi.Context) error {
		cfg, err := tree.Cell(ctx.Stack())
		if err != nil {
			return err
		}
		tags := naming.TagSet{Project: naming.ProjectCell, Stack: ctx.Stack(), Account: cfg.Account.Name, Client: cfg.Client}
		aws, err := provider.AWS(ctx, "aws", provider.For(tree, cfg.Account, cfg.Region.Name, tags))
		if err != nil {
			return err
		}
		args := clientcell.Args{Organization: tree.Organization().Name, Domain: tree.Organization().Domain, Config: cfg, Replicas: map[string]pulumi.ProviderResource{}, CopyBases: map[string]contract.Base{}}
		if err := readCopies(ctx, tree, tags, &args); err != nil {
			return err
		}
		if args.Base, err = contract.ReadBase(ctx, cfg.Account.Name, cfg.Region.Name); err != nil {
			return err
		}
		if args.VPCRules, err = vpcRules(tree, cfg); err != nil {
			return err
		}
		if args.OwnVPC, err = readOwnVPC(ctx, tree, aws, tags, &args); err != nil {
			return err
		}
		args.PermissionsBoundary, args.ServiceBoundary = pulumi.String(args.Base.BoundaryARN), pulumi.String(args.Base.ServiceBoundaryARN)
		if cfg.Services.Enabled {
			ecs, err := contract.ReadECS(ctx, cfg.Account.Name, cfg.Region.Name)
			if err != nil {
				return err
			}
			args.ECS = &ecs
		}
		if err := readConsul(ctx, &args); err != nil {
			return err
		}
		if cfg.SFTP.Enabled && cfg.SFTP.Mode == config.SFTPShared {
			sftp, err := contract.ReadSFTP(ctx, cfg.Account.Name, cfg.Region.Name)
			if err != nil {
				return err
			}
			args.SFTP = &sftp
		}
		if args.ELK, err = readELK(ctx, tree, cfg); err != nil {
			return err
		}
		providers, err := addOperations(ctx, tree, &args)
		if err != nil {
			return err
		}
		built, err := clientcell.New(ctx, cfg.Client, args, pulumi.Providers(append(providers, aws)...))
		if err != nil {
			return err
		}
		for key, value := range built.Outputs() {
			ctx.Export(key, value)
		}
		return nil
	}
}

// readConsul reads the Consul of the cell's account and region, where services are to be
// found by it.
func readConsul(ctx *pulumi.Context, args *clientcell.Args) error {
	cfg := args.Config
	reads := func(u config.Use) bool { return u.Application == config.ApplicationConsul }
	if !slices.ContainsFunc(cfg.Uses(), reads) {
		return nil
	}
	published, err := contract.ReadConsul(ctx, cfg.Account.Name, cfg.Region.Name)
	args.Consul = &published
	return err
}

// readCopies makes the providers of the other regions that the cell keeps copies in, and
// reads what the account starts with there.
func readCopies(ctx *pulumi.Context, tree *config.Tree, tags naming.TagSet, args *clientcell.Args) (err error) {
	account := args.Config.Account
	for _, region := range args.Config.CopyRegions() {
		if args.Replicas[region], err = provider.AWS(ctx, "aws-"+region, provider.For(tree, account, region, tags)); err != nil {
			return err
		}
		if args.CopyBases[region], err = contract.ReadBase(ctx, account.Name, region); err != nil {
			return err
		}
	}
	return nil
}
