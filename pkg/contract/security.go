package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Security is what the security application's stack, one per account and region,
// publishes.
type Security struct {
	// TopicARNs are the topics that findings are led to, by route: what chats and pagers
	// subscribe to.
	TopicARNs map[string]string `json:"topicArns"`
	// ReportBucket is the name of the bucket that holds what Macie and Inspector report.
	ReportBucket string `json:"reportBucket"`
	// ReportKeyARN is the bucket's key.
	ReportKeyARN string `json:"reportKeyArn"`
}

// SecurityOutputs is Security as the security application's stack makes it.
type SecurityOutputs struct {
	TopicARNs    pulumi.StringMapInput `json:"topicArns"`
	ReportBucket pulumi.StringInput    `json:"reportBucket"`
	ReportKeyARN pulumi.StringInput    `json:"reportKeyArn"`
}

// Export publishes o as the outputs of the running stack.
func (o SecurityOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadSecurity reads the security application's stack of account and region. It fails
// like ReadBase.
func ReadSecurity(ctx *pulumi.Context, account, region string) (Security, error) {
	stack := naming.StackUtility(account, region, config.ApplicationSecurity)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return Security{}, err
	}
	return read[Security](ref, naming.ProjectUtility, stack)
}
