package aws

import (
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func efsARN(c *resource.Call, rest string) string {
	return fmt.Sprintf("arn:aws:elasticfilesystem:%s:%s:%s", c.Region, c.Account, rest)
}

func fileSystem() *resource.Kind {
	return &resource.Kind{
		Token: tokFileSystem, Service: "EFS", Noun: "EFS File System", CreateOp: "CreateFileSystem", UpdateOp: "UpdateFileSystem", DeleteOp: "DeleteFileSystem",
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"creationToken", "availabilityZoneName", "encrypted", "kmsKeyId", "performanceMode"}, Why: "a file system is made with them"},
			},
			Computed: []string{"creationToken", "availabilityZoneName", "encrypted", "kmsKeyId", "performanceMode", "protection"},
			Defaults: map[string]any{"throughputMode": "bursting"},
			Enums: map[string][]string{
				"lifecyclePolicies.transitionToPrimaryStorageClass": {"AFTER_1_ACCESS"}, "protection.replicationOverwrite": {"ENABLED", "DISABLED"},
			},
			Lengths: map[string]schema.Range{"creationToken": {Min: 0, Max: 64}},
			Formats: map[string]schema.Format{"kmsKeyId": schema.ARN},
		},
		Validate: checkFileSystem,
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["file systems per region"] {
				return resource.Faultf("FileSystemLimitExceeded", "You have reached the maximum number of file systems: %d", c.Limits["file systems per region"])
			}
			c.Obj.ID = "fs-0" + c.Hex("file system", 16)
			c.Obj.ARN = efsARN(c, "file-system/"+c.Obj.ID)
			c.Default("creationToken", "terraform-"+c.Pick("token", "0123456789", 26))
			token, _ := c.Eff("creationToken").(string)
			if !c.Claim(fmt.Sprintf("efs/%s/%s/%s", c.Account, c.Region, token)) {
				return &resource.Fault{Code: "FileSystemAlreadyExists", Message: fmt.Sprintf("File system with creation token '%s' already exists", token), Status: 409}
			}
			c.Out("ownerId", c.Account)
			c.Out("dnsName", fmt.Sprintf("%s.efs.%s.amazonaws.com", c.Obj.ID, c.Region))
			c.Out("numberOfMountTargets", 0)
			c.Out("availabilityZoneId", "")
			c.Out("sizeInBytes", resource.List(map[string]any{"value": 6144, "valueInIa": 0, "valueInStandard": 6144}))
			return nil
		},
		Apply: applyFileSystem,
		Remove: func(c *resource.Call) error {
			if n := len(c.Users(tokMountTarget)); n > 0 {
				return &resource.Fault{Code: "FileSystemInUse", Message: fmt.Sprintf("File system '%s' has mount targets created in it.", c.Obj.ID), Status: 409}
			}
			deleteAll(c, c.Users(tokAccessPoint, tokFilePolicy, tokFileBackup))
			return nil
		},
	}
}

func checkFileSystem(v *resource.Validation) {
	if v.In.Has("kmsKeyId") && !v.In.Bool("encrypted") && !unknown(v.In, "encrypted") {
		v.Fail("kmsKeyId", "encrypted must be set to true when kms_key_id is specified")
	}
	mode := v.In.Str("throughputMode")
	if v.In.Known("throughputMode") && (mode == "provisioned") != v.In.Has("provisionedThroughputInMibps") {
		v.Fail("provisionedThroughputInMibps", "BadRequest: provisionedThroughputInMibps goes with throughputMode provisioned and with no other")
	}
	if mode == "elastic" && v.In.Str("performanceMode") == "maxIO" {
		v.Fail("performanceMode", "BadRequest: Elastic throughput is not supported for file systems of the performance mode maxIO")
	}
	for i, p := range v.In.Objs("lifecyclePolicies") {
		if len(p) != 1 {
			v.Fail(fmt.Sprintf("lifecyclePolicies[%d]", i), "BadRequest: One or more LifecyclePolicy objects specified are malformed: each has one transition, this one %d", len(p))
		}
	}
	if n := v.In.Len("lifecyclePolicies"); n > 3 {
		v.Fail("lifecyclePolicies", "lifecyclePolicies: attribute supports 3 item maximum, but config has %d declared", n)
	}
}

