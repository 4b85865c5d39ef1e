package aws

import (
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// groupTemplate checks the launch template of a group as Auto Scaling does: with a trial of RunInstances in the group's
// VPC. Of a version that is not the latest only its number is checked.
func groupTemplate(c *resource.Call, vpcID string) error {
	t, version, err := needTemplate(c, c.In.Obj("launchTemplate"))
	if err != nil || version != versionOf(t, "latestVersion") {
		return err
	}
	template := resource.Props(t.Outputs)
	if template.Str("imageId") == "" {
		return resource.Faultf("ValidationError", "You must use a valid fully-formed launch template. The request must contain the parameter ImageId")
	}
	if template.Str("instanceType") == "" && !template.Has("instanceRequirements") {
		return resource.Faultf("ValidationError", "You must use a valid fully-formed launch template. the launch template must contain the instance type")
	}
	if err := templateImage(c, template.Str("imageId")); err != nil {
		return err
	}
	if err := templateProfile(c, template.Obj("iamInstanceProfile")); err != nil {
		return err
	}
	return templateGroups(c, template, vpcID)
}

// templateImage checks that the parameter that holds an image is there; those of AWS itself are taken as written.
func templateImage(c *resource.Call, image string) error {
	name, looked := strings.CutPrefix(image, imageParameter)
	if !looked || strings.HasPrefix(name, "/aws/service/") {
		return nil
	}
	name, _, _ = strings.Cut(strings.TrimPrefix(name, parameterARN(c, "")), ":") // a version or label follows
	if c.Regional(tokParameter, name) == nil && c.Regional(tokParameter, "/"+name) == nil {
		return resource.Faultf("ValidationError", "You must use a valid fully-formed launch template. The parameter '%s' that the image is looked up in does not exist", name)
	}
	return nil
}

// templateProfile checks the instance profile that a launch template names.
func templateProfile(c *resource.Call, spec resource.Props) error {
	name, arn := spec.Str("name"), spec.Str("arn")
	if name == "" && arn == "" {
		return nil
	}
	var profile *store.Object
	if name != "" {
		profile = c.OfAccount(tokInstanceProfile, name)
	} else if profile = c.OfAccount(tokInstanceProfile, arn[strings.LastIndexByte(arn, '/')+1:]); profile != nil && profile.ARN != arn {
		profile = nil
	}
	switch {
	case profile == nil && name != "":
		return resource.Faultf("ValidationError", "You must use a valid fully-formed launch template. Value (%s) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name", name)
	case profile == nil:
		return resource.Faultf("ValidationError", "You must use a valid fully-formed launch template. Value (%s) for parameter iamInstanceProfile.arn is invalid. Invalid IAM Instance Profile ARN", arn)
	case prop(profile, "role") == "":
		return resource.Faultf("ValidationError", "You must use a valid fully-formed launch template. IAM Instance Profile \"%s\" has no associated IAM Roles", profile.ARN)
	}
	return nil
}

// templateGroups checks the security groups of the machines' interfaces.
func templateGroups(c *resource.Call, template resource.Props, vpcID string) error {
	ids := template.Strs("vpcSecurityGroupIds")
	interfaces := template.Objs("networkInterfaces")
	if len(interfaces) > 0 && len(ids) > 0 {
		return resource.Faultf("InvalidQueryParameter", "Invalid launch template: When a network interface is provided, the security groups must be a part of it.")
	}
	for _, i := range interfaces {
		ids = append(ids, i.Strs("securityGroups")...)
	}
	for _, id := range ids {
		g := c.Regional(tokGroup, id)
		if g == nil || prop(g, "vpcId") != vpcID {
			return resource.Faultf("ValidationError", "You must use a valid fully-formed launch template. The security group '%s' does not exist in VPC '%s'", id, vpcID)
		}
	}
	return nil
}
