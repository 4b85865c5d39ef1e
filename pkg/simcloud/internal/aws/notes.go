package aws

import "cellworks/pkg/simcloud/internal/resource"

// Note is resource.Note, written without its field names: Needs, Delete, Missing.
type Note struct{ Needs, Delete, Missing string }

const (
	freely    = "Always possible."
	ofBucket  = "The bucket exists, in the provider's account and region. Every Put replaces what was there."
	emptyOnce = "Leaves the VPC's default one without rules, as it was."
)

// Notes are the notes by token, one for each type.
func Notes() map[string]resource.Note {
	notes := map[string]resource.Note{}
	for _, part := range []map[string]Note{networkNotes(), accessNotes(), nameNotes(), storageNotes(), workloadNotes(), identityNotes(), auditNotes(), serverNotes(), applicationNotes(), exchangeNotes(), backupNotes(), dataNotes(), loggingNotes()} {
		for token, n := range part {
			notes[token] = resource.Note(n)
		}
	}
	return notes
}

func networkNotes() map[string]Note {
	return map[string]Note{
		tokVPC:              {"A block of /16 to /28 without host bits. It comes with a main route table, a default group and a default ACL.", "DependencyViolation while anything but its defaults lives in it; they go with it.", "IPv6, IPAM, secondary blocks."},
		tokSubnet:           {"The VPC exists; the block lies in the VPC's and overlaps no other subnet; the zone, by name or id, is the region's.", "DependencyViolation while a NAT gateway, load balancer, endpoint, resolver, mount target, SFTP server, instance or service is in it.", "IPv6, Outposts."},
		tokInternetGateway:  {"The VPC exists and has no other.", "DependencyViolation while something in the VPC has a public address.", ""},
		tokEIP:              {"-", "InvalidIPAddress.InUse while a NAT gateway, load balancer or SFTP server has it.", "Pools, bring-your-own addresses."},
		tokNAT:              {"The subnet exists; a public one has an address that nothing else uses, in a VPC with an internet gateway.", "Always possible, also while a route leads to it, as in EC2.", "Secondary addresses."},
		tokRouteTable:       {"The VPC exists; inline routes as for Route.", "DependencyViolation while a subnet is associated. The real provider disassociates first; here the refusal comes.", "Propagation."},
		tokRoute:            {"Table and target exist in one VPC; a peering connection has it at one end, and until it is accepted the route is a blackhole; one route for each destination; none to the VPC's block or a part of it.", freely, "Targets other than internet gateways, NAT gateways and peering connections."},
		tokRouteAssociation: {"Table and subnet exist in one VPC; a subnet has one table.", freely, "Gateway associations."},
		tokDefaultTable:     {"The table is its VPC's main one.", emptyOnce, ""},
		tokDefaultGroup:     {"The VPC exists; peers of inline rules exist in it.", emptyOnce, ""},
		tokDefaultACL:       {"The ACL is its VPC's default one.", emptyOnce, ""},
		tokACL:              {"The VPC exists, the subnets are in it; rule numbers once a direction; ports fit the protocol.", freely, "Subnets that another ACL had are not taken from it."},
		tokGroup:            {"The VPC exists; the name is unique in it and does not begin with sg-; peers of inline rules are in the VPC.", "DependencyViolation while a load balancer, endpoint, resolver, mount target, SFTP server, instance or service has it or another group's rule names it. Its own rules go with it.", "Peered VPCs, prefix lists."},
		tokIngressRule:      {"Group and peer exist in one VPC; ports fit the protocol (none for -1); no other rule of the group says the same.", freely, "Prefix lists, groups of peered VPCs."},
		tokEgressRule:       {"As for ingress.", freely, "As for ingress."},
	}
}

func accessNotes() map[string]Note {
	return map[string]Note{
		tokKey:            {"The policy parses and its principals exist; it lets somebody of the account or the caller change it again, unless bypassPolicyLockoutSafetyCheck is set.", "The key goes into PendingDeletion for its window: nothing can use it, nothing finds it, its alias is free.", "Custom key stores, grants; conditions of the policy are taken as met."},
		tokAlias:          {"The key exists in the region and is not pending deletion; the name is unique in the region and not alias/aws/….", freely, ""},
		tokLogGroup:       {"The name is unique in the region; the retention is one that CloudWatch has; the key exists and its policy names the region's log service.", "With skipDestroy the group stays in the cloud.", ""},
		tokRole:           {"The name is unique in the account, in any case of letters; the trust policy parses, has sts actions only and names principals that exist; boundary and managed policies exist.", "DeleteConflict while policies are attached, unless forceDetachPolicies is set. Instance profiles lose it.", "Inline policies are kept as written."},
		tokPolicy:         {"The name is unique in the account; the document parses (see below).", "DeleteConflict while a role has it.", "Versions: the oldest of five is dropped without being kept."},
		tokRoleAttachment: {"Role and policy exist. Policies of AWS itself (arn:aws:iam::aws:policy/…) are taken as written.", freely, ""},
	}
}

