package jenkins

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// tasksTrust lets tasks of the account assume a role. The condition keeps others from
// making ECS do it for them
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html).
func tasksTrust(accountID, region string) (string, error) {
	return iampolicy.NewDocument(iampolicy.Allow("Tasks", "sts:AssumeRole").
		By(iampolicy.ByService("ecs-tasks.amazonaws.com")).
		If("ArnLike", "aws:SourceArn", naming.ARN(region, "ecs", region, accountID, "*")).
		If("StringEquals", "aws:SourceAccount", accountID)).JSONFor(iampolicy.Trust)
}

// permission is a policy of a role. Statements gets what the inputs turn out to be.
type permission struct {
	purpose, description string
	inputs               []pulumi.StringInput
	statements           func(known []string) []iampolicy.Statement
}

// roleArgs says what role to make.
type roleArgs struct {
	description, path, boundary, trust string
	// physical is the fixed name of a role whose ARN others compute.
	physical    string
	permissions []permission
}

// addRole makes a role and its policies. It returns the role's ARN and what must be
// there before it can be used.
func addRole(ctx *pulumi.Context, name string, args roleArgs, child pulumi.ResourceOption) (pulumi.StringOutput, []pulumi.Resource, error) {
	var none pulumi.StringOutput
	inputs := &iam.RoleArgs{
		Description:         pulumi.String(args.description),
		Path:                pulumi.String(args.path),
		AssumeRolePolicy:    pulumi.String(args.trust),
		PermissionsBoundary: pulumi.String(args.boundary),
	}
	options := []pulumi.ResourceOption{child}
	if args.physical != "" {
		inputs.Name = pulumi.String(args.physical)
		options = append(options, pulumi.DeleteBeforeReplace(true))
	}
	role, err := iam.NewRole(ctx, name, inputs, options...)
	if err != nil {
		return none, nil, err
	}
	ready := []pulumi.Resource{role}
	for _, p := range args.permissions {
		policy, err := iam.NewPolicy(ctx, name+"-"+p.purpose, &iam.PolicyArgs{
			Description: pulumi.String(p.description),
			Path:        pulumi.String(args.path),
			Policy:      p.text(),
		}, child)
		if err != nil {
			return none, nil, err
		}
		attached, err := iam.NewRolePolicyAttachment(ctx, name+"-"+p.purpose, &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: policy.Arn}, child)
		if err != nil {
			return none, nil, err
		}
		ready = append(ready, attached)
	}
	return role.Arn, ready, nil
}

func (p permission) text() pulumi.StringOutput {
	return pulumi.StringArray(p.inputs).ToStringArrayOutput().ApplyT(func(known []string) (string, error) {
		return iampolicy.NewDocument(p.statements(known)...).JSONFor(iampolicy.Managed)
	}).(pulumi.StringOutput)
}

// addRoles makes the role of the controller and the one with which ECS starts it.
func (j *Jenkins) addRoles(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	trust, err := tasksTrust(j.args.AccountID, j.args.Region)
	if err != nil {
		return err
	}
	controller, ready, err := addRole(ctx, j.name+"-controller", roleArgs{
		description: "Controller of Jenkins", path: naming.UtilityPath, boundary: j.args.PermissionsBoundary, trust: trust,
		permissions: []permission{j.startAgents(), j.keepHome()},
	}, child)
	if err != nil {
		return err
	}
	execution, started, err := addRole(ctx, j.name+"-execution", roleArgs{
		description: "Starts the controller of Jenkins", path: naming.UtilityPath, boundary: j.args.PermissionsBoundary, trust: trust,
		permissions: []permission{
			pullAndLog(j.RepositoryARNs[naming.RepositoryController], j.logGroupARN(j.made.controllerLogGroup)),
			readSecrets(j.args.Region, j.KeyARN, pick(j.SecretARNs, sorted(secretUses()))),
		},
	}, child)
	if err != nil {
		return err
	}
	j.ControllerRoleARN, j.made.executionRoleARN = controller, execution
	j.made.permitted = append(ready, started...)
	return nil
}