func applyFileSystem(c *resource.Call) error {
	c.Default("encrypted", false)
	c.Default("performanceMode", "generalPurpose")
	c.Default("availabilityZoneName", "")
	c.Default("protection", map[string]any{"replicationOverwrite": "ENABLED"})
	c.Out("name", c.In.Obj("tags").Str("Name"))
	key := c.In.Str("kmsKeyId")
	if key == "" {
		if c.In.Bool("encrypted") {
			c.Default("kmsKeyId", fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", c.Region, c.Account, c.UUID("aws/elasticfilesystem")))
		}
		return nil
	}
	if _, err := needKey(c, key); err != nil {
		return resource.Faultf("BadRequest", "The KMS key %s does not exist or cannot be used", key)
	}
	return nil
}

// needFileSystem returns the file system that a property names.
func needFileSystem(c *resource.Call) (*store.Object, error) {
	id := c.In.Str("fileSystemId")
	if fs := c.Regional(tokFileSystem, id); fs != nil {
		return fs, nil
	}
	return nil, &resource.Fault{Code: "FileSystemNotFound", Message: fmt.Sprintf("File system '%s' does not exist.", id), Status: 404}
}

func mountTarget() *resource.Kind {
	return &resource.Kind{
		Token: tokMountTarget, Service: "EFS", Noun: "EFS Mount Target", CreateOp: "CreateMountTarget", UpdateOp: "ModifyMountTargetSecurityGroups", DeleteOp: "DeleteMountTarget",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"fileSystemId", "subnetId", "ipAddress"}, Why: "it is one address of one file system"}},
			Sets:     []string{"securityGroups"},
			Computed: []string{"securityGroups", "ipAddress"},
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "fsmt-0" + c.Hex("mount target", 16)
			c.Out("networkInterfaceId", "eni-0"+c.Hex("interface", 16))
			c.Out("ownerId", c.Account)
			return nil
		},
		Apply: applyMountTarget,
	}
}

func applyMountTarget(c *resource.Call) error {
	fs, err := needFileSystem(c)
	if err != nil {
		return err
	}
	s := c.Regional(tokSubnet, c.In.Str("subnetId"))
	if s == nil {
		return resource.Faultf("SubnetNotFound", "The subnet ID '%s' does not exist", c.In.Str("subnetId"))
	}
	for _, k := range resource.UsersOf(c.Tx, fs.Key, tokMountTarget) {
		other := c.Tx.Get(k)
		there := c.Tx.Get(store.Key{Type: tokSubnet, Account: c.Account, Region: c.Region, ID: prop(other, "subnetId")})
		if k != c.Obj.Key && there != nil && prop(there, "vpcId") != prop(s, "vpcId") {
			return &resource.Fault{Code: "MountTargetConflict", Message: "requested subnet for new mount target is not in the same VPC as existing mount targets", Status: 409}
		}
	}
	zone := prop(s, "availabilityZoneId")
	if !c.Claim(fmt.Sprintf("mount-target/%s/%s", fs.ID, zone)) {
		return &resource.Fault{Code: "MountTargetConflict", Message: "mount target already exists in this AZ", Status: 409}
	}
	groups := c.In.Strs("securityGroups")
	if most := c.Limits["groups per interface"]; len(groups) > most {
		return resource.Faultf("SecurityGroupLimitExceeded", "The maximum number of security groups per interface has been reached: %d", most)
	}
	for _, id := range groups {
		if g := c.Regional(tokGroup, id); g == nil || prop(g, "vpcId") != prop(s, "vpcId") {
			return resource.Faultf("SecurityGroupNotFound", "One or more security groups specified do not exist in the VPC of the subnet: %s", id)
		}
	}
	if len(groups) == 0 {
		owner, _ := c.Tx.Owner(defaultName(c, tokGroup, prop(s, "vpcId")))
		c.Default("securityGroups", resource.List(owner.ID))
	}
	c.Default("ipAddress", hostAddr(c, "mount target", prop(s, "cidrBlock")))
	c.Out("availabilityZoneId", zone)
	c.Out("availabilityZoneName", prop(s, "availabilityZone"))
	c.Out("fileSystemArn", fs.ARN)
	c.Out("dnsName", prop(fs, "dnsName"))
	c.Out("mountTargetDnsName", prop(s, "availabilityZone")+"."+prop(fs, "dnsName"))
	return nil
}

