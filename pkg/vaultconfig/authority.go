package vaultconfig

import (
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault"
	"github.com/pulumi/pulumi-vault/sdk/v5/go/vault/pkisecret"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
	"cellworks/pkg/vaultpolicy"
)

const (
	// The keys of authorities outlive those of servers, and are stronger.
	keyType          = "ec"
	authorityKeyBits = 384
	serverKeyBits    = 256

	daysPerYear = 365
)

// years writes years as Vault does: it knows no longer unit than hours.
func years(n int) string { return fmt.Sprintf("%dh", n*daysPerYear*24) }

// addAuthority makes the private authority: a root that signs an intermediate and
// nothing else, and the intermediate, which issues certificates. Their keys never
// leave Vault.
func (c *Contents) addAuthority() error {
	pki := c.args.Config.PKI
	root, err := c.addMount(naming.VaultPKIRootMount, "pki", "Root of the private authority", vault.MountArgs{
		// Without it certificates end after 32 days, whatever they are asked to.
		MaxLeaseTtlSeconds: pulumi.Int(pki.RootYears * daysPerYear * secondsPerDay),
	})
	if err != nil {
		return err
	}
	mount, err := c.addMount(naming.VaultPKIMount, "pki", "Issues certificates", vault.MountArgs{
		MaxLeaseTtlSeconds: pulumi.Int(pki.IntermediateYears * daysPerYear * secondsPerDay),
	})
	if err != nil {
		return err
	}
	certificate, err := c.addRoot(root)
	if err != nil {
		return err
	}
	c.AuthorityPEM = certificate.Certificate
	issuer, err := c.addIntermediate(mount, certificate)
	if err != nil {
		return err
	}
	if err := c.addLocations(root, mount); err != nil {
		return err
	}
	return c.addCertificateRole(mount, issuer)
}

func (c *Contents) addRoot(root *vault.Mount) (*pkisecret.SecretBackendRootCert, error) {
	return pkisecret.NewSecretBackendRootCert(c.ctx, c.name+"-"+naming.VaultPKIRootMount, &pkisecret.SecretBackendRootCertArgs{
		Backend:       root.Path,
		Type:          pulumi.String("internal"),
		CommonName:    pulumi.String(c.args.OrganizationName + " root"),
		Organization:  pulumi.String(c.args.OrganizationName),
		IssuerName:    pulumi.String("root"),
		Ttl:           pulumi.String(years(c.args.Config.PKI.RootYears)),
		KeyType:       pulumi.String(keyType),
		KeyBits:       pulumi.Int(authorityKeyBits),
		MaxPathLength: pulumi.Int(1),
		// A common name that is no host name must not be taken for one.
		ExcludeCnFromSans: pulumi.Bool(true),
	}, c.child, c.guard)
}

// addIntermediate makes the intermediate and the one that issues. It returns the
// configuration that says so.
func (c *Contents) addIntermediate(mount *vault.Mount, root *pkisecret.SecretBackendRootCert) (pulumi.Resource, error) {
	name := c.name + "-" + naming.VaultPKIMount
	commonName := pulumi.String(c.args.OrganizationName + " intermediate")
	request, err := pkisecret.NewSecretBackendIntermediateCertRequest(c.ctx, name, &pkisecret.SecretBackendIntermediateCertRequestArgs{
		Backend:           mount.Path,
		Type:              pulumi.String("internal"),
		CommonName:        commonName,
		Organization:      pulumi.String(c.args.OrganizationName),
		KeyType:           pulumi.String(keyType),
		KeyBits:           pulumi.Int(authorityKeyBits),
		ExcludeCnFromSans: pulumi.Bool(true),
	}, c.child, c.guard)
	if err != nil {
		return nil, err
	}
	signed, err := pkisecret.NewSecretBackendRootSignIntermediate(c.ctx, name, &pkisecret.SecretBackendRootSignIntermediateArgs{
		Backend:           root.Backend,
		Csr:               request.Csr,
		CommonName:        commonName,
		Organization:      pulumi.String(c.args.OrganizationName),
		IssuerRef:         root.IssuerId,
		Ttl:               pulumi.String(years(c.args.Config.PKI.IntermediateYears)),
		MaxPathLength:     pulumi.Int(0),
		ExcludeCnFromSans: pulumi.Bool(true),
	}, c.child, c.guard)
	if err != nil {
		return nil, err
	}
	// The certificate alone: with the root's, nobody could tell which of the issuers is
	// the intermediate.
	set, err := pkisecret.NewSecretBackendIntermediateSetSigned(c.ctx, name, &pkisecret.SecretBackendIntermediateSetSignedArgs{
		Backend:     mount.Path,
		Certificate: signed.Certificate,
	}, c.child, c.guard)
	if err != nil {
		return nil, err
	}
	return pkisecret.NewSecretBackendConfigIssuers(c.ctx, name, &pkisecret.SecretBackendConfigIssuersArgs{
		Backend: mount.Path,
		Default: set.ImportedIssuers.ApplyT(only).(pulumi.StringOutput),
	}, c.child)
}

