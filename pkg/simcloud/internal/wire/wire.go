// Package wire turns the property values of the provider protocol into plain Go values and back: nil, bool, float64,
// string, []any, map[string]any, and Unknown for a value that a preview does not know yet.
//
// Secrets and outputs are unwrapped: the provider says that it does not take them, so the engine marks the secrets of
// the answer itself; unwrapping keeps a client that sends them all the same working.
package wire

import (
	"fmt"

	"google.golang.org/protobuf/types/known/structpb"
)

// Secret is a value that the engine is to keep secret.
type Secret struct{ Value any }

// Unknown stands for a value that is not known before the deployment.
type Unknown struct{}

// The protocol's markers, from sdk/go/common/resource: the keys and signatures of wrapped values and the strings that
// stand for unknown values.
const (
	signatureKey    = "4dabf18193072939515e22adb298388d"
	secretSignature = "1b47061264138c4ac30d75fd1eb44270"
	outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
	resourceSig     = "5cf8f73096256a8f31e491e813e4eb8e"
	unknownString   = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
	unknownBool     = "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"
	unknownNumber   = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
	unknownArray    = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"
	unknownAsset    = "030794c1-ac77-496b-92df-f27374a8bd58"
	unknownArchive  = "e48ece36-62e2-4504-bad9-02848725956a"
	unknownObject   = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"
)

// Decode returns the properties of a message; nil gives an empty map.
func Decode(s *structpb.Struct) map[string]any {
	m := make(map[string]any, len(s.GetFields()))
	for k, v := range s.GetFields() {
		if d := decodeValue(v); d != nil {
			m[k] = d
		}
	}
	return m
}

func decodeValue(v *structpb.Value) any {
	switch v := v.GetKind().(type) {
	case *structpb.Value_BoolValue:
		return v.BoolValue
	case *structpb.Value_NumberValue:
		return v.NumberValue
	case *structpb.Value_StringValue:
		if isUnknown(v.StringValue) {
			return Unknown{}
		}
		return v.StringValue
	case *structpb.Value_ListValue:
		list := make([]any, len(v.ListValue.GetValues()))
		for i, e := range v.ListValue.GetValues() {
			list[i] = decodeValue(e)
		}
		return list
	case *structpb.Value_StructValue:
		return decodeObject(v.StructValue)
	}
	return nil
}

func decodeObject(s *structpb.Struct) any {
	switch s.GetFields()[signatureKey].GetStringValue() {
	case secretSignature:
		return decodeValue(s.GetFields()["value"])
	case outputSignature:
		if v, known := s.GetFields()["value"]; known {
			return decodeValue(v)
		}
		return Unknown{}
	case resourceSig:
		return decodeValue(s.GetFields()["id"])
	}
	return Decode(s)
}

func isUnknown(s string) bool {
	switch s {
	case unknownString, unknownBool, unknownNumber, unknownArray, unknownAsset, unknownArchive, unknownObject:
		return true
	}
	return false
}

// Encode returns the message for properties.
func Encode(m map[string]any) (*structpb.Struct, error) {
	s := &structpb.Struct{Fields: make(map[string]*structpb.Value, len(m))}
	for k, v := range m {
		e, err := encodeValue(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		s.Fields[k] = e
	}
	return s, nil
}

func encodeValue(v any) (*structpb.Value, error) {
	switch v := v.(type) {
	case nil:
		return structpb.NewNullValue(), nil
	case Secret:
		return encodeValue(map[string]any{signatureKey: secretSignature, "value": v.Value})
	case Unknown:
		return structpb.NewStringValue(unknownString), nil
	case bool:
		return structpb.NewBoolValue(v), nil
	case string:
		return structpb.NewStringValue(v), nil
	case float64:
		return structpb.NewNumberValue(v), nil
	case int:
		return structpb.NewNumberValue(float64(v)), nil
	case []any:
		list := &structpb.ListValue{Values: make([]*structpb.Value, len(v))}
		for i, e := range v {
			ev, err := encodeValue(e)
			if err != nil {
				return nil, fmt.Errorf("[%d]: %w", i, err)
			}
			list.Values[i] = ev
		}
		return structpb.NewListValue(list), nil
	case map[string]any:
		s, err := Encode(v)
		if err != nil {
			return nil, err
		}
		return structpb.NewStructValue(s), nil
	}
	return nil, fmt.Errorf("a value of Go type %T cannot be sent", v)
}

// HasUnknown says whether v is or contains an Unknown.
func HasUnknown(v any) bool {
	switch v := v.(type) {
	case Unknown:
		return true
	case []any:
		for _, e := range v {
			if HasUnknown(e) {
				return true
			}
		}
	case map[string]any:
		for _, e := range v {
			if HasUnknown(e) {
				return true
			}
		}
	}
	return false
}
