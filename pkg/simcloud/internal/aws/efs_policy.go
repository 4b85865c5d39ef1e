package aws

import (
	"slices"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// filePolicy is the policy of a file system. Its size:
// docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html.
func filePolicy() policyKind {
	return policyKind{Size: 20000, Spaces: true, Principal: true, Resource: true, Actions: "elasticfilesystem", WrongAction: "Policy has invalid action",
		Malformed: "InvalidPolicyException", TooLarge: "InvalidPolicyException: the policy is longer than 20000 characters"}
}

func fileSystemPolicy() *resource.Kind {
	return &resource.Kind{
		Token: tokFileSystemPolicy, Service: "EFS", Noun: "EFS File System Policy", CreateOp: "PutFileSystemPolicy", UpdateOp: "PutFileSystemPolicy", DeleteOp: "DeleteFileSystemPolicy",
		Upsert: true, // it takes the place of the policy that the file system has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"fileSystemId"}, Why: "it is the file system's"}},
			JSON:     []string{"policy"},
			Formats:  map[string]schema.Format{"policy": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) {
			checkPolicy(v, "policy", filePolicy())
			if !v.In.Bool("bypassPolicyLockoutSafetyCheck") && locksFilePolicy(v.In.Str("policy")) {
				v.Fail("policy", "InvalidPolicyException: the policy would prevent the caller from making future PutFileSystemPolicy requests; set bypassPolicyLockoutSafetyCheck when that is meant")
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("fileSystemId"); return nil },
		Apply: func(c *resource.Call) error {
			fs, err := needFileSystem(c)
			if err != nil {
				return err
			}
			statements, _ := parsePolicy(c.In.Str("policy")) // Check has refused what cannot be read
			for _, s := range statements {
				for _, r := range s.Resource {
					if r != "*" && r != fs.ARN {
						return resource.Faultf("InvalidPolicyException", "The policy names the resource %s, which is not the file system %s", r, fs.ARN)
					}
				}
			}
			return checkPrincipals(c, c.In.Str("policy"), "InvalidPolicyException", "Invalid principal in policy")
		},
	}
}

// locksFilePolicy says whether a policy denies everybody, without a condition, to change it again.
func locksFilePolicy(text string) bool {
	statements, _ := parsePolicy(text) // checkPolicy tells what cannot be read
	return slices.ContainsFunc(statements, func(s statement) bool {
		changes := slices.ContainsFunc(s.Action, func(a string) bool { return matchesAction(a, "elasticfilesystem:PutFileSystemPolicy") })
		return s.Effect == "Deny" && !s.HasCondition && changes && slices.Contains(s.Principal["AWS"], "*")
	})
}

func fileBackup() *resource.Kind {
	return &resource.Kind{
		Token: tokFileBackup, Service: "EFS", Noun: "EFS Backup Policy", CreateOp: "PutBackupPolicy", UpdateOp: "PutBackupPolicy", DeleteOp: "PutBackupPolicy",
		Upsert: true, // every file system has one; a delete disables it
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"fileSystemId"}, Why: "it is the file system's"}},
			Enums:    map[string][]string{"backupPolicy.status": {"DISABLED", "ENABLED"}},
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("fileSystemId"); return nil },
		Apply: func(c *resource.Call) error {
			_, err := needFileSystem(c)
			return err
		},
	}
}
