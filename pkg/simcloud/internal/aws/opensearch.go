package aws

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// searchService is OpenSearch Service as policies name it.
const searchService = "es.amazonaws.com"

func searchFault(format string, a ...any) error {
	return resource.Faultf("ValidationException", format, a...)
}

// searchPolicy is the access policy of a domain. Its size:
// docs.aws.amazon.com/opensearch-service/latest/developerguide/limits.html.
func searchPolicy() policyKind {
	return policyKind{Size: 100 << 10, Spaces: true, Principal: true, Resource: true, Actions: "es", WrongAction: "Error setting policy: invalid action",
		Malformed: "ValidationException: Error setting policy", TooLarge: "ValidationException: the access policy is longer than 102400 characters"}
}

func searchDomain() *resource.Kind {
	return &resource.Kind{
		Token: tokSearchDomain, Service: "OpenSearch", Noun: "OpenSearch Domain", CreateOp: "CreateDomain", UpdateOp: "UpdateDomainConfig", DeleteOp: "DeleteDomain",
		Naming:     &resource.Naming{Property: "domainName", Max: 28, Lower: true},
		Rules:      searchRules(),
		ForcesWhen: "Encryption or advanced security options are switched off, or the key is another.",
		// Encryption can be switched on later and not off; a key cannot be changed.
		Forces: func(old, next resource.Props) []string {
			var forced []string
			for _, name := range []string{"encryptAtRest", "nodeToNodeEncryption"} {
				if was, is := old.Obj(name), next.Obj(name); was.Bool("enabled") && (!is.Bool("enabled") || was.Has("kmsKeyId") && was["kmsKeyId"] != is["kmsKeyId"]) {
					forced = append(forced, name)
				}
			}
			if old.Obj("advancedSecurityOptions").Bool("enabled") && !next.Obj("advancedSecurityOptions").Bool("enabled") {
				forced = append(forced, "advancedSecurityOptions")
			}
			return forced
		},
		Validate: checkSearchDomain,
		Identify: identifySearchDomain,
		Apply:    applySearchDomain,
		Report: func(c *resource.Call) {
			if !c.In.Has("vpcOptions") {
				return
			}
			vpc := c.In.Obj("vpcOptions")
			subnets, vpcID, _ := place(c, vpc.Strs("subnetIds"), nil) // Apply has found them
			var zones []any
			for _, s := range subnets {
				zones = append(zones, prop(s, "availabilityZone"))
			}
			c.Out("vpcOptions", map[string]any{"subnetIds": vpc["subnetIds"], "securityGroupIds": vpc["securityGroupIds"], "vpcId": vpcID, "availabilityZones": zones})
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokSearchPolicy, tokSearchSAML))
			return nil
		},
	}
}

func searchRules() schema.Rules {
	return schema.Rules{
		Replaces: []schema.Replace{{Properties: []string{"domainName"}, Why: "a domain is its name"}},
		JSON:     []string{"accessPolicies"},
		Strings:  []string{"accessPolicies"},
		Computed: []string{
			"accessPolicies", "advancedOptions", "advancedSecurityOptions", "autoTuneOptions", "domainEndpointOptions", "ebsOptions", "encryptAtRest", "engineVersion",
			"ipAddressType", "nodeToNodeEncryption", "offPeakWindowOptions", "softwareUpdateOptions",
		},
		Sets: []string{"logPublishingOptions", "vpcOptions.subnetIds", "vpcOptions.securityGroupIds"},
		Enums: map[string][]string{
			"domainEndpointOptions.tlsSecurityPolicy": {"Policy-Min-TLS-1-0-2019-07", "Policy-Min-TLS-1-2-2019-07", "Policy-Min-TLS-1-2-PFS-2023-10"},
			"ebsOptions.volumeType":                   {"standard", "gp2", "gp3", "io1"},
		},
		Ranges: map[string]schema.Range{
			"clusterConfig.warmCount": {Min: 2, Max: 150}, "clusterConfig.zoneAwarenessConfig.availabilityZoneCount": {Min: 2, Max: 3},
			"offPeakWindowOptions.offPeakWindow.windowStartTime.hours": {Min: 0, Max: 23}, "offPeakWindowOptions.offPeakWindow.windowStartTime.minutes": {Min: 0, Max: 59},
			"ebsOptions.volumeSize": {Min: 10, Max: 24576},
		},
		Formats: map[string]schema.Format{
			"accessPolicies": schema.JSONDocument, "advancedSecurityOptions.masterUserOptions.masterUserArn": schema.ARN,
			"domainEndpointOptions.customEndpointCertificateArn": schema.ARN, "logPublishingOptions.cloudwatchLogGroupArn": schema.ARN,
		},
		Secrets:     []string{"advancedSecurityOptions.masterUserOptions.masterUserPassword"},
		Unsimulated: map[string]string{"cognitoOptions": ""},
	}
}

