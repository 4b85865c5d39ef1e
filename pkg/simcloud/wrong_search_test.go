package simcloud_test

import (
	"strings"
	"testing"
)

// within changes a nested object of a thing of the world.
func within(name, property string, changes props) func(*world) props {
	return func(w *world) props {
		return with(w.res[name].In, props{property: with(w.res[name].In[property].(props), changes)})
	}
}

func TestRefusesWrongSearchDomains(t *testing.T) {
	t.Parallel()
	// domain changes the domain's options under another name.
	domain := func(property string, changes props) func(*world) props {
		return func(w *world) props {
			return with(within("search", property, changes)(w), props{"domainName": "wrong"})
		}
	}
	saml := func(changes props) func(*world) props { return within("search-saml", "samlOptions", changes) }
	refuses(t, []wrong{
		{"name in capitals", domainType, changed("search", props{"domainName": "Search"}), `invalid value for domainName`},
		{"version of nothing", domainType, changed("search", props{"domainName": "wrong", "engineVersion": "2.19"}), `must follow the format Elasticsearch_X.Y or OpenSearch_X.Y: 2.19`},
		{"fewer subnets than zones", domainType, domain("vpcOptions", props{"subnetIds": []any{"$"}}), `The VPC options are not valid: subnet $ does not exist`},
		{"one subnet for two zones", domainType, func(w *world) props { return domain("vpcOptions", props{"subnetIds": []any{w.subnet("app0")}})(w) }, `api error ValidationException: You must specify exactly two subnets.`},
		{"two subnets of a zone", domainType, func(w *world) props {
			return domain("vpcOptions", props{"subnetIds": []any{w.subnet("app0"), w.subnet("public0")}})(w)
		}, `The subnets must be in 2 Availability Zones, they are in 1`},
		{"one node for two zones", domainType, domain("clusterConfig", props{"instanceCount": 1}), `You must choose a minimum of 2 data nodes for a 2 Availability Zone deployment.`},
		{"two masters", domainType, domain("clusterConfig", props{"dedicatedMasterCount": 2}), `You must specify 3 or 5 dedicated master nodes, got 2`},
		{"warm without masters", domainType, domain("clusterConfig", props{"dedicatedMasterEnabled": false}), `UltraWarm requires dedicated master nodes.`},
		{"instance of EC2", domainType, domain("clusterConfig", props{"instanceType": "r7g.large"}), `Invalid instance type: r7g.large`},
		{"no encryption", domainType, changed("search", props{"domainName": "wrong", "encryptAtRest": nil}), `encryptAtRest.enabled must be true to use advanced security options.`},
		{"no HTTPS", domainType, domain("domainEndpointOptions", props{"enforceHttps": false}), `domainEndpointOptions.enforceHttps must be true`},
		{"no master user", domainType, domain("advancedSecurityOptions", props{"masterUserOptions": nil}), `without the internal user database masterUserArn is needed`},
		{"master role that is none", domainType, domain("advancedSecurityOptions", props{"masterUserOptions": props{"masterUserArn": "arn:aws:iam::111122223333:role/nobody"}}), `The master user ARN arn:aws:iam::111122223333:role/nobody is not valid`},
		{"anonymous at first", domainType, domain("advancedSecurityOptions", props{"anonymousAuthEnabled": true}), `Anonymous authentication can only be enabled when`},
		{"audit without security", domainType, changed("search", props{"domainName": "wrong", "advancedSecurityOptions": nil}), `audit log publishing cannot be enabled as you do not have advanced security options configured.`},
		{"certificate that is none", domainType, domain("domainEndpointOptions", props{"customEndpointCertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/1"}), `The certificate arn:aws:acm:us-east-1:111122223333:certificate/1 does not exist`},
		{"key that is none", domainType, domain("encryptAtRest", props{"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1"}), `Unable to find the KMS key`},
		{"logs into no group", domainType, changed("search", props{"domainName": "wrong", "logPublishingOptions": []any{props{"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:none"}}}), `api error ResourceNotFoundException: The specified log group does not exist`},
		{"logs that it may not write", domainType, func(w *world) props {
			return with(w.res["search"].In, props{"domainName": "wrong", "logPublishingOptions": []any{props{"logType": "AUDIT_LOGS", "cloudwatchLogGroupArn": w.res["waf-logs"].str("arn")}}})
		}, `does not grant sufficient permissions for Amazon OpenSearch Service to create a log stream`},
		{"throughput of gp2", domainType, domain("ebsOptions", props{"volumeType": "gp2", "throughput": 250}), `throughput is for volumes of type gp3`},
		{"policy of another service", domainUseType, changed("search-policy", props{"accessPolicies": document(`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`)}), `Error setting policy: invalid action: "s3:*"`},
		{"policy of no domain", domainUseType, changed("search-policy", props{"domainName": "none"}), `api error ResourceNotFoundException: Domain not found: none`},
		{"policy of nobody", domainUseType, changed("search-policy", props{"accessPolicies": document(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/nobody"},"Action":"es:*","Resource":"*"}`)}), `invalid principal`},
		{"SAML of no domain", domainSAMLType, changed("search-saml", props{"domainName": "none"}), `Domain not found: none`},
		{"SAML without provider", domainSAMLType, saml(props{"idp": nil}), `SAML authentication needs the identity provider's entity id and metadata`},
		{"SAML of another entity", domainSAMLType, saml(props{"idp": props{"entityId": "x:y", "metadataContent": "<EntityDescriptor/>"}}), `the entity id "x:y" is not that of the metadata`},
		{"SAML for ever", domainSAMLType, saml(props{"sessionTimeoutMinutes": 1441}), `to be in the range (1 - 1440), got 1441`},
	})
}

func TestRefusesWrongFunctions(t *testing.T) {
	t.Parallel()
	f := func(changes props) func(*world) props {
		return changed("configure", and(props{"name": "wrong"}, changes))
	}
	refuses(t, []wrong{
		{"no code", functionType, f(props{"code": nil}), "one of `filename,imageUri,s3Bucket` must be specified"},
		{"code that is text", functionType, f(props{"code": "print()"}), `the code is no archive`},
		{"old runtime", functionType, f(props{"runtime": "python2.7"}), `got python2.7`},
		{"no handler", functionType, f(props{"handler": nil}), `"handler": required when packageType is Zip`},
		{"an hour", functionType, f(props{"timeout": 3600}), `to be in the range (1 - 900), got 3600`},
		{"reserved variable", functionType, f(props{"environment": props{"variables": props{"AWS_REGION": "x"}}}), `Reserved keys used in this request: AWS_REGION`},
		{"too many variables", functionType, f(props{"environment": props{"variables": props{"LONG": strings.Repeat("x", 4096)}}}), `exceeded the 4KB limit`},
		{"levels of text", functionType, f(props{"loggingConfig": props{"logFormat": "Text", "systemLogLevel": "INFO"}}), `can only be set when the log format is JSON`},
		{"role that is none", functionType, f(props{"role": "arn:aws:iam::111122223333:role/nobody"}), `api error InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.`},
		{"role of another service", functionType, func(w *world) props { return f(props{"role": w.res["delivery"].str("arn")})(w) }, `cannot be assumed by Lambda`},
		{"role without interfaces", functionType, func(w *world) props {
			r := w.create(roleType, "poor", props{"assumeRolePolicy": serviceTrust("lambda.amazonaws.com")})
			return f(props{"role": r.str("arn")})(w)
		}, `The provided execution role does not have permissions to call CreateNetworkInterface on EC2`},
		{"subnets without groups", functionType, func(w *world) props { return f(props{"vpcConfig": props{"subnetIds": []any{w.subnet("app0")}}})(w) }, `SubnetIds and SecurityIds must coexist`},
		{"call of no function", invocationType, changed("configured", props{"functionName": "none"}), `api error ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:111122223333:function:none`},
		{"call with no JSON", invocationType, changed("configured", props{"input": "{"}), `contains an invalid JSON`},
		{"call of no version", invocationType, changed("configured", props{"qualifier": "7"}), `Function not found: configure:7`},
		{"permission on no function", allowanceType, changed("configurable", props{"function": "none"}), `Function not found`},
		{"permission of no service", allowanceType, changed("configurable", props{"statementId": "x", "principal": "event.amazonaws.com"}), `The provided principal was invalid.`},
		{"permission twice", allowanceType, changed("configurable", props{}), `The statement id (events) provided already exists.`},
		{"permission for buckets", allowanceType, changed("configurable", props{"action": "s3:GetObject"}), `invalid value for action`},
		{"stream of no group", logStreamType, changed("search-stream", props{"logGroupName": "none"}), `api error ResourceNotFoundException: The specified log group does not exist.`},
		{"stream with a colon", logStreamType, changed("search-stream", props{"name": "a:b"}), `must not contain ':' or '*'`},
		{"stream twice", logStreamType, changed("search-stream", props{}), `The specified log stream already exists`},
	})
}

func TestRefusesWrongDeliveries(t *testing.T) {
	t.Parallel()
	to := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(within("to-search", "opensearchConfiguration", changes)(w), props{"name": nil})
		}
	}
	refuses(t, []wrong{
		{"no destination", firehoseType, changed("to-search", props{"opensearchConfiguration": nil}), `when destination is 'opensearch', opensearchConfiguration is required`},
		{"another destination", firehoseType, changed("to-search", props{"destination": "extended_s3"}), `opensearchConfiguration is not that of destination 'extended_s3'`},
		{"destination that is none", firehoseType, changed("to-search", props{"destination": "elk"}), `got elk`},
		{"index in capitals", firehoseType, to(props{"indexName": "Incoming"}), `an index name is in lower case`},
		{"key of Amazon's", firehoseType, within("to-search", "serverSideEncryption", props{"keyType": "AWS_OWNED_CMK"}), `keyArn is for, and needed with, keyType CUSTOMER_MANAGED_CMK`},
		{"role that is none", firehoseType, to(props{"roleArn": "arn:aws:iam::111122223333:role/nobody"}), `api error InvalidArgumentException: Firehose is unable to assume role arn:aws:iam::111122223333:role/nobody. Please check the role provided.`},
		{"domain that is none", firehoseType, to(props{"domainArn": "arn:aws:es:us-east-1:111122223333:domain/none"}), `The domain arn:aws:es:us-east-1:111122223333:domain/none does not exist`},
		{"VPC without interfaces", firehoseType, to(props{"vpcConfig": nil}), `is in a VPC: vpcConfig is needed`},
		{"bucket that is none", firehoseType, func(w *world) props {
			return to(props{"s3Configuration": props{"bucketArn": "arn:aws:s3:::nowhere", "roleArn": w.res["delivery"].str("arn")}})(w)
		}, `The bucket arn:aws:s3:::nowhere does not exist`},
		{"name twice", firehoseType, func(w *world) props {
			return with(w.res["to-search"].In, props{"name": w.res["to-search"].str("name")})
		}, `api error ResourceInUseException: Firehose`},
		{"waiting for an hour", firehoseType, to(props{"bufferingInterval": 3600}), `to be in the range (0 - 900), got 3600`},
	})
}

func TestEndpointsAndSubscriptionsAreRefused(t *testing.T) {
	t.Parallel()
	to := func(changes props) func(*world) props {
		return func(w *world) props {
			return with(within("to-endpoint", "httpEndpointConfiguration", changes)(w), props{"name": nil})
		}
	}
	secret := func(changes props) func(*world) props {
		return func(w *world) props {
			all := props{"enabled": true, "secretArn": w.res["intake-key"].str("arn"), "roleArn": w.res["carrier"].str("arn")}
			return to(props{"secretsManagerConfiguration": with(all, changes)})(w)
		}
	}
	const nobody = "arn:aws:iam::111122223333:role/nobody"
	refuses(t, []wrong{
		{"no endpoint", firehoseType, changed("to-endpoint", props{"httpEndpointConfiguration": nil}), `when destination is 'http_endpoint', httpEndpointConfiguration is required`},
		{"plain endpoint", firehoseType, to(props{"url": "http://intake.example.com"}), `invalid value for url (must be an HTTPS URL): "http://intake.example.com"`},
		{"key twice", firehoseType, to(props{"accessKey": "k"}), `it must not be given here as well`},
		{"no secret", firehoseType, secret(props{"secretArn": nil}), `secretArn is required when secretsManagerConfiguration is enabled`},
		{"secret that is none", firehoseType, secret(props{"secretArn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:none-abcdef"}), `The secret arn:aws:secretsmanager:us-east-1:111122223333:secret:none-abcdef does not exist`},
		{"secret that the role may not read", firehoseType, func(w *world) props {
			return secret(props{"roleArn": w.res["delivery"].str("arn")})(w)
		}, `is not allowed to read the secret`},
		{"encoding", firehoseType, to(props{"requestConfiguration": props{"contentEncoding": "ZSTD"}}), `got ZSTD`},
		{"what is kept", firehoseType, to(props{"s3BackupMode": "AllDocuments"}), `got AllDocuments`},
		{"group that is none", lineSubscriptionType, changed("to-stream", props{"logGroup": "/none"}), `api error ResourceNotFoundException: The specified log group does not exist.`},
		{"role that is none", lineSubscriptionType, changed("to-stream", props{"roleArn": nobody}), `Could not assume role ` + nobody},
		{"stream that is none", lineSubscriptionType, changed("to-stream", props{"destinationArn": "arn:aws:firehose:us-east-1:111122223333:deliverystream/none"}), `Could not deliver test message to specified Firehose stream`},
		{"destination that is not simulated", lineSubscriptionType, changed("to-stream", props{"destinationArn": "arn:aws:lambda:us-east-1:111122223333:function:f"}), `sends lines to delivery streams of Firehose only`},
		{"pattern", lineSubscriptionType, changed("to-stream", props{"filterPattern": "{ $.a = 1"}), `Invalid filter pattern: missing }`},
	})
}

func TestLogGroupsHaveTwoSubscriptions(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	named := func(name string) props { return with(w.res["to-stream"].In, props{"name": name}) }
	w.add(lineSubscriptionType, "second", named("second"))
	if _, err := w.try(lineSubscriptionType, "third", named("third")); err == nil || !strings.Contains(err.Error(), "LimitExceededException: Resource limit exceeded.") {
		t.Errorf("error = %v, want a limit", err)
	}
}

// TestCallsAreMadeAnew changes input and trigger of a call, and the code of a function.
func TestCallsAreMadeAnew(t *testing.T) {
	t.Parallel()
	w := buildWorld(oneCloud(t), nil)
	call, f := w.res["configured"], w.res["configure"]
	for _, changes := range []props{{"input": `{"a":2}`}, {"triggers": props{"code": "2"}}} {
		if d := w.diff(call, with(call.In, changes)); len(d.GetReplaces()) == 0 {
			t.Errorf("%v: the function is not called again", changes)
		}
	}
	if d := w.diff(call, with(call.In, and(props{"lifecycleScope": "CRUD"}, props{"input": `{"a":2}`}))); len(d.GetReplaces()) > 0 {
		t.Error("a call of scope CRUD is replaced and not updated")
	}
	before := f.str("codeSha256")
	if err := w.update(f, with(f.In, props{"code": archive("configure.py", "y")})); err != nil {
		t.Fatal(err)
	}
	if f.str("codeSha256") == before {
		t.Error("another code has the same hash")
	}
	refusesDelete(w, "search-group", "DependencyViolation")
}
