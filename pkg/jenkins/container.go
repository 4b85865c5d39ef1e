package jenkins

import (
	"encoding/json"
	"strconv"
	"strings"

	"cellworks/pkg/config"
)

// stopSeconds is how long a container may take to end before it is killed, the most
// that Fargate allows (ECS API, ContainerDefinition): the controller writes down what
// runs, an agent lets Pulumi give up what it is doing.
const stopSeconds = 120

// container is a container definition of the ECS API. Fields are in the order of the
// JSON text, which must not change without cause: ECS compares it.
type container struct {
	Name                   string           `json:"name"`
	Image                  string           `json:"image"`
	Essential              bool             `json:"essential"`
	PortMappings           []portMapping    `json:"portMappings,omitempty"`
	Environment            []variable       `json:"environment,omitempty"`
	Secrets                []secret         `json:"secrets,omitempty"`
	MountPoints            []mountPoint     `json:"mountPoints"`
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

// secret is a variable that ECS reads when it starts the task.
type secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type mountPoint struct {
	SourceVolume  string `json:"sourceVolume"`
	ContainerPath string `json:"containerPath"`
	ReadOnly      bool   `json:"readOnly"`
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

// hardened returns what every container has: the image's user, no capabilities, and
// nothing writable but what is mounted. The folders that are mounted are volumes of
// the image too, from which Fargate takes their owner
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html).
func hardened(name, image string, folders map[string]string, log map[string]string) container {
	c := container{
		Name: name, Image: image, Essential: true,
		User:                   strings.Join([]string{strconv.Itoa(homeUser), strconv.Itoa(homeUser)}, ":"),
		ReadonlyRootFilesystem: true,
		LinuxParameters:        linuxParameters{InitProcessEnabled: true, Capabilities: capabilities{Drop: []string{"ALL"}}},
		LogConfiguration:       logConfiguration{LogDriver: "awslogs", Options: log},
		StopTimeout:            stopSeconds,
	}
	for _, volume := range sorted(folders) {
		c.MountPoints = append(c.MountPoints, mountPoint{SourceVolume: volume, ContainerPath: folders[volume]})
	}
	return c
}

func logOptions(group, region, prefix string) map[string]string {
	return map[string]string{"awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": prefix}
}

// definitions returns the JSON of a task's only container.
func (c container) definitions() (string, error) {
	text, err := json.Marshal([]container{c})
	return string(text), err
}

// controllerSettings are the variables of the configuration in the controller's image
// that say where it runs.
func (a Args) controllerSettings(agentGroup string) []variable {
	values := map[string]string{
		"AGENT_MAXIMUM":        strconv.Itoa(a.Config.Agents.Maximum),
		"AGENT_SECURITY_GROUP": agentGroup,
		"AGENT_SUBNETS":        strings.Join(a.Cluster.SubnetIDs, ","),
		"AGENT_TUNNEL":         config.ApplicationJenkins + "." + a.Cluster.NamespaceName + ":" + strconv.Itoa(agentPort),
		"AUTH_MODE":            string(a.Config.Login),
		"AWS_REGION":           a.Region,
		"ECS_CLUSTER_ARN":      a.Cluster.ARN,
		"GROUP_ADMINISTRATORS": a.Config.OIDC.Administrators,
		"GROUP_DEPLOYERS":      a.Config.OIDC.Deployers,
		"GROUP_READERS":        a.Config.OIDC.Readers,
		"JENKINS_URL":          "https://" + a.host() + "/",
		"OIDC_CLIENT_ID":       a.Config.OIDC.ClientID,
		"OIDC_ISSUER":          a.Config.OIDC.Issuer,
		"REPOSITORY":           a.Config.Repository,
		"REPOSITORY_BRANCH":    a.Config.Branch,
	}
	var settings []variable
	for _, name := range sorted(values) {
		settings = append(settings, variable{Name: name, Value: values[name]})
	}
	return settings
}

// ControllerVariables returns the names of all variables that the controller's task
// sets, secrets included, in order: what the configuration in its image may use.
func ControllerVariables() []string {
	names := map[string]bool{}
	for _, v := range (Args{}).controllerSettings("") {
		names[v.Name] = true
	}
	for _, use := range secretUses() {
		names[use.variable] = true
	}
	return sorted(names)
}
