package quota

import (
	"cellworks/pkg/config"
	"cellworks/pkg/servicequota"
)

// simulated are the names that the simulated cloud has for quotas that it enforces and an
// account can have raised.
func simulated() map[string]string {
	return map[string]string{
		servicequota.ListenerRules:   "rules per balancer",
		servicequota.Certificates:    "certificates per balancer",
		servicequota.Roles:           "roles per account",
		servicequota.Policies:        "policies per account",
		servicequota.SecurityGroups:  "groups per region",
		servicequota.Subnets:         "subnets per VPC",
		servicequota.Buckets:         "buckets per account",
		servicequota.DBInstances:     "DB instances per region",
		servicequota.TransferServers: "transfer servers per region",
		servicequota.VPCs:            "VPCs per region",
		servicequota.Addresses:       "addresses per region",
		servicequota.Balancers:       "load balancers per region",
	}
}

// Simulated returns the quotas that accounts have raised, by account id and the name that
// the simulated cloud has for each.
func Simulated(org config.Organization) map[string]map[string]int {
	all := map[string]map[string]int{}
	for _, account := range org.Accounts {
		raised := map[string]int{}
		for name, value := range account.Quotas {
			if there, ok := simulated()[name]; ok {
				raised[there] = value
			}
		}
		all[account.ID] = raised
	}
	return all
}
