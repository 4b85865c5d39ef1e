package config

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// homeOnly are the parts of a base configuration that exist once per account: only
// the stack of the account's home region reads them.
var homeOnly = []string{
	"guardrails.accountAlias", "guardrails.contacts", "guardrails.passwordPolicy", "guardrails.serviceLinkedRoles", "access", "budget",
	"audit.logGroupDays", "audit.dataEvents", "audit.insights", "audit.alarms", "detection.unusedAccessDays",
}

// containerAgents are the endpoints that the ECS agent of an EC2 node needs: with
// some of them it reaches neither all of its services nor none.
var containerAgents = []string{"ecs", "ecs-agent", "ecs-telemetry"}

// gatewayServices are those that BaseEndpoints.Gateway may list.
var gatewayServices = []string{"s3", "dynamodb"}

// base notes and checks what the tags of Base cannot say.
func (l *loader) base(at place, b Base, c checker) {
	for path, values := range map[string][]string{
		"network.egressPorts":             texts(b.Network.EgressPorts),
		"network.sftpCIDRs":               texts(b.Network.SFTPCIDRs),
		"network.endpoints.gateway":       b.Network.Endpoints.Gateway,
		"network.endpoints.interface":     b.Network.Endpoints.Interface,
		"guardrails.serviceLinkedRoles":   b.Guardrails.ServiceLinkedRoles,
		"detection.guardDuty.features":    b.Detection.GuardDuty.Features,
		"detection.securityHub.standards": b.Detection.SecurityHub.Standards,
		"detection.inspector":             b.Detection.Inspector,
		"detection.alerts.emails":         b.Detection.Alerts.Emails,
		"budget.alertPercents":            texts(b.Budget.AlertPercents),
		"budget.emails":                   b.Budget.Emails,
	} {
		c.once(path, values)
	}
	c.senders("network.sftpCIDRs", b.Network.SFTPCIDRs)
	c.endpoints(b.Network.Endpoints)
	c.audit(b.Audit)
	c.detection(b.Detection)
	c.access(b.Access, l.org)
	l.onlyAtHome(at, c)
	if len(c.failed) == 0 && at != (place{}) {
		l.networks[at], l.detections[at] = b.Network, b.Detection
	}
}

func texts[T any](values []T) []string {
	return names(values, func(v T) string { return fmt.Sprint(v) })
}

// once reports items of a list that are there twice.
func (c *checker) once(path string, values []string) {
	if c.bad(path) {
		return
	}
	for i, value := range values {
		item := fmt.Sprintf("%s[%d]", path, i)
		if first := slices.Index(values, value); first < i && !c.bad(item) {
			c.problem(item, fmt.Sprintf("%s is already listed as %s[%d]", value, path[strings.LastIndexByte(path, '.')+1:], first), "list each once")
		}
	}
}

func (c *checker) endpoints(e BaseEndpoints) {
	const path = "network.endpoints.interface"
	if c.bad(path) {
		return
	}
	for i, service := range e.Interface {
		if item := fmt.Sprintf("%s[%d]", path, i); slices.Contains(gatewayServices, service) && !c.bad(item) {
			c.problem(item, fmt.Sprintf("%s has a gateway endpoint, which costs nothing", service), "list it under network.endpoints.gateway")
		}
	}
	var missing []string
	for _, service := range containerAgents {
		if !slices.Contains(e.Interface, service) {
			missing = append(missing, service)
		}
	}
	if n := len(missing); n > 0 && n < len(containerAgents) {
		c.problem(path, fmt.Sprintf("of the endpoints of the ECS agent, %s, it lacks %s", strings.Join(containerAgents, ", "), strings.Join(missing, " and ")), "it needs all of them or none")
	}
}

// audit holds the order in which log files age: S3 refuses a rule that deletes
// objects before it moves them.
func (c *checker) audit(a BaseAudit) {
	c.ages("audit", a.ColdDays, a.ArchiveDays, a.RetentionDays)
}

// ages holds the order in which the files of the bucket whose keys are below at age.
func (c *checker) ages(at string, coldDays, archiveDays, retentionDays int) {
	cold, archive, retention := at+".coldDays", at+".archiveDays", at+".retentionDays"
	if c.bad(at, cold, archive, retention) {
		return
	}
	if archiveDays > 0 && archiveDays <= coldDays {
		c.problem(archive, fmt.Sprintf("files move to the archive at %d days, before they move to cold storage at %d", archiveDays, coldDays), fmt.Sprintf("use at least %d, or 0 for never", coldDays+1))
	}
	if last := max(coldDays, archiveDays); last >= retentionDays {
		path := archive
		if coldDays == last {
			path = cold
		}
		c.problem(path, fmt.Sprintf("files move at %d days, when they are deleted after %d (%s)", last, retentionDays, c.where(retention)), "use a smaller number, or 0 for never")
	}
}

