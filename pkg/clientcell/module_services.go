package clientcell

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// discoveryDomain is the variable that tells services what the names of the cell's
// services end with.
const discoveryDomain = "CELL_SERVICES_DOMAIN"

func (c *Cell) addServices(s *site) (err error) {
	s.environment[discoveryDomain] = pulumi.String(s.namespaceName)
	if err := s.findByConsul(c); err != nil {
		return err
	}
	if c.Services, err = services.New(s.ctx, s.name, c.serviceArgs(s), s.child); err != nil {
		return err
	}
	c.outputs["serviceNames"] = c.Services.Outputs()["serviceNames"]
	return c.addMasking(s)
}

func (c *Cell) serviceArgs(s *site) services.Args {
	queues := map[string]string{}
	for _, queue := range s.Config.Messaging.Queues {
		queues[queue.Name] = naming.CellQueue(s.Config.Client, queue.Name, queue.FIFO)
	}
	return services.Args{
		Client:           s.Config.Client,
		AccountID:        s.Config.Account.ID,
		Region:           s.Config.Region.Name,
		Config:           s.Config.Services,
		LogRetentionDays: s.Config.Logging.RetentionDays,
		Cluster: services.Cluster{
			Name:        s.ECS.ClusterName,
			ARN:         s.ECS.ClusterARN,
			SubnetIDs:   c.Network.AppSubnetIDs,
			NamespaceID: s.namespaceID, OwnNamespace: s.ownNamespace,
		},
		Suspended:        s.suspended(),
		Delivery:         s.delivery,
		Consul:           s.consul,
		Queues:           queues,
		KeyARN:           c.Key.ARN,
		ExecutionRoleARN: c.Roles.ExecutionARN,
		TaskRoleARNs:     c.Roles.TaskARNs,
		MemberGroupID:    c.Network.MemberGroupID,
		ServiceGroupIDs:  c.Network.ServiceGroupIDs,
		Environment:      s.environment,
		Targets:          s.targets,
		Volumes:          s.volumes,
	}
}

// suspended reports whether the client is served no more.
func (p plan) suspended() bool { return p.Config.State == config.Suspended }

// reach finds the load balancers that serve the cell. It reports services that have no
// cluster to run on, or no load balancer to be exposed on.
func (p *plan) reach() error {
	account, region := p.Config.Account.Name, p.Config.Region.Name
	if p.ECS == nil {
		return fmt.Errorf("services: %s in %s has no ECS cluster", account, region)
	}
	if p.Config.Network.Mode == config.OwnVPC {
		return p.planBalancers()
	}
	var errs []error
	for _, service := range p.services {
		scheme := p.scheme(service)
		if scheme == "" {
			continue
		}
		balancer, ok := p.ECS.LoadBalancer(scheme, p.Config.Ingress.Shard)
		if ok {
			p.balancers[scheme] = balancer.Outputs()
			continue
		}
		which := string(scheme) + " load balancer"
		if shard := p.Config.Ingress.Shard; shard > 0 {
			which += fmt.Sprintf(" %d", shard)
		}
		stack := naming.StackUtility(account, region, config.ApplicationECS)
		errs = append(errs, fmt.Errorf("service %s is exposed on the %s, which stack %s/%s does not publish: bring it up first (cellctl up %s/%s)",
			service.Name, which, naming.ProjectUtility, stack, naming.ProjectUtility, stack))
	}
	return errors.Join(errs...)
}

// allowSessions lets the tasks of services with sessions open the channel, encrypt it
// with the cluster's key and record it
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html).
func (p *plan) allowSessions() error {
	region, account := p.Config.Region.Name, p.Config.Account.ID
	group := naming.ARN(region, "logs", region, account, "log-group:"+naming.SessionLogGroup(config.ApplicationECS)+":*")
	for _, service := range p.services {
		if !service.Exec {
			continue
		}
		if p.Config.DeletionProtection {
			return fmt.Errorf("service %s: sessions in running tasks are refused in a cell that is protected from deletion: set exec: false", service.Name)
		}
		p.grantsOf[service.Name] = append(p.grantsOf[service.Name],
			// None of the actions has a resource-level permission.
			iampolicy.Allow("Sessions", "logs:DescribeLogGroups", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
				"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel").On("*"),
			iampolicy.Allow("RecordSessions", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents").On(group),
			// The key is the cluster's, whose id only AWS knows.
			iampolicy.Allow("EncryptSessions", "kms:Decrypt").On(naming.ARN(region, "kms", region, account, "key/*")).
				If("ForAnyValue:StringEquals", "kms:ResourceAliases", naming.UtilityKeyAlias(config.ApplicationECS, "sessions")),
		)
	}
	return nil
}
