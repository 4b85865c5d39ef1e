package taskdef_test

import (
	"testing"

	"cellworks/pkg/taskdef"
)

func TestJSONIsWhatECSCompares(t *testing.T) {
	t.Parallel()
	c := taskdef.Hardened("app", "registry.example.com/app@sha256:0", "1000:1000", 60, taskdef.CloudWatch("/cell/acme/app", "us-east-1", "app"))
	const tail = `"user":"1000:1000","readonlyRootFilesystem":true,"linuxParameters":{"initProcessEnabled":true,"capabilities":{"drop":["ALL"]}},` +
		`"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/cell/acme/app","awslogs-region":"us-east-1","awslogs-stream-prefix":"app"}},"stopTimeout":60}]`
	const head = `[{"name":"app","image":"registry.example.com/app@sha256:0","essential":true,`
	check(t, c, head+tail)
	c.PortMappings = []taskdef.PortMapping{taskdef.TCP(8080)}
	c.Environment = []taskdef.Variable{{Name: "A", Value: "1"}}
	c.Secrets = []taskdef.Secret{{Name: "B", ValueFrom: "arn"}}
	c.MountPoints = []taskdef.MountPoint{{SourceVolume: "home", ContainerPath: "/home"}}
	check(t, c, head+`"portMappings":[{"containerPort":8080,"hostPort":8080,"protocol":"tcp"}],"environment":[{"name":"A","value":"1"}],`+
		`"secrets":[{"name":"B","valueFrom":"arn"}],"mountPoints":[{"sourceVolume":"home","containerPath":"/home","readOnly":false}],`+tail)
}

func check(t *testing.T, c taskdef.Container, want string) {
	t.Helper()
	if got, err := taskdef.JSON(c); err != nil || got != want {
		t.Errorf("JSON = %s, %v, want %s", got, err, want)
	}
}
