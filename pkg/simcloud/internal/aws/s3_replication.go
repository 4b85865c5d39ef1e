package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// bucketReplication is of docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html.
func bucketReplication() *resource.Kind {
	k := bucketPart(tokReplication, "S3 Bucket Replication Configuration", "PutBucketReplication", "DeleteBucketReplication")
	onOff := []string{"Enabled", "Disabled"}
	k.Rules.Enums = map[string][]string{
		"rules.status": onOff, "rules.deleteMarkerReplication.status": onOff, "rules.destination.metrics.status": onOff, "rules.destination.replicationTime.status": onOff,
		"rules.sourceSelectionCriteria.sseKmsEncryptedObjects.status": onOff, "rules.sourceSelectionCriteria.replicaModifications.status": onOff,
		"rules.destination.storageClass": {"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"},
	}
	k.Rules.Lengths = map[string]schema.Range{"rules.id": {Min: 0, Max: 255}, "rules.prefix": {Min: 0, Max: 1024}, "rules.filter.prefix": {Min: 0, Max: 1024}}
	k.Rules.Formats = map[string]schema.Format{"role": schema.ARN, "rules.destination.bucket": schema.ARN}
	k.Rules.Unsimulated = map[string]string{"token": ""}
	k.Validate = checkReplication
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		if err := apply(c); err != nil {
			return err
		}
		return applyReplication(c)
	}
	return k
}

// mostReplicationRules is how many rules a configuration has.
const mostReplicationRules = 1000

func checkReplication(v *resource.Validation) {
	if n := v.In.Len("rules"); n == 0 && !unknown(v.In, "rules") || n > mostReplicationRules {
		v.Fail("rules", "InvalidRequest: a replication configuration has 1 to %d rules, got %d", mostReplicationRules, n)
	}
	ids, priorities := map[string]bool{}, map[int]bool{}
	for i, r := range v.In.Objs("rules") {
		path := fmt.Sprintf("rules[%d]", i)
		if id := r.Str("id"); id != "" {
			if ids[id] {
				v.Fail(path+".id", "InvalidArgument: Rule Id must be unique. Found same ID for more than one rule: %s", id)
			}
			ids[id] = true
		}
		if r.Has("filter") && !unknown(r, "priority") {
			if priorities[r.Int("priority")] {
				v.Fail(path+".priority", "InvalidRequest: Found duplicate priority: %d", r.Int("priority"))
			}
			priorities[r.Int("priority")] = true
		}
		checkReplicationRule(v, path, r)
	}
}

func checkReplicationRule(v *resource.Validation, path string, r resource.Props) {
	switch {
	case r.Has("filter") && !r.Has("deleteMarkerReplication"):
		v.Fail(path+".deleteMarkerReplication", "InvalidRequest: DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.")
	case !r.Has("filter") && r.Has("deleteMarkerReplication"):
		v.Fail(path+".deleteMarkerReplication", "InvalidRequest: DeleteMarkerReplication cannot be used for this version of Cross Region Replication configuration schema: it needs a filter.")
	case r.Has("filter") && r.Has("prefix"):
		v.Fail(path+".prefix", "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema (prefix beside filter)")
	}
	if r.Has("existingObjectReplication") {
		v.Fail(path+".existingObjectReplication", "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema (existing objects are copied by S3 Batch Replication)")
	}
	d := r.Obj("destination")
	encrypted := r.Obj("sourceSelectionCriteria").Obj("sseKmsEncryptedObjects").Str("status") == "Enabled"
	if encrypted && !d.Has("encryptionConfiguration") {
		v.Fail(path+".destination.encryptionConfiguration", "InvalidRequest: ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.")
	}
	if d.Has("encryptionConfiguration") && !r.Obj("sourceSelectionCriteria").Has("sseKmsEncryptedObjects") {
		v.Fail(path+".sourceSelectionCriteria", "InvalidRequest: SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.")
	}
	rtc := d.Obj("replicationTime")
	if rtc.Str("status") == "Enabled" && d.Obj("metrics").Str("status") != "Enabled" {
		v.Fail(path+".destination.metrics", "InvalidRequest: Metrics must be enabled when ReplicationTime is enabled.")
	}
	for _, p := range []string{"replicationTime.time", "metrics.eventThreshold"} {
		block, within, _ := strings.Cut(p, ".")
		if t := d.Obj(block).Obj(within); t.Has("minutes") && t.Known("minutes") && t.Int("minutes") != 15 {
			v.Fail(path+".destination."+p+".minutes", "InvalidArgument: the only valid value is 15 minutes, got %d", t.Int("minutes"))
		}
	}
	if d.Has("accessControlTranslation") != d.Has("account") {
		v.Fail(path+".destination.account", "InvalidRequest: account and accessControlTranslation go together: the owner of the replicas is changed to that account")
	}
}

