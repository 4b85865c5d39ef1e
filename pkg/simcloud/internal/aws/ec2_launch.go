package aws

import (
	"encoding/base64"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// largestUserData is the user data in bytes, before it is encoded.
// Source: docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html.
const largestUserData = 16384

// imageParameter begins an image that is looked up in Parameter Store when an instance is launched.
const imageParameter = "resolve:ssm:"

// templateVersion are the properties that a version of a launch template holds; the others are the template's own.
func templateVersion() []string {
	return []string{
		"blockDeviceMappings", "capacityReservationSpecification", "cpuOptions", "creditSpecification", "description", "disableApiStop", "disableApiTermination",
		"ebsOptimized", "enclaveOptions", "hibernationOptions", "iamInstanceProfile", "imageId", "instanceInitiatedShutdownBehavior", "instanceMarketOptions",
		"instanceRequirements", "instanceType", "kernelId", "keyName", "licenseSpecifications", "maintenanceOptions", "metadataOptions", "monitoring",
		"networkInterfaces", "placement", "privateDnsNameOptions", "ramDiskId", "securityGroupNames", "tagSpecifications", "userData", "vpcSecurityGroupIds",
	}
}

func launchTemplate() *resource.Kind {
	derived := map[string][]string{}
	for _, p := range templateVersion() {
		derived[p] = []string{"latestVersion", "defaultVersion"}
	}
	flag := []string{"", "true", "false"}
	return &resource.Kind{
		Token: tokLaunchTemplate, Service: "EC2", Noun: "EC2 Launch Template", CreateOp: "CreateLaunchTemplate", UpdateOp: "CreateLaunchTemplateVersion", DeleteOp: "DeleteLaunchTemplate",
		Naming:  &resource.Naming{Property: "name", Max: 128, PrefixProperty: "namePrefix"},
		Derived: derived,
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name", "namePrefix"}, Why: "a launch template keeps its name"}},
			Sets:     []string{"vpcSecurityGroupIds", "securityGroupNames", "networkInterfaces.securityGroups", "licenseSpecifications"},
			Computed: []string{"defaultVersion", "metadataOptions", "capacityReservationSpecification"},
			Enums: map[string][]string{
				"ebsOptimized": flag, "blockDeviceMappings.ebs.encrypted": flag, "blockDeviceMappings.ebs.deleteOnTermination": flag,
				"networkInterfaces.associatePublicIpAddress": flag, "networkInterfaces.deleteOnTermination": flag,
				"metadataOptions.httpEndpoint": {"enabled", "disabled"}, "metadataOptions.httpTokens": {"optional", "required"},
				"metadataOptions.httpProtocolIpv6": {"enabled", "disabled"}, "metadataOptions.instanceMetadataTags": {"enabled", "disabled"},
				"instanceInitiatedShutdownBehavior": {"stop", "terminate"}, "placement.tenancy": {"default", "dedicated", "host"},
				"tagSpecifications.resourceType":  {"instance", "volume", "network-interface", "spot-instances-request", "elastic-gpu"},
				"maintenanceOptions.autoRecovery": {"default", "disabled"}, "instanceMarketOptions.marketType": {"spot", "capacity-block"},
			},
			Ranges: map[string]schema.Range{
				"metadataOptions.httpPutResponseHopLimit": {Min: 1, Max: 64}, "blockDeviceMappings.ebs.throughput": {Min: 125, Max: 2000},
				"defaultVersion": {Min: 1, Max: 1 << 31},
			},
			Lengths:     map[string]schema.Range{"name": {Min: 3, Max: 128}, "description": {Min: 0, Max: 255}},
			Formats:     map[string]schema.Format{"iamInstanceProfile.arn": schema.ARN, "blockDeviceMappings.ebs.kmsKeyId": schema.ARN, "licenseSpecifications.licenseConfigurationArn": schema.ARN},
			Conflicts:   [][]string{{"defaultVersion", "updateDefaultVersion"}, {"vpcSecurityGroupIds", "securityGroupNames"}, {"instanceType", "instanceRequirements"}},
			Unsimulated: map[string]string{"namePrefix": "", "elasticGpuSpecifications": ", which AWS has ended", "elasticInferenceAccelerator": ", which AWS has ended"},
		},
		Validate: checkLaunchTemplate,
		Identify: func(c *resource.Call) error {
			if inRegion(c) >= c.Limits["launch templates per region"] {
				return resource.Faultf("LaunchTemplateLimitExceeded", "You have reached the maximum number of launch templates: %d", c.Limits["launch templates per region"])
			}
			identify(c, "lt", "launch-template")
			if !c.Claim(templateName(c.Account, c.Region, c.In.Str("name"))) {
				return resource.Faultf("InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.")
			}
			return nil
		},
		Apply: applyLaunchTemplate,
	}
}

