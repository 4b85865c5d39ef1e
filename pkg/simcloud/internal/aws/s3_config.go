package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func bucketVersioning() *resource.Kind {
	k := ownedPart(bucketPart(tokBucketVersioning, "S3 Bucket Versioning", "PutBucketVersioning", "PutBucketVersioning"))
	k.Rules.Enums = map[string][]string{
		"versioningConfiguration.status":    {"Enabled", "Suspended", "Disabled"},
		"versioningConfiguration.mfaDelete": {"Enabled", "Disabled"},
	}
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		if !c.Creating() && c.In.Obj("versioningConfiguration").Str("status") == "Disabled" && c.Old.Obj("versioningConfiguration").Str("status") != "Disabled" {
			return fmt.Errorf("versioningConfiguration.status cannot be updated from '%s' to 'Disabled'", c.Old.Obj("versioningConfiguration").Str("status"))
		}
		if err := keepVersioning(c); err != nil {
			return err
		}
		if c.In.Obj("versioningConfiguration").Str("status") != "Enabled" {
			if err := keepReplicated(c); err != nil {
				return err
			}
		}
		return apply(c)
	}
	k.Remove = keepReplicated // the provider suspends
	return k
}

func bucketEncryption() *resource.Kind {
	k := ownedPart(bucketPart(tokBucketSSE, "S3 Bucket Server-side Encryption Configuration", "PutBucketEncryption", "DeleteBucketEncryption"))
	const algorithm = "rules.applyServerSideEncryptionByDefault.sseAlgorithm"
	k.Rules.Enums = map[string][]string{algorithm: {"AES256", "aws:kms", "aws:kms:dsse"}}
	k.Rules.Sets = []string{"rules"}
	k.Validate = func(v *resource.Validation) {
		if v.In.Len("rules") == 0 && v.In.Known("rules") {
			v.Fail("rules", "rules: attribute requires 1 item minimum, but config has only 0 declared")
		}
		for i, r := range v.In.Objs("rules") {
			by := r.Obj("applyServerSideEncryptionByDefault")
			if by.Str("sseAlgorithm") == "AES256" && by.Has("kmsMasterKeyId") {
				v.Fail(fmt.Sprintf("rules[%d].applyServerSideEncryptionByDefault.kmsMasterKeyId", i), "InvalidArgument: a KMS key is only allowed with sseAlgorithm aws:kms or aws:kms:dsse")
			}
		}
	}
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		for _, r := range c.In.Objs("rules") {
			if key := r.Obj("applyServerSideEncryptionByDefault").Str("kmsMasterKeyId"); key != "" {
				if _, err := needKey(c, key); err != nil {
					return err
				}
			}
		}
		return apply(c)
	}
	return k
}

func bucketPublicAccessBlock() *resource.Kind {
	k := bucketPart(tokBucketBlock, "S3 Bucket Public Access Block", "PutPublicAccessBlock", "DeletePublicAccessBlock")
	k.Rules.Defaults = map[string]any{"blockPublicAcls": false, "blockPublicPolicy": false, "ignorePublicAcls": false, "restrictPublicBuckets": false}
	return k
}

func bucketOwnershipControls() *resource.Kind {
	k := bucketPart(tokBucketOwnership, "S3 Bucket Ownership Controls", "PutBucketOwnershipControls", "DeleteBucketOwnershipControls")
	k.Rules.Enums = map[string][]string{"rule.objectOwnership": {"BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"}}
	return k
}

func bucketPolicy() *resource.Kind {
	k := bucketPart(tokBucketPolicy, "S3 Bucket Policy", "PutBucketPolicy", "DeleteBucketPolicy")
	k.Rules.JSON = []string{"policy"}
	k.Rules.Strings = []string{"policy"}
	k.Validate = func(v *resource.Validation) { checkPolicy(v, "policy", s3Policy()) }
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		if err := apply(c); err != nil {
			return err
		}
		text, name := c.In.Str("policy"), c.In.Str("bucket")
		statements, err := parsePolicy(text)
		if err != nil {
			return s3Fault(400, "MalformedPolicy", "%v", err)
		}
		for _, s := range statements {
			for _, r := range append(s.Resource, s.NotResource...) {
				if r != "arn:aws:s3:::"+name && !strings.HasPrefix(r, "arn:aws:s3:::"+name+"/") {
					return s3Fault(400, "MalformedPolicy", "Policy has invalid resource: %s (the bucket is arn:aws:s3:::%s)", r, name)
				}
			}
		}
		block := c.Tx.Get(store.Key{Type: tokBucketBlock, Account: c.Account, Region: c.Region, ID: name})
		ofAccount := c.Tx.Get(store.Key{Type: tokAccountBlock, Account: c.Account, Region: resource.Global, ID: c.Account})
		if (blocksPolicies(block) || blocksPolicies(ofAccount)) && isPublic(text) {
			return s3Fault(403, "AccessDenied", "User is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::%s\" because public policies are blocked by the BlockPublicPolicy block public access setting.", name)
		}
		return checkPrincipals(c, text, "MalformedPolicy", "Invalid principal in policy")
	}
	return k
}

