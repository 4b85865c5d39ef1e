package naming

// CellQueue returns the name <client>-<queue> of a cell's queue; that of a FIFO queue
// ends with .fifo, as SQS wants
// (docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html).
func CellQueue(client, queue string, fifo bool) string {
	name := client + "-" + queue
	if fifo {
		name += ".fifo"
	}
	return name
}

// CellService returns the name <client>-<service> that a cell's service and its task
// definitions have in ECS.
func CellService(client, service string) string { return client + "-" + service }

// CellDiscovery returns the name <service>.<client> under which a cell's service is
// found, below ServiceZone.
func CellDiscovery(client, service string) string { return service + "." + client }

// CellRunRole returns the name of the role that runs a cell's tasks at set times.
func CellRunRole(client string) (string, error) { return Role(client, "schedules", "run") }
