package services

import (
	"maps"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/taskdef"
)

// containerName is the name of the one container of a task.
const containerName = "app"

// unprivilegedUser is a user that is not root; images must run as any user.
const unprivilegedUser = "1000:1000"

// stopTimeoutSeconds is how long a task may take to finish its requests before
// it is killed; Fargate allows 120 at most (ECS API, ContainerDefinition).
const stopTimeoutSeconds = 60

// containers returns the container definitions of a service's task as the JSON
// text that ECS wants: no root, no capabilities, no writable root file system.
func (a Args) containers(service config.Service, variables map[string]string, logGroup string) (string, error) {
	var environment []taskdef.Variable
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		environment = append(environment, taskdef.Variable{Name: name, Value: variables[name]})
	}
	var secrets []taskdef.Secret
	for _, name := range slices.Sorted(maps.Keys(service.Secrets)) {
		secrets = append(secrets, taskdef.Secret{Name: name, ValueFrom: a.valueFrom(service.Secrets[name])})
	}
	c := taskdef.Hardened(containerName, service.Image, unprivilegedUser, stopTimeoutSeconds, taskdef.CloudWatch(logGroup, a.Region, service.Name))
	c.PortMappings = []taskdef.PortMapping{taskdef.TCP(service.Port)}
	c.Environment, c.Secrets = environment, secrets
	return taskdef.JSON(c)
}

// environment returns the variables of a service: the cell's, and its own over them.
func (a Args) environment(service config.Service) pulumi.StringMapOutput {
	variables := pulumi.StringMap{}
	maps.Copy(variables, a.Environment)
	for name, value := range service.Environment {
		variables[name] = pulumi.String(value)
	}
	return variables.ToStringMapOutput()
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