// blocksPolicies says whether a public access block, which may be nil, refuses public policies.
func blocksPolicies(block *store.Object) bool {
	return block != nil && resource.Props(block.Outputs).Bool("blockPublicPolicy")
}

func bucketLifecycle() *resource.Kind {
	k := ownedPart(bucketPart(tokBucketLifecycle, "S3 Bucket Lifecycle Configuration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"))
	classes := []string{"GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"}
	k.Rules.Enums = map[string][]string{
		"rules.status":                                    {"Enabled", "Disabled"},
		"rules.transitions.storageClass":                  classes,
		"rules.noncurrentVersionTransitions.storageClass": classes,
		"transitionDefaultMinimumObjectSize":              {"all_storage_classes_128K", "varies_by_storage_class"},
	}
	k.Rules.Lengths = map[string]schema.Range{"rules.id": {Min: 1, Max: 255}}
	k.Rules.Sets = []string{"rules.transitions", "rules.noncurrentVersionTransitions"}
	k.Rules.Computed = []string{"transitionDefaultMinimumObjectSize"}
	k.Rules.Unsimulated = map[string]string{"timeouts": ""}
	k.Validate = checkLifecycle
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		c.Default("transitionDefaultMinimumObjectSize", "all_storage_classes_128K")
		return apply(c)
	}
	return k
}

func checkLifecycle(v *resource.Validation) {
	if v.In.Len("rules") == 0 && !unknown(v.In, "rules") {
		v.Fail("rules", "rules: attribute requires 1 item minimum, but config has only 0 declared")
	}
	if v.In.Len("rules") > 1000 {
		v.Fail("rules", "InvalidArgument: The maximum number of lifecycle rules in a configuration is 1000")
	}
	var ids []string
	for i, r := range v.In.Objs("rules") {
		path := fmt.Sprintf("rules[%d]", i)
		if id := r.Str("id"); id != "" {
			if slices.Contains(ids, id) {
				v.Fail(path+".id", "InvalidArgument: Rule ID must be unique. Found same ID for more than one rule")
			}
			ids = append(ids, id)
		}
		checkLifecycleRule(v, path, r)
	}
}

func checkLifecycleRule(v *resource.Validation, path string, r resource.Props) {
	acts := false
	for _, action := range []string{"abortIncompleteMultipartUpload", "expiration", "noncurrentVersionExpiration", "noncurrentVersionTransitions", "transitions"} {
		acts = acts || r.Has(action)
	}
	if !acts {
		v.Fail(path, "InvalidRequest: At least one action needs to be specified in a rule.")
	}
	checkTransitions(v, path, r.Objs("transitions"), "days", r.Obj("expiration"), "days", "Expiration")
	checkTransitions(v, path, r.Objs("noncurrentVersionTransitions"), "noncurrentDays", r.Obj("noncurrentVersionExpiration"), "noncurrentDays", "NoncurrentVersionExpiration")
}

// checkTransitions holds the storage classes' least ages and that a thing moves before it expires.
func checkTransitions(v *resource.Validation, path string, transitions []resource.Props, days string, expiration resource.Props, expirationDays, name string) {
	for i, t := range transitions {
		class := t.Str("storageClass")
		if (class == "STANDARD_IA" || class == "ONEZONE_IA") && t.Known(days) && t.Int(days) < 30 {
			v.Fail(fmt.Sprintf("%s.transitions[%d].%s", path, i, days), "InvalidArgument: 'Days' in Transition action must be greater than or equal to 30 for storageClass '%s'", class)
		}
		if expiration.Known(expirationDays) && t.Known(days) && expiration.Int(expirationDays) > 0 && expiration.Int(expirationDays) <= t.Int(days) {
			v.Fail(path, "InvalidArgument: 'Days' in the %s action must be greater than 'Days' in the Transition action", name)
		}
	}
}
