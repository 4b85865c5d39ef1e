package aws

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

// transferService is the principal of AWS Transfer Family.
const transferService = "transfer.amazonaws.com"

// transferFault is how Transfer refuses what does not fit.
func transferFault(format string, a ...any) error {
	return resource.Faultf("InvalidRequestException", format, a...)
}

// transferServer is of docs.aws.amazon.com/transfer/latest/APIReference/API_CreateServer.html.
func transferServer() *resource.Kind {
	return &resource.Kind{
		Token: tokTransferServer, Service: "Transfer", Noun: "Transfer Server", CreateOp: "CreateServer", UpdateOp: "UpdateServer", DeleteOp: "DeleteServer",
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"domain", "identityProviderType"}, Why: "UpdateServer does not take them"}},
			Computed: []string{"protocols", "protocolDetails", "s3StorageOptions", "sftpAuthenticationMethods"},
			Sets:     []string{"endpointDetails.addressAllocationIds", "endpointDetails.securityGroupIds", "endpointDetails.subnetIds", "protocols", "structuredLogDestinations"},
			Defaults: map[string]any{
				"domain": "S3", "endpointType": "PUBLIC", "forceDestroy": false, "identityProviderType": "SERVICE_MANAGED", "securityPolicyName": "TransferSecurityPolicy-2018-11",
			},
			Enums: map[string][]string{
				"domain": {"S3", "EFS"}, "endpointType": {"PUBLIC", "VPC", "VPC_ENDPOINT"}, "protocols": {"SFTP", "FTP", "FTPS", "AS2"},
				"identityProviderType": {"SERVICE_MANAGED", "API_GATEWAY", "AWS_DIRECTORY_SERVICE", "AWS_LAMBDA"}, "securityPolicyName": transferPolicies(),
				"protocolDetails.setStatOption": {"DEFAULT", "ENABLE_NO_OP"}, "protocolDetails.tlsSessionResumptionMode": {"DISABLED", "ENABLED", "ENFORCED"},
				"s3StorageOptions.directoryListingOptimization": {"DISABLED", "ENABLED"},
			},
			Lengths:     map[string]schema.Range{"preAuthenticationLoginBanner": {Min: 0, Max: 4096}, "postAuthenticationLoginBanner": {Min: 0, Max: 4096}},
			Formats:     map[string]schema.Format{"loggingRole": schema.ARN, "structuredLogDestinations": schema.ARN},
			Unsimulated: map[string]string{"certificate": "", "directoryId": "", "function": "", "hostKey": "", "invocationRole": "", "sftpAuthenticationMethods": "", "url": "", "workflowDetails": ""},
		},
		// "Changing VpcId is not supported"
		Forces: func(old, next resource.Props) []string {
			was, is := old.Obj("endpointDetails"), next.Obj("endpointDetails")
			if was.Str("vpcId") != "" && !sameValue(was["vpcId"], is["vpcId"]) {
				return []string{"endpointDetails"}
			}
			return nil
		},
		ForcesWhen: "endpointDetails with another VPC",
		Validate:   checkTransferServer,
		Identify:   identifyTransferServer,
		Apply:      applyTransferServer,
		Report:     reportTransferServer,
		Remove: func(c *resource.Call) error {
			users := c.Users(tokTransferUser)
			if len(users) > 0 && !c.In.Bool("forceDestroy") {
				return transferFault("Server %s has %d user(s). Delete them first.", c.Obj.ID, len(users))
			}
			for _, k := range users {
				deleteAll(c, resource.UsersOf(c.Tx, k, tokTransferKey, tokTransferTag))
			}
			deleteAll(c, users)
			deleteAll(c, c.Users(tokTransferTag))
			return nil
		},
	}
}

// transferPolicies are the security policies of
// docs.aws.amazon.com/transfer/latest/userguide/security-policies.html.
func transferPolicies() []string {
	var names []string
	for _, version := range []string{
		"2018-11", "2020-06", "2022-03", "2023-05", "2024-01", "2025-03", "FIPS-2020-06", "FIPS-2023-05", "FIPS-2024-01", "FIPS-2024-05", "FIPS-2025-03",
		"PQ-SSH-Experimental-2023-04", "PQ-SSH-FIPS-Experimental-2023-04", "Restricted-2018-11", "Restricted-2020-06", "Restricted-2024-06", "SshAuditCompliant-2025-02",
	} {
		names = append(names, "TransferSecurityPolicy-"+version)
	}
	return names
}

