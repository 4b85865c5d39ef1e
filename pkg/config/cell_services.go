package config

// CellServices is what runs in the cell.
type CellServices struct {
	// Enabled says whether the cell runs services. It needs the utility stack ecs
	// of the account and region.
	Enabled bool `yaml:"enabled" example:"true"`
	// LogRouterImage is the image of the side car that services with logRouter firehose
	// send their lines through, AWS for Fluent Bit or one made from it, by digest; the
	// digest is that of an index of images for ARM64 and X86_64. Needed where application
	// elk takes their lines.
	LogRouterImage string `yaml:"logRouterImage,optional" example:"public.ecr.aws/aws-observability/aws-for-fluent-bit@sha256:<64 hex digits>"`
	// Items is a named list.
	Items []Service `yaml:"items,optional"`
}

// Arch is the processor architecture of a service's image.
type Arch string

const (
	// ARM64 runs on Graviton.
	ARM64 Arch = "ARM64"
	// X8664 runs on Intel and AMD.
	X8664 Arch = "X86_64"
)

// Expose says how a service is reached from outside its cell.
type Expose string

const (
	// ExposeNone keeps a service inside the cell.
	ExposeNone Expose = "none"
	// ExposeInternal puts a service behind the account's internal load balancer under
	// its host name.
	ExposeInternal Expose = "internal"
	// ExposePublic puts it behind the one that faces the Internet.
	ExposePublic Expose = "public"
)

// Scheme returns the load balancer that a service is exposed on, or "" for one that is
// not exposed.
func (e Expose) Scheme() LoadBalancerScheme {
	switch e {
	case ExposeInternal:
		return Internal
	case ExposePublic:
		return Public
	default:
		return ""
	}
}

// Service is one service of a cell, run by ECS on Fargate.
type Service struct {
	// Name is unique in the cell, 1 to 19 characters so that <client>-<name> fits the
	// 32 of a target group.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,17}[a-z0-9])?$" hint:"1 to 19 lower-case letters, digits and dashes, starting with a letter and not ending with a dash" example:"api"`
	// Image is a container image by digest, never by tag alone: registry/repository@sha256:<64 hex digits>.
	Image string `yaml:"image" example:"registry.example.com/api@sha256:<64 hex digits>"`
	// CPU is in units of 1/1024 vCPU; with Memory one of the pairs that Fargate
	// offers (FargateMemory). Default 512.
	CPU int `yaml:"cpu" default:"512"`
	// Memory is in MiB. Default 1024.
	Memory int `yaml:"memory" default:"1024"`
	// Arch is the architecture of Image. Default ARM64.
	Arch Arch `yaml:"arch" default:"ARM64" oneof:"ARM64|X86_64"`
	// Port is the TCP port that the container listens on, 1 to 65535.
	Port int `yaml:"port" range:"1..65535" example:"8080"`
	// HealthPath is the HTTP path that answers 200 when the service is well; it
	// starts with a slash. Default /healthz.
	HealthPath string `yaml:"healthPath" default:"/healthz" match:"^/[!-\"$->@-~]{0,999}$" hint:"a path of at most 1000 printable characters of ASCII that starts with a slash, without query or blanks"`
	// Command replaces the image's command, each word an item. Optional.
	Command []string `yaml:"command,optional" example:"[serve, --verbose]"`
	// Capacity is FARGATE, or FARGATE_SPOT, which is cheaper and may be stopped with two
	// minutes' notice: in a cell that is protected from deletion only for a service that
	// is not exposed. Default FARGATE.
	Capacity Capacity `yaml:"capacity" default:"FARGATE" oneof:"FARGATE|FARGATE_SPOT"`
	// MinTasks is the least number of tasks, 0 to 100. Default 2.
	MinTasks int `yaml:"minTasks" default:"2" range:"0..100"`
	// MaxTasks is the most, 1 to 100 and at least MinTasks. Default 6.
	MaxTasks int `yaml:"maxTasks" default:"6" range:"1..100"`
	// TargetCPUPercent is the average CPU use that scaling holds, 10 to 90. Default 60.
	TargetCPUPercent int `yaml:"targetCPUPercent" default:"60" range:"10..90"`
	// TargetMemoryPercent is the average memory use that scaling holds, 10 to 95, or 0: it
	// does not look at memory. Default 75.
	TargetMemoryPercent int `yaml:"targetMemoryPercent" default:"75" range:"0..95"`
	// ScaleOnQueue is a queue of the cell whose backlog scaling looks at too: one task
	// for each BacklogPerTask waiting messages. Optional.
	ScaleOnQueue string `yaml:"scaleOnQueue,optional" example:"work"`
	// BacklogPerTask is how many messages may wait for each task, 1 to 100000. Default
	// 100. Without ScaleOnQueue it has no effect.
	BacklogPerTask int `yaml:"backlogPerTask" default:"100" range:"1..100000"`
	// Discovery is cloudmap (other services of the cell find it as <name>.<client> in the
	// account's namespace), consul (they find it as <client>-<name>.service.consul; it needs
	// a Consul in the account and region with consul.tasks.enabled, and keeps 256 MiB of the
	// task's memory for side cars) or none. Default cloudmap.
	Discovery Discovery `yaml:"discovery" default:"cloudmap" oneof:"cloudmap|consul|none"`
	// LogRouter is firehose (a FireLens side car sends every line to the search and the
	// archive of application elk; CloudWatch keeps the side car's own) or cloudwatch.
	// Default firehose; where the organization has no elk, cloudwatch it is.
	LogRouter LogRouter `yaml:"logRouter" default:"firehose" oneof:"firehose|cloudwatch"`
	// Exec lets people who may open a session in a running task; never in an account
	// whose cells are protected from deletion. Default false.
	Exec bool `yaml:"exec" default:"false"`
	// Volumes are folders of the cell's file system that the service mounts; a named
	// list. It needs module files.
	Volumes []Volume `yaml:"volumes,optional"`
	// MinHealthyPercent is how many of the tasks must stay up while a new version replaces
	// the old one, 0 to 100. Default 100
	// (docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html).
	MinHealthyPercent int `yaml:"minHealthyPercent" default:"100" range:"0..100"`
	// MaxHealthyPercent is how many may run at once meanwhile, 100 to 200 and more than
	// MinHealthyPercent. Default 200.
	MaxHealthyPercent int `yaml:"maxHealthyPercent" default:"200" range:"100..200"`
	// Rollback puts the old version back when the new one does not start. Default true.
	Rollback bool `yaml:"rollback" default:"true"`
	// Expose says how the service is reached from outside the cell. The load balancer
	// must be enabled in the utility configuration of the account and region. Default none.
	Expose Expose `yaml:"expose" default:"none" oneof:"none|internal|public"`
	// Host is the first label of the service's host name below
	// <region>.<account>.<domain>; only of an exposed service; unique in the account and
	// region, and no name of another client there or of an application that people reach.
	// Default: ingress.host, or the client's name (Cell.HostLabel).
	Host string `yaml:"host,optional" match:"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" hint:"one lower-case DNS label of 1 to 63 characters"`
	// Environment holds the container's environment variables by name. No secrets.
	// Optional.
	Environment map[string]string `yaml:"environment,optional"`
	// Secrets are environment variables whose values ECS reads, when a task starts,
	// from where the reference says: secretsmanager:<name>, secretsmanager:<name>#<key>
	// or ssm:<name>, with names relative to the cell (SecretRef); services of a cell read
	// at most 100. A name is in Environment or here, never in both. Optional.
	Secrets map[string]SecretRef `yaml:"secrets,optional"`
}

