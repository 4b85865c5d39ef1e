package servergroup

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// Args says what servers to build.
type Args struct {
	// GroupName is the name of the Auto Scaling group, unique in the account and
	// region. Servers are told it before the group exists, so it never changes.
	GroupName string
	// HookName is the name of the launch hook: a server that starts is out of service
	// until it completes the hook, and is replaced when it does not.
	HookName string
	// Description says what the servers serve.
	Description string
	// AccountID and Region are where they are.
	AccountID, Region string
	// Servers is how many there are: an odd number from 3, so that a majority of them
	// is beyond doubt.
	Servers int
	// Image is the id of an AMI, or the name of a parameter that holds one.
	Image string
	// InstanceType is their type.
	InstanceType string
	// UserData is what they are told at their first start, in base64.
	UserData pulumi.StringInput
	// SubnetIDs are where they are, one a zone, at least two.
	SubnetIDs []string
	// SecurityGroupIDs are their security groups.
	SecurityGroupIDs pulumi.StringArrayInput
	// TargetGroupARNs are the target groups that they are registered with. Optional.
	// Their health does not count: a standby that answers as one is no broken server.
	TargetGroupARNs pulumi.StringArrayInput
	// VolumeKeyARN is the key of the volumes.
	VolumeKeyARN string
	// Volumes are disks beside the root's, deleted with the server: what is on them is
	// on the other servers too.
	Volumes []Volume
	// Watch says how they are watched.
	Watch Watch
	// Permissions are the policies of the servers' role, by name, beside the one that
	// lets a server complete its launch and be watched. What they name may be known
	// only when the stack runs.
	Permissions map[string]Permission
	// PermissionsBoundary is the boundary of the role.
	PermissionsBoundary string
	// Tags are those of servers, volumes and interfaces: default tags do not reach
	// what Auto Scaling makes.
	Tags map[string]string
	// DeletionProtection makes Pulumi refuse to delete the group.
	DeletionProtection bool
}

// Volume is a disk of its own.
type Volume struct {
	// Device is its name, /dev/sdf to /dev/sdp.
	Device string
	// GiB is its size.
	GiB int
}

// Permission is a policy of the servers' role.
type Permission struct {
	// Description says what it is for.
	Description string
	// Statements makes the statements out of the values of Needs.
	Statements func(needs []string) []iampolicy.Statement
	// Needs are values that the statements name and that resources make.
	Needs []pulumi.StringInput
}

// Permit returns a permission of statements that need no resource.
func Permit(description string, statements ...iampolicy.Statement) Permission {
	return Permission{Description: description, Statements: func([]string) []iampolicy.Statement { return statements }}
}

const (
	minServers = 3
	minSubnets = 2
	// minGiB and maxGiB are the sizes of a gp3 volume
	// (docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html).
	minGiB, maxGiB = 1, 16384
	// maxUserData is how long user data may be in base64: 16384 bytes before it.
	maxUserData = 4 * ((16384 + 2) / 3)
)

func (a Args) validate() error {
	errs := append(a.checkFields(), a.Watch.validate()...)
	if a.Servers < minServers || a.Servers%2 == 0 {
		errs = append(errs, fmt.Errorf("servers: %d have no clear majority, want an odd number from %d", a.Servers, minServers))
	}
	if len(a.SubnetIDs) < minSubnets {
		errs = append(errs, fmt.Errorf("subnets: got %d, want at least %d in different zones", len(a.SubnetIDs), minSubnets))
	}
	var devices []string
	for _, v := range a.Volumes {
		if len(v.Device) != len("/dev/sdf") || !strings.HasPrefix(v.Device, "/dev/sd") || v.Device[7] < 'f' || v.Device[7] > 'p' || slices.Contains(devices, v.Device) {
			errs = append(errs, fmt.Errorf("volumes: device %q is not valid or is there twice, want /dev/sdf to /dev/sdp, each once", v.Device))
		}
		if v.GiB < minGiB || v.GiB > maxGiB {
			errs = append(errs, fmt.Errorf("volumes: %d GiB of %s are out of range, want %d to %d", v.GiB, v.Device, minGiB, maxGiB))
		}
		devices = append(devices, v.Device)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Permissions)) {
		permission := a.Permissions[name]
		if permission.Statements == nil || permission.Description == "" {
			errs = append(errs, fmt.Errorf("permission %q has no statements or no description", name))
			continue
		}
		// What resources make is an ARN; any will do to see whether the policy is one.
		sample := slices.Repeat([]string{naming.ARN(a.Region, "kms", a.Region, a.AccountID, "key/any")}, len(permission.Needs))
		if _, err := iampolicy.NewDocument(permission.Statements(sample)...).JSONFor(iampolicy.Managed); err != nil {
			errs = append(errs, fmt.Errorf("permission %q: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

func (a Args) checkFields() []error {
	var errs []error
	for _, field := range []struct{ name, value string }{
		{"group name", a.GroupName},
		{"hook name", a.HookName},
		{"description", a.Description},
		{"account id", a.AccountID},
		{"region", a.Region},
		{"image", a.Image},
		{"instance type", a.InstanceType},
		{"volume key", a.VolumeKeyARN},
		{"permissions boundary", a.PermissionsBoundary},
	} {
		if field.value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field.name))
		}
	}
	if a.SecurityGroupIDs == nil {
		errs = append(errs, errors.New("security groups are not set"))
	}
	switch text, known := a.UserData.(pulumi.String); {
	case a.UserData == nil:
		errs = append(errs, errors.New("user data is not set"))
	case known && len(text) > maxUserData:
		errs = append(errs, fmt.Errorf("user data: %d characters are too many, want at most %d", len(text), maxUserData))
	}
	return errs
}

// imageID is the image as a launch template wants it: EC2 looks a parameter up
// whenever it launches an instance
// (docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html).
func (a Args) imageID() string {
	if strings.HasPrefix(a.Image, "/") {
		return "resolve:ssm:" + a.Image
	}
	return a.Image
}
