package simcloud_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"cellworks/pkg/simcloud"
)

type props = map[string]any

// client is one provider instance of one stack, as the engine holds it: a connection of its own.
type client struct {
	t     testing.TB
	rpc   pulumirpc.ResourceProviderClient
	stack string
	made  []*made
	// server is what it is connected to, elsewhere are clients in other regions, whose things go after its own.
	server    *simcloud.Server
	elsewhere []*client
}

// made is one resource that the client has created.
type made struct {
	URN, ID string
	In, Out props
}

func (m *made) str(output string) string { s, _ := m.Out[output].(string); return s }

const (
	accountA = "111122223333"
	accountB = "444455556666"
)

func openCloud(t testing.TB, opts simcloud.Options) *simcloud.Cloud {
	t.Helper()
	if opts.Dir == "" {
		opts.Dir = t.TempDir()
	}
	c, err := simcloud.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func serve(t testing.TB, c *simcloud.Cloud) *simcloud.Server {
	t.Helper()
	s, err := c.Serve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// dial connects to the aws provider without configuring.
func dial(t testing.TB, s *simcloud.Server, stack string) *client {
	t.Helper()
	return dialTo(t, s, "aws", stack)
}

// dialTo connects to a provider without configuring.
func dialTo(t testing.TB, s *simcloud.Server, provider, stack string) *client {
	t.Helper()
	conn, err := grpc.NewClient(s.Address(provider), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &client{t: t, rpc: pulumirpc.NewResourceProviderClient(conn), stack: stack, server: s}
}

// connect is a configured client in an account and region.
func connect(t testing.TB, s *simcloud.Server, stack, account, region string) *client {
	t.Helper()
	c := dial(t, s, stack)
	if err := c.configure(account, region, nil); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *client) configure(account, region string, more props) error {
	config := props{
		"region":            region,
		"assumeRole":        asJSON(props{"roleArn": "arn:aws:iam::" + account + ":role/OrganizationAccountAccessRole"}),
		"allowedAccountIds": asJSON([]any{account}),
	}
	for k, v := range more {
		config[k] = v
	}
	_, err := c.rpc.Configure(context.Background(), &pulumirpc.ConfigureRequest{Args: message(c.t, config)})
	return err
}

// oneCloud is a client of a fresh cloud.
func oneCloud(t testing.TB) *client {
	t.Helper()
	return connect(t, serve(t, openCloud(t, simcloud.Options{Seed: "test"})), "dev", accountA, "us-east-1")
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func message(t testing.TB, m props) *structpb.Struct {
	t.Helper()
	plain := props{}
	if err := json.Unmarshal([]byte(asJSON(m)), &plain); err != nil {
		t.Fatal(err)
	}
	s, err := structpb.NewStruct(plain)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (c *client) urn(typ, name string) string {
	return fmt.Sprintf("urn:pulumi:%s::cell::%s::%s", c.stack, typ, name)
}

// check returns the inputs that the provider would use and its refusals, "path: reason".
func (c *client) check(urn string, old, next props) (props, []string) {
	c.t.Helper()
	resp, err := c.rpc.Check(context.Background(), &pulumirpc.CheckRequest{
		Urn: urn, Olds: message(c.t, old), News: message(c.t, next), RandomSeed: []byte(urn),
	})
	if err != nil {
		return nil, []string{err.Error()}
	}
	var refused []string
	for _, f := range resp.GetFailures() {
		refused = append(refused, f.GetProperty()+": "+f.GetReason())
	}
	return resp.GetInputs().AsMap(), refused
}

// try does what the engine does for a new resource, and returns what refused it.
func (c *client) try(typ, name string, in props) (*made, error) {
	c.t.Helper()
	m := &made{URN: c.urn(typ, name)}
	var refused []string
	if m.In, refused = c.check(m.URN, nil, in); len(refused) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(refused, "\n"))
	}
	resp, err := c.rpc.Create(context.Background(), &pulumirpc.CreateRequest{Urn: m.URN, Properties: message(c.t, m.In)})
	if err != nil {
		return nil, err
	}
	m.ID, m.Out = resp.GetId(), open(resp.GetProperties())
	c.made = append(c.made, m)
	return m, nil
}

func (c *client) create(typ, name string, in props) *made {
	c.t.Helper()
	m, err := c.try(typ, name, in)
	if err != nil {
		c.t.Fatalf("create %s %s: %v", typ, name, err)
	}
	return m
}

func (c *client) diff(m *made, next props) *pulumirpc.DiffResponse {
	c.t.Helper()
	resp, err := c.rpc.Diff(context.Background(), &pulumirpc.DiffRequest{
		Urn: m.URN, Id: m.ID, OldInputs: message(c.t, m.In), Olds: message(c.t, m.Out), News: message(c.t, next),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return resp
}

// update does what the engine does when a program changes a resource, and returns what refused it.
func (c *client) update(m *made, in props) error {
	c.t.Helper()
	next, refused := c.check(m.URN, m.In, in)
	if len(refused) > 0 {
		return fmt.Errorf("%s", strings.Join(refused, "\n"))
	}
	if d := c.diff(m, next); len(d.GetReplaces()) > 0 {
		return fmt.Errorf("replaces %v", d.GetReplaces())
	}
	resp, err := c.rpc.Update(context.Background(), &pulumirpc.UpdateRequest{
		Urn: m.URN, Id: m.ID, OldInputs: message(c.t, m.In), Olds: message(c.t, m.Out), News: message(c.t, next),
	})
	if err != nil {
		return err
	}
	m.In, m.Out = next, open(resp.GetProperties())
	return nil
}

func (c *client) read(urn, id string) *made {
	c.t.Helper()
	resp, err := c.rpc.Read(context.Background(), &pulumirpc.ReadRequest{Urn: urn, Id: id})
	if err != nil {
		c.t.Fatal(err)
	}
	return &made{URN: urn, ID: resp.GetId(), In: open(resp.GetInputs()), Out: open(resp.GetProperties())}
}

// secretKey and secretMark are how the protocol marks a secret.
const (
	secretKey  = "4dabf18193072939515e22adb298388d"
	secretMark = "1b47061264138c4ac30d75fd1eb44270"
)

// open returns properties with their secrets open, as the engine hands them to a program.
func open(s *structpb.Struct) props {
	m, _ := opened(s.AsMap()).(props)
	return m
}

func opened(v any) any {
	switch v := v.(type) {
	case props:
		if v[secretKey] == secretMark {
			return opened(v["value"])
		}
		for k := range v {
			v[k] = opened(v[k])
		}
	case []any:
		for i := range v {
			v[i] = opened(v[i])
		}
	}
	return v
}

func (c *client) delete(m *made) error {
	_, err := c.rpc.Delete(context.Background(), &pulumirpc.DeleteRequest{
		Urn: m.URN, Id: m.ID, Properties: message(c.t, m.Out), OldInputs: message(c.t, m.In),
	})
	return err
}

// destroy deletes everything in the reverse order of its creation.
func (c *client) destroy() {
	c.t.Helper()
	for i := len(c.made) - 1; i >= 0; i-- {
		if err := c.delete(c.made[i]); err != nil {
			c.t.Errorf("delete %s: %v", c.made[i].URN, err)
		}
	}
	for _, other := range c.elsewhere {
		other.destroy()
	}
}

// steady checks that a resource that was just made is left alone: the same program makes no diff and a read finds what
// was written.
func (c *client) steady(m *made, in props) {
	c.t.Helper()
	next, refused := c.check(m.URN, m.In, in)
	if len(refused) > 0 {
		c.t.Errorf("%s: second check refused: %v", m.URN, refused)
	}
	if d := c.diff(m, next); d.GetChanges() != pulumirpc.DiffResponse_DIFF_NONE {
		c.t.Errorf("%s: unchanged program has a diff: %v", m.URN, d.GetDetailedDiff())
	}
	got := c.read(m.URN, m.ID)
	if diff := cmp.Diff(m, got); diff != "" {
		c.t.Errorf("%s: read differs from what was written (-written +read):\n%s", m.URN, diff)
	}
}
