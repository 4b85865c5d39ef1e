package networkacl_test

import (
	"net/netip"
	"slices"
	"strconv"
	"testing"

	"cellworks/pkg/ipam"
	"cellworks/pkg/networkacl"
)

// flow is a connection that must work both ways, or must not.
type flow struct {
	name     string
	packet   packet
	required bool
}

const (
	required  = true
	forbidden = false

	tcp = networkacl.TCP
	udp = networkacl.UDP
	// caller is the source port of a client that did not choose one.
	caller = 33000
)

// Addresses of the internet.
var (
	client = netip.MustParseAddrPort("203.0.113.9:51000")
	site   = netip.MustParseAddrPort("198.51.100.7:443")
	bucket = netip.MustParseAddrPort("52.216.0.9:443") // of S3, behind a gateway endpoint
)

func internet(port uint16) netip.AddrPort { return netip.AddrPortFrom(site.Addr(), port) }

// organization is operations, the hub, with two accounts of workloads that it
// reaches and one that it does not.
type organization struct{ prod, nonprod, ops, alone vpcNet }

func newOrganization(t *testing.T) (organization, world) {
	t.Helper()
	ops := newVPC(t, 3, 0, 0)
	reached := networkacl.Peers{Hubs: []netip.Prefix{ops.CIDR()}}
	o := organization{
		prod:    newVPCNet(t, newVPC(t, 2, 0, 0), reached),
		nonprod: newVPCNet(t, newVPC(t, 1, 0, 0), reached),
		ops:     newVPCNet(t, ops, networkacl.Peers{Hub: true}),
		alone:   newVPCNet(t, newVPC(t, 4, 0, 0), networkacl.Peers{}),
	}
	return o, world{o.prod, o.nonprod, o.ops, o.alone}
}

func check(t *testing.T, flows []flow, works func(packet) bool) {
	t.Helper()
	for _, f := range flows {
		if got := works(f.packet); got != f.required {
			t.Errorf("%s (%s %s to %s): works = %v, want %v", f.name, f.packet.protocol, f.packet.src, f.packet.dst, got, f.required)
		}
	}
}

func TestSendersReachThePublicTierAlone(t *testing.T) {
	t.Parallel()
	senders := networkacl.Peers{Senders: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("198.51.100.7/32")}}
	n := newVPCNet(t, newVPC(t, 1, 0, 0), senders)
	shut := newVPCNet(t, newVPC(t, 1, 1, 0), networkacl.Peers{})
	w := world{n, shut}
	stranger := netip.MustParseAddrPort("192.0.2.1:51000")
	check(t, []flow{
		{"sender to SFTP server", packet{tcp, client, n.at(ipam.Public, 0, 22)}, required},
		{"single sender to SFTP server", packet{tcp, netip.AddrPortFrom(site.Addr(), 51000), n.at(ipam.Public, 1, 22)}, required},
		{"stranger to SFTP server", packet{tcp, stranger, n.at(ipam.Public, 0, 22)}, forbidden},
		{"sender to a task", packet{tcp, client, n.at(ipam.App, 0, 22)}, forbidden},
		{"sender to a database", packet{tcp, client, n.at(ipam.Data, 0, 22)}, forbidden},
		{"sender to a VPC without SFTP server", packet{tcp, client, shut.at(ipam.Public, 0, 22)}, forbidden},
	}, w.connects)
}

func TestSendersFitThePublicTier(t *testing.T) {
	t.Parallel()
	var peers networkacl.Peers
	for i := range networkacl.MaxSenders {
		peers.Senders = append(peers.Senders, netip.PrefixFrom(netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}), 32))
	}
	if _, err := networkacl.Rules(newVPC(t, 1, 0, 0), ipam.Public, egressPorts, peers); err != nil {
		t.Error(err)
	}
	for _, block := range []string{"0.0.0.0/0", "10.1.0.0/16", "203.0.113.0/32"} {
		bad := peers
		bad.Senders = append(slices.Clone(peers.Senders[1:]), netip.MustParsePrefix(block))
		if block == "203.0.113.0/32" {
			bad = networkacl.Peers{Senders: append(slices.Clone(peers.Senders), netip.MustParsePrefix("203.0.113.99/32"))}
		}
		if _, err := networkacl.Rules(newVPC(t, 1, 0, 0), ipam.Public, egressPorts, bad); err == nil {
			t.Errorf("%s is let in beside %d others", block, len(bad.Senders)-1)
		}
	}
}

