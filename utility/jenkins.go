package utility

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/ipam"
	"cellworks/pkg/jenkins"
	"cellworks/pkg/naming"
	"cellworks/pkg/provider"
)

// buildJenkins builds the controller as every application is built, and the agents
// with the rights of the account's own role: the deployment role of this project may
// make no role that deploys other projects, or it would have their rights itself.
// Agents of the base level may assume both and look at this stack; none brings it up,
// which would end the very job that does it.
func buildJenkins(ctx *pulumi.Context, in inputs) error {
	args, err := jenkinsArgs(ctx, in)
	if err != nil {
		return err
	}
	built, err := jenkins.New(ctx, config.ApplicationJenkins, args, in.provider)
	if err != nil {
		return err
	}
	account := provider.For(in.tree, in.config.Account, in.config.Region.Name, stackTags(ctx, in))
	account.Role = in.config.Account.Role
	aws, err := provider.AWS(ctx, "aws-agents", account)
	if err != nil {
		return err
	}
	var accounts []string
	for _, a := range in.tree.Organization().Accounts {
		accounts = append(accounts, a.ID)
	}
	agents, err := jenkins.NewAgents(ctx, config.ApplicationJenkins+"-agents", jenkins.AgentsArgs{
		AccountID:           in.config.Account.ID,
		Region:              in.config.Region.Name,
		Config:              in.config.Jenkins,
		Stack:               ctx.Stack(),
		Keys:                args.Keys,
		SecretARNs:          built.SecretARNs,
		KeyARN:              built.KeyARN,
		AccountIDs:          accounts,
		Backend:             in.tree.Organization().Backend,
		RepositoryURL:       built.RepositoryURLs[naming.RepositoryAgent],
		RepositoryARN:       built.RepositoryARNs[naming.RepositoryAgent],
		LogGroup:            built.AgentLogGroup,
		PermissionsBoundary: in.base.BoundaryARN,
	}, pulumi.Providers(aws))
	if err != nil {
		return err
	}
	contract.JenkinsOutputs{
		URL:                       built.URL,
		Running:                   built.Running,
		RepositoryURLs:            arns(built.RepositoryURLs),
		SecretARNs:                arns(built.SecretARNs),
		AgentRoleARNs:             arns(agents.RoleARNs),
		ControllerSecurityGroupID: built.ControllerGroupID,
		AgentSecurityGroupID:      built.AgentGroupID,
		FileSystemID:              built.FileSystemID,
	}.Export(ctx)
	return nil
}

func jenkinsArgs(ctx *pulumi.Context, in inputs) (jenkins.Args, error) {
	cfg := in.config
	cluster, err := contract.ReadECS(ctx, cfg.Account.Name, cfg.Region.Name)
	if err != nil {
		return jenkins.Args{}, err
	}
	apps, appErr := subnetIDs(in, ipam.App)
	files, fileErr := subnetIDs(in, ipam.Data)
	if err := errors.Join(appErr, fileErr); err != nil {
		return jenkins.Args{}, err
	}
	balancer, ok := cluster.LoadBalancers[config.Internal]
	if !ok {
		stack := naming.StackUtility(cfg.Account.Name, cfg.Region.Name, config.ApplicationECS)
		return jenkins.Args{}, fmt.Errorf("stack %s/%s has no internal load balancer: bring it up again (cellctl up %s/%s)", naming.ProjectUtility, stack, naming.ProjectUtility, stack)
	}
	byZone := map[string]string{}
	for i, zone := range cfg.Region.Zones {
		byZone[zone] = files[i]
	}
	return jenkins.Args{
		AccountID:     cfg.Account.ID,
		Region:        cfg.Region.Name,
		Config:        cfg.Jenkins,
		VPCID:         in.base.VPCID,
		FileSubnetIDs: byZone,
		Cluster: jenkins.Cluster{
			Name: cluster.ClusterName, ARN: cluster.ClusterARN, SubnetIDs: apps,
			NamespaceID: cluster.NamespaceID, NamespaceName: cluster.NamespaceName,
		},
		Balancer:            balancer,
		ZoneID:              in.base.ZoneID,
		ZoneName:            in.base.ZoneName,
		LogKeyARN:           in.base.KeyARNs[contract.KeyLogs],
		Keys:                in.tree.AgentKeys(cfg.Jenkins),
		PermissionsBoundary: in.base.BoundaryARN,
		DeletionProtection:  cfg.DeletionProtection,
	}, nil
}
