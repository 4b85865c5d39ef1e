package ecscluster

import (
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

// keyDeletionDays is the longest window that KMS offers before a key is gone.
const keyDeletionDays = 30

// sessionKey is the key of the channel between a person and a container. Both ends
// use it: the person makes the data key, the task decrypts it
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html).
func (a Args) sessionKey() key.Args {
	role := func(path string) string { return naming.ARN(a.Region, "iam", "", a.AccountID, "role"+path+"*") }
	return a.key("sessions", "Interactive sessions of ECS cluster "+a.Name,
		iampolicy.Allow("Sessions", "kms:Decrypt", "kms:GenerateDataKey").On("*").
			By(iampolicy.ByAWS(naming.ARN(a.Region, "iam", "", a.AccountID, "root"))).
			If("ArnLike", "aws:PrincipalArn", role(naming.CellsPath), role(naming.PeoplePath), role(naming.UtilityPath)),
	)
}

// storageKey is the key of the disks of Fargate's tasks. Fargate makes data keys for
// this cluster only, and lets its hosts do nothing but decrypt them
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html).
func (a Args) storageKey() key.Args {
	byFargate := func(sid, action string) iampolicy.Statement {
		return iampolicy.Allow(sid, action).On("*").By(iampolicy.ByService("fargate.amazonaws.com")).
			If("StringEquals", "kms:EncryptionContext:aws:ecs:clusterAccount", a.AccountID).
			If("StringEquals", "kms:EncryptionContext:aws:ecs:clusterName", a.Name)
	}
	return a.key("storage", "Disks of Fargate tasks of ECS cluster "+a.Name,
		byFargate("FargateDataKeys", "kms:GenerateDataKeyWithoutPlaintext"),
		byFargate("FargateHosts", "kms:CreateGrant").If("ForAllValues:StringEquals", "kms:GrantOperations", "Decrypt"),
	)
}

func (a Args) key(purpose, description string, statements ...iampolicy.Statement) key.Args {
	return key.Args{
		Description:        description,
		Alias:              naming.UtilityKeyAlias(config.ApplicationECS, purpose),
		AccountID:          a.AccountID,
		Region:             a.Region,
		Statements:         statements,
		DeletionWindowDays: keyDeletionDays,
		Protect:            a.DeletionProtection,
	}
}
