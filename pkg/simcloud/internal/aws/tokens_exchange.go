package aws

// The tokens of exchangeKinds.
const (
	tokQueue               = "aws:sqs/queue:Queue"
	tokQueuePolicy         = "aws:sqs/queuePolicy:QueuePolicy"
	tokRedriveAllow        = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
	tokTransferServer      = "aws:transfer/server:Server"
	tokTransferUser        = "aws:transfer/user:User"
	tokTransferKey         = "aws:transfer/sshKey:SshKey"
	tokTransferTag         = "aws:transfer/tag:Tag"
	tokNotification        = "aws:s3/bucketNotification:BucketNotification"
	tokReplication         = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
	tokMalwarePlan         = "aws:guardduty/malwareProtectionPlan:MalwareProtectionPlan"
	tokScheduledAction     = "aws:appautoscaling/scheduledAction:ScheduledAction"
	tokListenerCertificate = "aws:lb/listenerCertificate:ListenerCertificate"
	tokReplicaKey          = "aws:kms/replicaKey:ReplicaKey"
)
