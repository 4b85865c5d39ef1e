package aws

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// lambdaRuntimes are those that take new functions. Source:
// docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html as of 2025.
func lambdaRuntimes() []string {
	return []string{
		"dotnet8", "java11", "java17", "java21", "java8.al2", "nodejs20.x", "nodejs22.x", "provided.al2", "provided.al2023",
		"python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "ruby3.2", "ruby3.3", "ruby3.4",
	}
}

func function() *resource.Kind {
	return &resource.Kind{
		Token: tokFunction, Service: "Lambda", Noun: "Lambda Function", CreateOp: "CreateFunction", UpdateOp: "UpdateFunctionConfiguration", DeleteOp: "DeleteFunction",
		Naming: &resource.Naming{Property: "name", Max: 64},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "packageType"}, Why: "a function is its name, made in one way"}},
			Computed: []string{"architectures", "ephemeralStorage", "loggingConfig", "sourceCodeHash", "tracingConfig"},
			Sets:     []string{"vpcConfig.subnetIds", "vpcConfig.securityGroupIds"},
			Defaults: map[string]any{"memorySize": float64(128), "timeout": float64(3), "packageType": "Zip", "publish": false, "reservedConcurrentExecutions": float64(-1), "skipDestroy": false},
			Enums: map[string][]string{
				"architectures": {"x86_64", "arm64"}, "loggingConfig.logFormat": {"JSON", "Text"}, "runtime": lambdaRuntimes(),
				"loggingConfig.applicationLogLevel": {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}, "loggingConfig.systemLogLevel": {"DEBUG", "INFO", "WARN"},
			},
			Ranges:  map[string]schema.Range{"memorySize": {Min: 128, Max: 10240}, "timeout": {Min: 1, Max: 900}, "ephemeralStorage.size": {Min: 512, Max: 10240}},
			Lengths: map[string]schema.Range{"description": {Min: 0, Max: 256}, "handler": {Min: 1, Max: 128}},
			Formats: map[string]schema.Format{"role": schema.ARN, "kmsKeyArn": schema.ARN},
			Unsimulated: map[string]string{
				"codeSigningConfigArn": "", "fileSystemConfig": "", "imageUri": "; use code", "imageConfig": "", "layers": "", "snapStart": "",
				"s3Bucket": "; use code", "s3Key": "; use code", "s3ObjectVersion": "; use code", "deadLetterConfig": "",
				"replaceSecurityGroupsOnDestroy": "", "replacementSecurityGroupIds": "",
			},
		},
		Derived: map[string][]string{
			"code": {"codeSha256", "sourceCodeSize", "lastModified"}, "publish": {"version", "qualifiedArn", "qualifiedInvokeArn"},
		},
		Validate: checkFunction,
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			c.Obj.ID = name
			c.Obj.ARN = fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", c.Region, c.Account, name)
			if c.Tx.Get(c.Obj.Key) != nil {
				return &resource.Fault{Code: "ResourceConflictException", Message: "Function already exist: " + name, Status: 409}
			}
			return nil
		},
		Apply: applyFunction,
		Report: func(c *resource.Call) {
			vpc := c.In.Obj("vpcConfig")
			if vpc.Len("subnetIds") == 0 {
				return
			}
			_, vpcID, _ := place(c, vpc.Strs("subnetIds"), nil) // Apply has found them
			c.Out("vpcConfig", map[string]any{"ipv6AllowedForDualStack": vpc.Bool("ipv6AllowedForDualStack"), "subnetIds": vpc["subnetIds"], "securityGroupIds": vpc["securityGroupIds"], "vpcId": vpcID})
		},
		Remove: func(c *resource.Call) error {
			if err := keepWhenSkipped(c); err != nil {
				return err
			}
			deleteAll(c, c.Users(tokInvocation, tokFunctionPermission))
			return nil
		},
	}
}

// checkFunction follows docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html.
func checkFunction(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "%q must be valid function name or function ARN: %q", "name", v.In.Str("name"))
	}
	if !v.In.Has("code") {
		v.Fail("code", "one of `filename,imageUri,s3Bucket` must be specified")
	} else if v.In.Known("code") && len(archiveOf(v.In)) == 0 {
		v.Fail("code", "InvalidParameterValueException: Uploaded file must be a non-empty zip: the code is no archive")
	}
	if v.In.Str("packageType") == "Zip" {
		for _, name := range []string{"handler", "runtime"} {
			if !v.In.Has(name) {
				v.Fail(name, "%q: required when packageType is Zip", name)
			}
		}
	} else if v.In.Known("packageType") {
		v.Fail("packageType", "the simulated cloud does not simulate functions of images")
	}
	if n := v.In.Len("architectures"); n > 1 {
		v.Fail("architectures", "Too many list items: Attribute architectures supports 1 item maximum, but config has %d declared.", n)
	}
	if n := v.In.Int("reservedConcurrentExecutions"); n < -1 {
		v.Fail("reservedConcurrentExecutions", "expected reservedConcurrentExecutions to be at least (-1), got %d", n)
	}
	log := v.In.Obj("loggingConfig")
	if log.Str("logFormat") == "Text" && (log.Has("applicationLogLevel") || log.Has("systemLogLevel")) {
		v.Fail("loggingConfig", "InvalidParameterValueException: The log levels can only be set when the log format is JSON")
	}
	vpc := v.In.Obj("vpcConfig")
	if v.In.Known("vpcConfig") && (vpc.Len("subnetIds") == 0) != (vpc.Len("securityGroupIds") == 0) {
		v.Fail("vpcConfig", "InvalidParameterValueException: SubnetIds and SecurityIds must coexist or be both empty list.")
	}
	checkVariables(v)
}

