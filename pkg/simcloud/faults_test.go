package simcloud_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cellworks/pkg/simcloud"
)

// hostile is a client of a cloud that adds up its waits in place of waiting.
type hostile struct {
	*client
	cloud *simcloud.Cloud
	mu    sync.Mutex
	wait  time.Duration
}

func newHostile(t *testing.T, faults ...simcloud.Fault) *hostile {
	t.Helper()
	h := &hostile{}
	h.cloud = openCloud(t, simcloud.Options{Seed: "test", Wait: func(ctx context.Context, d time.Duration) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.wait += d
		return ctx.Err()
	}})
	h.client = connect(t, serve(t, h.cloud), "dev", accountA, "us-east-1")
	for _, f := range faults {
		if _, err := h.cloud.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// waited is how long calls have waited since it was asked last.
func (h *hostile) waited() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	d := h.wait
	h.wait = 0
	return d
}

const vpcType, logType, roleType = "aws:ec2/vpc:Vpc", "aws:cloudwatch/logGroup:LogGroup", "aws:iam/role:Role"

func delay(t *testing.T, text string) simcloud.Delay {
	t.Helper()
	d, err := simcloud.ParseDelay(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestThrottlingIsLatencyUntilTheProviderGivesUp follows the provider's retries.
func TestThrottlingIsLatencyUntilTheProviderGivesUp(t *testing.T) {
	t.Parallel()
	h := newHostile(t,
		simcloud.Fault{Kind: simcloud.FaultThrottle, Type: "Vpc", Attempts: 24, Delay: delay(t, "1s")},
		simcloud.Fault{Kind: simcloud.FaultThrottle, Type: "Role", Attempts: 25, Delay: delay(t, "1s")},
	)
	h.create(vpcType, "vpc", props{"cidrBlock": "10.0.0.0/16"})
	if got := h.waited(); got != 24*time.Second {
		t.Errorf("24 throttled tries took %s, want 24s", got)
	}
	_, err := h.try(roleType, "role", props{"assumeRolePolicy": trustPolicy})
	for _, want := range []string{"creating IAM Role: operation error IAM: CreateRole, exceeded maximum number of attempts, 25, https response error StatusCode: 400, RequestID: ", ", api error Throttling: Rate exceeded"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("25 throttled tries: %v, want %s", err, want)
		}
	}
	if err := h.configure(accountA, "us-east-1", props{"maxRetries": 3}); err != nil {
		t.Fatal(err)
	}
	_, err = h.try(vpcType, "second", props{"cidrBlock": "10.1.0.0/16"})
	if err == nil || !strings.Contains(err.Error(), "CreateVpc, exceeded maximum number of attempts, 3, https response error StatusCode: 503") || !strings.Contains(err.Error(), "api error RequestLimitExceeded: Request limit exceeded.") {
		t.Errorf("a provider with maxRetries 3: %v", err)
	}
	if objects, err := h.cloud.Objects(context.Background(), simcloud.Filter{Project: "cell"}); err != nil || len(objects) != 1 {
		t.Errorf("the cloud has %d things (%v), want the first VPC only", len(objects), err)
	}
}

func TestFaultsStrikeWhenTheySay(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault simcloud.Fault
		want  []int // the failed creates of six
	}{
		"all":            {simcloud.Fault{}, []int{1, 2, 3, 4, 5, 6}},
		"the third":      {simcloud.Fault{Nth: 3}, []int{3}},
		"every second":   {simcloud.Fault{Every: 2}, []int{2, 4, 6}},
		"two at most":    {simcloud.Fault{Count: 2}, []int{1, 2}},
		"one URN":        {simcloud.Fault{URN: "*::g4"}, []int{4}},
		"one stack":      {simcloud.Fault{Stack: "cell/dev", Nth: 1}, []int{1}},
		"another stack":  {simcloud.Fault{Stack: "prod*"}, nil},
		"another type":   {simcloud.Fault{Type: "aws:ec2/*"}, nil},
		"another call":   {simcloud.Fault{Operation: "delete"}, nil},
		"type and every": {simcloud.Fault{Type: "aws:cloudwatch/*", Every: 3}, []int{3, 6}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.fault.Kind, tc.fault.Code, tc.fault.Message, tc.fault.Status = simcloud.FaultError, "ServiceUnavailableException", "try later", 503
			h := newHostile(t, tc.fault)
			var failed []int
			for i := 1; i <= 6; i++ {
				_, err := h.try(logType, fmt.Sprint("g", i), props{})
				if err == nil {
					continue
				}
				failed = append(failed, i)
				if want := "creating CloudWatch Logs Log Group: operation error CloudWatch Logs: CreateLogGroup, https response error StatusCode: 503, RequestID: "; !strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), "api error ServiceUnavailableException: try later") {
					t.Errorf("refused with %v", err)
				}
			}
			if !slices.Equal(failed, tc.want) {
				t.Errorf("creates %v failed, want %v", failed, tc.want)
			}
			all, err := h.cloud.Faults()
			if err != nil || len(all) != 1 || all[0].Struck != len(tc.want) {
				t.Errorf("faults %+v (%v), want one that has struck %d times", all, err, len(tc.want))
			}
		})
	}
}

