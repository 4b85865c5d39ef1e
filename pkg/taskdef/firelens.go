package taskdef

import "fmt"

const (
	// RouterName is the name of the side car that takes the lines of the others.
	RouterName = "log_router"

	// routerConfig is where FireLens puts the configuration that it makes
	// (docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html).
	routerConfig = "/fluent-bit/etc/fluent-bit.conf"
	routerBinary = "/fluent-bit/bin/fluent-bit"
	// routerMiB is what the side car is known to need for a modest stream of lines; it is
	// no limit, for at its limit it would be killed and the task with it.
	routerMiB = 64
	// routerStopSeconds gives it time to send what it holds, after the others have ended.
	routerStopSeconds = 60

	// bufferBytes is what the log driver holds when the side car is behind.
	bufferBytes = "2097152"
	// retries is how often a batch is sent again; by itself Fluent Bit tries once more.
	retries = "10"
)

// FirelensConfiguration says what kind of log router a container is.
type FirelensConfiguration struct {
	Type    string            `json:"type"`
	Options map[string]string `json:"options,omitempty"`
}

// Delivery is a delivery stream that takes lines, each as one JSON object.
type Delivery struct {
	// Stream and Region name the stream.
	Stream, Region string
	// RoleARN is the role that the task assumes to send.
	RoleARN string
}

// Routed returns the log configuration of a container whose lines the task's Router
// sends to a delivery stream, with the time at which they were written
// (docs.fluentbit.io/manual/pipeline/outputs/firehose).
func Routed(to Delivery) LogConfiguration {
	return LogConfiguration{LogDriver: "awsfirelens", Options: map[string]string{
		"Name":                    "kinesis_firehose",
		"region":                  to.Region,
		"delivery_stream":         to.Stream,
		"role_arn":                to.RoleARN,
		"time_key":                "@timestamp",
		"time_key_format":         "%Y-%m-%dT%H:%M:%S.%3NZ",
		"retry_limit":             retries,
		"log-driver-buffer-limit": bufferBytes,
	}}
}

// Router returns the side car that takes the lines of the task's other containers and
// gives each the fields client and service, over what a line itself says, with its text
// in the field message. A filter is given on the command line, because on Fargate
// FireLens reads further configuration from inside of an image only. The image is
// AWS for Fluent Bit or one made from it. It runs as user, <uid>:<gid>, as FireLens
// allows since agent 1.96, and its own lines go to log.
func Router(image, user, client, service string, log LogConfiguration) Container {
	c := Hardened(RouterName, image, user, routerStopSeconds, log)
	c.EntryPoint = []string{routerBinary}
	c.Command = []string{
		"-c", routerConfig,
		"-F", "modify", "-m", "*",
		"-p", "Rename=log message",
		"-p", fmt.Sprintf("Set=client %s", client),
		"-p", fmt.Sprintf("Set=service %s", service),
	}
	c.MemoryReservation = routerMiB
	c.FirelensConfiguration = &FirelensConfiguration{Type: "fluentbit"}
	return c
}
