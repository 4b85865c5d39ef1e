package simcloud

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/wire"
)

func (p *provider) Check(ctx context.Context, req *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	s, kind, name, err := p.operands(ctx, req.GetUrn())
	if err != nil {
		return nil, err
	}
	if _, err := p.suffer(ctx, target{session: s, kind: kind, operation: "check", urn: req.GetUrn(), in: wire.Decode(req.GetNews())}); err != nil {
		return nil, err
	}
	in, refused, warnings := p.engine.Check(s, kind, resource.CheckRequest{
		Name: name, Old: wire.Decode(req.GetOlds()), New: wire.Decode(req.GetNews()), RandomSeed: req.GetRandomSeed(),
		Proposed: req.GetAutonaming().GetProposedName(), Mode: resource.NameMode(req.GetAutonaming().GetMode()),
	})
	for _, w := range warnings {
		p.warn(ctx, req.GetUrn(), fmt.Sprintf("%s verification warning: %s", req.GetUrn(), w.Reason))
	}
	resp := &pulumirpc.CheckResponse{}
	for _, f := range refused {
		resp.Failures = append(resp.Failures, &pulumirpc.CheckFailure{Property: f.Path, Reason: f.Reason})
		p.cloud.opts.Log("refused %s: %s: %s", req.GetUrn(), f.Path, f.Reason)
	}
	resp.Inputs, err = wire.Encode(in)
	return resp, err
}

func (p *provider) Diff(ctx context.Context, req *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	s, kind, _, err := p.operands(ctx, req.GetUrn())
	if err != nil {
		return nil, err
	}
	if _, err := p.suffer(ctx, target{session: s, kind: kind, operation: "diff", urn: req.GetUrn(), id: req.GetId(), in: wire.Decode(req.GetNews())}); err != nil {
		return nil, err
	}
	old := wire.Decode(req.GetOldInputs())
	if req.GetOldInputs() == nil {
		old = wire.Decode(req.GetOlds())
	}
	d := p.engine.Diff(kind, old, wire.Decode(req.GetNews()), req.GetIgnoreChanges())
	resp := &pulumirpc.DiffResponse{
		Changes: pulumirpc.DiffResponse_DIFF_NONE, DeleteBeforeReplace: d.DeleteBeforeReplace,
		HasDetailedDiff: true, DetailedDiff: map[string]*pulumirpc.PropertyDiff{},
	}
	for _, c := range d.Changes {
		resp.Changes = pulumirpc.DiffResponse_DIFF_SOME
		resp.DetailedDiff[c.Path] = &pulumirpc.PropertyDiff{Kind: diffKind(c), InputDiff: true}
		if !slices.Contains(resp.Diffs, c.Property) {
			resp.Diffs = append(resp.Diffs, c.Property)
		}
		if c.Replaces && !slices.Contains(resp.Replaces, c.Property) {
			resp.Replaces = append(resp.Replaces, c.Property)
		}
	}
	return resp, nil
}

func diffKind(c schema.Change) pulumirpc.PropertyDiff_Kind {
	plain := map[schema.ChangeKind]pulumirpc.PropertyDiff_Kind{
		schema.Add: pulumirpc.PropertyDiff_ADD, schema.Remove: pulumirpc.PropertyDiff_DELETE, schema.Update: pulumirpc.PropertyDiff_UPDATE,
	}
	k := plain[c.Kind]
	if c.Replaces {
		k++ // every kind is followed by the one that replaces
	}
	return k
}

func (p *provider) Create(ctx context.Context, req *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	s, kind, _, err := p.operands(ctx, req.GetUrn())
	if err != nil {
		return nil, err
	}
	in := wire.Decode(req.GetProperties())
	if req.GetPreview() {
		props, err := p.encode(kind, p.engine.PreviewCreate(kind, in))
		return &pulumirpc.CreateResponse{Properties: props}, err
	}
	strike, err := p.suffer(ctx, target{session: s, kind: kind, operation: "create", urn: req.GetUrn(), in: in})
	if err != nil {
		return nil, err
	}
	id, out, err := p.engine.Create(ctx, s, kind, req.GetUrn(), in, strike.HiddenFor)
	if err != nil {
		return nil, err
	}
	if strike.Crash {
		return nil, p.crash(ctx, req.GetUrn())
	}
	props, err := p.encode(kind, out)
	return &pulumirpc.CreateResponse{Id: id, Properties: props}, err
}

// Read answers a refresh or an import. A thing that is gone has an empty id.
func (p *provider) Read(ctx context.Context, req *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	s, kind, _, err := p.operands(ctx, req.GetUrn())
	if err != nil {
		return nil, err
	}
	if _, err := p.suffer(ctx, target{session: s, kind: kind, operation: "read", urn: req.GetUrn(), id: req.GetId(), in: wire.Decode(req.GetInputs())}); err != nil {
		return nil, err
	}
	o, err := p.engine.Read(s, kind, req.GetId())
	if err != nil || o == nil {
		return &pulumirpc.ReadResponse{}, err
	}
	resp := &pulumirpc.ReadResponse{Id: o.ID}
	if resp.Properties, err = p.encode(kind, o.Outputs); err != nil {
		return nil, err
	}
	resp.Inputs, err = p.encode(kind, o.Inputs)
	return resp, err
}

func (p *provider) Update(ctx context.Context, req *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	s, kind, _, err := p.operands(ctx, req.GetUrn())
	if err != nil {
		return nil, err
	}
	in := wire.Decode(req.GetNews())
	var out map[string]any
	if req.GetPreview() {
		out = p.engine.PreviewUpdate(kind, wire.Decode(req.GetOldInputs()), wire.Decode(req.GetOlds()), in)
	} else if _, err = p.suffer(ctx, target{session: s, kind: kind, operation: "update", urn: req.GetUrn(), id: req.GetId(), in: in}); err != nil {
		return nil, err
	} else if out, err = p.engine.Update(ctx, s, kind, req.GetId(), req.GetUrn(), in); err != nil {
		return nil, err
	}
	props, err := p.encode(kind, out)
	return &pulumirpc.UpdateResponse{Properties: props}, err
}

func (p *provider) Delete(ctx context.Context, req *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	s, kind, _, err := p.operands(ctx, req.GetUrn())
	if err != nil {
		return nil, err
	}
	if _, err := p.suffer(ctx, target{session: s, kind: kind, operation: "delete", urn: req.GetUrn(), id: req.GetId(), in: wire.Decode(req.GetOldInputs())}); err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, p.engine.Delete(s, kind, req.GetId())
}

// encode returns the message for what the cloud has, its secrets marked.
func (p *provider) encode(kind *resource.Kind, props map[string]any) (*structpb.Struct, error) {
	return wire.Encode(p.engine.MarkSecrets(kind, props))
}

func sameValue(a, b any) bool { return reflect.DeepEqual(a, b) }
