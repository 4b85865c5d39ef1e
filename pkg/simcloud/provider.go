package simcloud

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/wire"
	"cellworks/pkg/spelling"
)

// provider answers the engine. It neither takes secrets nor outputs: the engine then unwraps them before a call and
// marks the secret inputs in the answer itself.
type provider struct {
	pulumirpc.UnimplementedResourceProviderServer
	cloud  *Cloud
	engine *resource.Engine
}

func (p *provider) Handshake(ctx context.Context, req *pulumirpc.ProviderHandshakeRequest) (*pulumirpc.ProviderHandshakeResponse, error) {
	if err := attach(ctx, req.GetEngineAddress()); err != nil {
		return nil, err
	}
	return &pulumirpc.ProviderHandshakeResponse{SupportsAutonamingConfiguration: true}, nil
}

func (p *provider) Attach(ctx context.Context, req *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, attach(ctx, req.GetAddress())
}

func attach(ctx context.Context, engine string) error {
	if s := sessionOf(ctx); s != nil {
		return s.attach(engine)
	}
	return nil
}

func (p *provider) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: p.sdkVersion()}, nil
}

// Cancel lets calls under way finish: each is one short transaction.
func (p *provider) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// sdkVersion is the version of the provider whose schema is simulated.
func (p *provider) sdkVersion() string {
	_, version, _ := strings.Cut(p.engine.Schema.Module, "@v")
	return version
}

// GetSchema gives the engine what it asks of a schema: the name and version. Programs bring their own SDK.
func (p *provider) GetSchema(context.Context, *pulumirpc.GetSchemaRequest) (*pulumirpc.GetSchemaResponse, error) {
	return &pulumirpc.GetSchemaResponse{Schema: fmt.Sprintf(`{"name":%q,"version":%q}`, p.engine.Name, p.sdkVersion())}, nil
}

// DiffConfig never replaces a provider: like the real one, it goes on managing what it made.
func (p *provider) DiffConfig(_ context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	old := req.GetOldInputs()
	if old == nil {
		old = req.GetOlds()
	}
	a, b := wire.Decode(old), wire.Decode(req.GetNews())
	resp := &pulumirpc.DiffResponse{Changes: pulumirpc.DiffResponse_DIFF_NONE}
	for _, k := range slices.Sorted(maps.Keys(b)) {
		if !sameValue(a[k], b[k]) {
			resp.Changes = pulumirpc.DiffResponse_DIFF_SOME
			resp.Diffs = append(resp.Diffs, k)
		}
	}
	return resp, nil
}

func sessionOf(ctx context.Context) *session {
	s, _ := ctx.Value(sessionKey{}).(*session)
	return s
}

// howToAdd ends every refusal of something that is not simulated.
const howToAdd = "pkg/simcloud/README.md says how to add it, or run against the real cloud (`cloud: aws` in organization.yaml)"

// kind is how a type is simulated, or the refusal that names it.
func (p *provider) kind(token string) (*resource.Kind, error) {
	if k, ok := p.engine.Kinds[token]; ok {
		return k, nil
	}
	hint := nearestTokens(token, slices.Sorted(maps.Keys(p.engine.Kinds)))
	return nil, status.Errorf(codes.Unimplemented, "the simulated cloud does not simulate %s%s; %s", token, hint, howToAdd)
}

// nearestTokens names what the simulated cloud has that is nearest to a token: a type of the same module spelled alike, or
// else the types of the module; of a module that it does not have any type spelled alike.
func nearestTokens(token string, known []string) string {
	module, _, _ := strings.Cut(token, "/")
	var tokens, same []string
	for _, k := range known {
		if strings.HasPrefix(k, module+"/") {
			tokens = append(tokens, k)
			same = append(same, k[strings.LastIndexByte(k, ':')+1:])
		}
	}
	if len(same) == 0 {
		tokens = known
	}
	if n := spelling.Nearest(token, tokens); n != "" {
		return fmt.Sprintf(" (did you mean %s?)", n)
	}
	if len(same) == 0 {
		return ""
	}
	return fmt.Sprintf(" (of %s it simulates %s)", module, strings.Join(same, ", "))
}

// operands is what every operation on a resource starts from.
func (p *provider) operands(ctx context.Context, urn string) (s resource.Session, k *resource.Kind, name string, err error) {
	typ, name := splitURN(urn)
	if k, err = p.kind(typ); err != nil {
		return s, nil, name, err
	}
	s, err = sessionOf(ctx).get(p.engine.Name)
	return s, k, name, err
}

// splitURN is the type and logical name of urn:pulumi:stack::project::parent$type::name.
func splitURN(urn string) (typ, name string) {
	parts := strings.SplitN(urn, "::", 4)
	if len(parts) < 4 {
		return urn, ""
	}
	return parts[2][strings.LastIndexByte(parts[2], '$')+1:], parts[3]
}
