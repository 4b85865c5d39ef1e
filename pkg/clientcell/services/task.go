package services

import (
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

func (s *Services) addTaskDefinition(ctx *pulumi.Context, service config.Service, child pulumi.ResourceOption) (*ecs.TaskDefinition, error) {
	name := s.name + "-" + service.Name
	logs, err := cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(naming.CellLogGroup(s.args.Client, service.Name)),
		KmsKeyId:        s.args.KeyARN,
		RetentionInDays: pulumi.Int(s.args.LogRetentionDays),
	}, child)
	if err != nil {
		return nil, err
	}
	s.LogGroups[service.Name] = logs.Name
	return ecs.NewTaskDefinition(ctx, name, &ecs.TaskDefinitionArgs{
		Family:                  pulumi.String(naming.CellService(s.args.Client, service.Name)),
		Cpu:                     pulumi.String(fmt.Sprint(service.CPU)),
		Memory:                  pulumi.String(fmt.Sprint(service.Memory)),
		NetworkMode:             pulumi.String("awsvpc"),
		RequiresCompatibilities: pulumi.ToStringArray([]string{"FARGATE"}),
		RuntimePlatform: ecs.TaskDefinitionRuntimePlatformArgs{
			CpuArchitecture:       pulumi.String(string(service.Arch)),
			OperatingSystemFamily: pulumi.String("LINUX"),
		},
		ExecutionRoleArn:     s.args.ExecutionRoleARN,
		TaskRoleArn:          s.args.TaskRoleARNs[service.Name],
		ContainerDefinitions: s.args.definitions(service),
		Volumes:              s.args.volumes(service),
	}, child, pulumi.DependsOn([]pulumi.Resource{logs}))
}

// volumes returns what the task's containers mount. Folders of the file system are
// reached by their access points alone, over TLS and as the task's role.
func (a Args) volumes(service config.Service) ecs.TaskDefinitionVolumeArrayInput {
	var volumes ecs.TaskDefinitionVolumeArray
	for _, volume := range service.Volumes {
		made := a.Volumes[volume.Name]
		volumes = append(volumes, ecs.TaskDefinitionVolumeArgs{
			Name: pulumi.String(volume.Name),
			EfsVolumeConfiguration: ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs{
				FileSystemId:      made.FileSystemID,
				TransitEncryption: pulumi.String("ENABLED"),
				AuthorizationConfig: ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs{
					AccessPointId: made.AccessPointID.ToStringOutput().ToStringPtrOutput(),
					Iam:           pulumi.String("ENABLED"),
				},
			},
		})
	}
	if service.Exec {
		for _, name := range slices.Sorted(maps.Keys(sessionFolders())) {
			volumes = append(volumes, ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(name)})
		}
	}
	if service.Discovery == config.DiscoveryConsul {
		volumes = append(volumes, ecs.TaskDefinitionVolumeArgs{Name: pulumi.String(consulVolume)})
	}
	if len(volumes) == 0 {
		return nil
	}
	return volumes
}
