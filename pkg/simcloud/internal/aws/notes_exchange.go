package aws

// exchangeNotes are those of exchangeKinds.
func exchangeNotes() map[string]Note {
	const atServer = "The server exists"
	const putOver = " One of the name is changed, as PutScheduledAction does."
	return map[string]Note{
		tokQueue: {"The name fits its kind and is unique in the region, where a queue of the name must have the same attributes; FIFO attributes are for FIFO queues; policies parse, principals exist; the dead-letter queue exists in the account and region, is of the same kind and lets it; a key exists. " +
			"Subscriptions, event targets and notifications of buckets find the queue, and its policy and its key's let them in.", "Its policies go with it. Queues that use it for dead letters keep its ARN, as in SQS.",
			"Messages. A FIFO queue has to be named: autonaming adds no .fifo. A name is free at once (the real provider waits a minute); outputs do not show what the resources beside it set."},
		tokQueuePolicy:  {"The queue exists; the document parses, has sqs actions only and names principals that exist. It takes the place of the queue's own; a statement about another resource is kept with a warning.", freely, "How many statements, principals and conditions; only the size is."},
		tokRedriveAllow: {"The queue exists; the permission is one, with up to 10 queues by name, which need not exist.", freely, ""},
		tokTransferServer: {"The VPC, its subnets (one for each zone) and groups exist; Elastic IPs, one for each subnet, exist, nothing else uses them, and the VPC has an internet gateway; the logging role exists and trusts Transfer; the log group exists; protocols fit the identity provider.",
			"InvalidRequestException while it has users, unless forceDestroy is set; tags go with it. Subnets, groups and addresses that it uses are refused.",
			"Identity providers other than the service's own, protocols other than SFTP, host keys, workflows. The server does not stop for a change; its endpoint is no VPC endpoint of the account."},
		tokTransferUser: {atServer + "; name and home fit their form and each other, mappings do not overlap; the session policy parses and has at most 2,048 characters; the role exists and trusts Transfer; a POSIX profile is for EFS.", "Its keys and tags go with it.", "Buckets of the home: targets are kept as written."},
		tokTransferKey:  {atServer + " and has the user; the key is a whole RSA (2,048 to 4,096 bits), ECDSA or Ed25519 key of the type that the line says; the user has it once.", freely, "Another comment behind the key replaces it; the real provider takes no notice."},
		tokTransferTag:  {"The server or user exists; of the keys of AWS only those of host name and zone.", freely, "The zone is not looked up, as in Transfer. Tags of other things of Transfer."},
		tokNotification: {ofBucket + " Events exist; configurations do not overlap; queue, topic or function exists in the region, is not FIFO, and its policy and its key's let S3 in for the bucket.", freely, "Nothing is told."},
		tokReplication: {ofBucket + " Both buckets keep versions and are two; the role exists and trusts S3; rules fit the version of their schema; the key of the copies exists where the destination is (S3 itself does not ask). Versions cannot be suspended while it is there.", freely,
			"Nothing is copied; what the role may do, and whether another account's bucket lets it, is not looked at, as in S3."},
		tokMalwarePlan:         {"The bucket exists, in the account and region, and has no other plan; the role exists and trusts GuardDuty's plans.", freely, "Scans; the status is ACTIVE whatever the role may do."},
		tokScheduledAction:     {"The target exists; schedule, time zone and times have their form; the least is not more than the most." + putOver, freely, "Nothing scales."},
		tokListenerCertificate: {"The listener exists and ends TLS; the certificate is issued. One that the listener has is taken over, as AddListenerCertificates does.", freely, "Certificates by host name."},
		tokReplicaKey: {"The primary key exists in the account, in another region, for several regions; the region has no other replica; the policy is checked as a key's. It is used like a key.", "The key goes into PendingDeletion for its window.",
			"Changes of the primary key's rotation show after the next update; a primary key is not kept until its replicas are gone."},
	}
}