// startAgents lets the controller run and end agents in its own cluster. It cannot
// make task definitions: those of the agents are the stack's, so that the controller
// does not decide which image runs with which role by what it registers.
func (j *Jenkins) startAgents() permission {
	id, region := j.args.AccountID, j.args.Region
	arn := func(resource string) string { return naming.ARN(region, "ecs", region, id, resource) }
	definitions := arn("task-definition/" + naming.JenkinsAgentFamily("*"))
	tasks := arn("task/" + j.args.Cluster.Name + "/*")
	var roles []string
	for _, kind := range naming.JenkinsAgents() {
		roles = append(roles, naming.JenkinsAgentRoleARN(id, region, kind), naming.JenkinsAgentExecutionRoleARN(id, region, kind))
	}
	return permission{
		purpose: "agents", description: "Starts and ends agents of Jenkins",
		statements: func([]string) []iampolicy.Statement {
			return []iampolicy.Statement{
				iampolicy.Allow("Run", "ecs:RunTask").On(definitions).If("ArnEquals", "ecs:cluster", j.args.Cluster.ARN),
				iampolicy.Allow("End", "ecs:DescribeTasks", "ecs:StopTask").On(tasks).If("ArnEquals", "ecs:cluster", j.args.Cluster.ARN),
				iampolicy.Allow("TagNew", "ecs:TagResource").On(tasks).If("StringEquals", "ecs:CreateAction", "RunTask"),
				// No resource-level permission.
				iampolicy.Allow("Look", "ecs:DescribeTaskDefinition", "ecs:ListClusters", "ecs:ListTaskDefinitions").On("*"),
				iampolicy.Allow("PassAgents", "iam:PassRole").On(roles...).If("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
			}
		},
	}
}

// keepHome lets the controller mount its home, by the access point alone.
func (j *Jenkins) keepHome() permission {
	return permission{
		purpose: "home", description: "Keeps the home of Jenkins",
		inputs: []pulumi.StringInput{j.made.fileSystemARN, j.made.accessARN},
		statements: func(known []string) []iampolicy.Statement {
			return []iampolicy.Statement{
				iampolicy.Allow("Mount", "elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite").On(known[0]).
					If("StringEquals", "elasticfilesystem:AccessPointArn", known[1]),
			}
		},
	}
}

// pick returns the values of names, in their order.
func pick(all map[string]pulumi.StringOutput, names []string) []pulumi.StringInput {
	var picked []pulumi.StringInput
	for _, name := range names {
		picked = append(picked, all[name])
	}
	return picked
}

// readSecrets lets ECS give a task its secrets, and no others.
func readSecrets(region string, keyARN pulumi.StringInput, secretARNs []pulumi.StringInput) permission {
	return permission{
		purpose: "secrets", description: "Reads the secrets that Jenkins starts with",
		inputs: append([]pulumi.StringInput{keyARN}, secretARNs...),
		statements: func(known []string) []iampolicy.Statement {
			return []iampolicy.Statement{
				iampolicy.Allow("Read", "secretsmanager:GetSecretValue").On(known[1:]...),
				iampolicy.Allow("Decrypt", "kms:Decrypt").On(known[0]).
					If("StringEquals", "kms:ViaService", "secretsmanager."+region+".amazonaws.com"),
			}
		},
	}
}

// logGroupARN returns the ARN of a log group's streams.
func (j *Jenkins) logGroupARN(group pulumi.StringInput) pulumi.StringInput {
	return pulumi.Sprintf("%s:%s:*", naming.ARN(j.args.Region, "logs", j.args.Region, j.args.AccountID, "log-group"), group)
}

// pullAndLog lets ECS pull an image and write what its container says.
func pullAndLog(repositoryARN, streamsARN pulumi.StringInput) permission {
	return permission{
		purpose: "start", description: "Pulls an image and writes a log",
		inputs: []pulumi.StringInput{repositoryARN, streamsARN},
		statements: func(known []string) []iampolicy.Statement {
			return []iampolicy.Statement{
				// No resource-level permission.
				iampolicy.Allow("LogIn", "ecr:GetAuthorizationToken").On("*"),
				iampolicy.Allow("Pull", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer").On(known[0]),
				iampolicy.Allow("Log", "logs:CreateLogStream", "logs:PutLogEvents").On(known[1]),
			}
		},
	}
}
