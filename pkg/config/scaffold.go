package config

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cellworks/pkg/ipam"
)

// clientForm is what a client's name looks like.
var clientForm = regexp.MustCompile(`^[a-z][a-z0-9]{2,11}$`)

const clientFormHint = "3 to 12 lower-case letters and digits, starting with a letter"

// misleading are names that a new client cannot have, with the reason. Those of
// reservedClients break things; these only mislead, so a client that has one keeps it.
var misleading = map[string]string{
	"admin":    "roles and groups of administrators have it in their names",
	"all":      "commands and roles for everything have it in their names",
	"client":   "tags and paths have it where a client's name stands",
	"default":  "what every client inherits has it in its name",
	"defaults": "what every client inherits has it in its name",
	"deploy":   "roles and policies of deployments are in the path deploy/",
	"jenkins":  "roles of agents are in the path jenkins/",
	"none":     "tags and filters read it as no client",
	"null":     "YAML and filters read it as no client",
	"off":      "YAML reads it as a boolean",
	"root":     "the account's own principal has it as its name",
	"shared":   "tags and dashboards read it as what belongs to every client",
	"true":     "YAML reads it as a boolean",
	"yes":      "YAML reads it as a boolean",
	"false":    "YAML reads it as a boolean",
}

// NewClient is what the file of a client that does not exist yet is made from.
type NewClient struct {
	// Name is the client's directory.
	Name string
	// Account and Region are where the cell lives.
	Account, Region string
	// Ring is when a rollout reaches the client; empty: the last one.
	Ring string
	// Slot is the cell's slot; negative: the first that is free.
	Slot int
	// Profiles and Labels are as in the file; where empty, those of From.
	Profiles []string
	Labels   map[string]string
	// From is a client whose overrides the new one gets too; may be empty.
	From string
	// Quotas returns for how many more cells the quotas of an account and region have room;
	// nil: for any number.
	Quotas func(account, region string) int
	// Held says who has a slot in spite of the configuration, as what is up does, or "";
	// nil: nobody.
	Held func(account, region string, slot int) string
}

// ClientFile returns where a client's file is, and how messages name it.
func (t *Tree) ClientFile(client string) (where, shown string) {
	return filepath.Join(t.dir, "clients", client, fileCell), t.file(path.Join("clients", client, fileCell))
}

// Scaffold returns the text of a new client's file. The error is Problems and holds
// everything that is wrong with c on the day of now; whether the fleet is sound with
// the file in place, Load says.
func (t *Tree) Scaffold(c NewClient, now time.Time) (string, error) {
	s := &scaffold{Tree: t, c: c, today: ipam.DayOf(now)}
	_, s.file = t.ClientFile(c.Name)
	s.name()
	s.ring()
	s.place()
	rest := s.from()
	s.profiles()
	s.labels()
	if len(s.problems) > 0 {
		return "", s.problems
	}
	return s.text(rest), nil
}

// scaffold makes one client's file.
type scaffold struct {
	*Tree
	c        NewClient
	today    ipam.Day
	file     string
	problems Problems
}

func (s *scaffold) problem(path, message, suggestion string) {
	s.problems = append(s.problems, Problem{File: s.file, Path: path, Message: message, Suggestion: suggestion})
}

func (s *scaffold) name() {
	name := s.c.Name
	why, bad := misleading[name]
	switch {
	case !clientForm.MatchString(name):
		s.problem("", fmt.Sprintf("%s is not a valid client name, want %s", show(name), clientFormHint), "")
	case slices.Contains(reservedClients, name):
		s.problem("", fmt.Sprintf("%s cannot be a client's name: names and policies of the levels below use it", show(name)), "choose another name")
	case bad:
		s.problem("", fmt.Sprintf("%s cannot be a new client's name: %s", show(name), why), "choose another name")
	case slices.Contains(accountNames(s.Organization()), name):
		s.problem("", fmt.Sprintf("%s cannot be a new client's name: an account has it, and tags and dashboards could not tell them apart", show(name)), "choose another name")
	}
	if _, taken := s.cells[name]; taken {
		s.problem("", fmt.Sprintf("there is a client %s already", show(name)), "choose another name, or change its file; cellctl up "+name+" brings up what is not")
	}
}

// ring fills in the last ring where none is given.
func (s *scaffold) ring() {
	var names []string
	for _, r := range s.Organization().Rings {
		names = append(names, r.Name)
	}
	if s.c.Ring == "" {
		s.c.Ring = names[len(names)-1]
	}
	if !slices.Contains(names, s.c.Ring) {
		s.problem("ring", "unknown ring "+show(s.c.Ring), didYouMean(s.c.Ring, names, "known rings"))
	}
}

