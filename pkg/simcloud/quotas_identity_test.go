package simcloud_test

import "fmt"

// numbered is a list of n made-up values.
func numbered(n int, format string) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = fmt.Sprintf(format, i)
	}
	return list
}

// third is a VPC beside those of the world, made when it is first asked for.
func (w *world) third() *made {
	if w.res["third"] == nil {
		w.res["third"] = w.create(vpcType, "third", props{"cidrBlock": "10.48.0.0/16"})
	}
	return w.res["third"]
}

// beyondIdentityQuotas is beyondQuotas for the quotas of networks, identity and settings.
func beyondIdentityQuotas() map[string]beyond {
	endpoint := func(more props) func(*world) props {
		return func(w *world) props { return with(props{"vpcId": w.res["vpc"].ID}, more) }
	}
	return map[string]beyond{
		"gateway endpoints per region": {1, endpointType, endpoint(props{"serviceName": "com.amazonaws.us-east-1.dynamodb"}),
			"VpcEndpointLimitExceeded: The maximum number of VPC endpoints has been reached."},
		"interface endpoints per VPC": {1, endpointType, endpoint(props{"serviceName": "com.amazonaws.us-east-1.ssm", "vpcEndpointType": "Interface"}),
			"VpcEndpointLimitExceeded: The maximum number of VPC endpoints has been reached."},
		"peerings per VPC": {1, peeringType, func(w *world) props {
			return props{"vpcId": w.res["vpc"].ID, "peerVpcId": w.third().ID, "autoAccept": true}
		}, "VpcPeeringConnectionsPerVpcLimitExceeded"},
		"outstanding peering requests": {1, peeringType, func(w *world) props {
			w.create(peeringType, "waiting", props{"vpcId": w.third().ID, "peerVpcId": w.res["far"].ID})
			return props{"vpcId": w.res["far"].ID, "peerVpcId": w.create(vpcType, "fourth", props{"cidrBlock": "10.64.0.0/16"}).ID}
		}, "OutstandingVpcPeeringConnectionLimitExceeded"},
		"VPCs per private zone": {2, zoneJoinType, func(w *world) props {
			return props{"zoneId": w.res["private"].ID, "vpcId": w.third().ID}
		}, "LimitsExceeded: The number of VPCs associated with hosted zone"},
		"authorizations per zone": {1, authorizeType, func(w *world) props {
			return props{"zoneId": w.res["private"].ID, "vpcId": w.res["vpc"].ID}
		}, "TooManyVPCAssociationAuthorizations"},
		"query log configurations per region": {1, queryLogType, func(w *world) props { return with(w.res["queries"].In, props{"name": "more"}) }, "LimitExceededException"},
		"VPCs per query log configuration": {1, queryJoinType, func(w *world) props {
			return props{"resolverQueryLogConfigId": w.res["queries"].ID, "resourceId": w.res["far"].ID}
		}, "LimitExceededException: The query logging configuration has reached the limit of VPC associations: 1"},
		"OIDC providers per account": {1, oidcType, fixed(props{"url": "https://gitlab.example.com", "clientIdLists": []any{"x"}}),
			"LimitExceeded: Cannot exceed quota for OpenIdConnectProvidersPerAccount: 1"},
		"client ids per OIDC provider": {1, oidcType, fixed(props{"url": "https://two.example.com", "clientIdLists": []any{"x", "y"}}),
			"LimitExceeded: Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 1"},
		"thumbprints per OIDC provider": {1, oidcType, fixed(props{"url": "https://thumbs.example.com", "clientIdLists": []any{"x"}, "thumbprintLists": numbered(2, "%040d")}),
			"InvalidInput: Thumbprint list must contain fewer than 2 entries."},
		"SAML providers per account": {1, samlType, fixed(props{"name": "second", "samlMetadataDocument": samlMetadata()}),
			"LimitExceeded: Cannot exceed quota for SAMLProvidersPerAccount: 1"},
		"analyzers of a type per region": {1, analyzerType, fixed(props{"analyzerName": "second"}),
			"ServiceQuotaExceededException: The maximum number of analyzers of type ACCOUNT has been reached: 1"},
		"archive rules per analyzer": {1, archiveType, func(w *world) props { return with(w.res["archive"].In, props{"ruleName": "more"}) },
			"ServiceQuotaExceededException: The maximum number of archive rules of an analyzer has been reached: 1"},
	}
}
