package aws

import (
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// setting is what settings that an account or region has once have in common: creating one changes what is there, and
// deleting it brings the default of AWS back.
func setting(token, service, noun, write, reset string, id func(*resource.Call) string) *resource.Kind {
	return &resource.Kind{
		Token: token, Service: service, Noun: noun, CreateOp: write, UpdateOp: write, DeleteOp: reset,
		Upsert:   true,
		Identify: func(c *resource.Call) error { c.Obj.ID = id(c); return nil },
	}
}

func accountID(c *resource.Call) string  { return c.Account }
func regionName(c *resource.Call) string { return c.Region }

// placeID is the provider's unique id of a setting that has none in AWS. It follows from the place, so that a second
// resource is found to be the same setting.
func placeID(c *resource.Call) string { return "terraform-" + shortHash(c.Account+c.Region, 26) }

func imageBlock() *resource.Kind {
	k := setting(tokImageBlock, "EC2", "EC2 Image Block Public Access", "EnableImageBlockPublicAccess", "DisableImageBlockPublicAccess", accountID)
	k.Rules.Enums = map[string][]string{"state": {"block-new-sharing", "unblocked"}}
	return k
}

func snapshotBlock() *resource.Kind {
	k := setting(tokSnapshotBlock, "EC2", "EBS Snapshot Block Public Access", "EnableSnapshotBlockPublicAccess", "DisableSnapshotBlockPublicAccess", regionName)
	k.Rules.Enums = map[string][]string{"state": {"block-all-sharing", "block-new-sharing", "unblocked"}}
	return k
}

func serialConsole() *resource.Kind {
	k := setting(tokSerialConsole, "EC2", "EC2 Serial Console Access", "EnableSerialConsoleAccess", "DisableSerialConsoleAccess", placeID)
	k.Rules.Defaults = map[string]any{"enabled": true}
	return k
}

func defaultEncryption() *resource.Kind {
	k := setting(tokDefaultEncryption, "EC2", "EBS Encryption By Default", "EnableEbsEncryptionByDefault", "DisableEbsEncryptionByDefault", placeID)
	k.Rules.Defaults = map[string]any{"enabled": true}
	return k
}

func metadataDefaults() *resource.Kind {
	k := setting(tokMetadataDefaults, "EC2", "EC2 Instance Metadata Defaults", "ModifyInstanceMetadataDefaults", "ModifyInstanceMetadataDefaults", accountID)
	const none = "no-preference"
	k.Rules = schema.Rules{
		Defaults: map[string]any{"httpEndpoint": none, "httpPutResponseHopLimit": float64(-1), "httpTokens": none, "instanceMetadataTags": none},
		Enums: map[string][]string{
			"httpEndpoint": {"enabled", "disabled", none}, "httpTokens": {"optional", "required", none}, "instanceMetadataTags": {"enabled", "disabled", none},
		},
	}
	k.Validate = func(v *resource.Validation) {
		hops := v.In.Int("httpPutResponseHopLimit")
		if v.In.Known("httpPutResponseHopLimit") && hops != -1 && (hops < 1 || hops > 64) {
			v.Fail("httpPutResponseHopLimit", "httpPutResponseHopLimit value must be between 1 and 64 or -1, got: %d", hops)
		}
	}
	return k
}

// defaultKey is the key with which EBS encrypts. Deleting any of its resources brings the key of AWS back, also while
// another one has set a key since: a replacement that creates first ends without a key.
func defaultKey() *resource.Kind {
	k := setting(tokDefaultKey, "EC2", "EBS default KMS key", "ModifyEbsDefaultKmsKeyId", "ResetEbsDefaultKmsKeyId",
		func(c *resource.Call) string { return c.In.Str("keyArn") })
	k.Rules = schema.Rules{
		Immutable: "the provider has no update",
		Formats:   map[string]schema.Format{"keyArn": schema.ARN},
	}
	k.Apply = func(c *resource.Call) error {
		key, err := needKey(c, c.In.Str("keyArn"))
		if err != nil {
			return resource.Faultf("InvalidKMSKey.NotFound", "%v", err)
		}
		if !resource.Props(key.Outputs).Bool("isEnabled") {
			return resource.Faultf("InvalidKMSKey.InvalidState", "The KMS key %s is disabled", key.ARN)
		}
		return nil
	}
	k.Remove = func(c *resource.Call) error { deleteAll(c, settingsLike(c)); return nil }
	return k
}

func accountBlock() *resource.Kind {
	k := setting(tokAccountBlock, "S3 Control", "S3 Account Public Access Block", "PutPublicAccessBlock", "DeletePublicAccessBlock", blockedAccount)
	k.Global = true
	k.Rules = schema.Rules{
		Replaces: []schema.Replace{{Properties: []string{"accountId"}, Why: "it is the account's"}},
		Computed: []string{"accountId"},
		Defaults: map[string]any{"blockPublicAcls": false, "blockPublicPolicy": false, "ignorePublicAcls": false, "restrictPublicBuckets": false},
	}
	k.Apply = func(c *resource.Call) error {
		if blockedAccount(c) != c.Account {
			return s3Fault(403, "AccessDenied", "Access Denied")
		}
		c.Default("accountId", c.Account)
		return nil
	}
	return k
}

func blockedAccount(c *resource.Call) string {
	if id := c.In.Str("accountId"); id != "" {
		return id
	}
	return c.Account
}

// tokenPreferences are Security Token Service's.
func tokenPreferences() *resource.Kind {
	k := setting(tokTokenPreferences, "IAM", "IAM Security Token Service Preferences", "SetSecurityTokenServicePreferences", "SetSecurityTokenServicePreferences", accountID)
	k.Global = true
	k.Rules.Enums = map[string][]string{"globalEndpointTokenVersion": {"v1Token", "v2Token"}}
	return k
}

// passwordPolicy is the account's. IAM, not the provider, checks its numbers.
func passwordPolicy() *resource.Kind {
	k := setting(tokPasswordPolicy, "IAM", "IAM Account Password Policy", "UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy",
		func(*resource.Call) string { return "iam-account-password-policy" })
	k.Global = true
	open := map[string]any{
		"hardExpiry": false, "maxPasswordAge": 0, "passwordReusePrevention": 0, "requireLowercaseCharacters": false, "requireNumbers": false,
		"requireSymbols": false, "requireUppercaseCharacters": false,
	}
	k.Rules = schema.Rules{
		Defaults: map[string]any{"allowUsersToChangePassword": true, "minimumPasswordLength": float64(6)},
		Computed: sortedKeys(open),
	}
	k.Derived = map[string][]string{"maxPasswordAge": {"expirePasswords"}}
	k.Apply = func(c *resource.Call) error {
		// Source: docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html.
		for _, r := range []struct {
			property string
			min, max int
		}{{"minimumPasswordLength", 6, 128}, {"maxPasswordAge", 1, 1095}, {"passwordReusePrevention", 1, 24}} {
			n := c.In.Int(r.property)
			limit, than := r.max, "less"
			if n < r.min {
				limit, than = r.min, "greater"
			}
			if n != 0 && (n < r.min || n > r.max) { // the provider does not send 0
				return iamFault("ValidationError", "1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member must have value %s than or equal to %d", n, r.property, than, limit)
			}
		}
		for name, value := range open {
			c.Default(name, value)
		}
		age := resource.Props{"age": c.Eff("maxPasswordAge")}
		c.Out("expirePasswords", age.Int("age") > 0)
		return nil
	}
	return k
}

// accountAlias: a new one takes the place of the one that the account had.
func accountAlias() *resource.Kind {
	k := setting(tokAccountAlias, "IAM", "IAM Account Alias", "CreateAccountAlias", "DeleteAccountAlias",
		func(c *resource.Call) string { return c.In.Str("accountAlias") })
	k.Global = true
	k.Rules = schema.Rules{Immutable: "an alias is its name"}
	k.Validate = checkAccountAlias
	k.Apply = func(c *resource.Call) error {
		alias := c.In.Str("accountAlias")
		if owner, taken := c.Tx.Owner("account-alias/" + alias); taken && owner.Account != c.Account {
			return iamFault("EntityAlreadyExists", "The account alias %s already exists.", alias)
		}
		deleteAll(c, settingsLike(c))
		c.Claim("account-alias/" + alias)
		return nil
	}
	return k
}

func checkAccountAlias(v *resource.Validation) {
	if !v.In.Known("accountAlias") {
		return
	}
	if problem := aliasProblem(v.In.Str("accountAlias")); problem != "" {
		v.Fail("accountAlias", "%q %s", "accountAlias", problem)
	}
}

// aliasProblem follows docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html.
func aliasProblem(alias string) string {
	switch {
	case len(alias) < 3 || len(alias) > 63:
		return "must contain from 3 to 63 alphanumeric characters or hyphens"
	case !regexp.MustCompile(`^[a-z0-9][a-z0-9-]+$`).MatchString(alias):
		return "must start with an alphanumeric character and only contain lowercase alphanumeric characters and hyphens"
	case strings.Contains(alias, "--"):
		return "must not contain consecutive hyphens"
	case strings.HasSuffix(alias, "-"):
		return "must not end in a hyphen"
	}
	return ""
}

// settingsLike are the things of the called type in its account and region.
func settingsLike(c *resource.Call) []store.Key {
	var keys []store.Key
	c.Tx.Each(c.Obj.Type, c.Obj.Account, c.Obj.Region, func(o *store.Object) bool {
		keys = append(keys, o.Key)
		return true
	})
	return keys
}