// struckBy are the resources that a fault of some chance strikes, created in an order.
func struckBy(t *testing.T, seed string, order []int) map[int]bool {
	t.Helper()
	h := newHostile(t, simcloud.Fault{Kind: simcloud.FaultError, Code: "InternalError", Probability: 0.3, Seed: seed})
	struck := map[int]bool{}
	for _, i := range order {
		if _, err := h.try(logType, fmt.Sprint("g", i), props{}); err != nil {
			struck[i] = true
		}
	}
	return struck
}

// TestChanceFollowsFromTheSeed runs the same program three times, once in another order.
func TestChanceFollowsFromTheSeed(t *testing.T) {
	t.Parallel()
	var order []int
	for i := range 60 {
		order = append(order, i)
	}
	reversed := slices.Clone(order)
	slices.Reverse(reversed)
	one, again, other := struckBy(t, "a", order), struckBy(t, "a", reversed), struckBy(t, "b", order)
	if fmt.Sprint(one) != fmt.Sprint(again) {
		t.Errorf("one seed struck %v and, in another order, %v", one, again)
	}
	if fmt.Sprint(one) == fmt.Sprint(other) {
		t.Errorf("two seeds both struck %v", one)
	}
	if len(one) < 8 || len(one) > 30 {
		t.Errorf("a chance of 0.3 struck %d of 60", len(one))
	}
}

func TestLatencyIsDrawnFromItsDistribution(t *testing.T) {
	t.Parallel()
	for text, within := range map[string][2]time.Duration{
		"200ms":      {200 * time.Millisecond, 200 * time.Millisecond},
		"100ms..1s":  {100 * time.Millisecond, time.Second},
		"500ms~50ms": {200 * time.Millisecond, 800 * time.Millisecond},
		"exp:100ms":  {0, 3 * time.Second},
	} {
		h := newHostile(t, simcloud.Fault{Kind: simcloud.FaultLatency, Delay: delay(t, text)})
		seen := map[time.Duration]bool{}
		for i := range 20 {
			h.create(logType, fmt.Sprint("g", i), props{})
			d := h.waited()
			seen[d] = true
			if d < within[0] || d > within[1] {
				t.Errorf("%s: waited %s", text, d)
			}
		}
		if fixed := text == "200ms"; (len(seen) == 1) != fixed {
			t.Errorf("%s: %d different latencies of 20", text, len(seen))
		}
	}
}