func applyReplication(c *resource.Call) error {
	name := c.In.Str("bucket")
	source, err := needBucket(c, name)
	if err != nil {
		return err
	}
	if !versioned(c, source) {
		return s3Fault(400, "InvalidRequest", "Versioning must be 'Enabled' on the bucket to apply a replication configuration")
	}
	role := roleByARN(c, c.In.Str("role"))
	if role == nil || !trusts(role, "s3.amazonaws.com") {
		return s3Fault(400, "InvalidRequest", "S3 cannot assume the role %s: it does not exist or does not trust s3.amazonaws.com", c.In.Str("role"))
	}
	for _, r := range c.In.Objs("rules") {
		if err := checkReplica(c, source, r.Obj("destination")); err != nil {
			return err
		}
	}
	return nil
}

// checkReplica holds the bucket that copies go to, and the key that they are encrypted with there.
func checkReplica(c *resource.Call, source *store.Object, d resource.Props) error {
	target := findBucket(c, strings.TrimPrefix(d.Str("bucket"), "arn:aws:s3:::"))
	switch {
	case target == nil:
		return s3Fault(400, "InvalidRequest", "Destination bucket must exist. (%s)", d.Str("bucket"))
	case target.Key == source.Key:
		return s3Fault(400, "InvalidRequest", "Destination bucket cannot be the same as the source bucket. (%s)", target.ID)
	case !versioned(c, target):
		return s3Fault(400, "InvalidRequest", "Destination bucket must have versioning enabled. (%s)", target.ID)
	case d.Str("account") != "" && d.Str("account") != target.Account:
		return s3Fault(400, "InvalidRequest", "Account ID must be the account ID of the owner of the destination bucket %s, got %s", target.ID, d.Str("account"))
	}
	id := d.Obj("encryptionConfiguration").Str("replicaKmsKeyId")
	if id == "" {
		return nil
	}
	part := strings.Split(id, ":")
	if len(part) != 6 {
		return s3Fault(400, "InvalidRequest", "ReplicaKmsKeyID must be the ARN of a key: %s", id)
	}
	if key := lookupKey(c, part[4], target.Region, id); key == nil || key.State != "" || c.Use(key.Key) == nil {
		return s3Fault(400, "KMS.NotFoundException", "the KMS key %s does not exist in %s, where the destination bucket %s is, or cannot be used", id, target.Region, target.ID)
	}
	return nil
}

// versioned says whether a bucket keeps versions.
func versioned(c *resource.Call, b *store.Object) bool {
	status := ""
	for _, k := range resource.UsersOf(c.Tx, b.Key, tokBucketVersioning) {
		status = resource.Props(c.Tx.Get(k).Outputs).Obj("versioningConfiguration").Str("status")
	}
	return status == "Enabled" || resource.Props(b.Outputs).Bool("objectLockEnabled") && status == "" // object lock comes with versions
}

// keepReplicated refuses to stop the versions of a bucket that is replicated.
func keepReplicated(c *resource.Call) error {
	name := c.In.Str("bucket")
	for _, k := range resource.UsersOf(c.Tx, store.Key{Type: tokBucket, Account: c.Account, Region: c.Region, ID: name}, tokReplication) {
		if prop(c.Tx.Get(k), "bucket") == name {
			return s3Fault(409, "InvalidBucketState", "A replication configuration is present on this bucket, so you cannot change the versioning state. To change the versioning state, first delete the replication configuration.")
		}
	}
	return nil
}
