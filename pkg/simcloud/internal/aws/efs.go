package aws

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func fileSystem() *resource.Kind {
	return &resource.Kind{
		Token: tokFileSystem, Service: "EFS", Noun: "EFS file system", CreateOp: "CreateFileSystem", UpdateOp: "UpdateFileSystem", DeleteOp: "DeleteFileSystem",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"}, Why: "a file system is made with them"}},
			Computed: []string{"creationToken", "encrypted", "kmsKeyId", "performanceMode", "protection"},
			Defaults: map[string]any{"throughputMode": "bursting"},
			Enums: map[string][]string{
				"performanceMode": {"generalPurpose", "maxIO"}, "throughputMode": {"bursting", "elastic", "provisioned"},
				"lifecyclePolicies.transitionToPrimaryStorageClass": {"AFTER_1_ACCESS"}, "protection.replicationOverwrite": {"ENABLED", "DISABLED"},
			},
			Lengths:     map[string]schema.Range{"creationToken": {Min: 0, Max: 64}},
			Formats:     map[string]schema.Format{"kmsKeyId": schema.ARN},
			Unsimulated: map[string]string{"availabilityZoneName": ""},
		},
		Validate: checkFileSystem,
		Identify: identifyFileSystem,
		Apply:    applyFileSystem,
		Remove: func(c *resource.Call) error {
			if len(c.Users(tokMountTarget)) > 0 {
				return &resource.Fault{Code: "FileSystemInUse", Message: fmt.Sprintf("File system '%s' is in use: it has mount targets.", c.Obj.ID), Status: 409}
			}
			deleteAll(c, c.Users(tokAccessPoint, tokFileSystemPolicy, tokFileBackup))
			return nil
		},
	}
}

// checkFileSystem follows docs.aws.amazon.com/efs/latest/ug/API_CreateFileSystem.html and API_LifecyclePolicy.html.
func checkFileSystem(v *resource.Validation) {
	if v.In.Has("kmsKeyId") && (!v.In.Has("encrypted") || v.In.Known("encrypted") && !v.In.Bool("encrypted")) {
		v.Fail("encrypted", "encrypted must be set to true when kms_key_id is specified")
	}
	mode := v.In.Str("throughputMode")
	if provisioned := v.In.Has("provisionedThroughputInMibps"); v.In.Known("throughputMode") && provisioned != (mode == "provisioned") {
		v.Fail("provisionedThroughputInMibps", "BadRequest: provisionedThroughputInMibps is required for, and only for, throughputMode provisioned (it is %s)", mode)
	}
	if mode == "elastic" && v.In.Str("performanceMode") == "maxIO" {
		v.Fail("performanceMode", "BadRequest: Performance mode maxIO is not supported by file systems with throughput mode elastic")
	}
	seen := map[string]bool{}
	for i, p := range v.In.Objs("lifecyclePolicies") {
		if len(p) != 1 {
			v.Fail(fmt.Sprintf("lifecyclePolicies[%d]", i), "BadRequest: Each LifecyclePolicy object can have only a single transition, got %d", len(p))
		}
		for transition := range p {
			if seen[transition] {
				v.Fail(fmt.Sprintf("lifecyclePolicies[%d].%s", i, transition), "BadRequest: the transition %s is given twice", transition)
			}
			seen[transition] = true
		}
	}
	if seen["transitionToArchive"] && v.In.Known("throughputMode") && mode != "elastic" {
		v.Fail("lifecyclePolicies", "BadRequest: Transition to Archive is only supported by file systems with throughput mode elastic")
	}
}

