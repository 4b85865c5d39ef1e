// Package datadogresource declares the resource types of Datadog that the programs use,
// under the tokens of the pinned SDK. The SDK's own package takes minutes and gigabytes
// to build, whichever of its types one uses
// (docs/decisions/0011-datadog-resources.md); its small package for AWS is used as it is.
// A test holds every property here against the SDK.
package datadogresource

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Version is that of the provider that understands these types: that of the SDK in
// go.mod, as the SDK's own resources ask for it.
const Version = "4.68.0"

// Tokens of the types.
const (
	TokenProvider         = "pulumi:providers:datadog"
	TokenMonitor          = "datadog:index/monitor:Monitor"
	TokenNotificationRule = "datadog:index/monitorNotificationRule:MonitorNotificationRule"
	TokenObjective        = "datadog:index/serviceLevelObjective:ServiceLevelObjective"
	TokenDashboard        = "datadog:index/dashboardJson:DashboardJson"
	TokenDowntime         = "datadog:index/downtimeSchedule:DowntimeSchedule"
	TokenSyntheticsTest   = "datadog:index/syntheticsTest:SyntheticsTest"
	TokenAPIKey           = "datadog:index/apiKey:ApiKey"
	TokenScannerGroup     = "datadog:index/sensitiveDataScannerGroup:SensitiveDataScannerGroup"
	TokenScannerRule      = "datadog:index/sensitiveDataScannerRule:SensitiveDataScannerRule"
)

// The tags of a field of arguments: the property's name, and whether it is required.
const (
	tagName     = "pulumi"
	tagRequired = "required"
)

// register registers resource under token with args, a struct whose fields are inputs,
// pointers to such structs, or slices of such structs. secrets are the outputs that are
// secret whatever the provider says. It fails, naming all of them, when required
// properties are missing.
func register(ctx *pulumi.Context, token, name string, args any, resource pulumi.CustomResource, opts []pulumi.ResourceOption, secrets ...string) error {
	var missing []string
	inputs := object(reflect.ValueOf(args), "", &missing)
	if len(missing) > 0 {
		return fmt.Errorf("%s %q: required and missing: %s", token, name, strings.Join(missing, ", "))
	}
	if len(secrets) > 0 {
		opts = append(opts, pulumi.AdditionalSecretOutputs(secrets))
	}
	// The program's options come last, as in the SDK, so that they prevail.
	opts = append([]pulumi.ResourceOption{pulumi.Version(Version)}, opts...)
	return ctx.RegisterResource(token, name, inputs, resource, opts...)
}

// object returns the properties of args that are set, and adds those to missing that
// are required and are not; at is the path of args, with a dot at its end.
func object(args reflect.Value, at string, missing *[]string) pulumi.Map {
	properties := pulumi.Map{}
	for i := range args.NumField() {
		field, value := args.Type().Field(i), args.Field(i)
		path := at + field.Tag.Get(tagName)
		if value.IsNil() {
			if field.Tag.Get(tagRequired) != "" {
				*missing = append(*missing, path)
			}
			continue
		}
		properties[field.Tag.Get(tagName)] = property(value, path, missing)
	}
	return properties
}

func property(value reflect.Value, path string, missing *[]string) pulumi.Input {
	if input, ok := value.Interface().(pulumi.Input); ok {
		return input
	}
	if value.Kind() == reflect.Pointer {
		return object(value.Elem(), path+".", missing)
	}
	list := make(pulumi.Array, value.Len())
	for i := range list {
		list[i] = object(value.Index(i), fmt.Sprintf("%s[%d].", path, i), missing)
	}
	return list
}
