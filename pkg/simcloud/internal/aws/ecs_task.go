package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// container is what the simulated cloud reads of a container definition.
type container struct {
	Name         string
	Image        string
	Essential    *bool
	PortMappings []struct {
		ContainerPort, HostPort int
	}
	LogConfiguration *struct {
		LogDriver string
		Options   map[string]string
	}
	Environment, Secrets  []struct{ Name string }
	FirelensConfiguration *router
	MountPoints           []mount
	DependsOn             []dependency
	HealthCheck           *health

	MemoryReservation, StartTimeout, StopTimeout int
}

func containersOf(text string) ([]container, error) {
	var list []container
	err := json.Unmarshal([]byte(text), &list)
	return list, err
}

func taskDefinition() *resource.Kind {
	return &resource.Kind{
		Token: tokTaskDefinition, Service: "ECS", Noun: "ECS Task Definition", CreateOp: "RegisterTaskDefinition", UpdateOp: "TagResource", DeleteOp: "DeregisterTaskDefinition",
		Rules: schema.Rules{
			Immutable: "ECS has no call that changes a revision; a change registers a new one",
			Mutable:   []string{"tags", "skipDestroy", "trackLatest"},
			JSON:      []string{"containerDefinitions"},
			Sets:      []string{"requiresCompatibilities", "volumes", "placementConstraints"},
			Computed:  []string{"networkMode", "enableFaultInjection"},
			Defaults:  map[string]any{"skipDestroy": false, "trackLatest": false},
			Enums: map[string][]string{
				"networkMode": {"bridge", "host", "awsvpc", "none"}, "requiresCompatibilities": {"EC2", "FARGATE", "EXTERNAL"},
				"ipcMode": {"host", "none", "task"}, "pidMode": {"host", "task"},
				"runtimePlatform.cpuArchitecture": {"X86_64", "ARM64"},
				"runtimePlatform.operatingSystemFamily": {"LINUX", "WINDOWS_SERVER_2019_CORE", "WINDOWS_SERVER_2019_FULL",
					"WINDOWS_SERVER_2022_CORE", "WINDOWS_SERVER_2022_FULL"},
			},
			Ranges:      map[string]schema.Range{"ephemeralStorage.sizeInGib": {Min: 21, Max: 200}},
			Formats:     map[string]schema.Format{"executionRoleArn": schema.ARN, "taskRoleArn": schema.ARN},
			Unsimulated: map[string]string{"inferenceAccelerators": "", "proxyConfiguration": ""},
		},
		Validate: checkTask,
		Identify: func(c *resource.Call) error {
			family := c.In.Str("family")
			revision := c.Tx.Next("revision/" + c.Account + "/" + c.Region + "/" + family)
			c.Obj.ID = ecsARN(c, fmt.Sprintf("task-definition/%s:%d", family, revision))
			c.Obj.ARN = c.Obj.ID
			c.Out("revision", revision)
			c.Out("arnWithoutRevision", ecsARN(c, "task-definition/"+family))
			return nil
		},
		Apply: func(c *resource.Call) error {
			c.Default("networkMode", "bridge")
			c.Default("enableFaultInjection", false)
			for _, property := range []string{"executionRoleArn", "taskRoleArn"} {
				if arn := c.In.Str(property); arn != "" && roleByARN(c, arn) == nil {
					return resource.Faultf("ClientException", "Role is not valid: %s", arn)
				}
			}
			return needFileVolumes(c)
		},
		Remove: keepWhenSkipped,
	}
}

func checkTask(v *resource.Validation) {
	checkECSName(v, "family")
	fargate := slices.Contains(v.In.Strs("requiresCompatibilities"), "FARGATE")
	if fargate {
		checkFargate(v)
	}
	if !v.In.Known("containerDefinitions") {
		return
	}
	if size := len(v.In.Str("containerDefinitions")); size > maxDefinition {
		v.Fail("containerDefinitions", "ClientException: Actual length: '%d'. Max allowed length is '%d' bytes.", size, maxDefinition)
	}
	containers, err := containersOf(v.In.Str("containerDefinitions"))
	if err != nil {
		v.Fail("containerDefinitions", "ECS Task Definition container_definitions is invalid: Error decoding JSON: %v", err)
		return
	}
	checkContainers(v, containers, fargate)
	checkRouters(v, containers, fargate)
	checkTaskVolumes(v, containers, fargate)
	checkOrder(v, containers, fargate)
}

// maxDefinition is the size of a task definition. Source: docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html.
const maxDefinition = 65536

