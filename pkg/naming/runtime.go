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

// CellConsulService returns the name <client>-<service> that a cell's service has in
// Consul, in lower case and, as clients have no dash, of one client only.
func CellConsulService(client, service string) string { return client + "-" + service }

// ConsulHost returns the name by which Consul's DNS knows a service.
func ConsulHost(service, domain string) string { return service + ".service." + domain }

// TagConsulService is the tag of a role that tells Consul which service logs in with it.
const TagConsulService = "consul.hashicorp.com.service-name"

// CellScheduleQueue returns the name <client>-schedules_dropped of the queue with the
// starts that a cell's schedules gave up. No queue of the configuration has an underscore.
func CellScheduleQueue(client string) string { return client + "-schedules_dropped" }

// CellRunRole returns the name of the role that runs a cell's tasks at set times.
func CellRunRole(client string) (string, error) { return Role(client, "schedules", "run") }
