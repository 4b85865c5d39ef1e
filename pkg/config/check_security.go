package config

import (
	"fmt"
	"slices"
	"strings"
)

// security checks what the tags of UtilitySecurity cannot say. watched is what the
// baseline of the place detects, nil when it is not known.
func (c *checker) security(s UtilitySecurity, org Organization, at place, watched *BaseDetection) {
	if !s.Enabled || c.bad("security") {
		return
	}
	c.centralAccount(s, org, at)
	if path := "security.organizationAdmin"; s.OrganizationAdmin && at.region != "" && s.DetectorID == "" && !c.bad(path, "security.detectorID") {
		c.problem(path, fmt.Sprintf("the administrator's detector in %s %s is not named", at.account, at.region), fmt.Sprintf("set security.detectorID in accounts/%s/%s/utility.yaml to what `aws guardduty list-detectors` shows there", at.account, at.region))
	}
	if watched != nil && s.OrganizationAdmin && watched.GuardDuty.Enabled && !c.bad("security.organizationAdmin") {
		c.problem("security.organizationAdmin", fmt.Sprintf("the baseline of %s %s makes a detector of GuardDuty, but the administrator has one already", at.account, at.region), "set detection.guardDuty.enabled: false in the base.yaml of the account")
	}
	if watched != nil && s.Macie.Enabled && !watched.Macie && !c.bad("security.macie", "security.macie.enabled") {
		c.problem("security.macie.enabled", fmt.Sprintf("Macie is off in %s %s", at.account, at.region), "set detection.macie: true in the base.yaml of the account, or security.macie.enabled: false here")
	}
	report := "security.vulnerabilityReport"
	if watched != nil && s.VulnerabilityReport.Enabled && len(watched.Inspector) == 0 && !c.bad(report, report+".enabled") {
		c.problem(report+".enabled", fmt.Sprintf("Inspector scans nothing in %s %s", at.account, at.region), "set detection.inspector in the base.yaml of the account, or "+report+".enabled: false here")
	}
	if s.VulnerabilityReport.Enabled {
		c.severities(report, s.VulnerabilityReport.Severities)
	}
	c.routes(s.Routes, org)
}

func (c *checker) centralAccount(s UtilitySecurity, org Organization, at place) {
	known, path := accountNames(org), "security.centralAccount"
	if c.bad(path) {
		return
	}
	if !slices.Contains(known, s.CentralAccount) {
		c.problem(path, fmt.Sprintf("unknown account %s", show(s.CentralAccount)), didYouMean(s.CentralAccount, known, "known accounts"))
		return
	}
	if path := "security.organizationAdmin"; s.OrganizationAdmin && at.account != "" && at.account != s.CentralAccount && !c.bad(path) {
		c.problem(path, fmt.Sprintf("%s is not the central account, which is %s", at.account, s.CentralAccount), "an organization has one administrator: set it in accounts/"+s.CentralAccount+"/utility.yaml")
	}
}

// severities reports a list that leads nothing, or something twice.
func (c *checker) severities(at string, severities []string) {
	path := at + ".severities"
	if len(severities) == 0 && !c.bad(path) {
		c.problem(path, "no severity is listed, want at least one", "for example: severities: [CRITICAL]")
	}
	c.once(path, severities)
}

func (c *checker) routes(routes []FindingRoute, org Organization) {
	const list = "security.routes"
	if c.bad(list) {
		return
	}
	known := accountNames(org)
	for i, r := range routes {
		at := itemPath(list, r.Name, i)
		if c.bad(at) {
			continue
		}
		c.severities(at, r.Severities)
		c.once(at+".accounts", r.Accounts)
		c.once(at+".emails", r.Emails)
		for j, account := range r.Accounts {
			if item := fmt.Sprintf("%s.accounts[%d]", at, j); !c.bad(at+".accounts", item) && !slices.Contains(known, account) {
				c.problem(item, fmt.Sprintf("unknown account %s, want one of %s", show(account), strings.Join(known, ", ")), "")
			}
		}
	}
}
