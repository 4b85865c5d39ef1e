package config

// CellMessaging is the client's queues and topics, encrypted with the client's key.
type CellMessaging struct {
	// Enabled says whether the cell has queues and topics.
	Enabled bool `yaml:"enabled" example:"true"`
	// Queues is a named list of at most 80: the policies of a service's role name each.
	// Each has a dead-letter queue.
	Queues []Queue `yaml:"queues,optional" count:"0..80"`
	// Topics is a named list of at most 50.
	Topics []Topic `yaml:"topics,optional" count:"0..50"`
}

// Queue is an SQS queue of a client with its dead-letter queue.
type Queue struct {
	// Name is unique in the cell, 1 to 20 characters.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"ingest"`
	// FIFO keeps the order of messages and delivers each once. Changing it replaces the
	// queue. Default false.
	FIFO bool `yaml:"fifo" default:"false"`
	// VisibilitySeconds is how long a message that was received is hidden from others, 0
	// to 43200; six times what its handler takes. Default 300
	// (docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html).
	VisibilitySeconds int `yaml:"visibilitySeconds" default:"300" range:"0..43200"`
	// RetentionSeconds is how long a message is kept, 60 to 1209600 (14 days, the
	// default). The dead-letter queue keeps 14 days.
	RetentionSeconds int `yaml:"retentionSeconds" default:"1209600" range:"60..1209600"`
	// MaxReceives is how often a message is delivered before it goes to the dead-letter
	// queue, 1 to 1000. Default 5.
	MaxReceives int `yaml:"maxReceives" default:"5" range:"1..1000"`
	// Buckets are buckets of the cell whose new objects are announced in the queue. Not
	// of a FIFO queue. Optional.
	Buckets []string `yaml:"buckets,optional" example:"[inbound]"`
}

// Topic is an SNS topic of a client.
type Topic struct {
	// Name is unique in the cell, 1 to 20 characters.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"1 to 20 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"events"`
	// FIFO keeps the order of messages; its queues are then FIFO too. Changing it
	// replaces the topic. Default false.
	FIFO bool `yaml:"fifo" default:"false"`
	// Queues are queues of the cell that get every message. Optional.
	Queues []string `yaml:"queues,optional" example:"[work]"`
}
