// Package logging hides personal data in a cell's log groups from everybody who may not
// unmask it. The groups are those of the services; where their lines go is the services'
// and application elk's business.
package logging

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/component"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":clientcell:Masking"

// Args says what log groups to mask.
type Args struct {
	// Region is where the log groups are.
	Region string
	// LogGroups are the names of the log groups, by service.
	LogGroups map[string]pulumi.StringOutput
}

// Masking is the data protection policies of a cell's log groups.
type Masking struct {
	pulumi.ResourceState

	services []string
}

// Outputs returns the services whose logs are masked.
func (m *Masking) Outputs() pulumi.Map {
	return pulumi.Map{"maskedServices": pulumi.ToStringArray(m.services)}
}

// New builds the policies that args describes. It fails, before any resource is
// registered, when the region is empty.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*Masking, error) {
	if args.Region == "" {
		return nil, fmt.Errorf("masking %q: %w", name, errors.New("region is empty"))
	}
	document, err := policy(args.Region)
	if err != nil {
		return nil, fmt.Errorf("masking %q: %w", name, err)
	}
	m := &Masking{services: slices.Sorted(maps.Keys(args.LogGroups))}
	return component.Register(ctx, token, name, m, opts, func(child pulumi.ResourceOption) error {
		for _, service := range m.services {
			if _, err := cloudwatch.NewLogDataProtectionPolicy(ctx, name+"-"+service, &cloudwatch.LogDataProtectionPolicyArgs{
				LogGroupName:   args.LogGroups[service],
				PolicyDocument: pulumi.String(document),
			}, child); err != nil {
				return err
			}
		}
		return nil
	})
}

// identifiers are what is hidden: the identifiers of 45 CFR 164.514(b)(2)(i) that
// CloudWatch recognizes, and what money is taken with. Most are found only with a keyword
// nearby, and numbers of medical records not at all
// (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/protect-sensitive-log-data-types.html).
func identifiers() []string {
	return []string{
		"Address", "BankAccountNumber-US", "CreditCardExpiration", "CreditCardNumber", "CreditCardSecurityCode", "DriversLicense-US",
		"DrugEnforcementAgencyNumber-US", "EmailAddress", "HealthcareProcedureCode-US", "HealthInsuranceClaimNumber-US", "IpAddress", "LatLong",
		"MedicareBeneficiaryNumber-US", "Name", "NationalDrugCode-US", "NationalProviderId-US", "PassportNumber-US", "PhoneNumber-US", "Ssn-US",
		"VehicleIdentificationNumber", "ZipCode-US",
	}
}

type document struct {
	Name       string      `json:"Name"`
	Version    string      `json:"Version"`
	Statements []statement `json:"Statement"`
}

type statement struct {
	Sid         string    `json:"Sid"`
	Identifiers []string  `json:"DataIdentifier"`
	Operation   operation `json:"Operation"`
}

type operation struct {
	Audit      *audit      `json:"Audit,omitempty"`
	Deidentify *deidentify `json:"Deidentify,omitempty"`
}

type audit struct {
	Findings struct{} `json:"FindingsDestination"`
}

type deidentify struct {
	Mask struct{} `json:"MaskConfig"`
}

// policy returns the policy's document. CloudWatch wants both statements, and the same
// identifiers in both; findings are counted in a metric and sent nowhere, for they would
// be one more place with what is hidden
// (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/mask-sensitive-log-data-start.html).
func policy(region string) (string, error) {
	var arns []string
	for _, identifier := range identifiers() {
		arns = append(arns, "arn:"+naming.Partition(region)+":dataprotection::aws:data-identifier/"+identifier)
	}
	text, err := json.Marshal(document{
		Name:    "mask-personal-data",
		Version: "2021-06-01",
		Statements: []statement{
			{Sid: "audit", Identifiers: arns, Operation: operation{Audit: &audit{}}},
			{Sid: "mask", Identifiers: arns, Operation: operation{Deidentify: &deidentify{}}},
		},
	})
	return string(text), err
}
