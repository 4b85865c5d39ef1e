package simcloud_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestRefusesWrongIngress(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	timed := func(change props) func(*world) props {
		return changed("morning", and(props{"name": "other"}, change))
	}
	w.create(targetGroupType, "unattached", props{"name": "unattached", "port": 80, "protocol": "HTTP", "targetType": "ip", "vpcId": w.res["vpc"].ID})
	w.create("aws:lb/listenerRule:ListenerRule", "unserved", props{
		"listenerArn": w.res["https"].ID, "priority": 77, "conditions": []any{props{"pathPattern": props{"values": []any{"/unserved"}}}},
		"actions": []any{props{"type": "forward", "targetGroupArn": w.create(targetGroupType, "unserved", props{"name": "unserved", "port": 80, "protocol": "HTTP", "targetType": "ip", "vpcId": w.res["vpc"].ID}).ID}},
	})
	label := func(text string) func(*world) props {
		return changed("requests", props{"name": "other", "targetTrackingScalingPolicyConfiguration": props{
			"targetValue": 1, "predefinedMetricSpecification": props{"predefinedMetricType": "ALBRequestCountPerTarget", "resourceLabel": text},
		}})
	}
	suffix := func(name string) string { return w.byURN(targetGroupType, name).str("arnSuffix") }
	tracks := func(metric props) func(*world) props {
		return changed("backlog", props{"name": "other", "targetTrackingScalingPolicyConfiguration": props{"targetValue": 1, "customizedMetricSpecification": metric}})
	}
	expression := func(id string, more props) props { return and(props{"id": id, "expression": "1"}, more) }
	refusesIn(t, w, []wrong{
		{"certificate that is none", moreCertificates, changed("https-more", props{"certificateArn": "arn:aws:acm:us-east-1:" + accountA + ":certificate/none"}), `api error CertificateNotFound`},
		{"certificate that is not issued", moreCertificates, func(w *world) props {
			cert := w.create("aws:acm/certificate:Certificate", "unproven", props{"domainName": "x.example.org", "validationMethod": "DNS"})
			return with(w.res["https-more"].In, props{"certificateArn": cert.ID})
		}, `it is not issued yet`},
		{"listener that is none", moreCertificates, changed("https-more", props{"listenerArn": "arn:aws:elasticloadbalancing:us-east-1:" + accountA + ":listener/app/a/b/c"}), `api error ListenerNotFound`},
		{"listener without TLS", moreCertificates, func(w *world) props {
			l := w.create(listenerType, "plain", props{"loadBalancerArn": w.res["lb"].ID, "port": 80, "protocol": "HTTP", "defaultActions": w.res["https"].In["defaultActions"]})
			return with(w.res["https-more"].In, props{"listenerArn": l.ID})
		}, `Certificates cannot be added to HTTP listeners`},

		{"action of no target", timedScalingType, timed(props{"resourceId": "service/shared/none"}), `api error ObjectNotFoundException: No scalable target registered`},
		{"schedule that is none", timedScalingType, timed(props{"schedule": "daily"}), `schedule: ValidationException: Invalid schedule expression: daily`},
		{"schedule with a day twice", timedScalingType, timed(props{"schedule": "cron(0 6 * * MON *)"}), `Invalid schedule expression`},
		{"zone that is none", timedScalingType, timed(props{"timezone": "Mars/Olympus"}), `Invalid timezone: Mars/Olympus`},
		{"start in words", timedScalingType, timed(props{"startTime": "tomorrow"}), `expected "startTime" to be a valid RFC3339 date`},
		{"end before start", timedScalingType, timed(props{"startTime": "2031-01-02T00:00:00Z", "endTime": "2031-01-01T00:00:00Z"}), `Start time must be before end time`},
		{"no capacity", timedScalingType, timed(props{"scalableTargetAction": props{}}), `must be specified`},
		{"least above most", timedScalingType, timed(props{"scalableTargetAction": props{"minCapacity": 4, "maxCapacity": 2}}), `Maximum capacity cannot be less than minimum capacity`},
		{"less than none", timedScalingType, timed(props{"scalableTargetAction": props{"minCapacity": -1}}), `expected minCapacity to be at least (0), got -1`},
		{"name with a slash", timedScalingType, timed(props{"name": "a/b"}), `the name of a scheduled action has no |, : and /`},

		{"label in words", scalingPolicyType, label("the load balancer"), `it is app/<load balancer>/<id>/targetgroup/<target group>/<id>`},
		{"label of no load balancer", scalingPolicyType, label("app/none/0123456789abcdef/" + w.res["target"].str("arnSuffix")), `the load balancer or the target group does not exist`},
		{"label of a group without load balancer", scalingPolicyType, label(w.res["lb"].str("arnSuffix") + "/" + suffix("unattached")), `the target group is not attached to the load balancer`},
		{"label of a group of others", scalingPolicyType, label(w.res["lb"].str("arnSuffix") + "/" + suffix("unserved")), `the target group is not one of service/shared/acme-web`},
		{"label of processors", scalingPolicyType, changed("requests", props{"name": "other", "targetTrackingScalingPolicyConfiguration": props{
			"targetValue": 1, "predefinedMetricSpecification": props{"predefinedMetricType": "ECSServiceAverageCPUUtilization", "resourceLabel": w.requestLabel()},
		}}), `Resource Label cannot be specified for metric type ECSServiceAverageCPUUtilization`},
		{"two kinds of metric", scalingPolicyType, changed("requests", props{"name": "other", "targetTrackingScalingPolicyConfiguration": props{
			"targetValue": 1, "predefinedMetricSpecification": props{"predefinedMetricType": "ECSServiceAverageCPUUtilization"}, "customizedMetricSpecification": props{"metricName": "a", "namespace": "b", "statistic": "Sum"},
		}}), `Exactly one of predefinedMetricSpecification and customizedMetricSpecification`},
		{"metric without statistic", scalingPolicyType, tracks(props{"metricName": "a", "namespace": "b"}), `(missing: statistic)`},
		{"metric and metrics", scalingPolicyType, tracks(props{"metricName": "a", "metrics": []any{expression("a", nil)}}), `metrics cannot be specified beside metricName`},
		{"two results", scalingPolicyType, tracks(props{"metrics": []any{expression("a", nil), expression("b", nil)}}), `(2 do, returnData is true unless it is set)`},
		{"id in capitals", scalingPolicyType, tracks(props{"metrics": []any{expression("A", nil)}}), `the id of a metric begins with a lower-case letter`},
		{"neither expression nor metric", scalingPolicyType, tracks(props{"metrics": []any{props{"id": "a"}}}), `Exactly one of expression and metricStat`},
	})
}