// place checks account and region, and then the slot in them, or finds one.
func (s *scaffold) place() {
	account, ok := s.Account(s.c.Account)
	if !ok {
		message := "unknown account " + show(s.c.Account)
		if s.c.Account == "" {
			message = "an account is needed"
		}
		s.problem("account", message, didYouMean(s.c.Account, accountNames(s.Organization()), "known accounts"))
		if s.c.Region == "" {
			s.problem("region", "a region is needed", "one of the account's")
		}
		return
	}
	if _, ok := account.Region(s.c.Region); !ok {
		message := fmt.Sprintf("account %s has no region %s", account.Name, show(s.c.Region))
		if s.c.Region == "" {
			message = "a region is needed"
		}
		s.problem("region", message, didYouMean(s.c.Region, regionNames(account), "its regions"))
		return
	}
	at := place{s.c.Account, s.c.Region}
	owners := s.slotOwners(at)
	if s.c.Slot > maxSlot {
		s.problem("slot", fmt.Sprintf("is %d, want 0 to %d", s.c.Slot, maxSlot), s.freeSlot(owners))
		return
	}
	if s.c.Slot >= 0 {
		if owner := owners[s.c.Slot]; owner != "" {
			s.problem("slot", fmt.Sprintf("slot %d of %s %s %s", s.c.Slot, at.account, at.region, owner), s.freeSlot(owners))
		}
		return
	}
	if s.c.Slot = slices.Index(owners[:], ""); s.c.Slot < 0 {
		s.problem("slot", fmt.Sprintf("%s %s is full: all %d slots are taken or in quarantine", at.account, at.region, maxSlot+1), s.roomElsewhere())
	}
}

// slotOwners returns for each slot of a place why it cannot be had, or nothing.
func (s *scaffold) slotOwners(at place) [maxSlot + 1]string {
	var owners [maxSlot + 1]string
	for _, r := range s.Retired() {
		if r.Kind == ipam.KindCell && r.Account == at.account && r.Region == at.region && r.Until > s.today {
			owners[r.Slot()] = fmt.Sprintf("was that of client %s and stays in quarantine until %s (%s)", r.Client, r.Until, s.entryOf(r))
		}
	}
	for name, r := range s.cells {
		if r.at == at {
			owners[r.slot] = fmt.Sprintf("is that of client %s at %s", name, r.root.get("slot").where())
		}
	}
	for slot, owner := range owners {
		if owner == "" && s.c.Held != nil {
			owners[slot] = s.c.Held(at.account, at.region, slot)
		}
	}
	return owners
}

func (s *scaffold) freeSlot(owners [maxSlot + 1]string) string {
	if free := slices.Index(owners[:], ""); free >= 0 {
		return fmt.Sprintf("slot %d is free", free)
	}
	return s.roomElsewhere()
}

// Room is how many cells an account still takes in a region.
type Room struct {
	Account, Region string
	Free            int
}

// Rooms returns the room of every account and region for clients like c on the day of
// now, in the order of organization.yaml: what is free of slots and of quotas.
func (t *Tree) Rooms(c NewClient, now time.Time) []Room {
	return (&scaffold{Tree: t, c: c, today: ipam.DayOf(now)}).rooms()
}

func (s *scaffold) rooms() []Room {
	var rooms []Room
	for _, a := range s.Organization().Accounts {
		for _, r := range a.Regions {
			free := 0
			for _, owner := range s.slotOwners(place{a.Name, r.Name}) {
				if owner == "" {
					free++
				}
			}
			if s.c.Quotas != nil {
				free = min(free, s.c.Quotas(a.Name, r.Name))
			}
			rooms = append(rooms, Room{a.Name, r.Name, free})
		}
	}
	return rooms
}

func (s *scaffold) roomElsewhere() string {
	var room []string
	for _, r := range s.rooms() {
		if r.Free > 0 {
			room = append(room, fmt.Sprintf("%s %s has room for %d", r.Account, r.Region, r.Free))
		}
	}
	if len(room) == 0 {
		return "no account has room: add a region or an account to organization.yaml"
	}
	return strings.Join(room, ", ")
}

