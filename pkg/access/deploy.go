package access

import (
	"maps"
	"slices"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// theme is one of the policies of a deployment role: one policy would be too
// long.
type theme struct {
	name, description string
	statements        []iampolicy.Statement
}

// service is what a deployment does with one service of AWS, as names of actions
// without the service's prefix. Which actions know the tags of a request or of a
// resource is said by the Service Authorization Reference
// (docs.aws.amazon.com/service-authorization/latest/reference).
type service struct {
	// create makes something: allowed when the request carries the project's tag.
	create []string
	// manage changes or deletes: allowed when the resource carries the tag.
	manage []string
	// tag and untag are the service's actions on tags. Tagging goes with both of the
	// above.
	tag, untag []string
	// read describes, and reads no data.
	read []string
}

// owner says by which tag a deployment role knows what is its project's.
type owner struct {
	// tag is the key, value a pattern.
	tag, value string
}

// statements returns the statements on the services, in the order of their
// prefixes.
func (o owner) statements(services map[string]service) []iampolicy.Statement {
	var create, manage []string
	for _, prefix := range slices.Sorted(maps.Keys(services)) {
		s := services[prefix]
		create = append(create, actions(prefix, s.create, s.tag)...)
		manage = append(manage, actions(prefix, s.manage, s.tag, s.untag)...)
	}
	return []iampolicy.Statement{
		iampolicy.Allow("Create", create...).On("*").If("StringLike", "aws:RequestTag/"+o.tag, o.value),
		iampolicy.Allow("Manage", manage...).On("*").If("StringLike", "aws:ResourceTag/"+o.tag, o.value),
	}
}

// reads returns the statement that reads the services.
func reads(services ...map[string]service) iampolicy.Statement {
	var read []string
	for _, part := range services {
		for _, prefix := range slices.Sorted(maps.Keys(part)) {
			read = append(read, actions(prefix, part[prefix].read)...)
		}
	}
	return iampolicy.Allow("Read", read...).On("*")
}

// tagging returns every action on tags of the services.
func tagging(services ...map[string]service) []string {
	var all []string
	for _, part := range services {
		for _, prefix := range slices.Sorted(maps.Keys(part)) {
			all = append(all, actions(prefix, part[prefix].tag, part[prefix].untag)...)
		}
	}
	return all
}

// actions returns names with the prefix of their service.
func actions(prefix string, lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		for _, name := range list {
			all = append(all, prefix+":"+name)
		}
	}
	return all
}

// themes returns the policies of the role that deploys a project.
func (a Args) themes(project string) []theme {
	switch project {
	case naming.ProjectCell:
		return a.cellThemes()
	case naming.ProjectUtility:
		return a.utilityThemes()
	default:
		return []theme{{"limits", "What not even the base project does", a.baseLimits()}}
	}
}

// baseLimits denies what no deployment of the base project does: leave the
// organization, pause the trail, and make credentials that do not expire.
func (a Args) baseLimits() []iampolicy.Statement {
	return []iampolicy.Statement{
		iampolicy.Deny("Never",
			"account:CloseAccount", "cloudtrail:StopLogging", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:CreateUser",
			"organizations:DeleteOrganization", "organizations:LeaveOrganization", "s3:BypassGovernanceRetention",
		).On("*"),
		a.dataDenied(),
	}
}

// dataDenied keeps a deployment from the data of clients: it makes the places
// where data is kept, and neither reads it nor shares copies of it.
func (a Args) dataDenied() iampolicy.Statement {
	return iampolicy.Deny("NoData",
		"ec2:ModifyImageAttribute", "ec2:ModifySnapshotAttribute", "ecs:ExecuteCommand", "rds-data:*", "rds-db:*", "rds:ModifyDBClusterSnapshotAttribute",
		"rds:ModifyDBSnapshotAttribute", "sqs:ReceiveMessage", "ssm:SendCommand", "ssm:StartSession",
	).On("*")
}