func nameNotes() map[string]Note {
	return map[string]Note{
		tokZone:        {"A private zone's VPCs exist and have no other zone or endpoint of the name.", "HostedZoneNotEmpty while it has records, unless forceDestroy is set.", "Delegation, reusable delegation sets, DNSSEC; a record in a zone that nobody delegates to still proves a domain."},
		tokRecord:      {"The zone exists; the set is unique unless allowOverwrite is set; values fit the type; CNAME alone and not at the top; an alias points at a load balancer or record that exists.", freely, "Health checks; routing policies are kept as written."},
		tokCertificate: {"At most 10 names.", "ResourceInUseException while a listener has it, as its default or beside it.", "Imported and private certificates; status stays as it was when the certificate was made."},
		tokValidation:  {"The certificate exists in the region; its records stand in a public zone. The real provider waits 75 minutes before it says that they do not.", freely, ""},
	}
}

func storageNotes() map[string]Note {
	return map[string]Note{
		tokBucket:           {"The name follows S3's rules and is unique in the whole cloud, all accounts.", "BucketNotEmpty while it has objects, unless forceDestroy is set; objects in a retention under COMPLIANCE stay also then.", "The deprecated inline blocks; whether a name was somebody's before."},
		tokBucketVersioning: {ofBucket + " Versioning once enabled cannot be disabled, only suspended, and under object lock or replication not even that.", "InvalidBucketState while the bucket is replicated: the provider suspends the versioning.", ""},
		tokBucketSSE:        {ofBucket + " The key exists and belongs to a KMS algorithm.", freely, ""},
		tokBucketBlock:      {ofBucket, freely, ""},
		tokBucketOwnership:  {ofBucket, freely, ""},
		tokBucketLifecycle:  {ofBucket + " Rules have an action; ages fit the storage class and each other; ids once.", freely, "Nothing expires."},
		tokBucketPolicy:     {ofBucket + " The document parses, has s3 actions only, names this bucket and principals that exist, and is not public where that is blocked.", freely, "OperationAborted for changes of one bucket at the same time: inject it with a fault."},
	}
}

func workloadNotes() map[string]Note {
	return map[string]Note{
		tokCluster:          {"Keys of its configuration exist; the one of tasks' disks lets Fargate use it for the cluster (stricter than ECS, which finds out when a task starts). A cluster of the name is taken over, as CreateCluster does.", "ClusterContainsServicesException while it has services.", "Service Connect defaults are kept as written."},
		tokClusterProviders: {"The cluster and the capacity providers exist; the default strategy uses those, of Fargate or of groups and not both, one with a base.", "ResourceInUseException while a service uses them.", "Instances that are still registered."},
		tokTaskDefinition:   {"Roles exist; container definitions parse, have names, images, one essential container, fitting ports; Fargate sizes, network and log drivers; one container takes the logs of those that log with awsfirelens; containers wait for others that are there and reach what they wait for, and reserve no more memory than the task has; mounted volumes are there, and their file systems and access points exist (ECS itself finds out when a task starts). Every create is a revision.", "With skipDestroy the revision stays.", "Log groups, secrets and images are not looked up, as in ECS, which finds out when a task starts."},
		tokService:          {"Cluster, task definition, subnets, groups exist, in one VPC; target groups fit the container, port and network mode and have a listener; the registry exists and gets the port it needs; the alarms that roll a deployment back exist (ECS itself does not ask); the name is unique in the cluster.", freely, "Nothing runs: the service is steady at once."},
		tokLoadBalancer:     {"Subnets of one VPC, of two zones for an application load balancer, with an internet gateway when it is not internal; groups of that VPC; the name is unique in the region; the policies of log buckets let the load balancer's service write, and an application load balancer's are not encrypted with a key of KMS.", "OperationNotPermitted under deletion protection. Listeners and rules go with it.", "Gateway load balancers, subnet mappings."},
		tokListener:         {"The load balancer exists and has the protocol; the port is free on it; the certificate is issued; target groups exist, take the protocol and serve no other load balancer; a network load balancer's only forwards.", "Its rules and further certificates go with it.", "Mutual TLS, authentication actions."},
		tokTargetGroup:      {"The VPC exists; the name is unique in the region; health check times fit; attributes and health checks are of the protocol.", "ResourceInUse while a listener or rule forwards to it.", "Targets; loadBalancerArns stays as it was when the group was made."},
		tokListenerRule:     {"The listener exists, of an application load balancer; the priority is free; each condition has one field, all at most five values.", freely, "Authentication actions."},
		tokScalingTarget:    {"The ECS service exists; the least is not more than the most.", "Its policies and scheduled actions go with it.", "Other namespaces than ecs."},
		tokScalingPolicy:    {"The target exists; metrics of its own have one result; the load balancer and target group of a resource label exist, belong together and to the service. A policy of the name is changed, as PutScalingPolicy does.", freely, "Nothing scales."},
	}
}
