package jenkins

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/taskdef"
)

const (
	agentsToken = component.TokenPrefix + ":jenkins:Agents"

	agentContainer = "agent"
	// The folders that an agent writes to: the user's home, which holds workspaces and
	// what the go command and Pulumi keep, and the folder for temporary files.
	agentHome, scratchFolder = "/home/jenkins", "/tmp"
)

// AgentsArgs says what agents there are.
type AgentsArgs struct {
	// AccountID and Region are where they run.
	AccountID, Region string
	// Config is what is configurable.
	Config config.UtilityJenkins
	// Stack is the name of the stack that the agents are in.
	Stack string
	// Keys are the variables that hold their keys, by the system outside of AWS: as in
	// Args. SecretARNs are the secrets that hold them, by name, and KeyARN encrypts those.
	Keys       map[string][]string
	SecretARNs map[string]pulumi.StringOutput
	KeyARN     pulumi.StringInput
	// AccountIDs are the accounts of the organization, into which agents deploy.
	AccountIDs []string
	// Backend is where the state of stacks is. Agents get at it when it is a bucket with
	// a key of KMS, both of this account.
	Backend config.Backend
	// RepositoryURL is the repository of the agents' image, RepositoryARN its ARN.
	RepositoryURL, RepositoryARN pulumi.StringInput
	// LogGroup is the log group of the agents.
	LogGroup pulumi.StringInput
	// PermissionsBoundary bounds every role.
	PermissionsBoundary string
}

func (a AgentsArgs) validate() error {
	var errs []error
	for _, field := range []struct {
		name string
		set  bool
	}{
		{"account id", a.AccountID != ""},
		{"region", a.Region != ""},
		{"stack", a.Stack != ""},
		{"permissions boundary", a.PermissionsBoundary != ""},
		{"accounts of the organization", len(a.AccountIDs) > 0},
		{"repository", a.RepositoryURL != nil && a.RepositoryARN != nil},
		{"log group", a.LogGroup != nil},
		{"key", a.KeyARN != nil || len(a.Keys) == 0},
	} {
		if !field.set {
			errs = append(errs, fmt.Errorf("%s is not set", field.name))
		}
	}
	if slices.Contains(a.AccountIDs, "") {
		errs = append(errs, errors.New("an account of the organization has no id"))
	}
	for _, name := range sorted(keySecrets(a.Keys)) {
		if _, made := a.SecretARNs[name]; !made {
			errs = append(errs, fmt.Errorf("there is no secret %s", name))
		}
	}
	return errors.Join(errs...)
}

// Agents are the roles and task definitions of the agents. They are a component of
// their own, because they are made with other rights than the rest: whoever could
// make them could deploy everything.
type Agents struct {
	pulumi.ResourceState

	// RoleARNs are the agents' roles, by kind.
	RoleARNs map[string]pulumi.StringOutput

	name string
	args AgentsArgs
}

// Outputs returns the roles' ARNs.
func (a *Agents) Outputs() pulumi.Map { return pulumi.Map{"roleArns": outputs(a.RoleARNs)} }

