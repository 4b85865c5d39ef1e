package aws

// serverNotes are those of serverKinds.
func serverNotes() map[string]Note {
	const ofSecret = "The secret exists and is not marked for deletion."
	const ofRepository = "The repository exists."
	return map[string]Note{
		tokLaunchTemplate: {"User data are base64 of at most 16 KB; image and instance type have their form; volumes fit their type; the name is unique in the region. Every change makes a version.", freely,
			"Old versions are counted and not kept. EC2 does not look for image, profile and groups, as in reality; Auto Scaling does. Whether image and instance type fit."},
		tokScalingGroup: {"The launch template and its version exist; when it is the latest, so do its profile, its groups in the VPC and the parameter of its image (those under /aws/service/ are taken as written). Subnets of one VPC; target groups of instances in it; sizes and percentages fit.",
			"Without forceDelete the provider takes the instances away first, which a capacity provider with termination protection prevents. Its hooks go with it.",
			"Instances, and with them volumes' keys, health, refreshes, hooks; launch configurations, mixed instances, warm pools, classic load balancers."},
		tokReservation:      {"The subnet exists; the block lies in it and overlaps no other reservation.", freely, "IPv6. Addresses that are taken already."},
		tokLifecycleHook:    {"The group exists; a topic that it notifies and the role for it too. A hook of the name is changed, as PutLifecycleHook does.", freely, "Queues. The id is the group's and the hook's name; the real one is the hook's alone."},
		tokInstanceProfile:  {"The role exists and is not a service's; the name is unique in the account.", "Always possible. When its role goes, the profile stays without one, as the provider leaves it.", ""},
		tokCapacityProvider: {"The Auto Scaling group exists and has no other; termination protection needs managed scaling and the group's protection from scale in.", "While a cluster has it. The real provider waits 20 minutes before it says so.", "Scaling."},
		tokWebACL: {"Rules have one statement and the action that fits it, names and priorities once; AWS's rule groups and their overridden rules exist (the rules of the five usual ones); IP sets exist; capacity. More than 1,500 units is a warning.", "WAFAssociatedItemException while a load balancer has it. Its logging goes with it.",
			"Rule groups of others, regular expression sets, ruleJson. The capacity is about what WAF counts; CloudFront's web ACLs have nothing to be associated with."},
		tokWebACLUse:        {"The web ACL and the application load balancer exist in the region. A load balancer has one: the new one takes the place of the old.", "Takes away whichever web ACL the load balancer has by then: a replacement that creates first ends without one.", "Other resources than load balancers."},
		tokWebACLLogging:    {"The web ACL exists; one destination, a log group or bucket that exists and whose name begins with aws-waf-logs-.", freely, "Firehose. WAF writes the permission into the policies of log groups and buckets itself."},
		tokIPSet:            {"Addresses are ranges of its version without host bits; the name is unique in the scope.", "WAFAssociatedItemException while a web ACL has it.", ""},
		tokNamespace:        {"The VPC exists and no zone or endpoint has the name in it. The namespace comes with its private zone.", "ResourceInUse while it has services. The zone and its records go with it.", "Instances are not entered as records."},
		tokDiscovery:        {"The namespace exists, the name is unique in it; record types fit each other.", "ResourceInUse while an ECS service with tasks is entered, unless forceDestroy is set.", "Public and HTTP namespaces; health checks of Route 53."},
		tokSecret:           {"The name is unique in the region; the key exists (stricter than Secrets Manager, which finds out when a value is put); the policy parses and its principals exist.", "The secret is kept for its recovery window and keeps its name; with a window of 0 it is gone at once.", "Replicas, rotation. The real provider tries for minutes to create a secret whose name is still taken."},
		tokSecretPolicy:     {ofSecret + " The policy parses, has secretsmanager actions only, names principals that exist, and is not public when that is blocked.", freely, ""},
		tokSecretVersion:    {ofSecret + " It has one value. Values are secrets in the store.", "The version stays without labels, as in the service; here it is gone.", "Earlier versions keep their labels."},
		tokResolver:         {"Subnets and groups exist in one VPC; given addresses are the subnet's and free among the endpoint's.", "InvalidRequestException while it has rules. Subnets and groups that it uses are refused with DependencyViolation.", "IPv6."},
		tokResolverRule:     {"A forwarding rule has an outbound endpoint that exists and targets; a system rule has neither.", "ResourceInUseException while a VPC has it.", "Sharing; rules of AWS itself."},
		tokResolverRuleUse:  {"Rule and VPC exist; the VPC has no other rule for the domain.", freely, ""},
		tokParameter:        {"The name has its form and is not reserved; the value fits tier, pattern and data type; the key exists. A name that is taken needs overwrite.", freely, "Whether an image exists; policies of parameters; the service that a SecureString's key must allow."},
		tokLogPolicy:        {"The document parses, has logs actions only and names principals that exist. A policy of the name is changed, as PutResourcePolicy does.", freely, "Whether its resources exist."},
		tokRepository:       {"The name has its form and is unique in the region; a key exists and goes with encryption by KMS.", "Always possible: there are no images. Its policies go with it.", "Images."},
		tokImageLifecycle:   {ofRepository + " The rules parse, have priorities once and what their kind asks; the one for any image comes last.", freely, "Nothing expires."},
		tokRepositoryPolicy: {ofRepository + " The document parses, has ecr actions only, no Resource, and names principals that exist.", freely, ""},
	}
}