func (s *scaffold) profiles() {
	var known []string
	for _, p := range s.Tree.profiles {
		known = append(known, p.name)
	}
	slices.Sort(known)
	for i, name := range s.c.Profiles {
		switch {
		case !slices.Contains(known, name):
			s.problem(fmt.Sprintf("profiles[%d]", i), "unknown profile "+show(name), didYouMean(name, known, "profiles"))
		case slices.Index(s.c.Profiles, name) != i:
			s.problem(fmt.Sprintf("profiles[%d]", i), fmt.Sprintf("profile %s is already named", show(name)), "")
		}
	}
}

func (s *scaffold) labels() {
	for _, key := range sortedKeys(s.c.Labels) {
		switch value := s.c.Labels[key]; {
		case !labelKey.MatchString(key):
			s.problem("labels", fmt.Sprintf("key %s is not valid, want %s", show(key), labelKeyHint), "")
		case !labelValue.MatchString(value):
			s.problem("labels."+key, fmt.Sprintf("%s is not valid, want %s", show(value), labelValueHint), "")
		}
	}
}

// placing are the keys that a copy does not take over as they are.
var placing = []string{"account", "region", "slot", "ring", "state", "decommission", "profiles", "labels"}

// from returns the overrides of another client as its file has them, with the
// comments above them, and fills in its profiles and labels where none are given.
func (s *scaffold) from() string {
	if s.c.From == "" {
		return ""
	}
	r, ok := s.cells[s.c.From]
	if !ok {
		s.problem("", "unknown client "+show(s.c.From)+" to copy from", didYouMean(s.c.From, s.clients, "known clients"))
		return ""
	}
	cell, err := s.Cell(s.c.From)
	if err != nil {
		s.problem("", err.Error(), "")
		return ""
	}
	if len(s.c.Profiles) == 0 {
		s.c.Profiles = cell.Profiles
	}
	if len(s.c.Labels) == 0 {
		s.c.Labels = s.ownLabels(r, cell)
	}
	where, shown := s.ClientFile(s.c.From)
	text, err := os.ReadFile(where)
	if err != nil {
		s.problem("", fmt.Sprintf("copying from %s: %v", shown, err), "")
		return ""
	}
	lines := strings.SplitAfter(string(text), "\n")
	if charAt(lines, r.own.line, r.own.column) == '{' {
		s.problem("", fmt.Sprintf("%s is written in braces, and cannot be copied", shown), "write the new file by hand")
		return ""
	}
	return sections(r.own, lines)
}

// ownLabels are those that the client's own file sets.
func (s *scaffold) ownLabels(r *resolved, cell Cell) map[string]string {
	labels := map[string]string{}
	if own := r.own.get("labels"); own != nil {
		for _, e := range own.entries {
			if value, ok := cell.Labels[e.key]; ok {
				labels[e.key] = value
			}
		}
	}
	return labels
}

// sections returns the lines of the top-level keys that a copy takes over, each with
// the comments directly above it.
func sections(own *node, lines []string) string {
	start := func(i int) int {
		at := int(own.entries[i].line) - 1
		for at > 0 && strings.HasPrefix(lines[at-1], "#") {
			at--
		}
		return at
	}
	var b strings.Builder
	for i, e := range own.entries {
		if slices.Contains(placing, e.key) {
			continue
		}
		end := len(lines)
		if i+1 < len(own.entries) {
			end = start(i + 1)
		}
		b.WriteString("\n" + strings.TrimRight(strings.Join(lines[start(i):end], ""), " \n") + "\n")
	}
	return b.String()
}

// plainScalar matches text that YAML reads as a string without quotes.
var plainScalar = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9 ./_-]*[A-Za-z0-9]$`)

// text writes the file.
func (s *scaffold) text(rest string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# yaml-language-server: $schema=../../schema/cell.client.json\naccount: %s\nregion: %s\nslot: %d\nring: %s\n",
		s.c.Account, s.c.Region, s.c.Slot, s.c.Ring)
	if len(s.c.Profiles) > 0 {
		fmt.Fprintf(&b, "profiles: [%s]\n", strings.Join(s.c.Profiles, ", "))
	}
	if len(s.c.Labels) > 0 {
		b.WriteString("\nlabels:\n")
		for _, key := range sortedKeys(s.c.Labels) {
			fmt.Fprintf(&b, "  %s: %s\n", yamlText(key), yamlText(s.c.Labels[key]))
		}
	}
	return b.String() + rest
}

// yamlText writes a string so that YAML reads the same back.
func yamlText(text string) string {
	switch strings.ToLower(text) {
	case "true", "false", "null", "yes", "no", "on", "off":
		return strconv.Quote(text)
	}
	if plainScalar.MatchString(text) {
		return text
	}
	return strconv.Quote(text)
}
