package taskdef_test

import (
	"testing"

	"cellworks/pkg/taskdef"
)

func TestRouterMarksEveryLineWithItsClient(t *testing.T) {
	t.Parallel()
	to := taskdef.Delivery{Stream: "elk-nonprod", Region: "us-west-2", RoleARN: "arn:aws:iam::333333333333:role/utility/sender"}
	router := taskdef.Router("registry.example.com/router@sha256:0", "1000:1000", "acme", "api", taskdef.CloudWatch("/cell/acme/api", "us-east-1", "api"))
	check(t, router, `[{"name":"log_router","image":"registry.example.com/router@sha256:0","essential":true,"entryPoint":["/fluent-bit/bin/fluent-bit"],`+
		`"command":["-c","/fluent-bit/etc/fluent-bit.conf","-F","modify","-m","*","-p","Rename=log message","-p","Set=client acme","-p","Set=service api"],`+
		`"memoryReservation":64,"firelensConfiguration":{"type":"fluentbit"},"user":"1000:1000","readonlyRootFilesystem":true,`+
		`"linuxParameters":{"initProcessEnabled":true,"capabilities":{"drop":["ALL"]}},"logConfiguration":{"logDriver":"awslogs",`+
		`"options":{"awslogs-group":"/cell/acme/api","awslogs-region":"us-east-1","awslogs-stream-prefix":"api"}},"stopTimeout":60}]`)
	app := taskdef.Hardened("app", "registry.example.com/app@sha256:0", "1000:1000", 60, taskdef.Routed(to))
	check(t, app, `[{"name":"app","image":"registry.example.com/app@sha256:0","essential":true,"user":"1000:1000","readonlyRootFilesystem":true,`+
		`"linuxParameters":{"initProcessEnabled":true,"capabilities":{"drop":["ALL"]}},"logConfiguration":{"logDriver":"awsfirelens","options":{`+
		`"Name":"kinesis_firehose","delivery_stream":"elk-nonprod","log-driver-buffer-limit":"2097152","region":"us-west-2","retry_limit":"10",`+
		`"role_arn":"arn:aws:iam::333333333333:role/utility/sender","time_key":"@timestamp","time_key_format":"%Y-%m-%dT%H:%M:%S.%3NZ"}},"stopTimeout":60}]`)
}
