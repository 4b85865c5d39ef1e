package datadogresource

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// ScannerGroup is a set of rules of the sensitive data scanner, and what they look at.
type ScannerGroup struct{ pulumi.CustomResourceState }

// ScannerGroupArgs are the properties of a ScannerGroup
// (docs.datadoghq.com/security/sensitive_data_scanner).
type ScannerGroupArgs struct {
	Name        pulumi.StringInput    `pulumi:"name" required:"true"`
	Description pulumi.StringPtrInput `pulumi:"description"`
	IsEnabled   pulumi.BoolInput      `pulumi:"isEnabled" required:"true"`
	// ProductLists are out of apm, events, logs and rum.
	ProductLists pulumi.StringArrayInput `pulumi:"productLists" required:"true"`
	Filter       *ScannerFilter          `pulumi:"filter" required:"true"`
}

// ScannerFilter says what is looked at.
type ScannerFilter struct {
	Query pulumi.StringInput `pulumi:"query" required:"true"`
}

// NewScannerGroup registers a ScannerGroup. It fails when a required property is
// missing.
func NewScannerGroup(ctx *pulumi.Context, name string, args ScannerGroupArgs, opts ...pulumi.ResourceOption) (*ScannerGroup, error) {
	g := &ScannerGroup{}
	return g, register(ctx, TokenScannerGroup, name, args, g, opts)
}

// ScannerRule finds one kind of data.
type ScannerRule struct{ pulumi.CustomResourceState }

// ScannerRuleArgs are the properties of a ScannerRule: a pattern or a standard one.
type ScannerRuleArgs struct {
	// GroupID is a group's; another one makes another rule.
	GroupID     pulumi.StringInput    `pulumi:"groupId" required:"true"`
	Name        pulumi.StringPtrInput `pulumi:"name"`
	Description pulumi.StringPtrInput `pulumi:"description"`
	IsEnabled   pulumi.BoolPtrInput   `pulumi:"isEnabled"`
	Pattern     pulumi.StringPtrInput `pulumi:"pattern"`
	// StandardPatternID is LookupScannerPattern's.
	StandardPatternID pulumi.StringPtrInput `pulumi:"standardPatternId"`
	// Priority is 1 (highest) to 5.
	Priority pulumi.IntPtrInput `pulumi:"priority"`
	// Namespaces are the attributes that are looked at; all without any.
	Namespaces         pulumi.StringArrayInput `pulumi:"namespaces"`
	ExcludedNamespaces pulumi.StringArrayInput `pulumi:"excludedNamespaces"`
	Tags               pulumi.StringArrayInput `pulumi:"tags"`
	// IncludedKeywordConfiguration wants words near to what is found.
	IncludedKeywordConfiguration *ScannerKeywords    `pulumi:"includedKeywordConfiguration"`
	TextReplacement              *ScannerReplacement `pulumi:"textReplacement"`
}

// ScannerKeywords are words that must be at most CharacterCount, 1 to 50, characters
// before what is found.
type ScannerKeywords struct {
	Keywords       pulumi.StringArrayInput `pulumi:"keywords"`
	CharacterCount pulumi.IntInput         `pulumi:"characterCount" required:"true"`
}

// ScannerReplacement is what becomes of what is found.
type ScannerReplacement struct {
	// Type is none, hash, replacement_string, partial_replacement_from_beginning or
	// partial_replacement_from_end.
	Type              pulumi.StringInput    `pulumi:"type" required:"true"`
	ReplacementString pulumi.StringPtrInput `pulumi:"replacementString"`
	NumberOfChars     pulumi.IntPtrInput    `pulumi:"numberOfChars"`
}

// NewScannerRule registers a ScannerRule. It fails when a required property is missing.
func NewScannerRule(ctx *pulumi.Context, name string, args ScannerRuleArgs, opts ...pulumi.ResourceOption) (*ScannerRule, error) {
	r := &ScannerRule{}
	return r, register(ctx, TokenScannerRule, name, args, r, opts)
}

// functionScannerPattern finds a pattern of Datadog's library.
const functionScannerPattern = "datadog:index/getSensitiveDataScannerStandardPattern:getSensitiveDataScannerStandardPattern"

// LookupScannerPattern returns the id of the pattern of Datadog's library whose name has
// filter in it. It asks the provider of opts, and fails when there is none.
func LookupScannerPattern(ctx *pulumi.Context, filter string, opts ...pulumi.InvokeOption) (string, error) {
	var found struct {
		ID string `pulumi:"id"`
	}
	args := struct {
		Filter string `pulumi:"filter"`
	}{filter}
	opts = append([]pulumi.InvokeOption{pulumi.Version(Version)}, opts...)
	if err := ctx.Invoke(functionScannerPattern, &args, &found, opts...); err != nil {
		return "", fmt.Errorf("standard pattern %q: %w", filter, err)
	}
	return found.ID, nil
}