// only returns the only issuer.
func only(issuers []string) (string, error) {
	if len(issuers) != 1 {
		return "", fmt.Errorf("vault imported %d issuers out of one certificate, want 1", len(issuers))
	}
	return issuers[0], nil
}

// addLocations says where certificates of issuers and lists of revoked ones are, and
// keeps these up to date.
func (c *Contents) addLocations(mounts ...*vault.Mount) error {
	for i, path := range []string{naming.VaultPKIRootMount, naming.VaultPKIMount} {
		at := c.args.Address + "/v1/" + path
		if _, err := pkisecret.NewSecretBackendConfigUrls(c.ctx, c.name+"-"+path, &pkisecret.SecretBackendConfigUrlsArgs{
			Backend:               mounts[i].Path,
			IssuingCertificates:   pulumi.ToStringArray([]string{at + "/ca"}),
			CrlDistributionPoints: pulumi.ToStringArray([]string{at + "/crl"}),
		}, c.child); err != nil {
			return err
		}
		if _, err := pkisecret.NewSecretBackendCrlConfig(c.ctx, c.name+"-"+path, &pkisecret.SecretBackendCrlConfigArgs{
			Backend:                mounts[i].Path,
			Expiry:                 pulumi.String("72h"),
			AutoRebuild:            pulumi.Bool(true),
			AutoRebuildGracePeriod: pulumi.String("12h"),
		}, c.child); err != nil {
			return err
		}
	}
	return nil
}

// addCertificateRole issues certificates for names that are private to the
// organization.
func (c *Contents) addCertificateRole(mount *vault.Mount, issuer pulumi.Resource) error {
	lifetime := pulumi.String(strconv.Itoa(c.args.Config.PKI.CertificateDays * secondsPerDay))
	_, err := pkisecret.NewSecretBackendRole(c.ctx, c.name+"-"+vaultpolicy.CertificateRole, &pkisecret.SecretBackendRoleArgs{
		Backend:                   mount.Path,
		Name:                      pulumi.String(vaultpolicy.CertificateRole),
		AllowedDomains:            pulumi.ToStringArray([]string{"int." + c.args.Domain, "svc." + c.args.Domain, "consul"}),
		AllowSubdomains:           pulumi.Bool(true),
		AllowBareDomains:          pulumi.Bool(false),
		AllowGlobDomains:          pulumi.Bool(false),
		AllowAnyName:              pulumi.Bool(false),
		AllowWildcardCertificates: pulumi.Bool(false),
		AllowLocalhost:            pulumi.Bool(true),
		AllowIpSans:               pulumi.Bool(true),
		EnforceHostnames:          pulumi.Bool(true),
		RequireCn:                 pulumi.Bool(false),
		ServerFlag:                pulumi.Bool(true),
		ClientFlag:                pulumi.Bool(true),
		KeyType:                   pulumi.String(keyType),
		KeyBits:                   pulumi.Int(serverKeyBits),
		Ttl:                       lifetime,
		MaxTtl:                    lifetime,
	}, c.child, pulumi.DependsOn([]pulumi.Resource{issuer}))
	return err
}
