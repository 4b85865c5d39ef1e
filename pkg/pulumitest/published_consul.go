package pulumitest

import (
	"testing"

	"cellworks/pkg/config"
	"cellworks/pkg/contract"
	"cellworks/pkg/naming"
	"cellworks/pkg/userdata"
)

// Consuls returns what the consul stacks of tree publish when they are up.
func Consuls(t testing.TB, tree *config.Tree) Stacks {
	t.Helper()
	return applications(t, tree, config.ApplicationConsul, func(cfg config.Utility) any {
		id, region := cfg.Account.ID, cfg.Region.Name
		host, ports := "consul."+region+"."+cfg.Account.Name+".int."+tree.Organization().Domain, userdata.DefaultConsulPorts()
		return contract.Consul{
			Address: "https://" + host, Host: host, Port: ports.HTTPS, ProxyPort: ports.GRPCTLS, Datacenter: region, Domain: "consul", DNS: cfg.Consul.DNS,
			CertificateNames: []string{"server." + region + ".consul", host}, JoinTag: naming.TagJoin, JoinTagValue: naming.ServerCluster(cfg.Account.Name, region, config.ApplicationConsul),
			ServerSecurityGroupID: "sg-consul", BalancerSecurityGroupID: "sg-consul-balancer",
			SecretARNs:   map[string]string{"ca": naming.ARN(region, "secretsmanager", region, id, "secret:utility/consul/ca-abcdef")},
			SecretKeyARN: naming.ARN(region, "kms", region, id, "key/consul-secrets"),
			RoleARN:      naming.ARN(region, "iam", "", id, "role/utility/consul"), GroupName: "consul", SnapshotBucket: "consul-snapshots",
			Tasks: contract.ConsulTasks{Enabled: cfg.Consul.Tasks.Enabled, Image: cfg.Consul.Tasks.Image, DataplaneImage: cfg.Consul.Tasks.DataplaneImage},
		}
	})
}
