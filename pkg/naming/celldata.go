package naming

// CellDeadLetterQueue returns the name of the dead-letter queue of CellQueue.
func CellDeadLetterQueue(client, queue string, fifo bool) string {
	return CellQueue(client, queue+"-dead", fifo)
}

// CellTopic returns the name <client>-<topic> of a cell's topic; that of a FIFO topic
// ends with .fifo, as SNS wants
// (docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html).
func CellTopic(client, topic string, fifo bool) string { return CellQueue(client, topic, fifo) }

// CellCache returns the name cell-<client> of a cell's cache, and of the user, user group
// and subnet group that belong to it: at most 40 characters in lower case
// (docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html).
func CellCache(client string) string { return "cell-" + client }