func identifyFileSystem(c *resource.Call) error {
	if inRegion(c) >= c.Limits["file systems per region"] {
		return resource.Faultf("FileSystemLimitExceeded", "You have reached the maximum number of file systems for your account: %d", c.Limits["file systems per region"])
	}
	c.Default("creationToken", "terraform-"+c.Hex("token", 26))
	token, _ := c.Eff("creationToken").(string)
	claim := fmt.Sprintf("efs/%s/%s/%s", c.Account, c.Region, token)
	if owner, taken := c.Tx.Owner(claim); taken {
		return &resource.Fault{Code: "FileSystemAlreadyExists", Message: fmt.Sprintf("File system '%s' already exists with creation token '%s'", owner.ID, token), Status: 409}
	}
	c.Claim(claim)
	c.Obj.ID = "fs-0" + c.Hex("fs", 16)
	c.Obj.ARN = fmt.Sprintf("arn:aws:elasticfilesystem:%s:%s:file-system/%s", c.Region, c.Account, c.Obj.ID)
	c.Out("dnsName", fmt.Sprintf("%s.efs.%s.amazonaws.com", c.Obj.ID, c.Region))
	c.Out("ownerId", c.Account)
	c.Out("availabilityZoneId", "")
	c.Out("numberOfMountTargets", 0)
	c.Out("sizeInBytes", resource.List(map[string]any{"value": 6144, "valueInIa": 0, "valueInStandard": 6144}))
	return nil
}

