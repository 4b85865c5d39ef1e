package main

import (
	"context"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/structpb"

	"cellworks/pkg/fleet/layout"
	"cellworks/pkg/simcloud"
)

// makes creates one thing of a provider as the engine would.
func (s *session) makes(t *testing.T, provider, urn string, settings, in map[string]any) error {
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
	conn, err := grpc.NewClient(server.Address(provider), grpc.WithTransportCredentials(insecure.NewCredentials()))
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
	fields := func(m map[string]any) *structpb.Struct {
		f, err := structpb.NewStruct(m)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	rpc := pulumirpc.NewResourceProviderClient(conn)
	if _, err := rpc.Configure(ctx, &pulumirpc.ConfigureRequest{Args: fields(settings)}); err != nil {
		t.Fatal(err)
	}
	_, err = rpc.Create(ctx, &pulumirpc.CreateRequest{Urn: urn, Properties: fields(in)})
	return err
}

// TestSimCommandsKnowEveryProvider lists, faults, drifts and removes things that are not of AWS.
func TestSimCommandsKnowEveryProvider(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	const urn = "urn:pulumi:ops-us-east-1-vault-config::utility::vault:index/mount:Mount::kv"
	settings := map[string]any{"address": "https://vault.example.com", "token": "t"}
	mount := map[string]any{"path": "kv", "type": "kv", "options": map[string]any{"version": "2"}, "local": false}
	if err := s.makes(t, "vault", urn, settings, mount); err == nil || !strings.Contains(err.Error(), "no such host") {
		t.Errorf("a mount in no Vault: %v", err)
	}
	if code := s.do(t, "sim", "vault", "https://vault.example.com"); code != 2 || !strings.Contains(s.err.String(), "want a host name alone") {
		t.Errorf("sim vault with a URL: exit code %d: %s", code, s.err.String())
	}
	for _, args := range [][]string{
		{"sim", "vault", "vault.example.com"},
		{"sim", "fault", "add", "error", "--type", "vault:*", "--operation", "create", "--count", "1", "--code", "sealed", "--message", "Vault is sealed", "--status", "503"},
	} {
		if code := s.do(t, args...); code != 0 {
			t.Fatalf("%v: exit code %d: %s", args, code, s.err.String())
		}
	}
	if err := s.makes(t, "vault", urn, settings, mount); err == nil || !strings.Contains(err.Error(), "URL: PUT https://vault.example.com/v1/sys/mounts/kv\nCode: 503. Errors:\n\n* Vault is sealed") {
		t.Errorf("a mount in a sealed Vault: %v", err)
	}
	if err := s.makes(t, "vault", urn, settings, mount); err != nil {
		t.Fatal(err)
	}
	if code := s.do(t, "sim", "drift", urn, "description=changed by hand"); code != 0 {
		t.Errorf("drift: exit code %d: %s", code, s.err.String())
	}
	if code := s.do(t, "sim", "ls"); code != 0 || !strings.Contains(s.out.String(), "utility/ops-us-east-1-vault-config in vault.example.com (1)\n  index.Mount  kv  kv\n") {
		t.Errorf("ls: exit code %d:\n%s", code, s.out.String())
	}
	if code := s.do(t, "sim", "rm", "kv"); code != 0 || !strings.Contains(s.err.String(), "deleted vault:index/mount:Mount kv") {
		t.Errorf("rm: exit code %d: %s", code, s.err.String())
	}
}
