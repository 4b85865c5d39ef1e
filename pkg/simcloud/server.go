package simcloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// Server is a running Cloud: an endpoint for each provider, which the engine attaches to instead of starting a plugin.
type Server struct {
	endpoints []*endpoint // by the provider's name
	lastCall  atomic.Int64
	meter     meter
	stop      func() bool
}

// endpoint serves one provider on a port of its own.
type endpoint struct {
	provider string
	port     int
	grpc     *grpc.Server
	done     chan error
}

// maxMessage is the engine's own limit of a message in bytes (rpcutil, 400 MB).
const maxMessage = 400 << 20

// Serve starts every provider, each on a free port of 127.0.0.1. It serves until Close is called or ctx is done.
func (c *Cloud) Serve(ctx context.Context) (*Server, error) {
	s := &Server{}
	s.lastCall.Store(time.Now().UnixNano())
	for _, name := range slices.Sorted(maps.Keys(c.engines)) {
		e, err := c.serve(ctx, s, name)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("serve the simulated cloud: %w", err), s.halt())
		}
		s.endpoints = append(s.endpoints, e)
	}
	s.stop = context.AfterFunc(ctx, func() {
		for _, e := range s.endpoints {
			e.grpc.Stop()
		}
	})
	return s, nil
}

func (c *Cloud) serve(ctx context.Context, s *Server, name string) (*endpoint, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	open := &connections{Listener: listener}
	e := &endpoint{provider: name, port: listener.Addr().(*net.TCPAddr).Port, done: make(chan error, 1)}
	e.grpc = grpc.NewServer(
		grpc.StatsHandler(sessions{open}),
		grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage),
		grpc.UnaryInterceptor(c.intercept(s)),
	)
	pulumirpc.RegisterResourceProviderServer(e.grpc, &provider{cloud: c, engine: c.engines[name]})
	go func() { e.done <- e.grpc.Serve(open) }()
	return e, nil
}

// DebugProviders is the value of PULUMI_DEBUG_PROVIDERS that makes the engine use this server: "aws:1234,okta:1235".
func (s *Server) DebugProviders() string {
	var list []string
	for _, e := range s.endpoints {
		list = append(list, fmt.Sprintf("%s:%d", e.provider, e.port))
	}
	return strings.Join(list, ",")
}

// Address is where a provider is served, as "127.0.0.1:1234"; empty for one that is not.
func (s *Server) Address(provider string) string {
	for _, e := range s.endpoints {
		if e.provider == provider {
			return fmt.Sprintf("127.0.0.1:%d", e.port)
		}
	}
	return ""
}

// LastCall is when the last provider call came in, or when the server was started.
func (s *Server) LastCall() time.Time { return time.Unix(0, s.lastCall.Load()) }

// Close stops the server, ends the connections and waits until calls under way have returned.
func (s *Server) Close() error {
	s.stop()
	return s.halt()
}

func (s *Server) halt() error {
	var failed error
	for _, e := range s.endpoints {
		e.grpc.Stop()
		err := <-e.done
		e.done <- err
		if !errors.Is(err, grpc.ErrServerStopped) {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}

// sessions gives every connection a session of its own. All instances of a provider attach to one port, each
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
