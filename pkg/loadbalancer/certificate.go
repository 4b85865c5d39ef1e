package loadbalancer

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/naming"
)

const certificateToken = component.TokenPrefix + ":loadbalancer:Certificate"

// validationTTLSeconds is short: the record is read by ACM only.
const validationTTLSeconds = 60

// CertificateArgs says what certificate to issue.
type CertificateArgs struct {
	// ZoneID and ZoneName are the public hosted zone whose names the certificate covers,
	// as a wildcard.
	ZoneID, ZoneName string
}

func (a CertificateArgs) validate() error {
	if a.ZoneID == "" || a.ZoneName == "" {
		return errors.New("hosted zone is not set")
	}
	if name := a.domain(); len(name) > naming.MaxCertificateName {
		return fmt.Errorf("name %s has %d characters, want at most %d", name, len(name), naming.MaxCertificateName)
	}
	return nil
}

func (a CertificateArgs) domain() string { return "*." + a.ZoneName }

// Certificate is a wildcard certificate for a zone. One serves every load balancer of
// an account and region: ACM proves two for the same name by the same record, and
// deleting the one would take the other's proof away.
type Certificate struct {
	pulumi.ResourceState

	// ARN is the certificate's ARN, known only once the certificate is issued: a
	// listener that took it earlier would be refused.
	ARN pulumi.StringOutput
}

// Outputs returns the certificate's ARN.
func (c *Certificate) Outputs() pulumi.Map { return pulumi.Map{"certificateArn": c.ARN} }

// NewCertificate issues the certificate and proves by DNS that the zone is ours. It
// fails, before any resource is registered, when the zone is not set, and when its
// name is too long for a certificate.
func NewCertificate(ctx *pulumi.Context, name string, args CertificateArgs, opts ...pulumi.ResourceOption) (*Certificate, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("certificate %q: %w", name, err)
	}
	c := &Certificate{}
	return component.Register(ctx, certificateToken, name, c, opts, func(child pulumi.ResourceOption) error {
		certificate, err := acm.NewCertificate(ctx, name, &acm.CertificateArgs{
			DomainName:       pulumi.String(args.domain()),
			ValidationMethod: pulumi.String("DNS"),
		}, child)
		if err != nil {
			return err
		}
		// A certificate for one name has exactly one validation option.
		option := certificate.DomainValidationOptions.Index(pulumi.Int(0))
		record, err := route53.NewRecord(ctx, name+"-validation", &route53.RecordArgs{
			ZoneId:         pulumi.String(args.ZoneID),
			Name:           option.ResourceRecordName().Elem(),
			Type:           option.ResourceRecordType().Elem(),
			Records:        pulumi.StringArray{option.ResourceRecordValue().Elem()},
			Ttl:            pulumi.Int(validationTTLSeconds),
			AllowOverwrite: pulumi.Bool(true),
		}, child)
		if err != nil {
			return err
		}
		validation, err := acm.NewCertificateValidation(ctx, name, &acm.CertificateValidationArgs{
			CertificateArn:        certificate.Arn,
			ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
		}, child)
		if err != nil {
			return err
		}
		c.ARN = validation.CertificateArn
		return nil
	})
}
