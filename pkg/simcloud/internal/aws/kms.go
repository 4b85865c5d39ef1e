package aws

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// pendingDeletion is the state of a key in its deletion window.
const pendingDeletion = "PendingDeletion"

func kmsKey() *resource.Kind {
	return &resource.Kind{
		Token: tokKey, Service: "KMS", Noun: "KMS Key", CreateOp: "CreateKey", UpdateOp: "PutKeyPolicy", DeleteOp: "ScheduleKeyDeletion",
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"customerMasterKeySpec", "keyUsage", "multiRegion", "customKeyStoreId", "xksKeyId"}, Why: "the material of a key is made once"},
			},
			JSON:     []string{"policy"},
			Computed: []string{"policy", "multiRegion", "rotationPeriodInDays", "description"},
			Defaults: map[string]any{
				"customerMasterKeySpec": "SYMMETRIC_DEFAULT", "keyUsage": "ENCRYPT_DECRYPT", "isEnabled": true,
				"enableKeyRotation": false, "bypassPolicyLockoutSafetyCheck": false,
			},
			Enums: map[string][]string{
				"keyUsage": {"ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT"},
				"customerMasterKeySpec": {"SYMMETRIC_DEFAULT", "RSA_2048", "RSA_3072", "RSA_4096", "HMAC_224", "HMAC_256", "HMAC_384", "HMAC_512",
					"ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "SM2"},
			},
			Ranges:      map[string]schema.Range{"deletionWindowInDays": {Min: 7, Max: 30}, "rotationPeriodInDays": {Min: 90, Max: 2560}},
			Formats:     map[string]schema.Format{"policy": schema.JSONDocument},
			Lengths:     map[string]schema.Range{"description": {Min: 0, Max: 8192}},
			Unsimulated: map[string]string{"customKeyStoreId": "", "xksKeyId": ""},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Has("rotationPeriodInDays") && v.In.Known("enableKeyRotation") && !v.In.Bool("enableKeyRotation") {
				v.Fail("rotationPeriodInDays", "%q: all of `enableKeyRotation,rotationPeriodInDays` must be specified", "rotationPeriodInDays")
			}
			checkPolicy(v, "policy", keyPolicy())
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.UUID("key")
			if c.In.Bool("multiRegion") {
				c.Obj.ID = "mrk-" + c.Hex("key", 32)
			}
			c.Obj.ARN = fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", c.Region, c.Account, c.Obj.ID)
			c.Out("keyId", c.Obj.ID)
			return nil
		},
		Apply: applyKey,
		Remove: func(c *resource.Call) error {
			days := 30
			if c.In.Has("deletionWindowInDays") {
				days = c.In.Int("deletionWindowInDays")
			}
			return scheduleKeyDeletion(c, days)
		},
	}
}

// scheduleKeyDeletion lets a key wait for its end.
func scheduleKeyDeletion(c *resource.Call, days int) error {
	c.Obj.State = pendingDeletion
	c.Out("deletionDate", c.Now.Add(time.Duration(days)*24*time.Hour).Format(time.RFC3339))
	return nil
}

// defaultKeyPolicy is what a key has that is made without a policy.
func defaultKeyPolicy(c *resource.Call) string {
	return fmt.Sprintf(`{"Id":"key-default-1","Statement":[{"Action":"kms:*","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Resource":"*","Sid":"Enable IAM User Permissions"}],"Version":"2012-10-17"}`, c.Account)
}

func applyKey(c *resource.Call) error {
	c.Default("multiRegion", false)
	c.Default("description", "")
	c.Default("policy", defaultKeyPolicy(c))
	if c.In.Bool("enableKeyRotation") {
		c.Default("rotationPeriodInDays", 365)
	}
	if err := checkPrincipals(c, c.In.Str("policy"), "MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."); err != nil {
		return err
	}
	return checkLockout(c)
}

func kmsAlias() *resource.Kind {
	return &resource.Kind{
		Token: tokAlias, Service: "KMS", Noun: "KMS Alias", CreateOp: "CreateAlias", UpdateOp: "UpdateAlias", DeleteOp: "DeleteAlias",
		Naming:  &resource.Naming{Property: "name", Max: 256, PrefixProperty: "namePrefix", Before: "alias/"},
		Derived: map[string][]string{"targetKeyId": {"targetKeyArn"}},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix"}, Why: "an alias is its name"}},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 256}},
			Unsimulated: map[string]string{"namePrefix": ""},
		},
		Validate: func(v *resource.Validation) {
			name := v.In.Str("name")
			if !v.In.Known("name") {
				return
			}
			if !regexp.MustCompile(`^alias/[0-9A-Za-z_/-]+$`).MatchString(name) {
				v.Fail("name", `%q must begin with 'alias/' and be comprised of only [0-9A-Za-z_/-], got %s`, "name", name)
			}
			if strings.HasPrefix(name, "alias/aws/") {
				v.Fail("name", "NotAuthorizedException: the prefix alias/aws/ is reserved for AWS managed keys")
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("name")
			c.Obj.ARN = fmt.Sprintf("arn:aws:kms:%s:%s:%s", c.Region, c.Account, c.Obj.ID)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("AlreadyExistsException", "An alias with the name %s already exists", c.Obj.ARN)
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			key, err := needKey(c, c.In.Str("targetKeyId"))
			if err != nil {
				return err
			}
			c.Out("targetKeyArn", key.ARN)
			return nil
		},
	}
}

// lookupKey is the key of an account and region that an id, ARN or alias names, whatever its state, or nil.
func lookupKey(c *resource.Call, account, region, name string) *store.Object {
	if strings.HasPrefix(name, "arn:") && !strings.HasPrefix(name, fmt.Sprintf("arn:aws:kms:%s:%s:", region, account)) {
		return nil
	}
	id := name
	if i := strings.Index(name, ":key/"); i >= 0 {
		id = name[i+len(":key/"):]
	}
	if i := strings.Index(name, "alias/"); i >= 0 {
		if a := c.Use(store.Key{Type: tokAlias, Account: account, Region: region, ID: name[i:]}); a != nil {
			arn := prop(a, "targetKeyArn")
			id = arn[strings.LastIndexByte(arn, '/')+1:]
		}
	}
	for _, typ := range []string{tokKey, tokReplicaKey} {
		if k := c.Tx.Get(store.Key{Type: typ, Account: account, Region: region, ID: id}); k != nil {
			return k
		}
	}
	return nil
}

// needKey returns the key that an id, ARN or alias names.
func needKey(c *resource.Call, name string) (*store.Object, error) {
	k := lookupKey(c, c.Account, c.Region, name)
	if k == nil {
		if !strings.HasPrefix(name, "arn:") {
			name = fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", c.Region, c.Account, name)
		}
		return nil, resource.Faultf("NotFoundException", "Key '%s' does not exist", name)
	}
	if k.State != "" {
		return nil, resource.Faultf("KMSInvalidStateException", "%s is pending deletion.", k.ARN)
	}
	if c.Use(k.Key) == nil {
		return nil, resource.Faultf("NotFoundException", "Key '%s' does not exist", k.ARN)
	}
	return k, nil
}
