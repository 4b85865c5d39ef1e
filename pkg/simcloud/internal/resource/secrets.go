package resource

import (
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
	"cellworks/pkg/simcloud/internal/wire"
)

// Masked stands for a secret where somebody may read it.
const Masked = "[secret]"

// keep writes a thing with its secrets sealed. The caller's copy stays open.
func (e *Engine) keep(tx *store.Tx, kind *Kind, o *store.Object) error {
	sealed := *o
	var err error
	seal := func(v any) any {
		s, sealErr := e.Store.Seal(v)
		if sealErr != nil {
			err = sealErr
		}
		return s
	}
	r := e.Schema.Resources[kind.Token]
	sealed.Inputs = schema.MapSecrets(r.Inputs, &kind.Rules, o.Inputs, seal)
	sealed.Outputs = schema.MapSecrets(r.Outputs, &kind.Rules, o.Outputs, seal)
	if err != nil {
		return err
	}
	tx.Put(&sealed)
	return nil
}

// unseal opens the secrets of a thing that was read from the store; nil stays nil.
func (e *Engine) unseal(kind *Kind, o *store.Object) (err error) {
	if o == nil {
		return nil
	}
	open := func(v any) any {
		plain, openErr := e.Store.Unseal(v)
		if openErr != nil {
			err = openErr
		}
		return plain
	}
	r := e.Schema.Resources[kind.Token]
	o.Inputs = schema.MapSecrets(r.Inputs, &kind.Rules, o.Inputs, open)
	o.Outputs = schema.MapSecrets(r.Outputs, &kind.Rules, o.Outputs, open)
	return err
}

// Open returns a thing with its secrets open, or nil when there is none.
func (e *Engine) Open(tx *store.Tx, kind *Kind, k store.Key) (*store.Object, error) {
	o := tx.Get(k)
	return o, e.unseal(kind, o)
}

// Masked returns properties in which secrets are replaced by what may be shown.
func (e *Engine) Masked(kind *Kind, props map[string]any) map[string]any {
	r := e.Schema.Resources[kind.Token]
	hide := func(any) any { return Masked }
	return schema.MapSecrets(r.Inputs, &kind.Rules, schema.MapSecrets(r.Outputs, &kind.Rules, props, hide), hide)
}

// MarkSecrets returns outputs or inputs in which secrets are marked for the engine.
func (e *Engine) MarkSecrets(kind *Kind, props map[string]any) map[string]any {
	return schema.MapSecrets(e.Schema.Resources[kind.Token].Outputs, &kind.Rules, props, func(v any) any {
		if _, unknown := v.(wire.Unknown); unknown {
			return v
		}
		return wire.Secret{Value: v}
	})
}
