package simcloud_test

import "testing"

func TestRefusesWrongBalancers(t *testing.T) {
	t.Parallel()
	const lb, target = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"
	balancer := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"internal": true, "subnets": []any{w.res["app1"].ID, w.byURN("aws:ec2/subnet:Subnet", "app0").ID}}, change)
		}
	}
	group := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"port": 80, "protocol": "HTTP", "vpcId": w.res["vpc"].ID}, change)
		}
	}
	refuses(t, []wrong{
		{"name taken", lb, balancer(props{"name": "shared"}), `api error DuplicateLoadBalancerName: A load balancer with the same name 'shared' exists, but with different settings`},
		{"name too long", lb, balancer(props{"name": "a-name-that-has-more-than-32-chars"}), `name: "name" cannot be longer than 32 characters`},
		{"name with underscore", lb, balancer(props{"name": "a_b"}), `only alphanumeric characters and hyphens allowed`},
		{"name internal", lb, balancer(props{"name": "internal-x"}), `cannot begin with "internal-"`},
		{"one zone", lb, func(w *world) props { return props{"internal": true, "subnets": []any{w.res["app1"].ID}} }, `api error ValidationError: At least two subnets in two different Availability Zones must be specified`},
		{"same zone twice", lb, balancer(props{"subnets": nil}), `subnets: "subnets": one of`},
		{"two subnets of a zone", lb, func(w *world) props {
			return props{"internal": true, "subnets": []any{w.res["app1"].ID, w.res["public1"].ID}}
		}, `api error InvalidConfigurationRequest: A load balancer cannot be attached to multiple subnets in the same Availability Zone`},
		{"no such subnet", lb, balancer(props{"subnets": []any{"subnet-1", "subnet-2"}}), `api error InvalidSubnet: The subnet ID 'subnet-1' does not exist`},
		{"no such group", lb, balancer(props{"securityGroups": []any{"sg-1"}}), `api error InvalidSecurityGroup: One or more security groups are invalid: sg-1`},
		{"idle timeout", lb, balancer(props{"idleTimeout": 5000}), `idleTimeout: expected idleTimeout to be in the range (1 - 4000), got 5000`},
		{"logs to no bucket", lb, balancer(props{"accessLogs": props{"bucket": "nobody", "enabled": true}}), `Access Denied for bucket: nobody. Please check S3bucket permission`},
		{"group name taken", target, func(w *world) props {
			return with(group(props{})(w), props{"name": w.res["target"].str("name")})
		}, `api error DuplicateTargetGroupName`},
		{"group of no VPC", target, group(props{"vpcId": "vpc-1"}), `api error ValidationError: The VPC ID 'vpc-1' is not found`},
		{"group without port", target, group(props{"port": nil}), `port: "port": required when targetType is "instance"`},
		{"health timeout", target, group(props{"healthCheck": props{"interval": 10, "timeout": 10}}), `Health check interval must be greater than the timeout`},
		{"health path", target, group(props{"healthCheck": props{"path": "healthz"}}), `must begin with a '/' character`},
	})
}

