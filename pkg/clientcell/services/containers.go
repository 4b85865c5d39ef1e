package services

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/taskdef"
)

// ContainerName is the name of the service's own container in a task.
const ContainerName = "app"

// unprivilegedUser is a user that is not root; images must run as any user.
const unprivilegedUser = "1000:1000"

// stopTimeoutSeconds is how long a task may take to finish its requests before
// it is killed; Fargate allows 120 at most (ECS API, ContainerDefinition).
const stopTimeoutSeconds = 60

// sessionFolders are what the agent of interactive sessions writes to, by volume: with a
// read-only root file system they must be mounted. No access point can be called so
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html).
func sessionFolders() map[string]string {
	return map[string]string{"session_data": "/var/lib/amazon", "session_logs": "/var/log/amazon"}
}

// definitions returns the container definitions of a service's task as the JSON text
// that ECS wants. What the cell's modules tell services lies below the service's own
// environment and secrets.
func (a Args) definitions(service config.Service) pulumi.StringOutput {
	environment := pulumi.StringMap{}
	maps.Copy(environment, a.Environment)
	for name, value := range service.Environment {
		environment[name] = pulumi.String(value)
	}
	return environment.ToStringMapOutput().ApplyT(func(values map[string]string) (string, error) {
		containers, err := a.containers(service, values)
		if err != nil {
			return "", err
		}
		return taskdef.JSON(containers...)
	}).(pulumi.StringOutput)
}

// containers returns the containers of a service's task: no root, no capabilities, no
// writable root file system. That of the service has no health check of its own, unless
// Consul finds it: it would run a command inside of the image, and no image must have a
// shell or a client. A container that ends ends its task, and the load balancer asks
// exposed services.
func (a Args) containers(service config.Service, environment map[string]string) ([]taskdef.Container, error) {
	own := taskdef.CloudWatch(naming.CellLogGroup(a.Client, service.Name), a.Region, service.Name)
	app := taskdef.Hardened(ContainerName, service.Image, unprivilegedUser, stopTimeoutSeconds, own)
	app.Command = service.Command
	app.PortMappings = []taskdef.PortMapping{taskdef.TCP(service.Port)}
	for _, name := range slices.Sorted(maps.Keys(environment)) {
		if _, secret := service.Secrets[name]; secret {
			continue // ECS takes each name once
		}
		app.Environment = append(app.Environment, taskdef.Variable{Name: name, Value: environment[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(service.Secrets)) {
		app.Secrets = append(app.Secrets, taskdef.Secret{Name: name, ValueFrom: a.valueFrom(service.Secrets[name])})
	}
	for _, volume := range service.Volumes {
		app.MountPoints = append(app.MountPoints, taskdef.MountPoint{SourceVolume: volume.Name, ContainerPath: volume.Path, ReadOnly: volume.ReadOnly})
	}
	if service.Exec {
		folders := sessionFolders()
		for _, volume := range slices.Sorted(maps.Keys(folders)) {
			app.MountPoints = append(app.MountPoints, taskdef.MountPoint{SourceVolume: volume, ContainerPath: folders[volume]})
		}
	}
	var router []taskdef.Container
	if a.routes(service) {
		app.LogConfiguration = taskdef.Routed(*a.Delivery)
		router = append(router, taskdef.Router(a.Config.LogRouterImage, unprivilegedUser, a.Client, service.Name, own))
	}
	if service.Discovery != config.DiscoveryConsul {
		return append([]taskdef.Container{app}, router...), nil
	}
	found, err := a.discovered(service, app, own)
	return append(found, router...), err
}

// routes reports whether a service's lines go to the delivery stream.
func (a Args) routes(service config.Service) bool {
	return a.Delivery != nil && service.LogRouter == config.LogToFirehose
}

// valueFrom returns where ECS reads a secret of the cell (ECS API, Secret). The ARN
// of a secret of Secrets Manager goes without its random suffix, which is not known
// here; the key of a JSON object follows it, with no version.
func (a Args) valueFrom(ref config.SecretRef) string {
	if ref.Store == config.ParameterStore {
		return naming.ARN(a.Region, "ssm", a.Region, a.AccountID, "parameter"+naming.CellParameter(a.Client, ref.Name))
	}
	arn := naming.ARN(a.Region, "secretsmanager", a.Region, a.AccountID, "secret:"+naming.CellSecret(a.Client, ref.Name))
	if ref.Key != "" {
		arn += ":" + ref.Key + "::"
	}
	return arn
}
