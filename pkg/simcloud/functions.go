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

	"cellworks/pkg/simcloud/internal/store"
	"cellworks/pkg/simcloud/internal/wire"
	"cellworks/pkg/spelling"
)

// Invoke answers a function. Arguments are checked as inputs are.
func (p *provider) Invoke(ctx context.Context, req *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	token := req.GetTok()
	functions := p.engine.Functions
	answer, known := functions[token]
	if !known {
		hint := ""
		if near := spelling.Nearest(token, slices.Sorted(maps.Keys(functions))); near != "" {
			hint = fmt.Sprintf(" (did you mean %s?)", near)
		}
		return nil, status.Errorf(codes.Unimplemented, "the simulated cloud does not simulate the function %s%s; %s", token, hint, howToAdd)
	}
	s, err := sessionOf(ctx).get(p.engine.Name)
	if err != nil {
		return nil, err
	}
	args, refused := p.engine.Schema.CheckCall(token, wire.Decode(req.GetArgs()))
	if len(refused) > 0 {
		resp := &pulumirpc.InvokeResponse{}
		for _, f := range refused {
			resp.Failures = append(resp.Failures, &pulumirpc.CheckFailure{Property: f.Path, Reason: f.Reason})
		}
		return resp, nil
	}
	if _, err := p.suffer(ctx, target{session: s, operation: "invoke", urn: token}); err != nil {
		return nil, err
	}
	var result map[string]any
	err = p.cloud.store.View(func(tx *store.Tx) (err error) {
		result, err = p.engine.Answer(tx, s, answer, args)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("invoking %s: %w", token[strings.LastIndexByte(token, ':')+1:], err)
	}
	props, err := wire.Encode(result)
	return &pulumirpc.InvokeResponse{Return: props}, err
}
