package consul

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// controllerRoles are the roles of the controller: that of its task, and that with which
// ECS starts it.
type controllerRoles struct {
	taskARN, executionARN pulumi.StringOutput
	// ready is what must be there before a task starts.
	ready []pulumi.Resource
}

func (c *Cluster) addControllerRoles(name, logGroup string) (controllerRoles, error) {
	looks := func([]string) iampolicy.Document { return iampolicy.NewDocument(c.args.watchesTasks()...) }
	task, watching, err := c.addTaskRole(name, "Controller of tasks that register with Consul", looks)
	if err != nil {
		return controllerRoles{}, err
	}
	starts := func(known []string) iampolicy.Document {
		return iampolicy.NewDocument(c.args.startsController(logGroup, known[0], known[1:])...)
	}
	execution, starting, err := c.addTaskRole(name+"-execution", "Starts the controller of tasks that register with Consul", starts,
		c.SecretKeyARN, c.SecretARNs[SecretManagementToken], c.SecretARNs[SecretCA])
	return controllerRoles{taskARN: task, executionARN: execution, ready: []pulumi.Resource{watching, starting}}, err
}

// watchesTasks are what the controller asks ECS, of its own cluster.
func (a Args) watchesTasks() []iampolicy.Statement {
	tasks := naming.ARN(a.Region, "ecs", a.Region, a.AccountID, "task/"+a.Cluster.Name+"/*")
	return []iampolicy.Statement{
		// Its resources are container instances, of which Fargate has none.
		iampolicy.Allow("ListTasks", "ecs:ListTasks").On("*").If("ArnEquals", "ecs:cluster", a.Cluster.ARN),
		iampolicy.Allow("DescribeTasks", "ecs:DescribeTasks").On(tasks).If("ArnEquals", "ecs:cluster", a.Cluster.ARN),
	}
}

// startsController are what ECS does to start the controller.
func (a Args) startsController(logGroup, keyARN string, secretARNs []string) []iampolicy.Statement {
	statements := []iampolicy.Statement{
		iampolicy.Allow("Log", "logs:CreateLogStream", "logs:PutLogEvents").On(naming.ARN(a.Region, "logs", a.Region, a.AccountID, "log-group:"+logGroup+":*")),
		iampolicy.Allow("ReadSecrets", "secretsmanager:GetSecretValue").On(secretARNs...),
		iampolicy.Allow("DecryptSecrets", "kms:Decrypt").On(keyARN).If("StringEquals", "kms:EncryptionContext:SecretARN", secretARNs...).
			If("StringEquals", "kms:ViaService", "secretsmanager."+a.Region+".amazonaws.com"),
	}
	if repository, ok := naming.PrivateRepository(a.Config.Tasks.Image); ok {
		statements = append(statements,
			// The API has no resource-level permission.
			iampolicy.Allow("LogIn", "ecr:GetAuthorizationToken").On("*"),
			iampolicy.Allow("Pull", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer").On(repository))
	}
	return statements
}

// addTaskRole makes a role of ECS's tasks with one policy, of which document makes the
// text out of what needs turn out to be. It returns the role's ARN and what gives it the
// policy. Only ECS on behalf of this account may assume it
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html).
func (c *Cluster) addTaskRole(name, description string, document func(known []string) iampolicy.Document, needs ...pulumi.StringInput) (pulumi.StringOutput, pulumi.Resource, error) {
	var none pulumi.StringOutput
	trust, err := iampolicy.NewDocument(iampolicy.Allow("Tasks", "sts:AssumeRole").
		By(iampolicy.ByService("ecs-tasks.amazonaws.com")).
		If("ArnLike", "aws:SourceArn", naming.ARN(c.args.Region, "ecs", c.args.Region, c.args.AccountID, "*")).
		If("StringEquals", "aws:SourceAccount", c.args.AccountID)).JSONFor(iampolicy.Trust)
	if err != nil {
		return none, nil, err
	}
	role, err := iam.NewRole(c.ctx, name, &iam.RoleArgs{
		Description:         pulumi.String(description),
		Path:                pulumi.String(naming.UtilityPath),
		AssumeRolePolicy:    pulumi.String(trust),
		PermissionsBoundary: pulumi.String(c.args.PermissionsBoundary),
	}, c.child)
	if err != nil {
		return none, nil, err
	}
	policy, err := iam.NewPolicy(c.ctx, name, &iam.PolicyArgs{
		Description: pulumi.String(description),
		Path:        pulumi.String(naming.UtilityPath),
		Policy: pulumi.StringArray(needs).ToStringArrayOutput().ApplyT(func(known []string) (string, error) {
			return document(known).JSONFor(iampolicy.Managed)
		}).(pulumi.StringOutput),
	}, c.child)
	if err != nil {
		return none, nil, err
	}
	attached, err := iam.NewRolePolicyAttachment(c.ctx, name, &iam.RolePolicyAttachmentArgs{Role: role.Name, PolicyArn: policy.Arn}, c.child)
	return role.Arn, attached, err
}
