package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// Listening is the account whose load balancer answers at a host name and port, as the records of all hosted zones say.
// It fails as a connection would: no such host, or nothing that listens. Whoever asks is taken to see private zones; a
// record that holds addresses is taken at its word. Port 0 is any.
func Listening(tx *store.Tx, host string, port int) (account string, err error) {
	record := recordOf(tx, host)
	if record == nil {
		return "", fmt.Errorf("lookup %s: no such host", host)
	}
	target := ""
	if list, ok := record.Outputs["aliases"].([]any); ok && len(list) > 0 {
		alias, _ := list[0].(map[string]any)
		target, _ = alias["name"].(string)
	} else if prop(record, "type") == "CNAME" {
		values, _ := record.Outputs["records"].([]any)
		target, _ = values[0].(string)
	} else {
		return record.Account, nil
	}
	owner, ok := tx.Owner(balancerDNS(strings.TrimPrefix(zoneName(target), "dualstack.")))
	if !ok {
		return "", fmt.Errorf("lookup %s: no such host", zoneName(target))
	}
	balancer := tx.Get(owner)
	if balancer == nil {
		return "", fmt.Errorf("lookup %s: no such host", zoneName(target))
	}
	if _, ok := tx.Owner(fmt.Sprintf("listener/%s/%d", balancer.ARN, port)); !ok && port != 0 {
		return "", fmt.Errorf("tcp %s:%d: i/o timeout", host, port)
	}
	return balancer.Account, nil
}

// recordOf is a record of addresses for a name, or nil.
func recordOf(tx *store.Tx, host string) (found *store.Object) {
	tx.Each(tokZone, "", "", func(z *store.Object) bool {
		if domain := zoneName(prop(z, "name")); host != domain && !strings.HasSuffix(host, "."+domain) {
			return true
		}
		for _, typ := range []string{"A", "AAAA", "CNAME"} {
			for _, k := range tx.Named(recordName(z, host, typ) + "/") {
				found = tx.Get(k)
			}
		}
		return found == nil
	})
	return found
}

// RoleExists says whether an IAM role with an ARN exists.
func RoleExists(tx *store.Tx, arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return false
	}
	o := tx.Get(store.Key{Type: tokRole, Account: parts[4], Region: resource.Global, ID: arn[strings.LastIndexByte(arn, '/')+1:]})
	return o != nil && o.ARN == arn
}
