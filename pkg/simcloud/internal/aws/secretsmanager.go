package aws

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// longestSecret is a secret's value in bytes, largestSecretPolicy its policy in characters. Source:
// docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html.
const (
	longestSecret       = 65536
	largestSecretPolicy = 20480
)

func secret() *resource.Kind {
	return &resource.Kind{
		Token: tokSecret, Service: "Secrets Manager", Noun: "Secrets Manager Secret", CreateOp: "CreateSecret", UpdateOp: "UpdateSecret", DeleteOp: "DeleteSecret",
		Naming: &resource.Naming{Property: "name", Max: 512, PrefixProperty: "namePrefix"},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"name", "namePrefix"}, Why: "the name is the secret's ARN"}},
			Computed:    []string{"policy", "replicas"},
			JSON:        []string{"policy"},
			Defaults:    map[string]any{"recoveryWindowInDays": float64(30), "forceOverwriteReplicaSecret": false},
			Lengths:     map[string]schema.Range{"name": {Min: 1, Max: 512}, "description": {Min: 0, Max: 2048}},
			Formats:     map[string]schema.Format{"policy": schema.JSONDocument},
			Unsimulated: map[string]string{"namePrefix": "", "replicas": ""},
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("name") && !regexp.MustCompile(`^[0-9A-Za-z/_+=.@-]+$`).MatchString(v.In.Str("name")) {
				v.Fail("name", "invalid value for name (must contain only alphanumeric characters and the characters /_+=.@-)")
			}
			if days := v.In.Int("recoveryWindowInDays"); v.In.Known("recoveryWindowInDays") && days != 0 && (days < 7 || days > 30) {
				v.Fail("recoveryWindowInDays", "expected recoveryWindowInDays to be one of [0] or in the range (7 - 30), got %d", days)
			}
			checkPolicy(v, "policy", resourceSecretPolicy())
		},
		Identify: identifySecret,
		Apply: func(c *resource.Call) error {
			if key := c.In.Str("kmsKeyId"); key != "" && key != "alias/aws/secretsmanager" {
				if _, err := needKey(c, key); err != nil {
					return resource.Faultf("InvalidParameterException", "The KMS key %s does not exist or cannot be used", key)
				}
			}
			c.Default("policy", "")
			c.Default("replicas", resource.List[any]())
			return checkSecretPrincipals(c)
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokSecretPolicy, tokSecretVersion))
			if days := c.In.Int("recoveryWindowInDays"); days > 0 {
				c.Obj.State = pendingDeletion
				c.Out("deletionDate", c.Now.Add(time.Duration(days)*24*time.Hour).Format(time.RFC3339))
			}
			return nil
		},
	}
}

// identifySecret gives a secret its ARN. A secret in its recovery window keeps its name.
func identifySecret(c *resource.Call) error {
	name := c.In.Str("name")
	if inRegion(c) >= c.Limits["secrets per region"] {
		return resource.Faultf("LimitExceededException", "You've exceeded the quota of secrets in the region: %d", c.Limits["secrets per region"])
	}
	c.Obj.ARN = fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:%s-%s", c.Region, c.Account, name, c.Pick("secret", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", 6))
	c.Obj.ID = c.Obj.ARN
	claim := secretName(c.Account, c.Region, name)
	if owner, taken := c.Tx.Owner(claim); taken {
		old := c.Tx.Get(owner)
		if old.State == "" {
			return resource.Faultf("ResourceExistsException", "The operation failed because the secret %s already exists.", name)
		}
		if until, err := time.Parse(time.RFC3339, prop(old, "deletionDate")); err == nil && c.Now.Before(until) {
			return resource.Faultf("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.")
		}
		c.Tx.Delete(owner)
	}
	c.Claim(claim)
	return nil
}

// resourceSecretPolicy is the policy of a secret.
func resourceSecretPolicy() policyKind {
	return policyKind{Size: largestSecretPolicy, Spaces: true, Principal: true, Resource: true, Actions: "secretsmanager", WrongAction: "This resource policy contains an unsupported action",
		Malformed: "MalformedPolicyDocumentException", TooLarge: "MalformedPolicyDocumentException: the policy is longer than 20480 characters"}
}

