// Package resource is the core that every simulated service shares: what a resource type is (Kind), what its code
// works with during one provider call (Call, Validation), and the engine that runs the provider's operations on the
// store. A new type is a Kind of a few dozen lines.
//
// It knows no service and no wire protocol.
package resource

import (
	"fmt"

	"cellworks/pkg/simcloud/internal/schema"
)

// Global is the region of things that an account has once.
const Global = "global"

// Kind is how the simulated cloud treats one resource type.
type Kind struct {
	// Token is the Pulumi type.
	Token string
	// Service is the API as errors name it: "EC2".
	Service string
	// Noun is the thing as errors name it: "EC2 Subnet".
	Noun string
	// CreateOp, UpdateOp and DeleteOp are the API operations that errors name; of an API that has none, what the provider
	// says that it could not do.
	CreateOp, UpdateOp, DeleteOp string
	// Route is the path of the API's URL for a thing with these inputs, where errors name it; nil where they do not.
	Route func(in Props) string
	// Global things exist once per account, not per region.
	Global bool
	// Upsert says that creating a thing that exists takes it over, as the real API does.
	Upsert bool
	// Naming is how the provider names a thing that the program does not name; nil when it never does.
	Naming *Naming
	// Rules are checked before any code of the kind runs.
	Rules schema.Rules
	// Forces names the top-level properties whose change makes a new resource because of their values: what Rules.Replaces
	// cannot say. It sees unknown values. It may be nil.
	Forces func(old, next Props) []string
	// ForcesWhen says in words which changes Forces names.
	ForcesWhen string
	// Derived are outputs that a change of an input makes unknown until it is applied.
	Derived map[string][]string
	// Validate checks what needs the inputs only. It sees unknown values. It may be nil.
	Validate func(*Validation)
	// Identify runs on create: it sets the id, the ARN and the outputs that never change.
	Identify func(*Call) error
	// Apply runs on create, after Identify, and on update: it checks what the thing refers to and sets the outputs that
	// follow from the inputs. It may be nil.
	Apply func(*Call) error
	// Report runs last on create and update: it sets outputs that the service gives back in another form than it took
	// them. It may be nil.
	Report func(*Call)
	// Remove runs on delete and says what blocks it. It may be nil.
	Remove func(*Call) error
}

// Naming is the provider's naming of one type: <logical name>-<7 hexadecimal digits>.
type Naming struct {
	// Property is the input that holds the name.
	Property string
	// Max is the longest name in characters.
	Max int
	// PrefixProperty is the input that takes the place of the name when it is set; it may be empty.
	PrefixProperty string
	// Before is put before the name: "alias/".
	Before string
	// Lower makes the name lower-case.
	Lower bool
	// Joined says that the digits follow the logical name without a hyphen and that the provider takes the property for no
	// name otherwise: a user's naming patterns do not reach it, and a replacement that keeps it is made first.
	Joined bool
}

// Fault is an error that the cloud's API answers.
type Fault struct {
	Code, Message string
	// Status is the HTTP status; 0 means 400.
	Status int
	// Tries is how often the provider has tried in vain; 0 when it gave up at once.
	Tries int
}

func (f *Fault) Error() string { return fmt.Sprintf("api error %s: %s", f.Code, f.Message) }

// Faultf makes a Fault.
func Faultf(code, format string, a ...any) *Fault {
	return &Fault{Code: code, Message: fmt.Sprintf(format, a...)}
}

// nameIn is what a thing that is not made yet is called; empty when its service gives it an id only once it is.
func (k *Kind) nameIn(in Props) string {
	if k.Naming == nil {
		return ""
	}
	return in.Str(k.Naming.Property)
}

// Session is who calls: a provider instance's configuration.
type Session struct {
	// Account is what the caller's things are kept apart by: an AWS account's id, the host of a Vault, a Datadog site, an
	// Okta organization. Region is Global where there are none.
	Account, Region string
	// Endpoint is the host and port that the caller was told to call, where Account does not say; it may be empty.
	Endpoint string
	// Role is the ARN of the role that the provider acts as; empty for a caller that is no provider.
	Role string
	// SessionName is what the provider calls its use of the role; it may be empty.
	SessionName string
	// Retries is how many tries the provider makes of a call that is throttled.
	Retries int
	// Trouble is why every call fails, when the provider was configured with what only a call finds wrong.
	Trouble       string
	DefaultTags   map[string]string
	IgnoreTagKeys []string
}
