// Package okta builds the organization's people in Okta: their groups, how they prove
// who they are, and the applications that they sign in to.
package okta

import (
	"fmt"
	"maps"
	"slices"

	oktagroup "github.com/pulumi/pulumi-okta/sdk/v4/go/okta/group"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/config"
)

const token = component.TokenPrefix + ":okta:Directory"

// Directory is the people of an Okta organization and what they sign in to.
type Directory struct {
	pulumi.ResourceState

	// GroupIDs are the groups of people, by name.
	GroupIDs map[string]pulumi.StringOutput
	// AppIDs are the applications, by key.
	AppIDs map[string]pulumi.StringOutput
	// ClientIDs are those of the applications with OpenID Connect, by key.
	ClientIDs map[string]pulumi.StringOutput
	// ClientSecrets are the secrets of those applications whose secrets a stack needs, by
	// key; they are secret outputs. The secret of Jenkins is shown in Okta only.
	ClientSecrets map[string]pulumi.StringOutput
	// Metadata are the documents by which applications with SAML know Okta, by key.
	Metadata map[string]pulumi.StringOutput

	ctx   *pulumi.Context
	name  string
	args  Args
	child pulumi.ResourceOption

	zones map[string]pulumi.StringOutput
}

// Outputs returns the ids of groups and applications.
func (d *Directory) Outputs() pulumi.Map {
	return pulumi.Map{
		"groupIds": StringMap(d.GroupIDs), "appIds": StringMap(d.AppIDs), "clientIds": StringMap(d.ClientIDs),
		"clientSecrets": StringMap(d.ClientSecrets), "metadata": StringMap(d.Metadata),
	}
}

// StringMap returns values as one output.
func StringMap(values map[string]pulumi.StringOutput) pulumi.StringMap {
	out := pulumi.StringMap{}
	for key, value := range values {
		out[key] = value
	}
	return out
}

// New builds the directory that args describes. It fails, naming all that is wrong
// before any resource is registered, when args lack what a part that is switched on
// needs, or name groups, zones or accounts that are none.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Directory, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("okta %q: %w", name, err)
	}
	d := &Directory{
		ctx: ctx, name: name, args: args, zones: map[string]pulumi.StringOutput{},
		GroupIDs: map[string]pulumi.StringOutput{}, AppIDs: map[string]pulumi.StringOutput{}, ClientIDs: map[string]pulumi.StringOutput{},
		ClientSecrets: map[string]pulumi.StringOutput{}, Metadata: map[string]pulumi.StringOutput{},
	}
	return component.Register(ctx, token, name, d, opts, func(child pulumi.ResourceOption) error {
		d.child = child
		for _, add := range []func() error{d.addGroups, d.addZones, d.addSession, d.addEnrollment, d.addThreatInsight, d.addApps, d.addAWS, d.addLogStream} {
			if err := add(); err != nil {
				return err
			}
		}
		return nil
	})
}

// addGroups makes the groups of people. Who is in a group is lost with it.
func (d *Directory) addGroups() error {
	for _, group := range d.args.Config.Groups {
		made, err := oktagroup.NewGroup(d.ctx, d.name+"-"+group.Name, &oktagroup.GroupArgs{
			Name:        pulumi.String(group.Name),
			Description: pulumi.String(group.Description),
		}, d.child, pulumi.Protect(d.args.DeletionProtection))
		if err != nil {
			return err
		}
		d.GroupIDs[group.Name] = made.ID().ToStringOutput()
		if group.Rule == "" {
			continue
		}
		if err := d.addRule(group.Name, group.Name, pulumi.String(group.Rule), d.GroupIDs[group.Name]); err != nil {
			return err
		}
	}
	return nil
}

// addRule puts everybody of whom expression is true into a group. Who is in the group
// by the rule alone leaves it with the rule.
func (d *Directory) addRule(resource, name string, expression pulumi.StringInput, groupID pulumi.StringInput) error {
	_, err := oktagroup.NewRule(d.ctx, d.name+"-"+resource, &oktagroup.RuleArgs{
		Name:                pulumi.String(name),
		ExpressionType:      pulumi.String("urn:okta:expression:1.0"),
		ExpressionValue:     expression,
		GroupAssignments:    pulumi.StringArray{groupID},
		RemoveAssignedUsers: pulumi.Bool(true),
		Status:              pulumi.String("ACTIVE"),
		// A name is taken until the rule that has it is gone.
	}, d.child, pulumi.DeleteBeforeReplace(true))
	return err
}

// groupIDs returns the ids of groups, sorted by name.
func (d *Directory) groupIDs(names []string) pulumi.StringArray {
	ids := pulumi.StringArray{}
	for _, name := range slices.Sorted(slices.Values(names)) {
		ids = append(ids, d.GroupIDs[name])
	}
	return ids
}

// everybody are the ids of all groups of people, sorted by name.
func (d *Directory) everybody() pulumi.StringArray {
	return d.groupIDs(slices.Collect(maps.Keys(d.GroupIDs)))
}

// label is what people see as the name of something that belongs to an application.
func label(key string) string {
	return map[string]string{
		config.OktaAppJenkins: "Jenkins", config.OktaAppVault: "Vault", config.OktaAppOpenSearch: "OpenSearch", config.OktaAppAWS: "AWS",
	}[key]
}