// Capacity is what an ECS service runs on.
type Capacity string

const (
	// Fargate is capacity that stays.
	Fargate Capacity = "FARGATE"
	// FargateSpot is spare capacity at a lower price.
	FargateSpot Capacity = "FARGATE_SPOT"
)

// Discovery is how services of a cell find each other.
type Discovery string

const (
	// DiscoveryCloudMap registers tasks in the account's Cloud Map namespace.
	DiscoveryCloudMap Discovery = "cloudmap"
	// DiscoveryConsul registers tasks in the Consul of the account and region.
	DiscoveryConsul Discovery = "consul"
	// DiscoveryNone registers them nowhere.
	DiscoveryNone Discovery = "none"
)

// ConsulSideCarsMiB is the memory that the side cars of a service with discovery consul
// keep for themselves.
const ConsulSideCarsMiB = 256

// LogRouter is where a service's lines go.
type LogRouter string

const (
	// LogToFirehose sends lines to the delivery stream of application elk.
	LogToFirehose LogRouter = "firehose"
	// LogToCloudWatch keeps them in a log group.
	LogToCloudWatch LogRouter = "cloudwatch"
)

// Volume is a folder of the cell's file system in a service's container.
type Volume struct {
	// Name is the access point of module files.
	Name string `yaml:"name" match:"^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$" hint:"the name of an access point of files.accessPoints" example:"reports"`
	// Path is where the container sees the folder.
	Path string `yaml:"path" match:"^(/[.]?[A-Za-z0-9_-][A-Za-z0-9._-]*)+$" hint:"an absolute path of letters, digits, dots, dashes, underscores and slashes, without //, . and .. and without a slash at its end" example:"/data/reports"`
	// ReadOnly keeps the service from writing. Default false.
	ReadOnly bool `yaml:"readOnly" default:"false"`
}
