package naming_test

import (
	"testing"

	"cellworks/pkg/naming"
)

func TestARNCarriesThePartitionOfTheRegion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ region, want string }{
		{"us-east-1", "arn:aws:iam::111122223333:role/deployer"},
		{"us-gov-west-1", "arn:aws-us-gov:iam::111122223333:role/deployer"},
		{"cn-north-1", "arn:aws-cn:iam::111122223333:role/deployer"},
	} {
		if got := naming.ARN(tc.region, "iam", "", "111122223333", "role/deployer"); got != tc.want {
			t.Errorf("ARN in %s = %s, want %s", tc.region, got, tc.want)
		}
	}
}
