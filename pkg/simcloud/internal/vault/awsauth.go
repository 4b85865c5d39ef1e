package vault

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// awsConfig is a kind of which an auth method has one.
func awsConfig(token, noun, route string, rules schema.Rules) *resource.Kind {
	at := func(in resource.Props) string { return "auth/" + clean(in.Str("backend")) + "/" + route }
	rules.Replaces = append(rules.Replaces, schema.Replace{Properties: []string{"backend"}, Why: "it is the auth method's configuration"})
	if rules.Defaults == nil {
		rules.Defaults = map[string]any{}
	}
	rules.Defaults["backend"] = "aws"
	return &resource.Kind{
		Token: token, Noun: noun, CreateOp: "error writing to Vault", UpdateOp: "error writing to Vault", DeleteOp: "error deleting \"%s\"",
		Route: at, Upsert: true, Rules: rules,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			_, err := method(c, c.In.Str("backend"), route, "aws")
			return err
		},
	}
}

func awsClient() *resource.Kind {
	k := awsConfig(tokAWSClient, "AWS auth client configuration", "config/client", schema.Rules{
		Computed: []string{"useStsRegionFromClient"},
	})
	k.Validate = func(v *resource.Validation) {
		if v.In.Has("stsRegion") && !v.In.Has("stsEndpoint") {
			v.Fail("stsRegion", "\"stsRegion\": all of `sts_endpoint,sts_region` must be specified")
		}
		if v.In.Has("stsRegion") && v.In.Bool("useStsRegionFromClient") {
			v.Fail("stsRegion", "\"stsRegion\": conflicts with useStsRegionFromClient")
		}
		if v.In.Has("accessKey") != v.In.Has("secretKey") {
			v.Warn("accessKey", "an access key without a secret key, or the other way round, is of no use to Vault")
		}
	}
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		c.Default("useStsRegionFromClient", false)
		return apply(c)
	}
	return k
}

func awsIdentity() *resource.Kind {
	k := awsConfig(tokAWSIdentity, "AWS auth identity configuration", "config/identity", schema.Rules{
		Enums: map[string][]string{
			"iamAlias": {"role_id", "unique_id", "canonical_arn", "full_arn"},
			"ec2Alias": {"role_id", "instance_id", "image_id"},
		},
		Defaults: map[string]any{"iamAlias": "role_id", "ec2Alias": "role_id"},
		Sets:     []string{"iamMetadatas", "ec2Metadatas"},
	})
	metadata := map[string][]string{
		"iamMetadatas": {"account_id", "auth_type", "canonical_arn", "client_arn", "client_user_id", "inferred_aws_region", "inferred_entity_id", "inferred_entity_type"},
		"ec2Metadatas": {"account_id", "ami_id", "instance_id", "region"},
	}
	k.Validate = func(v *resource.Validation) {
		for name, fields := range metadata {
			for i, f := range v.In.Strs(name) {
				if !known(fields, f) && f != "default" {
					v.Fail(fmt.Sprintf("%s[%d]", name, i), "%q is not an available field, please select from: %s", f, strings.Join(fields, ", "))
				}
			}
		}
	}
	return k
}

func awsSTSRole() *resource.Kind {
	at := func(in resource.Props) string {
		return "auth/" + clean(in.Str("backend")) + "/config/sts/" + in.Str("accountId")
	}
	return &resource.Kind{
		Token: tokAWSSTSRole, Noun: "AWS auth STS role", CreateOp: "error configuring AWS auth backend STS role \"%s\"", UpdateOp: "error configuring AWS auth backend STS role \"%s\"", DeleteOp: "error deleting AWS auth backend STS role \"%s\"",
		Route: at, Upsert: true,
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"backend", "accountId"}, Why: "there is one for each account of a method"}},
			Defaults: map[string]any{"backend": "aws"},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("accountId") && !regexp.MustCompile(`^[0-9]{12}$`).MatchString(v.In.Str("accountId")) {
				v.Warn("accountId", "%q is no AWS account id: no login will ever match it", v.In.Str("accountId"))
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			return nil
		},
		Apply: func(c *resource.Call) error {
			_, err := method(c, c.In.Str("backend"), "config/sts", "aws")
			return err
		},
	}
}

func awsRole() *resource.Kind {
	at := func(in resource.Props) string {
		return "auth/" + clean(in.Str("backend")) + "/role/" + in.Str("role")
	}
	return &resource.Kind{
		Token: tokAWSRole, Noun: "AWS auth role", CreateOp: "error writing AWS auth backend role \"%s\"", UpdateOp: "error updating AWS auth backend role \"%s\"", DeleteOp: "error deleting AWS auth backend role \"%s\"",
		Route: at, Upsert: true,
		Rules: roleRules(schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"backend", "role", "authType", "inferredEntityType"}, Why: "they are what kind of role it is"}},
			Defaults: map[string]any{"backend": "aws", "authType": "iam", "resolveAwsUniqueIds": true},
			// From true to false there is no way in place.
			ReplacesUnless: map[string]string{"resolveAwsUniqueIds": "resolveAwsUniqueIds"},
			Enums:          map[string][]string{"authType": {"iam", "ec2"}, "inferredEntityType": {"ec2_instance"}},
			Computed:       []string{"allowInstanceMigration", "disallowReauthentication"},
			Sets: []string{
				"boundAccountIds", "boundAmiIds", "boundEc2InstanceIds", "boundIamInstanceProfileArns", "boundIamPrincipalArns", "boundIamRoleArns", "boundRegions",
				"boundSubnetIds", "boundVpcIds",
			},
		}),
		Validate: checkAWSRole,
		Identify: func(c *resource.Call) error {
			c.Obj.ID = at(c.In)
			c.Out("roleId", c.UUID("role"))
			return nil
		},
		Apply: applyAWSRole,
	}
}

