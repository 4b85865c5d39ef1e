package aws

import (
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
)

// dependency is a container that another waits for.
type dependency struct {
	ContainerName, Condition string
}

// health is how a container says how it is.
type health struct {
	Command                    []string
	Interval, Timeout, Retries *int
	StartPeriod                *int
}

// fargateSeconds is the longest time that a container on Fargate may take to start or to stop.
const fargateSeconds = 120

// checkOrder holds in which order a task's containers start, and what they keep of its memory. Sources:
// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDependency.html, API_HealthCheck.html and
// API_ContainerDefinition.html.
func checkOrder(v *resource.Validation, containers []container, fargate bool) {
	byName, kept := map[string]container{}, 0
	for _, d := range containers {
		byName[d.Name] = d
		kept += d.MemoryReservation
	}
	for _, d := range containers {
		for _, first := range d.DependsOn {
			checkDependency(v, d.Name, first, byName)
		}
		if waitsForItself(d.Name, d.DependsOn, byName, nil) {
			v.Fail("containerDefinitions", "ClientException: Container '%s' depends on itself by the dependsOn of others", d.Name)
		}
		checkHealth(v, d)
		if fargate && (d.StartTimeout > fargateSeconds || d.StopTimeout > fargateSeconds) {
			v.Fail("containerDefinitions", "ClientException: startTimeout and stopTimeout of container '%s' must be at most %d seconds on Fargate", d.Name, fargateSeconds)
		}
	}
	if memory := taskSize(v.In.Str("memory"), "gb"); fargate && v.In.Known("memory") && memory > 0 && kept > memory {
		v.Fail("containerDefinitions", "ClientException: The memory that containers reserve (%d MiB) is more than that of the task (%d MiB)", kept, memory)
	}
}

func checkDependency(v *resource.Validation, name string, first dependency, byName map[string]container) {
	other, ok := byName[first.ContainerName]
	ends := first.Condition == "COMPLETE" || first.Condition == "SUCCESS"
	switch {
	case !slices.Contains([]string{"START", "COMPLETE", "SUCCESS", "HEALTHY"}, first.Condition):
		v.Fail("containerDefinitions", "ClientException: Invalid dependency condition %q of container '%s'", first.Condition, name)
	case !ok:
		v.Fail("containerDefinitions", "ClientException: Container '%s' depends on '%s', which is not a container of the task", name, first.ContainerName)
	case ends && (other.Essential == nil || *other.Essential):
		v.Fail("containerDefinitions", "ClientException: Container '%s' depends on the end (%s) of '%s', which is essential", name, first.Condition, first.ContainerName)
	case first.Condition == "HEALTHY" && other.HealthCheck == nil:
		v.Fail("containerDefinitions", "ClientException: Container '%s' depends on the health of '%s', which has no healthCheck", name, first.ContainerName)
	}
}

// waitsForItself reports whether what a container waits for waits for it.
func waitsForItself(name string, waits []dependency, byName map[string]container, seen []string) bool {
	for _, first := range waits {
		if first.ContainerName == name {
			return true
		}
		if !slices.Contains(seen, first.ContainerName) {
			seen = append(seen, first.ContainerName)
			if waitsForItself(name, byName[first.ContainerName].DependsOn, byName, seen) {
				return true
			}
		}
	}
	return false
}

func checkHealth(v *resource.Validation, d container) {
	h := d.HealthCheck
	if h == nil {
		return
	}
	if len(h.Command) == 0 {
		v.Fail("containerDefinitions", "ClientException: The health check of container '%s' has no command", d.Name)
	}
	for _, setting := range []struct {
		name        string
		value       *int
		least, most int
	}{{"interval", h.Interval, 5, 300}, {"timeout", h.Timeout, 2, 60}, {"retries", h.Retries, 1, 10}, {"startPeriod", h.StartPeriod, 0, 300}} {
		if setting.value != nil && (*setting.value < setting.least || *setting.value > setting.most) {
			v.Fail("containerDefinitions", "ClientException: Invalid health check %s %d of container '%s': want %d to %d", setting.name, *setting.value, d.Name, setting.least, setting.most)
		}
	}
}
