package config

import "slices"

// Parameter is a parameter of PostgreSQL that the platform sets.
type Parameter struct {
	// Value is its value.
	Value string
	// Fixed says that a client cannot change it: encryption or the audit log rests on it.
	Fixed bool
	// Restart says that PostgreSQL reads it when it starts.
	Restart bool
}

// DatabaseParameters are the parameters of every client's database, by name: TLS only, who
// connects and who changes the schema or roles is logged, and statements that take longer
// than a second. What statements hold is not: it would be data of patients.
func DatabaseParameters() map[string]Parameter {
	return map[string]Parameter{
		"rds.force_ssl":              {Value: "1", Fixed: true},
		"log_connections":            {Value: "1", Fixed: true},
		"log_disconnections":         {Value: "1", Fixed: true},
		"log_statement":              {Value: "none", Fixed: true},
		"log_parameter_max_length":   {Value: "0", Fixed: true},
		"log_min_duration_statement": {Value: "1000"},
		"pgaudit.log":                {Value: "ddl,role", Fixed: true},
		"pgaudit.log_parameter":      {Value: "0", Fixed: true},
		"password_encryption":        {Value: "scram-sha-256", Fixed: true},
		"shared_preload_libraries":   {Value: "pg_stat_statements,pgaudit", Fixed: true, Restart: true},
	}
}

// restartParameters are parameters that PostgreSQL reads when it starts, of those that
// programs change (postgresql.org/docs/current/view-pg-settings.html, context postmaster).
func restartParameters() []string {
	return []string{
		"autovacuum_freeze_max_age", "autovacuum_max_workers", "autovacuum_multixact_freeze_max_age", "huge_pages", "max_connections", "max_files_per_process",
		"max_locks_per_transaction", "max_logical_replication_workers", "max_pred_locks_per_transaction", "max_prepared_transactions", "max_replication_slots",
		"max_wal_senders", "max_worker_processes", "pg_stat_statements.max", "rds.logical_replication", "shared_buffers", "superuser_reserved_connections",
		"track_activity_query_size", "track_commit_timestamp", "wal_buffers",
	}
}

// AllParameters returns the parameters of the database: the platform's, with those of the
// client over them.
func (d CellDatabase) AllParameters() map[string]Parameter {
	all := DatabaseParameters()
	for name, value := range d.Parameters {
		all[name] = Parameter{Value: value, Restart: slices.Contains(restartParameters(), name)}
	}
	return all
}