func checkTransferServer(v *resource.Validation) {
	if typ := v.In.Str("identityProviderType"); typ != "" && typ != "SERVICE_MANAGED" {
		v.Fail("identityProviderType", "the simulated cloud does not simulate identity providers of type %s, only SERVICE_MANAGED", typ)
	}
	for i, p := range v.In.Strs("protocols") {
		switch p {
		case "FTP", "FTPS":
			v.Fail(fmt.Sprintf("protocols[%d]", i), "InvalidRequestException: %s needs an endpoint in a VPC and an identity provider that is not SERVICE_MANAGED", p)
		case "AS2":
			v.Fail(fmt.Sprintf("protocols[%d]", i), "the simulated cloud does not simulate AS2")
		}
	}
	if n := v.In.Len("structuredLogDestinations"); n > 1 {
		v.Fail("structuredLogDestinations", "ValidationException: Value at 'structuredLogDestinations' failed to satisfy constraint: Member must have length less than or equal to 1 (it has %d)", n)
	}
	for i, arn := range v.In.Strs("structuredLogDestinations") {
		if !strings.HasPrefix(arn, "arn:aws:logs:") {
			v.Fail(fmt.Sprintf("structuredLogDestinations[%d]", i), "InvalidRequestException: the destination of structured logs must be a CloudWatch log group: %s", arn)
		}
	}
	checkTransferEndpoint(v)
}

// checkTransferEndpoint holds docs.aws.amazon.com/transfer/latest/APIReference/API_EndpointDetails.html.
func checkTransferEndpoint(v *resource.Validation) {
	typ, d := v.In.Str("endpointType"), v.In.Obj("endpointDetails")
	switch typ {
	case "VPC_ENDPOINT":
		v.Fail("endpointType", "InvalidRequestException: EndpointType VPC_ENDPOINT is no longer available for new servers; use VPC")
	case "PUBLIC":
		if v.In.Has("endpointDetails") {
			v.Fail("endpointDetails", "InvalidRequestException: EndpointDetails cannot be specified when EndpointType is PUBLIC")
		}
	case "VPC":
		if !d.Has("vpcId") && !unknown(v.In, "endpointDetails") {
			v.Fail("endpointDetails.vpcId", "InvalidRequestException: VpcId must be specified when EndpointType is VPC")
		}
	}
	if d.Has("vpcEndpointId") {
		v.Fail("endpointDetails.vpcEndpointId", "%q: conflicts with endpointDetails.vpcId: with EndpointType VPC the service makes the endpoint", "endpointDetails.vpcEndpointId")
	}
	if addresses, subnets := d.Len("addressAllocationIds"), d.Len("subnetIds"); addresses > 0 && addresses != subnets && !unknown(d, "subnetIds") {
		v.Fail("endpointDetails.addressAllocationIds", "InvalidRequestException: the number of AddressAllocationIds (%d) must be that of SubnetIds (%d)", addresses, subnets)
	}
}

func identifyTransferServer(c *resource.Call) error {
	if most := c.Limits["transfer servers per region"]; inRegion(c) >= most {
		return resource.Faultf("ServiceQuotaExceededException", "You have reached the maximum number of servers: %d", most)
	}
	c.Obj.ID = "s-" + c.Hex("server", 17)
	c.Obj.ARN = fmt.Sprintf("arn:aws:transfer:%s:%s:server/%s", c.Region, c.Account, c.Obj.ID)
	c.Out("endpoint", fmt.Sprintf("%s.server.transfer.%s.amazonaws.com", c.Obj.ID, c.Region))
	const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	c.Out("hostKeyFingerprint", "SHA256:"+c.Pick("host key", base64, 43)+"=")
	c.Out("sftpAuthenticationMethods", "")
	return nil
}