func templateName(account, region, name string) string {
	return fmt.Sprintf("launch-template/%s/%s/%s", account, region, name)
}

func checkLaunchTemplate(v *resource.Validation) {
	if v.In.Known("name") && !regexp.MustCompile(`^[a-zA-Z0-9().\-/_]+$`).MatchString(v.In.Str("name")) {
		v.Fail("name", "%q can only alphanumeric characters and ()./_- symbols: %q", "name", v.In.Str("name"))
	}
	if p := v.In.Obj("iamInstanceProfile"); p.Has("arn") && p.Has("name") {
		v.Fail("iamInstanceProfile.arn", "%q: conflicts with iamInstanceProfile.name", "iamInstanceProfile.arn")
	}
	types := map[string]bool{}
	for i, t := range v.In.Objs("tagSpecifications") {
		if typ := t.Str("resourceType"); typ != "" && types[typ] {
			v.Fail(fmt.Sprintf("tagSpecifications[%d].resourceType", i), "InvalidParameterValue: '%s' is not a valid taggable resource type for this operation: it is there twice", typ)
		} else {
			types[typ] = true
		}
	}
}

func applyLaunchTemplate(c *resource.Call) error {
	for _, check := range []func(*resource.Call) error{checkUserData, checkImage, checkVolumes} {
		if err := check(c); err != nil {
			return err
		}
	}
	latest, chosen := versionOf(c.Obj, "latestVersion"), versionOf(c.Obj, "defaultVersion")
	changed := func(p string) bool { return !sameValue(c.Old[p], c.In[p]) }
	switch {
	case c.Creating():
		latest, chosen = 1, 1
	case slices.ContainsFunc(templateVersion(), changed):
		if latest++; latest > c.Limits["versions per launch template"] {
			return resource.Faultf("LaunchTemplateVersionLimitExceeded", "You have reached the maximum number of versions of launch template %s: %d", c.Obj.ID, c.Limits["versions per launch template"])
		}
	}
	if c.In.Bool("updateDefaultVersion") {
		chosen = latest
	}
	if c.In.Has("defaultVersion") {
		if chosen = c.In.Int("defaultVersion"); chosen > latest {
			return resource.Faultf("InvalidLaunchTemplateId.VersionNotFound", "Could not find launch template version: %d", chosen)
		}
	}
	c.Out("latestVersion", latest)
	c.Out("defaultVersion", chosen)
	return nil
}

func versionOf(o *store.Object, name string) int { return resource.Props(o.Outputs).Int(name) }

func checkUserData(c *resource.Call) error {
	data, err := base64.StdEncoding.DecodeString(c.In.Str("userData"))
	if err != nil {
		return resource.Faultf("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.")
	}
	if len(data) > largestUserData {
		return resource.Faultf("InvalidParameterValue", "User data is limited to %d bytes", largestUserData)
	}
	return nil
}

