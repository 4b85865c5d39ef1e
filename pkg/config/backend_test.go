package config_test

import (
	"testing"

	"cellworks/pkg/config"
)

func TestWhereStateIs(t *testing.T) {
	t.Parallel()
	for backend, want := range map[config.Backend][5]string{
		{URL: "s3://meridian-pulumi-state?region=us-east-1", SecretsProvider: "awskms://alias/pulumi?region=us-east-1"}: {"meridian-pulumi-state", "", "us-east-1", "alias/pulumi", "us-east-1"},
		{URL: "s3://state/deep/er/", SecretsProvider: "awskms:///arn:aws:kms:eu-west-1:111111111111:key/1234"}:          {"state", "deep/er", "", "arn:aws:kms:eu-west-1:111111111111:key/1234", ""},
		{URL: "file:///state", SecretsProvider: "passphrase"}:                                                           {},
		{URL: "s3://", SecretsProvider: "awskms://"}:                                                                    {},
		{}: {},
	} {
		bucket, prefix, region, isBucket := backend.Bucket()
		key, keyRegion, isKey := backend.Key()
		if got := [5]string{bucket, prefix, region, key, keyRegion}; got != want || isBucket != (want[0] != "") || isKey != (want[3] != "") {
			t.Errorf("%+v: %q %v %v, want %q", backend, got, isBucket, isKey, want)
		}
	}
}
