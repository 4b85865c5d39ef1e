package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// destinations are the lists of a notification and which property of an entry names where it goes.
func destinations() map[string]string {
	return map[string]string{"lambdaFunctions": "lambdaFunctionArn", "queues": "queueArn", "topics": "topicArn"}
}

// bucketNotification is what a bucket tells. A bucket has one configuration; every Put replaces it.
func bucketNotification() *resource.Kind {
	k := bucketPart(tokNotification, "S3 Bucket Notification", "PutBucketNotificationConfiguration", "PutBucketNotificationConfiguration")
	k.Rules.Defaults = map[string]any{"eventbridge": false}
	k.Rules.Formats = map[string]schema.Format{}
	for list, arn := range destinations() {
		k.Rules.Sets = append(k.Rules.Sets, list+".events")
		k.Rules.Formats[list+"."+arn] = schema.ARN
	}
	k.Validate = checkNotification
	apply := k.Apply
	k.Apply = func(c *resource.Call) error {
		if err := apply(c); err != nil {
			return err
		}
		for _, list := range slices.Sorted(maps.Keys(destinations())) {
			for _, entry := range c.In.Objs(list) {
				if why := unreachable(c, list, entry.Str(destinations()[list])); why != "" {
					return s3Fault(400, "InvalidArgument", "Unable to validate the following destination configurations (%s)", why)
				}
			}
		}
		return nil
	}
	k.Report = func(c *resource.Call) {
		names := map[string]string{"lambdaFunctions": "tf-s3-lambda-", "queues": "tf-s3-queue-", "topics": "tf-s3-topic-"} // as the provider names them
		for list, before := range names {
			var out []any
			for i, entry := range c.In.Objs(list) {
				named := map[string]any{"id": before + c.Now.Format("20060102150405") + c.Hex(fmt.Sprint(list, i), 12)}
				maps.Copy(named, entry)
				out = append(out, named)
			}
			if out != nil {
				c.Out(list, out)
			}
		}
	}
	return k
}

// unreachable says why S3 cannot tell a destination; empty when it can. S3 sends a test message when it is configured.
func unreachable(c *resource.Call, list, arn string) string {
	call := newServiceCall(c, "s3.amazonaws.com", "", "", "arn:aws:s3:::"+c.In.Str("bucket"))
	absent := fmt.Sprintf("%s does not exist in %s", arn, c.Region)
	switch list {
	case "queues":
		q := findQueue(c, arn)
		switch {
		case q == nil || q.Region != c.Region:
			return absent
		case resource.Props(q.Outputs).Bool("fifoQueue"):
			return fmt.Sprintf("%s is a FIFO queue, which S3 does not write to", arn)
		}
		return closedQueue(c, q, call)
	case "topics":
		t := findTopic(c, arn)
		switch {
		case t == nil:
			return absent
		case resource.Props(t.Outputs).Bool("fifoTopic"):
			return fmt.Sprintf("%s is a FIFO topic, which S3 does not write to", arn)
		}
		return closedTopic(c, t, call)
	}
	f, err := needFunction(c, arn)
	if err != nil {
		return absent
	}
	if !invokable(c, f, call) {
		return fmt.Sprintf("no permission of function %s lets %s do lambda:InvokeFunction for %s", f.ARN, call.Service, call.Context["aws:sourcearn"])
	}
	return ""
}

// invokable says whether a permission of a function lets a service's call invoke it.
func invokable(c *resource.Call, f *store.Object, call serviceCall) bool {
	return slices.ContainsFunc(resource.UsersOf(c.Tx, f.Key, tokFunctionPermission), func(k store.Key) bool {
		p := resource.Props(c.Tx.Get(k).Outputs)
		from, account := p.Str("sourceArn"), p.Str("sourceAccount")
		return matchesAction(p.Str("action"), "lambda:InvokeFunction") && p.Str("principal") == call.Service &&
			(from == "" || wildcard(from, call.Context["aws:sourcearn"])) && (account == "" || account == call.Context["aws:sourceaccount"])
	})
}

// bucketEvents are the events of docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html:
// of each family its members; a family that stands alone has none.
func bucketEvents() map[string][]string {
	return map[string][]string{
		"ObjectCreated": {"*", "Put", "Post", "Copy", "CompleteMultipartUpload"}, "ObjectRemoved": {"*", "Delete", "DeleteMarkerCreated"},
		"ObjectRestore": {"*", "Post", "Completed", "Delete"}, "LifecycleExpiration": {"*", "Delete", "DeleteMarkerCreated"}, "ObjectTagging": {"*", "Put", "Delete"},
		"Replication": {"*", "OperationFailedReplication", "OperationMissedThreshold", "OperationReplicatedAfterThreshold", "OperationNotTracked"},
		"ObjectAcl":   {"Put"}, "ReducedRedundancyLostObject": {""}, "LifecycleTransition": {""}, "IntelligentTiering": {""},
	}
}

// told is one configuration of a notification.
type told struct {
	path           string
	events         []string
	prefix, suffix string
}

func checkNotification(v *resource.Validation) {
	var all []told
	for _, list := range slices.Sorted(maps.Keys(destinations())) {
		for i, entry := range v.In.Objs(list) {
			path := fmt.Sprintf("%s[%d]", list, i)
			if list == "lambdaFunctions" && !entry.Has("lambdaFunctionArn") {
				v.Fail(path+".lambdaFunctionArn", "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema (a function is missing)")
			}
			if entry.Len("events") == 0 && !unknown(entry, "events") {
				v.Fail(path+".events", "MalformedXML: The XML you provided was not well-formed or did not validate against our published schema (an event is missing)")
			}
			for n, event := range entry.Strs("events") {
				family, member, _ := strings.Cut(strings.TrimPrefix(event, "s3:"), ":")
				if !strings.HasPrefix(event, "s3:") || !slices.Contains(bucketEvents()[family], member) {
					v.Fail(fmt.Sprintf("%s.events[%d]", path, n), "InvalidArgument: The event '%s' is not supported for notifications", event)
				}
			}
			if !unknown(entry, "filterPrefix") && !unknown(entry, "filterSuffix") {
				all = append(all, told{path, entry.Strs("events"), entry.Str("filterPrefix"), entry.Str("filterSuffix")})
			}
		}
	}
	for i, one := range all {
		for _, other := range all[:i] {
			if one.overlaps(other) {
				v.Fail(one.path, "InvalidArgument: Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type. (with %s)", other.path)
			}
		}
	}
}

// overlaps says whether one object's event would be told by both.
func (t told) overlaps(other told) bool {
	prefixes := strings.HasPrefix(t.prefix, other.prefix) || strings.HasPrefix(other.prefix, t.prefix)
	suffixes := strings.HasSuffix(t.suffix, other.suffix) || strings.HasSuffix(other.suffix, t.suffix)
	return prefixes && suffixes && slices.ContainsFunc(t.events, func(a string) bool {
		return slices.ContainsFunc(other.events, func(b string) bool { return wildcard(a, b) || wildcard(b, a) })
	})
}
