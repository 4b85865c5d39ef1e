package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

// ApplicationECS is the utility application that owns the account's ECS cluster
// and load balancer.
const ApplicationECS = "ecs"

// ECS is what the ecs application's stack, one per account and region,
// publishes.
type ECS struct {
	// ClusterName and ClusterARN identify the region's cluster.
	ClusterName string `json:"clusterName"`
	ClusterARN  string `json:"clusterArn"`
	// LoadBalancerDNSName and LoadBalancerZoneID are what an alias record of
	// the load balancer needs.
	LoadBalancerDNSName string `json:"loadBalancerDnsName"`
	LoadBalancerZoneID  string `json:"loadBalancerZoneId"`
	// LoadBalancerSecurityGroupID is the group that the load balancer's traffic
	// comes from.
	LoadBalancerSecurityGroupID string `json:"loadBalancerSecurityGroupId"`
	// ListenerARN is the HTTPS listener, to which cells add rules.
	ListenerARN string `json:"listenerArn"`
}

// ECSOutputs is ECS as the ecs application's stack makes it.
type ECSOutputs struct {
	ClusterName                 pulumi.StringInput `json:"clusterName"`
	ClusterARN                  pulumi.StringInput `json:"clusterArn"`
	LoadBalancerDNSName         pulumi.StringInput `json:"loadBalancerDnsName"`
	LoadBalancerZoneID          pulumi.StringInput `json:"loadBalancerZoneId"`
	LoadBalancerSecurityGroupID pulumi.StringInput `json:"loadBalancerSecurityGroupId"`
	ListenerARN                 pulumi.StringInput `json:"listenerArn"`
}

// Export publishes o as the outputs of the running stack.
func (o ECSOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadECS reads the ecs application's stack of account and region. It fails
// like ReadBase.
func ReadECS(ctx *pulumi.Context, account, region string) (ECS, error) {
	stack := naming.StackUtility(account, region, ApplicationECS)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return ECS{}, err
	}
	return read[ECS](ref, naming.ProjectUtility, stack)
}
