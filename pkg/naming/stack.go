package naming

// The Pulumi projects, which are also the folders of their programs.
const (
	// ProjectBase is what an account has in a region.
	ProjectBase = "base"
	// ProjectUtility is the applications that operations run.
	ProjectUtility = "utility"
	// ProjectCell is one client's cell.
	ProjectCell = "cell"
)

// StackBase returns the base stack <account>-<region>.
func StackBase(account, region string) string { return account + "-" + region }

// StackPeering returns the base stack <account>-peering, which connects the
// account's VPCs with those that reach them. No region is called peering.
func StackPeering(account string) string { return account + "-peering" }

// StackUtility returns the utility stack <account>-<region>-<app>, such as
// prod-us-east-1-ecs.
func StackUtility(account, region, app string) string { return account + "-" + region + "-" + app }

// StackCell returns the cell stack of a client: the client's name.
func StackCell(client string) string { return client }

// TagSet is what the tags of a stack's resources are made of.
type TagSet struct {
	// Project is the Pulumi project: base, utility or cell.
	Project string
	// Stack is the stack's name.
	Stack string
	// Account is the account's name in the organization, not its id.
	Account string
	// Client is the client's name; empty for base and utility.
	Client string
}

// Tag keys. IAM conditions and cost reports name them: they never change.
const (
	// TagProject holds the Pulumi project.
	TagProject = "cellworks:project"
	// TagStack holds the stack's name.
	TagStack = "cellworks:stack"
	// TagAccount holds the account's name.
	TagAccount = "cellworks:account"
	// TagEnvironment holds the account's name too, under the key that other tools expect.
	TagEnvironment = "environment"
	// TagCell holds the client; only resources of cells carry it.
	TagCell = "cell"
	// TagDataClassification is "phi" in cells and "internal" elsewhere.
	TagDataClassification = "data-classification"
	// TagManagedBy is always "pulumi".
	TagManagedBy = "managed-by"
)

// Tags returns the tags that every resource of the stack carries, as a fresh map.
func (s TagSet) Tags() map[string]string {
	tags := map[string]string{
		TagProject:            s.Project,
		TagStack:              s.Stack,
		TagAccount:            s.Account,
		TagEnvironment:        s.Account,
		TagDataClassification: "internal",
		TagManagedBy:          "pulumi",
	}
	if s.Client != "" {
		tags[TagCell] = s.Client
		tags[TagDataClassification] = "phi"
	}
	return tags
}

// BaseNetwork is the name of an account's network in its base stacks, which the names of
// what it is made of start with.
const BaseNetwork = "network"
