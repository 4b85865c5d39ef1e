package clientcell

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/services"
)

func (c *Cell) addServices(s *site) (err error) {
	c.Services, err = services.New(s.ctx, s.name, c.serviceArgs(s.plan, s.environment), s.child)
	if err == nil {
		outputs := c.Services.Outputs()
		c.outputs["serviceNames"], c.outputs["urls"] = outputs["serviceNames"], outputs["urls"]
	}
	return err
}

func (c *Cell) serviceArgs(p plan, environment map[string]pulumi.StringInput) services.Args {
	hosts := map[string]string{}
	for _, service := range p.services {
		hosts[service.Name] = p.Config.HostLabel(service)
	}
	return services.Args{
		HostLabels:       hosts,
		LogRetentionDays: p.Config.Logging.RetentionDays,
		Client:           p.Config.Client,
		AccountID:        p.Config.Account.ID,
		Region:           p.Config.Region.Name,
		Config:           p.Config.Services,
		Cluster: services.Cluster{
			Name:      p.ECS.ClusterName,
			ARN:       p.ECS.ClusterARN,
			SubnetIDs: c.Network.AppSubnetIDs,
			VPCID:     c.Network.VPCID,
		},
		Ingress: services.Ingress{
			LoadBalancers: p.ECS.LoadBalancers,
			ZoneID:        p.Base.ZoneID,
			ZoneName:      p.Base.ZoneName,
		},
		Environment:      environment,
		KeyARN:           c.Key.ARN,
		ExecutionRoleARN: c.Roles.ExecutionARN,
		TaskRoleARNs:     c.Roles.TaskARNs,
		MemberGroupID:    c.Network.MemberGroupID,
		ServiceGroupIDs:  c.Network.ServiceGroupIDs,
	}
}