func TestFlowsWithinAVPC(t *testing.T) {
	t.Parallel()
	o, w := newOrganization(t)
	for _, n := range []vpcNet{o.prod, o.ops, o.alone} {
		check(t, []flow{
			{"load balancer to task", packet{tcp, n.at(ipam.Public, 0, caller), n.at(ipam.App, 2, 8080)}, required},
			{"internal load balancer to task", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.App, 1, 8080)}, required},
			{"task to task by gossip", packet{udp, n.at(ipam.App, 0, 8301), n.at(ipam.App, 1, 8301)}, required},
			{"task to PostgreSQL", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.Data, 1, 5432)}, required},
			{"task to search", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.Data, 1, 443)}, required},
			{"task to cache", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.Data, 1, 6379)}, required},
			{"task to file system", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.Data, 1, 2049)}, required},
			{"task to file system from a reserved port", packet{tcp, n.at(ipam.App, 0, 800), n.at(ipam.Data, 1, 2049)}, forbidden},
			{"task to ssh of a database", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.Data, 1, 22)}, forbidden},
			{"task to another database", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.Data, 1, 3306)}, forbidden},
			{"database to database", packet{tcp, n.at(ipam.Data, 0, caller), n.at(ipam.Data, 1, 5432)}, required},
			{"database to task", packet{tcp, n.at(ipam.Data, 0, caller), n.at(ipam.App, 1, 443)}, forbidden},
			{"load balancer to PostgreSQL", packet{tcp, n.at(ipam.Public, 0, caller), n.at(ipam.Data, 1, 5432)}, forbidden},
			{"load balancer to file system", packet{tcp, n.at(ipam.Public, 0, caller), n.at(ipam.Data, 1, 2049)}, forbidden},
			{"task to interface endpoint", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.Intra, 1, 443)}, required},
			{"database to interface endpoint", packet{tcp, n.at(ipam.Data, 0, caller), n.at(ipam.Intra, 1, 443)}, required},
			{"load balancer to interface endpoint", packet{tcp, n.at(ipam.Public, 0, caller), n.at(ipam.Intra, 1, 443)}, required},
			{"task to ssh of an endpoint", packet{tcp, n.at(ipam.App, 0, caller), n.at(ipam.Intra, 1, 22)}, forbidden},
			{"endpoint to PostgreSQL", packet{tcp, n.at(ipam.Intra, 0, caller), n.at(ipam.Data, 1, 5432)}, forbidden},
		}, w.connects)
	}
}

func TestFlowsOfTheInternet(t *testing.T) {
	t.Parallel()
	o, w := newOrganization(t)
	for _, n := range []vpcNet{o.prod, o.ops, o.alone} {
		check(t, []flow{
			{"client to load balancer", packet{tcp, client, n.at(ipam.Public, 0, 443)}, required},
			{"client to redirect", packet{tcp, client, n.at(ipam.Public, 0, 80)}, required},
			{"client to ssh", packet{tcp, client, n.at(ipam.Public, 0, 22)}, forbidden},
			{"client to rdp", packet{tcp, client, n.at(ipam.Public, 0, 3389)}, forbidden},
			{"client to DNS", packet{udp, client, n.at(ipam.Public, 0, 53)}, forbidden},
			{"client to task", packet{tcp, client, n.at(ipam.App, 0, 443)}, forbidden},
			{"client to unprivileged port of a task", packet{tcp, client, n.at(ipam.App, 0, 8080)}, forbidden},
			{"client to rdp of a task", packet{tcp, client, n.at(ipam.App, 0, 3389)}, forbidden},
			{"client to PostgreSQL", packet{tcp, client, n.at(ipam.Data, 0, 5432)}, forbidden},
			{"client to endpoint", packet{tcp, client, n.at(ipam.Intra, 0, 443)}, forbidden},
			{"load balancer to identity provider", packet{tcp, n.at(ipam.Public, 0, caller), site}, required},
			{"load balancer to mail", packet{tcp, n.at(ipam.Public, 0, caller), internet(25)}, forbidden},
			{"task to S3 through the gateway endpoint", packet{tcp, n.at(ipam.App, 0, caller), bucket}, required},
			{"database to the internet", packet{tcp, n.at(ipam.Data, 0, caller), site}, forbidden},
			{"database to S3 through the gateway endpoint", packet{tcp, n.at(ipam.Data, 0, caller), bucket}, forbidden},
			{"endpoint to the internet", packet{tcp, n.at(ipam.Intra, 0, caller), site}, forbidden},
		}, w.connects)
		check(t, []flow{
			{"task to https", packet{tcp, n.at(ipam.App, 1, caller), site}, required},
			{"task to SFTP", packet{tcp, n.at(ipam.App, 1, caller), internet(22)}, required},
			{"task to https in the lowest port", packet{tcp, n.at(ipam.App, 1, 1024), site}, required},
			{"task to mail", packet{tcp, n.at(ipam.App, 1, caller), internet(25)}, forbidden},
			{"task to QUIC", packet{udp, n.at(ipam.App, 1, caller), site}, forbidden},
			{"database to https", packet{tcp, n.at(ipam.Data, 1, caller), site}, forbidden},
		}, func(p packet) bool { return w.throughNAT(p, n.at(ipam.Public, 0, 1024)) })
	}
}

