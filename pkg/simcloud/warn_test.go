package simcloud_test

import (
	"context"
	"net"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"

	"cellworks/pkg/simcloud"
)

// listener is the side of the engine that takes log lines.
type listener struct {
	pulumirpc.UnimplementedEngineServer
	lines chan *pulumirpc.LogRequest
}

func (l *listener) Log(_ context.Context, line *pulumirpc.LogRequest) (*emptypb.Empty, error) {
	l.lines <- line
	return &emptypb.Empty{}, nil
}

func TestDeprecatedPropertiesWarn(t *testing.T) {
	t.Parallel()
	socket, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	engine := &listener{lines: make(chan *pulumirpc.LogRequest, 1)}
	server := grpc.NewServer()
	pulumirpc.RegisterEngineServer(server, engine)
	go func() { _ = server.Serve(socket) }()
	t.Cleanup(server.Stop)

	c := dial(t, serve(t, openCloud(t, simcloud.Options{})), "dev")
	if _, err := c.rpc.Attach(context.Background(), &pulumirpc.PluginAttach{Address: socket.Addr().String()}); err != nil {
		t.Fatal(err)
	}
	if err := c.configure(accountA, "us-east-1", nil); err != nil {
		t.Fatal(err)
	}
	urn := c.urn("aws:ec2/eip:Eip", "eip")
	if _, refused := c.check(urn, nil, props{"vpc": true}); len(refused) > 0 {
		t.Fatalf("a deprecated property was refused: %v", refused)
	}
	line := <-engine.lines
	if line.GetSeverity() != pulumirpc.LogSeverity_WARNING || line.GetUrn() != urn || !strings.HasSuffix(line.GetMessage(), "verification warning: vpc is deprecated. Use domain instead.") {
		t.Errorf("the engine was told %v", line)
	}
	// An engine that went away does not make the check fail.
	server.Stop()
	if _, refused := c.check(urn, nil, props{"vpc": true}); len(refused) > 0 {
		t.Errorf("refused without an engine: %v", refused)
	}
}