// containers are container definitions: the world's with more of each.
func containersWith(more ...props) string {
	var list []any
	for i, m := range more {
		list = append(list, and(props{"name": fmt.Sprint("c", i), "image": "registry.example.com/c@sha256:0"}, m))
	}
	return asJSON(list)
}

func TestRefusesWrongTaskParts(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	const task = "aws:ecs/taskDefinition:TaskDefinition"
	holds := func(containers string, volumes ...any) func(*world) props {
		return changed("task", props{"containerDefinitions": containers, "volumes": volumes})
	}
	router, routed := props{"firelensConfiguration": props{"type": "fluentbit"}}, props{"logConfiguration": props{"logDriver": "awsfirelens"}}
	mounts := containersWith(props{"mountPoints": []any{props{"sourceVolume": "data", "containerPath": "/data"}}})
	files := func(changes props) props {
		return props{"name": "data", "efsVolumeConfiguration": with(props{
			"fileSystemId": w.res["files"].ID, "transitEncryption": "ENABLED", "authorizationConfig": props{"accessPointId": w.res["home"].ID, "iam": "ENABLED"},
		}, changes)}
	}
	if _, err := w.try(task, "whole", and(w.res["task"].In, props{"containerDefinitions": containersWith(router, routed, props{"mountPoints": []any{props{"sourceVolume": "data", "containerPath": "/data"}}}), "volumes": []any{files(nil)}, "ephemeralStorage": props{"sizeInGib": 40}})); err != nil {
		t.Errorf("a task with a log router and a volume: %v", err)
	}
	ordered := containersWith(props{"dependsOn": []any{props{"containerName": "c1", "condition": "HEALTHY"}, props{"containerName": "c2", "condition": "SUCCESS"}}},
		props{"healthCheck": props{"command": []any{"CMD", "true"}, "interval": 5, "startPeriod": 0}, "dependsOn": []any{props{"containerName": "c2", "condition": "COMPLETE"}}}, props{"essential": false, "startTimeout": 120})
	if _, err := w.try(task, "ordered", and(w.res["task"].In, props{"containerDefinitions": ordered})); err != nil {
		t.Errorf("a task whose containers start one after the other: %v", err)
	}
	refusesIn(t, w, []wrong{
		{"logs without a router", task, holds(containersWith(routed)), `one container must have firelensConfiguration`},
		{"two routers", task, holds(containersWith(router, router, routed)), `Only one container of a task definition can have firelensConfiguration, got c0, c1`},
		{"router that routes itself", task, holds(containersWith(and(router, routed))), `cannot log with awsfirelens itself`},
		{"router that is none", task, holds(containersWith(props{"firelensConfiguration": props{"type": "syslog"}})), `Invalid firelensConfiguration type "syslog"`},
		{"driver that Fargate has not", task, holds(containersWith(props{"logConfiguration": props{"logDriver": "journald"}})), `Fargate does not support log driver journald`},

		{"dependency that is none", task, holds(containersWith(props{"dependsOn": []any{props{"containerName": "c1", "condition": "START"}}})), `Container 'c0' depends on 'c1', which is not a container of the task`},
		{"condition that is none", task, holds(containersWith(props{"dependsOn": []any{props{"containerName": "c1", "condition": "READY"}}}, nil)), `Invalid dependency condition "READY"`},
		{"end of an essential container", task, holds(containersWith(props{"dependsOn": []any{props{"containerName": "c1", "condition": "SUCCESS"}}}, nil)), `depends on the end (SUCCESS) of 'c1', which is essential`},
		{"health that nobody says", task, holds(containersWith(props{"dependsOn": []any{props{"containerName": "c1", "condition": "HEALTHY"}}}, nil)), `depends on the health of 'c1', which has no healthCheck`},
		{"containers that wait for each other", task, holds(containersWith(props{"dependsOn": []any{props{"containerName": "c1", "condition": "START"}}}, props{"dependsOn": []any{props{"containerName": "c0", "condition": "START"}}})), `Container 'c0' depends on itself`},
		{"health that is asked too often", task, holds(containersWith(props{"healthCheck": props{"command": []any{"CMD", "true"}, "interval": 4}})), `Invalid health check interval 4 of container 'c0': want 5 to 300`},
		{"health that nobody asks", task, holds(containersWith(props{"healthCheck": props{"command": []any{}}})), `health check of container 'c0' has no command`},
		{"container that takes long to stop", task, holds(containersWith(props{"stopTimeout": 121})), `must be at most 120 seconds on Fargate`},
		{"memory that the task has not", task, holds(containersWith(props{"memoryReservation": 99999})), `ClientException: The memory that containers reserve (99999 MiB) is more than that of the task`},

		{"secret that is a variable", task, holds(containersWith(props{"environment": []any{props{"name": "A", "value": "1"}}, "secrets": []any{props{"name": "A", "valueFrom": "arn:aws:ssm:us-east-1:111122223333:parameter/a"}}})), `The secret name must be unique and not shared with any new or existing environment variables set on the container, such as 'A'.`},
		{"definition that is too long", task, holds(containersWith(props{"command": []any{strings.Repeat("x", 65536)}})), `Max allowed length is '65536' bytes.`},
		{"mount of no volume", task, holds(mounts), `ClientException: Unknown volume 'data'.`},
		{"volume twice", task, holds(mounts, files(nil), files(nil)), `Duplicate volume name found: data`},
		{"path twice", task, holds(containersWith(props{"mountPoints": []any{props{"sourceVolume": "data", "containerPath": "/a"}, props{"sourceVolume": "data", "containerPath": "/a"}}}), files(nil)), `each another one: "/a"`},
		{"volume of the host", task, holds(mounts, props{"name": "data", "hostPath": "/etc"}), `Fargate compatible task definitions do not support sourcePath`},
		{"access point in clear", task, holds(mounts, files(props{"transitEncryption": nil})), `Transit encryption must be enabled`},
		{"directory of an access point", task, holds(mounts, files(props{"rootDirectory": "/x"})), `must be omitted or / when an access point is used, got /x`},
		{"port in clear", task, holds(mounts, files(props{"authorizationConfig": nil, "transitEncryption": "DISABLED", "transitEncryptionPort": 3000})), `a transit encryption port needs transit encryption`},
		{"file system that is none", task, holds(mounts, files(props{"fileSystemId": "fs-1"})), `File system 'fs-1' of volume data does not exist.`},
		{"access point that is none", task, holds(mounts, files(props{"authorizationConfig": props{"accessPointId": "fsap-1"}})), `Access point 'fsap-1' of volume data does not exist`},
		{"access point of another file system", task, func(w *world) props {
			other := w.create(fileSystemType, "other-files", props{})
			return holds(mounts, files(props{"fileSystemId": other.ID}))(w)
		}, `does not exist at file system`},
		{"storage that is too large", task, changed("task", props{"ephemeralStorage": props{"sizeInGib": 201}}), `ephemeralStorage.sizeInGib`},

		{"alarm that is none", serviceType, changed("service", props{"name": "wrong", "alarms": props{"enable": true, "rollback": true, "alarmNames": []any{"none"}}}), `The deployment alarm none does not exist in us-east-1`},
		{"no alarm", serviceType, changed("service", props{"name": "wrong", "alarms": props{"enable": true, "rollback": true, "alarmNames": []any{}}}), `Alarm names must be specified when alarms are enabled`},
		{"rollback without alarms", serviceType, changed("service", props{"name": "wrong", "alarms": props{"enable": false, "rollback": true, "alarmNames": []any{"root-use"}}}), `Alarms must be enabled to roll back`},
		{"alarms of another controller", serviceType, changed("service", props{"name": "wrong", "deploymentController": props{"type": "EXTERNAL"}, "alarms": props{"enable": true, "rollback": false, "alarmNames": []any{"root-use"}}}), `alarms is supported with the ECS deployment controller only`},
	})
}
