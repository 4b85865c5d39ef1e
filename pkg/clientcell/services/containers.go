package services

import (
	"encoding/json"
	"maps"
	"slices"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// containerName is the name of the one container of a task.
const containerName = "app"

// unprivilegedUser is a user that is not root; images must run as any user.
const unprivilegedUser = "1000:1000"

// stopTimeoutSeconds is how long a task may take to finish its requests before
// it is killed; Fargate allows 120 at most (ECS API, ContainerDefinition).
const stopTimeoutSeconds = 60

// container is a container definition of the ECS API. Fields are in the order
// of the JSON text, which must not change without cause: ECS compares it.
type container struct {
	Name                   string           `json:"name"`
	Image                  string           `json:"image"`
	Essential              bool             `json:"essential"`
	PortMappings           []portMapping    `json:"portMappings"`
	Environment            []variable       `json:"environment,omitempty"`
	Secrets                []secret         `json:"secrets,omitempty"`
	User                   string           `json:"user"`
	ReadonlyRootFilesystem bool             `json:"readonlyRootFilesystem"`
	LinuxParameters        linuxParameters  `json:"linuxParameters"`
	LogConfiguration       logConfiguration `json:"logConfiguration"`
	StopTimeout            int              `json:"stopTimeout"`
}

type portMapping struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// secret is a variable that ECS reads from a store when it starts the task.
type secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type linuxParameters struct {
	InitProcessEnabled bool         `json:"initProcessEnabled"`
	Capabilities       capabilities `json:"capabilities"`
}

type capabilities struct {
	Drop []string `json:"drop"`
}

type logConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// containers returns the container definitions of a service's task as the JSON
// text that ECS wants: no root, no capabilities, no writable root file system.
func (a Args) containers(service config.Service, logGroup string) (string, error) {
	var environment []variable
	for _, name := range slices.Sorted(maps.Keys(service.Environment)) {
		environment = append(environment, variable{Name: name, Value: service.Environment[name]})
	}
	var secrets []secret
	for _, name := range slices.Sorted(maps.Keys(service.Secrets)) {
		secrets = append(secrets, secret{Name: name, ValueFrom: a.valueFrom(service.Secrets[name])})
	}
	text, err := json.Marshal([]container{{
		Name:                   containerName,
		Image:                  service.Image,
		Essential:              true,
		PortMappings:           []portMapping{{ContainerPort: service.Port, HostPort: service.Port, Protocol: "tcp"}},
		Environment:            environment,
		Secrets:                secrets,
		User:                   unprivilegedUser,
		ReadonlyRootFilesystem: true,
		LinuxParameters:        linuxParameters{InitProcessEnabled: true, Capabilities: capabilities{Drop: []string{"ALL"}}},
		LogConfiguration: logConfiguration{
			LogDriver: "awslogs",
			Options: map[string]string{
				"awslogs-group":         logGroup,
				"awslogs-region":        a.Region,
				"awslogs-stream-prefix": service.Name,
			},
		},
		StopTimeout: stopTimeoutSeconds,
	}})
	return string(text), err
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
