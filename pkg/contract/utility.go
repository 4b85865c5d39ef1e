package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// ECS is what the ecs application's stack, one per account and region,
// publishes.
type ECS struct {
	// ClusterName and ClusterARN identify the region's cluster.
	ClusterName string `json:"clusterName"`
	ClusterARN  string `json:"clusterArn"`
	// CapacityProviders are what services of the cluster may run on, by name: FARGATE,
	// FARGATE_SPOT and, where the cluster has instances, theirs.
	CapacityProviders []string `json:"capacityProviders"`
	// NamespaceID, NamespaceARN and NamespaceName identify the Cloud Map namespace of the
	// region's VPC, in which services register.
	NamespaceID   string `json:"namespaceId"`
	NamespaceARN  string `json:"namespaceArn"`
	NamespaceName string `json:"namespaceName"`
	// LoadBalancers are those that are switched on, by scheme.
	LoadBalancers map[config.LoadBalancerScheme]LoadBalancer `json:"loadBalancers"`
	// Shards are the load balancers of each scheme by their number; the first is that of
	// LoadBalancers.
	Shards map[config.LoadBalancerScheme][]LoadBalancer `json:"loadBalancerShards"`
	// WebACLARNs are the web ACLs in front of them, by scheme.
	WebACLARNs map[config.LoadBalancerScheme]string `json:"webAclArns"`
	// CertificateARN is the certificate for every host name of the region's zone; empty
	// without load balancers.
	CertificateARN string `json:"certificateArn"`
}

// LoadBalancer returns the load balancer of a scheme that has the number shard, and
// whether there is one.
func (e ECS) LoadBalancer(scheme config.LoadBalancerScheme, shard int) (LoadBalancer, bool) {
	if shard == 0 {
		balancer, ok := e.LoadBalancers[scheme]
		return balancer, ok
	}
	if shards := e.Shards[scheme]; shard < len(shards) {
		return shards[shard], true
	}
	return LoadBalancer{}, false
}

// LoadBalancer is a load balancer that cells share.
type LoadBalancer struct {
	// ARN identifies the load balancer.
	ARN string `json:"arn"`
	// DNSName and ZoneID are what an alias record of the load balancer needs.
	DNSName string `json:"dnsName"`
	ZoneID  string `json:"zoneId"`
	// SecurityGroupID is the group that its traffic comes from.
	SecurityGroupID string `json:"securityGroupId"`
	// ListenerARN is the HTTPS listener, to which cells add rules.
	ListenerARN string `json:"listenerArn"`
}

// ECSOutputs is ECS as the ecs application's stack makes it. LoadBalancers hold, by
// scheme, the fields of LoadBalancer, and Shards lists of such.
type ECSOutputs struct {
	ClusterName       pulumi.StringInput      `json:"clusterName"`
	ClusterARN        pulumi.StringInput      `json:"clusterArn"`
	CapacityProviders pulumi.StringArrayInput `json:"capacityProviders"`
	NamespaceID       pulumi.StringInput      `json:"namespaceId"`
	NamespaceARN      pulumi.StringInput      `json:"namespaceArn"`
	NamespaceName     pulumi.StringInput      `json:"namespaceName"`
	LoadBalancers     pulumi.MapInput         `json:"loadBalancers"`
	Shards            pulumi.MapInput         `json:"loadBalancerShards"`
	WebACLARNs        pulumi.StringMapInput   `json:"webAclArns"`
	CertificateARN    pulumi.StringInput      `json:"certificateArn"`
}

// LoadBalancerOutputs is LoadBalancer as the ecs application's stack makes it.
type LoadBalancerOutputs struct {
	ARN, DNSName, ZoneID, SecurityGroupID, ListenerARN pulumi.StringInput
}

// Outputs returns the load balancer as what a program makes itself.
func (b LoadBalancer) Outputs() LoadBalancerOutputs {
	return LoadBalancerOutputs{
		ARN: pulumi.String(b.ARN), DNSName: pulumi.String(b.DNSName), ZoneID: pulumi.String(b.ZoneID),
		SecurityGroupID: pulumi.String(b.SecurityGroupID), ListenerARN: pulumi.String(b.ListenerARN),
	}
}

// Map returns o as an item of ECSOutputs.LoadBalancers.
func (o LoadBalancerOutputs) Map() pulumi.Map {
	return pulumi.Map{
		"arn": o.ARN, "dnsName": o.DNSName, "zoneId": o.ZoneID, "securityGroupId": o.SecurityGroupID, "listenerArn": o.ListenerARN,
	}
}

// Export publishes o as the outputs of the running stack.
func (o ECSOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadECS reads the ecs application's stack of account and region. It fails
// like ReadBase.
func ReadECS(ctx *pulumi.Context, account, region string) (ECS, error) {
	stack := naming.StackUtility(account, region, config.ApplicationECS)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return ECS{}, err
	}
	return read[ECS](ref, naming.ProjectUtility, stack)
}
