package elk

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"cellworks/pkg/naming"
)

const (
	// periodDays is the longest month: for so long lines are added to an index. An index
	// a day would be one for each client and day, more than a few nodes can hold: at most
	// 1000 shards on each
	// (docs.aws.amazon.com/opensearch-service/latest/developerguide/bp-sharding.html).
	periodDays = 31
	// period is how an index's name ends.
	period = "yyyy.MM"
	// periodField holds it while a record is filed, and is then removed.
	periodField = "index_period"
	// nobody stands for the client in the index of records that name none. It has a dash,
	// which no client's name has.
	nobody = "no-client"
	// clientForm is the form of a client's name.
	clientForm = "^(?<client>[a-z][a-z0-9]{2,11})$"

	indexes, indexesIncoming = "logs-*", "incoming-*"
	policyName               = "logs"

	roleShipper, roleOperator, roleReader = "log_shipper", "log_operator", "log_reader"
	tenantOperations, tenantClients       = "operations", "clients"
)

// incoming returns the index that an account's stream writes to. Nothing stays in it:
// its pipeline files each record under its client.
func incoming(account string) string { return "incoming-" + account }

// route returns the pipeline of an account's records.
func route(account string) string { return "route-" + account }

// document is what the configurator brings the domain to, by the name of each thing.
// The bodies are those of OpenSearch's API.
type document struct {
	// Pipelines file records under their client.
	Pipelines map[string]pipeline `json:"pipelines"`
	// Templates say how new indexes are made.
	Templates map[string]template `json:"templates"`
	// Policies say how indexes age.
	Policies map[string]policy `json:"policies"`
	// Tenants are the shelves of dashboards.
	Tenants map[string]tenant `json:"tenants"`
	// Roles are what people and deliveries may do, and Mappings who they are.
	Roles    map[string]searchRole `json:"roles"`
	Mappings map[string]mapping    `json:"mappings"`
}

// document returns the domain's configuration but for the role of the streams, which is
// known once it exists.
func (a Args) document() document {
	d := document{
		Pipelines: map[string]pipeline{},
		Templates: map[string]template{policyName: logTemplate()},
		Policies:  map[string]policy{policyName: {a.life()}},
		Tenants: map[string]tenant{
			tenantOperations: {Description: "Dashboards of operators"},
			tenantClients:    {Description: "Dashboards that operators make for the people of clients"},
		},
		Roles: searchRoles(),
		Mappings: map[string]mapping{
			roleOperator: mapTo(a.Config.People.Operators),
			roleReader:   mapTo(naming.LogReaders("*")),
		},
	}
	for _, account := range slices.Sorted(maps.Keys(a.Senders)) {
		d.Pipelines[route(account)] = routing(account)
		d.Templates[incoming(account)] = incomingTemplate(account)
	}
	return d
}

// text returns the document as JSON, with the role that delivers.
func (d document) text(deliveryARN string) (string, error) {
	d.Mappings = maps.Clone(d.Mappings)
	d.Mappings[roleShipper] = mapTo(deliveryARN)
	text, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("configuration of the domain: %w", err)
	}
	return string(text), nil
}

// pipeline is an ingest pipeline.
type pipeline struct {
	Description string      `json:"description"`
	Processors  []processor `json:"processors"`
}

// processor is one step of a pipeline; one field is set.
type processor struct {
	Set    *setStep    `json:"set,omitempty"`
	Date   *dateStep   `json:"date,omitempty"`
	Grok   *grokStep   `json:"grok,omitempty"`
	Remove *removeStep `json:"remove,omitempty"`
}

type setStep struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

type dateStep struct {
	Field        string   `json:"field"`
	Formats      []string `json:"formats"`
	TargetField  string   `json:"target_field"`
	OutputFormat string   `json:"output_format"`
}

type grokStep struct {
	Field     string      `json:"field"`
	Patterns  []string    `json:"patterns"`
	OnFailure []processor `json:"on_failure"`
}

type removeStep struct {
	Field string `json:"field"`
}

func set(field, value string) processor { return processor{Set: &setStep{field, value}} }