func checkSecretPrincipals(c *resource.Call) error {
	return checkPrincipals(c, c.In.Str("policy"), "MalformedPolicyDocumentException", "This resource policy contains an unsupported principal.")
}

// needSecret returns the secret that an ARN or a name says.
func needSecret(c *resource.Call, id string) (*store.Object, error) {
	arn := id
	if !strings.HasPrefix(id, "arn:") {
		owner, _ := c.Tx.Owner(secretName(c.Account, c.Region, id))
		arn = owner.ID
	}
	key := store.Key{Type: tokSecret, Account: c.Account, Region: c.Region, ID: arn}
	if o := c.Tx.Get(key); o != nil && o.State != "" {
		return nil, resource.Faultf("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.")
	}
	if o := c.Use(key); o != nil {
		return o, nil
	}
	return nil, resource.Faultf("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

func secretPolicy() *resource.Kind {
	return &resource.Kind{
		Token: tokSecretPolicy, Service: "Secrets Manager", Noun: "Secrets Manager Secret Policy", CreateOp: "PutResourcePolicy", UpdateOp: "PutResourcePolicy", DeleteOp: "DeleteResourcePolicy",
		Upsert: true, // it takes the place of the policy that the secret has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"secretArn"}, Why: "it is the secret's"}},
			JSON:     []string{"policy"},
			Formats:  map[string]schema.Format{"secretArn": schema.ARN, "policy": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) { checkPolicy(v, "policy", resourceSecretPolicy()) },
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("secretArn"); return nil },
		Apply: func(c *resource.Call) error {
			if _, err := needSecret(c, c.In.Str("secretArn")); err != nil {
				return err
			}
			if c.In.Bool("blockPublicPolicy") && isPublic(c.In.Str("policy")) {
				return resource.Faultf("PublicPolicyException", "The BlockPublicPolicy parameter is set to true, and the resource policy grants broad access to the secret.")
			}
			return checkSecretPrincipals(c)
		},
	}
}

func secretVersion() *resource.Kind {
	return &resource.Kind{
		Token: tokSecretVersion, Service: "Secrets Manager", Noun: "Secrets Manager Secret Version", CreateOp: "PutSecretValue", UpdateOp: "UpdateSecretVersionStage", DeleteOp: "UpdateSecretVersionStage",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"secretId", "secretString", "secretBinary"}, Why: "a version is one value of one secret"}},
			Sets:     []string{"versionStages"},
			Computed: []string{"versionStages"},
			Secrets:  []string{"secretString", "secretBinary"},
		},
		Validate: func(v *resource.Validation) {
			text, binary := v.In.Has("secretString"), v.In.Has("secretBinary")
			if text && binary {
				v.Fail("secretBinary", "%q: conflicts with secretString", "secretBinary")
			}
			if !text && !binary {
				v.Fail("secretString", "InvalidRequestException: You must provide either SecretString or SecretBinary.")
			}
			if len(v.In.Str("secretString")) > longestSecret {
				v.Fail("secretString", "expected length of secretString to be in the range (1 - %d), got (sensitive value)", longestSecret)
			}
		},
		Identify: func(c *resource.Call) error {
			s, err := needSecret(c, c.In.Str("secretId"))
			if err != nil {
				return err
			}
			id := c.UUID("version")
			c.Out("versionId", id)
			c.Obj.ID = s.ARN + "|" + id
			c.Obj.ARN = s.ARN
			return nil
		},
		Apply: func(c *resource.Call) error {
			if _, err := needSecret(c, c.In.Str("secretId")); err != nil {
				return err
			}
			if _, err := base64.StdEncoding.DecodeString(c.In.Str("secretBinary")); err != nil {
				return fmt.Errorf("the secret's binary value is not base64")
			}
			c.Default("versionStages", resource.List(currentVersion))
			return nil
		},
	}
}
