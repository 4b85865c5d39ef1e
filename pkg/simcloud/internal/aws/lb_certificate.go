package aws

import (
	"fmt"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// listenerCertificate is one more certificate of a listener, beside its default one.
func listenerCertificate() *resource.Kind {
	return &resource.Kind{
		Token: tokListenerCertificate, Service: "Elastic Load Balancing v2", Noun: "ELBv2 Listener Certificate",
		CreateOp: "AddListenerCertificates", UpdateOp: "AddListenerCertificates", DeleteOp: "RemoveListenerCertificates",
		Upsert: true, // adding a certificate that the listener has changes nothing
		Rules: schema.Rules{
			Immutable: "a certificate is added to a listener or not",
			Formats:   map[string]schema.Format{"listenerArn": schema.ARN, "certificateArn": schema.ARN},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("listenerArn") + "_" + c.In.Str("certificateArn")
			return nil
		},
		Apply: func(c *resource.Call) error {
			l, lb, err := needListener(c)
			if err != nil {
				return err
			}
			if protocol := prop(l, "protocol"); !secure(protocol) {
				return resource.Faultf("UnsupportedCertificate", "Certificates cannot be added to %s listeners", protocol)
			}
			count := "balancer-certificate/" + lb.ARN + "|"
			if most := c.Limits["certificates per balancer"]; c.Tx.Get(c.Obj.Key) == nil && c.Tx.CountNames(count) >= most {
				return resource.Faultf("TooManyCertificates", "The maximum number of certificates on load balancer '%s' has been reached: %d", lb.ARN, most)
			}
			c.Claim(fmt.Sprint(count, c.Obj.ID))
			return needIssued(c, c.In.Str("certificateArn"))
		},
	}
}

// needIssued checks a certificate that a listener is to have.
func needIssued(c *resource.Call, arn string) error {
	if c.Regional(tokCertificate, arn) == nil {
		return resource.Faultf("CertificateNotFound", "Certificate '%s' not found", arn)
	}
	if _, issued := c.Tx.Owner(issuedName(arn)); !issued {
		return resource.Faultf("UnsupportedCertificate", "The certificate '%s' must have a fully-qualified domain name, a supported signature, and a supported key size. (it is not issued yet: use the output of the certificate's validation)", arn)
	}
	return nil
}
