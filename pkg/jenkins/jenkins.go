// Package jenkins builds Jenkins: the controller, one task with its home on a file
// system, and the agents, a task for each job with a role of its project. The
// controller may start agents and nothing else; only agents may deploy.
//
// Images and the values of secrets come from outside: the stack is brought up once
// without images, which makes the repositories and the secrets, and once with them.
package jenkins

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/securitygroup"
)

const token = component.TokenPrefix + ":jenkins:Jenkins"

// Cluster is where tasks run.
type Cluster struct {
	// Name and ARN identify the ECS cluster.
	Name, ARN string
	// SubnetIDs are the subnets of the tasks, one a zone.
	SubnetIDs []string
	// NamespaceID and NamespaceName are the Cloud Map namespace in which agents find
	// the controller.
	NamespaceID, NamespaceName string
}

// Args says what Jenkins to build.
type Args struct {
	// AccountID and Region are where it is.
	AccountID, Region string
	// Config is what is configurable.
	Config config.UtilityJenkins
	// VPCID is the VPC of everything that has an address.
	VPCID string
	// FileSubnetIDs are the subnets of the file system's mount targets, by zone. Those
	// of the data tier: network ACLs let tasks reach file systems there.
	FileSubnetIDs map[string]string
	// Cluster is where tasks run.
	Cluster Cluster
	// Balancer is the load balancer that people and agents come by.
	Balancer contract.LoadBalancer
	// ZoneID and ZoneName are the public hosted zone of the host name. The balancer's
	// certificate covers its names.
	ZoneID, ZoneName string
	// LogKeyARN encrypts the logs.
	LogKeyARN string
	// Keys are the variables that hold the keys of agents, by the system outside of AWS
	// into which they deploy: see config.Tree.AgentKeys.
	Keys map[string][]string
	// PermissionsBoundary bounds every role.
	PermissionsBoundary string
	// DeletionProtection makes Pulumi refuse to delete the file system, the secrets,
	// the repositories and the key.
	DeletionProtection bool
}

func (a Args) validate() error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"account id", a.AccountID},
		{"region", a.Region},
		{"host", a.Config.Host},
		{"repository", a.Config.Repository},
		{"branch", a.Config.Branch},
		{"login", string(a.Config.Login)},
		{"vpc id", a.VPCID},
		{"cluster name", a.Cluster.Name},
		{"cluster arn", a.Cluster.ARN},
		{"namespace id", a.Cluster.NamespaceID},
		{"namespace name", a.Cluster.NamespaceName},
		{"listener", a.Balancer.ListenerARN},
		{"security group of the load balancer", a.Balancer.SecurityGroupID},
		{"zone id", a.ZoneID},
		{"zone name", a.ZoneName},
		{"log key", a.LogKeyARN},
		{"permissions boundary", a.PermissionsBoundary},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if len(a.Cluster.SubnetIDs) == 0 {
		errs = append(errs, errors.New("subnets: got none, want at least one"))
	}
	// A controller that is started anew in another zone needs its home there.
	if len(a.FileSubnetIDs) < len(a.Cluster.SubnetIDs) {
		errs = append(errs, fmt.Errorf("mount targets: got %d zones, want one for each of the %d subnets of tasks", len(a.FileSubnetIDs), len(a.Cluster.SubnetIDs)))
	}
	if a.Config.LogRetentionDays < 1 {
		errs = append(errs, fmt.Errorf("log retention: %d days is out of range, want 1 or more", a.Config.LogRetentionDays))
	}
	return errors.Join(errs...)
}

// host is the name that people and agents reach the controller by.
func (a Args) host() string { return a.Config.Host + "." + a.ZoneName }

// Jenkins is the controller and everything that belongs to it, but for the roles of
// the agents: see Agents.
type Jenkins struct {
	pulumi.ResourceState

	// URL is where people and agents reach it.
	URL pulumi.StringOutput
	// Running says whether there is a controller.
	Running pulumi.BoolOutput
	// RepositoryURLs are where images are pushed, by repository.
	RepositoryURLs map[string]pulumi.StringOutput
	// RepositoryARNs are the repositories, by name.
	RepositoryARNs map[string]pulumi.StringOutput
	// SecretARNs are the secrets without values, by name; KeyARN is the key that encrypts
	// them.
	SecretARNs map[string]pulumi.StringOutput
	KeyARN     pulumi.StringOutput
	// FileSystemID is the file system of the controller's home.
	FileSystemID pulumi.StringOutput
	// ControllerGroupID and AgentGroupID are the security groups.
	ControllerGroupID, AgentGroupID pulumi.StringOutput
	// ControllerRoleARN is the role of the controller itself.
	ControllerRoleARN pulumi.StringOutput
	// AgentLogGroup is the log group of the agents.
	AgentLogGroup pulumi.StringOutput

	name string
	args Args
	// made are what the parts need of each other.
	made made
}

// made is what one part of the component needs of another.
type made struct {
	fileSystemARN, accessPointID, accessARN pulumi.StringOutput
	executionRoleARN                        pulumi.StringOutput
	controllerLogGroup                      pulumi.StringOutput
	controllerGroup                         *securitygroup.Group
	// mountable is what must be there before a task can mount the home.
	mountable []pulumi.Resource
	// permitted is what must be there before a task can start.
	permitted []pulumi.Resource
}

// Outputs returns the names, ids and ARNs that others need.
func (j *Jenkins) Outputs() pulumi.Map {
	return pulumi.Map{
		"url":                       j.URL,
		"running":                   j.Running,
		"repositoryUrls":            outputs(j.RepositoryURLs),
		"secretArns":                outputs(j.SecretARNs),
		"fileSystemId":              j.FileSystemID,
		"controllerSecurityGroupId": j.ControllerGroupID,
		"agentSecurityGroupId":      j.AgentGroupID,
	}
}

func outputs(values map[string]pulumi.StringOutput) pulumi.StringMap {
	all := pulumi.StringMap{}
	for name, value := range values {
		all[name] = value
	}
	return all
}

// New builds Jenkins as args describes, the controller only when both images are
// named. It fails, naming all that is wrong before any resource is registered, when
// args are invalid.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Jenkins, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("jenkins %q: %w", name, err)
	}
	j := &Jenkins{
		name: name, args: args,
		RepositoryURLs: map[string]pulumi.StringOutput{}, RepositoryARNs: map[string]pulumi.StringOutput{}, SecretARNs: map[string]pulumi.StringOutput{},
		URL:     pulumi.String("https://" + args.host()).ToStringOutput(),
		Running: pulumi.Bool(args.Config.Images.Pushed()).ToBoolOutput(),
	}
	return component.Register(ctx, token, name, j, opts, func(child pulumi.ResourceOption) error {
		for _, add := range []func(*pulumi.Context, pulumi.ResourceOption) error{
			j.addKey, j.addGroups, j.addFileSystem, j.addFilePolicy, j.addMountTargets, j.addSecrets, j.addRepositories, j.addLogGroups, j.addRoles,
		} {
			if err := add(ctx, child); err != nil {
				return err
			}
		}
		if !args.Config.Images.Pushed() {
			return nil
		}
		return j.addController(ctx, child)
	})
}

// sorted returns the keys of a map in order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
