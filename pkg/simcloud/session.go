package simcloud

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"cellworks/pkg/simcloud/internal/aws"
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
func (s *session) get() (resource.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.configured == nil {
		return resource.Session{}, status.Error(codes.FailedPrecondition, "the aws provider was not configured on this connection")
	}
	return *s.configured, nil
}

// providerConfig are the settings of the aws provider that the simulated cloud heeds.
type providerConfig struct {
	Region     string `json:"region"`
	AssumeRole struct {
		RoleARN     string `json:"roleArn"`
		SessionName string `json:"sessionName"`
	} `json:"assumeRole"`
	AllowedAccountIDs   []string `json:"allowedAccountIds"`
	ForbiddenAccountIDs []string `json:"forbiddenAccountIds"`
	DefaultTags         struct {
		Tags map[string]string `json:"tags"`
	} `json:"defaultTags"`
	MaxRetries int `json:"maxRetries"`
	IgnoreTags struct {
		Keys []string `json:"keys"`
	} `json:"ignoreTags"`
}

var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}):role/.+$`)

// decodeConfig reads the provider's arguments. The engine passes values that are not strings as JSON text or as
// themselves, depending on its version and on the program's language.
func decodeConfig(args map[string]any) (providerConfig, error) {
	plain := maps.Clone(args)
	for k, v := range plain {
		if s, ok := v.(string); ok && k != "region" {
			var decoded any
			if json.Unmarshal([]byte(s), &decoded) == nil {
				plain[k] = decoded
			}
		}
	}
	if list, ok := plain["assumeRole"].([]any); ok && len(list) > 0 {
		plain["assumeRole"] = list[0]
	}
	var cfg providerConfig
	data, err := json.Marshal(plain)
	if err == nil {
		err = json.Unmarshal(data, &cfg)
	}
	if err != nil {
		return cfg, fmt.Errorf("configure the aws provider: %w", err)
	}
	return cfg, nil
}

// session checks the settings as the real provider does and returns who the provider instance acts as.
func (cfg providerConfig) session() (resource.Session, error) {
	if cfg.Region == "" {
		return resource.Session{}, fmt.Errorf("configure the aws provider: missing region: set it with `region` of the provider")
	}
	if !slices.Contains(aws.Regions(), cfg.Region) {
		return resource.Session{}, fmt.Errorf("configure the aws provider: invalid AWS Region: %s, the simulated cloud has %s", cfg.Region, strings.Join(aws.Regions(), ", "))
	}
	role := roleARN.FindStringSubmatch(cfg.AssumeRole.RoleARN)
	if role == nil {
		return resource.Session{}, fmt.Errorf("configure the aws provider: assumeRole.roleArn is %q, want arn:aws:iam::<12 digits>:role/<name>: "+
			"it tells the simulated cloud which account the provider acts in", cfg.AssumeRole.RoleARN)
	}
	account := role[1]
	if len(cfg.AllowedAccountIDs) > 0 && !slices.Contains(cfg.AllowedAccountIDs, account) {
		return resource.Session{}, fmt.Errorf("AWS account ID not allowed: %s", account)
	}
	if slices.Contains(cfg.ForbiddenAccountIDs, account) {
		return resource.Session{}, fmt.Errorf("AWS account ID not allowed: %s", account)
	}
	retries := cfg.MaxRetries
	if retries <= 0 {
		retries = providerTries
	}
	return resource.Session{
		Account: account, Region: cfg.Region, Role: cfg.AssumeRole.RoleARN, SessionName: cfg.AssumeRole.SessionName, Retries: retries,
		DefaultTags: cfg.DefaultTags.Tags, IgnoreTagKeys: cfg.IgnoreTags.Keys,
	}, nil
}

// variables are the configuration as older engines send it: "aws:config:region".
func variables(vars map[string]string) map[string]any {
	args := make(map[string]any, len(vars))
	for k, v := range vars {
		args[k[strings.LastIndexByte(k, ':')+1:]] = v
	}
	return args
}
