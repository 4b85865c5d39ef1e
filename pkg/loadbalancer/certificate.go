package loadbalancer

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// validationTTLSeconds is short: the record is read by ACM only.
const validationTTLSeconds = 60

// addCertificate issues the wildcard certificate of the zone and proves by DNS
// that the zone is ours. It returns the ARN of the certificate once that is
// proved: a listener that took it earlier would be refused.
func (l *LoadBalancer) addCertificate(ctx *pulumi.Context, child pulumi.ResourceOption) (pulumi.StringInput, error) {
	certificate, err := acm.NewCertificate(ctx, l.name, &acm.CertificateArgs{
		DomainName:       pulumi.String("*." + l.args.ZoneName),
		ValidationMethod: pulumi.String("DNS"),
	}, child)
	if err != nil {
		return nil, err
	}
	// A certificate for one name has exactly one validation option.
	option := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(ctx, l.name+"-validation", &route53.RecordArgs{
		ZoneId:         pulumi.String(l.args.ZoneID),
		Name:           option.ResourceRecordName().Elem(),
		Type:           option.ResourceRecordType().Elem(),
		Records:        pulumi.StringArray{option.ResourceRecordValue().Elem()},
		Ttl:            pulumi.Int(validationTTLSeconds),
		AllowOverwrite: pulumi.Bool(true),
	}, child)
	if err != nil {
		return nil, err
	}
	validation, err := acm.NewCertificateValidation(ctx, l.name, &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, child)
	if err != nil {
		return nil, err
	}
	return validation.CertificateArn, nil
}