func TestFlowsBetweenVPCs(t *testing.T) {
	t.Parallel()
	o, w := newOrganization(t)
	prod, nonprod, ops, alone := o.prod, o.nonprod, o.ops, o.alone
	check(t, []flow{
		{"hub to task by https", packet{tcp, ops.at(ipam.App, 0, caller), prod.at(ipam.App, 1, 443)}, required},
		{"hub to task", packet{tcp, ops.at(ipam.App, 0, caller), prod.at(ipam.App, 1, 8080)}, required},
		{"hub to ssh of a task", packet{tcp, ops.at(ipam.App, 0, caller), prod.at(ipam.App, 1, 22)}, forbidden},
		{"hub to PostgreSQL", packet{tcp, ops.at(ipam.App, 0, caller), prod.at(ipam.Data, 1, 5432)}, required},
		{"hub to file system", packet{tcp, ops.at(ipam.App, 0, caller), prod.at(ipam.Data, 1, 2049)}, forbidden},
		{"hub to search", packet{tcp, ops.at(ipam.App, 0, caller), prod.at(ipam.Data, 1, 443)}, forbidden},
		{"hub to endpoint", packet{tcp, ops.at(ipam.App, 0, caller), prod.at(ipam.Intra, 1, 443)}, forbidden},
		{"hub's data to PostgreSQL", packet{tcp, ops.at(ipam.Data, 0, caller), prod.at(ipam.Data, 1, 5432)}, forbidden},
		{"hub's load balancer to task", packet{tcp, ops.at(ipam.Public, 0, caller), prod.at(ipam.App, 1, 8080)}, forbidden},
		{"gossip from hub to task", packet{udp, ops.at(ipam.App, 0, 8301), prod.at(ipam.App, 1, 8301)}, required},
		{"gossip between data centres", packet{udp, ops.at(ipam.App, 0, 8302), prod.at(ipam.App, 1, 8302)}, required},
		{"task to hub by https", packet{tcp, prod.at(ipam.App, 0, caller), ops.at(ipam.App, 1, 443)}, required},
		{"task to Vault", packet{tcp, prod.at(ipam.App, 0, caller), ops.at(ipam.App, 1, 8200)}, required},
		{"task to gossip of the hub", packet{udp, prod.at(ipam.App, 0, 8301), ops.at(ipam.App, 1, 8301)}, required},
		{"task to ssh of the hub", packet{tcp, prod.at(ipam.App, 0, caller), ops.at(ipam.App, 1, 22)}, forbidden},
		{"task to DNS of the hub", packet{udp, prod.at(ipam.App, 0, caller), ops.at(ipam.App, 1, 53)}, forbidden},
		{"task to database of the hub", packet{tcp, prod.at(ipam.App, 0, caller), ops.at(ipam.Data, 1, 5432)}, forbidden},
		{"database to hub", packet{tcp, prod.at(ipam.Data, 0, caller), ops.at(ipam.App, 1, 443)}, forbidden},
		{"resolver to DNS of the hub's Consul", packet{udp, ops.at(ipam.Intra, 0, caller), ops.at(ipam.App, 1, 53)}, required},
		{"resolver to DNS of the hub's Consul by TCP", packet{tcp, ops.at(ipam.Intra, 0, caller), ops.at(ipam.App, 1, 53)}, required},
		{"resolver of another account to DNS of the hub's Consul", packet{udp, prod.at(ipam.Intra, 0, caller), ops.at(ipam.App, 1, 53)}, forbidden},
		{"resolver to a task of a VPC that is no hub", packet{udp, prod.at(ipam.Intra, 0, caller), prod.at(ipam.App, 1, 53)}, forbidden},
		{"task to another account", packet{tcp, nonprod.at(ipam.App, 0, caller), prod.at(ipam.App, 1, 8080)}, forbidden},
		{"task to another account by https", packet{tcp, nonprod.at(ipam.App, 0, caller), prod.at(ipam.App, 1, 443)}, forbidden},
		{"task to PostgreSQL of another account", packet{tcp, nonprod.at(ipam.App, 0, caller), prod.at(ipam.Data, 1, 5432)}, forbidden},
		{"gossip to another account", packet{udp, nonprod.at(ipam.App, 0, 8301), prod.at(ipam.App, 1, 8301)}, forbidden},
		{"load balancer to task of another account", packet{tcp, nonprod.at(ipam.Public, 0, caller), prod.at(ipam.App, 1, 8080)}, forbidden},
		{"hub to task of a VPC that it does not reach", packet{tcp, ops.at(ipam.App, 0, caller), alone.at(ipam.App, 1, 8080)}, forbidden},
		{"hub to PostgreSQL of a VPC that it does not reach", packet{tcp, ops.at(ipam.App, 0, caller), alone.at(ipam.Data, 1, 5432)}, forbidden},
		{"task of a VPC that is not reached to Vault", packet{tcp, alone.at(ipam.App, 0, caller), ops.at(ipam.App, 1, 8200)}, forbidden},
	}, w.connects)
}