func applyTransferServer(c *resource.Call) error {
	c.Default("protocols", resource.List("SFTP"))
	c.Default("protocolDetails", map[string]any{"as2Transports": []any{}, "passiveIp": "AUTO", "setStatOption": "DEFAULT", "tlsSessionResumptionMode": "ENFORCED"})
	c.Default("s3StorageOptions", map[string]any{"directoryListingOptimization": "DISABLED"})
	if arn := c.In.Str("loggingRole"); arn != "" {
		if err := needTransferRole(c, arn); err != nil {
			return err
		}
	}
	for _, arn := range c.In.Strs("structuredLogDestinations") {
		name := arn[strings.Index(arn, ":log-group:")+1:]
		name = strings.TrimSuffix(strings.TrimPrefix(name, "log-group:"), ":*")
		if g := c.Regional(tokLogGroup, name); g == nil || g.ARN != strings.TrimSuffix(arn, ":*") {
			return transferFault("The log group of StructuredLogDestinations does not exist: %s", arn)
		}
	}
	c.Release() // of addresses that it gives up
	return placeTransferServer(c)
}

// needTransferRole checks a role that Transfer is to act as.
func needTransferRole(c *resource.Call, arn string) error {
	if role := roleByARN(c, arn); role == nil || !trusts(role, transferService) {
		return transferFault("Unable to assume role: %s does not exist or does not trust %s", arn, transferService)
	}
	return nil
}

// placeTransferServer puts the endpoint of a server into its VPC.
func placeTransferServer(c *resource.Call) error {
	d := c.In.Obj("endpointDetails")
	vpcID := d.Str("vpcId")
	if vpcID == "" {
		return nil
	}
	if c.Regional(tokVPC, vpcID) == nil {
		return transferFault("The vpc ID '%s' does not exist", vpcID)
	}
	subnets, in, wrong := place(c, d.Strs("subnetIds"), nil)
	switch {
	case wrong != nil:
		return transferFault("Unable to create VPC endpoint: %s", wrong)
	case in != "" && in != vpcID:
		return transferFault("Unable to create VPC endpoint: the subnets %s are not in VPC %s", strings.Join(d.Strs("subnetIds"), ", "), vpcID)
	}
	var zones []string
	for _, s := range subnets {
		zone := prop(s, "availabilityZone")
		if slices.Contains(zones, zone) {
			return transferFault("Unable to create VPC endpoint: Found another VPC endpoint subnet in the availability zone of %s. VPC endpoint subnets should be in different availability zones.", s.ID)
		}
		zones = append(zones, zone)
	}
	for _, id := range d.Strs("securityGroupIds") {
		if g := c.Regional(tokGroup, id); g == nil || prop(g, "vpcId") != vpcID {
			return transferFault("Unable to create VPC endpoint: The security group '%s' does not exist in VPC %s", id, vpcID)
		}
	}
	return addressTransferServer(c, vpcID, d.Strs("addressAllocationIds"))
}

// addressTransferServer gives the endpoint its public addresses.
func addressTransferServer(c *resource.Call, vpcID string, allocations []string) error {
	for _, id := range allocations {
		if c.Regional(tokEIP, id) == nil {
			return transferFault("The allocation ID '%s' does not exist", id)
		}
		if !c.Claim("eip/" + c.Account + "/" + c.Region + "/" + id) {
			return transferFault("AddressAllocationId %s is already associated", id)
		}
	}
	if len(allocations) > 0 && !hasGateway(c, vpcID) {
		return transferFault("Network %s has no Internet gateway attached", vpcID)
	}
	return nil
}

// reportTransferServer fills in what the service chooses of an endpoint.
func reportTransferServer(c *resource.Call) {
	d := c.In.Obj("endpointDetails")
	if d.Str("vpcId") == "" {
		return
	}
	out := map[string]any{"vpcEndpointId": "vpce-0" + c.Hex("endpoint", 16)}
	for name, value := range d {
		out[name] = value
	}
	if !d.Has("securityGroupIds") {
		v := c.Tx.Get(store.Key{Type: tokVPC, Account: c.Account, Region: c.Region, ID: d.Str("vpcId")})
		out["securityGroupIds"] = resource.List(prop(v, "defaultSecurityGroupId"))
	}
	c.Out("endpointDetails", out)
}
