package contract

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// ELK is what the elk application's stack publishes: where logs go, and where people
// read them.
type ELK struct {
	// Endpoint is the host name of OpenSearch, for HTTPS; Dashboards is below
	// /_dashboards.
	Endpoint string `json:"endpoint"`
	// DomainName and DomainARN identify the OpenSearch domain.
	DomainName string `json:"domainName"`
	DomainARN  string `json:"domainArn"`
	// SecurityGroupID is the group of the domain's nodes.
	SecurityGroupID string `json:"securityGroupId"`
	// Streams are what takes logs, by the name of the account that sends them.
	Streams map[string]LogStream `json:"streams"`
	// ArchiveBucket is the name of the bucket that keeps every line.
	ArchiveBucket string `json:"archiveBucket"`
	// KeyARN is the key of domain, streams and bucket.
	KeyARN string `json:"keyArn"`
}

// LogStream is a delivery stream for the logs of one account. Each record is one JSON
// object with the client's name in the field client.
type LogStream struct {
	// Name and ARN identify the stream; Region is where it is.
	Name   string `json:"name"`
	ARN    string `json:"arn"`
	Region string `json:"region"`
	// RoleARN is the role that tasks of the account assume to send.
	RoleARN string `json:"roleArn"`
}

// ELKOutputs is ELK as the elk application's stack makes it. Streams hold, by account,
// the fields of LogStream.
type ELKOutputs struct {
	Endpoint        pulumi.StringInput `json:"endpoint"`
	DomainName      pulumi.StringInput `json:"domainName"`
	DomainARN       pulumi.StringInput `json:"domainArn"`
	SecurityGroupID pulumi.StringInput `json:"securityGroupId"`
	Streams         pulumi.MapInput    `json:"streams"`
	ArchiveBucket   pulumi.StringInput `json:"archiveBucket"`
	KeyARN          pulumi.StringInput `json:"keyArn"`
}

// LogStreamOutputs is LogStream as the elk application's stack makes it.
type LogStreamOutputs struct {
	Name, ARN, Region, RoleARN pulumi.StringInput
}

// Map returns o as an item of ELKOutputs.Streams.
func (o LogStreamOutputs) Map() pulumi.Map {
	return pulumi.Map{"name": o.Name, "arn": o.ARN, "region": o.Region, "roleArn": o.RoleARN}
}

// Export publishes o as the outputs of the running stack.
func (o ELKOutputs) Export(ctx *pulumi.Context) { export(ctx, o) }

// ReadELK reads the elk application's stack of account and region. It fails like
// ReadBase.
func ReadELK(ctx *pulumi.Context, account, region string) (ELK, error) {
	stack := naming.StackUtility(account, region, config.ApplicationELK)
	ref, err := reference(ctx, naming.ProjectUtility, stack)
	if err != nil {
		return ELK{}, err
	}
	return read[ELK](ref, naming.ProjectUtility, stack)
}
