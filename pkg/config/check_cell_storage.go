package config

import (
	"fmt"

	"cellworks/pkg/naming"
)

// Days of S3's storage classes
// (docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html).
const (
	// minInfrequentDays is the youngest age of objects that move to infrequent access.
	minInfrequentDays = 30
	// minInfrequentStay is how long objects stay there before they move on.
	minInfrequentStay = 30
)

func (c *cellChecker) bucket(b Bucket, p string) {
	ia, glacier, expire := p+".infrequentAccessDays", p+".glacierDays", p+".expireDays"
	if !c.bad(ia) && b.InfrequentAccessDays > 0 && b.InfrequentAccessDays < minInfrequentDays {
		c.problem(ia, fmt.Sprintf("%d is out of range, want 0 or %d to 3650", b.InfrequentAccessDays, minInfrequentDays), "S3 moves no object to infrequent access before 30 days")
	}
	if !c.bad(glacier, ia) && b.GlacierDays > 0 && b.InfrequentAccessDays > 0 && b.GlacierDays < b.InfrequentAccessDays+minInfrequentStay {
		c.problem(c.set(glacier, ia), fmt.Sprintf("objects would move to Glacier after %d days, want at least %d days after they move to infrequent access (%d)",
			b.GlacierDays, minInfrequentStay, b.InfrequentAccessDays), fmt.Sprintf("set glacierDays to %d or more, or infrequentAccessDays: 0", b.InfrequentAccessDays+minInfrequentStay))
	}
	if !c.bad(expire, ia) && b.ExpireDays > 0 && b.ExpireDays <= b.InfrequentAccessDays {
		c.problem(expire, fmt.Sprintf("objects would expire after %d days, not later than they move to infrequent access (%d)", b.ExpireDays, b.InfrequentAccessDays), "expire them later, or set infrequentAccessDays: 0")
	}
	if !c.bad(expire, glacier) && b.ExpireDays > 0 && b.ExpireDays <= b.GlacierDays {
		c.problem(c.set(glacier, expire), fmt.Sprintf("objects would expire after %d days, not later than they move to Glacier (%d)", b.ExpireDays, b.GlacierDays), "expire them later, or set glacierDays: 0")
	}
	c.bucketLock(b, p)
	if name := p + ".name"; !c.bad(name) && b.Name != "" {
		// Whether a name is reserved depends on its beginning and end only, so that one
		// check with any client serves all.
		if _, err := naming.Bucket("org", "client", "us-east-1", b.Name); err != nil {
			c.problem(name, err.Error(), "choose another name")
		}
	}
}

// bucketLock reports what a lock and a copy need of a bucket.
func (c *cellChecker) bucketLock(b Bucket, p string) {
	lock, copied, versioning := p+".objectLockDays", p+".replicateTo", p+".versioning"
	if !c.bad(lock, versioning) && b.ObjectLockDays > 0 && !b.Versioning {
		c.problem(c.set(lock, versioning), "a bucket without versioning cannot be locked", "set versioning: true, or objectLockDays: 0")
	}
	if !c.bad(lock, p+".expireDays") && b.ExpireDays > 0 && b.ExpireDays <= b.ObjectLockDays {
		c.problem(c.set(lock, p+".expireDays"), fmt.Sprintf("objects are locked for %d days, but would expire after %d", b.ObjectLockDays, b.ExpireDays), "expire them later than the lock ends, or lock them shorter")
	}
	if !c.bad(copied, versioning) && b.ReplicateTo != "" && !b.Versioning {
		c.problem(c.set(copied, versioning), "a bucket without versioning cannot be copied to another region", "set versioning: true, or remove replicateTo")
	}
}
