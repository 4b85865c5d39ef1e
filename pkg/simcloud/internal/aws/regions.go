package aws

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// region is what the services know of a region.
type region struct {
	// Name is what people call it.
	Name string
	// Zone is the prefix of its zone ids: use1-az1.
	Zone string
	// Zones is the number of its zones.
	Zones int
	// ALB and NLB are the hosted zone ids of its load balancers' names, S3 that of its bucket websites.
	// Source: docs.aws.amazon.com/general/latest/gr/elb.html and s3.html.
	ALB, NLB, S3 string
}

func regions() map[string]region {
	return map[string]region{
		"us-east-1":      {"US East (N. Virginia)", "use1", 6, "Z35SXDOTRQ7X7K", "Z26RNL4JYFTOTI", "Z3AQBSTGFYJSTF"},
		"us-east-2":      {"US East (Ohio)", "use2", 3, "Z3AADJGX6KTTL2", "ZLMOA37VPKANP", "Z2O1EMRO9K5GLX"},
		"us-west-1":      {"US West (N. California)", "usw1", 2, "Z368ELLRRE2KJ0", "Z24FKFUX50B4VW", "Z2F56UZL2M1ACD"},
		"us-west-2":      {"US West (Oregon)", "usw2", 4, "Z1H1FL5HABSF5", "Z18D5FSROUN65G", "Z3BJ6K6RIION7M"},
		"ca-central-1":   {"Canada (Central)", "cac1", 3, "ZQSVJUPU6J1EY", "Z2EPGBW3API2WT", "Z1QDHH18159H29"},
		"eu-west-1":      {"Europe (Ireland)", "euw1", 3, "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F", "Z1BKCTXD74EZPE"},
		"eu-west-2":      {"Europe (London)", "euw2", 3, "ZHURV8PSTC4K8", "ZD4D7Y8KGAS4G", "Z3GKZC51ZF0DB4"},
		"eu-central-1":   {"Europe (Frankfurt)", "euc1", 3, "Z215JYRZR1TBD5", "Z3F0SRJ5LGBH90", "Z21DNDUVLTQW6Q"},
		"ap-southeast-1": {"Asia Pacific (Singapore)", "apse1", 3, "Z1LMS91P8CMLE5", "ZKVM4W9LS7TM", "Z3O0J2DXBE1FTB"},
		"ap-southeast-2": {"Asia Pacific (Sydney)", "apse2", 3, "Z1GM3OXH4ZPM65", "ZCT6FZBF4DROD", "Z1WCIGYICN2BYD"},
		"ap-northeast-1": {"Asia Pacific (Tokyo)", "apne1", 4, "Z14GRHDCWA56QT", "Z31USIVHYNEOWT", "Z2M4EHUR26P7ZW"},
	}
}

// Regions are the names of the regions whose data the simulated cloud has.
func Regions() []string {
	var names []string
	for name := range regions() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// zoneIDs are a region's zone ids in order.
func zoneIDs(name string) []string {
	r := regions()[name]
	var ids []string
	for i := range r.Zones {
		ids = append(ids, fmt.Sprintf("%s-az%d", r.Zone, i+1))
	}
	return ids
}

// zoneNames maps the zone names of an account to zone ids. AWS shuffles the names per account; so does the simulated
// cloud, so that a program that takes names for places is found out.
func zoneNames(account, name string) map[string]string {
	ids := zoneIDs(name)
	slices.SortFunc(ids, func(a, b string) int { return strings.Compare(shuffle(account, a), shuffle(account, b)) })
	names := map[string]string{}
	for i, id := range ids {
		names[name+string(rune('a'+i))] = id
	}
	return names
}

func shuffle(account, id string) string {
	sum := sha256.Sum256([]byte(account + id))
	return string(sum[:])
}