func (c *checker) detection(d BaseDetection) {
	if path := "detection.inspector"; !c.bad(path) && slices.Contains(d.Inspector, "LAMBDA_CODE") && !slices.Contains(d.Inspector, "LAMBDA") {
		c.problem(path, "LAMBDA_CODE without LAMBDA, which Inspector refuses", "add LAMBDA")
	}
	hub := d.SecurityHub
	if path := "detection.securityHub.standards"; hub.Enabled && len(hub.Standards) == 0 && !c.bad("detection.securityHub", path) {
		c.problem(path, "Security Hub is enabled and checks no standard", "for example: standards: [fsbp]")
	}
}

func (c *checker) access(a BaseAccess, org Organization) {
	accounts := accountNames(org)
	if len(accounts) == 0 || c.bad("access") {
		return
	}
	known := func(path, name string) {
		if !slices.Contains(accounts, name) && !c.bad(path) {
			c.problem(path, fmt.Sprintf("%s is not one of the organization's accounts", show(name)), didYouMean(name, accounts, "accounts"))
		}
	}
	known("access.peopleAccount", a.PeopleAccount)
	if a.VaultAccount != "" {
		known("access.vaultAccount", a.VaultAccount)
	}
	for i, d := range a.Deployers {
		item := itemPath("access.deployers", d.Name, i)
		known(item+".account", d.Account)
		c.once(item+".projects", d.Projects)
		if path := item + ".role"; strings.HasPrefix(d.Role, "*") && !c.bad(path) {
			c.problem(path, "every role of the account could deploy", "name the role, or the path that only deploying roles have")
		}
	}
	urls := map[string]string{}
	for i, p := range a.CI {
		item := itemPath("access.ci", p.Name, i)
		c.once(item+".projects", p.Projects)
		c.once(item+".subjects", p.Subjects)
		if first, ok := urls[p.URL]; ok && !c.bad(item+".url") {
			c.problem(item+".url", fmt.Sprintf("the provider is already %s at %s", first, c.where(first+".url")), "an account has one provider for an issuer: merge the two")
		}
		urls[p.URL] = item
	}
	if path := "access.samlMetadata"; a.SAMLMetadata != "" && !c.bad(path) {
		if err := checkMetadata(a.SAMLMetadata); err != nil {
			c.problem(path, err.Error(), "paste the metadata document that the identity provider offers for AWS")
		}
	}
}

// maxMetadata is the longest document that IAM takes, in characters
// (docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html).
const maxMetadata = 10_000_000

// checkMetadata reports a text that is no metadata of a SAML identity provider. Its
// signatures are left to IAM.
func checkMetadata(text string) error {
	if len(text) > maxMetadata {
		return fmt.Errorf("the document has %d characters, want at most %d", len(text), maxMetadata)
	}
	root := ""
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("is not XML: %w", err)
		}
		if start, ok := token.(xml.StartElement); ok && root == "" {
			root = start.Name.Local
		}
	}
	if root != "EntityDescriptor" {
		return fmt.Errorf("the document is a %q, want an EntityDescriptor", root)
	}
	return nil
}

// onlyAtHome reports what the file of a region that is not the account's home says of
// the whole account, since nobody reads it there.
func (l *loader) onlyAtHome(at place, c checker) {
	for _, a := range l.org.Accounts {
		if a.Name != at.account || a.HomeRegion == at.region {
			continue
		}
		for _, path := range homeOnly {
			n, ok := c.root.find(path)
			if !ok {
				continue
			}
			if n = n.setBy(LayerRegion); n != nil {
				c.out.add(n.src, int(n.line), int(n.column), path, fmt.Sprintf("has no effect in %s: it is the account's, whose home region is %s", at.region, a.HomeRegion),
					fmt.Sprintf("move it to accounts/%s/base.yaml", a.Name))
			}
		}
	}
}

// setBy returns the first part of a value that a layer set, or nil.
func (n *node) setBy(layer Layer) *node {
	if n.kind != kindMap && n.src.layer == layer {
		return n
	}
	for i := range n.entries {
		if found := n.entries[i].value.setBy(layer); found != nil {
			return found
		}
	}
	for _, item := range n.items {
		if found := item.setBy(layer); found != nil {
			return found
		}
	}
	return nil
}
