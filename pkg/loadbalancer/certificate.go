package loadbalancer

import (
	"errors"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/certificate"
	"cellworks/pkg/component"
	"cellworks/pkg/naming"
)

const certificateToken = component.TokenPrefix + ":loadbalancer:Certificate"

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
	return component.Register(ctx, certificateToken, name, c, opts, func(child pulumi.ResourceOption) (err error) {
		c.ARN, err = certificate.Add(ctx, name, certificate.Args{Domain: args.domain(), ZoneID: args.ZoneID, Proof: name + "-validation"}, child)
		return err
	})
}
