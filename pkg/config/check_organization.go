package config

import (
	"fmt"
	"slices"
	"strings"

	"cellworks/pkg/naming"
)

// zonePrefix returns what the zone ids of a region of the partition aws begin with
// (docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html),
// or "" for a region that is not known.
func zonePrefix(region string) string {
	for _, line := range strings.Fields(regionTable) {
		if name, prefix, _ := strings.Cut(line, "="); name == region {
			return prefix
		}
	}
	return ""
}

func knownRegions() []string {
	var out []string
	for _, line := range strings.Fields(regionTable) {
		name, _, _ := strings.Cut(line, "=")
		out = append(out, name)
	}
	return out
}

const regionTable = `
af-south-1=afs1 ap-east-1=ape1 ap-northeast-1=apne1 ap-northeast-2=apne2 ap-northeast-3=apne3 ap-south-1=aps1
ap-south-2=aps2 ap-southeast-1=apse1 ap-southeast-2=apse2 ap-southeast-3=apse3 ap-southeast-4=apse4
ap-southeast-5=apse5 ca-central-1=cac1 ca-west-1=caw1 eu-central-1=euc1 eu-central-2=euc2 eu-north-1=eun1
eu-south-1=eus1 eu-south-2=eus2 eu-west-1=euw1 eu-west-2=euw2 eu-west-3=euw3 il-central-1=ilc1
me-central-1=mec1 me-south-1=mes1 mx-central-1=mxc1 sa-east-1=sae1 us-east-1=use1 us-east-2=use2
us-west-1=usw1 us-west-2=usw2`

func (c *checker) organization(o Organization) {
	if len(o.Rings) == 0 && !c.bad("rings") {
		c.problem("rings", "there are no rings, want at least one", "for example: rings: [{name: canary}, {name: broad}]")
	}
	if len(o.Accounts) == 0 && !c.bad("accounts") {
		c.problem("accounts", "there are no accounts, want at least one", "")
	}
	if _, err := naming.Bucket(o.Name, "client", "us-east-1", "name"); err != nil && o.Name != "" && !c.bad("name") {
		c.problem("name", err.Error(), "choose another name")
	}
	c.cloud(o)
	c.certificates(o)
	c.peering(o)
	ids, slots := map[string]string{}, map[int]string{}
	for i, a := range o.Accounts {
		p := itemPath("accounts", a.Name, i)
		if c.bad(p) {
			continue
		}
		if path := p + ".id"; !c.bad(path) && a.ID != "" {
			if first, ok := ids[a.ID]; ok {
				c.problem(path, fmt.Sprintf("account id %q is already that of %s at %s", a.ID, first, c.where(first+".id")), "an AWS account is listed once")
			} else {
				ids[a.ID] = p
			}
		}
		if path := p + ".slot"; !c.bad(path) {
			if first, ok := slots[a.Slot]; ok {
				c.problem(path, fmt.Sprintf("slot %d is already that of %s at %s", a.Slot, first, c.where(first+".slot")), "give each account a slot of its own: their addresses would be the same")
			} else {
				slots[a.Slot] = p
			}
		}
		c.quotas(a, p)
		c.regions(a, p)
	}
}

// certificates reports a domain that is too long for the wildcard certificate of the
// longest zone below it.
func (c *checker) certificates(o Organization) {
	longest := ""
	for _, a := range o.Accounts {
		for _, r := range a.Regions {
			if name := "*." + naming.Zone(r.Name, a.Name, o.Domain); len(name) > len(longest) {
				longest = name
			}
		}
	}
	if over := len(longest) - naming.MaxCertificateName; over > 0 && !c.bad("domain") && len(c.failed) == 0 {
		c.problem("domain", fmt.Sprintf("the certificate for %s would be for a name of %d characters, want at most %d", longest, len(longest), naming.MaxCertificateName),
			fmt.Sprintf("choose a domain that is %d characters shorter, or a shorter account name", over))
	}
}

func (c *checker) cloud(o Organization) {
	if o.Endpoint != "" && o.Cloud == Simulated {
		c.problem("endpoint", "an endpoint has no effect with cloud simulated", "remove it, or set cloud: aws")
	}
	if o.Cloud != AWS {
		return
	}
	if o.Backend.URL == "" && !c.bad("backend", "backend.url") {
		c.problem("backend.url", "cloud aws needs a backend that is shared", "for example: url: s3://meridian-pulumi-state?region=us-east-1")
	}
	if o.Backend.SecretsProvider == "" && !c.bad("backend", "backend.secretsProvider") {
		c.problem("backend.secretsProvider", "cloud aws needs a secrets provider", "for example: secretsProvider: awskms://alias/pulumi?region=us-east-1")
	}
}

func (c *checker) regions(a Account, p string) {
	if c.bad(p + ".regions") {
		return
	}
	if len(a.Regions) == 0 {
		c.problem(p+".regions", "the account has no regions, want at least one", "")
		return
	}
	if home := p + ".homeRegion"; !c.bad(home) && !slices.Contains(regionNames(a), a.HomeRegion) {
		c.problem(home, fmt.Sprintf("%s is not one of the account's regions", show(a.HomeRegion)), didYouMean(a.HomeRegion, regionNames(a), "regions"))
	}
	slots := map[int]string{}
	for i, r := range a.Regions {
		at := itemPath(p+".regions", r.Name, i)
		if c.bad(at) {
			continue
		}
		if path := at + ".slot"; !c.bad(path) {
			if first, ok := slots[r.Slot]; ok {
				c.problem(path, fmt.Sprintf("slot %d is already that of %s at %s", r.Slot, first, c.where(first+".slot")), "give each region of an account a slot of its own: their addresses would be the same")
			} else {
				slots[r.Slot] = at
			}
		}
		c.zones(r, at)
	}
}

func (c *checker) zones(r Region, p string) {
	prefix := zonePrefix(r.Name)
	if prefix == "" {
		if !c.bad(p + ".name") {
			c.problem(p+".name", fmt.Sprintf("%s is not a known AWS region", show(r.Name)), didYouMean(r.Name, knownRegions(), "regions"))
		}
		return
	}
	if c.bad(p + ".zones") {
		return
	}
	if n := len(r.Zones); n < 2 || n > 4 {
		c.problem(p+".zones", fmt.Sprintf("%d zones are listed, want 2 to 4", n), fmt.Sprintf("for example: [%s-az1, %s-az2, %s-az3]", prefix, prefix, prefix))
	}
	for i, z := range r.Zones {
		path := fmt.Sprintf("%s.zones[%d]", p, i)
		if c.bad(path) {
			continue
		}
		number, ok := strings.CutPrefix(z, prefix+"-az")
		if !ok || len(number) != 1 || number[0] < '1' || number[0] > '9' {
			c.problem(path, fmt.Sprintf("%s is not a zone id of %s, want %s-az1 and so on", show(z), r.Name, prefix), "zone names such as us-east-1a differ from account to account; ids do not")
		}
		if first := slices.Index(r.Zones, z); first < i {
			c.problem(path, fmt.Sprintf("zone %s is already listed as zones[%d]", show(z), first), "list each zone once")
		}
	}
}