// TestWhatWasJustMadeIsNotFoundAtOnce follows eventual consistency: references are looked up again, reads are not.
func TestWhatWasJustMadeIsNotFoundAtOnce(t *testing.T) {
	t.Parallel()
	h := newHostile(t, simcloud.Fault{Kind: simcloud.FaultNotFound, Type: roleType, Reads: 19}, simcloud.Fault{Kind: simcloud.FaultNotFound, Type: vpcType, Reads: 30})
	role := h.create(roleType, "role", props{"name": "exec", "assumeRolePolicy": trustPolicy})
	if got := h.read(role.URN, role.ID); got.ID != "" {
		t.Error("a read finds the role at once")
	}
	h.create("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attach", props{"role": role.ID, "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"})
	if h.waited() == 0 {
		t.Error("the attachment found the role without a second look")
	}
	if got := h.read(role.URN, role.ID); got.ID != role.ID {
		t.Error("a read does not find the role after all looks")
	}
	vpc := h.create(vpcType, "vpc", props{"cidrBlock": "10.0.0.0/16"})
	subnet := props{"vpcId": vpc.ID, "cidrBlock": "10.0.0.0/24"}
	if _, err := h.try("aws:ec2/subnet:Subnet", "early", subnet); err == nil || !strings.Contains(err.Error(), "api error InvalidVpcID.NotFound: The vpc ID '"+vpc.ID+"' does not exist") {
		t.Errorf("a VPC that is not found longer than the provider looks: %v", err)
	}
	h.create("aws:ec2/subnet:Subnet", "late", subnet) // ten looks are left, fewer than the provider makes
}

// TestACrashLeavesWhatTheEngineDoesNotKnow cuts one provider's connection after the cloud has made a log group.
func TestACrashLeavesWhatTheEngineDoesNotKnow(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	s := serve(t, cloud)
	c, other := connect(t, s, "dev", accountA, "us-east-1"), connect(t, s, "prod", accountA, "us-east-1")
	if _, err := cloud.AddFault(simcloud.Fault{Kind: simcloud.FaultCrash, Stack: "dev"}); err != nil {
		t.Fatal(err)
	}
	other.create(logType, "before", props{"name": "before"})
	_, err := c.try(logType, "lost", props{"name": "lost"})
	if status.Code(err) != codes.Unavailable {
		t.Errorf("a crash answers %v, want code Unavailable", err)
	}
	found, err := cloud.Objects(context.Background(), simcloud.Filter{Project: "cell", Stack: "dev"})
	if err != nil || len(found) != 1 || found[0].ID != "lost" {
		t.Errorf("the cloud has %v (%v), want the group that nobody recorded", found, err)
	}
	if _, err := c.try(logType, "after", props{}); err == nil || !strings.Contains(err.Error(), "not configured on this connection") {
		t.Errorf("the provider lives on after its crash: %v", err)
	}
	other.create(logType, "after", props{"name": "after"})
}

// TestFaultsActInEveryProcess sets a fault in one cloud and meets it in another on the same folder.
func TestFaultsActInEveryProcess(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, two := openCloud(t, simcloud.Options{Dir: dir}), openCloud(t, simcloud.Options{Dir: dir})
	first, err := one.AddFault(simcloud.Fault{Kind: simcloud.FaultError, Code: "InternalFailure", Operation: "delete"})
	if err != nil || first.ID != "f1" {
		t.Fatalf("first fault %+v: %v", first, err)
	}
	c := connect(t, serve(t, two), "dev", accountA, "us-east-1")
	m := c.create(logType, "g", props{})
	if err := c.delete(m); err == nil || !strings.Contains(err.Error(), "deleting CloudWatch Logs Log Group ("+m.ID+")") || !strings.Contains(err.Error(), "api error InternalFailure") {
		t.Errorf("delete: %v", err)
	}
	if err := one.RemoveFaults("f1", "f9"); err == nil || !strings.Contains(err.Error(), `no fault has the id "f9"`) {
		t.Errorf("removal of a fault that is none: %v", err)
	}
	if all, err := two.Faults(); err != nil || len(all) != 1 {
		t.Fatalf("a removal that failed left %v (%v)", all, err)
	}
	if err := one.RemoveFaults(); err != nil {
		t.Fatal(err)
	}
	if err := c.delete(m); err != nil {
		t.Errorf("delete after the fault was removed: %v", err)
	}
	if again, err := two.AddFault(simcloud.Fault{Kind: simcloud.FaultLatency, Delay: delay(t, "1ms")}); err != nil || again.ID != "f2" {
		t.Errorf("an id is given twice: %+v (%v)", again, err)
	}
	if err := one.Reset(); err != nil {
		t.Fatal(err)
	}
	if all, err := two.Faults(); err != nil || len(all) != 0 {
		t.Errorf("faults outlive a reset: %v (%v)", all, err)
	}
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	cloud := openCloud(t, simcloud.Options{})
	for want, f := range map[string]simcloud.Fault{
		`unknown kind "boom", want one of ["throttle" "error" "latency" "not-found" "crash-after-create"]`:                {Kind: "boom"},
		`unknown operation "checks", want one of ["create" "read" "update" "delete" "invoke" "check" "diff" "configure"]`: {Kind: "error", Code: "X", Operation: "checks"},
		`an error needs a code, such as InternalError`:                                                                    {Kind: "error"},
		`latency needs a duration, such as 200ms`:                                                                         {Kind: "latency"},
		`probability 2 is not between 0 and 1`:                                                                            {Kind: "throttle", Probability: 2},
		`nth and every exclude each other`:                                                                                {Kind: "throttle", Nth: 1, Every: 2},
		`count is -1, want 0 or more`:                                                                                     {Kind: "throttle", Count: -1},
		`reads is for ["not-found"] only`:                                                                                 {Kind: "throttle", Reads: 2},
		`crash-after-create is about creates, not delete`:                                                                 {Kind: "crash-after-create", Operation: "delete"},
	} {
		if _, err := cloud.AddFault(f); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", f, err, want)
		}
	}
	for _, text := range []string{"soon", "2s..1s", "-1s", "9h", "1s~", "exp:"} {
		if _, err := simcloud.ParseDelay(text); err == nil {
			t.Errorf("latency %q was taken", text)
		}
	}
}

