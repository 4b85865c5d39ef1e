package trail_test

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cellworks/pkg/trail"
)

func TestWatchesAreTheSectionsOfCIS(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for i, watch := range trail.Watches() {
		if want := fmt.Sprintf("4.%d", i+1); watch.Section != want {
			t.Errorf("watch %d is section %s, want %s", i+1, watch.Section, want)
		}
		for _, value := range []string{watch.Name, watch.Metric, watch.Control, watch.Pattern} {
			if value == "" || seen[value] {
				t.Errorf("%s: %q is empty or also another's", watch.Section, value)
			}
			seen[value] = true
		}
		if len(watch.Pattern) > 1024 {
			t.Errorf("%s: pattern of %d characters is too long, want at most 1024 (PutMetricFilter)", watch.Section, len(watch.Pattern))
		}
	}
	if n := len(trail.Watches()); n != 14 {
		t.Errorf("%d watches, want 14", n)
	}
}

func TestPatternsFindTheirEvents(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		what  string
		event map[string]string
		want  string
	}{
		{"refused call", map[string]string{"errorCode": "Client.UnauthorizedOperation", "eventName": "RunInstances"}, "4.1"},
		{"refused call of KMS", map[string]string{"errorCode": "AccessDeniedException", "eventName": "Decrypt"}, "4.1"},
		{"sign-in with a password alone", signIn("IAMUser", "No", "Success"), "4.2"},
		{"sign-in with a second factor", signIn("IAMUser", "Yes", "Success"), ""},
		{"federated sign-in", signIn("AssumedRole", "No", "Success"), ""},
		{"root user", map[string]string{"userIdentity.type": "Root", "eventType": "AwsApiCall", "eventName": "ListBuckets"}, "4.3"},
		{"service for the root user", map[string]string{"userIdentity.type": "Root", "userIdentity.invokedBy": "support.amazonaws.com", "eventType": "AwsApiCall"}, ""},
		{"policy attached", map[string]string{"eventSource": "iam.amazonaws.com", "eventName": "AttachRolePolicy"}, "4.4"},
		{"trail stopped", map[string]string{"eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging"}, "4.5"},
		{"wrong password", map[string]string{"eventName": "ConsoleLogin", "errorMessage": "Failed authentication", "additionalEventData.MFAUsed": "Yes"}, "4.6"},
		{"key scheduled for deletion", map[string]string{"eventSource": "kms.amazonaws.com", "eventName": "ScheduleKeyDeletion"}, "4.7"},
		{"bucket policy", map[string]string{"eventSource": "s3.amazonaws.com", "eventName": "PutBucketPolicy"}, "4.8"},
		{"recorder stopped", map[string]string{"eventSource": "config.amazonaws.com", "eventName": "StopConfigurationRecorder"}, "4.9"},
		{"security group", map[string]string{"eventSource": "ec2.amazonaws.com", "eventName": "AuthorizeSecurityGroupIngress"}, "4.10"},
		{"network ACL", map[string]string{"eventSource": "ec2.amazonaws.com", "eventName": "ReplaceNetworkAclEntry"}, "4.11"},
		{"gateway", map[string]string{"eventSource": "ec2.amazonaws.com", "eventName": "AttachInternetGateway"}, "4.12"},
		{"route", map[string]string{"eventSource": "ec2.amazonaws.com", "eventName": "ReplaceRoute"}, "4.13"},
		{"route of another service", map[string]string{"eventSource": "appmesh.amazonaws.com", "eventName": "CreateRoute"}, ""},
		{"peering", map[string]string{"eventSource": "ec2.amazonaws.com", "eventName": "AcceptVpcPeeringConnection"}, "4.14"},
		{"plain read", map[string]string{"eventSource": "ec2.amazonaws.com", "eventName": "DescribeVpcs", "eventType": "AwsApiCall"}, ""},
	} {
		var got []string
		for _, watch := range trail.Watches() {
			p := &parser{tokens: tokenize(watch.Pattern), event: tc.event}
			matched := p.any()
			if p.next() != "" || p.failed {
				t.Fatalf("%s: pattern does not parse: %s", watch.Section, watch.Pattern)
			}
			if matched {
				got = append(got, watch.Section)
			}
		}
		if !slices.Equal(got, strings.Fields(tc.want)) {
			t.Errorf("%s raises %q, want %q", tc.what, got, tc.want)
		}
	}
}

func signIn(kind, factor, result string) map[string]string {
	return map[string]string{
		"eventName": "ConsoleLogin", "userIdentity.type": kind, "additionalEventData.MFAUsed": factor, "responseElements.ConsoleLogin": result,
	}
}

// tokenize splits a filter pattern, without its braces, into words, parentheses
// and operators; what is in quotes is one word.
func tokenize(pattern string) []string {
	return regexp.MustCompile(`"[^"]*"|&&|\|\||!=|[=()]|[^\s"=!()&|{}]+`).FindAllString(pattern, -1)
}

// parser evaluates what the patterns use of the language of CloudWatch Logs
// (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html).
type parser struct {
	tokens []string
	event  map[string]string
	failed bool
}

func (p *parser) next() string {
	if len(p.tokens) == 0 {
		return ""
	}
	return p.tokens[0]
}

func (p *parser) take() string {
	token := p.next()
	if token == "" {
		p.failed = true
		return ""
	}
	p.tokens = p.tokens[1:]
	return token
}

func (p *parser) any() bool {
	matched := p.all()
	for p.next() == "||" {
		p.take()
		other := p.all()
		matched = matched || other
	}
	return matched
}

func (p *parser) all() bool {
	matched := p.one()
	for p.next() == "&&" {
		p.take()
		other := p.one()
		matched = matched && other
	}
	return matched
}

func (p *parser) one() bool {
	token := p.take()
	if token == "(" {
		matched := p.any()
		p.failed = p.failed || p.take() != ")"
		return matched
	}
	field, ok := strings.CutPrefix(token, "$.")
	p.failed = p.failed || !ok
	value, there := p.event[field]
	switch operator := p.take(); operator {
	case "NOT":
		p.failed = p.failed || p.take() != "EXISTS"
		return !there
	case "=", "!=":
		matched, err := path.Match(strings.Trim(p.take(), `"`), value)
		p.failed = p.failed || err != nil
		// A field that is not there matches no comparison.
		return there && matched == (operator == "=")
	default:
		p.failed = true
		return false
	}
}
