package config_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

const digest = "sha256:4f5c3b1de5a0c7f1a9e2d84b6c0f93725e1a8d6b4c2f907e3d5b1a6c8e4f2093"

// sound returns a small tree without problems, by file name.
func sound() map[string]string {
	return map[string]string{
		"organization.yaml": `name: meridian
domain: example.com
cloud: simulated
rings: [{name: canary}, {name: broad}]
accounts:
  - name: nonprod
    id: "111111111111"
    slot: 1
    homeRegion: us-east-1
    regions:
      - {name: us-east-1, slot: 0, zones: [use1-az1, use1-az2]}
      - {name: us-west-2, slot: 1, zones: [usw2-az1, usw2-az2]}
  - name: prod
    id: "222222222222"
    slot: 2
    homeRegion: us-west-2
    regions:
      - {name: us-west-2, slot: 0, zones: [usw2-az1, usw2-az2, usw2-az3]}
`,
		"defaults/base.yaml": `deletionProtection: true
network: {vpcSlot: 0, nat: perZone, egressPorts: [443, 8443], endpoints: {}, flowLogs: {enabled: true, aggregationSeconds: 60}, queryLogs: true, searchPrivateZone: false}
guardrails:
  contacts: {security: {fullName: Security, title: Officer, email: security@example.com, phone: "+1 555 0100"}}
  passwordPolicy: {minimumLength: 14, maximumAgeDays: 90}
  metadataHopLimit: 1
  imageScanning: enhanced
  keyDeletionWindowDays: 30
access: {maxSessionHours: 1, peopleAccount: nonprod}
audit: {retentionDays: 2192, objectLock: compliance, coldDays: 90, archiveDays: 365, logGroupDays: 365, dataEvents: true, insights: true, alarms: true, retainOnDestroy: true}
recorder: {enabled: true, deliveryHours: 24, retentionDays: 2557, conformancePack: true}
detection:
  guardDuty: {enabled: true}
  securityHub: {enabled: true, standards: [fsbp]}
  macie: true
  unusedAccessDays: 90
  alerts: {minimumSeverity: HIGH}
budget: {monthlyUSD: 100, alertPercents: [100], emails: [billing@example.com]}
`,
		"defaults/utility.yaml": `deletionProtection: true
ecs:
  enabled: true
  containerInsights: enhanced
  logRetentionDays: 90
  ec2: {enabled: false, instanceType: m7g.large, minSize: 0, maxSize: 6, targetCapacity: 90}
  loadBalancers:
    internal: {enabled: true, idleTimeoutSeconds: 60, allowedCIDRs: [10.0.0.0/8], requestLimit: 2000}
    public: {enabled: false, idleTimeoutSeconds: 60, allowedCIDRs: [0.0.0.0/0], requestLimit: 2000}
consul:
  enabled: false
  servers: {count: 3, instanceType: m7g.large, image: /utility/images/consul, version: 1.22.0, dataVolumeGiB: 50}
  allowedCIDRs: [10.0.0.0/8]
  dns: true
  logRetentionDays: 365
  snapshots: {everyHours: 1, retentionDays: 35, objectLock: governance}
vault:
  enabled: false
  servers: {count: 3, instanceType: m7g.large, image: /utility/images/vault, version: 1.19.5, dataVolumeGiB: 50}
  auditVolumeGiB: 50
  storage: raft
  tls: reencrypt
  allowedCIDRs: [10.0.0.0/8]
  seal: {multiRegion: true, deletionWindowDays: 30}
  logRetentionDays: 2192
  snapshots: {everyHours: 1, retentionDays: 35, objectLock: governance}
jenkins:
  enabled: false
  host: jenkins
  repository: example/platform
  branch: main
  login: oidc
  oidc: {issuer: https://example.okta.com, administrators: administrators, deployers: deployers, readers: readers}
  controller: {cpu: 2048, memory: 8192}
  agents: {cpu: 4096, memory: 16384, diskGiB: 60, maximum: 10}
  logRetentionDays: 2192
  oktaKeys: service
elk:
  enabled: false
  engineVersion: OpenSearch_2.19
  data: {count: 3, instanceType: r7g.large.search, volumeGiB: 200}
  masterInstanceType: m7g.large.search
  warm: {enabled: false, count: 3, instanceType: ultrawarm1.medium.search, afterDays: 14}
  searchableDays: 60
  windowHour: 3
  serviceLinkedRole: true
  logRetentionDays: 2192
  archive: {retentionDays: 2192, objectLock: compliance, coldDays: 90, archiveDays: 365}
  people: {administrators: logs-administrators, operators: logs-operators, sessionMinutes: 60}
security:
  enabled: false
  centralAccount: prod
  organizationAdmin: false
  macie: {enabled: true, every: weekly, samplingPercent: 10}
  vulnerabilityReport: {enabled: true, every: weekly, severities: [CRITICAL, HIGH]}
  reportRetentionDays: 2192
  patching: {enabled: true, operation: scan, approveAfterDays: 7, weekday: SUN, hour: 4, durationHours: 4, inventory: true}
okta:
  enabled: false
  orgName: example
  baseURL: okta.com
  groups: [{name: platform-administrators, description: Administrators}, {name: logs-administrators, description: Logs}]
  signOn: {idleMinutes: 30, lifetimeMinutes: 720, phishingResistant: true}
  apps:
    jenkins: {enabled: true, groups: [platform-administrators], groupPrefix: platform-, reauthenticateMinutes: 120}
    vault: {enabled: true, groups: [platform-administrators], groupPrefix: platform-, reauthenticateMinutes: 60}
    openSearch: {enabled: true, groups: [logs-administrators], groupPrefix: logs-, reauthenticateMinutes: 120}
    aws: {enabled: false, roles: [{name: admin, groups: [platform-administrators]}], reauthenticateMinutes: 60}
  threatInsight: {action: block}
  logStream: false
vaultConfig:
  enabled: false
  login: {mount: deploy, role: pulumi-utility, minutes: 120}
  autopilot: {deadServerMinutes: 10, stabilizationSeconds: 30}
  people: {enabled: true, groups: [{name: platform-administrators, policies: [administrator]}], sessionMinutes: 60}
  kv: {maxVersions: 10}
  transitRotationDays: 90
  pki: {rootYears: 10, intermediateYears: 5, certificateDays: 30}
  passwordLength: 32
  limits: {requestsPerSecond: 500, loginsPerSecond: 20}
datadog:
  enabled: false
  site: datadoghq.com
  team: platform
  metrics: {namespaces: [AWS/ApplicationELB, AWS/Backup, AWS/CertificateManager, AWS/Logs, AWS/NATGateway], customMetrics: false}
  notify: {critical: ["@pagerduty-platform"], warning: ["@slack-platform"], reminderMinutes: 60}
  thresholds: {certificateDays: 30, serverErrors: 50, jenkinsQueue: 20, searchFreePercent: 25, searchMemoryPercent: 90, vaultLeases: 100000, logDelayMinutes: 15}
  dashboards: true
  logs: {enabled: false, failedDays: 30, scanner: {}}
sftp: {enabled: false, host: sftp, securityPolicy: TransferSecurityPolicy-2024-01, banner: "", logRetentionDays: 365}
`,
		"defaults/cell.yaml": `deletionProtection: true
kms: {deletionWindowDays: 30, rotationDays: 365, multiRegion: false}
iam: {maxSessionHours: 1}
network:
  egress: [{name: https, cidr: 0.0.0.0/0, port: 443}]
storage:
  enabled: true
  buckets: [{name: inbound, expireDays: 90}]
services:
  enabled: true
  logRouterImage: registry.example.com/router@` + digest + ` # what runs
  items:
    - name: api
      image: registry.example.com/api@` + digest + `
      port: 8080
      expose: internal
messaging: {enabled: false}
files: {enabled: false, throughput: elastic, infrequentAccessDays: 30}
logging: {enabled: true, retentionDays: 90, maskPHI: true}
database:
  enabled: false
  engine: rds
  version: "16"
  class: db.m7g.large
  storageGiB: 100
  maxStorageGiB: 500
  minCapacity: 1
  maxCapacity: 8
  multiAZ: true
  readReplicas: 0
  backupDays: 35
  backupWindow: "04:00-05:00"
  maintenanceWindow: sun:06:00-sun:07:00
  masterUser: rds
  proxy: false
  finalSnapshotGeneration: 1
cache: {enabled: false, version: "8.0", nodeType: cache.t4g.small, replicas: 1, snapshotDays: 7}
vault: {enabled: false, kv: true, transit: true}
ingress: {enabled: true, auth: none}
sftp: {enabled: false, mode: shared}
schedules: {enabled: false}
backup: {enabled: false, dailyDays: 35, monthlyDays: 365, yearlyDays: 2192, lock: governance, restoreTest: true}
monitoring:
  enabled: false
  tier: silver
  availability: "99.9"
  synthetics: true
  thresholds: {errorPercent: 2, latencyMilliseconds: 1000, cpuPercent: 90, memoryPercent: 90, queueAgeSeconds: 900, databaseCPUPercent: 85, databaseFreeGiB: 10, databaseConnections: 400, replicaLagSeconds: 60}
sso: {enabled: false, groups: [users, admins], sessionHours: 8, inbound: {type: none, state: pending}}
budget: {enabled: true, monthlyUSD: 500, alertPercents: [80, 100]}
`,
		"accounts/nonprod/base.yaml": "deletionProtection: false\n",
		"accounts/nonprod/cell.yaml": "deletionProtection: false\nkms:\n  deletionWindowDays: 7\n",
		"clients/acme/cell.yaml":     smallest(0),
	}
}

