package resource

import (
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/schema"
)

// What AWS asks of tags. Source: docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html, "Tag naming limits".
const (
	mostTags      = 50
	longestTagKey = 128
	longestTag    = 256
)

// checkTags refuses tags as the thing's service does.
func checkTags(c *Call, kind *Kind) error {
	tags := c.In.Obj("tags")
	invalid, tooMany := tagFaults(kind.Service)
	if len(tags) > mostTags {
		return Faultf(tooMany, "More than %d tags specified: %d", mostTags, len(tags))
	}
	keys := make([]string, 0, len(tags))
	for k := range tags {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		switch {
		case strings.HasPrefix(strings.ToLower(k), "aws:"):
			return Faultf(invalid, "Tag keys starting with 'aws:' are reserved for internal use: %s", k)
		case k == "" || len([]rune(k)) > longestTagKey:
			return Faultf(invalid, "Tag keys have 1 to %d characters: %q", longestTagKey, k)
		case len([]rune(tags.Str(k))) > longestTag:
			return Faultf(invalid, "Tag values have at most %d characters: the value of %s has %d", longestTag, k, len([]rune(tags.Str(k))))
		}
	}
	return nil
}

// tagFaults are the codes with which a service refuses a tag and too many of them.
func tagFaults(service string) (invalid, tooMany string) {
	switch service {
	case "EC2":
		return "InvalidParameterValue", "TagLimitExceeded"
	case "S3":
		return "InvalidTag", "BadRequest"
	case "KMS":
		return "TagException", "LimitExceededException"
	case "IAM":
		return "InvalidInput", "LimitExceeded"
	case "ACM":
		return "InvalidTagException", "TooManyTagsException"
	case "Elastic Load Balancing v2":
		return "ValidationError", "TooManyTags"
	case "Route 53":
		return "InvalidInput", "InvalidInput"
	}
	return "InvalidParameterException", "InvalidParameterException"
}

// Taggable says whether a type takes tags.
func Taggable(r *schema.Resource) bool { _, ok := r.Inputs["tags"]; return ok }