func identifySearchDomain(c *resource.Call) error {
	name := c.In.Str("domainName")
	c.Obj.ARN = fmt.Sprintf("arn:aws:es:%s:%s:domain/%s", c.Region, c.Account, name)
	c.Obj.ID = c.Obj.ARN
	if c.Tx.Get(c.Obj.Key) != nil {
		return fmt.Errorf("OpenSearch Domain %q already exists", name)
	}
	if inRegion(c) >= c.Limits["search domains per region"] {
		return resource.Faultf("LimitExceededException", "You've reached your limit of %d domains", c.Limits["search domains per region"])
	}
	host, prefix := c.Pick("endpoint", "abcdefghijklmnopqrstuvwxyz234567", 26), "search-"
	if c.In.Has("vpcOptions") {
		prefix = "vpc-"
	}
	endpoint := fmt.Sprintf("%s%s-%s.%s.es.amazonaws.com", prefix, name, host, c.Region)
	c.Out("endpoint", endpoint)
	c.Out("dashboardEndpoint", endpoint+"/_dashboards")
	c.Out("kibanaEndpoint", endpoint+"/_plugin/kibana/")
	c.Out("endpointV2", "")
	c.Out("dashboardEndpointV2", "")
	c.Out("domainEndpointV2HostedZoneId", "")
	c.Out("domainId", c.Account+"/"+name)
	return nil
}

func applySearchDomain(c *resource.Call) error {
	for _, check := range []func(*resource.Call) error{placeSearchDomain, checkSearchAccess, checkSearchKeys, checkSearchLogs} {
		if err := check(c); err != nil {
			return err
		}
	}
	c.Default("engineVersion", "OpenSearch_2.19")
	c.Default("accessPolicies", "")
	c.Default("advancedOptions", map[string]any{"override_main_response_version": "false", "rest.action.multi.allow_explicit_index": "true"})
	c.Default("advancedSecurityOptions", map[string]any{"enabled": false})
	c.Default("autoTuneOptions", map[string]any{"desiredState": "DISABLED"})
	c.Default("domainEndpointOptions", map[string]any{"enforceHttps": false, "tlsSecurityPolicy": "Policy-Min-TLS-1-2-2019-07"})
	c.Default("ebsOptions", map[string]any{"ebsEnabled": false})
	c.Default("encryptAtRest", map[string]any{"enabled": false})
	c.Default("ipAddressType", "ipv4")
	c.Default("nodeToNodeEncryption", map[string]any{"enabled": false})
	c.Default("offPeakWindowOptions", map[string]any{"enabled": true})
	c.Default("softwareUpdateOptions", map[string]any{"autoSoftwareUpdateEnabled": false})
	return nil
}

// placeSearchDomain checks where a domain has its nodes: in a VPC it needs a role that is the service's, and as many
// subnets, each of a zone of its own, as it uses zones.
func placeSearchDomain(c *resource.Call) error {
	if !c.In.Has("vpcOptions") {
		return nil
	}
	if c.OfAccount(tokRole, linkedRoles()["opensearchservice.amazonaws.com"]) == nil && c.OfAccount(tokRole, linkedRoles()[searchService]) == nil {
		return searchFault("Before you can proceed, you must enable a service-linked role to give Amazon OpenSearch Service permissions to access your VPC.")
	}
	vpc, zones := c.In.Obj("vpcOptions"), map[string]bool{}
	subnets, _, wrong := place(c, vpc.Strs("subnetIds"), vpc.Strs("securityGroupIds"))
	if wrong != nil {
		return searchFault("The VPC options are not valid: %s", wrong)
	}
	for _, s := range subnets {
		zones[prop(s, "availabilityZoneId")] = true
	}
	want := searchZones(c.In)
	if len(subnets) != want {
		return searchFault("You must specify exactly %s.", map[int]string{1: "one subnet", 2: "two subnets", 3: "three subnets"}[want])
	}
	if len(zones) != want {
		return searchFault("The subnets must be in %d Availability Zones, they are in %d", want, len(zones))
	}
	return nil
}

