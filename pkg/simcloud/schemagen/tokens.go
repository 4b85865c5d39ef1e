package main

import (
	"embed"
	"fmt"
	"strings"
)

// The types to simulate, one token a line, a file for each provider.
//
//go:embed types/*.txt
var types embed.FS

// sdk is one provider SDK and what is simulated of it.
type sdk struct {
	// Name is the provider's name, which begins its tokens and names its files.
	Name string
	// Module is the Go module; its version is the one that go.mod pins.
	Module string
	// Functions are the functions to simulate. The types are those of types/<Name>.txt. A token added needs its code in
	// internal/<Name> as well; a test compares the lists.
	Functions []string
	// Misread are properties whose documentation reads like a list of all values and is none, with what it is.
	Misread map[string]string
}

func sdks() []sdk {
	return []sdk{
		{Name: "aws", Module: "github.com/pulumi/pulumi-aws/sdk/v6", Functions: awsFunctions(), Misread: awsMisread()},
		{Name: "vault", Module: "github.com/pulumi/pulumi-vault/sdk/v5"},
		{Name: "datadog", Module: "github.com/pulumi/pulumi-datadog/sdk/v4", Functions: datadogFunctions()},
		{Name: "okta", Module: "github.com/pulumi/pulumi-okta/sdk/v4", Functions: oktaFunctions()},
	}
}

// types are the resource types to simulate.
func (s sdk) types() ([]string, error) {
	data, err := types.ReadFile("types/" + s.Name + ".txt")
	if err != nil {
		return nil, fmt.Errorf("the types of %s: %w", s.Name, err)
	}
	return strings.Fields(string(data)), nil
}

func awsFunctions() []string {
	return []string{
		"aws:index/getAvailabilityZones:getAvailabilityZones",
		"aws:index/getCallerIdentity:getCallerIdentity",
		"aws:index/getPartition:getPartition",
		"aws:index/getRegion:getRegion",
		"aws:secretsmanager/getSecretVersion:getSecretVersion",
	}
}

func datadogFunctions() []string {
	return []string{
		"datadog:index/getRole:getRole",
		"datadog:index/getSensitiveDataScannerStandardPattern:getSensitiveDataScannerStandardPattern",
	}
}

func oktaFunctions() []string {
	return []string{
		"okta:group/getEveryoneGroup:getEveryoneGroup",
		"okta:policy/getPolicy:getPolicy",
	}
}

func awsMisread() map[string]string {
	const list = "a list of headers or methods separated by commas, of which these are the usual ones"
	const class = "a class of status codes, or one code"
	listener := "aws:lb/listener:Listener.routingHttpResponse"
	return map[string]string{
		listener + "AccessControlAllowHeadersHeaderValue":                                                         list,
		listener + "AccessControlAllowMethodsHeaderValue":                                                         list,
		listener + "AccessControlExposeHeadersHeaderValue":                                                        list,
		listener + "XFrameOptionsHeaderValue":                                                                     "ALLOW-FROM takes any address",
		"lb/ListenerDefaultActionFixedResponse.statusCode":                                                        class,
		"lb/ListenerRuleActionFixedResponse.statusCode":                                                           class,
		"aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2.transitionDefaultMinimumObjectSize": "the second value is varies_by_storage_class; its spelling was changed with that of properties",
		"aws:lb/loadBalancer:LoadBalancer.dnsRecordClientRoutingPolicy":                                           "the values have underscores; their spelling was changed with that of properties",
		"aws:ecs/service:Service.propagateTags":                                                                   "the provider takes NONE as well",
		"ecs/ServiceVolumeConfigurationManagedEbsVolume.fileSystemType":                                           "the provider takes ntfs as well",
	}
}
