package simcloud_test

import (
	"encoding/base64"
	"strings"
	"testing"
)

// disk is a launch template's volume.
func disk(ebs props) props {
	return props{"name": "wrong", "blockDeviceMappings": []any{props{"deviceName": "/dev/xvda", "ebs": ebs}}}
}

func TestRefusesWrongLaunchTemplates(t *testing.T) {
	t.Parallel()
	const template = "node-template"
	big := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 16385)))
	twice := []any{props{"resourceType": "instance", "tags": props{"a": "b"}}, props{"resourceType": "instance", "tags": props{"a": "c"}}}
	refuses(t, []wrong{
		{"user data in clear", templateType, changed(template, props{"name": "wrong", "userData": "#!/bin/sh"}), `api error InvalidUserData.Malformed: Invalid BASE64 encoding of user data.`},
		{"user data too long", templateType, changed(template, props{"name": "wrong", "userData": big}), `api error InvalidParameterValue: User data is limited to 16384 bytes`},
		{"image that is none", templateType, changed(template, props{"name": "wrong", "imageId": "ubuntu"}), `api error InvalidAMIID.Malformed: Invalid id: "ubuntu" (expecting "ami-...")`},
		{"image of a parameter without name", templateType, changed(template, props{"name": "wrong", "imageId": "resolve:ssm:"}), `is not the name of a parameter`},
		{"size that is none", templateType, changed(template, props{"name": "wrong", "instanceType": "large"}), `api error InvalidParameterValue: Invalid value 'large' for InstanceType.`},
		{"short name", templateType, changed(template, props{"name": "ab"}), `name: expected length of name to be in the range (3 - 128), got ab`},
		{"name with a space", templateType, changed(template, props{"name": "my nodes"}), `name: "name" can only alphanumeric characters and ()./_- symbols: "my nodes"`},
		{"encryption as a word", templateType, changed(template, disk(props{"encrypted": "yes"})), `blockDeviceMappings[0].ebs.encrypted: expected blockDeviceMappings.ebs.encrypted to be one of ["" "true" "false"], got yes`},
		{"key without encryption", templateType, changed(template, disk(props{"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1"})), `api error InvalidParameterDependency: The parameter KmsKeyId requires the parameter Encrypted to be set.`},
		{"iops of gp2", templateType, changed(template, disk(props{"volumeType": "gp2", "iops": 3000})), `api error InvalidParameterCombination: The parameter iops is not supported for gp2 volumes.`},
		{"io2 without iops", templateType, changed(template, disk(props{"volumeType": "io2"})), `api error MissingParameter: The parameter iops must be specified for io2 volumes.`},
		{"few iops of gp3", templateType, changed(template, disk(props{"volumeType": "gp3", "iops": 100})), `Volume iops of 100 is not in the range of 3000 to 80000`},
		{"throughput of gp2", templateType, changed(template, disk(props{"volumeType": "gp2", "throughput": 200})), `The parameter throughput is not supported for gp2 volumes.`},
		{"volume type that is none", templateType, changed(template, disk(props{"volumeType": "ssd"})), `expected blockDeviceMappings.ebs.volumeType to be one of`},
		{"metadata optional in another word", templateType, changed(template, props{"name": "wrong", "metadataOptions": props{"httpTokens": "mandatory"}}), `metadataOptions.httpTokens: expected metadataOptions.httpTokens to be one of ["optional" "required"], got mandatory`},
		{"too many hops", templateType, changed(template, props{"name": "wrong", "metadataOptions": props{"httpPutResponseHopLimit": 65}}), `to be in the range (1 - 64), got 65`},
		{"tags of one thing twice", templateType, changed(template, props{"name": "wrong", "tagSpecifications": twice}), `tagSpecifications[1].resourceType: InvalidParameterValue: 'instance' is not a valid taggable resource type`},
		{"tags of what is not launched", templateType, changed(template, props{"name": "wrong", "tagSpecifications": []any{props{"resourceType": "vpc", "tags": props{}}}}), `to be one of ["instance" "volume"`},
		{"default version both ways", templateType, changed(template, props{"name": "wrong", "defaultVersion": 1}), `"defaultVersion": conflicts with updateDefaultVersion`},
		{"profile both ways", templateType, changed(template, props{"name": "wrong", "iamInstanceProfile": props{"arn": "arn:aws:iam::1:instance-profile/x", "name": "x"}}), `"iamInstanceProfile.arn": conflicts with iamInstanceProfile.name`},
	})
}

