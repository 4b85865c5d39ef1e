package simcloud_test

import "fmt"

const (
	gatherType           = "aws:cfg/configurationAggregator:ConfigurationAggregator"
	leaveType            = "aws:cfg/aggregateAuthorization:AggregateAuthorization"
	guardMembers         = "aws:guardduty/organizationConfiguration:OrganizationConfiguration"
	guardFeature         = "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature"
	inspectMembers       = "aws:inspector2/organizationConfiguration:OrganizationConfiguration"
	macieMembers         = "aws:macie2/organizationConfiguration:OrganizationConfiguration"
	macieJobType         = "aws:macie2/classificationJob:ClassificationJob"
	hubMembers           = "aws:securityhub/organizationConfiguration:OrganizationConfiguration"
	scheduleType         = "aws:scheduler/schedule:Schedule"
	schedulesType        = "aws:scheduler/scheduleGroup:ScheduleGroup"
	baselineType         = "aws:ssm/patchBaseline:PatchBaseline"
	baselineUseType      = "aws:ssm/defaultPatchBaseline:DefaultPatchBaseline"
	windowType           = "aws:ssm/maintenanceWindow:MaintenanceWindow"
	windowGoalType       = "aws:ssm/maintenanceWindowTarget:MaintenanceWindowTarget"
	windowTaskType       = "aws:ssm/maintenanceWindowTask:MaintenanceWindowTask"
	associationType      = "aws:ssm/association:Association"
	logStreamType        = "aws:cloudwatch/logStream:LogStream"
	functionType         = "aws:lambda/function:Function"
	invocationType       = "aws:lambda/invocation:Invocation"
	allowanceType        = "aws:lambda/permission:Permission"
	domainType           = "aws:opensearch/domain:Domain"
	domainUseType        = "aws:opensearch/domainPolicy:DomainPolicy"
	domainSAMLType       = "aws:opensearch/domainSamlOptions:DomainSamlOptions"
	firehoseType         = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
	lineSubscriptionType = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
	fileSystemType       = "aws:efs/fileSystem:FileSystem"
	mountTargetType      = "aws:efs/mountTarget:MountTarget"
	accessPointType      = "aws:efs/accessPoint:AccessPoint"
	filePolicyType       = "aws:efs/fileSystemPolicy:FileSystemPolicy"
	fileBackupType       = "aws:efs/backupPolicy:BackupPolicy"
)

// applications adds what the utility applications use beyond what servers do.
func (w *world) applications() {
	w.files()
	w.search()
	w.organization()
	w.patching()
}

func (w *world) files() {
	group := w.add(securityGroupType, "files-group", props{"vpcId": w.res["vpc"].ID, "description": "files"})
	fs := w.add(fileSystemType, "files", props{
		"encrypted": true, "kmsKeyId": w.res["key"].str("arn"), "throughputMode": "elastic", "tags": props{"Name": "files"},
		"lifecyclePolicies": []any{props{"transitionToIa": "AFTER_30_DAYS"}, props{"transitionToPrimaryStorageClass": "AFTER_1_ACCESS"}},
	})
	w.add(mountTargetType, "files-0", props{"fileSystemId": fs.ID, "subnetId": w.subnet("app0"), "securityGroups": []any{group.ID}})
	w.add(mountTargetType, "files-1", props{"fileSystemId": fs.ID, "subnetId": w.subnet("app1"), "ipAddress": "10.16.17.77"})
	w.add(accessPointType, "home", props{
		"fileSystemId": fs.ID, "posixUser": props{"uid": 1000, "gid": 1000},
		"rootDirectory": props{"path": "/home", "creationInfo": props{"ownerUid": 1000, "ownerGid": 1000, "permissions": "0750"}},
	})
	w.add(filePolicyType, "files-policy", props{"fileSystemId": fs.ID, "policy": document(
		`{"Effect":"Deny","Principal":"*","Action":"*","Resource":"` + fs.str("arn") + `","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`)})
	w.add(fileBackupType, "files-backup", props{"fileSystemId": fs.ID, "backupPolicy": props{"status": "ENABLED"}})
}

