package simcloud_test

import (
	"fmt"
	"testing"
)

// elsewhere makes a second VPC beside the world's and returns it.
func elsewhere(w *world, name string) *made {
	return w.create(vpcType, name, props{"cidrBlock": "10.32.0.0/16"})
}

// TestRefusesWhatBelongsToAnotherVPC joins things of two VPCs.
func TestRefusesWhatBelongsToAnotherVPC(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	other := elsewhere(w, "other")
	subnet := func(name, block, zone string) *made {
		return w.create("aws:ec2/subnet:Subnet", name, props{"vpcId": other.ID, "cidrBlock": block, "availabilityZoneId": zone})
	}
	a, b := subnet("other-a", "10.32.0.0/24", "use1-az1"), subnet("other-b", "10.32.1.0/24", "use1-az2")
	group := w.create("aws:ec2/securityGroup:SecurityGroup", "other", props{"vpcId": other.ID})
	table := w.create("aws:ec2/routeTable:RouteTable", "other", props{"vpcId": other.ID})
	eip := w.create("aws:ec2/eip:Eip", "other", props{"domain": "vpc"})
	both := []any{w.res["app1"].ID, b.ID}
	refusesIn(t, w, []wrong{
		{"route to a gateway of another VPC", "aws:ec2/route:Route", fixed(props{"routeTableId": table.ID, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": w.res["igw"].ID}), `route table ` + table.ID + ` and network gateway ` + w.res["igw"].ID + ` belong to different networks`},
		{"route to a NAT of another VPC", "aws:ec2/route:Route", fixed(props{"routeTableId": table.ID, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": w.res["nat"].ID}), `belong to different networks`},
		{"table for a subnet of another VPC", "aws:ec2/routeTableAssociation:RouteTableAssociation", fixed(props{"routeTableId": table.ID, "subnetId": w.byURN("aws:ec2/subnet:Subnet", "app0").ID}), `belong to different networks`},
		{"ACL for a subnet of another VPC", "aws:ec2/networkAcl:NetworkAcl", fixed(props{"vpcId": w.res["vpc"].ID, "subnetIds": []any{a.ID}}), `belong to different networks`},
		{"NAT in a VPC without a gateway", "aws:ec2/natGateway:NatGateway", fixed(props{"subnetId": a.ID, "allocationId": eip.ID}), `api error Gateway.NotAttached: Network ` + other.ID + ` has no Internet gateway attached`},
		{"rule for a peer of another VPC", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", fixed(props{"securityGroupId": group.ID, "ipProtocol": "tcp", "fromPort": 1, "toPort": 1, "referencedSecurityGroupId": w.res["web-group"].ID}), `You have specified two resources that belong to different networks.`},
		{"balancer over two VPCs", "aws:lb/loadBalancer:LoadBalancer", fixed(props{"internal": true, "subnets": both}), `All subnets must belong to the same VPC`},
		{"balancer with a group of another VPC", "aws:lb/loadBalancer:LoadBalancer", fixed(props{"internal": true, "subnets": []any{a.ID, b.ID}, "securityGroups": []any{w.res["lb-group"].ID}}), `One or more security groups are invalid`},
		{"public balancer in a VPC without a gateway", "aws:lb/loadBalancer:LoadBalancer", fixed(props{"internal": false, "subnets": []any{a.ID, b.ID}}), `api error InvalidSubnet: VPC ` + other.ID + ` has no internet gateway`},
		{"service over two VPCs", "aws:ecs/service:Service", fixed(with(w.res["service"].In, props{"name": "two", "networkConfiguration": props{"subnets": both, "securityGroups": []any{group.ID}}})), `All subnets must be in the same VPC.`},
		{"service with a group of another VPC", "aws:ecs/service:Service", fixed(with(w.res["service"].In, props{"name": "two", "networkConfiguration": props{"subnets": []any{w.res["app1"].ID}, "securityGroups": []any{group.ID}}})), `does not appear to belong to the same VPC as the input subnets`},
	})
}

// TestRefusesTheTrapsOfKeysAndServices: each has bitten somebody.
func TestRefusesTheTrapsOfKeysAndServices(t *testing.T) {
	t.Parallel()
	const admin = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}`
	refuses(t, []wrong{
		{"log group with a key that does not let the logs in", logType, func(w *world) props {
			key := w.create("aws:kms/key:Key", "quiet", props{"policy": document(admin)})
			return props{"name": "/quiet", "kmsKeyId": key.str("arn")}
		}, `api error InvalidParameterException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:111122223333:log-group:/quiet'`},
		{"log group with a key for the logs of another region", logType, func(w *world) props {
			key := w.create("aws:kms/key:Key", "west", props{"policy": document(admin + `,{"Effect":"Allow","Principal":{"Service":"logs.us-west-2.amazonaws.com"},"Action":"kms:Encrypt*","Resource":"*"}`)})
			return props{"name": "/west", "kmsKeyId": key.str("arn")}
		}, `is not allowed to be used with Arn`},
		{"listener with a certificate that is not issued", "aws:lb/listener:Listener", func(w *world) props {
			cert := w.create("aws:acm/certificate:Certificate", "pending", props{"domainName": "pending.example.com", "validationMethod": "DNS"})
			return with(w.res["https"].In, props{"port": 8443, "certificateArn": cert.ID})
		}, `it is not issued yet: use the output of the certificate's validation`},
		{"service whose target group has no balancer", "aws:ecs/service:Service", func(w *world) props {
			group := w.create("aws:lb/targetGroup:TargetGroup", "lonely", props{"port": 8080, "protocol": "HTTP", "targetType": "ip", "vpcId": w.res["vpc"].ID})
			return with(w.res["service"].In, props{"name": "lonely", "loadBalancers": []any{props{"targetGroupArn": group.ID, "containerName": "web", "containerPort": 8080}}})
		}, `does not have an associated load balancer.`},
		{"service whose target group is for instances", "aws:ecs/service:Service", func(w *world) props {
			group := w.create("aws:lb/targetGroup:TargetGroup", "nodes", props{"port": 8080, "protocol": "HTTP", "vpcId": w.res["vpc"].ID})
			w.create("aws:lb/listenerRule:ListenerRule", "nodes", with(w.res["rule"].In, props{"priority": 900, "actions": []any{props{"type": "forward", "targetGroupArn": group.ID}}}))
			return with(w.res["service"].In, props{"name": "nodes", "loadBalancers": []any{props{"targetGroupArn": group.ID, "containerName": "web", "containerPort": 8080}}})
		}, `has target type instance, which is incompatible with the awsvpc network mode`},
		{"validation without a record", "aws:acm/certificateValidation:CertificateValidation", func(w *world) props {
			return props{"certificateArn": w.create("aws:acm/certificate:Certificate", "bare", props{"domainName": "bare.example.com", "validationMethod": "DNS"}).ID}
		}, `timeout while waiting for state to become 'ISSUED'`},
		{"cluster with a key that is none", "aws:ecs/cluster:Cluster", fixed(props{"configuration": props{"managedStorageConfiguration": props{"fargateEphemeralStorageKmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1"}}}), `The specified KMS key is invalid`},
		{"exec logs without where", "aws:ecs/cluster:Cluster", fixed(props{"configuration": props{"executeCommandConfiguration": props{"logging": "OVERRIDE"}}}), `logConfiguration must be specified when logging is OVERRIDE`},
		{"documented value of a metric's statistic", "aws:appautoscaling/policy:Policy", fixed(props{"policyType": "TargetTrackingScaling", "resourceId": "service/shared/acme-web", "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
			"targetTrackingScalingPolicyConfiguration": props{"targetValue": 1, "customizedMetricSpecification": props{"metricName": "m", "namespace": "n", "statistic": "Mean"}}}),
			`customizedMetricSpecification.statistic to be one of ["Average" "Maximum" "Minimum" "SampleCount" "Sum"], got Mean`},
		{"documented value of a service's balance", "aws:ecs/service:Service", func(w *world) props {
			return with(w.res["service"].In, props{"name": "b", "availabilityZoneRebalancing": "YES"})
		}, `availabilityZoneRebalancing: expected availabilityZoneRebalancing to be one of ["ENABLED" "DISABLED"], got YES`},
		{"documented value of a subnet's host names", "aws:ec2/subnet:Subnet", func(w *world) props {
			return props{"vpcId": w.res["vpc"].ID, "cidrBlock": "10.16.99.0/24", "privateDnsHostnameTypeOnLaunch": "name"}
		}, `privateDnsHostnameTypeOnLaunch: expected privateDnsHostnameTypeOnLaunch to be one of ["ip-name" "resource-name"], got name`},
		{"51 inline routes", "aws:ec2/routeTable:RouteTable", func(w *world) props {
			var routes []any
			for i := range 51 {
				routes = append(routes, props{"cidrBlock": fmt.Sprintf("172.16.%d.0/24", i), "gatewayId": w.res["igw"].ID})
			}
			return props{"vpcId": w.res["vpc"].ID, "routes": routes}
		}, `api error RouteLimitExceeded: The maximum number of routes has been reached.`},
	})
}
