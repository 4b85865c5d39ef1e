package naming_test

import (
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfTheClusterAreFixed(t *testing.T) {
	t.Parallel()
	for got, want := range map[string]string{
		naming.UtilityKeyAlias("ecs", "storage"):                  "alias/utility/ecs/storage",
		naming.SessionLogGroup("ecs"):                             "/utility/ecs/sessions",
		naming.FirewallLogGroup("cells-public"):                   "aws-waf-logs-cells-public",
		naming.ServiceZone("us-east-1", "nonprod", "example.com"): "us-east-1.nonprod.svc.example.com",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if !strings.HasPrefix(naming.UtilityKeyAlias("ecs", "storage"), "alias"+naming.UtilityPath) {
		t.Error("the deployment role may not make the alias")
	}
}