// archive is what the engine sends of an archive of one text file.
func archive(file, text string) props {
	const key = "4dabf18193072939515e22adb298388d"
	return props{key: "0def7320c3a5731c473e5ecbe6d01bc7", "assets": props{file: props{key: "c44067f5952c0a294b673a41bacd8c17", "text": text}}}
}

// worker is a role of a service with a policy that allows everything it needs.
func (w *world) worker(name, service string, actions string) *made {
	r := w.add(roleType, name, props{"name": name, "assumeRolePolicy": serviceTrust(service)})
	p := w.add("aws:iam/policy:Policy", name, props{"name": name, "policy": document(`{"Effect":"Allow","Action":[` + actions + `],"Resource":"*"}`)})
	w.res[name] = r
	w.add("aws:iam/rolePolicyAttachment:RolePolicyAttachment", name+"-can", props{"role": r.str("name"), "policyArn": p.str("arn")})
	return r
}

func (w *world) search() {
	configurator := w.worker("configurator", "lambda.amazonaws.com", `"ec2:CreateNetworkInterface","es:ESHttp*"`)
	delivery := w.worker("delivery", "firehose.amazonaws.com", `"ec2:CreateNetworkInterface","s3:PutObject"`)
	group := w.add(securityGroupType, "search-group", props{"vpcId": w.res["vpc"].ID, "description": "search"})
	logs := w.add(logGroupType, "search-logs", props{"name": "/utility/search"})
	stream := w.add(logStreamType, "search-stream", props{"name": "dev/search", "logGroupName": logs.str("name")})
	w.add(logPolicyType, "search-logs-policy", props{"policyName": "search", "policyDocument": document(fmt.Sprintf(
		`{"Effect":"Allow","Principal":{"Service":"es.amazonaws.com"},"Action":["logs:CreateLogStream","logs:PutLogEvents"],"Resource":"%s:*","Condition":{"StringEquals":{"aws:SourceAccount":"%s"}}}`, logs.str("arn"), accountA))})
	w.add(linkedRoleType, "search-linked", props{"awsServiceName": "opensearchservice.amazonaws.com"})
	places := props{"subnetIds": []any{w.subnet("app0"), w.subnet("app1")}, "securityGroupIds": []any{group.ID}}
	domain := w.add(domainType, "search", props{
		"domainName": "search", "engineVersion": "OpenSearch_2.19", "vpcOptions": places,
		"clusterConfig": props{
			"instanceType": "r7g.large.search", "instanceCount": 2, "zoneAwarenessEnabled": true, "zoneAwarenessConfig": props{"availabilityZoneCount": 2},
			"dedicatedMasterEnabled": true, "dedicatedMasterCount": 3, "dedicatedMasterType": "m7g.large.search", "warmEnabled": true, "warmCount": 2, "warmType": "ultrawarm1.medium.search",
		},
		"ebsOptions": props{"ebsEnabled": true, "volumeType": "gp3", "volumeSize": 100}, "encryptAtRest": props{"enabled": true, "kmsKeyId": w.res["key"].str("arn")},
		"nodeToNodeEncryption": props{"enabled": true},
		"domainEndpointOptions": props{"enforceHttps": true, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10", "customEndpointEnabled": true, "customEndpoint": "logs.clients.example.com",
			"customEndpointCertificateArn": w.res["validation"].str("certificateArn")},
		"advancedSecurityOptions": props{"enabled": true, "internalUserDatabaseEnabled": false, "masterUserOptions": props{"masterUserArn": configurator.str("arn")}},
		"logPublishingOptions":    []any{props{"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": logs.str("arn")}},
	})
	w.add(domainUseType, "search-policy", props{"domainName": "search", "accessPolicies": document(`{"Effect":"Allow","Principal":"*","Action":"es:ESHttp*","Resource":"` + domain.str("arn") + `/*"}`)})
	w.add(domainSAMLType, "search-saml", props{"domainName": "search", "samlOptions": props{"enabled": true, "sessionTimeoutMinutes": 60, "idp": props{
		"entityId": "http://www.okta.com/exk1", "metadataContent": `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://www.okta.com/exk1"/>`,
	}}})
	f := w.add(functionType, "configure", props{
		"name": "configure", "runtime": "python3.12", "handler": "configure.handler", "code": archive("configure.py", "x"), "role": configurator.str("arn"), "timeout": 600, "memorySize": 256,
		"architectures": []any{"arm64"}, "vpcConfig": places, "environment": props{"variables": props{"ENDPOINT": domain.str("endpoint")}},
		"loggingConfig": props{"logFormat": "JSON", "logGroup": logs.str("name"), "applicationLogLevel": "INFO", "systemLogLevel": "INFO"}, "reservedConcurrentExecutions": 1,
	})
	w.add(invocationType, "configured", props{"functionName": f.str("name"), "input": `{"a":1}`, "triggers": props{"code": "1"}})
	w.add(allowanceType, "configurable", props{"function": f.str("arn"), "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com", "statementId": "events", "sourceAccount": accountA})
	w.add(firehoseType, "to-search", props{
		"destination": "opensearch", "serverSideEncryption": props{"enabled": true, "keyType": "CUSTOMER_MANAGED_CMK", "keyArn": w.res["key"].str("arn")},
		"opensearchConfiguration": props{
			"domainArn": domain.str("arn"), "roleArn": delivery.str("arn"), "indexName": "incoming", "indexRotationPeriod": "NoRotation", "s3BackupMode": "AllDocuments",
			"s3Configuration":          props{"bucketArn": w.res["bucket"].str("arn"), "roleArn": delivery.str("arn"), "compressionFormat": "GZIP", "kmsKeyArn": w.res["key"].str("arn")},
			"cloudwatchLoggingOptions": props{"enabled": true, "logGroupName": logs.str("name"), "logStreamName": stream.str("name")},
			"vpcConfig":                and(places, props{"roleArn": delivery.str("arn")}),
		},
	})
	w.forwarding(logs)
}

