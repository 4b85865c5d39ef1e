package aws

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

func oidcProvider() *resource.Kind {
	return &resource.Kind{
		Token: tokOIDCProvider, Service: "IAM", Noun: "IAM OIDC Provider",
		CreateOp: "CreateOpenIDConnectProvider", UpdateOp: "UpdateOpenIDConnectProviderThumbprint", DeleteOp: "DeleteOpenIDConnectProvider",
		Global: true,
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"url"}, Why: "a provider is its address"}},
			Sets:     []string{"clientIdLists"},
			Computed: []string{"thumbprintLists"},
			Lengths: map[string]schema.Range{
				"clientIdLists": {Min: 1, Max: 255}, "thumbprintLists": {Min: 40, Max: 40}, "url": {Min: 1, Max: 255},
			},
		},
		Validate: checkOIDCAddress,
		Identify: func(c *resource.Call) error {
			address := c.In.Str("url")
			c.Obj.ARN = fmt.Sprintf("arn:aws:iam::%s:oidc-provider/%s", c.Account, strings.TrimPrefix(address, "https://"))
			c.Obj.ID = c.Obj.ARN
			if c.Tx.Get(c.Obj.Key) != nil {
				return iamFault("EntityAlreadyExists", "Provider with url %s already exists.", address)
			}
			if inRegion(c) >= c.Limits["OIDC providers per account"] {
				return iamFault("LimitExceeded", "Cannot exceed quota for OpenIdConnectProvidersPerAccount: %d", c.Limits["OIDC providers per account"])
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			if most := c.Limits["client ids per OIDC provider"]; c.In.Len("clientIdLists") > most {
				return iamFault("LimitExceeded", "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: %d", most)
			}
			if most := c.Limits["thumbprints per OIDC provider"]; c.In.Len("thumbprintLists") > most {
				return iamFault("InvalidInput", "Thumbprint list must contain fewer than %d entries.", most+1)
			}
			// Without thumbprints IAM takes that of the top certificate authority that the address shows.
			c.Default("thumbprintLists", resource.List(c.Hex("thumbprint", 40)))
			return nil
		},
		Report: func(c *resource.Call) { c.Out("url", strings.TrimPrefix(c.In.Str("url"), "https://")) },
	}
}

func checkOIDCAddress(v *resource.Validation) {
	if !v.In.Known("url") {
		return
	}
	u, err := url.Parse(v.In.Str("url"))
	switch {
	case err != nil:
		v.Fail("url", "%q has to be a valid URL", "url")
	case u.Scheme != "https":
		v.Fail("url", "%q has to use HTTPS scheme (i.e. begin with https://)", "url")
	case len(u.Query()) > 0:
		v.Fail("url", "%q cannot contain query parameters per the OIDC standard", "url")
	}
}

// samlLife is how long IAM takes metadata for valid that do not say it themselves.
const samlLife = 100 * 365 * 24 * time.Hour

func samlProvider() *resource.Kind {
	return &resource.Kind{
		Token: tokSAMLProvider, Service: "IAM", Noun: "IAM SAML Provider", CreateOp: "CreateSAMLProvider", UpdateOp: "UpdateSAMLProvider", DeleteOp: "DeleteSAMLProvider",
		Global: true,
		Naming: &resource.Naming{Property: "name", Max: 128},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "a provider is its name"}},
			Lengths:  map[string]schema.Range{"name": {Min: 1, Max: 128}, "samlMetadataDocument": {Min: 1000, Max: 10000000}},
		},
		Validate: checkIAMName,
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			c.Obj.ARN = fmt.Sprintf("arn:aws:iam::%s:saml-provider/%s", c.Account, name)
			c.Obj.ID = c.Obj.ARN
			if c.Tx.Get(c.Obj.Key) != nil {
				return iamFault("EntityAlreadyExists", "SAMLProvider with name %s already exists.", name)
			}
			if inRegion(c) >= c.Limits["SAML providers per account"] {
				return iamFault("LimitExceeded", "Cannot exceed quota for SAMLProvidersPerAccount: %d", c.Limits["SAML providers per account"])
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			until, err := readSAMLMetadata(c.In.Str("samlMetadataDocument"), c.Obj.Created.Add(samlLife))
			if err != nil {
				return err
			}
			c.Out("validUntil", until.UTC().Format(time.RFC3339))
			return nil
		},
	}
}

// readSAMLMetadata refuses what is no metadata of an identity provider and returns until when they are valid.
func readSAMLMetadata(text string, otherwise time.Time) (time.Time, error) {
	var doc struct {
		XMLName    xml.Name
		EntityID   string `xml:"entityID,attr"`
		ValidUntil string `xml:"validUntil,attr"`
		Providers  []struct {
			Keys    []struct{} `xml:"KeyDescriptor"`
			SignOns []struct{} `xml:"SingleSignOnService"`
		} `xml:"IDPSSODescriptor"`
	}
	const namespace = "urn:oasis:names:tc:SAML:2.0:metadata"
	if err := xml.Unmarshal([]byte(text), &doc); err != nil {
		return otherwise, iamFault("InvalidInput", "Could not parse metadata: %v", err)
	}
	switch {
	case doc.XMLName.Local != "EntityDescriptor" || doc.XMLName.Space != namespace:
		return otherwise, iamFault("InvalidInput", "Could not parse metadata: the document is <%s>, want <EntityDescriptor> of %s", doc.XMLName.Local, namespace)
	case doc.EntityID == "":
		return otherwise, iamFault("InvalidInput", "Could not parse metadata: EntityDescriptor has no entityID")
	case len(doc.Providers) == 0:
		return otherwise, iamFault("InvalidInput", "Could not parse metadata: no IDPSSODescriptor")
	case len(doc.Providers[0].Keys) == 0 || len(doc.Providers[0].SignOns) == 0:
		return otherwise, iamFault("InvalidInput", "Could not parse metadata: IDPSSODescriptor needs KeyDescriptor and SingleSignOnService")
	}
	if doc.ValidUntil == "" {
		return otherwise, nil
	}
	until, err := time.Parse(time.RFC3339, doc.ValidUntil)
	if err != nil {
		return otherwise, iamFault("InvalidInput", "Could not parse metadata: validUntil %q", doc.ValidUntil)
	}
	return until, nil
}
