package kms_test

import (
	"testing"

	"cellworks/pkg/clientcell/kms"
)

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	const want = `key "acme": client, account id, region and deployment role must be set`
	if _, err := kms.New(nil, "acme", kms.Args{Client: "acme", Region: "us-east-1"}); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
