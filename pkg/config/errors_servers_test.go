package config_test

import (
	"testing"

	"cellworks/pkg/config"
)

func TestErrorsOfServers(t *testing.T) {
	t.Parallel()
	utility := func(text string) map[string]string {
		return map[string]string{"accounts/nonprod/utility.yaml": text + "\n"}
	}
	checkWrong(t, []wrong{
		{"values", utility("consul: {servers: {count: 4, instanceType: big, image: debian, version: latest, checksum: 12ab, dataVolumeGiB: 1}, snapshots: {everyHours: 5, retentionDays: 0, objectLock: maybe, region: mars}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:27: consul.servers.count: 4 is not known, want one of 3, 5`,
			`configs/accounts/nonprod/utility.yaml:1:44: consul.servers.instanceType: "big" is not valid, want an instance type, such as m7g.large`,
			`configs/accounts/nonprod/utility.yaml:1:56: consul.servers.image: "debian" is not valid, want the id of an AMI, or the name of a parameter that begins with /`,
			`configs/accounts/nonprod/utility.yaml:1:73: consul.servers.version: "latest" is not valid, want a version, such as 1.22.0`,
			`configs/accounts/nonprod/utility.yaml:1:91: consul.servers.checksum: "12ab" is not valid, want 64 hexadecimal digits`,
			`configs/accounts/nonprod/utility.yaml:1:112: consul.servers.dataVolumeGiB: 1 is out of range, want 10 to 16384`,
			`configs/accounts/nonprod/utility.yaml:1:140: consul.snapshots.everyHours: 5 is not known, want one of 1, 2, 3, 4, 6, 8, 12, 24`,
			`configs/accounts/nonprod/utility.yaml:1:158: consul.snapshots.retentionDays: 0 is out of range, want 1 to 3650`,
			`configs/accounts/nonprod/utility.yaml:1:173: consul.snapshots.objectLock: "maybe" is not known, want one of compliance, governance, none`,
			`configs/accounts/nonprod/utility.yaml:1:188: consul.snapshots.region: "mars" is not valid, want the name of a region`,
		}},
		{"vault", utility("vault: {auditVolumeGiB: 5, storage: dynamodb, tls: none, seal: {deletionWindowDays: 5}, logRetentionDays: 2}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:25: vault.auditVolumeGiB: 5 is out of range, want 10 to 16384`,
			`configs/accounts/nonprod/utility.yaml:1:37: vault.storage: "dynamodb" is not known, want one of raft, consul`,
			`configs/accounts/nonprod/utility.yaml:1:52: vault.tls: "none" is not known, want one of reencrypt, passthrough`,
			`configs/accounts/nonprod/utility.yaml:1:85: vault.seal.deletionWindowDays: 5 is out of range, want 7 to 30`,
			`configs/accounts/nonprod/utility.yaml:1:107: vault.logRetentionDays: 2 is not known, want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
		}},
		{"networks, images and regions", utility("consul: {enabled: true, allowedCIDRs: [], servers: {image: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}}\n" +
			"vault: {enabled: true, allowedCIDRs: [10.0.0.0/8, 10.0.0.0/8], servers: {instanceType: m7i.large, image: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64}, snapshots: {region: eu-west-1}}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:39: consul.allowedCIDRs: no network may connect, want at least one (for example: allowedCIDRs: [10.0.0.0/8])`,
			`configs/accounts/nonprod/utility.yaml:1:60: consul.servers.image: the image is for x86_64, but m7g.large has arm64 (take the parameter for arm64)`,
			`configs/accounts/nonprod/utility.yaml:2:51: vault.allowedCIDRs[1]: 10.0.0.0/8 is already listed as allowedCIDRs[0] (list each once)`,
			`configs/accounts/nonprod/utility.yaml:2:106: vault.servers.image: the image is for arm64, but m7i.large has x86_64 (take the parameter for x86_64)`,
			`configs/accounts/nonprod/utility.yaml:2:197: vault.snapshots.region: account nonprod has no region "eu-west-1", want one of us-east-1, us-west-2`,
		}},
		{"storage that is switched off", utility("vault: {enabled: true, storage: consul}"), []string{
			`configs/accounts/nonprod/utility.yaml:1:18: vault.enabled: application vault needs consul, which is switched off (enable consul here too, or switch vault off)`,
		}},
	})
}

func TestServersThatAreOffAreNotChecked(t *testing.T) {
	t.Parallel()
	mustLoad(t, map[string]string{"accounts/nonprod/utility.yaml": "consul: {allowedCIDRs: []}\nvault: {storage: consul, snapshots: {region: eu-west-1}}\n"})
}

func TestVaultComesAfterTheStorageThatItNeeds(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{"accounts/nonprod/utility.yaml": "consul: {enabled: true}\nvault: {enabled: true, storage: consul}\n"})
	u, err := tree.Utility("nonprod", "us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, app := range u.Applications() {
		if app.Name == config.ApplicationVault && (len(app.Needs) != 1 || app.Needs[0] != config.ApplicationConsul) {
			t.Errorf("vault needs %v, want consul", app.Needs)
		}
	}
}