// forwarding sends the lines of a log group to an HTTP endpoint.
func (w *world) forwarding(logs *made) {
	key := w.add(secretType, "intake-key", props{"name": "intake-key", "recoveryWindowInDays": 0, "kmsKeyId": w.res["key"].str("arn")})
	w.add(secretVersionType, "intake-key-value", props{"secretId": key.ID, "secretString": `{"api_key":"hidden"}`})
	carrier := w.worker("carrier", "firehose.amazonaws.com", `"s3:PutObject","secretsmanager:GetSecretValue"`)
	stream := w.add(firehoseType, "to-endpoint", props{
		"destination": "http_endpoint",
		"httpEndpointConfiguration": props{
			"url": "https://intake.example.com/v1/input", "name": "Intake", "roleArn": carrier.str("arn"), "bufferingInterval": 60, "bufferingSize": 4, "retryDuration": 60,
			"s3BackupMode": "FailedDataOnly", "requestConfiguration": props{"contentEncoding": "GZIP", "commonAttributes": []any{props{"name": "account", "value": "a"}}},
			"secretsManagerConfiguration": props{"enabled": true, "secretArn": key.str("arn"), "roleArn": carrier.str("arn")},
			"s3Configuration":             props{"bucketArn": w.res["bucket"].str("arn"), "roleArn": carrier.str("arn"), "compressionFormat": "GZIP", "kmsKeyArn": w.res["key"].str("arn")},
		},
	})
	sender := w.worker("line-sender", "logs.amazonaws.com", `"firehose:PutRecord"`)
	w.add(lineSubscriptionType, "to-stream", props{"logGroup": logs.str("name"), "destinationArn": stream.str("arn"), "roleArn": sender.str("arn"), "filterPattern": ""})
}

