package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/simcloud"
)

const simulatedGroup = "urn:pulumi:acme::cell::cellworks:cell:Client$aws:cloudwatch/logGroup:LogGroup::acme-services-web"

// provide puts one log group of the cell acme into the session's simulated cloud,
// as the engine would, or returns what refuses it.
func (s *session) provide(t *testing.T, name string) error {
	t.Helper()
	ctx := context.Background()
	cloud, err := simcloud.Open(simcloud.Options{Dir: layout.New(s.root).Sim()})
	if err != nil {
		t.Fatal(err)
	}
	server, err := cloud.Serve(ctx)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := grpc.NewClient(server.Address("aws"), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		for _, err := range []error{conn.Close(), server.Close(), cloud.Close()} {
			if err != nil {
				t.Error(err)
			}
		}
	}()
	provider := pulumirpc.NewResourceProviderClient(conn)
	fields := func(m map[string]any) *structpb.Struct {
		f, err := structpb.NewStruct(m)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	if _, err := provider.Configure(ctx, &pulumirpc.ConfigureRequest{Args: fields(map[string]any{
		"region": "us-east-1", "assumeRole": `{"roleArn":"arn:aws:iam::111122223333:role/OrganizationAccountAccessRole"}`,
	})}); err != nil {
		t.Fatal(err)
	}
	_, err = provider.Create(ctx, &pulumirpc.CreateRequest{Urn: simulatedGroup, Properties: fields(map[string]any{"name": name, "retentionInDays": 365})})
	return err
}

func TestSimFaults(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	if code := s.do(t, "sim", "fault", "add", "error", "--operation", "create", "--type", "LogGroup", "--stack", "cell/acme", "--nth", "1", "--code", "LimitExceededException", "--message", "Resource limit exceeded."); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	if want := "f1: error create of LogGroup in cell/acme; end it with cellctl sim fault rm f1\n"; s.err.String() != want {
		t.Errorf("add says %q, want %q", s.err.String(), want)
	}
	if code := s.do(t, "sim", "fault", "add", "latency", "--latency", "1ms..2ms", "--probability", "0.5"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	if err := s.provide(t, "/cell/acme/web"); err == nil || !strings.Contains(err.Error(), "api error LimitExceededException: Resource limit exceeded.") {
		t.Errorf("first create: %v", err)
	}
	if err := s.provide(t, "/cell/acme/web"); err != nil {
		t.Errorf("second create: %v", err)
	}
	if code := s.do(t, "sim", "fault", "ls"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	want := `ID  KIND     WHERE                              WHEN        WHAT                    MATCHED  STRUCK
f1  error    create of LogGroup in cell/acme    nth 1       LimitExceededException  2        1
`
	if !strings.HasPrefix(strings.Join(strings.Fields(s.out.String()), " "), strings.Join(strings.Fields(want), " ")) {
		t.Errorf("ls prints\n%s\nwant it to begin with\n%s", s.out.String(), want)
	}
	if code := s.do(t, "sim", "fault", "ls", "--json"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	var report struct{ Faults []simcloud.Fault }
	if err := json.Unmarshal([]byte(s.out.String()), &report); err != nil || len(report.Faults) != 2 || report.Faults[1].Delay.String() != "1ms..2ms" {
		t.Errorf("ls --json prints %s (%v)", s.out.String(), err)
	}
	if code := s.do(t, "sim", "fault", "rm", "f1"); code != 0 {
		t.Errorf("rm: exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "sim", "fault", "rm", "--all"); code != 0 {
		t.Errorf("rm --all: exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "sim", "fault", "ls", "--json"); code != 0 || !strings.Contains(s.out.String(), `"faults": []`) {
		t.Errorf("after rm --all: exit code %d: %s", code, s.out.String())
	}
}

func TestSimDriftAndList(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	if code := s.do(t, "sim", "ls"); code != 0 || s.out.String() != "nothing\n" {
		t.Errorf("ls of an empty cloud: exit code %d: %q", code, s.out.String())
	}
	if err := s.provide(t, "/cell/acme/services/a-service-with-a-name-that-fills-lines"); err != nil {
		t.Fatal(err)
	}
	if code := s.do(t, "sim", "drift", simulatedGroup, "retentionInDays=7", "tags.owner=ops"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	if want := "changed cloudwatch.LogGroup /cell/acme/services/a-service-with-a-name-that-fills-lines (2 properties); its stack does not know\n"; s.err.String() != want {
		t.Errorf("drift says %q, want %q", s.err.String(), want)
	}
	if code := s.do(t, "sim", "ls", "acme"); code != 0 {
		t.Fatalf("exit code %d: %s", code, s.err.String())
	}
	want := "cell/acme in 111122223333 us-east-1 (1)\n  cloudwatch.LogGroup  acme-services-web  /cell/acme/services/a-…name-that-fills-lines\n"
	if s.out.String() != want {
		t.Errorf("ls prints\n%s\nwant\n%s", s.out.String(), want)
	}
	if code := s.do(t, "sim", "ls", "--json"); code != 0 || !strings.Contains(s.out.String(), `"id": "/cell/acme/services/a-service-with-a-name-that-fills-lines"`) {
		t.Errorf("ls --json: exit code %d: %s", code, s.out.String())
	}
}

func TestSimMistakesAreToldAndTouchNothing(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	if err := s.provide(t, "/cell/acme/web"); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		`unknown kind "boom", want one of ["throttle"`:                               {"sim", "fault", "add", "boom"},
		`an error needs a code`:                                                      {"sim", "fault", "add", "error"},
		`latency "soon": want 200ms, 50ms..2s, 200ms~50ms or exp:200ms`:              {"sim", "fault", "add", "latency", "--latency", "soon"},
		`unknown operation "checks"`:                                                 {"sim", "fault", "add", "throttle", "--operation", "checks"},
		`name the faults to end, or give --all`:                                      {"sim", "fault", "rm"},
		`no fault has the id "f7"`:                                                   {"sim", "fault", "rm", "f7"},
		`accepts 1 arg(s), received 0`:                                               {"sim", "fault", "add"},
		`want PATH=VALUE, such as tags.owner=ops`:                                    {"sim", "drift", simulatedGroup, "retentionInDays"},
		`retentionInDays: expected int type, got string type`:                        {"sim", "drift", simulatedGroup, "retentionInDays=long"},
		`"nobody": the simulated cloud has nothing of that name; cellctl sim ls`:     {"sim", "drift", "nobody", "a=1"},
		`name cannot be changed, only replaced: remove the thing with ` + "`cellctl": {"sim", "drift", simulatedGroup, "name=other"},
	} {
		if code := s.do(t, args...); code != 2 || !strings.Contains(s.err.String(), want) {
			t.Errorf("%v: exit code %d: %s\nwant 2 and %s", args, code, s.err.String(), want)
		}
	}
}