// NewAgents makes two roles for each project, one to deploy and one to look, one that may
// do nothing, and, once the image is named, their task definitions. It fails, naming all that is wrong before
// any resource is registered, when args are invalid.
func NewAgents(ctx *pulumi.Context, name string, args AgentsArgs, opts ...pulumi.ResourceOption) (*Agents, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("jenkins agents %q: %w", name, err)
	}
	a := &Agents{RoleARNs: map[string]pulumi.StringOutput{}, name: name, args: args}
	return component.Register(ctx, agentsToken, name, a, opts, func(child pulumi.ResourceOption) error {
		trust, err := tasksTrust(args.AccountID, args.Region)
		if err != nil {
			return err
		}
		for _, kind := range naming.JenkinsAgents() {
			if err := a.add(ctx, kind, trust, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// addExecution makes the role with which ECS starts a kind of agent and gives it its keys.
// No container ever has this role, so that an agent gets at no keys but those it was given.
func (a *Agents) addExecution(ctx *pulumi.Context, kind, trust string, child pulumi.ResourceOption) (pulumi.StringOutput, error) {
	streams := pulumi.Sprintf("%s:%s:*", naming.ARN(a.args.Region, "logs", a.args.Region, a.args.AccountID, "log-group"), a.args.LogGroup)
	permissions := []permission{pullAndLog(a.args.RepositoryARN, streams)}
	if keys := a.args.keysOf(kind); len(keys) > 0 {
		permissions = append(permissions, readSecrets(a.args.Region, a.args.KeyARN, pick(a.args.SecretARNs, sorted(keys))))
	}
	role, _, err := addRole(ctx, a.name+"-execution-"+kind, roleArgs{
		description: "Starts agents of Jenkins: " + kind, path: naming.UtilityPath, boundary: a.args.PermissionsBoundary, trust: trust,
		physical:    strings.TrimPrefix(naming.JenkinsAgentExecutionRole(kind), strings.TrimPrefix(naming.UtilityPath, "/")),
		permissions: permissions,
	}, child)
	return role, err
}

// add makes the role of a kind of agent and what is started with it.
func (a *Agents) add(ctx *pulumi.Context, kind, trust string, child pulumi.ResourceOption) error {
	name := a.name + "-" + kind
	execution, err := a.addExecution(ctx, kind, trust, child)
	if err != nil {
		return err
	}
	role, _, err := addRole(ctx, name, roleArgs{
		description: "Jobs of Jenkins: " + kind, path: naming.JenkinsPath, boundary: a.args.PermissionsBoundary, trust: trust,
		physical:    strings.TrimPrefix(naming.JenkinsAgentRole(kind), strings.TrimPrefix(naming.JenkinsPath, "/")),
		permissions: a.args.permissions(kind),
	}, child)
	if err != nil {
		return err
	}
	a.RoleARNs[kind] = role
	if !a.args.Config.Images.Pushed() {
		return nil
	}
	size := a.args.Config.Agents
	_, err = ecs.NewTaskDefinition(ctx, name, &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(naming.JenkinsAgentFamily(kind)),
		Cpu:                     pulumi.String(strconv.Itoa(size.CPU)),
		Memory:                  pulumi.String(strconv.Itoa(size.Memory)),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.ToStringArray([]string{"FARGATE"}),
		RuntimePlatform:         runtime(),
		EphemeralStorage:        ecs.TaskDefinitionEphemeralStorageArgs{SizeInGib: pulumi.Int(size.DiskGiB)},
		ExecutionRoleArn:        execution,
		TaskRoleArn:             role,
		ContainerDefinitions:    a.containers(kind),
		Volumes: ecs.TaskDefinitionVolumeArray{
			ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(homeVolume)},
			ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(scratchVolume)},
		},
	}, child)
	return err
}

// containers returns the container definition of a kind of agent. The controller adds
// which agent it is when it starts one.
func (a *Agents) containers(kind string) pulumi.StringOutput {
	variables := a.args.keysOf(kind)
	names := sorted(variables)
	inputs := pulumi.StringArray{a.args.RepositoryURL, a.args.LogGroup}
	for _, name := range names {
		inputs = append(inputs, a.args.SecretARNs[name])
	}
	return inputs.ToStringArrayOutput().ApplyT(func(known []string) (string, error) {
		image := known[0] + "@" + a.args.Config.Images.Agent
		c := hardened(agentContainer, image, map[string]string{homeVolume: agentHome, scratchVolume: scratchFolder},
			taskdef.CloudWatch(known[1], a.args.Region, kind))
		arns := map[string]string{}
		for i, name := range names {
			arns[name] = known[2+i]
		}
		c.Environment, c.Secrets = a.args.settings(kind), keyReferences(variables, arns)
		return taskdef.JSON(c)
	}).(pulumi.StringOutput)
}

// permissions are those of a kind of agent: it assumes the deployment role of its
// project in every account, and writes the state of its project's stacks. Those that only
// look do too: a program assumes its role to find out what would change, and what drifted
// is written down.
//
// The stack of Jenkins itself makes the agents with the account's own role, which is the
// deployment role of the base level once Jenkins deploys that. So the agents of the base
// level look at it, and may assume in this account the role that makes the rest of it.
func (a AgentsArgs) permissions(kind string) []permission {
	project, _ := naming.JenkinsAgentProject(kind)
	if project == "" {
		return nil
	}
	var roles []string
	for _, id := range a.AccountIDs {
		roles = append(roles, naming.DeployRoleARN(id, a.Region, project))
	}
	if project == naming.ProjectBase {
		roles = append(roles, naming.DeployRoleARN(a.AccountID, a.Region, naming.ProjectUtility))
	}
	deploy := permission{
		purpose: "deploy", description: "Assumes the deployment role of " + project + " in every account",
		statements: func([]string) []iampolicy.Statement {
			return []iampolicy.Statement{iampolicy.Allow("Deploy", "sts:AssumeRole", "sts:TagSession").On(roles...)}
		},
	}
	if state := a.state(project); len(state) > 0 {
		return []permission{deploy, {
			purpose: "state", description: "Reads the state of all stacks and writes that of " + project,
			statements: func([]string) []iampolicy.Statement { return state },
		}}
	}
	return []permission{deploy}
}

// state returns the statements on the state of stacks. A program reads the stacks of
// the levels below its own, so every state can be read; the folders of a self-managed
// backend that hold what a project writes are known
// (github.com/pulumi/pulumi, pkg/backend/diy).
func (a AgentsArgs) state(project string) []iampolicy.Statement {
	name, prefix, _, ok := a.Backend.Bucket()
	if !ok {
		return nil
	}
	bucket := naming.ARN(a.Region, "s3", "", "", name)
	root := bucket + "/"
	if prefix != "" {
		root += prefix + "/"
	}
	var own []string
	for _, folder := range []string{"backups", "history", "locks/organization", "stacks"} {
		own = append(own, root+".pulumi/"+folder+"/"+project+"/*")
	}
	if project == naming.ProjectBase {
		// A stack is a folder but for its state, which is files.
		for _, pattern := range []string{"backups/*/", "history/*/", "locks/organization/*/", "stacks/*."} {
			own = append(own, root+".pulumi/"+strings.Replace(pattern, "*", naming.ProjectUtility+"/"+a.Stack, 1)+"*")
		}
	}
	statements := []iampolicy.Statement{
		iampolicy.Allow("ListState", "s3:ListBucket").On(bucket),
		iampolicy.Allow("ReadState", "s3:GetObject").On(root + ".pulumi/*"),
		iampolicy.Allow("WriteState", "s3:DeleteObject", "s3:PutObject").On(own...),
	}
	if use, ok := a.stateKey(); ok {
		statements = append(statements, use)
	}
	return statements
}

// stateKey lets agents use the key of secrets in the state. A policy cannot name an
// alias as a resource, but it can ask for one
// (docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html).
func (a AgentsArgs) stateKey() (iampolicy.Statement, bool) {
	key, region, ok := a.Backend.Key()
	if region == "" {
		region = a.Region
	}
	use := iampolicy.Allow("StateKey", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey")
	switch {
	case !ok:
		return use, false
	case strings.HasPrefix(key, "arn:"):
		return use.On(key), true
	case strings.HasPrefix(key, "alias/"):
		return use.On(naming.ARN(a.Region, "kms", region, a.AccountID, "key/*")).If("ForAnyValue:StringEquals", "kms:ResourceAliases", key), true
	}
	return use.On(naming.ARN(a.Region, "kms", region, a.AccountID, "key/"+key)), true
}
