package simcloud_test

import "fmt"

// world builds one of everything that the simulated cloud simulates, in the order in which a program would.
type world struct {
	*client
	each func(m *made, in props) // called after every create
	res  map[string]*made
	far  *client // of another region, when something is needed there
}

func (w *world) add(typ, name string, in props) *made {
	w.t.Helper()
	m := w.create(typ, name, in)
	w.res[name] = m
	if w.each != nil {
		w.each(m, in)
	}
	return m
}

func buildWorld(c *client, each func(*made, props)) *world {
	w := &world{client: c, each: each, res: map[string]*made{}}
	w.network()
	w.security()
	w.names()
	w.storage()
	w.balancer()
	w.service()
	w.identity()
	w.audit()
	w.servers()
	w.applications()
	w.exchange()
	w.backups()
	w.data()
	return w
}

func (w *world) network() {
	v := w.add("aws:ec2/vpc:Vpc", "vpc", props{"cidrBlock": "10.16.0.0/16", "enableDnsHostnames": true, "tags": props{"Name": "main"}})
	igw := w.add("aws:ec2/internetGateway:InternetGateway", "igw", props{"vpcId": v.ID})
	for i, zone := range []string{"use1-az1", "use1-az2"} {
		for j, tier := range []string{"public", "app"} {
			w.add("aws:ec2/subnet:Subnet", fmt.Sprintf("%s%d", tier, i), props{
				"vpcId": v.ID, "cidrBlock": fmt.Sprintf("10.16.%d.0/24", 16*j+i), "availabilityZoneId": zone,
			})
		}
	}
	eip := w.add("aws:ec2/eip:Eip", "eip", props{"domain": "vpc"})
	nat := w.add("aws:ec2/natGateway:NatGateway", "nat", props{"allocationId": eip.ID, "subnetId": w.res["public0"].ID})
	public := w.add("aws:ec2/routeTable:RouteTable", "public", props{"vpcId": v.ID})
	app := w.add("aws:ec2/routeTable:RouteTable", "app", props{"vpcId": v.ID})
	w.add("aws:ec2/route:Route", "public", props{"routeTableId": public.ID, "destinationCidrBlock": "0.0.0.0/0", "gatewayId": igw.ID})
	w.add("aws:ec2/route:Route", "app", props{"routeTableId": app.ID, "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": nat.ID})
	w.add("aws:ec2/routeTableAssociation:RouteTableAssociation", "public0", props{"routeTableId": public.ID, "subnetId": w.res["public0"].ID})
	w.res["public0"] = w.byURN("aws:ec2/subnet:Subnet", "public0")
	w.add("aws:ec2/defaultRouteTable:DefaultRouteTable", "default-table", props{"defaultRouteTableId": v.str("defaultRouteTableId"), "routes": []any{}})
	w.add("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "default-group", props{"vpcId": v.ID})
	w.add("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "default-acl", props{"defaultNetworkAclId": v.str("defaultNetworkAclId")})
	w.add("aws:ec2/networkAcl:NetworkAcl", "acl", props{
		"vpcId": v.ID, "subnetIds": []any{w.byURN("aws:ec2/subnet:Subnet", "app1").ID, w.byURN("aws:ec2/subnet:Subnet", "app0").ID},
		"ingress": []any{
			props{"ruleNo": 110, "action": "allow", "protocol": "tcp", "cidrBlock": "10.16.0.0/16", "fromPort": 1024, "toPort": 65535},
			props{"ruleNo": 100, "action": "allow", "protocol": "-1", "cidrBlock": "10.16.0.0/17", "fromPort": 0, "toPort": 0},
		},
		"egress": []any{props{"ruleNo": 100, "action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0}},
	})
}

// byURN finds a resource of which the name is not unique among the types.
func (w *world) byURN(typ, name string) *made {
	w.t.Helper()
	for _, m := range w.made {
		if m.URN == w.urn(typ, name) {
			return m
		}
	}
	w.t.Fatalf("no %s %s", typ, name)
	return nil
}

func (w *world) security() {
	v := w.res["vpc"]
	w.add("aws:ec2/securityGroup:SecurityGroup", "lb-group", props{"vpcId": v.ID, "description": "load balancer"})
	w.add("aws:ec2/securityGroup:SecurityGroup", "web-group", props{"vpcId": v.ID, "name": "web", "description": "web"})
	w.add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "lb-in", props{
		"securityGroupId": w.res["lb-group"].ID, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0",
	})
	w.add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "web-in", props{
		"securityGroupId": w.res["web-group"].ID, "ipProtocol": "tcp", "fromPort": 8080, "toPort": 8080, "referencedSecurityGroupId": w.res["lb-group"].ID,
	})
	w.add("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "web-out", props{
		"securityGroupId": w.res["web-group"].ID, "ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0",
	})
	w.add("aws:kms/key:Key", "key", props{"deletionWindowInDays": 7, "enableKeyRotation": true, "rotationPeriodInDays": 90, "policy": keyPolicy})
	w.add("aws:kms/alias:Alias", "alias", props{"name": "alias/cell/acme", "targetKeyId": w.res["key"].ID})
	w.add("aws:cloudwatch/logGroup:LogGroup", "logs", props{"name": "/cell/acme/web", "retentionInDays": 365, "kmsKeyId": w.res["key"].str("arn")})
	w.add("aws:iam/role:Role", "exec", props{"name": "acme-exec", "path": "/cell/acme/", "assumeRolePolicy": trustPolicy})
	w.add("aws:iam/policy:Policy", "policy", props{"path": "/cell/acme/", "policy": readPolicy})
	w.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attach", props{"role": w.res["exec"].str("name"), "policyArn": w.res["policy"].str("arn")})
	w.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attach-managed", props{
		"role": w.res["exec"].ID, "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
	})
}

