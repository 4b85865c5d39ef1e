package storage

import (
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

// perimeter denies every principal but the cell's own roles, the deployment role
// and AWS services: it holds even where another cell's IAM policy is too wide.
func (a Args) perimeter(bucketARN string) iampolicy.Statement {
	return iampolicy.Deny("DenyOtherPrincipals", "s3:*").By(iampolicy.ByEveryone()).On(bucketARN, bucketARN+"/*").
		If("ArnNotLike", "aws:PrincipalArn",
			naming.ARN(a.Region, "iam", "", a.AccountID, "role"+naming.CellRolePath(a.Client)+"*"),
			naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.DeployRole)).
		If("Bool", "aws:PrincipalIsAWSService", "false")
}