func TestRefusesWrongListeners(t *testing.T) {
	t.Parallel()
	const listener, rule = "aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"
	listen := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"loadBalancerArn": w.res["lb"].ID, "port": 80, "protocol": "HTTP", "defaultActions": []any{props{"type": "redirect", "redirect": props{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}}}, change)
		}
	}
	ruleOf := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"listenerArn": w.res["https"].ID, "priority": 7, "actions": []any{props{"type": "forward", "targetGroupArn": w.res["target"].ID}},
				"conditions": []any{props{"pathPattern": props{"values": []any{"/x"}}}}}, change)
		}
	}
	refuses(t, []wrong{
		{"listener of no balancer", listener, listen(props{"loadBalancerArn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/x/1"}), `api error LoadBalancerNotFound`},
		{"port taken", listener, listen(props{"port": 443}), `api error DuplicateListener: A listener already exists on this port for this load balancer`},
		{"HTTPS without certificate", listener, listen(props{"protocol": "HTTPS"}), `certificateArn: ValidationError: A certificate must be specified for HTTPS listeners`},
		{"certificate that is none", listener, listen(props{"protocol": "HTTPS", "certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/1"}), `api error CertificateNotFound`},
		{"policy for HTTP", listener, listen(props{"sslPolicy": "ELBSecurityPolicy-2016-08"}), `sslPolicy: InvalidConfigurationRequest: An SSL policy can only be specified for HTTPS and TLS listeners`},
		{"unknown policy", listener, func(w *world) props {
			return with(listen(props{"protocol": "HTTPS", "sslPolicy": "TLS13"})(w), props{"certificateArn": w.res["cert"].ID})
		}, `sslPolicy: SSLPolicyNotFound: SSL policy 'TLS13' not found`},
		{"TCP on an application balancer", listener, listen(props{"protocol": "TCP"}), `Listener protocol 'TCP' must be one of 'HTTP, HTTPS'`},
		{"redirect without where", listener, listen(props{"defaultActions": []any{props{"type": "redirect"}}}), `defaultActions[0].redirect: Attribute "defaultActions[0].redirect" must be specified`},
		{"forward to nothing", listener, listen(props{"defaultActions": []any{props{"type": "forward"}}}), `one of targetGroupArn or forward must be specified`},
		{"forward to no group", listener, listen(props{"defaultActions": []any{props{"type": "forward", "targetGroupArn": "arn:x"}}}), `api error TargetGroupNotFound: Target groups 'arn:x' not found`},
		{"priority taken", rule, ruleOf(props{"priority": 1000}), `api error PriorityInUse: Priority '1000' is currently in use`},
		{"priority range", rule, ruleOf(props{"priority": 60000}), `priority: expected priority to be in the range (1 - 50000), got 60000`},
		{"rule of no listener", rule, ruleOf(props{"listenerArn": "arn:aws:elasticloadbalancing:us-east-1:111122223333:listener/app/x/1/2"}), `api error ListenerNotFound`},
		{"condition of two kinds", rule, ruleOf(props{"conditions": []any{props{"hostHeader": props{"values": []any{"a"}}, "pathPattern": props{"values": []any{"/a"}}}}}), `conditions[0]: ValidationError: A condition must have exactly one of`},
		{"six values", rule, ruleOf(props{"conditions": []any{props{"hostHeader": props{"values": []any{"a", "b", "c", "d", "e", "f"}}}}}), `A rule can only have '5' condition values`},
	})
}

