package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// needSearchDomain returns the domain of a name.
func needSearchDomain(c *resource.Call) (*store.Object, error) {
	name := c.In.Str("domainName")
	if d := c.Regional(tokSearchDomain, fmt.Sprintf("arn:aws:es:%s:%s:domain/%s", c.Region, c.Account, name)); d != nil {
		return d, nil
	}
	return nil, &resource.Fault{Code: "ResourceNotFoundException", Message: "Domain not found: " + name, Status: 409}
}

func searchDomainPolicy() *resource.Kind {
	return &resource.Kind{
		Token: tokSearchPolicy, Service: "OpenSearch", Noun: "OpenSearch Domain Policy", CreateOp: "UpdateDomainConfig", UpdateOp: "UpdateDomainConfig", DeleteOp: "UpdateDomainConfig",
		Upsert: true, // it takes the place of the policy that the domain has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"domainName"}, Why: "it is the domain's"}},
			JSON:     []string{"accessPolicies"},
			Strings:  []string{"accessPolicies"},
			Formats:  map[string]schema.Format{"accessPolicies": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) { checkPolicy(v, "accessPolicies", searchPolicy()) },
		Identify: func(c *resource.Call) error { c.Obj.ID = "esd-policy-" + c.In.Str("domainName"); return nil },
		Apply: func(c *resource.Call) error {
			if _, err := needSearchDomain(c); err != nil {
				return err
			}
			return checkPrincipals(c, c.In.Str("accessPolicies"), "ValidationException", "Error setting policy: invalid principal")
		},
	}
}

func searchDomainSAML() *resource.Kind {
	return &resource.Kind{
		Token: tokSearchSAML, Service: "OpenSearch", Noun: "OpenSearch Domain SAML Options", CreateOp: "UpdateDomainConfig", UpdateOp: "UpdateDomainConfig", DeleteOp: "UpdateDomainConfig",
		Upsert: true, // it takes the place of the options that the domain has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"domainName"}, Why: "they are the domain's"}},
			Ranges:   map[string]schema.Range{"samlOptions.sessionTimeoutMinutes": {Min: 1, Max: 1440}},
			Lengths:  map[string]schema.Range{"samlOptions.idp.metadataContent": {Min: 1, Max: 1048576}, "samlOptions.masterBackendRole": {Min: 1, Max: 256}},
		},
		Validate: func(v *resource.Validation) {
			options := v.In.Obj("samlOptions")
			if options.Bool("enabled") && !options.Has("idp") {
				v.Fail("samlOptions.idp", "ValidationException: SAML authentication needs the identity provider's entity id and metadata")
			}
			idp := options.Obj("idp")
			id, isText := idp["entityId"].(string)
			metadata := idp.Str("metadataContent")
			if metadata != "" && !strings.Contains(metadata, "EntityDescriptor") {
				v.Fail("samlOptions.idp.metadataContent", "ValidationException: SAML metadata is not valid: it has no EntityDescriptor")
			} else if metadata != "" && isText && !strings.Contains(metadata, id) {
				v.Fail("samlOptions.idp.entityId", "ValidationException: the entity id %q is not that of the metadata", id)
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("domainName"); return nil },
		Apply: func(c *resource.Call) error {
			d, err := needSearchDomain(c)
			if err != nil {
				return err
			}
			if !resource.Props(d.Outputs).Obj("advancedSecurityOptions").Bool("enabled") {
				return searchFault("SAML authentication cannot be enabled without advanced security options (fine-grained access control).")
			}
			return nil
		},
	}
}
