package simcloud_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"cellworks/pkg/simcloud"
	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/schema"
)

// invoke calls a function and returns what it answers or what refused it.
func (c *client) invoke(name string, args props) (props, string) {
	c.t.Helper()
	if !strings.Contains(name, ":") { // one of aws
		name = "aws:index/" + name + ":" + name
	}
	resp, err := c.rpc.Invoke(context.Background(), &pulumirpc.InvokeRequest{Tok: name, Args: message(c.t, args)})
	if err != nil {
		return nil, err.Error()
	}
	for _, f := range resp.GetFailures() {
		return nil, f.GetProperty() + ": " + f.GetReason()
	}
	return resp.GetReturn().AsMap(), ""
}

func TestFunctionsAnswerForTheProvidersAccountAndRegion(t *testing.T) {
	t.Parallel()
	s := serve(t, openCloud(t, simcloud.Options{}))
	c := connect(t, s, "dev", accountA, "us-west-2")
	identity, refused := c.invoke("getCallerIdentity", props{})
	if refused != "" || identity["accountId"] != accountA || identity["arn"] != "arn:aws:sts::"+accountA+":assumed-role/OrganizationAccountAccessRole/pulumi" || !strings.HasPrefix(identity["userId"].(string), "AROA") {
		t.Errorf("caller identity %v %s", identity, refused)
	}
	region, refused := c.invoke("getRegion", props{})
	if diff := cmp.Diff(props{"id": "us-west-2", "name": "us-west-2", "endpoint": "ec2.us-west-2.amazonaws.com", "description": "US West (Oregon)"}, region); diff != "" || refused != "" {
		t.Errorf("region %s %s", diff, refused)
	}
	partition, refused := c.invoke("getPartition", props{})
	if refused != "" || partition["partition"] != "aws" || partition["dnsSuffix"] != "amazonaws.com" {
		t.Errorf("partition %v %s", partition, refused)
	}
	zones, refused := c.invoke("getAvailabilityZones", props{"state": "available", "filters": []any{props{"name": "opt-in-status", "values": []any{"opt-in-not-required"}}}})
	if refused != "" || len(zones["names"].([]any)) != 4 || zones["names"].([]any)[0] != "us-west-2a" || len(zones["zoneIds"].([]any)) != 4 {
		t.Errorf("zones %v %s", zones, refused)
	}
	fewer, refused := c.invoke("getAvailabilityZones", props{"excludeZoneIds": []any{"usw2-az1", "usw2-az4"}})
	if refused != "" || len(fewer["zoneIds"].([]any)) != 2 {
		t.Errorf("zones without two %v %s", fewer, refused)
	}
	// The names are shuffled between accounts, the ids are not.
	other, refused := connect(t, s, "dev", accountB, "us-west-2").invoke("getAvailabilityZones", props{})
	if refused != "" || cmp.Equal(other["zoneIds"], zones["zoneIds"]) {
		t.Errorf("two accounts have the same places behind the same names: %v %s", other, refused)
	}
	// A subnet in a zone that the function names lies in the zone that it pairs with the name.
	v := c.create(vpcType, "vpc", props{"cidrBlock": "10.0.0.0/16"})
	subnet := c.create("aws:ec2/subnet:Subnet", "a", props{"vpcId": v.ID, "cidrBlock": "10.0.0.0/24", "availabilityZone": zones["names"].([]any)[2]})
	if subnet.Out["availabilityZoneId"] != zones["zoneIds"].([]any)[2] {
		t.Errorf("subnet in %v, want %v", subnet.Out["availabilityZoneId"], zones["zoneIds"])
	}
}

func TestRefusesWrongFunctionCalls(t *testing.T) {
	t.Parallel()
	c := oneCloud(t)
	for want, call := range map[string]struct {
		name string
		args props
	}{
		`does not simulate the function aws:index/getRegions:getRegions (did you mean aws:index/getRegion:getRegion?)`: {"getRegions", nil},
		`does not simulate the function aws:index/getIpRanges:getIpRanges; `:                                           {"getIpRanges", nil},
		`stat: Invalid or unknown key: an argument named "stat" is not expected here. Did you mean "state"?`:           {"getAvailabilityZones", props{"stat": "available"}},
		`state: expected state to be one of ["available" "impaired" "information" "unavailable"], got up`:              {"getAvailabilityZones", props{"state": "up"}},
		`filters[0].name: Missing required argument`:                                                                   {"getAvailabilityZones", props{"filters": []any{props{"values": []any{"use1-az1"}}}}},
		`invoking getAvailabilityZones: api error InvalidParameterValue: The filter 'zone' is invalid`:                 {"getAvailabilityZones", props{"filters": []any{props{"name": "zone", "values": []any{"a"}}}}},
		`invoking getRegion: no matching Region found: "us-east-9"`:                                                    {"getRegion", props{"name": "us-east-9"}},
	} {
		if _, refused := c.invoke(call.name, call.args); !strings.Contains(refused, want) {
			t.Errorf("%s(%v) refused with %q, want %s", call.name, call.args, refused, want)
		}
	}
	if _, refused := dial(t, serve(t, openCloud(t, simcloud.Options{})), "dev").invoke("getRegion", nil); !strings.Contains(refused, "not configured") {
		t.Errorf("a function on a connection without configuration: %s", refused)
	}
}

func TestFunctionsCanFailToo(t *testing.T) {
	t.Parallel()
	h := newHostile(t, simcloud.Fault{Kind: simcloud.FaultError, Type: "getCallerIdentity", Code: "ExpiredToken", Message: "The security token included in the request is expired"})
	if _, refused := h.invoke("getCallerIdentity", nil); !strings.Contains(refused, "api error ExpiredToken: The security token included in the request is expired") {
		t.Errorf("refused with %q", refused)
	}
}

func TestEveryFunctionOfTheSchemaIsSimulated(t *testing.T) {
	t.Parallel()
	f, err := schema.Load("aws")
	if err != nil {
		t.Fatal(err)
	}
	functions := aws.Functions()
	for token := range f.Functions {
		if functions[token] == nil {
			t.Errorf("%s is in the schema and not simulated", token)
		}
	}
	if len(functions) != len(f.Functions) {
		t.Errorf("%d functions are simulated, the schema has %d", len(functions), len(f.Functions))
	}
}
