package access

import (
	"maps"
	"slices"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// deployTrust says who may assume the role that deploys a project: the account's
// bootstrap role, the deployers, and the jobs of CI. None but CI's provider is a
// principal: a trust policy cannot name roles that do not exist, and one that
// names a role is dead when the role is made anew. The root of an account stands
// for all that is in it, and the condition says which of them.
//
// Sessions may carry tags: a deployment of a cell is bound to the client that its
// session is tagged with (see the policies of the role).
func (a Args) deployTrust(project string) []iampolicy.Statement {
	statements := []iampolicy.Statement{
		a.inOrganization(assume("Bootstrap", a.AccountID, a.Region).
			If("ArnEquals", "aws:PrincipalArn", naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.BootstrapRole))),
	}
	roles := map[string][]string{}
	for _, d := range a.Config.Deployers {
		if may(d.Projects, project) {
			id := a.AccountIDs[d.Account]
			roles[id] = append(roles[id], naming.ARN(a.Region, "iam", "", id, "role/"+strings.TrimPrefix(d.Role, "/")))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(roles)) {
		statements = append(statements, a.inOrganization(assume("From"+id, id, a.Region).
			If("ArnLike", "aws:PrincipalArn", roles[id]...)))
	}
	for _, p := range slices.SortedFunc(slices.Values(a.Config.CI), func(x, y config.CIProvider) int { return strings.Compare(x.Name, y.Name) }) {
		if may(p.Projects, project) {
			statements = append(statements, a.jobs(p))
		}
	}
	return statements
}

// assume returns a statement that lets the account with id in, whoever asks.
func assume(sid, id, region string) iampolicy.Statement {
	return iampolicy.Allow(sid, "sts:AssumeRole", "sts:TagSession").
		By(iampolicy.ByAWS(naming.ARN(region, "iam", "", id, "root")))
}

// inOrganization adds that the caller must be of the organization, when its id is
// known.
func (a Args) inOrganization(s iampolicy.Statement) iampolicy.Statement {
	if a.Config.OrganizationID == "" {
		return s
	}
	return s.If("StringEquals", "aws:PrincipalOrgID", a.Config.OrganizationID)
}

// jobs lets the jobs of a CI provider in whose tokens are for the audience and of
// one of the subjects: both, because an audience is everybody's who uses the
// provider. The keys of a provider are its URL without the scheme.
func (a Args) jobs(p config.CIProvider) iampolicy.Statement {
	issuer := strings.TrimSuffix(strings.TrimPrefix(p.URL, "https://"), "/")
	return iampolicy.Allow("", "sts:AssumeRoleWithWebIdentity", "sts:TagSession").
		By(iampolicy.Principals{Federated: []string{naming.ARN(a.Region, "iam", "", a.AccountID, "oidc-provider/"+issuer)}}).
		If("StringEquals", issuer+":aud", p.Audience).
		If("StringLike", issuer+":sub", p.Subjects...)
}

// withSecondFactor lets people of the people's account in who have shown a second
// factor. The key is absent from sessions without one, and Bool is then false.
func (a Args) withSecondFactor() iampolicy.Statement {
	return a.inOrganization(iampolicy.Allow("WithSecondFactor", "sts:AssumeRole").
		By(iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", a.AccountIDs[a.Config.PeopleAccount], "root"))).
		If("Bool", "aws:MultiFactorAuthPresent", "true"))
}

// signIn lets people in whom the identity provider vouches for.
func (a Args) signIn() iampolicy.Statement {
	return iampolicy.Allow("SignIn", "sts:AssumeRoleWithSAML", "sts:TagSession").
		By(iampolicy.Principals{Federated: []string{naming.ARN(a.Region, "iam", "", a.AccountID, "saml-provider/"+a.OrganizationName)}}).
		If("StringEquals", "SAML:aud", signInURL(a.Region))
}

// signInURL returns the address that SAML assertions are for
// (docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html).
func signInURL(region string) string {
	switch naming.Partition(region) {
	case "aws-cn":
		return "https://signin.amazonaws.cn/saml"
	case "aws-us-gov":
		return "https://signin.amazonaws-us-gov.com/saml"
	default:
		return "https://signin.aws.amazon.com/saml"
	}
}