// smallest returns a client file with the four keys that have no default.
func smallest(slot int) string {
	return "account: nonprod\nregion: us-east-1\nslot: " + string(rune('0'+slot)) + "\nring: canary\n"
}

// behind is the place of the n-th line that is added to a file of the sound tree.
func behind(file string, n int) string {
	return fmt.Sprintf("configs/%s:%d", file, strings.Count(sound()[file], "\n")+n)
}

// keys are those that a file may set in a struct.
func keys(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if key, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); key != "-" {
			names = append(names, key)
		}
	}
	return names
}

// write puts the sound tree, with changes over it, into a new directory and
// returns the directory. A change to "" removes the file.
func write(t testing.TB, changes map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "configs")
	files := sound()
	maps.Copy(files, changes)
	for name, text := range files {
		if text == "" {
			continue
		}
		writeFile(t, filepath.Join(dir, name), text)
	}
	return dir
}

func writeFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mustLoad(t testing.TB, changes map[string]string) *config.Tree {
	t.Helper()
	tree, err := config.Load(write(t, changes))
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func mustCell(t testing.TB, tree *config.Tree, client string) config.Cell {
	t.Helper()
	c, err := tree.Cell(client)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wrong is a tree with problems: what is changed in the sound one, and the full
// text of the error.
type wrong struct {
	name    string
	changes map[string]string
	want    []string
}

// cell is a change to the only client's file: lines after the four keys.
func cell(lines ...string) map[string]string {
	return map[string]string{"clients/acme/cell.yaml": smallest(0) + strings.Join(lines, "\n") + "\n"}
}

func checkWrong(t *testing.T, cases []wrong) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.Load(write(t, tc.changes))
			if err == nil {
				t.Fatal("the tree was accepted")
			}
			if want := strings.Join(tc.want, "\n"); err.Error() != want {
				t.Errorf("error:\n%s\nwant:\n%s", err, want)
			}
		})
	}
}
