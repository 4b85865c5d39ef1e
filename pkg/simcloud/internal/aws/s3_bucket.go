package aws

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// s3Fault is a fault with the status that S3 gives it.
func s3Fault(status int, code, format string, a ...any) error {
	f := resource.Faultf(code, format, a...)
	f.Status = status
	return f
}

func bucket() *resource.Kind {
	unsimulated := map[string]string{"bucketPrefix": "", "accelerationStatus": "", "requestPayer": "", "corsRules": "", "websites": "", "grants": ""}
	for property, separate := range map[string]string{
		"acl": "BucketAclV2", "policy": "BucketPolicy", "versionings": "BucketVersioningV2", "lifecycleRules": "BucketLifecycleConfigurationV2",
		"serverSideEncryptionConfigurations": "BucketServerSideEncryptionConfigurationV2", "loggings": "BucketLoggingV2",
		"objectLockConfiguration": "BucketObjectLockConfigurationV2", "replicationConfigurations": "BucketReplicationConfig",
	} {
		unsimulated[property] = " on the bucket itself, which is deprecated; use s3." + separate
	}
	return &resource.Kind{
		Token: tokBucket, Service: "S3", Noun: "S3 Bucket", CreateOp: "CreateBucket", UpdateOp: "PutBucketTagging", DeleteOp: "DeleteBucket",
		Naming: &resource.Naming{Property: "bucket", Max: 63, PrefixProperty: "bucketPrefix", Lower: true},
		Rules: schema.Rules{
			Replaces:    []schema.Replace{{Properties: []string{"bucket", "bucketPrefix", "objectLockEnabled"}, Why: "a bucket is its name; object lock is chosen when it is made"}},
			Computed:    []string{"objectLockEnabled"},
			Defaults:    map[string]any{"forceDestroy": false},
			Unsimulated: unsimulated,
		},
		Validate: func(v *resource.Validation) {
			if v.In.Known("bucket") {
				if problem := bucketNameProblem(v.In.Str("bucket")); problem != "" {
					v.Fail("bucket", "validating S3 Bucket (%s) name: %s", v.In.Str("bucket"), problem)
				}
			}
		},
		Identify: identifyBucket,
		Remove: func(c *resource.Call) error {
			objects := c.Users(BucketObject)
			if len(objects) > 0 && !c.In.Bool("forceDestroy") {
				return s3Fault(409, "BucketNotEmpty", "The bucket you tried to delete is not empty")
			}
			for _, k := range objects {
				if err := lockedUntil(c.Tx.Get(k), c.Now, true); err != nil {
					return err
				}
			}
			deleteAll(c, objects)
			deleteAll(c, c.Users(tokBucketVersioning, tokBucketSSE, tokBucketBlock, tokBucketOwnership, tokBucketLifecycle, tokBucketPolicy, tokBucketLock, tokNotification))
			for _, k := range c.Users(tokBucketLogging, tokReplication) { // also those of the buckets that log or copy here, which stay
				if prop(c.Tx.Get(k), "bucket") == c.Obj.ID {
					c.Tx.Delete(k)
				}
			}
			return nil
		},
	}
}

// bucketNameProblem follows docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
func bucketNameProblem(name string) string {
	_, err := netip.ParseAddr(name)
	switch {
	case len(name) < 3 || len(name) > 63:
		return "must be between 3 and 63 characters"
	case !regexp.MustCompile(`^[0-9a-z.-]+$`).MatchString(name):
		return "only lowercase alphanumeric characters, hyphens and dots allowed"
	case !regexp.MustCompile(`^[0-9a-z].*[0-9a-z]$`).MatchString(name):
		return "must begin and end with a letter or number"
	case strings.Contains(name, ".."):
		return "must not contain two adjacent periods"
	case err == nil:
		return "must not be formatted as an IP address"
	case strings.HasPrefix(name, "xn--") || strings.HasPrefix(name, "sthree-") || strings.HasSuffix(name, "-s3alias") || strings.HasSuffix(name, "--ol-s3"):
		return "uses a prefix or suffix that is reserved"
	}
	return ""
}