const (
	trustPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	readPolicy  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::acme-data/*"}]}`
	keyPolicy   = `{"Version":"2012-10-17","Statement":[
		{"Sid":"admin","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"},
		{"Sid":"logs","Effect":"Allow","Principal":{"Service":"logs.us-east-1.amazonaws.com"},"Action":["kms:Encrypt*","kms:Decrypt*"],"Resource":"*"},
		{"Sid":"audit","Effect":"Allow","Principal":{"Service":["cloudtrail.amazonaws.com","config.amazonaws.com","guardduty.amazonaws.com","macie.amazonaws.com"]},"Action":["kms:GenerateDataKey*","kms:DescribeKey","kms:Decrypt"],"Resource":"*"},
		{"Sid":"events","Effect":"Allow","Principal":{"Service":["events.amazonaws.com","events.rds.amazonaws.com"]},"Action":["kms:GenerateDataKey*","kms:Decrypt"],"Resource":"*"},
		{"Sid":"tasks","Effect":"Allow","Principal":{"Service":"fargate.amazonaws.com"},"Action":["kms:GenerateDataKeyWithoutPlaintext","kms:CreateGrant"],"Resource":"*","Condition":{"StringEquals":{"kms:EncryptionContext:aws:ecs:clusterAccount":"111122223333"}}}]}`
)

func (w *world) names() {
	zone := w.add("aws:route53/zone:Zone", "zone", props{"name": "clients.example.com"})
	w.add("aws:route53/zone:Zone", "private", props{"name": "int.example.com", "vpcs": []any{props{"vpcId": w.res["vpc"].ID}}})
	cert := w.add("aws:acm/certificate:Certificate", "cert", props{"domainName": "*.clients.example.com", "validationMethod": "DNS"})
	option := cert.Out["domainValidationOptions"].([]any)[0].(props)
	proof := w.add("aws:route53/record:Record", "proof", props{
		"zoneId": zone.ID, "name": option["resourceRecordName"], "type": option["resourceRecordType"], "ttl": 60,
		"records": []any{option["resourceRecordValue"]}, "allowOverwrite": true,
	})
	w.add("aws:acm/certificateValidation:CertificateValidation", "validation", props{
		"certificateArn": cert.ID, "validationRecordFqdns": []any{proof.str("fqdn")},
	})
}

func (w *world) storage() {
	b := w.add("aws:s3/bucketV2:BucketV2", "bucket", props{"bucket": "acme-data"})
	w.add("aws:s3/bucketVersioningV2:BucketVersioningV2", "versioning", props{"bucket": b.ID, "versioningConfiguration": props{"status": "Enabled"}})
	w.add("aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2", "sse", props{
		"bucket": b.ID, "rules": []any{props{
			"applyServerSideEncryptionByDefault": props{"sseAlgorithm": "aws:kms", "kmsMasterKeyId": w.res["key"].str("arn")}, "bucketKeyEnabled": true,
		}},
	})
	w.add("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "block", props{
		"bucket": b.ID, "blockPublicAcls": true, "blockPublicPolicy": true, "ignorePublicAcls": true, "restrictPublicBuckets": true,
	})
	w.add("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "ownership", props{"bucket": b.ID, "rule": props{"objectOwnership": "BucketOwnerEnforced"}})
	w.add("aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2", "lifecycle", props{
		"bucket": b.ID, "rules": []any{props{
			"id": "tier", "status": "Enabled", "transitions": []any{props{"days": 30, "storageClass": "STANDARD_IA"}},
			"expiration": props{"days": 365}, "noncurrentVersionExpiration": props{"noncurrentDays": 90},
		}},
	})
	w.add("aws:s3/bucketPolicy:BucketPolicy", "bucket-policy", props{"bucket": b.ID, "policy": `{"Version":"2012-10-17","Statement":[
		{"Sid":"tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::acme-data","arn:aws:s3:::acme-data/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`})
}

func (w *world) balancer() {
	subnet := func(name string) string { return w.byURN("aws:ec2/subnet:Subnet", name).ID }
	lb := w.add("aws:lb/loadBalancer:LoadBalancer", "lb", props{
		"name": "shared", "internal": true, "subnets": []any{subnet("app1"), subnet("app0")}, "securityGroups": []any{w.res["lb-group"].ID},
	})
	l := w.add("aws:lb/listener:Listener", "https", props{
		"loadBalancerArn": lb.ID, "port": 443, "protocol": "HTTPS", "certificateArn": w.res["validation"].str("certificateArn"),
		"sslPolicy":      "ELBSecurityPolicy-TLS13-1-2-2021-06",
		"defaultActions": []any{props{"type": "fixed-response", "fixedResponse": props{"contentType": "text/plain", "messageBody": "no", "statusCode": "404"}}},
	})
	tg := w.add("aws:lb/targetGroup:TargetGroup", "target", props{
		"port": 8080, "protocol": "HTTP", "targetType": "ip", "vpcId": w.res["vpc"].ID, "healthCheck": props{"path": "/healthz", "matcher": "200"},
	})
	w.add("aws:lb/listenerRule:ListenerRule", "rule", props{
		"listenerArn": l.ID, "priority": 1000, "actions": []any{props{"type": "forward", "targetGroupArn": tg.ID}},
		"conditions": []any{props{"hostHeader": props{"values": []any{"acme.clients.example.com"}}}},
	})
	w.add("aws:route53/record:Record", "alias-record", props{
		"zoneId": w.res["zone"].ID, "name": "acme.clients.example.com", "type": "A",
		"aliases": []any{props{"name": lb.str("dnsName"), "zoneId": lb.str("zoneId"), "evaluateTargetHealth": true}},
	})
}

func (w *world) service() {
	cl := w.add("aws:ecs/cluster:Cluster", "cluster", props{"name": "shared", "settings": []any{props{"name": "containerInsights", "value": "enhanced"}}})
	w.add("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "providers", props{"clusterName": "shared", "capacityProviders": []any{"FARGATE", "FARGATE_SPOT"}})
	task := w.add("aws:ecs/taskDefinition:TaskDefinition", "task", taskProps(w.res["exec"].str("arn")))
	svc := w.add("aws:ecs/service:Service", "service", props{
		"name": "acme-web", "cluster": cl.ID, "taskDefinition": task.str("arn"), "desiredCount": 2,
		"capacityProviderStrategies": []any{props{"capacityProvider": "FARGATE", "weight": 1}},
		"networkConfiguration": props{
			"subnets":        []any{w.byURN("aws:ec2/subnet:Subnet", "app0").ID, w.byURN("aws:ec2/subnet:Subnet", "app1").ID},
			"securityGroups": []any{w.res["web-group"].ID},
		},
		"loadBalancers": []any{props{"targetGroupArn": w.res["target"].ID, "containerName": "web", "containerPort": 8080}},
	})
	id := "service/shared/" + svc.str("name")
	target := w.add("aws:appautoscaling/target:Target", "scaling", props{
		"resourceId": id, "scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs", "minCapacity": 2, "maxCapacity": 10,
	})
	w.add("aws:appautoscaling/policy:Policy", "cpu", props{
		"name": "cpu", "policyType": "TargetTrackingScaling", "resourceId": target.str("resourceId"),
		"scalableDimension": "ecs:service:DesiredCount", "serviceNamespace": "ecs",
		"targetTrackingScalingPolicyConfiguration": props{
			"targetValue": 60, "predefinedMetricSpecification": props{"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
		},
	})
}

func taskProps(role string) props {
	return props{
		"family": "acme-web", "networkMode": "awsvpc", "requiresCompatibilities": []any{"FARGATE"}, "cpu": "256", "memory": "512",
		"executionRoleArn": role, "taskRoleArn": role,
		"containerDefinitions": `[{"name":"web","image":"registry.example.com/web@sha256:0","essential":true,"portMappings":[{"containerPort":8080,"protocol":"tcp"}],
			"logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"/cell/acme/web","awslogs-region":"us-east-1","awslogs-stream-prefix":"web"}}}]`,
	}
}
