package storage_test

import (
	"testing"

	"cellworks/pkg/clientcell/storage"
)

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	for want, args := range map[string]storage.Args{
		`storage "acme": client, account id, region and deployment role must be set`: {},
		`storage "acme": key is not set`:                                             {Client: "acme", AccountID: "1", Region: "us-east-1", DeployRole: "deployer"},
	} {
		if _, err := storage.New(nil, "acme", args); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
