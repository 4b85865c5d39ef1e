package aws

import (
	"crypto/md5" //nolint:gosec // an ETag is an MD5 sum by definition
	"encoding/base64"
	"encoding/hex"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// longestObjectKey in bytes. Source: docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html.
const longestObjectKey = 1024

// bucketObject is an object that a program puts into a bucket: a template, a marker.
func bucketObject() *resource.Kind {
	return &resource.Kind{
		Token: BucketObject, Service: "S3", Noun: "S3 Object", CreateOp: "PutObject", UpdateOp: "PutObject", DeleteOp: "DeleteObject",
		Upsert: true, // putting an object writes over what was there
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"bucket", "key"}, Why: "together they are the object"}},
			Computed: []string{"key", "contentType", "serverSideEncryption", "storageClass", "etag", "bucketKeyEnabled", "kmsKeyId", "objectLockMode", "objectLockRetainUntilDate", "objectLockLegalHoldStatus"},
			Defaults: map[string]any{"forceDestroy": false},
			Strings:  []string{"bucket"},
			Enums: map[string][]string{
				"serverSideEncryption": {"AES256", "aws:kms", "aws:kms:dsse"},
				"storageClass":         {"STANDARD", "REDUCED_REDUNDANCY", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR", "STANDARD_IA", "EXPRESS_ONEZONE", "OUTPOSTS", "SNOW"},
			},
			Lengths:   map[string]schema.Range{"key": {Min: 1, Max: longestObjectKey}},
			Formats:   map[string]schema.Format{"kmsKeyId": schema.ARN},
			Conflicts: [][]string{{"content", "contentBase64"}, {"kmsKeyId", "etag"}},
			Unsimulated: map[string]string{
				"source": "; use content", "sourceHash": "", "acl": ", which bucket owner enforced forbids", "overrideProvider": "", "websiteRedirect": "",
			},
		},
		Validate: checkObject,
		Identify: func(c *resource.Call) error {
			key := c.In.Str("key")
			if key == "" { // the provider names it after the resource
				key = c.Obj.URN[strings.LastIndexByte(c.Obj.URN, ':')+1:]
			}
			c.Out("key", key)
			c.Obj.ID = c.In.Str("bucket") + "/" + key
			c.Obj.ARN = "arn:aws:s3:::" + c.Obj.ID
			c.ImportAs("s3://" + c.Obj.ID)
			return nil
		},
		Apply: applyObject,
		Remove: func(c *resource.Call) error {
			return lockedUntil(c.Obj, c.Now, c.In.Bool("forceDestroy"))
		},
	}
}

func checkObject(v *resource.Validation) {
	if v.In.Known("contentBase64") {
		if _, err := base64.StdEncoding.DecodeString(v.In.Str("contentBase64")); err != nil {
			v.Fail("contentBase64", "error decoding content_base64: %v", err)
		}
	}
	if until := v.In.Str("objectLockRetainUntilDate"); until != "" {
		if _, err := time.Parse(time.RFC3339, until); err != nil {
			v.Fail("objectLockRetainUntilDate", "expected %q to be a valid RFC3339 date, got %q: %v", "objectLockRetainUntilDate", until, err)
		}
	}
	if v.In.Has("objectLockMode") != v.In.Has("objectLockRetainUntilDate") {
		v.Fail("objectLockMode", "InvalidArgument: x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied")
	}
}

func applyObject(c *resource.Call) error {
	b, err := needBucket(c, c.In.Str("bucket"))
	if err != nil {
		return err
	}
	if key := c.In.Str("kmsKeyId"); key != "" {
		if _, err := needKey(c, key); err != nil {
			return err
		}
	}
	l := lockOf(c.Tx, b, c.Now)
	if !l.Enabled && (c.In.Has("objectLockMode") || c.In.Has("objectLockLegalHoldStatus")) {
		return s3Fault(400, "InvalidRequest", "Bucket is missing Object Lock Configuration")
	}
	c.Default("contentType", "application/octet-stream")
	c.Default("storageClass", "STANDARD")
	c.Default("serverSideEncryption", "AES256")
	c.Default("bucketKeyEnabled", false)
	if l.Mode != "" {
		c.Default("objectLockMode", l.Mode)
		c.Default("objectLockRetainUntilDate", l.Until.Format(time.RFC3339))
	}
	content := []byte(c.In.Str("content"))
	if c.In.Has("contentBase64") {
		content, _ = base64.StdEncoding.DecodeString(c.In.Str("contentBase64")) // Check has refused what cannot be decoded
	}
	sum := md5.Sum(content) //nolint:gosec // an ETag is an MD5 sum by definition
	c.Out("etag", hex.EncodeToString(sum[:]))
	c.Out("versionId", "")
	if l.Enabled || versioningOf(c.Tx, b) == "Enabled" {
		c.Out("versionId", c.Pick("version "+c.UUID("version"), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._", 32))
	}
	return nil
}

// locked are the outputs of an object that is put into a bucket with a default retention.
func locked(tx *store.Tx, bucket store.Key, outputs map[string]any, now time.Time) map[string]any {
	if b := tx.Get(bucket); b != nil {
		if l := lockOf(tx, b, now); l.Mode != "" {
			outputs["objectLockMode"], outputs["objectLockRetainUntilDate"] = l.Mode, l.Until.Format(time.RFC3339)
		}
	}
	return outputs
}