// routing returns the pipeline of an account. What decides who reads a record is set
// here, whatever the record says: the account, which is that of the stream, the readers,
// which follow from the client, and the month, which is that of its arrival, so that no
// record can make an index of any other.
func routing(account string) pipeline {
	return pipeline{
		Description: "Files the logs of account " + account + " under their clients",
		Processors: []processor{
			set("received_at", "{{{_ingest.timestamp}}}"),
			{Date: &dateStep{Field: "received_at", Formats: []string{"ISO8601"}, TargetField: periodField, OutputFormat: period}},
			{Grok: &grokStep{Field: "client", Patterns: []string{clientForm}, OnFailure: []processor{set("client", nobody)}}},
			set("account", account),
			set("readers", naming.LogReaders("{{{client}}}")),
			set("_index", "logs-{{{client}}}-{{{"+periodField+"}}}"),
			{Remove: &removeStep{Field: periodField}},
		},
	}
}

// template is an index template.
type template struct {
	Patterns []string     `json:"index_patterns"`
	Priority int          `json:"priority"`
	Template templateBody `json:"template"`
}

type templateBody struct {
	Settings indexSettings  `json:"settings"`
	Mappings *indexMappings `json:"mappings,omitempty"`
}

type indexSettings struct {
	Index indexSetting `json:"index"`
}

type indexSetting struct {
	Shards          int    `json:"number_of_shards"`
	Replicas        int    `json:"number_of_replicas"`
	Refresh         string `json:"refresh_interval,omitempty"`
	DefaultPipeline string `json:"default_pipeline,omitempty"`
	// FieldLimit keeps records with keys of their own from filling the cluster's state.
	FieldLimit int `json:"mapping.total_fields.limit,omitempty"`
	// IgnoreMalformed takes a record whose field is not what it was before.
	IgnoreMalformed bool `json:"mapping.ignore_malformed,omitempty"`
}

type indexMappings struct {
	Dynamic    []map[string]dynamicMapping `json:"dynamic_templates"`
	Properties map[string]fieldMapping     `json:"properties"`
}

type dynamicMapping struct {
	MatchType string       `json:"match_mapping_type"`
	Mapping   fieldMapping `json:"mapping"`
}

type fieldMapping struct {
	Type        string `json:"type"`
	IgnoreAbove int    `json:"ignore_above,omitempty"`
}

// logTemplate makes the indexes of clients: one shard, as most months of most clients
// fit one, and a copy in another zone.
func logTemplate() template {
	keyword := fieldMapping{Type: "keyword"}
	return template{
		Patterns: []string{indexes},
		Priority: 100,
		Template: templateBody{
			Settings: indexSettings{indexSetting{Shards: 1, Replicas: 1, Refresh: "30s", FieldLimit: 1000, IgnoreMalformed: true}},
			Mappings: &indexMappings{
				Dynamic: []map[string]dynamicMapping{{"strings": {MatchType: "string", Mapping: fieldMapping{Type: "keyword", IgnoreAbove: 1024}}}},
				Properties: map[string]fieldMapping{
					"@timestamp": {Type: "date"}, "received_at": {Type: "date"}, "message": {Type: "text"},
					"account": keyword, "client": keyword, "readers": keyword, "service": keyword, "level": keyword,
				},
			},
		},
	}
}

func incomingTemplate(account string) template {
	return template{
		Patterns: []string{incoming(account)},
		Priority: 200,
		Template: templateBody{Settings: indexSettings{indexSetting{Shards: 1, Replicas: 1, DefaultPipeline: route(account)}}},
	}
}

// policy is a policy of Index State Management.
type policy struct {
	Policy life `json:"policy"`
}

type life struct {
	Description  string            `json:"description"`
	DefaultState string            `json:"default_state"`
	States       []state           `json:"states"`
	Templates    []policyTemplates `json:"ism_template"`
}

type policyTemplates struct {
	Patterns []string `json:"index_patterns"`
	Priority int      `json:"priority"`
}

type state struct {
	Name        string       `json:"name"`
	Actions     []action     `json:"actions"`
	Transitions []transition `json:"transitions"`
}

// action is what happens to an index that enters a state; one of WarmMigration and
// Delete is set.
type action struct {
	Timeout       string    `json:"timeout,omitempty"`
	Retry         *retry    `json:"retry,omitempty"`
	WarmMigration *struct{} `json:"warm_migration,omitempty"`
	Delete        *struct{} `json:"delete,omitempty"`
}

type retry struct {
	Count   int    `json:"count"`
	Backoff string `json:"backoff"`
	Delay   string `json:"delay"`
}

type transition struct {
	State      string     `json:"state_name"`
	Conditions conditions `json:"conditions"`
}

