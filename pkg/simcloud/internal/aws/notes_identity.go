package aws

// identityNotes are those of networkAndIdentityKinds.
func identityNotes() map[string]Note {
	const setting = "A setting of the account in the region: creating it changes what is there."
	const reset = "Brings the default of AWS back."
	const kept = "The real provider leaves the setting as it is; here it is forgotten."
	return map[string]Note{
		tokEndpoint: {"The VPC and the service exist, the service in the region and of the type. A gateway takes route tables of its VPC, each once a service; an interface takes subnets of its VPC, one a zone, and groups (the VPC's default one without any). " +
			"Private DNS needs both DNS attributes of the VPC and a name that neither an endpoint nor a zone has there; for S3 also a gateway endpoint.", "Always possible. Subnets, groups and VPCs that it uses are refused with DependencyViolation.", "Zones that a service is not in, services of one region only, services of others, IPv6, changes of the DNS attributes afterwards."},
		tokFlowLog: {"VPC or subnet exist; the format has known fields only; the bucket exists, another account's lets delivery.logs.amazonaws.com write; for a log group the role exists and trusts vpc-flow-logs.amazonaws.com; no other flow log is the same.", freely,
			"Firehose, interfaces, transit gateways. In a bucket of the same account the real delivery writes its statements into the policy itself."},
		tokDHCPOptions:     {"At least one option; at most four servers each, with addresses or AmazonProvidedDNS.", "The VPCs that have them get the default ones.", ""},
		tokDHCPAssociation: {"VPC and options exist; the VPC then says that it has them. The last one wins.", "The VPC gets the default ones.", "A changed dhcpOptionsId leaves the id as it was."},
		tokPeering: {"The requester's VPC exists, and the peer's in the account and region that are named; their blocks do not overlap; there is no other connection between them. autoAccept works in one account and region only. Requests expire after 7 days.",
			"Always possible: routes over it become blackholes, its accepter and options are gone.", "A failed connection leaves nothing behind; rejecting; both VPCs' DNS attributes for the DNS option."},
		tokPeeringAccepter:     {"The connection exists and the provider's account and region are at one of its ends; only the accepter's can accept.", "The connection stays, as in the real provider.", ""},
		tokPeeringOptions:      {"The connection is active; each side's options are its owner's, in its region.", "The options stay, as in the real provider.", ""},
		tokZoneAssociation:     {"The zone is private; VPC and zone are the provider's account's, or the VPC is and the zone's owner has authorized it; nothing else has the name in the VPC. The zone lists the VPC from then on.", freely, ""},
		tokZoneAuthorization:   {"The zone is the provider's account's; the VPC exists in the region, in any account.", "Always possible; associations stay.", ""},
		tokQueryLog:            {"The log group or bucket exists.", "InvalidRequestException while a VPC is associated.", "Firehose, sharing, the destination's policy; the message for a missing destination."},
		tokQueryLogAssociation: {"Configuration and VPC exist in the region, once together.", freely, ""},
		tokImageBlock:          {setting, kept, ""},
		tokMetadataDefaults:    {setting, reset, ""},
		tokSerialConsole:       {setting, reset, "The id has another form."},
		tokDefaultEncryption:   {setting, reset, "The id has another form."},
		tokDefaultKey:          {setting + " The key exists, is enabled and not pending deletion.", "Brings the key of AWS back, also while another resource has set one since: a replacement that creates first ends without a key.", "EC2 checks the key later, when a volume is made."},
		tokSnapshotBlock:       {setting, reset, ""},
		tokPasswordPolicy:      {"The account's one. Numbers in the ranges of IAM.", "The account has none then.", ""},
		tokAccountAlias:        {"The alias is no other account's. It takes the place of the one that the account had.", freely, ""},
		tokTokenPreferences:    {"A setting of the account.", kept, ""},
		tokLinkedRole:          {"The service has such a role and the account has not; a suffix only where the service takes one. It is an IAM role for everything that names one; policies cannot be attached.", "Fails while something uses the role.", "Services do not make theirs by themselves; roles that every account has; when a service lets go of its role."},
		tokOIDCProvider:        {"The address is the account's only once. Without thumbprints there is one.", freely, "Thumbprints are made up."},
		tokSAMLProvider:        {"The name is unique in the account; the metadata parse and are an identity provider's, with key and sign-on address.", freely, "Certificates are not read."},
		tokAnalyzer:            {"The name is unique in the region; a configuration for unused access only where the type has it.", "Its archive rules go with it.", "Analyzers of an organization; findings."},
		tokArchiveRule:         {"The analyzer exists; the rule's name is unique in it; filters have known keys and an operator.", freely, "Findings."},
		tokAccountBlock:        {"The account is the provider's. Public bucket policies are refused in all its buckets.", reset, ""},
	}
}
