package schedules

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sqs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const (
	// droppedSeconds is how long a start that was given up is kept: 14 days, the most that
	// SQS allows.
	droppedSeconds = 14 * 24 * 3600
	// dataKeySeconds is for how long SQS uses a data key again: the default.
	dataKeySeconds = 300
)

// addDropped makes the queue in which EventBridge Scheduler leaves the starts that it gave
// up, with the reason: encrypted with the client's key, and closed to everybody but the
// cell's own roles, the deployment and break-glass, who looks. It returns the queue and
// what closes it.
func (s *Schedules) addDropped(ctx *pulumi.Context, child pulumi.ResourceOption) (*sqs.Queue, pulumi.Resource, error) {
	a, name := s.args, s.name+"-schedules-dropped"
	policy, err := a.droppedPolicy().JSON()
	if err != nil {
		return nil, nil, err
	}
	queue, err := sqs.NewQueue(ctx, name, &sqs.QueueArgs{
		Name:                         pulumi.String(naming.CellScheduleQueue(a.Client)),
		MessageRetentionSeconds:      pulumi.Int(droppedSeconds),
		KmsMasterKeyId:               a.KeyARN.ToStringOutput(),
		KmsDataKeyReusePeriodSeconds: pulumi.Int(dataKeySeconds),
	}, child)
	if err != nil {
		return nil, nil, err
	}
	closed, err := sqs.NewQueuePolicy(ctx, name, &sqs.QueuePolicyArgs{QueueUrl: queue.Url, Policy: pulumi.String(policy)}, child)
	return queue, closed, err
}

func (a Args) droppedARN() string {
	return naming.ARN(a.Region, "sqs", a.Region, a.AccountID, naming.CellScheduleQueue(a.Client))
}

// droppedPolicy holds even where the policy of another cell's role is too wide. Scheduler
// sends as the role of the schedules, which is the cell's own.
func (a Args) droppedPolicy() iampolicy.Document {
	return iampolicy.NewDocument(
		iampolicy.Deny("DenyPlainHTTP", "sqs:*").By(iampolicy.ByEveryone()).On(a.droppedARN()).
			If("Bool", "aws:SecureTransport", "false"),
		iampolicy.Deny("DenyOtherPrincipals", "sqs:*").By(iampolicy.ByEveryone()).On(a.droppedARN()).
			If("ArnNotLike", "aws:PrincipalArn",
				naming.CellRoleARN(a.AccountID, a.Region, a.Client, "*"),
				naming.ARN(a.Region, "iam", "", a.AccountID, "role/"+a.DeployRole),
				naming.PersonRoleARN(a.AccountID, a.Region, naming.PersonBreakGlass)).
			If("Bool", "aws:PrincipalIsAWSService", "false"),
	)
}
