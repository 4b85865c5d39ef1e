package jenkins

import (
	"errors"
	"net/netip"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/securitygroup"
)

// The ports of the controller, and those that it goes to.
const (
	// webPort is for people and, behind the load balancer's TLS, the first question of
	// an agent.
	webPort = 8080
	// agentPort is for agents, which speak TLS with the controller itself. They do not
	// come by the load balancer, whose web ACL and idle timeout are made for browsers.
	agentPort = 50000
	filesPort = 2049
	httpsPort = 443
)

// addGroups makes the security groups of the controller and the agents, and the rules
// between them.
func (j *Jenkins) addGroups(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	controller, err := securitygroup.Add(ctx, j.name+"-controller", securitygroup.Args{VPCID: j.args.VPCID, Description: "Controller of Jenkins"}, child)
	if err != nil {
		return err
	}
	agents, err := securitygroup.Add(ctx, j.name+"-agents", securitygroup.Args{VPCID: j.args.VPCID, Description: "Agents of Jenkins"}, child)
	if err != nil {
		return err
	}
	j.ControllerGroupID, j.AgentGroupID, j.made.controllerGroup = controller.ID, agents.ID, controller
	anywhere := securitygroup.At(netip.MustParsePrefix("0.0.0.0/0"))
	// The load balancer lets nobody in by the addresses of tasks, which agents have too.
	balancer := securitygroup.Foreign(ctx, j.name+"-balancer", pulumi.String(j.args.Balancer.SecurityGroupID), child)
	return errors.Join(
		controller.From(securitygroup.Of(balancer), webPort, "people", "tcp"),
		balancer.From(securitygroup.Of(agents), httpsPort, "agents of Jenkins", "tcp"),
		controller.From(securitygroup.Of(agents), agentPort, "agents", "tcp"),
		controller.To(anywhere, httpsPort, "AWS and the repository and the identity provider", "tcp"),
		agents.To(securitygroup.Of(controller), agentPort, "controller", "tcp"),
		agents.To(anywhere, httpsPort, "AWS and the repository", "tcp"),
	)
}
