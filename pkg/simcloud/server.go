package simcloud

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// Server is a running endpoint of a Cloud, which the engine attaches to instead of starting a plugin.
type Server struct {
	grpc     *grpc.Server
	port     int
	lastCall atomic.Int64
	meter    meter
	done     chan error
	stop     func() bool
}

// maxMessage is the engine's own limit of a message in bytes (rpcutil, 400 MB).
const maxMessage = 400 << 20

// Serve starts a provider on a free port of 127.0.0.1. It serves until Close is called or ctx is done.
func (c *Cloud) Serve(ctx context.Context) (*Server, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the simulated cloud: %w", err)
	}
	open := &connections{Listener: listener}
	s := &Server{port: listener.Addr().(*net.TCPAddr).Port, done: make(chan error, 1)}
	s.lastCall.Store(time.Now().UnixNano())
	s.grpc = grpc.NewServer(
		grpc.StatsHandler(sessions{open}),
		grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage),
		grpc.UnaryInterceptor(c.intercept(s)),
	)
	pulumirpc.RegisterResourceProviderServer(s.grpc, &provider{cloud: c})
	go func() { s.done <- s.grpc.Serve(open) }()
	s.stop = context.AfterFunc(ctx, s.grpc.Stop)
	return s, nil
}

// DebugProviders is the value of PULUMI_DEBUG_PROVIDERS that makes the engine use this server.
func (s *Server) DebugProviders() string { return fmt.Sprintf("aws:%d", s.port) }

// LastCall is when the last provider call came in, or when the server was started.
func (s *Server) LastCall() time.Time { return time.Unix(0, s.lastCall.Load()) }

// Close stops the server, ends the connections and waits until calls under way have returned.
func (s *Server) Close() error {
	s.stop()
	s.grpc.Stop()
	err := <-s.done
	s.done <- err
	if errors.Is(err, grpc.ErrServerStopped) {
		return nil
	}
	return err
}

// sessions gives every connection a session of its own. All provider instances of an engine attach to one port, each
// over a connection of its own, so the connection is what tells them apart.
type sessions struct{ open *connections }

type sessionKey struct{}

func (s sessions) TagConn(ctx context.Context, info *stats.ConnTagInfo) context.Context {
	return context.WithValue(ctx, sessionKey{}, &session{cut: func() { s.open.cut(info.RemoteAddr) }})
}

// HandleConn ends what a session holds when its connection ends.
func (sessions) HandleConn(ctx context.Context, event stats.ConnStats) {
	if _, ended := event.(*stats.ConnEnd); ended {
		if s := sessionOf(ctx); s != nil {
			s.close()
		}
	}
}

func (sessions) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context { return ctx }
func (sessions) HandleRPC(context.Context, stats.RPCStats)                       {}

// connections is a listener that can end one of the connections that it has accepted.
type connections struct {
	net.Listener
	accepted sync.Map // remote address -> net.Conn
}

// connection forgets itself when it is closed.
type connection struct {
	net.Conn
	of *connections
}

func (c *connections) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c.accepted.Store(conn.RemoteAddr().String(), conn)
	return connection{conn, c}, nil
}

func (c connection) Close() error {
	c.of.accepted.Delete(c.RemoteAddr().String())
	return c.Conn.Close()
}

// cut ends the connection with a remote address; one that has ended already stays so.
func (c *connections) cut(remote net.Addr) {
	if conn, ok := c.accepted.Load(remote.String()); ok {
		_ = conn.(net.Conn).Close() // the other side notices, whatever this one says
	}
}

// intercept notes the time of every call, logs it, and turns a panic into an error so that one bad call does not end
// the deployments of all others.
func (c *Cloud) intercept(s *Server) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (resp any, err error) {
		s.lastCall.Store(time.Now().UnixNano())
		defer s.meter.begin()()
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("the simulated cloud has a defect: %s: %v", info.FullMethod, p)
			}
			if err != nil {
				c.opts.Log("%s: %v", info.FullMethod, err)
			}
		}()
		c.opts.Log("%s %s", info.FullMethod, urnOf(req))
		return handler(ctx, req)
	}
}

func urnOf(req any) string {
	if r, ok := req.(interface{ GetUrn() string }); ok {
		return r.GetUrn()
	}
	return ""
}
