package jenkins

import (
	"strconv"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/taskdef"
)

// stopSeconds is how long a container may take to end before it is killed, the most
// that Fargate allows (ECS API, ContainerDefinition): the controller writes down what
// runs, an agent lets Pulumi give up what it is doing.
const stopSeconds = 120

// hardened returns what every container has: the image's user, and nothing writable
// but what is mounted. The folders that are mounted are volumes of
// the image too, from which Fargate takes their owner
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html).
func hardened(name, image string, folders map[string]string, log taskdef.LogConfiguration) taskdef.Container {
	user := strings.Join([]string{strconv.Itoa(homeUser), strconv.Itoa(homeUser)}, ":")
	c := taskdef.Hardened(name, image, user, stopSeconds, log)
	for _, volume := range sorted(folders) {
		c.MountPoints = append(c.MountPoints, taskdef.MountPoint{SourceVolume: volume, ContainerPath: folders[volume]})
	}
	return c
}

// controllerSettings are the variables of the configuration in the controller's image
// that say where it runs.
func (a Args) controllerSettings(agentGroup string) []taskdef.Variable {
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
	var settings []taskdef.Variable
	for _, name := range sorted(values) {
		settings = append(settings, taskdef.Variable{Name: name, Value: values[name]})
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