func TestRefusesWrongScalingGroups(t *testing.T) {
	t.Parallel()
	group := func(change props) func(*world) props {
		return changed("node-group", and(props{"name": "wrong"}, change))
	}
	// template makes a launch template that differs, and a group of it.
	template := func(name string, change props) func(*world) props {
		return func(w *world) props {
			lt := w.create(templateType, name, with(w.res["node-template"].In, and(props{"name": name}, change)))
			return group(props{"launchTemplate": props{"id": lt.ID, "version": "1"}})(w)
		}
	}
	const formed = `api error ValidationError: You must use a valid fully-formed launch template. `
	hook := func(change props) props {
		return props{"initialLifecycleHooks": []any{with(props{"name": "h", "lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}, change)}}
	}
	refuses(t, []wrong{
		{"more at least than at most", groupType, group(props{"minSize": 5}), `api error ValidationError: Max bound, 4, must be greater than or equal to min bound, 5`},
		{"more wanted than allowed", groupType, group(props{"desiredCapacity": 5}), `Desired capacity:5 must be between the specified min size:1 and max size:4`},
		{"no subnets", groupType, group(props{"vpcZoneIdentifiers": []any{}}), `At least one Availability Zone or VPC Subnet is required.`},
		{"subnet that is none", groupType, group(props{"vpcZoneIdentifiers": []any{"subnet-1"}}), `The subnet ID 'subnet-1' does not exist`},
		{"subnets of two VPCs", groupType, func(w *world) props {
			s := w.create(subnetType, "elsewhere", props{"vpcId": w.res["far"].ID, "cidrBlock": "10.32.8.0/24"})
			return group(props{"vpcZoneIdentifiers": []any{w.subnet("app0"), s.ID}})(w)
		}, `The subnets are in different VPCs`},
		{"no template", groupType, group(props{"launchTemplate": nil}), "one of `launchConfiguration,launchTemplate,mixedInstancesPolicy` must be specified"},
		{"template that is none", groupType, group(props{"launchTemplate": props{"id": "lt-1"}}), formed + `The specified launch template, with template ID lt-1, does not exist.`},
		{"template of another name", groupType, group(props{"launchTemplate": props{"name": "other"}}), formed + `The specified launch template, with template name other, does not exist.`},
		{"version that is none", groupType, func(w *world) props {
			return group(props{"launchTemplate": props{"id": w.res["node-template"].ID, "version": "7"}})(w)
		}, formed + `Could not find the specified version 7 for the launch template with ID lt-`},
		{"version by a wrong word", groupType, func(w *world) props {
			return group(props{"launchTemplate": props{"id": w.res["node-template"].ID, "version": "latest"}})(w)
		}, `Could not find the specified version latest`},
		{"profile that is none", groupType, template("profile", props{"iamInstanceProfile": props{"name": "nobody"}}), formed + `Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name`},
		{"profile with another path", groupType, template("path", props{"iamInstanceProfile": props{"arn": "arn:aws:iam::" + accountA + ":instance-profile/node-profile"}}), `Invalid IAM Instance Profile ARN`},
		{"image parameter that is none", groupType, template("image", props{"imageId": "resolve:ssm:/utility/images/vault"}), `The parameter '/utility/images/vault' that the image is looked up in does not exist`},
		{"no image", groupType, template("imageless", props{"imageId": nil}), formed + `The request must contain the parameter ImageId`},
		{"group of another VPC", groupType, func(w *world) props {
			return template("sg-far", props{"vpcSecurityGroupIds": []any{w.res["far"].str("defaultSecurityGroupId")}})(w)
		}, `does not exist in VPC 'vpc-`},
		{"groups beside interfaces", groupType, template("eni", props{"networkInterfaces": []any{props{"deviceIndex": 0}}}), `api error InvalidQueryParameter: Invalid launch template: When a network interface is provided, the security groups must be a part of it.`},
		{"targets that are none", groupType, group(props{"targetGroupArns": []any{"arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/x/1"}}), `Provided Target Groups may not be valid. Please ensure they exist and try again.`},
		{"targets by address", groupType, func(w *world) props { return group(props{"targetGroupArns": []any{w.res["target"].ID}})(w) }, `The target type of arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/target-`},
		{"process that is none", groupType, group(props{"suspendedProcesses": []any{"Rebalance"}}), `suspendedProcesses[0]: expected suspendedProcesses to be one of ["Launch"`},
		{"maintenance above 200", groupType, group(props{"instanceMaintenancePolicy": props{"minHealthyPercentage": 90, "maxHealthyPercentage": 201}}), `expected instanceMaintenancePolicy.maxHealthyPercentage to be in the range (100 - 200), got 201`},
		{"maintenance too wide", groupType, group(props{"instanceMaintenancePolicy": props{"minHealthyPercentage": 0, "maxHealthyPercentage": 110}}), `cannot be greater than 100`},
		{"tag twice", groupType, group(props{"tags": []any{props{"key": "a", "value": "1", "propagateAtLaunch": true}, props{"key": "a", "value": "2", "propagateAtLaunch": true}}}), `tags[1].key: ValidationError: Duplicate tag keys found: a`},
		{"tag that says not whether it is passed on", groupType, group(props{"tags": []any{props{"key": "a", "value": "1"}}}), `tags[0].propagateAtLaunch: Missing required argument`},
		{"short life", groupType, group(props{"maxInstanceLifetime": 3600}), `The maximum instance lifetime must be 0 or between 86400 and 31536000 seconds, got 3600`},
		{"wait that is no time", groupType, group(props{"waitForCapacityTimeout": "ten minutes"}), `waitForCapacityTimeout: "waitForCapacityTimeout" cannot be parsed as a duration`},
		{"refresh in no known way", groupType, group(props{"instanceRefresh": props{"strategy": "BlueGreen"}}), `instanceRefresh.strategy: expected instanceRefresh.strategy to be one of ["Rolling"`},
		{"hook with another result", groupType, group(hook(props{"defaultResult": "RETRY"})), `to be one of ["CONTINUE" "ABANDON"], got RETRY`},
		{"hook too short", groupType, group(hook(props{"heartbeatTimeout": 10})), `to be in the range (30 - 7200), got 10`},
		{"hook that tells no topic", groupType, group(hook(props{"notificationTargetArn": "arn:aws:sns:us-east-1:111122223333:nobody"})), `Unable to publish test message to notification target arn:aws:sns:us-east-1:111122223333:nobody`},
	})
}

func TestRefusesWrongHooksAndProfiles(t *testing.T) {
	t.Parallel()
	refuses(t, []wrong{
		{"hook of no group", hookType, fixed(props{"autoscalingGroupName": "nobody", "lifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING"}), `api error ValidationError: AutoScalingGroup name not found - no such group: nobody`},
		{"hook of another moment", hookType, changed("leave", props{"lifecycleTransition": "autoscaling:EC2_INSTANCE_STARTING"}), `lifecycleTransition: expected lifecycleTransition to be one of`},
		{"hook with a space", hookType, changed("leave", props{"name": "my hook"}), `name: invalid value for name (no spaces or special characters`},
		{"profile of no role", profileType, fixed(props{"role": "nobody"}), `api error NoSuchEntity: The role with name nobody cannot be found.`},
		{"profile of a service's role", profileType, fixed(props{"role": "AWSServiceRoleForAutoScaling"}), `api error UnmodifiableEntity`},
		{"profile with a crooked path", profileType, fixed(props{"path": "utility"}), `path: ValidationError: The specified value for path is invalid.`},
	})
}

func TestRefusesWrongCapacity(t *testing.T) {
	t.Parallel()
	// provider is a capacity provider of a group of its own.
	provider := func(group string, ofGroup, change props) func(*world) props {
		return func(w *world) props {
			g := w.create(groupType, group, with(w.res["node-group"].In, and(props{"name": group}, ofGroup)))
			return props{"name": "wrong", "autoScalingGroupProvider": with(props{"autoScalingGroupArn": g.str("arn"), "managedTerminationProtection": "ENABLED", "managedScaling": props{"status": "ENABLED"}}, change)}
		}
	}
	providers := func(change props) func(*world) props {
		return fixed(with(props{"clusterName": "machines", "capacityProviders": []any{"FARGATE", "FARGATE_SPOT", "cells-nodes"}}, change))
	}
	strategy := func(entries ...props) props {
		list := []any{}
		for _, e := range entries {
			list = append(list, e)
		}
		return props{"defaultCapacityProviderStrategies": list}
	}
	const mixed = `api error InvalidParameterException: A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers.`
	refuses(t, []wrong{
		{"name of AWS", providerType, changed("node-capacity", props{"name": "ecs-nodes"}), `name: ClientException: The specified capacity provider name is invalid.`},
		{"name of Fargate", providerType, changed("node-capacity", props{"name": "FargateLike"}), `The name cannot be prefixed with "aws", "ecs", or "fargate".`},
		{"group that is none", providerType, fixed(props{"name": "wrong", "autoScalingGroupProvider": props{"autoScalingGroupArn": "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:1:autoScalingGroupName/x"}}),
			`api error ClientException: The specified Auto Scaling group ARN is invalid.`},
		{"group by name", providerType, fixed(props{"name": "wrong", "autoScalingGroupProvider": props{"autoScalingGroupArn": "nodes"}}), `autoScalingGroupProvider.autoScalingGroupArn: (nodes) is an invalid ARN`},
		{"group of another", providerType, changed("node-capacity", props{"name": "wrong"}), `The specified Auto Scaling group ARN is already being used by another capacity provider.`},
		{"protection without scaling", providerType, provider("unscaled", nil, props{"managedScaling": props{"status": "DISABLED"}}), `To enable managed termination protection for a capacity provider, managed scaling must be enabled.`},
		{"protection of an open group", providerType, provider("open", props{"protectFromScaleIn": false}, nil), `the Auto Scaling group must have instance protection from scale in enabled.`},
		{"more than full", providerType, provider("full", nil, props{"managedScaling": props{"status": "ENABLED", "targetCapacity": 101}}), `to be in the range (1 - 100), got 101`},
		{"steps the wrong way round", providerType, provider("steps", nil, props{"managedScaling": props{"status": "ENABLED", "minimumScalingStepSize": 10, "maximumScalingStepSize": 5}}), `The minimum scaling step size (10) must not be more than the maximum (5).`},
		{"provider that is none", providersType, providers(props{"capacityProviders": []any{"FARGATE", "other-nodes"}}), `api error InvalidParameterException: The specified capacity provider 'other-nodes' was not found.`},
		{"no such cluster", providersType, providers(props{"clusterName": "nobody"}), `api error ClusterNotFoundException: Cluster not found.`},
		{"strategy of both kinds", providersType, providers(strategy(props{"capacityProvider": "FARGATE", "weight": 1}, props{"capacityProvider": "cells-nodes", "weight": 1})), mixed},
		{"strategy with two bases", providersType, providers(strategy(props{"capacityProvider": "FARGATE", "base": 1}, props{"capacityProvider": "FARGATE_SPOT", "base": 1})), `more than one capacity provider with a base value that is not 0.`},
		{"strategy of what the cluster has not", providersType, providers(with(strategy(props{"capacityProvider": "cells-nodes"}), props{"capacityProviders": []any{"FARGATE"}})), `The capacity provider 'cells-nodes' in the default strategy is not associated with the cluster.`},
		{"service of both kinds", serviceType, changed("service", props{"name": "wrong", "cluster": "machines", "capacityProviderStrategies": []any{
			props{"capacityProvider": "FARGATE", "weight": 1}, props{"capacityProvider": "cells-nodes", "weight": 1},
		}}), mixed},
		{"service of no weight", serviceType, changed("service", props{"name": "wrong", "capacityProviderStrategies": []any{props{"capacityProvider": "FARGATE"}}}), `at least one capacity provider with a weight that is not 0.`},
		{"disks with a key that does not know Fargate", clusterType, func(w *world) props {
			key := w.create(kmsKeyType, "private", props{})
			return props{"name": "wrong", "configuration": props{"managedStorageConfiguration": props{"fargateEphemeralStorageKmsKeyId": key.str("arn")}}}
		}, `does not let fargate.amazonaws.com use it for cluster wrong`},
		{"disks with no key", clusterType, fixed(props{"name": "wrong", "configuration": props{"managedStorageConfiguration": props{"fargateEphemeralStorageKmsKeyId": "1"}}}), `api error InvalidParameterException: The specified KMS key is invalid: 1`},
		{"service in a registry that is none", serviceType, changed("service", props{"name": "wrong", "serviceRegistries": props{"registryArn": "arn:aws:servicediscovery:us-east-1:111122223333:service/srv-1"}}),
			`The specified service registry arn:aws:servicediscovery:us-east-1:111122223333:service/srv-1 does not exist.`},
		{"service in a registry of ports without one", serviceType, func(w *world) props {
			srv := w.create(discoveryType, "srv", props{"name": "srv", "dnsConfig": props{"namespaceId": w.res["namespace"].ID, "dnsRecords": []any{props{"type": "SRV", "ttl": 10}}}})
			return changed("service", props{"name": "wrong", "serviceRegistries": props{"registryArn": srv.str("arn")}})(w)
		}, `you must specify a port or a container name and port.`},
	})
}

func TestRefusesWrongReservations(t *testing.T) {
	t.Parallel()
	refuses(t, []wrong{
		{"outside the subnet", reservationType, changed("nlb-reserved", props{"cidrBlock": "10.16.17.192/28"}), `api error InvalidParameterValue: The CIDR '10.16.17.192/28' is not within the CIDR of the subnet`},
		{"over another", reservationType, changed("nlb-reserved", props{"cidrBlock": "10.16.16.192/27"}), `conflicts with the CIDR reservation 'scr-`},
		{"in no subnet", reservationType, changed("nlb-reserved", props{"subnetId": "subnet-1"}), `api error InvalidSubnetID.NotFound`},
		{"of another kind", reservationType, changed("nlb-reserved", props{"reservationType": "implicit"}), `reservationType: expected reservationType to be one of ["prefix" "explicit"], got implicit`},
	})
}
