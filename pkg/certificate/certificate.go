// Package certificate adds a certificate for one name to a component, and proves by DNS
// that the name is ours. It registers no component of its own, so that the URNs of what it
// adds have no further level.
package certificate

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

// proofTTLSeconds is short: the record is read by ACM only.
const proofTTLSeconds = 60

// Args says what certificate to issue.
type Args struct {
	// Domain is the one name of the certificate; it may begin with *.
	Domain string
	// ZoneID is the public hosted zone that the name lies in.
	ZoneID string
	// Proof is the name of the record that proves it, among the component's resources.
	Proof string
}

// Add issues the certificate as a resource name of the component that child makes
// resources the children of. It returns the certificate's ARN, known only once it is
// issued: a listener that took it earlier would be refused. It fails, before it registers
// anything, when a field is empty or the name too long for a certificate.
func Add(ctx *pulumi.Context, name string, args Args, child pulumi.ResourceOption) (pulumi.StringOutput, error) {
	var none pulumi.StringOutput
	if args.Domain == "" || args.ZoneID == "" || args.Proof == "" {
		return none, fmt.Errorf("certificate %q: %w", name, errors.New("name, hosted zone and name of the proof must be set"))
	}
	if len(args.Domain) > naming.MaxCertificateName {
		return none, fmt.Errorf("certificate %q: name %s has %d characters, want at most %d", name, args.Domain, len(args.Domain), naming.MaxCertificateName)
	}
	made, err := acm.NewCertificate(ctx, name, &acm.CertificateArgs{
		DomainName:       pulumi.String(args.Domain),
		ValidationMethod: pulumi.String("DNS"),
	}, child)
	if err != nil {
		return none, err
	}
	// A certificate for one name has exactly one validation option.
	option := made.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(ctx, args.Proof, &route53.RecordArgs{
		ZoneId:         pulumi.String(args.ZoneID),
		Name:           option.ResourceRecordName().Elem(),
		Type:           option.ResourceRecordType().Elem(),
		Records:        pulumi.StringArray{option.ResourceRecordValue().Elem()},
		Ttl:            pulumi.Int(proofTTLSeconds),
		AllowOverwrite: pulumi.Bool(true),
	}, child)
	if err != nil {
		return none, err
	}
	validation, err := acm.NewCertificateValidation(ctx, name, &acm.CertificateValidationArgs{
		CertificateArn:        made.Arn,
		ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, child)
	if err != nil {
		return none, err
	}
	return validation.CertificateArn, nil
}
