package services

import (
	"fmt"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/taskdef"
	"cellworks/pkg/userdata"
)

// The containers of a task that Consul finds, beside its own. consul-ecs knows the proxy
// by its name.
const (
	meshInitName   = "consul-ecs-mesh-init"
	dataplaneName  = "consul-dataplane"
	healthSyncName = "consul-ecs-health-sync"
)

const (
	// consulVolume is what the containers share. No access point can be called so.
	consulVolume = "consul_data"
	// consulBinary is where the first of them leaves consul-ecs for the others.
	consulBinary = userdata.ConsulTaskFolder + "/consul-ecs"

	// consulUser is the user of both images, to which that of consul-ecs gives the folder
	// (github.com/hashicorp/consul-ecs and consul-dataplane, Dockerfile).
	consulUser = "100:1000"

	// dataplaneMiB and healthSyncMiB are config.ConsulSideCarsMiB together. They are no
	// limits, but what is kept.
	dataplaneMiB  = 192
	healthSyncMiB = 64

	// startSeconds is how long the others wait for registration and proxy, and stopSeconds
	// how long both wait for the service to finish before they leave Consul: the most that
	// Fargate allows.
	startSeconds = 120
	stopSeconds  = 120
)

// Consul is where services with discovery consul register.
type Consul struct {
	// At is how it is reached.
	At userdata.ConsulAt
	// Image and DataplaneImage are those of the side cars.
	Image, DataplaneImage string
	// AuthorityARN is the secret with the authority of its certificates.
	AuthorityARN string
}

// proxyCapabilities are what a container has by itself less NET_BIND_SERVICE: the binaries
// of the proxy ask for that one by their files, and do not start where it is dropped.
func proxyCapabilities() []string {
	return []string{
		"AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
	}
}

// discovered puts the side cars beside a service's container that register the task in
// Consul, keep its health there, and take it out before it ends. The container waits for
// the proxy, and says itself whether it listens: Consul gives nobody the address of a task
// that does not. Who asks is consul-ecs, which needs neither a shell nor a client in the
// image.
func (a Args) discovered(service config.Service, app taskdef.Container, log taskdef.LogConfiguration) ([]taskdef.Container, error) {
	told, err := userdata.ConsulTask{
		ConsulAt: a.Consul.At, Region: a.Region, Service: naming.CellConsulService(a.Client, service.Name), Port: service.Port, Containers: []string{app.Name},
	}.JSON()
	if err != nil {
		return nil, fmt.Errorf("service %s: %w", service.Name, err)
	}
	consul := func(name, image string, stop int, readOnly bool) taskdef.Container {
		c := taskdef.Hardened(name, image, consulUser, stop, log)
		c.MountPoints = []taskdef.MountPoint{{SourceVolume: consulVolume, ContainerPath: userdata.ConsulTaskFolder, ReadOnly: readOnly}}
		return c
	}
	instructed := func(c taskdef.Container, command string) taskdef.Container {
		c.Command = []string{command}
		c.Environment = []taskdef.Variable{{Name: userdata.ConsulTaskConfig, Value: told}}
		for _, variable := range userdata.ConsulTaskAuthorities() {
			c.Secrets = append(c.Secrets, taskdef.Secret{Name: variable, ValueFrom: a.Consul.AuthorityARN})
		}
		return c
	}
	initialize := instructed(consul(meshInitName, a.Consul.Image, stopTimeoutSeconds, false), "mesh-init")
	initialize.Essential, initialize.StartTimeout = false, startSeconds
	registered := []taskdef.Dependency{{ContainerName: meshInitName, Condition: taskdef.Success}}

	// Envoy gets its configuration by a pipe in the folder of temporary files.
	proxy := consul(dataplaneName, a.Consul.DataplaneImage, stopSeconds, false)
	proxy.EntryPoint = []string{consulBinary, "envoy-entrypoint"}
	proxy.Command = []string{"consul-dataplane", "-config-file", userdata.ConsulTaskFolder + "/consul-dataplane.json"}
	proxy.Environment = []taskdef.Variable{{Name: "TMPDIR", Value: userdata.ConsulTaskFolder}}
	proxy.LinuxParameters.Capabilities.Drop = proxyCapabilities()
	proxy.DependsOn, proxy.StartTimeout, proxy.MemoryReservation = registered, startSeconds, dataplaneMiB
	proxy.HealthCheck = &taskdef.HealthCheck{Command: listens(userdata.ConsulReadyPort), Interval: 5, Timeout: 5, Retries: 10}

	health := instructed(consul(healthSyncName, a.Consul.Image, stopSeconds, true), "health-sync")
	health.DependsOn, health.MemoryReservation = registered, healthSyncMiB

	app.MountPoints = append(app.MountPoints, taskdef.MountPoint{SourceVolume: consulVolume, ContainerPath: userdata.ConsulTaskFolder, ReadOnly: true})
	app.DependsOn = append(app.DependsOn, taskdef.Dependency{ContainerName: dataplaneName, Condition: taskdef.Healthy})
	app.HealthCheck = &taskdef.HealthCheck{Command: listens(service.Port), Interval: 10, Timeout: 5, Retries: 3, StartPeriod: healthGraceSeconds}
	return []taskdef.Container{app, initialize, proxy, health}, nil
}

// listens asks whether somebody in the task listens on a port.
func listens(port int) []string {
	return []string{"CMD", consulBinary, "net-dial", fmt.Sprintf("127.0.0.1:%d", port)}
}

// consulTags are the tags by which the controller of the cluster knows tasks that have
// registered, and what as: it takes all others out of Consul.
func (a Args) consulTags(service config.Service) map[string]string {
	if service.Discovery != config.DiscoveryConsul {
		return nil
	}
	return map[string]string{
		"consul.hashicorp.com/mesh": "true", "consul.hashicorp.com/service-name": naming.CellConsulService(a.Client, service.Name),
	}
}
