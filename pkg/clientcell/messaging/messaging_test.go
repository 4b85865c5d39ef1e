package messaging_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/messaging"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/pulumitest"
)

func args() messaging.Args {
	queue := func(name string, fifo bool, buckets ...string) config.Queue {
		return config.Queue{Name: name, FIFO: fifo, VisibilitySeconds: 300, RetentionSeconds: 1209600, MaxReceives: 5, Buckets: buckets}
	}
	return messaging.Args{
		Client: "acme", AccountID: pulumitest.AccountID, Region: "us-east-1", DeployRole: "deploy/pulumi-cell",
		KeyARN:  pulumi.String("arn:aws:kms:us-east-1:111122223333:key/1"),
		Buckets: map[string]string{"inbound": "meridian-acme-us-east-1-inbound"},
		Config: config.CellMessaging{
			Enabled: true,
			Queues:  []config.Queue{queue("ingest", false, "inbound"), queue("work", false), queue("ordered", true)},
			Topics: []config.Topic{
				{Name: "events", Queues: []string{"work"}},
				{Name: "changes", FIFO: true, Queues: []string{"ordered"}},
			},
		},
	}
}

func record(t *testing.T, a messaging.Args) *pulumitest.Recording {
	t.Helper()
	return pulumitest.Run(t, pulumitest.Target{Project: "cell", Stack: a.Client}, func(ctx *pulumi.Context) error {
		_, err := messaging.New(ctx, a.Client, a, pulumitest.AWS(t, ctx))
		return err
	})
}

func TestNewBuildsQueuesAndTopics(t *testing.T) {
	t.Parallel()
	record(t, args()).Golden(t, "messaging")
}

func TestEverythingIsEncryptedWithTheCellsKey(t *testing.T) {
	t.Parallel()
	recording := record(t, args())
	for _, kind := range []string{"aws:sqs/queue:Queue", "aws:sns/topic:Topic"} {
		for i, key := range recording.Strings(kind, "kmsMasterKeyId") {
			if key != "arn:aws:kms:us-east-1:111122223333:key/1" {
				t.Errorf("%s %d has key %q, want the cell's", kind, i, key)
			}
		}
	}
	if queues := recording.OfType("aws:sqs/queue:Queue"); len(queues) != 6 {
		t.Errorf("%d queues, want three and a dead-letter queue for each", len(queues))
	}
}

func TestQueuesLetInWhatNamesThemAlone(t *testing.T) {
	t.Parallel()
	for _, policy := range record(t, args()).Strings("aws:sqs/queuePolicy:QueuePolicy", "policy") {
		if !strings.Contains(policy, "DenyPlainHTTP") || !strings.Contains(policy, "DenyOtherPrincipals") {
			t.Errorf("a queue is open: %s", policy)
		}
		rule := strings.Contains(policy, `rule/acme-ingest-objects`)
		if of := strings.Contains(policy, ":acme-ingest\""); rule != of {
			t.Errorf("the rule of new objects may send: %v, want it for the queue ingest alone: %s", rule, policy)
		}
	}
}

// The statements that the key and the roles get name the cell's queues and topics alone.
func TestStatementsNameWhatTheCellHas(t *testing.T) {
	t.Parallel()
	a := args()
	for name, statements := range map[string][]iampolicy.Statement{
		"key":    messaging.KeyStatements(a.Client, a.AccountID, a.Region, a.Config),
		"grants": messaging.Grants(a.Client, a.AccountID, a.Region, a.Config),
	} {
		text, err := iampolicy.NewDocument(statements...).JSON()
		if err != nil {
			t.Fatal(err)
		}
		for _, arn := range []string{"acme-ingest", "acme-ingest-dead", "acme-ordered.fifo", "acme-ordered-dead.fifo", "acme-events", "acme-changes.fifo"} {
			if !strings.Contains(text, ":"+arn+`"`) {
				t.Errorf("%s: %s is not in %s", name, arn, text)
			}
		}
		if strings.Contains(text, `*"]`) && name == "grants" {
			t.Errorf("%s: a resource is wider than the cell's: %s", name, text)
		}
	}
	if s := messaging.KeyStatements("acme", "1", "us-east-1", config.CellMessaging{}); len(s) != 0 {
		t.Errorf("without queues the key gets %v", s)
	}
}

func TestNewRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	bad := args()
	bad.Buckets, bad.KeyARN, bad.Client = nil, nil, ""
	bad.Config.Topics = slices.Clone(bad.Config.Topics)
	bad.Config.Topics[0].Queues = []string{"ordered"}
	const want = `messaging "acme": client, account id, region and deployment role must be set
key is not set
queue ingest hears of bucket inbound, which the cell does not have
topic events sends to queue ordered, which is none of the cell's of the same kind`
	if _, err := messaging.New(nil, "acme", bad); err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}
