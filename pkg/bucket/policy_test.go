package bucket_test

import (
	"encoding/json"
	"slices"
	"testing"
)

// What a request to store an object says of its encryption, as policies see it
// (docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
const (
	headerKind     = "s3:x-amz-server-side-encryption"
	headerKey      = "s3:x-amz-server-side-encryption-aws-kms-key-id"
	headerCustomer = "s3:x-amz-server-side-encryption-customer-algorithm"
)

// denies says whether a statement denies a request to store an object, as IAM decides: an
// operator that negates, and one with IfExists, is met where the key is not there
// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func denies(t *testing.T, policy string, request map[string]string) []string {
	t.Helper()
	var document struct {
		Statement []struct {
			Sid, Effect string
			Action      []string
			Condition   map[string]map[string][]string
		}
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatal(err)
	}
	var by []string
	for _, s := range document.Statement {
		met := s.Effect == "Deny" && (slices.Contains(s.Action, "s3:PutObject") || slices.Contains(s.Action, "s3:*"))
		for operator, keys := range s.Condition {
			for key, values := range keys {
				value, there := request[key]
				switch operator {
				case "Bool", "StringEquals":
					met = met && there && slices.Contains(values, value)
				case "NumericLessThan":
					met = met && there && value < values[0]
				case "StringNotEquals", "StringNotEqualsIfExists":
					met = met && !(there && slices.Contains(values, value))
				case "Null":
					met = met && (values[0] == "true") != there
				default:
					t.Fatalf("the test does not know condition operator %s", operator)
				}
			}
		}
		if met {
			by = append(by, s.Sid)
		}
	}
	return by
}

// TestObjectsGetTheBucketsKey holds that a request which names no encryption, as those of
// SFTP and of most programs are, is let through, and gets the bucket's default; and that
// none gets another key, AWS's own included, which is what one without a key gets that asks
// for KMS (docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html).
func TestObjectsGetTheBucketsKey(t *testing.T) {
	t.Parallel()
	policy := record(t, locked()).Strings("aws:s3/bucketPolicy:BucketPolicy", "policy")[0]
	for name, tc := range map[string]struct {
		request map[string]string
		want    []string
	}{
		"nothing said":             {map[string]string{}, nil},
		"the bucket's key":         {map[string]string{headerKind: "aws:kms", headerKey: keyARN}, nil},
		"another key":              {map[string]string{headerKind: "aws:kms", headerKey: keyARN + "0"}, []string{"DenyOtherKeys"}},
		"KMS without a key":        {map[string]string{headerKind: "aws:kms"}, []string{"DenyUnnamedKeys"}},
		"S3's own keys":            {map[string]string{headerKind: "AES256"}, []string{"DenyOtherEncryption"}},
		"twice by KMS":             {map[string]string{headerKind: "aws:kms:dsse", headerKey: keyARN}, []string{"DenyOtherEncryption"}},
		"a key that S3 never sees": {map[string]string{headerCustomer: "AES256"}, []string{"DenyCustomerKeys"}},
	} {
		tc.request["aws:SecureTransport"], tc.request["s3:TlsVersion"] = "true", "1.3"
		if got := denies(t, policy, tc.request); !slices.Equal(got, tc.want) {
			t.Errorf("%s: denied by %q, want %q", name, got, tc.want)
		}
	}
}
