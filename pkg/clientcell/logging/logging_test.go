package logging_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/logging"
	"cellworks/pkg/pulumitest"
)

func TestEveryLogGroupIsMasked(t *testing.T) {
	t.Parallel()
	args := logging.Args{Region: "us-gov-west-1", LogGroups: map[string]pulumi.StringOutput{
		"api": pulumi.String("/cell/acme/api").ToStringOutput(), "worker": pulumi.String("/cell/acme/worker").ToStringOutput(),
	}}
	recording := pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: "acme"}, func(ctx *pulumi.Context) error {
		_, err := logging.New(ctx, "acme", args, pulumitest.AWS(t, ctx))
		return err
	})
	const token = "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy"
	if got := recording.Strings(token, "logGroupName"); !slices.Equal(got, []string{"/cell/acme/api", "/cell/acme/worker"}) {
		t.Errorf("log groups = %q", got)
	}
	var document struct {
		Statement []struct {
			DataIdentifier []string
			Operation      map[string]map[string]any
		}
	}
	if err := json.Unmarshal([]byte(recording.Strings(token, "policyDocument")[0]), &document); err != nil {
		t.Fatal(err)
	}
	audit, mask := document.Statement[0], document.Statement[1]
	if audit.Operation["Audit"]["FindingsDestination"] == nil || mask.Operation["Deidentify"]["MaskConfig"] == nil {
		t.Errorf("operations = %v and %v, want audit and mask", audit.Operation, mask.Operation)
	}
	if !slices.Equal(audit.DataIdentifier, mask.DataIdentifier) {
		t.Error("CloudWatch wants the same identifiers in both statements")
	}
	if want := "arn:aws-us-gov:dataprotection::aws:data-identifier/Ssn-US"; !slices.Contains(mask.DataIdentifier, want) {
		t.Errorf("identifiers = %q, want %s among them", mask.DataIdentifier, want)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	if _, err := logging.New(nil, "acme", logging.Args{}); err == nil || !strings.Contains(err.Error(), `masking "acme": region is empty`) {
		t.Errorf("error = %v", err)
	}
}