// checkAWSRole checks what a role may be bound to. Source: builtin/credential/aws/path_role.go.
func checkAWSRole(v *resource.Validation) {
	checkTokens(v)
	ec2 := []string{"boundAmiIds", "boundIamInstanceProfileArns", "boundIamRoleArns", "boundSubnetIds", "boundVpcIds", "boundRegions", "boundAccountIds", "boundEc2InstanceIds"}
	iam := v.In.Str("authType") == "iam"
	bound := v.In.Len("boundIamPrincipalArns") > 0
	for _, name := range ec2 {
		if v.In.Len(name) == 0 {
			continue
		}
		bound = true
		if iam && v.In.Str("inferredEntityType") == "" {
			v.Fail(name, "specified %s but not specifying ec2 auth_type or inferring ec2_instance", name)
		}
	}
	if !bound {
		v.Fail("boundIamPrincipalArns", "at least be one bound parameter should be specified on the role")
	}
	if !iam && v.In.Len("boundIamPrincipalArns") > 0 {
		v.Fail("boundIamPrincipalArns", "specified bound_iam_principal_arn but not allowing iam auth_type")
	}
	if v.In.Has("inferredEntityType") != v.In.Has("inferredAwsRegion") {
		v.Fail("inferredAwsRegion", "specified inferred_entity_type but not inferred_aws_region, or the other way round")
	}
	for i, arn := range v.In.Strs("boundIamPrincipalArns") {
		if !strings.HasPrefix(arn, "arn:") && arn != "*" {
			v.Fail(fmt.Sprintf("boundIamPrincipalArns[%d]", i), "unable to parse ARN %q: unrecognized arn: contains %d colon-separated parts, expected 6", arn, strings.Count(arn, ":")+1)
		}
	}
}

func applyAWSRole(c *resource.Call) error {
	c.Default("allowInstanceMigration", false)
	c.Default("disallowReauthentication", false)
	c.Default("tokenType", "default")
	if _, err := method(c, c.In.Str("backend"), "role", "aws"); err != nil {
		return err
	}
	if !c.In.Bool("resolveAwsUniqueIds") {
		return nil
	}
	for _, arn := range c.In.Strs("boundIamPrincipalArns") {
		if strings.HasSuffix(arn, "*") {
			continue
		}
		if err := resolvePrincipal(c, arn); err != nil {
			return refuse("unable to resolve ARN %q to internal ID: %v", arn, err)
		}
	}
	return nil
}

// resolvePrincipal asks IAM for a role's unique id, in the role's account: with the method's STS role of that account
// where there is one, else as Vault itself, which then finds roles of its own account only.
func resolvePrincipal(c *resource.Call, arn string) error {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" {
		return fmt.Errorf("unrecognized arn %q", arn)
	}
	name := arn[strings.LastIndexByte(arn, '/')+1:]
	if strings.HasPrefix(parts[5], "user/") {
		return resource.Faultf("NoSuchEntity", "The user with name %s cannot be found.", name)
	}
	sts := "auth/" + clean(c.In.Str("backend")) + "/config/sts/" + parts[4]
	own, err := home(c.Tx, c.Session)
	if err != nil {
		return err
	}
	if r := c.OfAccount(tokAWSSTSRole, sts); r != nil {
		if as, _ := r.Outputs["stsRole"].(string); !aws.RoleExists(c.Tx, as) {
			return resource.Faultf("AccessDenied", "User: vault is not authorized to perform: sts:AssumeRole on resource: %s", as)
		}
	} else if own != "" && own != parts[4] {
		return resource.Faultf("NoSuchEntity", "The role with name %s cannot be found. Vault runs in account %s and has no STS role for account %s at auth/%s/config/sts", name, own, parts[4], clean(c.In.Str("backend")))
	}
	if !aws.RoleExists(c.Tx, arn) {
		return resource.Faultf("NoSuchEntity", "The role with name %s cannot be found.", name)
	}
	return nil
}

// checkCIDRs checks a list of blocks.
func checkCIDRs(v *resource.Validation, property string) {
	for i, text := range v.In.Strs(property) {
		if _, err := netip.ParsePrefix(text); err == nil {
			continue
		}
		if _, err := netip.ParseAddr(text); err != nil {
			v.Fail(fmt.Sprintf("%s[%d]", property, i), "error parsing address %q: unable to parse a CIDR block or an address", text)
		}
	}
}
