package clientcell

import (
	"errors"
	"fmt"

	"cellworks/pkg/clientcell/schedules"
	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/naming"
)

func (c *Cell) addSchedules(s *site) (err error) {
	if len(s.Config.Schedules.Items) == 0 {
		return nil
	}
	c.Schedules, err = schedules.New(s.ctx, s.name, c.scheduleArgs(s), s.child)
	if err == nil {
		c.outputs["scheduleNames"] = c.Schedules.Outputs()["scheduleNames"]
	}
	return err
}

func (c *Cell) scheduleArgs(s *site) schedules.Args {
	args := schedules.Args{
		Client:              s.Config.Client,
		AccountID:           s.Config.Account.ID,
		Region:              s.Config.Region.Name,
		Items:               s.Config.Schedules.Items,
		Suspended:           s.suspended(),
		ClusterARN:          s.ECS.ClusterARN,
		SubnetIDs:           c.Network.AppSubnetIDs,
		Container:           services.ContainerName,
		Tasks:               map[string]schedules.Task{},
		MemberGroupID:       c.Network.MemberGroupID,
		KeyARN:              c.Key.ARN,
		DeployRole:          naming.DeployRole(naming.ProjectCell),
		PermissionsBoundary: s.PermissionsBoundary,
	}
	for _, service := range s.services {
		args.Tasks[service.Name] = schedules.Task{
			DefinitionARN: c.Services.TaskDefinitionARNs[service.Name],
			GroupID:       c.Network.ServiceGroupIDs[service.Name],
		}
	}
	return args
}

// checkSchedules reports schedules of services that the cell does not have.
func (p *plan) checkSchedules() error {
	if !p.Config.Schedules.Enabled {
		return nil
	}
	known := map[string]bool{}
	for _, service := range p.services {
		known[service.Name] = true
	}
	var errs []error
	for _, item := range p.Config.Schedules.Items {
		if !known[item.Service] {
			errs = append(errs, fmt.Errorf("schedule %s runs service %s, which the cell does not have", item.Name, item.Service))
		}
	}
	return errors.Join(errs...)
}
