package naming_test

import (
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

func TestRolesOfCellsAreInTheirPath(t *testing.T) {
	t.Parallel()
	role := naming.CellStorageRole("acme", naming.RoleScan)
	if got, want := naming.CellRoleARN("111122223333", "us-gov-west-1", "acme", role), "arn:aws-us-gov:iam::111122223333:role/cell/acme/acme-storage-scan"; got != want {
		t.Errorf("ARN = %s, want %s", got, want)
	}
	for _, name := range naming.CellServiceRoles("acme") {
		if strings.HasSuffix(name, "-task") {
			t.Errorf("role %s of a service of AWS is named as that of a task", name)
		}
	}
	if made, err := naming.Role("acme", "storage", naming.RoleScan); err != nil || made != role {
		t.Errorf("role = %s, %v, want %s as every role of a cell is named", made, err, role)
	}
}
