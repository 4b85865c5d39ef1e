package config_test

import "testing"

// TestHostsOfOthersAreRefused holds that no client answers for what people, or the programs
// of other clients, look for elsewhere.
func TestHostsOfOthersAreRefused(t *testing.T) {
	t.Parallel()
	const zone = ".us-east-1.nonprod.example.com"
	with := func(files map[string]string, name, text string) map[string]string {
		files[name] = text
		return files
	}
	vanity := func(host string, more ...string) map[string]string {
		return cell(append([]string{"ingress: {vanityNames: [{name: a, host: " + host + zone + ", service: api}]}"}, more...)...)
	}
	host := func(host string) map[string]string {
		return cell("services: {items: [{name: api, host: " + host + "}]}")
	}
	birch := func(files map[string]string, more string) map[string]string {
		return with(files, "clients/birch/cell.yaml", smallest(1)+more)
	}
	checkWrong(t, []wrong{
		{"the server that all clients send files to", host("sftp"), []string{
			`configs/clients/acme/cell.yaml:5:38: services.items[api].host: host "sftp" of nonprod us-east-1 is already that of application sftp (give the service a host of its own)`,
		}},
		{"Vault", host("vault"), []string{
			`configs/clients/acme/cell.yaml:5:38: services.items[api].host: host "vault" of nonprod us-east-1 is already that of application vault (give the service a host of its own)`,
		}},
		{"Jenkins under another name", with(host("build"), "accounts/nonprod/utility.yaml", "jenkins: {host: build}\n"), []string{
			`configs/clients/acme/cell.yaml:5:38: services.items[api].host: host "build" of nonprod us-east-1 is already that of application jenkins (give the service a host of its own)`,
		}},
		{"a client that is called as the search is", map[string]string{"clients/logs/cell.yaml": smallest(1)}, []string{
			`configs/clients/logs/cell.yaml:1:1: services.items[api].host: host "logs" of nonprod us-east-1 is already that of application elk (give the service a host of its own)`,
		}},
		{"below the search", vanity("acme.logs"), []string{
			`configs/clients/acme/cell.yaml:5:41: ingress.vanityNames[a].host: host "acme.logs" of nonprod us-east-1 lies below "logs", which is that of application elk (for example: www.acme.us-east-1.nonprod.example.com)`,
		}},
		{"below the name of a client", birch(vanity("www.birch"), ""), []string{
			`configs/clients/acme/cell.yaml:5:41: ingress.vanityNames[a].host: host "www.birch" of nonprod us-east-1 lies below "birch", which is that of client birch (for example: www.acme.us-east-1.nonprod.example.com)`,
		}},
		{"the server of a client", birch(vanity("sftp.birch"), ""), []string{
			`configs/clients/acme/cell.yaml:5:41: ingress.vanityNames[a].host: host "sftp.birch" of nonprod us-east-1 lies below "birch", which is that of client birch (for example: www.acme.us-east-1.nonprod.example.com)`,
		}},
		{"the name of a client that does not answer for it", birch(host("birch"), "ingress: {enabled: false}\n"), []string{
			`configs/clients/acme/cell.yaml:5:38: services.items[api].host: host "birch" of nonprod us-east-1 is already that of client birch (give the service a host of its own)`,
		}},
		{"below the host of a client that comes later", birch(vanity("www.a.portal"), "services: {items: [{name: api, host: portal}]}\n"), []string{
			`configs/clients/acme/cell.yaml:5:41: ingress.vanityNames[a].host: host "www.a.portal" of nonprod us-east-1 lies below "portal", which is that of client birch (for example: www.acme.us-east-1.nonprod.example.com)`,
		}},
		{"the client's own server", with(vanity("sftp.acme", "storage: {buckets: [{name: inbound}]}", "sftp: {enabled: true, mode: dedicated, allowedCIDRs: [203.0.113.0/24], users: [{name: lab, keys: ['"+laboratory+"']}]}"),
			"accounts/nonprod/us-east-1/base.yaml", "network: {sftpCIDRs: [203.0.113.0/24]}\n"), []string{
			`configs/clients/acme/cell.yaml:5:41: ingress.vanityNames[a].host: host "sftp.acme" is already that of sftp.mode at configs/clients/acme/cell.yaml:7:29 (give each exposed service a host of its own)`,
		}},
	})
	for name, files := range map[string]map[string]string{
		"below its own name":                  vanity("www.acme"),
		"a name that ends as another's":       birch(vanity("silverbirch"), ""),
		"a name that begins as another's":     birch(host("birch-two"), ""),
		"another client's in another region":  with(host("birch"), "clients/birch/cell.yaml", "account: nonprod\nregion: us-west-2\nslot: 0\nring: canary\n"),
		"a name that Jenkins has given up":    with(host("jenkins"), "accounts/nonprod/utility.yaml", "jenkins: {host: build}\n"),
		"a client called vault with its host": {"clients/vault/cell.yaml": smallest(1) + "ingress: {host: safe}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mustLoad(t, files)
		})
	}
}
