package simcloud

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
	"cellworks/pkg/simcloud/internal/wire"
	"cellworks/pkg/spelling"
)

// providerToken is the type of a provider itself.
func providerToken(name string) string { return "pulumi:providers:" + name }

// settings are the properties of the provider itself.
func (p *provider) settings() schema.Properties {
	return p.engine.Schema.Resources[providerToken(p.engine.Name)].Inputs
}

// CheckConfig refuses settings that the provider does not have and those that its program must not leave out.
func (p *provider) CheckConfig(_ context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	in := wire.Decode(req.GetNews())
	known := slices.Collect(maps.Keys(p.settings()))
	var failures []*pulumirpc.CheckFailure
	for _, k := range slices.Sorted(maps.Keys(in)) {
		if !slices.Contains(known, k) && k != "version" && k != "pluginDownloadURL" && !strings.HasPrefix(k, "__") {
			reason := fmt.Sprintf("could not validate provider configuration: Invalid or unknown key %q.", k)
			if near := spelling.Nearest(k, known); near != "" {
				reason += fmt.Sprintf(" Did you mean %q?", near)
			}
			failures = append(failures, &pulumirpc.CheckFailure{Property: k, Reason: reason})
		}
	}
	for _, k := range slices.Sorted(maps.Keys(p.settings())) {
		if _, set := in[k]; p.settings()[k].Required && !set {
			reason := fmt.Sprintf("could not validate provider configuration: Missing required property '%s'. "+
				"Either set it explicitly or configure it with 'pulumi config set %s:%s <value>'.", k, p.engine.Name, k)
			failures = append(failures, &pulumirpc.CheckFailure{Property: k, Reason: reason})
		}
	}
	return &pulumirpc.CheckResponse{Inputs: req.GetNews(), Failures: failures}, nil
}

func (p *provider) Configure(ctx context.Context, req *pulumirpc.ConfigureRequest) (*pulumirpc.ConfigureResponse, error) {
	args := wire.Decode(req.GetArgs())
	if len(args) == 0 {
		args = variables(req.GetVariables()) //nolint:staticcheck // engines before 3.0 send nothing else
	}
	var s resource.Session
	err := p.cloud.store.View(func(tx *store.Tx) (err error) {
		s, err = p.engine.Configure(tx, plain(p.settings(), args))
		return err
	})
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	if s.Retries <= 0 {
		s.Retries = p.engine.Tries
	}
	urn := req.GetUrn()
	if urn == "" {
		urn = providerToken(p.engine.Name) // older engines do not say it
	}
	if _, err := p.suffer(ctx, target{session: s, operation: "configure", urn: urn}); err != nil {
		return nil, err
	}
	sessionOf(ctx).set(s)
	return &pulumirpc.ConfigureResponse{SupportsPreview: true, SupportsAutonamingConfiguration: true}, nil
}

// plain are settings in the types of the schema. The engine passes values that are not strings as JSON text or as
// themselves, depending on its version and on the program's language.
func plain(settings schema.Properties, args map[string]any) resource.Props {
	out := maps.Clone(args)
	for k, v := range args {
		if text, ok := v.(string); ok && settings[k].Type != "string" {
			var decoded any
			if json.Unmarshal([]byte(text), &decoded) == nil {
				out[k] = decoded
			}
		}
	}
	return out
}

// variables are the configuration as older engines send it: "aws:config:region".
func variables(vars map[string]string) map[string]any {
	args := make(map[string]any, len(vars))
	for k, v := range vars {
		args[k[strings.LastIndexByte(k, ':')+1:]] = v
	}
	return args
}