func TestRefusesWrongWorkloads(t *testing.T) {
	t.Parallel()
	const task, service = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
	taskWith := func(change props) func(*world) props {
		return func(w *world) props { return with(taskProps(w.res["exec"].str("arn")), change) }
	}
	serve := func(change props) func(*world) props {
		return func(w *world) props {
			return with(props{"cluster": w.res["cluster"].ID, "taskDefinition": w.res["task"].str("arn"), "launchType": "FARGATE",
				"networkConfiguration": props{"subnets": []any{w.res["app1"].ID}, "securityGroups": []any{w.res["web-group"].ID}}}, change)
		}
	}
	balanced := func(change props) func(*world) props {
		return func(w *world) props {
			return with(serve(nil)(w), props{"loadBalancers": []any{with(props{"targetGroupArn": w.res["target"].ID, "containerName": "web", "containerPort": 8080}, change)}})
		}
	}
	scale := func(change props) func(*world) props {
		return fixed(with(props{"resourceId": "service/shared/acme-web", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs", "minCapacity": 1, "maxCapacity": 2}, change))
	}
	refuses(t, []wrong{
		{"Fargate size", task, taskWith(props{"cpu": "256", "memory": "4096"}), `cpu: ClientException: No Fargate configuration exists for given values: 256 CPU, 4096 memory`},
		{"Fargate size, unknown", task, taskWith(props{"cpu": "300"}), `No Fargate configuration exists for given values: 300 CPU, 512 memory`},
		{"Fargate without cpu", task, taskWith(props{"cpu": nil}), `cpu: ClientException: Fargate requires that 'cpu' be defined at the task level`},
		{"Fargate network", task, taskWith(props{"networkMode": "bridge"}), `networkMode: ClientException: Fargate only supports network mode`},
		{"logs without execution role", task, taskWith(props{"executionRoleArn": nil}), `executionRoleArn: ClientException: Fargate requires task definition to have execution role ARN to support log driver awslogs`},
		{"role that is none", task, taskWith(props{"taskRoleArn": "arn:aws:iam::111122223333:role/nobody"}), `api error ClientException: Role is not valid: arn:aws:iam::111122223333:role/nobody`},
		{"containers are no JSON", task, taskWith(props{"containerDefinitions": "web"}), `containerDefinitions: ECS Task Definition container_definitions is invalid: Error decoding JSON`},
		{"container without image", task, taskWith(props{"containerDefinitions": `[{"name":"web"}]`}), `name and image of a container should not be null or empty`},
		{"host port", task, taskWith(props{"containerDefinitions": `[{"name":"web","image":"i","portMappings":[{"containerPort":1,"hostPort":2}]}]`}), `the host ports and container ports in port mappings must match`},
		{"no essential container", task, taskWith(props{"containerDefinitions": `[{"name":"web","image":"i","essential":false}]`}), `must have at least one essential container`},
		{"family", task, taskWith(props{"family": "a b"}), `family: "family" must be 1 to 255 letters`},
		{"service in no cluster", service, serve(props{"cluster": "nobody"}), `api error ClusterNotFoundException: Cluster not found.`},
		{"service of no task", service, serve(props{"taskDefinition": "nobody:1"}), `api error ClientException: TaskDefinition not found.`},
		{"service without network", service, serve(props{"networkConfiguration": nil}), `api error InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.`},
		{"service in no subnet", service, serve(props{"networkConfiguration": props{"subnets": []any{"subnet-1"}}}), `The subnet ID 'subnet-1' does not exist (ErrorCode: InvalidSubnetID.NotFound)`},
		{"service twice", service, serve(props{"name": "acme-web"}), `api error InvalidParameterException: Creation of service was not idempotent.`},
		{"launch type and strategy", service, serve(props{"capacityProviderStrategies": []any{props{"capacityProvider": "FARGATE"}}}), `capacityProviderStrategies: "capacityProviderStrategies": conflicts with launchType`},
		{"capacity provider that is none", service, serve(props{"launchType": nil, "capacityProviderStrategies": []any{props{"capacityProvider": "nodes"}}}), `The specified capacity provider 'nodes' is not associated with the cluster 'shared'.`},
		{"grace period without balancer", service, serve(props{"healthCheckGracePeriodSeconds": 30}), `Health check grace period is only valid for services configured to use load balancers`},
		{"percentages", service, serve(props{"deploymentMaximumPercent": 100}), `Maximum percent must be greater than minimum healthy percent`},
		{"target group that is none", service, balanced(props{"targetGroupArn": "arn:x"}), `the target group arn:x does not exist`},
		{"container that is none", service, balanced(props{"containerName": "api"}), `The container api does not exist in the task definition.`},
		{"port that is none", service, balanced(props{"containerPort": 9090}), `The container web did not have a container port 9090 defined.`},
		{"container insights", "aws:ecs/cluster:Cluster", fixed(props{"settings": []any{props{"name": "containerInsights", "value": "on"}}}), `settings[0].value: expected settings.value to be one of`},
		{"capacity provider", "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", fixed(props{"clusterName": "shared", "capacityProviders": []any{"nodes"}}), `The specified capacity provider 'nodes' was not found.`},
		{"default strategy", "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", fixed(props{"clusterName": "shared", "defaultCapacityProviderStrategies": []any{props{"capacityProvider": "FARGATE"}}}), `is not associated with the cluster`},
		{"scaling of no service", "aws:appautoscaling/target:Target", scale(props{"resourceId": "service/shared/nobody"}), `api error ValidationException: ECS service doesn't exist: service/shared/nobody`},
		{"scaling range", "aws:appautoscaling/target:Target", scale(props{"minCapacity": 3}), `maxCapacity: ValidationException: Maximum capacity cannot be less than minimum capacity`},
		{"policy of no target", "aws:appautoscaling/policy:Policy", fixed(props{"policyType": "TargetTrackingScaling", "resourceId": "service/shared/nobody", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
			"targetTrackingScalingPolicyConfiguration": props{"targetValue": 1, "predefinedMetricSpecification": props{"predefinedMetricType": "ECSServiceAverageCPUUtilization"}}}),
			`api error ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/shared/nobody, scalable dimension: ecs:service:DesiredCount`},
		{"policy without configuration", "aws:appautoscaling/policy:Policy", fixed(props{"policyType": "TargetTrackingScaling", "resourceId": "service/shared/acme-web", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs"}),
			`targetTrackingScalingPolicyConfiguration must be specified when policyType is TargetTrackingScaling`},
	})
}
