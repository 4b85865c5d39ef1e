package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// router is how a container takes the logs of the others.
type router struct {
	Type string
}

// mount is where a container finds a volume.
type mount struct {
	SourceVolume, ContainerPath string
}

// fargateDrivers are the log drivers of
// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html for tasks on Fargate.
func fargateDrivers() []string { return []string{"awslogs", "splunk", "awsfirelens"} }

// checkRouters holds that a task whose containers log with awsfirelens has one container that takes the logs. Source:
// docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html.
func checkRouters(v *resource.Validation, containers []container, fargate bool) {
	var routers, routed []string
	for _, d := range containers {
		if f := d.FirelensConfiguration; f != nil {
			routers = append(routers, d.Name)
			if f.Type != "fluentbit" && f.Type != "fluentd" {
				v.Fail("containerDefinitions", "ClientException: Invalid firelensConfiguration type %q of container %s: want fluentbit or fluentd", f.Type, d.Name)
			}
		}
		if d.LogConfiguration == nil {
			continue
		}
		driver := d.LogConfiguration.LogDriver
		if fargate && !slices.Contains(fargateDrivers(), driver) {
			v.Fail("containerDefinitions", "ClientException: Fargate does not support log driver %s of container %s (%s)", driver, d.Name, strings.Join(fargateDrivers(), ", "))
		}
		if driver == "awsfirelens" {
			routed = append(routed, d.Name)
			if d.FirelensConfiguration != nil {
				v.Fail("containerDefinitions", "ClientException: Container %s has firelensConfiguration and cannot log with awsfirelens itself", d.Name)
			}
		}
	}
	switch {
	case len(routers) > 1:
		v.Fail("containerDefinitions", "ClientException: Only one container of a task definition can have firelensConfiguration, got %s", strings.Join(routers, ", "))
	case len(routed) > 0 && len(routers) == 0:
		v.Fail("containerDefinitions", "ClientException: When a container (%s) uses log driver awsfirelens, one container must have firelensConfiguration", strings.Join(routed, ", "))
	}
}

// checkTaskVolumes holds a task's volumes, and that what its containers mount is among them. Sources:
// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Volume.html and API_EFSVolumeConfiguration.html.
func checkTaskVolumes(v *resource.Validation, containers []container, fargate bool) {
	var names []string
	for i, volume := range v.In.Objs("volumes") {
		path, name := fmt.Sprintf("volumes[%d]", i), volume.Str("name")
		if name != "" && slices.Contains(names, name) {
			v.Fail(path+".name", "ClientException: Duplicate volume name found: %s", name)
		}
		names = append(names, name)
		if fargate && (volume.Has("hostPath") || volume.Has("dockerVolumeConfiguration")) {
			v.Fail(path, "ClientException: Fargate compatible task definitions do not support sourcePath and dockerVolumeConfiguration (volume %s)", name)
		}
		checkFileVolume(v, path+".efsVolumeConfiguration", volume.Obj("efsVolumeConfiguration"))
	}
	if unknown(v.In, "volumes") {
		return
	}
	for _, d := range containers {
		var paths []string
		for _, m := range d.MountPoints {
			if !slices.Contains(names, m.SourceVolume) {
				v.Fail("containerDefinitions", "ClientException: Unknown volume '%s'. (container %s)", m.SourceVolume, d.Name)
			}
			if m.ContainerPath == "" || slices.Contains(paths, m.ContainerPath) {
				v.Fail("containerDefinitions", "ClientException: The mount points of container %s must have containerPath, each another one: %q", d.Name, m.ContainerPath)
			}
			paths = append(paths, m.ContainerPath)
		}
	}
}

func checkFileVolume(v *resource.Validation, path string, efs resource.Props) {
	authorization := efs.Obj("authorizationConfig")
	point := authorization.Has("accessPointId")
	if (point || authorization.Str("iam") == "ENABLED") && efs.Str("transitEncryption") != "ENABLED" && !unknown(efs, "transitEncryption") {
		v.Fail(path+".transitEncryption", "ClientException: Transit encryption must be enabled when EFS IAM authorization or an access point is used")
	}
	if root := efs.Str("rootDirectory"); point && root != "" && root != "/" {
		v.Fail(path+".rootDirectory", "ClientException: The root directory must be omitted or / when an access point is used, got %s", root)
	}
	if efs.Has("transitEncryptionPort") && efs.Str("transitEncryption") != "ENABLED" && !unknown(efs, "transitEncryption") {
		v.Fail(path+".transitEncryptionPort", "ClientException: a transit encryption port needs transit encryption")
	}
}

// needFileVolumes looks for the file systems and access points of a task's volumes. ECS finds out when a task starts.
func needFileVolumes(c *resource.Call) error {
	for _, volume := range c.In.Objs("volumes") {
		efs := volume.Obj("efsVolumeConfiguration")
		id, point := efs.Str("fileSystemId"), efs.Obj("authorizationConfig").Str("accessPointId")
		if len(efs) == 0 {
			continue
		}
		fs := c.Regional(tokFileSystem, id)
		if fs == nil {
			return resource.Faultf("ClientException", "File system '%s' of volume %s does not exist.", id, volume.Str("name"))
		}
		if point == "" {
			continue
		}
		if p := c.Regional(tokAccessPoint, point); p == nil || prop(p, "fileSystemId") != id {
			return resource.Faultf("ClientException", "Access point '%s' of volume %s does not exist at file system %s.", point, volume.Str("name"), id)
		}
	}
	return nil
}

// needAlarms looks for the alarms that roll a service's deployment back. ECS itself waits for an alarm that never comes.
func needAlarms(c *resource.Call) error {
	for _, name := range c.In.Obj("alarms").Strs("alarmNames") {
		if c.Use(store.Key{Type: tokAlarm, Account: c.Account, Region: c.Region, ID: name}) == nil {
			return resource.Faultf("InvalidParameterException", "The deployment alarm %s does not exist in %s of account %s", name, c.Region, c.Account)
		}
	}
	return nil
}

// checkDeployment holds what watches a service's deployment. Source:
// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentAlarms.html.
func checkDeployment(v *resource.Validation) {
	alarms := v.In.Obj("alarms")
	if alarms.Bool("rollback") && alarms.Known("enable") && !alarms.Bool("enable") {
		v.Fail("alarms.rollback", "InvalidParameterException: Alarms must be enabled to roll back")
	}
	if alarms.Bool("enable") && alarms.Len("alarmNames") == 0 && !unknown(alarms, "alarmNames") {
		v.Fail("alarms.alarmNames", "InvalidParameterException: Alarm names must be specified when alarms are enabled")
	}
	controller := v.In.Obj("deploymentController").Str("type")
	for _, property := range []string{"alarms", "deploymentCircuitBreaker"} {
		watch := v.In.Obj(property)
		if watch.Bool("enable") && controller != "" && controller != "ECS" {
			v.Fail(property, "InvalidParameterException: %s is supported with the ECS deployment controller only, got %s", property, controller)
		}
	}
}