func TestEachVPCRefusesByItself(t *testing.T) {
	t.Parallel()
	o, _ := newOrganization(t)
	prod, nonprod, ops := o.prod, o.nonprod, o.ops
	// What the sender's network ACL says is left out: it may be that of a VPC that
	// somebody has opened.
	for _, p := range []packet{
		{tcp, ops.at(ipam.Data, 0, caller), prod.at(ipam.Data, 1, 5432)},
		{tcp, ops.at(ipam.Public, 0, caller), prod.at(ipam.App, 1, 8080)},
		{tcp, ops.at(ipam.Intra, 0, caller), prod.at(ipam.App, 1, 443)},
		{udp, ops.at(ipam.Data, 0, 8301), prod.at(ipam.App, 1, 8301)},
		{tcp, nonprod.at(ipam.App, 0, caller), prod.at(ipam.App, 1, 8080)},
		{tcp, nonprod.at(ipam.App, 0, caller), prod.at(ipam.Data, 1, 5432)},
		{tcp, nonprod.at(ipam.App, 0, caller), prod.at(ipam.Intra, 1, 443)},
		{udp, prod.at(ipam.Intra, 0, caller), ops.at(ipam.App, 1, 53)},
		{tcp, prod.at(ipam.Intra, 0, caller), ops.at(ipam.App, 1, 53)},
		{tcp, prod.at(ipam.App, 0, caller), ops.at(ipam.App, 1, 22)},
		{tcp, prod.at(ipam.App, 0, caller), ops.at(ipam.Data, 1, 5432)},
	} {
		for _, receiver := range []vpcNet{prod, ops} {
			if receiver.vpc.CIDR().Contains(p.dst.Addr()) && (world{receiver}).carries(p) {
				t.Errorf("%s from %s enters at %s", p.protocol, p.src, p.dst)
			}
		}
	}
}

func TestMessagesOfPathMTUArrive(t *testing.T) {
	t.Parallel()
	o, w := newOrganization(t)
	for _, p := range []packet{
		{networkacl.ICMP, client, o.prod.at(ipam.Public, 0, 0)},
		{networkacl.ICMP, client, o.prod.at(ipam.App, 0, 0)},
		{networkacl.ICMP, o.ops.at(ipam.App, 0, 0), o.prod.at(ipam.App, 0, 0)},
		{networkacl.ICMP, o.prod.at(ipam.App, 0, 0), o.prod.at(ipam.Data, 0, 0)},
	} {
		if !w.carries(p) {
			t.Errorf("a message from %s to %s is lost", p.src.Addr(), p.dst.Addr())
		}
	}
}

func TestRulesRefuseWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	vpc := newVPC(t, 1, 0, 0)
	ports := make([]int, 18)
	for i := range ports {
		ports[i] = 1000 + i
	}
	for name, tc := range map[string]struct {
		tier  ipam.Tier
		ports []int
		peers networkacl.Peers
		want  string
	}{
		"unknown tier":   {"dmz", nil, networkacl.Peers{}, `tier "dmz" has no network ACL rules, want one of [app data public intra]`},
		"too many ports": {ipam.App, ports, networkacl.Peers{}, `network ACL of tier "app": 22 entries out, want at most 19: list fewer egress ports or hubs`},
		"foreign block":  {ipam.App, nil, networkacl.Peers{Hubs: []netip.Prefix{netip.MustParsePrefix("192.168.0.0/16")}}, `hubs: 192.168.0.0/16 is not the block of a VPC of the address plan, want one such as 10.16.0.0/16`},
		"reserved block": {ipam.App, nil, networkacl.Peers{Hubs: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}, `hubs: 10.1.0.0/16 is not the block of a VPC of the address plan, want one such as 10.16.0.0/16`},
		"no block":       {ipam.Data, nil, networkacl.Peers{Hubs: []netip.Prefix{{}}}, `hubs: invalid Prefix is not the block of a VPC of the address plan, want one such as 10.16.0.0/16`},
		"tier":           {ipam.Data, nil, networkacl.Peers{Hubs: []netip.Prefix{netip.MustParsePrefix("10.48.0.0/17")}}, `hubs: 10.48.0.0/17 is not the block of a VPC of the address plan, want one such as 10.16.0.0/16`},
	} {
		if _, err := networkacl.Rules(vpc, tc.tier, tc.ports, tc.peers); err == nil || err.Error() != tc.want {
			t.Errorf("%s: error = %v, want %s", name, err, tc.want)
		}
	}
}

func TestRuleNumbersAreThoseOfTheTable(t *testing.T) {
	t.Parallel()
	vpc := newVPC(t, 1, 0, 0)
	hubs := []netip.Prefix{newVPC(t, 3, 0, 0).CIDR(), newVPC(t, 3, 1, 0).CIDR()}
	for name, tc := range map[string]struct {
		tier  ipam.Tier
		peers networkacl.Peers
		want  string
	}{
		"app alone":       {ipam.App, networkacl.Peers{}, "in 100 110 200 290 300 310 out 100 110 200 290 300"},
		"app, one hub":    {ipam.App, networkacl.Peers{Hubs: hubs[:1]}, "in 100 110 120 121 130 200 290 300 310 out 100 110 120 121 130 200 290 300"},
		"app, two hubs":   {ipam.App, networkacl.Peers{Hubs: hubs}, "in 100 110 120 121 125 126 130 135 200 290 300 310 out 100 110 120 121 125 126 130 135 200 290 300"},
		"app of a hub":    {ipam.App, networkacl.Peers{Hub: true, Hubs: hubs}, "in 100 110 140 150 160 170 171 200 290 300 310 out 100 110 140 150 160 170 200 290 300"},
		"data alone":      {ipam.Data, networkacl.Peers{}, "in 100 110 120 130 150 160 200 out 100 120 130 200"},
		"data, two hubs":  {ipam.Data, networkacl.Peers{Hub: true, Hubs: hubs}, "in 100 110 120 130 140 145 150 160 200 out 100 110 115 120 130 200"},
		"public of a hub": {ipam.Public, networkacl.Peers{Hub: true}, "in 100 110 200 290 300 310 330 out 100 200 290 300 330"},
		"intra of a hub":  {ipam.Intra, networkacl.Peers{Hub: true}, "in 100 110 111 120 121 out 100 101 110 111"},
	} {
		set, err := networkacl.Rules(vpc, tc.tier, []int{443}, tc.peers)
		if err != nil {
			t.Fatal(err)
		}
		got := "in"
		for _, r := range set.Ingress {
			got += " " + strconv.Itoa(r.Number)
		}
		got += " out"
		for _, r := range set.Egress {
			got += " " + strconv.Itoa(r.Number)
		}
		if got != tc.want {
			t.Errorf("%s: numbers %s, want %s", name, got, tc.want)
		}
	}
}
