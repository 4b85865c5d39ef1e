package config

// CellCache is the client's in-memory cache, encrypted with the client's key.
type CellCache struct {
	// Enabled says whether the cell has a cache.
	Enabled bool `yaml:"enabled" example:"false"`
	// Version is the version of Valkey. It can be raised, never lowered.
	Version string `yaml:"version" oneof:"7.2|8.0" example:"\"8.0\""`
	// NodeType is the type of the nodes.
	NodeType string `yaml:"nodeType" match:"^cache[.][a-z0-9-]+[.][a-z0-9]+$" hint:"a node type, such as cache.t4g.small" example:"cache.t4g.small"`
	// Replicas is the number of copies in other zones, 0 to 5; with none, a node that
	// fails loses what it held.
	Replicas int `yaml:"replicas" range:"0..5" example:"1"`
	// SnapshotDays is how long daily snapshots are kept, 0 (none) to 35.
	SnapshotDays int `yaml:"snapshotDays" range:"0..35" example:"7"`
}

// CellSchedules are tasks of the cell's services that run at set times.
type CellSchedules struct {
	// Enabled says whether they run.
	Enabled bool `yaml:"enabled" example:"false"`
	// Items is a named list.
	Items []CellSchedule `yaml:"items,optional"`
}

// CellSchedule is a task of one of the cell's services that runs at set times.
type CellSchedule struct {
	// Name is unique in the cell, 1 to 20 characters.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"nightly"`
	// Schedule is when, in UTC: cron(...) or rate(...) of EventBridge Scheduler
	// (docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
	Schedule string `yaml:"schedule" match:"^(cron\\([A-Za-z0-9,*?/#L W-]{11,100}\\)|rate\\((1 (minutes?|hours?|days?)|([2-9]|[1-9][0-9]{1,4}) (minutes|hours|days))\\))$" hint:"cron(minutes hours day-of-month month day-of-week year) or rate(value unit)" example:"cron(0 3 * * ? *)"`
	// Service is the service whose image, roles and variables the task has.
	Service string `yaml:"service" example:"worker"`
	// Command is what the container runs instead.
	Command []string `yaml:"command" count:"1..50" example:"[reports, --yesterday]"`
}

// CellBudget is what the cell may cost.
type CellBudget struct {
	// Enabled says whether somebody is told when it costs more.
	Enabled bool `yaml:"enabled" example:"true"`
	// MonthlyUSD is the budget of a month in US dollars, 1 to 1000000.
	MonthlyUSD int `yaml:"monthlyUSD" range:"1..1000000" example:"500"`
	// AlertPercents are the shares of it at which the account's alert topic is told, 1 to
	// 1000, each once; of the largest also when it is only foreseen. At most 4: with that
	// one they are the five notifications of a budget.
	AlertPercents []int `yaml:"alertPercents" range:"1..1000" count:"1..4" example:"[80, 100]"`
}
