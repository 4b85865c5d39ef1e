package stateful

import (
	"regexp"
	"strings"
	"testing"
)

func TestHolds(t *testing.T) {
	t.Parallel()
	const prefix = "urn:pulumi:acme::cell::"
	for urn, want := range map[string]string{
		prefix + "aws:kms/key:Key::acme-data": "the only key to what it has encrypted",
		prefix + "cellworks:clientcell:Cell$cellworks:bucket:Bucket$aws:s3/bucketV2:BucketV2::inbound": "its objects with all their versions",
		prefix + "cellworks:bucket:Bucket$aws:s3/bucketPolicy:BucketPolicy::inbound":                   "",
		prefix + "cellworks:servergroup:Group$aws:autoscaling/group:Group::vault":                      "the servers whose disks have the Raft data of Consul or Vault",
		prefix + "cellworks:ecscluster:Cluster$aws:autoscaling/group:Group::nodes":                     "",
		prefix + "aws:autoscaling/group:Group::nodes":                                                  "",
		prefix + "cellworks:clientcell:Cell$cellworks:clientcell:SignOn$okta:idp/saml:Saml::acme":      "the people who sign in by a client's own provider, and the address that it sends them back to",
		prefix + "cellworks:clientcell:Cell$cellworks:transfer:Server$aws:ec2/eip:Eip::acme-sftp-1":    "an address that clients' networks let their programs out to",
		prefix + "cellworks:network:Network$aws:ec2/eip:Eip::nat":                                      "",
		prefix + "cellworks:bucket:Bucket::aws:s3/bucketV2:BucketV2 in a name::that is odd":            "",
		"no urn": "",
	} {
		if got := Holds(urn); got != want {
			t.Errorf("Holds(%q) = %q, want %q", urn, got, want)
		}
	}
}

// A misspelled token would protect nothing, so each must have the form of its
// package: the resource's own name stands in it twice.
func TestTokensAreWellFormed(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^(aws|vault|okta|datadog):[a-zA-Z0-9]+/([a-z][a-zA-Z0-9]+):([A-Z][a-zA-Z0-9]+)$`)
	for token, what := range held {
		own := token[strings.LastIndexByte(token, '$')+1:]
		match := form.FindStringSubmatch(own)
		if match == nil || !strings.EqualFold(match[2][:1], match[3][:1]) || match[2][1:] != match[3][1:] {
			t.Errorf("%s is no type token", token)
		}
		if what == "" || strings.HasSuffix(what, ".") {
			t.Errorf("%s holds %q, want words for the middle of a sentence", token, what)
		}
	}
}
