package certificate_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/certificate"
	"cellworks/pkg/component"
	"cellworks/pkg/pulumitest"
)

type holder struct {
	pulumi.ResourceState
	arn pulumi.StringOutput
}

func (h *holder) Outputs() pulumi.Map { return pulumi.Map{"arn": h.arn} }

func TestAddProvesTheName(t *testing.T) {
	t.Parallel()
	recording := pulumitest.Run(t, pulumitest.Target{Project: "utility", Stack: "test"}, func(ctx *pulumi.Context) error {
		h := &holder{}
		_, err := component.Register(ctx, "cellworks:test:Holder", "cells", h, []pulumi.ResourceOption{pulumitest.AWS(t, ctx)}, func(child pulumi.ResourceOption) (err error) {
			h.arn, err = certificate.Add(ctx, "cells", certificate.Args{Domain: "*.example.com", ZoneID: "Z1", Proof: "cells-proof"}, child)
			return err
		})
		return err
	})
	recording.Golden(t, "certificate")
}

func TestAddRejectsBadArgsBeforeItRegisters(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 65)
	for want, args := range map[string]certificate.Args{
		`certificate "cells": name, hosted zone and name of the proof must be set`:  {Domain: "example.com"},
		`certificate "cells": name ` + long + ` has 65 characters, want at most 64`: {Domain: long, ZoneID: "Z1", Proof: "p"},
	} {
		if _, err := certificate.Add(nil, "cells", args, nil); err == nil || err.Error() != want {
			t.Errorf("error = %v, want %s", err, want)
		}
	}
}
