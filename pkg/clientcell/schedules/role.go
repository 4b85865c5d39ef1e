package schedules

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// role is the role that starts tasks, where it leaves what it gave up, and what must be
// there before both.
type role struct {
	arn, dropped  pulumi.StringOutput
	ready, closed pulumi.Resource
}

// addRole makes the role with which EventBridge Scheduler starts the cell's tasks.
func (s *Schedules) addRole(ctx *pulumi.Context, child pulumi.ResourceOption) (role, error) {
	a := s.args
	name, err := naming.CellRunRole(a.Client)
	if err != nil {
		return role{}, err
	}
	trust, err := a.trust().JSONFor(iampolicy.Trust)
	if err != nil {
		return role{}, err
	}
	roles, err := a.passed()
	if err != nil {
		return role{}, err
	}
	description := "Runs tasks of client " + a.Client + " at set times"
	made, err := iam.NewRole(ctx, s.name+"-schedules", &iam.RoleArgs{
		Name:                pulumi.String(name),
		Path:                pulumi.String(naming.CellRolePath(a.Client)),
		Description:         pulumi.String(description),
		AssumeRolePolicy:    pulumi.String(trust),
		PermissionsBoundary: a.PermissionsBoundary.ToStringOutput().ToStringPtrOutput(),
	}, child)
	if err != nil {
		return role{}, err
	}
	policy, err := iam.NewPolicy(ctx, s.name+"-schedules", &iam.PolicyArgs{
		Name:        pulumi.String(name),
		Path:        pulumi.String(naming.CellRolePath(a.Client)),
		Description: pulumi.String(description),
		Policy: a.KeyARN.ToStringOutput().ApplyT(func(key string) (string, error) {
			return a.permissions(roles, key).JSONFor(iampolicy.Managed)
		}).(pulumi.StringOutput),
	}, child)
	if err != nil {
		return role{}, err
	}
	attached, err := iam.NewRolePolicyAttachment(ctx, s.name+"-schedules", &iam.RolePolicyAttachmentArgs{Role: made.Name, PolicyArn: policy.Arn}, child)
	return role{arn: made.Arn, ready: attached}, err
}

// trust lets EventBridge Scheduler, on behalf of this cell's group of schedules only,
// assume the role
// (docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html).
func (a Args) trust() iampolicy.Document {
	return iampolicy.NewDocument(
		iampolicy.Allow("AssumeByScheduler", "sts:AssumeRole").By(iampolicy.ByService("scheduler.amazonaws.com")).
			If("StringEquals", "aws:SourceAccount", a.AccountID).
			If("ArnEquals", "aws:SourceArn", naming.ARN(a.Region, "scheduler", a.Region, a.AccountID, "schedule-group/"+naming.CellScheduleGroup(a.Client))),
	)
}

// permissions let the role start tasks of the services that schedules name, on the
// cluster, with the roles of these services and no other, and leave what it gave up in the
// cell's queue.
func (a Args) permissions(roles []string, keyARN string) iampolicy.Document {
	var families []string
	for _, service := range a.services() {
		families = append(families, naming.ARN(a.Region, "ecs", a.Region, a.AccountID, "task-definition/"+naming.CellService(a.Client, service)+":*"))
	}
	return iampolicy.NewDocument(
		iampolicy.Allow("RunTasks", "ecs:RunTask").On(families...).If("ArnEquals", "ecs:cluster", a.ClusterARN),
		iampolicy.Allow("TagTasks", "ecs:TagResource").On(naming.ARN(a.Region, "ecs", a.Region, a.AccountID, "task/*")).If("StringEquals", "ecs:CreateAction", "RunTask"),
		iampolicy.Allow("PassRoles", "iam:PassRole").On(roles...).If("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
		iampolicy.Allow("LeaveDropped", "sqs:SendMessage").On(a.droppedARN()),
		iampolicy.Allow("EncryptDropped", "kms:Decrypt", "kms:GenerateDataKey").On(keyARN),
	)
}

// services are those that schedules name, each once.
func (a Args) services() []string {
	var services []string
	for _, item := range a.Items {
		if !slices.Contains(services, item.Service) {
			services = append(services, item.Service)
		}
	}
	return services
}

// passed returns the ARNs of the roles that tasks of the services have.
func (a Args) passed() ([]string, error) {
	execution, err := naming.Role(a.Client, "ecs", "execution")
	if err != nil {
		return nil, err
	}
	names := []string{execution}
	for _, service := range a.services() {
		name, err := naming.Role(a.Client, service, "task")
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	for i, name := range names {
		names[i] = naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+name)
	}
	return names, nil
}
