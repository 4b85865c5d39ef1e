// Package schedules runs tasks of a cell's services at set times, with another command.
package schedules

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/scheduler"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

const (
	token = component.TokenPrefix + ":clientcell:Schedules"

	// A start that ECS refuses, for want of capacity as a rule, is tried again for an hour;
	// after that the next time is near enough.
	retries         = 5
	retryForSeconds = 3600
)

// Task is what a service's tasks are made of.
type Task struct {
	// DefinitionARN is the revision that the service runs.
	DefinitionARN pulumi.StringOutput
	// GroupID is the security group of its tasks.
	GroupID pulumi.StringOutput
}

// Args says what to run.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Items are the schedules.
	Items []config.CellSchedule
	// Suspended keeps the schedules and runs none.
	Suspended bool
	// ClusterARN is the ECS cluster, SubnetIDs the subnets of the tasks.
	ClusterARN string
	SubnetIDs  pulumi.StringArrayInput
	// Container is the name of the container that gets the command.
	Container string

	// Tasks are the cell's services by name.
	Tasks map[string]Task
	// MemberGroupID is the security group of all tasks of the cell.
	MemberGroupID pulumi.StringInput
	// KeyARN is the cell's key.
	KeyARN pulumi.StringInput
	// DeployRole is the name of the role that runs the deployment, which the policy of the
	// queue must not lock out.
	DeployRole string
	// PermissionsBoundary is the policy that bounds the role of the schedules.
	PermissionsBoundary pulumi.StringInput
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("client, account id and region must be set"))
	}
	if a.ClusterARN == "" || a.SubnetIDs == nil || a.Container == "" {
		errs = append(errs, errors.New("cluster, subnets and container must be set"))
	}
	if a.MemberGroupID == nil || a.PermissionsBoundary == nil || a.KeyARN == nil || a.DeployRole == "" {
		errs = append(errs, errors.New("security group, permissions boundary, key and deployment role must be set"))
	}
	for _, item := range a.Items {
		if _, ok := a.Tasks[item.Service]; !ok {
			errs = append(errs, fmt.Errorf("schedule %s runs service %s, which the cell does not have", item.Name, item.Service))
		}
		if len(item.Command) == 0 {
			errs = append(errs, fmt.Errorf("schedule %s has no command", item.Name))
		}
	}
	return errors.Join(errs...)
}

// Schedules are a cell's schedules.
type Schedules struct {
	pulumi.ResourceState

	// Names are the schedules' names in EventBridge Scheduler by name in the
	// configuration: <group>/<name>.
	Names map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the schedules' names.
func (s *Schedules) Outputs() pulumi.Map {
	names := pulumi.Map{}
	for item, name := range s.Names {
		names[item] = name
	}
	return pulumi.Map{"scheduleNames": names}
}

// New builds the schedules that args describes. It fails, naming all that is missing
// before any resource is registered, when args are incomplete.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Schedules, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("schedules %q: %w", name, err)
	}
	s := &Schedules{Names: map[string]pulumi.StringOutput{}, name: name, args: args}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		group, err := scheduler.NewScheduleGroup(ctx, name, &scheduler.ScheduleGroupArgs{
			Name: pulumi.String(naming.CellScheduleGroup(args.Client)),
		}, child)
		if err != nil {
			return err
		}
		run, err := s.addRole(ctx, child)
		if err != nil {
			return err
		}
		queue, closed, err := s.addDropped(ctx, child)
		if err != nil {
			return err
		}
		run.dropped, run.closed = queue.Arn, closed
		for _, item := range args.Items {
			if err := s.add(ctx, item, group, run, child); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Schedules) add(ctx *pulumi.Context, item config.CellSchedule, group *scheduler.ScheduleGroup, run role, child pulumi.ResourceOption) error {
	input, err := s.args.input(item)
	if err != nil {
		return err
	}
	state := "ENABLED"
	if s.args.Suspended {
		state = "DISABLED"
	}
	made, err := scheduler.NewSchedule(ctx, s.name+"-"+item.Name, &scheduler.ScheduleArgs{
		Name:                       pulumi.String(item.Name),
		GroupName:                  group.Name,
		Description:                pulumi.String("Service " + item.Service + " of client " + s.args.Client),
		ScheduleExpression:         pulumi.String(item.Schedule),
		ScheduleExpressionTimezone: pulumi.String("UTC"),
		State:                      pulumi.String(state),
		FlexibleTimeWindow:         scheduler.ScheduleFlexibleTimeWindowArgs{Mode: pulumi.String("OFF")},
		Target: scheduler.ScheduleTargetArgs{
			Arn:           pulumi.String(s.args.ClusterARN),
			RoleArn:       run.arn,
			Input:         pulumi.String(input),
			EcsParameters: s.args.task(item),
			RetryPolicy: scheduler.ScheduleTargetRetryPolicyArgs{
				MaximumRetryAttempts: pulumi.Int(retries), MaximumEventAgeInSeconds: pulumi.Int(retryForSeconds),
			},
			DeadLetterConfig: scheduler.ScheduleTargetDeadLetterConfigArgs{Arn: run.dropped},
		},
	}, child, pulumi.DependsOn([]pulumi.Resource{run.ready, run.closed}))
	if err != nil {
		return err
	}
	s.Names[item.Name] = pulumi.Sprintf("%s/%s", group.Name, made.Name)
	return nil
}

// task returns what is run: the revision that the service runs, on the same network. It
// stays on capacity that nobody takes back, for nobody starts it again before its next
// time.
func (a Args) task(item config.CellSchedule) scheduler.ScheduleTargetEcsParametersArgs {
	of := a.Tasks[item.Service]
	return scheduler.ScheduleTargetEcsParametersArgs{
		TaskDefinitionArn: of.DefinitionARN,
		TaskCount:         pulumi.Int(1),
		CapacityProviderStrategies: scheduler.ScheduleTargetEcsParametersCapacityProviderStrategyArray{
			scheduler.ScheduleTargetEcsParametersCapacityProviderStrategyArgs{CapacityProvider: pulumi.String(string(config.Fargate)), Weight: pulumi.Int(1)},
		},
		PlatformVersion: pulumi.String("LATEST"),
		NetworkConfiguration: scheduler.ScheduleTargetEcsParametersNetworkConfigurationArgs{
			Subnets:        a.SubnetIDs,
			SecurityGroups: pulumi.StringArray{a.MemberGroupID, of.GroupID},
			AssignPublicIp: pulumi.Bool(false),
		},
		EnableEcsManagedTags: pulumi.Bool(true),
		EnableExecuteCommand: pulumi.Bool(false),
		PropagateTags:        pulumi.String("TASK_DEFINITION"),
	}
}

type overrides struct {
	Containers []override `json:"containerOverrides"`
}

type override struct {
	Name    string   `json:"name"`
	Command []string `json:"command"`
}

// input returns what differs from the service's own tasks: the command.
func (a Args) input(item config.CellSchedule) (string, error) {
	text, err := json.Marshal(overrides{[]override{{Name: a.Container, Command: item.Command}}})
	return string(text), err
}
