package elk

import (
	"crypto/sha256"
	_ "embed" // holds the function's code
	"encoding/hex"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lambda"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const (
	// runtime brings Python and the library that signs requests
	// (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html).
	runtime = "python3.12"
	// codeFile is the code's name in the function, and handler what Lambda calls in it.
	codeFile, handler = "configure.py", "configure.handler"
	// timeoutSeconds leaves a new domain time to answer. The code gives up before it.
	timeoutSeconds = 600
	memoryMiB      = 256
)

// code is the function that configures the domain; its tests are beside it.
//
//go:embed configure/configure.py
var code string

// addConfigurator adds the function in the VPC that brings the domain to the document,
// and calls it: now, and whenever document or code change. The function is never called
// by anything else, and once at a time.
func (e *ELK) addConfigurator(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	name := e.name + "-configurator"
	function, err := lambda.NewFunction(ctx, name, &lambda.FunctionArgs{
		Description:   pulumi.String("Configures the OpenSearch domain for logs"),
		Runtime:       pulumi.String(runtime),
		Architectures: pulumi.ToStringArray([]string{"arm64"}),
		Handler:       pulumi.String(handler),
		Code:          pulumi.NewAssetArchive(map[string]any{codeFile: pulumi.NewStringAsset(code)}),
		Role:          e.configurator.ARN,
		Timeout:       pulumi.Int(timeoutSeconds),
		MemorySize:    pulumi.Int(memoryMiB),
		// The domain's own name, not the one in DNS, which may be new.
		Environment: lambda.FunctionEnvironmentArgs{Variables: pulumi.StringMap{"ENDPOINT": e.domain.Endpoint}},
		VpcConfig: lambda.FunctionVpcConfigArgs{
			SubnetIds:        pulumi.ToStringArray(e.args.AppSubnetIDs),
			SecurityGroupIds: pulumi.StringArray{e.groups.configurator.ID()},
		},
		LoggingConfig: lambda.FunctionLoggingConfigArgs{
			LogFormat:           pulumi.String("JSON"),
			LogGroup:            e.logs[logsConfigurator].Name,
			ApplicationLogLevel: pulumi.String("INFO"),
			SystemLogLevel:      pulumi.String("INFO"),
		},
		// An account must keep some concurrency unreserved: a new one whose quota is 10 has
		// to have it raised first
		// (docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
		ReservedConcurrentExecutions: pulumi.Int(1),
	}, child, pulumi.DependsOn([]pulumi.Resource{e.configurator.ready}))
	if err != nil {
		return err
	}
	document := e.delivery.ARN.ApplyT(e.plan.document.text).(pulumi.StringOutput)
	e.configured, err = lambda.NewInvocation(ctx, name, &lambda.InvocationArgs{
		FunctionName: function.Name,
		Input:        document,
		// The input alone would do, were it not for a change of the code, or a new domain,
		// which has the old one's name and id, but not its address.
		Triggers: pulumi.StringMap{
			"code":     pulumi.String(hash(code)),
			"document": document.ApplyT(hash).(pulumi.StringOutput),
			"domain":   e.domain.Endpoint,
		},
		LifecycleScope: pulumi.String("CREATE_ONLY"),
	}, child, pulumi.DependsOn(e.groups.open))
	return err
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
