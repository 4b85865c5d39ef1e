package config

// CellLogging is where the client's logs are kept, and for how long.
type CellLogging struct {
	// Enabled says whether lines go to the search and the archive of application elk.
	// CloudWatch takes logs in any case.
	Enabled bool `yaml:"enabled" example:"true"`
	// RetentionDays is how long CloudWatch keeps the logs of the cell: one of the values
	// that PutRetentionPolicy takes
	// (docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html).
	RetentionDays int `yaml:"retentionDays" oneof:"1|3|5|7|14|30|60|90|120|150|180|365|400|545|731|1096|1827|2192|2557|2922|3288|3653" example:"90"`
	// MaskPHI hides what looks like personal data (names, addresses, numbers of people,
	// cards and accounts, most of them only with a keyword nearby; numbers of medical
	// records are not recognized) in the cell's log groups from everybody who may not
	// unmask it
	// (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protect-sensitive-log-data-types.html).
	MaskPHI bool `yaml:"maskPHI" example:"true"`
}