// searchZones is how many zones a domain uses.
func searchZones(in resource.Props) int {
	cluster := in.Obj("clusterConfig")
	if !cluster.Bool("zoneAwarenessEnabled") {
		return 1
	}
	return max(2, cluster.Obj("zoneAwarenessConfig").Int("availabilityZoneCount"))
}

func checkSearchAccess(c *resource.Call) error {
	if err := checkPrincipals(c, c.In.Str("accessPolicies"), "ValidationException", "Error setting policy: invalid principal"); err != nil {
		return err
	}
	if arn := c.In.Obj("advancedSecurityOptions").Obj("masterUserOptions").Str("masterUserArn"); strings.Contains(arn, ":role/") && roleByARN(c, arn) == nil {
		return searchFault("The master user ARN %s is not valid: there is no such role", arn)
	}
	return nil
}

func checkSearchKeys(c *resource.Call) error {
	if key := c.In.Obj("encryptAtRest").Str("kmsKeyId"); key != "" {
		if _, err := needKey(c, key); err != nil {
			return searchFault("Unable to find the KMS key %s, or it cannot be used", key)
		}
	}
	arn := c.In.Obj("domainEndpointOptions").Str("customEndpointCertificateArn")
	if arn == "" {
		return nil
	}
	if c.Regional(tokCertificate, arn) == nil {
		return searchFault("The certificate %s does not exist in the region", arn)
	}
	return nil
}

// checkSearchLogs holds the log groups against the resource policies of CloudWatch Logs, as the service does.
func checkSearchLogs(c *resource.Call) error {
	for _, l := range c.In.Objs("logPublishingOptions") {
		if l.Has("enabled") && !l.Bool("enabled") {
			continue
		}
		g := logGroupByARN(c, l.Str("cloudwatchLogGroupArn"))
		if g == nil {
			return resource.Faultf("ResourceNotFoundException", "The specified log group does not exist: %s", l.Str("cloudwatchLogGroupArn"))
		}
		call := newServiceCall(c, searchService, "logs:CreateLogStream", g.ARN+":*", c.Obj.ARN)
		allowed := false
		c.Tx.Each(tokLogPolicy, c.Account, c.Region, func(o *store.Object) bool {
			text := prop(o, "policyDocument")
			allowed = allowed || call.allowedBy(text) && call.on("logs:PutLogEvents", g.ARN+":log-stream:x").allowedBy(text)
			return !allowed
		})
		if !allowed {
			return searchFault("The Resource Access Policy specified for the CloudWatch Logs log group %s does not grant sufficient permissions for Amazon OpenSearch Service to create a log stream. Please check the Resource Access Policy.", g.ID)
		}
	}
	return nil
}

// checkSearchDomain follows docs.aws.amazon.com/opensearch-service/latest/APIReference/API_CreateDomain.html and the
// developer guide on zones, dedicated master nodes, UltraWarm and fine-grained access control.
func checkSearchDomain(v *resource.Validation) {
	if v.In.Known("domainName") && !regexp.MustCompile(`^[a-z][0-9a-z-]{2,27}$`).MatchString(v.In.Str("domainName")) {
		v.Fail("domainName", "invalid value for domainName (must start with a lowercase alphabet and be at least 3 and no more than 28 characters long. Valid characters are a-z (lowercase letters), 0-9, and - (hyphen).)")
	}
	if version := v.In.Str("engineVersion"); version != "" && !regexp.MustCompile(`^(OpenSearch|Elasticsearch)_[0-9]+\.[0-9]+$`).MatchString(version) {
		v.Fail("engineVersion", "must follow the format Elasticsearch_X.Y or OpenSearch_X.Y: %s", version)
	}
	checkPolicy(v, "accessPolicies", searchPolicy())
	checkSearchCluster(v)
	checkSearchSecurity(v)
	endpoint := v.In.Obj("domainEndpointOptions")
	if endpoint.Bool("customEndpointEnabled") && (!endpoint.Has("customEndpoint") || !endpoint.Has("customEndpointCertificateArn")) {
		v.Fail("domainEndpointOptions", "ValidationException: a custom endpoint needs customEndpoint and customEndpointCertificateArn")
	}
	ebs := v.In.Obj("ebsOptions")
	if ebs.Bool("ebsEnabled") && !ebs.Has("volumeSize") {
		v.Fail("ebsOptions.volumeSize", "ValidationException: EBS volume size is required when EBS is enabled")
	}
	if typ := ebs.Str("volumeType"); ebs.Has("throughput") && typ != "gp3" || ebs.Has("iops") && typ != "gp3" && typ != "io1" {
		v.Fail("ebsOptions", "ValidationException: throughput is for volumes of type gp3, iops for gp3 and io1 (the type is %q)", typ)
	}
}