func applyFileSystem(c *resource.Call) error {
	c.Out("name", c.In.Obj("tags").Str("Name"))
	c.Default("encrypted", false)
	c.Default("performanceMode", "generalPurpose")
	c.Default("protection", map[string]any{"replicationOverwrite": "ENABLED"})
	key := c.In.Str("kmsKeyId")
	if key == "" {
		own := ""
		if c.In.Bool("encrypted") {
			own = fmt.Sprintf("arn:aws:kms:%s:%s:key/%s", c.Region, c.Account, c.UUID("aws/elasticfilesystem"))
		}
		c.Default("kmsKeyId", own)
		return nil
	}
	if _, err := needKey(c, key); err != nil {
		return resource.Faultf("BadRequest", "Key %s does not exist or cannot be used", key)
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
			Replaces: []schema.Replace{{Properties: []string{"fileSystemId", "subnetId", "ipAddress"}, Why: "a mount target is its address"}},
			Computed: []string{"ipAddress", "securityGroups"},
			Sets:     []string{"securityGroups"},
		},
		Validate: func(v *resource.Validation) {
			if ip := v.In.Str("ipAddress"); ip != "" {
				if addr, err := netip.ParseAddr(ip); err != nil || !addr.Is4() {
					v.Fail("ipAddress", "expected ipAddress to contain a valid IPv4 address, got: %s", ip)
				}
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "fsmt-0" + c.Hex("fsmt", 16)
			c.Out("networkInterfaceId", "eni-0"+c.Hex("eni", 16))
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
	groups := c.In.Strs("securityGroups")
	if most := c.Limits["groups per mount target"]; len(groups) > most {
		return resource.Faultf("SecurityGroupLimitExceeded", "A mount target can have at most %d security groups, got %d", most, len(groups))
	}
	subnets, vpcID, wrong := place(c, []string{c.In.Str("subnetId")}, groups)
	switch {
	case wrong != nil && wrong.Subnet != "":
		return resource.Faultf("SubnetNotFound", "The subnet ID '%s' does not exist", wrong.Subnet)
	case wrong != nil:
		return resource.Faultf("SecurityGroupNotFound", "One of the security groups specified does not exist in the VPC of the subnet: %s", wrong.Group)
	}
	s := subnets[0]
	zone := prop(s, "availabilityZone")
	for _, k := range c.Tx.Referrers(fs.Key, tokMountTarget) {
		other := c.Tx.Get(k)
		switch {
		case k == c.Obj.Key:
		case vpcOf(c, prop(other, "subnetId")) != vpcID:
			return &resource.Fault{Code: "MountTargetConflict", Message: "requested subnet for new mount target is not in the same VPC as existing mount targets", Status: 409}
		case prop(other, "availabilityZoneName") == zone:
			return &resource.Fault{Code: "MountTargetConflict", Message: "mount target already exists in this AZ", Status: 409}
		}
	}
	if err := chooseMountAddress(c, s); err != nil {
		return err
	}
	if v := c.Regional(tokVPC, vpcID); v != nil {
		c.Default("securityGroups", resource.List(prop(v, "defaultSecurityGroupId")))
	}
	c.Out("availabilityZoneName", zone)
	c.Out("availabilityZoneId", prop(s, "availabilityZoneId"))
	c.Out("fileSystemArn", fs.ARN)
	c.Out("dnsName", prop(fs, "dnsName"))
	c.Out("mountTargetDnsName", zone+"."+prop(fs, "dnsName"))
	return nil
}

// vpcOf is the VPC of a subnet of the caller's.
func vpcOf(c *resource.Call, subnetID string) string {
	s := c.Find(store.Key{Type: tokSubnet, Account: c.Account, Region: c.Region, ID: subnetID})
	if s == nil {
		return ""
	}
	return prop(s, "vpcId")
}

// chooseMountAddress holds a given address against the subnet and chooses one where none is given.
func chooseMountAddress(c *resource.Call, s *store.Object) error {
	ip := c.In.Str("ipAddress")
	if ip == "" {
		c.Default("ipAddress", addrIn(prop(s, "cidrBlock"), shortHash(c.Obj.ID+s.ID, 7)))
		return nil
	}
	block, _ := netip.ParsePrefix(prop(s, "cidrBlock")) // EC2 has refused what cannot be read
	if addr, _ := netip.ParseAddr(ip); !block.Contains(addr) {
		return resource.Faultf("BadRequest", "Address %s does not fall within the subnet's address range", ip)
	}
	if !c.Claim("address/" + s.ID + "/" + ip) {
		return &resource.Fault{Code: "IpAddressInUse", Message: fmt.Sprintf("Address %s is in use", ip), Status: 409}
	}
	return nil
}

// fileModes is the form of permissions: three or four octal digits.
const fileModes = `^[0-7]{3,4}$`

func accessPoint() *resource.Kind {
	return &resource.Kind{
		Token: tokAccessPoint, Service: "EFS", Noun: "EFS Access Point", CreateOp: "CreateAccessPoint", UpdateOp: "TagResource", DeleteOp: "DeleteAccessPoint",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"fileSystemId", "posixUser", "rootDirectory"}, Why: "an access point is made with them"}},
			Computed: []string{"rootDirectory"},
			Sets:     []string{"posixUser.secondaryGids"},
			Ranges:   map[string]schema.Range{"posixUser.uid": {Min: 0, Max: 1<<32 - 1}, "posixUser.gid": {Min: 0, Max: 1<<32 - 1}},
			Lengths:  map[string]schema.Range{"rootDirectory.path": {Min: 1, Max: 100}},
		},
		Validate: func(v *resource.Validation) {
			root := v.In.Obj("rootDirectory")
			if path := root.Str("path"); path != "" && (!strings.HasPrefix(path, "/") || strings.Count(strings.TrimSuffix(path, "/"), "/") > 4) {
				v.Fail("rootDirectory.path", "BadRequest: a path begins with / and has at most four levels: %q", path)
			}
			if mode := root.Obj("creationInfo").Str("permissions"); mode != "" && !regexp.MustCompile(fileModes).MatchString(mode) {
				v.Fail("rootDirectory.creationInfo.permissions", "ValidationException: Value '%s' at 'rootDirectory.creationInfo.permissions' failed to satisfy constraint: Member must satisfy regular expression pattern: %s", mode, fileModes)
			}
			if n := v.In.Obj("posixUser").Len("secondaryGids"); n > 16 {
				v.Fail("posixUser.secondaryGids", "BadRequest: at most 16 secondary group ids, got %d", n)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = "fsap-0" + c.Hex("fsap", 16)
			c.Obj.ARN = fmt.Sprintf("arn:aws:elasticfilesystem:%s:%s:access-point/%s", c.Region, c.Account, c.Obj.ID)
			c.Out("ownerId", c.Account)
			return nil
		},
		Apply: func(c *resource.Call) error {
			fs, err := needFileSystem(c)
			if err != nil {
				return err
			}
			if most := c.Limits["access points per file system"]; c.Creating() && c.Tx.CountReferrers(fs.Key, tokAccessPoint) >= most {
				return resource.Faultf("AccessPointLimitExceeded", "You have reached the maximum number of access points for your file system: %d", most)
			}
			c.Out("fileSystemArn", fs.ARN)
			c.Default("rootDirectory", map[string]any{"path": "/"})
			return nil
		},
	}
}