// TestCallsThatReachNoCloudAreStruckByName lets check, diff and configure go wrong, and nothing else.
func TestCallsThatReachNoCloudAreStruckByName(t *testing.T) {
	t.Parallel()
	h := newHostile(t,
		simcloud.Fault{Kind: simcloud.FaultLatency, Delay: delay(t, "1s")}, // of what reaches the cloud
		simcloud.Fault{Kind: simcloud.FaultError, Operation: "check", Type: "Vpc", Nth: 1, Code: "InternalError", Message: "no check"},
		simcloud.Fault{Kind: simcloud.FaultError, Operation: "diff", Type: "Vpc", Count: 1, Code: "InternalError", Message: "no diff"},
		simcloud.Fault{Kind: simcloud.FaultError, Operation: "configure", Count: 1, Code: "ExpiredToken", Message: "The security token included in the request is expired", Status: 403},
		simcloud.Fault{Kind: simcloud.FaultThrottle, Operation: "configure", Nth: 2, Attempts: 3, Delay: delay(t, "2s")},
	)
	in := props{"cidrBlock": "10.0.0.0/16"}
	_, err := h.try(vpcType, "vpc", in)
	wantRefused(t, "the first check", err, "checking EC2 VPC: operation error EC2: DescribeVpcs, https response error StatusCode: 400")
	wantRefused(t, "the first check", err, "api error InternalError: no check")
	vpc := h.create(vpcType, "vpc", in)
	if got := h.waited(); got != time.Second {
		t.Errorf("two checks and a create waited %s, want the second of the create", got)
	}
	ctx := context.Background()
	request := &pulumirpc.DiffRequest{Urn: vpc.URN, Id: vpc.ID, OldInputs: message(t, vpc.In), News: message(t, vpc.In)}
	_, err = h.rpc.Diff(ctx, request)
	wantRefused(t, "the first diff", err, "comparing EC2 VPC ("+vpc.ID+"): operation error EC2: DescribeVpcs")
	if _, err := h.rpc.Diff(ctx, request); err != nil {
		t.Errorf("the second diff: %v", err)
	}
	err = h.configure(accountA, "us-east-1", nil)
	wantRefused(t, "an expired token", err, "cannot be assumed.")
	wantRefused(t, "an expired token", err, "operation error STS: AssumeRole, https response error StatusCode: 403")
	wantRefused(t, "an expired token", err, "api error ExpiredToken: The security token included in the request is expired")
	if err := h.configure(accountA, "us-east-1", nil); err != nil {
		t.Errorf("a throttled configure that goes through: %v", err)
	}
	if got := h.waited(); got != 6*time.Second {
		t.Errorf("three throttled tries of 2s took %s", got)
	}
}
