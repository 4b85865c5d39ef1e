package config

import (
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/naming"
)

const (
	// searchZones is over how many zones a search domain spreads: the most that it can,
	// and the least with which it elects a leader when one is lost
	// (docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-multiaz.html).
	searchZones = 3
	// maxSearchMetadata is the longest metadata document that OpenSearch Service takes,
	// in characters
	// (docs.aws.amazon.com/opensearch-service/latest/APIReference/API_SAMLIdp.html).
	maxSearchMetadata = 1_048_576
)

// elk checks what the tags of UtilityELK cannot say.
func (c *checker) elk(e UtilityELK, accounts []Account, at place) {
	if !e.Enabled || c.bad("elk") {
		return
	}
	c.searchPlace(accounts, at)
	if path := "elk.data.instanceType"; !c.bad("elk.data", path) && hasDisks(e.Data.InstanceType) {
		c.problem(path, e.Data.InstanceType+" has disks of its own and takes no volumes", "for example: instanceType: r7g.large.search")
	}
	if path := "elk.warm.afterDays"; e.Warm.Enabled && e.Warm.AfterDays >= e.SearchableDays && !c.bad("elk.warm", path, "elk.searchableDays") {
		c.problem(path, fmt.Sprintf("logs move to the warm nodes after %d days, when they are deleted after %d (%s)", e.Warm.AfterDays, e.SearchableDays, c.where("elk.searchableDays")), "use a smaller number, or switch the warm nodes off")
	}
	c.ages("elk.archive", e.Archive.ColdDays, e.Archive.ArchiveDays, e.Archive.RetentionDays)
	c.searchPeople(e.People)
}

// searchPlace reports a region with too few zones. The defaults of all accounts are
// checked without one.
func (c *checker) searchPlace(accounts []Account, at place) {
	for _, account := range accounts {
		region, ok := account.Region(at.region)
		if account.Name == at.account && ok && len(region.Zones) < searchZones && !c.bad("elk.enabled") {
			c.problem("elk.enabled", fmt.Sprintf("the domain spreads over %d zones, but %s of account %s has %d", searchZones, at.region, at.account, len(region.Zones)), "enable it in a region with more")
		}
	}
}

// hasDisks says whether an instance type keeps data on disks of its own: the storage
// families, and those with a d behind their generation
// (docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-instance-types.html).
func hasDisks(instanceType string) bool {
	return regexp.MustCompile(`^(i|im|is)[0-9]|^[a-z]+[0-9]+[a-z]*d[a-z]*[.]`).MatchString(instanceType)
}

// searchPeople reports groups that would let the wrong people in, and metadata that
// nobody can sign in with.
func (c *checker) searchPeople(p UtilitySearchPeople) {
	const key = "elk.people"
	if c.bad(key) {
		return
	}
	for _, group := range []struct{ path, name string }{{key + ".administrators", p.Administrators}, {key + ".operators", p.Operators}} {
		if strings.HasPrefix(group.name, naming.LogReadersPrefix) && !c.bad(group.path) {
			c.problem(group.path, fmt.Sprintf("the group %s could be that of a client's people, since it begins with %s", group.name, naming.LogReadersPrefix), "choose another group")
		}
	}
	if path := key + ".operators"; p.Operators == p.Administrators && !c.bad(path, key+".administrators") {
		c.problem(path, "operators and administrators are one group, so that whoever reads logs could change who does", "choose another group for one of them")
	}
	if path := key + ".samlMetadata"; p.SAMLMetadata != "" && !c.bad(path) {
		if _, err := p.IdentityProvider(); err != nil {
			c.problem(path, err.Error(), "paste the metadata document that the identity provider offers for the application")
		}
	}
}

// IdentityProvider returns the entity id that the identity provider's metadata state.
// It fails when the metadata are too long, are not those of an identity provider, or
// state none.
func (p UtilitySearchPeople) IdentityProvider() (string, error) {
	if err := checkMetadata(p.SAMLMetadata); err != nil {
		return "", err
	}
	if len(p.SAMLMetadata) > maxSearchMetadata {
		return "", fmt.Errorf("the document has %d characters, want at most %d", len(p.SAMLMetadata), maxSearchMetadata)
	}
	var descriptor struct {
		ID string `xml:"entityID,attr"`
	}
	if err := xml.Unmarshal([]byte(p.SAMLMetadata), &descriptor); err != nil {
		return "", fmt.Errorf("is not XML: %w", err)
	}
	if descriptor.ID == "" {
		return "", errors.New("the document states no entityID")
	}
	return descriptor.ID, nil
}