func checkContainers(v *resource.Validation, containers []container, fargate bool) {
	essential := false
	var names []string
	for i, d := range containers {
		path := fmt.Sprintf("containerDefinitions[%d]", i)
		if d.Name == "" || d.Image == "" {
			v.Fail("containerDefinitions", "ClientException: Container.%s: name and image of a container should not be null or empty.", path)
		}
		if slices.Contains(names, d.Name) {
			v.Fail("containerDefinitions", "ClientException: Duplicate container name found: %s", d.Name)
		}
		names = append(names, d.Name)
		essential = essential || d.Essential == nil || *d.Essential
		for i, secret := range d.Secrets {
			if slices.Contains(d.Environment, secret) || slices.Contains(d.Secrets[:i], secret) {
				v.Fail("containerDefinitions", "ClientException: The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '%s'.", secret.Name)
			}
		}
		for _, p := range d.PortMappings {
			if v.In.Str("networkMode") == "awsvpc" && p.HostPort != 0 && p.HostPort != p.ContainerPort {
				v.Fail("containerDefinitions", "ClientException: When networkMode=awsvpc, the host ports and container ports in port mappings must match.")
			}
		}
		if l := d.LogConfiguration; l != nil && l.LogDriver == "awslogs" {
			if l.Options["awslogs-group"] == "" {
				v.Fail("containerDefinitions", "ClientException: Log driver awslogs requires options: awslogs-group")
			}
			if fargate && !v.In.Has("executionRoleArn") {
				v.Fail("executionRoleArn", "ClientException: Fargate requires task definition to have execution role ARN to support log driver awslogs.")
			}
			if fargate && l.Options["awslogs-stream-prefix"] == "" {
				v.Fail("containerDefinitions", "ClientException: Log driver awslogs requires options: awslogs-stream-prefix")
			}
		}
	}
	if !essential {
		v.Fail("containerDefinitions", "ClientException: A task definition must have at least one essential container")
	}
}

// fargateSizes is the matrix of docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html: for
// every CPU size the least memory, the most, and the step, in MiB.
func fargateSizes() map[int][3]int {
	return map[int][3]int{
		512: {1024, 4096, 1024}, 1024: {2048, 8192, 1024}, 2048: {4096, 16384, 1024}, 4096: {8192, 30720, 1024},
		8192: {16384, 61440, 4096}, 16384: {32768, 122880, 8192},
	}
}

func checkFargate(v *resource.Validation) {
	if v.In.Known("networkMode") && v.In.Str("networkMode") != "awsvpc" || !v.In.Has("networkMode") {
		v.Fail("networkMode", "ClientException: Fargate only supports network mode ‘awsvpc’.")
	}
	for _, property := range []string{"cpu", "memory"} {
		if !v.In.Has(property) {
			v.Fail(property, "ClientException: Fargate requires that '%s' be defined at the task level.", property)
		}
	}
	if !v.In.Known("cpu") || !v.In.Known("memory") {
		return
	}
	cpu, memory := taskSize(v.In.Str("cpu"), "vcpu"), taskSize(v.In.Str("memory"), "gb")
	size, known := fargateSizes()[cpu]
	fits := known && memory >= size[0] && memory <= size[1] && (memory-size[0])%size[2] == 0
	if cpu == 256 {
		fits = slices.Contains([]int{512, 1024, 2048}, memory)
	}
	if !fits {
		v.Fail("cpu", "ClientException: No Fargate configuration exists for given values: %d CPU, %d memory. See the Amazon ECS documentation for the valid values.", cpu, memory)
	}
}

// taskSize reads "512" and ".5 vCPU", "1 GB".
func taskSize(s, unit string) int {
	s = strings.ToLower(strings.ReplaceAll(s, " ", ""))
	if number, ok := strings.CutSuffix(s, unit); ok {
		f, _ := strconv.ParseFloat(number, 64)
		return int(f * 1024)
	}
	n, _ := strconv.Atoi(s)
	return n
}

// needTask returns a task definition by ARN, family:revision or family.
func needTask(c *resource.Call, name string) (*store.Object, error) {
	arn := name
	if !strings.HasPrefix(name, "arn:") {
		arn = ecsARN(c, "task-definition/"+name)
	}
	if family := arn[strings.LastIndexByte(arn, '/')+1:]; !strings.Contains(family, ":") {
		arn = fmt.Sprintf("%s:%d", arn, c.Tx.Count("revision/"+c.Account+"/"+c.Region+"/"+family))
	}
	if o := c.Regional(tokTaskDefinition, arn); o != nil {
		return o, nil
	}
	return nil, resource.Faultf("ClientException", "TaskDefinition not found.")
}
