package naming_test

import (
	"regexp"
	"strings"
	"testing"

	"cellworks/pkg/naming"
)

func TestNamesOfLogsHoldTheClient(t *testing.T) {
	t.Parallel()
	if got := naming.LogReaders("acme"); got != "logs-client-acme" || !strings.HasPrefix(got, naming.LogReadersPrefix) {
		t.Errorf("LogReaders = %s, want logs-client-acme", got)
	}
	if got := naming.LogIndexes("acme"); got != "logs-acme-*" {
		t.Errorf("LogIndexes = %s, want logs-acme-*", got)
	}
}

// The form is that of CreateDomain
// (docs.aws.amazon.com/opensearch-service/latest/APIReference/API_CreateDomain.html).
func TestSearchDomainIsADomainName(t *testing.T) {
	t.Parallel()
	if got := naming.SearchDomain("elk"); got != "utility-elk" || !regexp.MustCompile(`^[a-z][a-z0-9-]{2,27}$`).MatchString(got) {
		t.Errorf("SearchDomain = %s, want utility-elk", got)
	}
}
