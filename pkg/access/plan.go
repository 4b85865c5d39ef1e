package access

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// policy is a managed policy to build.
type policy struct {
	name, path, description string
	text                    string
}

// role is a role to build.
type role struct {
	// key is what the role's ARN is published under.
	key string
	// name and path are the role's.
	name, path, description string
	// trust says who may assume it.
	trust string
	// federated says that an identity provider is among those.
	federated bool
	// hours is the longest session.
	hours int
	// own and aws are the policies that it has, aws by ARN.
	own []policy
	aws []string
}

// plan is everything that is decided before any resource exists.
type plan struct {
	boundary, serviceBoundary policy
	ci                        []config.CIProvider
	samlName, samlMetadata    string
	roles                     []role
}

// writer turns documents into text and gathers what is wrong with them.
type writer struct{ errs []error }

func (w *writer) write(what string, kind iampolicy.Kind, d iampolicy.Document) string {
	text, err := d.JSONFor(kind)
	if err != nil {
		w.errs = append(w.errs, fmt.Errorf("%s: %w", what, err))
	}
	return text
}

// policy returns a policy of the statements.
func (w *writer) policy(path, name, description string, statements []iampolicy.Statement) policy {
	return policy{name: name, path: path, description: description, text: w.write(name, iampolicy.Managed, iampolicy.NewDocument(statements...))}
}

// trust returns a trust policy of the statements.
func (w *writer) trust(name string, statements []iampolicy.Statement) string {
	return w.write(name, iampolicy.Trust, iampolicy.NewDocument(statements...))
}

// plan returns what is to be built. It fails when a policy is not valid or too
// long.
func (a Args) plan() (plan, error) {
	w := &writer{}
	p := plan{
		boundary:        w.policy("/", naming.BoundaryName, "The most that roles of the utility and cell projects can do", a.boundary()),
		serviceBoundary: w.policy("/", naming.ServiceBoundaryName, "The most that services of AWS can do with what a cell keeps", a.serviceBoundary()),
		ci:              slices.SortedFunc(slices.Values(a.Config.CI), func(x, y config.CIProvider) int { return cmp.Compare(x.Name, y.Name) }),
		samlName:        a.OrganizationName,
		samlMetadata:    a.Config.SAMLMetadata,
	}
	p.roles = slices.Concat(a.deployRoles(w), a.people(w), a.services(w))
	return p, errors.Join(w.errs...)
}

// deployRoles returns the roles that deployments assume.
func (a Args) deployRoles(w *writer) []role {
	var roles []role
	for _, project := range []string{naming.ProjectBase, naming.ProjectUtility, naming.ProjectCell} {
		name := strings.TrimPrefix(naming.DeployRole(project), strings.TrimPrefix(naming.DeployPath, "/"))
		r := role{
			key: project, name: name, path: naming.DeployPath,
			description: "Deploys the project " + project,
			trust:       w.trust(name, a.deployTrust(project)),
			federated:   slices.ContainsFunc(a.Config.CI, func(p config.CIProvider) bool { return may(p.Projects, project) }),
			hours:       a.Config.MaxSessionHours,
		}
		for _, theme := range a.themes(project) {
			r.own = append(r.own, w.policy(naming.DeployPath, name+"-"+theme.name, theme.description, theme.statements))
		}
		if project == naming.ProjectBase {
			// What an account starts with touches every service there is, so that a list of
			// actions would be all of them. AWS's own policy says so openly; one of ours with
			// the same rights would break FSBP IAM.1.
			r.aws = []string{a.awsPolicy("AdministratorAccess")}
		}
		roles = append(roles, r)
	}
	return roles
}

// may says whether a list of projects, of which an empty one is all, has project.
func may(projects []string, project string) bool {
	return len(projects) == 0 || slices.Contains(projects, project)
}

// awsPolicy returns the ARN of a policy that AWS manages.
func (a Args) awsPolicy(name string) string {
	return naming.ARN(a.Region, "iam", "", "aws", "policy/"+name)
}