// roles returns the statements with which a project makes its own roles: below
// its own path, with the boundary and with nothing but its own policies or those
// listed, and passes them to the services listed and to no other.
func (a Args) roles(path string, services []string, aws ...string) []iampolicy.Statement {
	roles := a.iamARN("role" + path + "*")
	return append(a.boundRoles("", path, roles, aws...),
		iampolicy.Allow("ManagePolicies",
			"iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:GetPolicy", "iam:GetPolicyVersion",
			"iam:ListEntitiesForPolicy", "iam:ListPolicyTags", "iam:ListPolicyVersions", "iam:SetDefaultPolicyVersion", "iam:TagPolicy", "iam:UntagPolicy",
		).On(a.iamARN("policy"+path+"*")),
		iampolicy.Allow("PassRoles", "iam:PassRole").On(roles).
			If("StringEquals", "iam:PassedToService", services...),
	)
}

// boundRoles returns the statements, named after what, with which a project makes the
// roles that the pattern roles matches: with the boundary, and with nothing but
// policies below path or those of AWS that are listed.
func (a Args) boundRoles(what, path, roles string, aws ...string) []iampolicy.Statement {
	attachable := []string{a.iamARN("policy" + path + "*")}
	for _, name := range aws {
		attachable = append(attachable, a.awsPolicy(name))
	}
	boundary := naming.BoundaryARN(a.AccountID, a.Region)
	return []iampolicy.Statement{
		iampolicy.Allow("MakeBound"+what+"Roles", "iam:CreateRole", "iam:PutRolePermissionsBoundary").On(roles).
			If("StringEquals", "iam:PermissionsBoundary", boundary),
		iampolicy.Allow("Attach"+what+"Policies", "iam:AttachRolePolicy", "iam:DetachRolePolicy").On(roles).
			If("StringEquals", "iam:PermissionsBoundary", boundary).
			If("ArnLike", "iam:PolicyARN", attachable...),
		iampolicy.Allow("Manage"+what+"Roles",
			"iam:DeleteRole", "iam:GetRole", "iam:ListAttachedRolePolicies", "iam:ListInstanceProfilesForRole", "iam:ListRolePolicies", "iam:ListRoleTags",
			"iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole", "iam:UpdateRoleDescription",
		).On(roles),
	}
}

// serviceLinked lets the project's services make the roles that they need of
// their own. Everybody shares them, and IAM makes each once.
func (a Args) serviceLinked(services ...string) iampolicy.Statement {
	return iampolicy.Allow("ServiceLinkedRoles", "iam:CreateServiceLinkedRole").On(a.iamARN("role/aws-service-role/*")).
		If("StringEquals", "iam:AWSServiceName", services...)
}

// notOthers denies changes of tags on what the projects in others own: tags are
// what the role knows its own by.
func notOthers(tagActions []string, others ...string) iampolicy.Statement {
	return iampolicy.Deny("NotOthers", tagActions...).On("*").
		If("StringEquals", "aws:ResourceTag/"+naming.TagProject, others...)
}

// keepCellsApart denies everything when the tag of a client that something is
// compared by, with the key aws:ResourceTag or aws:RequestTag, is another client's
// than the caller's own. A caller without the tag, and things without one, are not
// its business.
func (a Args) keepCellsApart(sid, key string) iampolicy.Statement {
	compared := key + "/" + naming.TagCell
	return iampolicy.Deny(sid, "*").On("*").
		If("Null", "aws:PrincipalTag/"+naming.TagCell, "false").
		If("Null", compared, "false").
		If("StringNotEquals", compared, "${aws:PrincipalTag/"+naming.TagCell+"}")
}

// logBuckets are the account's log buckets, whose names hold its id; those of
// clients cannot.
func (a Args) logBuckets() []string {
	bucket := naming.ARN(a.Region, "s3", "", "", a.OrganizationName+"-"+a.AccountID+"-*")
	return []string{bucket, bucket + "/*"}
}

// iamARN returns the ARN of something in the account's IAM.
func (a Args) iamARN(resource string) string {
	return naming.ARN(a.Region, "iam", "", a.AccountID, resource)
}