// reservedVariables are those that Lambda sets itself. Source:
// docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
func reservedVariables() []string {
	return []string{
		"_HANDLER", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
		"AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API",
		"AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
	}
}

// checkVariables refuses variables that Lambda keeps for itself, and more than 4 KB of them.
func checkVariables(v *resource.Validation) {
	variables, size := v.In.Obj("environment").Obj("variables"), 0
	for name := range variables {
		path := "environment.variables." + name
		size += len(name) + len(variables.Str(name))
		if slices.Contains(reservedVariables(), name) {
			v.Fail(path, "InvalidParameterValueException: Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: %s", name)
		} else if !regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`).MatchString(name) {
			v.Fail(path, "InvalidParameterValueException: the name of an environment variable begins with a letter and has at least two letters, digits or _: %q", name)
		}
	}
	if size > 4096 {
		v.Fail("environment.variables", "InvalidParameterValueException: Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.")
	}
}

// archiveOf is what the engine sends of an archive: its signature and its hash, files or address.
func archiveOf(in resource.Props) resource.Props {
	const archive, key = "0def7320c3a5731c473e5ecbe6d01bc7", "4dabf18193072939515e22adb298388d"
	if code := in.Obj("code"); code.Str(key) == archive {
		return code
	}
	return nil
}

func applyFunction(c *resource.Call) error {
	invalid := func(format string, a ...any) error {
		return resource.Faultf("InvalidParameterValueException", format, a...)
	}
	role := roleByARN(c, c.In.Str("role"))
	if role == nil || !trusts(role, "lambda.amazonaws.com") {
		return invalid("The role defined for the function cannot be assumed by Lambda.")
	}
	vpc := c.In.Obj("vpcConfig")
	if vpc.Len("subnetIds") > 0 {
		_, _, wrong := place(c, vpc.Strs("subnetIds"), vpc.Strs("securityGroupIds"))
		if wrong != nil {
			return invalid("The VPC configuration of the function is invalid: %s", wrong)
		}
		if !roleMay(c, role, "ec2:CreateNetworkInterface", "*") {
			return invalid("The provided execution role does not have permissions to call CreateNetworkInterface on EC2")
		}
	}
	if key := c.In.Str("kmsKeyArn"); key != "" {
		if _, err := needKey(c, key); err != nil {
			return invalid("Lambda was unable to configure access to your environment variables because the KMS key %s is invalid.", key)
		}
	}
	if most := c.Limits["unreserved concurrent executions"]; c.In.Int("reservedConcurrentExecutions") > most {
		return invalid("Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].")
	}
	reportFunction(c)
	return nil
}

// reportFunction sets what Lambda says of a function.
func reportFunction(c *resource.Call) {
	text, _ := json.Marshal(c.In["code"]) // came from JSON
	sum := sha256.Sum256(text)
	hash := base64.StdEncoding.EncodeToString(sum[:])
	if c.Obj.Outputs["codeSha256"] != hash || c.Creating() {
		c.Out("lastModified", c.Now.UTC().Format("2006-01-02T15:04:05.000-0700"))
	}
	c.Out("codeSha256", hash)
	c.Default("sourceCodeHash", hash)
	c.Out("sourceCodeSize", len(text))
	version := "$LATEST"
	if c.In.Bool("publish") {
		version = "1"
	}
	c.Out("version", version)
	c.Out("qualifiedArn", c.Obj.ARN+":"+version)
	invoke := func(arn string) string {
		return fmt.Sprintf("arn:aws:apigateway:%s:lambda:path/2015-03-31/functions/%s/invocations", c.Region, arn)
	}
	c.Out("invokeArn", invoke(c.Obj.ARN))
	c.Out("qualifiedInvokeArn", invoke(c.Obj.ARN+":"+version))
	c.Out("signingJobArn", "")
	c.Out("signingProfileVersionArn", "")
	c.Default("architectures", resource.List("x86_64"))
	c.Default("ephemeralStorage", map[string]any{"size": 512})
	c.Default("tracingConfig", map[string]any{"mode": "PassThrough"})
	c.Default("loggingConfig", map[string]any{"logFormat": "Text", "logGroup": "/aws/lambda/" + c.Obj.ID})
}

// needFunction returns the function that a name or an ARN says.
func needFunction(c *resource.Call, name string) (*store.Object, error) {
	if _, after, isARN := strings.Cut(name, ":function:"); isARN {
		name = after
	}
	name, _, _ = strings.Cut(name, ":")
	if f := c.Regional(tokFunction, name); f != nil {
		return f, nil
	}
	return nil, &resource.Fault{Code: "ResourceNotFoundException", Message: fmt.Sprintf("Function not found: arn:aws:lambda:%s:%s:function:%s", c.Region, c.Account, name), Status: 404}
}