// checkImage checks the form of the image. EC2 looks for it only when somebody launches.
func checkImage(c *resource.Call) error {
	image, typ := c.In.Str("imageId"), c.In.Str("instanceType")
	name, looked := strings.CutPrefix(image, imageParameter)
	switch {
	case looked && !regexp.MustCompile(`^[A-Za-z0-9_.\-/:]+$`).MatchString(name):
		return resource.Faultf("InvalidParameterValue", "The parameter '%s' of the image is not the name of a parameter", name)
	case image != "" && !looked && !regexp.MustCompile(`^ami-[0-9a-f]{8}([0-9a-f]{9})?$`).MatchString(image):
		return resource.Faultf("InvalidAMIID.Malformed", "Invalid id: \"%s\" (expecting \"ami-...\")", image)
	case typ != "" && !regexp.MustCompile(`^[a-z][a-z0-9-]*[0-9][a-z0-9-]*\.(nano|micro|small|medium|large|[0-9]*xlarge|metal(-[0-9]+xl)?)$`).MatchString(typ):
		return resource.Faultf("InvalidParameterValue", "Invalid value '%s' for InstanceType.", typ)
	}
	return nil
}

// checkVolumes holds what EBS asks of a volume. Source: docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html.
func checkVolumes(c *resource.Call) error {
	devices := map[string]bool{}
	for _, m := range c.In.Objs("blockDeviceMappings") {
		name, ebs := m.Str("deviceName"), m.Obj("ebs")
		if devices[name] {
			return resource.Faultf("InvalidBlockDeviceMapping", "Device name '%s' is used twice", name)
		}
		devices[name] = true
		typ, iops, size := ebs.Str("volumeType"), ebs.Int("iops"), ebs.Int("volumeSize")
		provisioned := typ == "io1" || typ == "io2"
		switch {
		case ebs.Str("kmsKeyId") != "" && ebs.Str("encrypted") != "true":
			return resource.Faultf("InvalidParameterDependency", "The parameter KmsKeyId requires the parameter Encrypted to be set.")
		case provisioned && !ebs.Has("iops"):
			return resource.Faultf("MissingParameter", "The parameter iops must be specified for %s volumes.", typ)
		case ebs.Has("iops") && typ != "gp3" && !provisioned:
			return resource.Faultf("InvalidParameterCombination", "The parameter iops is not supported for %s volumes.", typ)
		case ebs.Has("throughput") && typ != "gp3":
			return resource.Faultf("InvalidParameterCombination", "The parameter throughput is not supported for %s volumes.", typ)
		case ebs.Has("iops") && typ == "gp3" && (iops < 3000 || iops > 80000):
			return resource.Faultf("InvalidParameterValue", "Volume iops of %d is not in the range of 3000 to 80000 of gp3 volumes.", iops)
		case ebs.Has("volumeSize") && (size < 1 || size > 65536):
			return resource.Faultf("InvalidParameterValue", "Volume of %dGiB is out of the range of 1 to 65536.", size)
		}
	}
	return nil
}

// needTemplate returns the launch template that an id or a name says, and the number of its version.
func needTemplate(c *resource.Call, spec resource.Props) (*store.Object, int, error) {
	refuse := func(format string, a ...any) (*store.Object, int, error) {
		return nil, 0, resource.Faultf("ValidationError", "You must use a valid fully-formed launch template. "+format, a...)
	}
	id, name := spec.Str("id"), spec.Str("name")
	if id == "" {
		owner, _ := c.Tx.Owner(templateName(c.Account, c.Region, name))
		id = owner.ID
	}
	t := c.Regional(tokLaunchTemplate, id)
	switch {
	case t == nil && name != "":
		return refuse("The specified launch template, with template name %s, does not exist.", name)
	case t == nil:
		return refuse("The specified launch template, with template ID %s, does not exist.", id)
	}
	latest, n := versionOf(t, "latestVersion"), 0
	switch version := spec.Str("version"); version {
	case "$Latest":
		n = latest
	case "$Default", "":
		n = versionOf(t, "defaultVersion")
	default:
		if _, err := fmt.Sscanf(version, "%d", &n); err != nil || fmt.Sprint(n) != version || n < 1 || n > latest {
			return refuse("Could not find the specified version %s for the launch template with ID %s.", version, t.ID)
		}
	}
	return t, n, nil
}

// sameValue says whether two property values are the same.
func sameValue(a, b any) bool { return reflect.DeepEqual(a, b) }
