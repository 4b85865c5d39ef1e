package simcloud

import (
	"context"
	"fmt"
	"sync"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"cellworks/pkg/simcloud/internal/resource"
)

// session is one connection's provider instance.
type session struct {
	mu         sync.Mutex
	configured *resource.Session
	engine     pulumirpc.EngineClient // nil when the engine has not said where it listens
	hangUp     func()                 // ends the connection to the engine
	// cut closes the connection; nil when there is none to close.
	cut func()
}

func (s *session) set(r resource.Session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.configured = &r
}

// attach connects to the engine, so that it can be told what is no error. It does so once.
func (s *session) attach(address string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.engine != nil || address == "" {
		return nil
	}
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("connect to the engine at %s: %w", address, err)
	}
	s.engine, s.hangUp = pulumirpc.NewEngineClient(conn), func() { _ = conn.Close() }
	return nil
}

// close ends the connection to the engine.
func (s *session) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hangUp != nil {
		s.hangUp()
	}
	s.engine, s.hangUp = nil, nil
}

// warn shows a warning to whoever runs the deployment. A warning that cannot be delivered is logged, nothing more.
func (p *provider) warn(ctx context.Context, urn, message string) {
	p.cloud.opts.Log("warning: %s", message)
	s := sessionOf(ctx)
	if s == nil {
		return
	}
	s.mu.Lock()
	engine := s.engine
	s.mu.Unlock()
	if engine == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, warnTimeout)
	defer cancel()
	if _, err := engine.Log(ctx, &pulumirpc.LogRequest{Severity: pulumirpc.LogSeverity_WARNING, Urn: urn, Message: message}); err != nil {
		p.cloud.opts.Log("the engine does not take the warning: %v", err)
	}
}

// warnTimeout is how long an engine may take to accept a warning.
const warnTimeout = 5 * time.Second

// get fails when the provider instance was not configured: guessing an account would build in the wrong one.
func (s *session) get(provider string) (resource.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.configured == nil {
		return resource.Session{}, status.Errorf(codes.FailedPrecondition, "the %s provider was not configured on this connection", provider)
	}
	return *s.configured, nil
}
