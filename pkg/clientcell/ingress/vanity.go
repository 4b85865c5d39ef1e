package ingress

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/certificate"
)

func below(host, zone string) bool { return strings.HasSuffix(host, "."+zone) }

// addVanity gives a service one more host name, with a certificate of its own.
func (i *Ingress) addVanity(ctx *pulumi.Context, vanity string, child pulumi.ResourceOption) error {
	v := i.args.VanityNames[vanity]
	balancer := i.args.LoadBalancers[i.args.Services[v.Service].Scheme]
	// No service has a dot in its name.
	name := i.name + "-vanity." + vanity
	if err := i.addCertificate(ctx, name, v.Host, balancer.ListenerARN, child); err != nil {
		return err
	}
	if target, open := i.Targets[v.Service]; open {
		if _, err := i.addRule(ctx, name, balancer.ListenerARN, v.Host, target.GroupARN, child); err != nil {
			return err
		}
	}
	record, err := i.addRecord(ctx, name, balancer, v.Host, child)
	if err != nil {
		return err
	}
	i.VanityURLs[vanity] = pulumi.Sprintf("https://%s", record.Fqdn)
	return nil
}

// addCertificate issues a certificate for a host name, and gives it to the listener once it
// is issued.
func (i *Ingress) addCertificate(ctx *pulumi.Context, name, host string, listenerARN pulumi.StringInput, child pulumi.ResourceOption) error {
	arn, err := certificate.Add(ctx, name, certificate.Args{Domain: host, ZoneID: i.args.ZoneID, Proof: name + "-proof"}, child)
	if err != nil {
		return err
	}
	_, err = lb.NewListenerCertificate(ctx, name, &lb.ListenerCertificateArgs{
		ListenerArn:    listenerARN,
		CertificateArn: arn,
	}, child)
	return err
}