type conditions struct {
	Age string `json:"min_index_age"`
}

// life returns how indexes age. An index is as old as its first line; its last one
// came a month later at most, so that every age is a month more than that of a line.
// Warm nodes take no more lines, which is why they get no index that still grows.
func (a Args) life() life {
	next := func(state string, days int) []transition {
		return []transition{{State: state, Conditions: conditions{fmt.Sprintf("%dd", days+periodDays)}}}
	}
	patient := &retry{Count: 5, Backoff: "constant", Delay: "1h"}
	hot := state{Name: "hot", Actions: []action{}, Transitions: next("deleted", a.Config.SearchableDays)}
	states := []state{hot}
	if a.Config.Warm.Enabled {
		states[0].Transitions = next("warm", a.Config.Warm.AfterDays)
		states = append(states, state{
			Name:        "warm",
			Actions:     []action{{Timeout: "24h", Retry: patient, WarmMigration: &struct{}{}}},
			Transitions: next("deleted", a.Config.SearchableDays),
		})
	}
	states = append(states, state{Name: "deleted", Actions: []action{{Retry: patient, Delete: &struct{}{}}}, Transitions: []transition{}})
	return life{
		Description:  "Indexes of logs, from writing to deletion",
		DefaultState: hot.Name,
		States:       states,
		Templates:    []policyTemplates{{Patterns: []string{indexes}, Priority: 100}},
	}
}

// tenant is a shelf of saved dashboards.
type tenant struct {
	Description string `json:"description"`
}

// searchRole is a role of OpenSearch's security plugin.
type searchRole struct {
	Cluster []string           `json:"cluster_permissions"`
	Indexes []indexPermissions `json:"index_permissions"`
	Tenants []tenantPermission `json:"tenant_permissions"`
}

type indexPermissions struct {
	Patterns []string `json:"index_patterns"`
	// Query is the documents that the role sees; empty: all.
	Query   string   `json:"dls,omitempty"`
	Actions []string `json:"allowed_actions"`
}

type tenantPermission struct {
	Patterns []string `json:"tenant_patterns"`
	Actions  []string `json:"allowed_actions"`
}

// mapping says who has a role: IAM roles by their ARN, people by their groups.
type mapping struct {
	Backend []string `json:"backend_roles"`
	Hosts   []string `json:"hosts"`
	Users   []string `json:"users"`
}

func mapTo(who ...string) mapping { return mapping{Backend: who, Hosts: []string{}, Users: []string{}} }

// ownGroups is a query for the documents that one of the person's groups may read; the
// security plugin puts the groups in
// (docs.opensearch.org/latest/security/access-control/document-level-security/).
const ownGroups = `{"terms":{"readers":[${user.roles}]}}`

// searchRoles returns the roles. What deliveries get is what Firehose asks for
// (docs.aws.amazon.com/firehose/latest/dev/controlling-access.html), on the indexes of
// logs only. Administrators have the domain's own role, by the options of their
// sign-in. The people of clients change nothing, dashboards included: what one saved
// all would see.
func searchRoles() map[string]searchRole {
	dashboards := []string{".kibana*", ".opensearch_dashboards*"}
	return map[string]searchRole{
		roleShipper: {
			Cluster: []string{"cluster_composite_ops", "cluster_monitor"},
			Indexes: []indexPermissions{{Patterns: []string{indexesIncoming, indexes}, Actions: []string{"create_index", "crud", "manage"}}},
			Tenants: []tenantPermission{},
		},
		roleOperator: {
			Cluster: []string{"cluster_composite_ops_ro", "cluster_monitor"},
			Indexes: []indexPermissions{
				{Patterns: []string{indexesIncoming, indexes}, Actions: []string{"read", "indices_monitor", "indices:admin/mappings/get"}},
				{Patterns: dashboards, Actions: []string{"read", "index", "delete", "manage"}},
			},
			Tenants: []tenantPermission{{Patterns: []string{tenantClients, tenantOperations}, Actions: []string{"kibana_all_write"}}},
		},
		roleReader: {
			Cluster: []string{"cluster_composite_ops_ro"},
			Indexes: []indexPermissions{
				{Patterns: []string{indexes}, Query: ownGroups, Actions: []string{"read"}},
				{Patterns: dashboards, Actions: []string{"read"}},
			},
			Tenants: []tenantPermission{{Patterns: []string{tenantClients}, Actions: []string{"kibana_all_read"}}},
		},
	}
}