// organization adds what looks after an organization's accounts.
func (w *world) organization() {
	var detector string
	for _, m := range w.made {
		if d := m.str("detectorId"); d != "" {
			detector = d
		}
	}
	w.add(gatherType, "gather", props{"name": "all", "accountAggregationSource": props{"accountIds": []any{accountA, accountB}, "regions": []any{"us-east-1"}}})
	w.add(leaveType, "leave-to-gather", props{"accountId": accountB, "region": "us-east-1"})
	w.add(guardMembers, "guard-members", props{"detectorId": detector, "autoEnableOrganizationMembers": "ALL"})
	w.add(guardFeature, "guard-feature", props{"detectorId": detector, "name": "RUNTIME_MONITORING", "autoEnable": "ALL", "additionalConfigurations": []any{props{"name": "EC2_AGENT_MANAGEMENT", "autoEnable": "ALL"}}})
	w.add(inspectMembers, "inspect-members", props{"autoEnable": props{"ec2": true, "ecr": true}})
	w.add(macieMembers, "macie-members", props{"autoEnable": true})
	w.add(hubMembers, "hub-members", props{"autoEnable": true, "autoEnableStandards": "NONE", "organizationConfiguration": props{"configurationType": "LOCAL"}})
	w.add(macieJobType, "job", props{
		"name": "personal", "jobType": "SCHEDULED", "initialRun": true, "samplingPercentage": 10, "scheduleFrequency": props{"weeklySchedule": "MONDAY"},
		"s3JobDefinition": props{"bucketCriteria": props{"includes": props{"ands": []any{props{"tagCriterion": props{"comparator": "EQ", "tagValues": []any{props{"key": "data", "value": "phi"}}}}}}}},
	})
	role := w.add(roleType, "timer", props{"name": "timer", "assumeRolePolicy": serviceTrust("scheduler.amazonaws.com")})
	w.add(schedulesType, "timers", props{"name": "timers"})
	w.add(scheduleType, "weekly", props{
		"name": "weekly", "groupName": "timers", "flexibleTimeWindow": props{"mode": "FLEXIBLE", "maximumWindowInMinutes": 60}, "scheduleExpression": "cron(0 5 ? * MON *)",
		"target": props{"arn": "arn:aws:scheduler:::aws-sdk:inspector2:createFindingsReport", "roleArn": role.str("arn"), "input": "{}", "retryPolicy": props{"maximumRetryAttempts": 5}},
	})
}

func (w *world) patching() {
	b := w.add(baselineType, "baseline", props{"name": "ours", "operatingSystem": "AMAZON_LINUX_2023", "approvalRules": []any{props{
		"approveAfterDays": 7, "complianceLevel": "CRITICAL", "patchFilters": []any{props{"key": "CLASSIFICATION", "values": []any{"Security"}}},
	}}})
	w.add(baselineUseType, "baseline-use", props{"baselineId": b.ID, "operatingSystem": "AMAZON_LINUX_2023"})
	win := w.add(windowType, "window", props{"name": "sunday", "schedule": "cron(0 4 ? * SUN *)", "duration": 4, "cutoff": 1, "scheduleTimezone": "UTC"})
	target := w.add(windowGoalType, "window-target", props{"windowId": win.ID, "name": "ours", "resourceType": "INSTANCE", "targets": []any{props{"key": "tag:managed-by", "values": []any{"pulumi"}}}})
	w.add(windowTaskType, "window-task", props{
		"windowId": win.ID, "name": "patch", "taskType": "RUN_COMMAND", "taskArn": "AWS-RunPatchBaseline", "maxConcurrency": "1", "maxErrors": "0", "priority": 1,
		"targets":                  []any{props{"key": "WindowTargetIds", "values": []any{target.ID}}},
		"taskInvocationParameters": props{"runCommandParameters": props{"timeoutSeconds": 3600, "parameters": []any{props{"name": "Operation", "values": []any{"Scan"}}}}},
	})
	w.add(associationType, "inventory", props{"associationName": "inventory", "name": "AWS-GatherSoftwareInventory", "scheduleExpression": "rate(1 day)", "targets": []any{props{"key": "InstanceIds", "values": []any{"*"}}}})
}
