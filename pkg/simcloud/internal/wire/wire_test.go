package wire_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/structpb"

	"cellworks/pkg/simcloud/internal/wire"
)

const signature = "4dabf18193072939515e22adb298388d"

func decode(t *testing.T, m map[string]any) map[string]any {
	t.Helper()
	s, err := structpb.NewStruct(m)
	if err != nil {
		t.Fatal(err)
	}
	return wire.Decode(s)
}

func TestWrappedValuesAreUnwrapped(t *testing.T) {
	t.Parallel()
	got := decode(t, map[string]any{
		"secret":   map[string]any{signature: "1b47061264138c4ac30d75fd1eb44270", "value": "s3cr3t"},
		"output":   map[string]any{signature: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "value": 1, "secret": true},
		"pending":  map[string]any{signature: "d0e6a833031e9bbcd3f4e8bde6ca49a4"},
		"unknown":  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
		"resource": map[string]any{signature: "5cf8f73096256a8f31e491e813e4eb8e", "urn": "u", "id": "vpc-1"},
		"nested":   []any{map[string]any{"a": map[string]any{signature: "1b47061264138c4ac30d75fd1eb44270", "value": true}}},
		"null":     nil,
	})
	want := map[string]any{
		"secret": "s3cr3t", "output": 1.0, "pending": wire.Unknown{}, "unknown": wire.Unknown{}, "resource": "vpc-1",
		"nested": []any{map[string]any{"a": true}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decode (-want +got):\n%s", diff)
	}
}

func TestEncodeIsTheInverseOfDecode(t *testing.T) {
	t.Parallel()
	want := map[string]any{"s": "x", "n": 1.5, "b": true, "l": []any{"a", wire.Unknown{}}, "o": map[string]any{"k": "v"}}
	s, err := wire.Encode(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, wire.Decode(s)); diff != "" {
		t.Errorf("round trip (-want +got):\n%s", diff)
	}
	if _, err := wire.Encode(map[string]any{"a": []any{struct{}{}}}); err == nil {
		t.Error("a value that no message can hold was encoded")
	}
}

func TestHasUnknownLooksInside(t *testing.T) {
	t.Parallel()
	if !wire.HasUnknown(map[string]any{"a": []any{wire.Unknown{}}}) || wire.HasUnknown(map[string]any{"a": []any{"x"}}) {
		t.Error("HasUnknown does not look into lists and objects")
	}
}