func checkSearchCluster(v *resource.Validation) {
	if unknown(v.In, "clusterConfig") {
		return
	}
	cluster, zones := v.In.Obj("clusterConfig"), searchZones(v.In)
	nodes := max(1, cluster.Int("instanceCount"))
	for _, name := range []string{"instanceType", "dedicatedMasterType"} {
		if typ := cluster.Str(name); typ != "" && !strings.HasSuffix(typ, ".search") {
			v.Fail("clusterConfig."+name, "ValidationException: Invalid instance type: %s (one of OpenSearch ends with .search)", typ)
		}
	}
	if zones > nodes {
		v.Fail("clusterConfig.instanceCount", "ValidationException: You must choose a minimum of %d data nodes for a %d Availability Zone deployment.", zones, zones)
	}
	masters := cluster.Bool("dedicatedMasterEnabled")
	if n := cluster.Int("dedicatedMasterCount"); masters && cluster.Has("dedicatedMasterCount") && !slices.Contains([]int{3, 5}, n) {
		v.Fail("clusterConfig.dedicatedMasterCount", "ValidationException: You must specify 3 or 5 dedicated master nodes, got %d", n)
	}
	if !cluster.Bool("warmEnabled") {
		return
	}
	if !masters {
		v.Fail("clusterConfig.warmEnabled", "ValidationException: UltraWarm requires dedicated master nodes.")
	}
	if !cluster.Has("warmType") || !cluster.Has("warmCount") {
		v.Fail("clusterConfig.warmEnabled", "ValidationException: UltraWarm needs warmType and warmCount")
	}
}

// checkSearchSecurity checks fine-grained access control, which needs encryption everywhere.
func checkSearchSecurity(v *resource.Validation) {
	security := v.In.Obj("advancedSecurityOptions")
	for i, l := range v.In.Objs("logPublishingOptions") {
		if l.Str("logType") == "AUDIT_LOGS" && !security.Bool("enabled") && !unknown(v.In, "advancedSecurityOptions") {
			v.Fail(fmt.Sprintf("logPublishingOptions[%d].logType", i), "ValidationException: audit log publishing cannot be enabled as you do not have advanced security options configured.")
		}
	}
	if !security.Bool("enabled") {
		return
	}
	for path, on := range map[string]bool{
		"encryptAtRest.enabled": v.In.Obj("encryptAtRest").Bool("enabled"), "nodeToNodeEncryption.enabled": v.In.Obj("nodeToNodeEncryption").Bool("enabled"),
		"domainEndpointOptions.enforceHttps": v.In.Obj("domainEndpointOptions").Bool("enforceHttps"),
	} {
		name, _, _ := strings.Cut(path, ".")
		if !on && !unknown(v.In, name) {
			v.Fail(path, "ValidationException: %s must be true to use advanced security options.", path)
		}
	}
	users := security.Obj("masterUserOptions")
	internal := security.Bool("internalUserDatabaseEnabled")
	switch {
	case unknown(v.In, "advancedSecurityOptions"):
	case security.Bool("anonymousAuthEnabled"):
		v.Fail("advancedSecurityOptions.anonymousAuthEnabled", "ValidationException: Anonymous authentication can only be enabled when fine-grained access control is enabled on an existing domain.")
	case internal && (!users.Has("masterUserName") || !users.Has("masterUserPassword")):
		v.Fail("advancedSecurityOptions.masterUserOptions", "ValidationException: the internal user database needs masterUserName and masterUserPassword")
	case !internal && !users.Has("masterUserArn"):
		v.Fail("advancedSecurityOptions.masterUserOptions", "ValidationException: without the internal user database masterUserArn is needed")
	}
}
