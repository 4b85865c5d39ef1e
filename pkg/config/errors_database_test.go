package config_test

import (
	"maps"
	"strings"
	"testing"

	"cellworks/pkg/config"
)

// database is a change to the only client's file that switches its database on.
func database(keys string) map[string]string {
	return cell("database: {enabled: true, " + keys + "}")
}

func TestErrorsOfDatabases(t *testing.T) {
	t.Parallel()
	const file = `configs/clients/acme/cell.yaml:5:`
	checkWrong(t, []wrong{
		{"a class of the other engine", database("class: db.serverless"), []string{file + `34: database.class: db.serverless is Aurora's alone, but the engine is rds (set engine: aurora, or a class such as db.m7g.large)`}},
		{"a class that Aurora lacks", database("engine: aurora, class: db.t4g.small"), []string{file + `50: database.class: Aurora has no class db.t4g.small (the burstable ones are db.t4g.medium and db.t4g.large)`}},
		{"a family that is none", database("class: db.m77g.large"), []string{file + `34: database.class: engine rds has no classes "db.m77g" (did you mean "m7g"? families: m5, m5d, m6g, m6gd, m6i, m6id, m6idn, m6in, m7g, m7i, m8g, r5, r5b, r5d, r6g, r6gd, r6i, r6id, r6idn, r6in, r7g, r7i, r8g, t3, t4g, x2g, x2idn, x2iedn)`}},
		{"the inherited class with another engine", database("engine: aurora"), []string{`configs/defaults/cell.yaml:24:10: database.class: engine aurora has no classes "db.m7g", in the cell of client acme (did you mean "r7g"? families: r5, r6g, r6gd, r6i, r6id, r7g, r7i, r8g, t3, t4g, x2g)`}},
		{"a size that is none", database("class: db.m7g.medium"), []string{file + `34: database.class: family m7g has no size medium (its smallest is large)`}},
		{"a class without size", database("class: db.m7g.huge"), []string{file + `34: database.class: class "db.m7g.huge" has no size, want for example db.m7g.large`}},
		{"storage that cannot grow", database("storageGiB: 100, maxStorageGiB: 109"), []string{file + `59: database.maxStorageGiB: storage of 100 GiB cannot grow to 109, want 0 (it never grows) or 110 or more (RDS grows storage by a tenth at least)`}},
		{"capacity upside down", database("engine: aurora, class: db.serverless, minCapacity: 8, maxCapacity: 4"), []string{file + `94: database.maxCapacity: maxCapacity 4 is less than minCapacity 8 (raise it, or lower minCapacity)`}},
		{"replicas", database("readReplicas: 6"), []string{file + `41: database.readReplicas: 6 is too many, want 0 to 5 with engine rds (Aurora takes up to 15)`}},
		{"replicas whose password RDS keeps", database("readReplicas: 1"), []string{file + `41: database.readReplicas: RDS makes no replicas of a database whose master password it keeps itself (set database.masterUser: vault, or readReplicas: 0)`}},
		{"windows", database(`backupWindow: "23:50-00:10", maintenanceWindow: sun:23:00-tue:23:30`), []string{
			file + `41: database.backupWindow: "23:50-00:10" lasts 20 minutes, want 30 at least (for example "04:00-05:00")`,
			file + `75: database.maintenanceWindow: "sun:23:00-tue:23:30" lasts 2910 minutes, want 30 to 1440 (for example sun:06:00-sun:07:00)`,
			file + `75: database.maintenanceWindow: the maintenance window sun:23:00-tue:23:30 and the backup window 23:50-00:10 overlap (move one of the two)`,
		}},
		{"parameters", database(`parameters: {rds.force_ssl: "0", Work-Mem: "4", work_mem: "4096"}`), []string{
			file + `39: database.parameters.rds.force_ssl: rds.force_ssl is "1" in every database, since encryption or the audit log rests on it (remove it)`,
			file + `60: database.parameters: key "Work-Mem" is not valid, want the name of a parameter of PostgreSQL, such as work_mem or auto_explain.log_min_duration`,
		}},
		{"a password that nobody holds", database("masterUser: vault, proxy: true"), []string{
			file + `39: database.masterUser: Vault is to hold the password of the master user, but module vault is switched off at configs/defaults/cell.yaml:38:18 (set vault.enabled: true, or database.masterUser: rds)`,
			file + `53: database.proxy: a proxy reads passwords in Secrets Manager, but the logins that Vault makes are nowhere else (set proxy: false, or database.masterUser: rds)`,
		}},
		{"backups of Aurora", func() map[string]string {
			changed := database("engine: aurora, class: db.r7g.large, backupRegion: us-west-2")
			changed["accounts/nonprod/cell.yaml"] = sound()["accounts/nonprod/cell.yaml"] + "  multiRegion: true\n"
			return changed
		}(), []string{file + `78: database.backupRegion: RDS copies backups of the engine rds only, but the engine is aurora (remove it, and set backup.copyRegion for copies that AWS Backup makes)`}},
	})
}

