package schedules

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// role is the role that starts tasks, and what must be there before it can.
type role struct {
	arn   pulumi.StringOutput
	ready pulumi.Resource
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
	permissions, err := a.permissions()
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
		Policy:      pulumi.String(permissions),
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
// cluster, with the roles of these services and no other.
func (a Args) permissions() (string, error) {
	var families, services []string
	for _, item := range a.Items {
		if !slices.Contains(services, item.Service) {
			services = append(services, item.Service)
			families = append(families, naming.ARN(a.Region, "ecs", a.Region, a.AccountID, "task-definition/"+naming.CellService(a.Client, item.Service)+":*"))
		}
	}
	roles, err := a.passed(services)
	if err != nil {
		return "", err
	}
	return iampolicy.NewDocument(
		iampolicy.Allow("RunTasks", "ecs:RunTask").On(families...).If("ArnEquals", "ecs:cluster", a.ClusterARN),
		iampolicy.Allow("TagTasks", "ecs:TagResource").On(naming.ARN(a.Region, "ecs", a.Region, a.AccountID, "task/*")).If("StringEquals", "ecs:CreateAction", "RunTask"),
		iampolicy.Allow("PassRoles", "iam:PassRole").On(roles...).If("StringEquals", "iam:PassedToService", "ecs-tasks.amazonaws.com"),
	).JSONFor(iampolicy.Managed)
}

// passed returns the ARNs of the roles that tasks of the services have.
func (a Args) passed(services []string) ([]string, error) {
	execution, err := naming.Role(a.Client, "ecs", "execution")
	if err != nil {
		return nil, err
	}
	names := []string{execution}
	for _, service := range services {
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
