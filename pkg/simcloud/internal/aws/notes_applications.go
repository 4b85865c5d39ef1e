package aws

// applicationNotes are those of applicationKinds.
func applicationNotes() map[string]Note {
	const ofFiles = "The file system exists."
	const administers = "The simulated cloud has no organizations: any account where the service is on may be its administrator."
	const stays = "The setting stays in the service, as the provider leaves it."
	return map[string]Note{
		tokConfigGather:       {"Accounts are ids; regions or all of them; an organization's role exists and trusts Config. An aggregator of the name is changed.", freely, "Whether the accounts have given leave, and the data."},
		tokAggregateLeave:     {"Account and region have their form.", freely, ""},
		tokGuardDutyMembers:   {"The detector exists. " + administers, stays, "Members."},
		tokGuardDutyFeature:   {"The detector exists; additional configurations are the feature's. " + administers, stays, "Members."},
		tokInspectorMembers:   {"Inspector is on; code scanning comes with function scanning. " + administers, "Switches it off.", "Members."},
		tokMacieMembers:       {"Macie is on. " + administers, stays, "Members."},
		tokHubMembers:         {"Security Hub is on; central configuration needs the rest off. " + administers, stays, "Members."},
		tokMacieJob:           {"Macie is on; schedule and type fit; buckets by criteria or by name, those of the account exist. A cancelled job cannot be resumed.", "The provider cancels the job; here it is gone.", "Findings, allow lists; criteria are kept as written."},
		tokScheduleGroup:      {"The name is unique in the region.", "Its schedules go with it.", ""},
		tokSchedule:           {"The group exists and has no other of the name; expression, time zone and window have their form; the role exists and trusts Scheduler; a key exists.", freely, "Nothing is called: targets and their input are taken as written."},
		tokBaseline:           {"Rules have filters and one age or date.", "ResourceInUseException while it is its operating system's default.", "Filters by value, sources."},
		tokDefaultBaseline:    {"The baseline exists and is of the operating system.", "Puts the baseline of AWS back.", "Baselines of AWS by id."},
		tokWindow:             {"The schedule has its form; the cutoff is shorter than the window.", "Targets and tasks go with it.", ""},
		tokWindowTarget:       {"The window exists; targets have keys that Systems Manager knows.", "TargetInUseException while a task names it.", "Instances."},
		tokWindowTask:         {"The window exists and has the targets that are named; the parameters are those of its type; a role exists.", freely, "Documents, parameters of documents, log groups."},
		tokAssociation:        {"The document is one of AWS by its form; schedule and targets have theirs; the bucket for output exists.", freely, "Documents of customers; parameters; runs."},
		tokFileSystem:         {"The creation token is unique in the region; a key exists and goes with encryption; throughput, performance and lifecycle fit each other.", "FileSystemInUse while it has mount targets. Access points and policies go with it.", "One Zone file systems, replication, files."},
		tokMountTarget:        {ofFiles + " Subnet and groups exist in one VPC, the one of its other mount targets; a zone has one; a given address is the subnet's.", "Always possible. Subnets and groups that it uses are refused with DependencyViolation.", "IPv6. numberOfMountTargets of the file system stays as it was."},
		tokAccessPoint:        {ofFiles + " The path has at most four levels; permissions are octal.", freely, ""},
		tokFileSystemPolicy:   {ofFiles + " The document parses, has elasticfilesystem actions only, names this file system and principals that exist, and does not lock its owner out.", freely, "Statements without Resource are refused; EFS takes them."},
		tokFileBackup:         {ofFiles, "Disables the backup.", "The backups."},
		tokLogStream:          {"The group exists; the name is unique in it.", freely, "The id is the group's and the stream's name; the real one is the stream's alone."},
		tokFunction:           {"The role exists and trusts Lambda; in a VPC subnets and groups exist and the role may make interfaces; the runtime takes new functions; code is an archive; no reserved variable; the name is unique in the region.", "Subnets and groups that it uses are refused with DependencyViolation; the real service gives interfaces back minutes later. Calls and permissions go with it.", "Running it; images, layers, code in buckets. The hash is of what the engine sends, not of a zip file. The account's concurrency is the default 1,000; several functions' reservations are not added up."},
		tokInvocation:         {"The function exists.", "With CREATE_ONLY nothing is called.", "Nothing runs: the result is null."},
		tokFunctionPermission: {"The function and the principal exist; the statement id is unique.", freely, "Versions and aliases."},
		tokSearchDomain:       {"The name is unique in the region; cluster, zones, volumes and security options fit each other; keys, certificate, master role, subnets (one for each zone) and groups exist; a VPC needs the service-linked role; the policies of log groups let the service write.", "Always possible. Subnets and groups that it uses are refused with DependencyViolation.", "Whether the certificate is issued and of the endpoint's name; instance types by name; Cognito; what is in the domain. A change is made at once."},
		tokSearchPolicy:       {"The domain exists; the document parses, has es actions only and names principals that exist.", freely, "The domain's accessPolicies stay as they were."},
		tokSearchSAML:         {"The domain exists and has advanced security options; the metadata are those of the entity id.", freely, ""},
		tokFirehose:           {"The roles exist, trust Firehose and may write to the bucket and make interfaces; bucket, keys, domain, subnets and groups exist; a domain in a VPC needs vpcConfig; the secret of an HTTP endpoint exists and its role may read it; the name is unique in the region.", freely, "Destinations other than OpenSearch domains, HTTP endpoints and S3; whether anybody answers at an endpoint, and the form of its secret; sources; processors; log streams are not looked up, as in Firehose."},
	}
}
