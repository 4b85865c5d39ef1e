package config_test

import "testing"

const (
	laboratory = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC1xFkK3JrBEAWJ8qfusMvXIUw+xkDzE2wIlhxeSGkiB lab"
	billing    = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKH85DY4VP+IjP9Ljnh11gDCaCOQQSqM95s30LERSLD6"
)

func TestErrorsOfSFTP(t *testing.T) {
	t.Parallel()
	buckets := "storage: {buckets: [{name: inbound}]}"
	checkWrong(t, []wrong{
		{"nobody to send", cell(buckets, "sftp: {enabled: true, mode: dedicated}"), []string{
			`configs/clients/acme/cell.yaml:6:17: sftp.enabled: no user is listed, want at least one (list who sends files in sftp.users, or set sftp.enabled: false)`,
			`configs/clients/acme/cell.yaml:6:29: sftp.mode: nobody may connect to the client's own server (for example: allowedCIDRs: [203.0.113.0/24])`,
		}},
		{"users without keys, buckets and folders of their own", cell(buckets, "sftp:", "  enabled: true", "  mode: dedicated", "  allowedCIDRs: [203.0.113.0/24, 0.0.0.0/0, 10.1.0.0/16]", "  users:",
			"    - {name: lab, keys: []}",
			"    - {name: a, bucket: inbond, keys: ['ssh-rsa "+billing[len("ssh-ed25519 "):]+"']}",
			"    - {name: b, prefix: in, keys: ['"+laboratory+"']}",
			"    - {name: c, prefix: in/c, keys: ['"+billing[:len(billing)-8]+"', '"+billing+"']}",
			"    - {name: d, keys: ['"+billing+"', '"+laboratory+"', '"+billing+" again']}"), []string{
			`configs/clients/acme/cell.yaml:9:18: sftp.allowedCIDRs[0]: the network of nonprod us-east-1 lets no SFTP in from 203.0.113.0/24 (add it to network.sftpCIDRs in accounts/nonprod/us-east-1/base.yaml)`,
			`configs/clients/acme/cell.yaml:9:34: sftp.allowedCIDRs[1]: 0.0.0.0/0 is everybody (name the networks that files come from)`,
			`configs/clients/acme/cell.yaml:9:45: sftp.allowedCIDRs[2]: 10.1.0.0/16 is in 10.0.0.0/8, want a network of the Internet (SFTP servers are in the public tier, which lets no private network in)`,
			`configs/clients/acme/cell.yaml:11:25: sftp.users[lab].keys: 0 items are listed, want 1 to 10`,
			`configs/clients/acme/cell.yaml:12:25: sftp.users[a].bucket: the cell has no bucket "inbond" (did you mean "inbound"? its buckets: inbound)`,
			`configs/clients/acme/cell.yaml:12:40: sftp.users[a].keys[0]: the line says ssh-rsa, the key says "ssh-ed25519" (copy the whole line of the .pub file)`,
			`configs/clients/acme/cell.yaml:14:25: sftp.users[c].prefix: the folder in/c of bucket inbound is also that of user b at configs/clients/acme/cell.yaml:13:25 (give each user a folder that is not in another's)`,
			`configs/clients/acme/cell.yaml:14:38: sftp.users[c].keys[0]: the key is not complete (copy the whole line of the .pub file)`,
			`configs/clients/acme/cell.yaml:15:196: sftp.users[d].keys[2]: the key is already keys[0] (list each once)`,
		}},
		{"a server that is nowhere", cell(buckets, "sftp: {enabled: true, users: [{name: lab, keys: ['"+laboratory+"']}]}"), []string{
			`configs/clients/acme/cell.yaml:6:17: sftp.enabled: module sftp of cells in nonprod us-east-1 needs application sftp, which is disabled there (enable it in the utility.yaml of an account, or set sftp.enabled: false)`,
		}},
		{"a server for nobody and everybody", map[string]string{
			"accounts/nonprod/utility.yaml":           "sftp: {enabled: true}\n",
			"accounts/nonprod/us-west-2/utility.yaml": "sftp: {allowedCIDRs: [0.0.0.0/0, 198.51.100.0/24]}\n",
			"accounts/nonprod/us-east-1/base.yaml":    "network: {sftpCIDRs: [10.0.0.0/8, 203.0.113.0/24, 203.0.113.0/24]}\n",
		}, []string{
			`configs/accounts/nonprod/us-east-1/base.yaml:1:23: network.sftpCIDRs[0]: 10.0.0.0/8 is in 10.0.0.0/8, want a network of the Internet (SFTP servers are in the public tier, which lets no private network in)`,
			`configs/accounts/nonprod/us-east-1/base.yaml:1:51: network.sftpCIDRs[2]: 203.0.113.0/24 is already listed as sftpCIDRs[1] (list each once)`,
			`configs/accounts/nonprod/us-west-2/utility.yaml:1:23: sftp.allowedCIDRs[0]: 0.0.0.0/0 is everybody (name the networks that files come from)`,
			`configs/accounts/nonprod/us-west-2/utility.yaml:1:34: sftp.allowedCIDRs[1]: the network of nonprod us-west-2 lets no SFTP in from 198.51.100.0/24 (add it to network.sftpCIDRs in accounts/nonprod/us-west-2/base.yaml)`,
			`configs/accounts/nonprod/utility.yaml:1:17: sftp.enabled: nobody may connect to the server (for example: allowedCIDRs: [203.0.113.0/24])`,
		}},
	})
}

func TestSendersLetIn(t *testing.T) {
	t.Parallel()
	files := cell("storage: {buckets: [{name: inbound}]}", "sftp: {enabled: true, mode: dedicated, allowedCIDRs: [203.0.113.7/32], users: [{name: lab, keys: ['"+laboratory+"', '"+billing+"']}]}")
	files["accounts/nonprod/us-east-1/base.yaml"] = "network: {sftpCIDRs: [203.0.113.0/24]}\n"
	user := mustCell(t, mustLoad(t, files), "acme").SFTP.Users[0]
	if user.Folder() != "lab" || user.Bucket != "inbound" {
		t.Errorf("user sends to %s/%s, want inbound/lab", user.Bucket, user.Folder())
	}
}
