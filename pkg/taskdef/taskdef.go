// Package taskdef is the container definitions of ECS tasks as values, written as
// the same JSON every time: ECS takes any other text for a new revision.
package taskdef

import "encoding/json"

// Container is a container definition of the ECS API. Fields are in the order of the
// JSON text, which must not change without cause.
type Container struct {
	// Name is the container's name, unique in the task.
	Name string `json:"name"`
	// Image is the image with its registry and digest.
	Image string `json:"image"`
	// Essential ends the task when the container ends.
	Essential bool `json:"essential"`
	// EntryPoint and Command replace those of the image. Optional.
	EntryPoint []string `json:"entryPoint,omitempty"`
	Command    []string `json:"command,omitempty"`
	// MemoryReservation is the memory in MiB that is kept for the container. Optional.
	MemoryReservation int `json:"memoryReservation,omitempty"`
	// FirelensConfiguration makes the container the one that takes the others' lines.
	// Optional.
	FirelensConfiguration *FirelensConfiguration `json:"firelensConfiguration,omitempty"`
	// PortMappings are the ports that the container listens on. Optional.
	PortMappings []PortMapping `json:"portMappings,omitempty"`
	// Environment are variables in clear. Optional.
	Environment []Variable `json:"environment,omitempty"`
	// Secrets are variables that ECS reads when it starts the task. Optional.
	Secrets []Secret `json:"secrets,omitempty"`
	// MountPoints are where volumes of the task are mounted. Optional.
	MountPoints []MountPoint `json:"mountPoints,omitempty"`
	// DependsOn are the containers that come first; they end in the other order. Optional.
	DependsOn []Dependency `json:"dependsOn,omitempty"`
	// HealthCheck says how the container is. Optional.
	HealthCheck *HealthCheck `json:"healthCheck,omitempty"`
	// StartTimeout is how many seconds what depends on the container waits for it; Fargate
	// allows 120 at most. Optional.
	StartTimeout int `json:"startTimeout,omitempty"`
	// User is who the container runs as: <uid>:<gid>.
	User string `json:"user"`
	// ReadonlyRootFilesystem lets the container write to volumes only.
	ReadonlyRootFilesystem bool `json:"readonlyRootFilesystem"`
	// LinuxParameters are the container's init process and capabilities.
	LinuxParameters LinuxParameters `json:"linuxParameters"`
	// LogConfiguration says where standard output goes.
	LogConfiguration LogConfiguration `json:"logConfiguration"`
	// StopTimeout is how many seconds the container may take to end before it is
	// killed; Fargate allows 120 at most (ECS API, ContainerDefinition).
	StopTimeout int `json:"stopTimeout"`
}

// PortMapping is a port of a container in the network mode awsvpc, in which both
// ports are the same.
type PortMapping struct {
	ContainerPort int    `json:"containerPort"`
	HostPort      int    `json:"hostPort"`
	Protocol      string `json:"protocol"`
}

// Variable is an environment variable in clear.
type Variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Secret is an environment variable that ECS reads from a store when it starts the
// task.
type Secret struct {
	Name string `json:"name"`
	// ValueFrom is the ARN of the secret or parameter.
	ValueFrom string `json:"valueFrom"`
}

// MountPoint is where a volume of the task is mounted.
type MountPoint struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
	ReadOnly      bool   `json:"readOnly"`
}

// Dependency is a container that comes first.
type Dependency struct {
	ContainerName string `json:"containerName"`
	// Condition is what it must have reached: see Healthy and Success.
	Condition string `json:"condition"`
}

const (
	// Healthy is a container whose health check has passed.
	Healthy = "HEALTHY"
	// Success is a container, not an essential one, that has ended well.
	Success = "SUCCESS"
)

// HealthCheck runs a command in the container, and takes its end for the container's
// health. Times are in seconds.
type HealthCheck struct {
	// Command begins with CMD, or with CMD-SHELL for what a shell is to run.
	Command []string `json:"command"`
	// Interval, 5 to 300, is between two checks, Timeout, 2 to 60, is how long one may
	// take, and Retries, 1 to 10, how often it may fail.
	Interval int `json:"interval"`
	Timeout  int `json:"timeout"`
	Retries  int `json:"retries"`
	// StartPeriod, 0 to 300, is how long failures do not count. Optional.
	StartPeriod int `json:"startPeriod,omitempty"`
}

// LinuxParameters are what the kernel is told of the container.
type LinuxParameters struct {
	InitProcessEnabled bool         `json:"initProcessEnabled"`
	Capabilities       Capabilities `json:"capabilities"`
}

// Capabilities are those that the container gives up.
type Capabilities struct {
	Drop []string `json:"drop"`
}

// LogConfiguration says where standard output goes.
type LogConfiguration struct {
	LogDriver string            `json:"logDriver"`
	Options   map[string]string `json:"options"`
}

// TCP returns the mapping of a TCP port.
func TCP(port int) PortMapping {
	return PortMapping{ContainerPort: port, HostPort: port, Protocol: "tcp"}
}

// Hardened returns an essential container with an init process, without capabilities
// and with nothing writable but what is mounted. It runs as user, <uid>:<gid>, has
// stopSeconds, 0 to 120, to end, and logs to CloudWatch.
func Hardened(name, image, user string, stopSeconds int, log LogConfiguration) Container {
	return Container{
		Name: name, Image: image, Essential: true, User: user,
		ReadonlyRootFilesystem: true,
		LinuxParameters:        LinuxParameters{InitProcessEnabled: true, Capabilities: Capabilities{Drop: []string{"ALL"}}},
		LogConfiguration:       log,
		StopTimeout:            stopSeconds,
	}
}

// CloudWatch returns the log configuration for a log group: streams are named
// <prefix>/<container>/<task>.
func CloudWatch(group, region, prefix string) LogConfiguration {
	return LogConfiguration{LogDriver: "awslogs", Options: map[string]string{
		"awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": prefix,
	}}
}

// JSON returns the container definitions of a task as ECS wants them.
func JSON(containers ...Container) (string, error) {
	text, err := json.Marshal(containers)
	return string(text), err
}