// withVault adds a Vault in another account to a tree, and lines to its organization.
func withVault(changes map[string]string, organization string) map[string]string {
	changed := map[string]string{
		"accounts/prod/utility.yaml": "vault: {enabled: true, servers: {image: ami-0a1b2c3d4e5f60002}}\nvaultConfig: {enabled: true, people: {enabled: false}}\n",
		"organization.yaml":          sound()["organization.yaml"] + organization,
	}
	maps.Copy(changed, changes)
	return changed
}

const reach = "peering: {reach: [{name: vault, from: prod/us-west-2, to: nonprod/us-east-1}]}\n"

func TestErrorsOfVault(t *testing.T) {
	t.Parallel()
	const file = `configs/clients/acme/cell.yaml:`
	both := func(database, vault string) map[string]string {
		return cell("database: {enabled: true, "+database+"}", "vault: {enabled: true"+vault+"}")
	}
	checkWrong(t, []wrong{
		{"nobody can log in", withVault(both("masterUser: vault", ""), reach), []string{
			file + `5:39: database.masterUser: Vault alone would hold the password of the master user, and it has no vault.databaseRoles to give anybody else a login (add one to vault.databaseRoles, or set database.masterUser: rds)`,
		}},
		{"RDS holds the password", withVault(both("masterUser: rds", ", databaseRoles: [{name: app}]"), reach), []string{
			file + `5:39: database.masterUser: Vault cannot make the logins of vault.databaseRoles (configs/clients/acme/cell.yaml:6:39): RDS holds the password of the master user, and changes it (set database.masterUser: vault, or take every vault.databaseRoles away with remove: true)`,
		}},
		{"lives longer than it may", withVault(both("masterUser: vault", ", databaseRoles: [{name: app, ttlSeconds: 600, maxTTLSeconds: 60}]"), reach), []string{
			file + `6:64: vault.databaseRoles[app].ttlSeconds: a login would live 600 seconds, longer than the 60 that it lives at most (raise maxTTLSeconds, or lower ttlSeconds)`,
		}},
		{"login for a service that is none", withVault(both("masterUser: vault", ", databaseRoles: [{name: app, services: [apo]}]"), reach), []string{
			file + `6:63: vault.databaseRoles[app].services[0]: "apo" is not a service of services.items (did you mean "api"? services: api)`,
		}},
		{"Vault cannot reach it", withVault(both("masterUser: vault", ", databaseRoles: [{name: app}]"), ""), []string{
			file + `5:39: database.masterUser: the Vault of prod/us-west-2 cannot reach the database: no rule of peering.reach lets it reach nonprod/us-east-1 (add one to organization.yaml with from: prod/us-west-2 and to: nonprod/us-east-1, or set database.masterUser: rds)`,
		}},
	})
	mustLoad(t, withVault(both("masterUser: vault", ", databaseRoles: [{name: app}]"), reach))
}

func TestParametersOfClientsLieOverThePlatforms(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, database(`parameters: {work_mem: "8192", max_connections: "200", log_min_duration_statement: "50"}`))
	all := mustCell(t, tree, "acme").Database.AllParameters()
	for name, want := range map[string]config.Parameter{
		"work_mem":                   {Value: "8192"},
		"max_connections":            {Value: "200", Restart: true},
		"log_min_duration_statement": {Value: "50"},
		"rds.force_ssl":              {Value: "1", Fixed: true},
		"shared_preload_libraries":   {Value: "pg_stat_statements,pgaudit", Fixed: true, Restart: true},
	} {
		if all[name] != want {
			t.Errorf("%s is %+v, want %+v", name, all[name], want)
		}
	}
	if strings.Contains(strings.Join(sortedNames(all), " "), "Work") {
		t.Error("parameters hold what is none")
	}
}

func sortedNames(all map[string]config.Parameter) []string {
	var names []string
	for name := range all {
		names = append(names, name)
	}
	return names
}

func TestErrorsOfCaches(t *testing.T) {
	t.Parallel()
	node := func(of string) map[string]string { return cell("cache: {enabled: true, nodeType: " + of + "}") }
	checkWrong(t, []wrong{
		{"a family that there is not", node("cache.m9g.large"), []string{
			`configs/clients/acme/cell.yaml:5:34: cache.nodeType: there are no node types "cache.m9g" for Valkey (did you mean "m6g"? families: c7gn, m5, m6g, m7g, r5, r6g, r7g, t3, t4g)`,
		}},
		{"a family with disks", node("cache.r6gd.xlarge"), []string{
			`configs/clients/acme/cell.yaml:5:34: cache.nodeType: there are no node types "cache.r6gd" for Valkey (did you mean "r6g"? families: c7gn, m5, m6g, m7g, r5, r6g, r7g, t3, t4g)`,
		}},
		{"a size that there is not", node("cache.t4g.large"), []string{
			`configs/clients/acme/cell.yaml:5:34: cache.nodeType: family t4g has no size "large" (sizes: micro, small, medium)`,
		}},
	})
	mustLoad(t, node("cache.r7g.16xlarge"))
	mustLoad(t, cell("cache: {enabled: false, nodeType: cache.m9g.large}"))
}