func identifyBucket(c *resource.Call) error {
	name := c.In.Str("bucket")
	c.Obj.ID, c.Obj.ARN = name, "arn:aws:s3:::"+name
	if owner, taken := c.Tx.Owner("bucket/" + name); taken {
		if owner.Account == c.Account {
			return s3Fault(409, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.")
		}
		return s3Fault(409, "BucketAlreadyExists", "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.")
	}
	owned := 0
	for _, region := range Regions() {
		owned += c.Tx.Tally(tokBucket, c.Account, region)
	}
	if owned >= c.Limits["buckets per account"] {
		return s3Fault(400, "TooManyBuckets", "You have attempted to create more buckets than allowed")
	}
	c.Claim("bucket/" + name)
	c.Out("bucketDomainName", name+".s3.amazonaws.com")
	c.Out("bucketRegionalDomainName", name+".s3."+c.Region+".amazonaws.com")
	c.Out("hostedZoneId", regions()[c.Region].S3)
	c.Out("region", c.Region)
	c.Out("websiteDomain", "")
	c.Out("websiteEndpoint", "")
	c.Default("objectLockEnabled", false)
	return nil
}

// needBucket returns a bucket by name, wherever it is: the name is all that S3's requests say.
func needBucket(c *resource.Call, name string) (*store.Object, error) {
	owner, ok := c.Tx.Owner("bucket/" + name)
	if !ok {
		return nil, s3Fault(404, "NoSuchBucket", "The specified bucket does not exist")
	}
	if owner.Account != c.Account {
		return nil, s3Fault(403, "AccessDenied", "Access Denied")
	}
	if owner.Region != c.Region {
		return nil, s3Fault(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint. (bucket in %s, provider in %s)", owner.Region, c.Region)
	}
	b := c.Use(owner)
	if b == nil {
		return nil, s3Fault(404, "NoSuchBucket", "The specified bucket does not exist")
	}
	return b, nil
}

// bucketPart is what all configurations of a bucket have in common: they are the bucket's, one each.
func bucketPart(token, noun, op, remove string) *resource.Kind {
	return &resource.Kind{
		Token: token, Service: "S3", Noun: noun, CreateOp: op, UpdateOp: op, DeleteOp: remove,
		Upsert: true, // every Put call replaces what was there
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"bucket"}, Why: "it is the bucket's"}},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = c.In.Str("bucket")
			if owner := c.In.Str("expectedBucketOwner"); owner != "" {
				if owner != c.Account {
					return s3Fault(403, "AccessDenied", "Access Denied")
				}
				c.Obj.ID += "," + owner
			}
			return nil
		},
		Apply: func(c *resource.Call) error {
			_, err := needBucket(c, c.In.Str("bucket"))
			return err
		},
	}
}

// ownedPart adds to a part of a bucket that its requests name the bucket's owner.
func ownedPart(k *resource.Kind) *resource.Kind {
	k.Rules.Replaces = append(k.Rules.Replaces, schema.Replace{Properties: []string{"expectedBucketOwner"}, Why: "it is part of the id"})
	return k
}

// PutObject puts an object into a bucket.
func PutObject(tx *store.Tx, bucket, key string, now time.Time) error {
	owner, ok := tx.Owner("bucket/" + bucket)
	if !ok {
		return fmt.Errorf("put %s into %s: the bucket does not exist", key, bucket)
	}
	tx.Put(&store.Object{
		Key: store.Key{Type: BucketObject, Account: owner.Account, Region: owner.Region, ID: bucket + "/" + key},
		ARN: "arn:aws:s3:::" + bucket + "/" + key, Created: now, Refs: []store.Key{owner},
		Outputs: locked(tx, owner, map[string]any{"bucket": bucket, "key": key}, now),
	})
	return nil
}