func accessPoint() *resource.Kind {
	return &resource.Kind{
		Token: tokAccessPoint, Service: "EFS", Noun: "EFS Access Point", CreateOp: "CreateAccessPoint", UpdateOp: "TagResource", DeleteOp: "DeleteAccessPoint",
		Rules: schema.Rules{
			Immutable: "EFS has no call that changes an access point",
			Mutable:   []string{"tags"},
			Computed:  []string{"rootDirectory"},
			Ranges:    map[string]schema.Range{"posixUser.uid": {Min: 0, Max: 4294967295}, "posixUser.gid": {Min: 0, Max: 4294967295}},
		},
		Validate: func(v *resource.Validation) {
			root := v.In.Obj("rootDirectory")
			path, mode := root.Str("path"), root.Obj("creationInfo").Str("permissions")
			if path != "" && (!regexp.MustCompile(`^(/|(/[^$#<>;`+"`"+`|&?{}^*/\n]+){1,4})$`).MatchString(path) || len(path) > 100) {
				v.Fail("rootDirectory.path", "ValidationException: the path of an access point is / or at most 4 folders deep and 100 characters long: %q", path)
			}
			if mode != "" && !regexp.MustCompile(`^[0-7]{3,4}$`).MatchString(mode) {
				v.Fail("rootDirectory.creationInfo.permissions", "ValidationException: permissions are 3 or 4 octal digits, got %q", mode)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "fsap-0" + c.Hex("access point", 16)
			c.Obj.ARN = efsARN(c, "access-point/"+c.Obj.ID)
			c.Out("ownerId", c.Account)
			return nil
		},
		Apply: func(c *resource.Call) error {
			fs, err := needFileSystem(c)
			if err != nil {
				return err
			}
			c.Out("fileSystemArn", fs.ARN)
			c.Default("rootDirectory", map[string]any{"path": "/"})
			return nil
		},
	}
}

// filePolicy is the policy of a file system. Its size: docs.aws.amazon.com/efs/latest/ug/API_PutFileSystemPolicy.html.
func filePolicy() policyKind {
	return policyKind{Size: 20000, Spaces: true, Principal: true, OptionalResource: true, Actions: "elasticfilesystem", WrongAction: "Policy contains invalid actions",
		Malformed: "InvalidPolicyException", TooLarge: "InvalidPolicyException: the policy is longer than 20000 characters"}
}

func fileSystemPolicy() *resource.Kind {
	return &resource.Kind{
		Token: tokFilePolicy, Service: "EFS", Noun: "EFS File System Policy", CreateOp: "PutFileSystemPolicy", UpdateOp: "PutFileSystemPolicy", DeleteOp: "DeleteFileSystemPolicy",
		Upsert: true, // it takes the place of the policy that the file system has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"fileSystemId"}, Why: "it is the file system's"}},
			JSON:     []string{"policy"},
			Formats:  map[string]schema.Format{"policy": schema.JSONDocument},
			Defaults: map[string]any{"bypassPolicyLockoutSafetyCheck": false},
		},
		Validate: func(v *resource.Validation) { checkPolicy(v, "policy", filePolicy()) },
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("fileSystemId"); return nil },
		Apply: func(c *resource.Call) error {
			fs, err := needFileSystem(c)
			if err != nil {
				return err
			}
			statements, _ := parsePolicy(c.In.Str("policy")) // Check has refused what cannot be read
			for _, s := range statements {
				for _, r := range s.Resource {
					if !wildcard(r, fs.ARN) && !strings.Contains(r, "*") {
						return resource.Faultf("InvalidPolicyException", "Policy contains an invalid Resource: %s is not %s", r, fs.ARN)
					}
				}
			}
			return checkPrincipals(c, c.In.Str("policy"), "InvalidPolicyException", "Policy contains invalid Principal block")
		},
	}
}

func backupPolicy() *resource.Kind {
	return &resource.Kind{
		Token: tokFileBackup, Service: "EFS", Noun: "EFS Backup Policy", CreateOp: "PutBackupPolicy", UpdateOp: "PutBackupPolicy", DeleteOp: "PutBackupPolicy",
		Upsert: true, // a setting of the file system
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"fileSystemId"}, Why: "it is the file system's"}},
			Enums:    map[string][]string{"backupPolicy.status": {"ENABLED", "DISABLED"}},
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("fileSystemId"); return nil },
		Apply: func(c *resource.Call) error {
			_, err := needFileSystem(c)
			return err
		},
	}
}
