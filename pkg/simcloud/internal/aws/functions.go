package aws

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// Functions are the simulated functions by token.
func Functions() map[string]resource.Function {
	return map[string]resource.Function{
		"aws:index/getAvailabilityZones:getAvailabilityZones":  getAvailabilityZones,
		"aws:index/getCallerIdentity:getCallerIdentity":        getCallerIdentity,
		"aws:index/getPartition:getPartition":                  getPartition,
		"aws:index/getRegion:getRegion":                        getRegion,
		"aws:secretsmanager/getSecretVersion:getSecretVersion": getSecretVersion,
	}
}

// getCallerIdentity answers with the assumed role, as STS names its session.
func getCallerIdentity(_ *store.Tx, s resource.Session, _ resource.Props) (map[string]any, error) {
	role := s.Role[strings.LastIndexByte(s.Role, '/')+1:]
	name := s.SessionName
	if name == "" {
		name = "pulumi"
	}
	return map[string]any{
		"id": s.Account, "accountId": s.Account,
		"arn":    fmt.Sprintf("arn:aws:sts::%s:assumed-role/%s/%s", s.Account, role, name),
		"userId": "AROA" + strings.ToUpper(shortHash("caller"+s.Role, 17)) + ":" + name,
	}, nil
}

func getPartition(*store.Tx, resource.Session, resource.Props) (map[string]any, error) {
	return map[string]any{"id": "aws", "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws"}, nil
}

func getRegion(_ *store.Tx, s resource.Session, args resource.Props) (map[string]any, error) {
	name := s.Region
	if endpoint := args.Str("endpoint"); endpoint != "" {
		host := strings.TrimPrefix(strings.TrimPrefix(endpoint, "https://"), "ec2.")
		name = strings.TrimSuffix(host, ".amazonaws.com")
	}
	if asked := args.Str("name"); asked != "" {
		if name != s.Region && name != asked {
			return nil, fmt.Errorf("multiple Regions matched; use additional constraints to reduce matches to a single Region")
		}
		name = asked
	}
	r, known := regions()[name]
	if !known {
		return nil, fmt.Errorf("no matching Region found: %q, the simulated cloud has %s", name, strings.Join(Regions(), ", "))
	}
	return map[string]any{"id": name, "name": name, "endpoint": "ec2." + name + ".amazonaws.com", "description": r.Name}, nil
}

// zoneFilters are the filters of DescribeAvailabilityZones that say something of a zone here, with its value.
func zoneFilters(region string) map[string]func(name, id string) string {
	constant := func(value string) func(string, string) string { return func(string, string) string { return value } }
	return map[string]func(name, id string) string{
		"zone-name": func(name, _ string) string { return name }, "zone-id": func(_, id string) string { return id },
		"region-name": constant(region), "group-name": constant(region), "state": constant("available"),
		"zone-type": constant("availability-zone"), "opt-in-status": constant("opt-in-not-required"),
	}
}

// getAvailabilityZones lists the zones of the caller's region by name. Zones of other kinds are not simulated.
func getAvailabilityZones(_ *store.Tx, s resource.Session, args resource.Props) (map[string]any, error) {
	zones := zoneNames(s.Account, s.Region)
	names, ids := []any{}, []any{}
	for _, name := range slices.Sorted(maps.Keys(zones)) {
		id := zones[name]
		take, err := zoneTaken(s.Region, name, id, args)
		if err != nil {
			return nil, err
		}
		if take {
			names, ids = append(names, name), append(ids, id)
		}
	}
	groups := []any{}
	if len(names) > 0 {
		groups = append(groups, s.Region)
	}
	result := map[string]any{"id": s.Region, "names": names, "zoneIds": ids, "groupNames": groups}
	for _, given := range []string{"allAvailabilityZones", "excludeNames", "excludeZoneIds", "filters", "state"} {
		if args.Has(given) {
			result[given] = args[given]
		}
	}
	return result, nil
}

func zoneTaken(region, name, id string, args resource.Props) (bool, error) {
	if slices.Contains(args.Strs("excludeNames"), name) || slices.Contains(args.Strs("excludeZoneIds"), id) {
		return false, nil
	}
	if state := args.Str("state"); state != "" && state != "available" {
		return false, nil
	}
	known := zoneFilters(region)
	for _, f := range args.Objs("filters") {
		value, ok := known[f.Str("name")]
		if !ok {
			return false, resource.Faultf("InvalidParameterValue", "The filter '%s' is invalid (the simulated cloud has %s)", f.Str("name"), strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		if !slices.Contains(f.Strs("values"), value(name, id)) {
			return false, nil
		}
	}
	return true, nil
}
