package config

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"cellworks/pkg/ipam"
)

// senders reports networks that are everybody, or not of the Internet: nothing else
// reaches the public tier, where SFTP servers are.
func (c *checker) senders(path string, blocks []netip.Prefix) {
	for i, block := range blocks {
		item := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case !block.IsValid() || c.bad(path, item):
		case block.Bits() == 0:
			c.problem(item, block.String()+" is everybody", "name the networks that files come from")
		case block.Overlaps(ipam.Private()):
			c.problem(item, fmt.Sprintf("%s is in %s, want a network of the Internet", block, ipam.Private()), "SFTP servers are in the public tier, which lets no private network in")
		}
	}
}

// allowed reports networks that a server lets in and the network ACL of the place does
// not. network is nil when it is not known.
func (c *checker) allowed(path string, blocks []netip.Prefix, at place, network *BaseNetwork) {
	c.senders(path, blocks)
	if network == nil || c.bad(path) {
		return
	}
	for i, block := range blocks {
		within := func(outer netip.Prefix) bool {
			return outer.IsValid() && outer.Bits() <= block.Bits() && outer.Contains(block.Addr())
		}
		if block.IsValid() && block.Bits() > 0 && !block.Overlaps(ipam.Private()) && !slices.ContainsFunc(network.SFTPCIDRs, within) {
			c.problem(fmt.Sprintf("%s[%d]", path, i), fmt.Sprintf("the network of %s %s lets no SFTP in from %s", at.account, at.region, block),
				fmt.Sprintf("add it to network.sftpCIDRs in accounts/%s/%s/base.yaml", at.account, at.region))
		}
	}
}

// sftpServer checks what the tags of UtilitySFTP cannot say.
func (c *checker) sftpServer(s UtilitySFTP, at place, network *BaseNetwork) {
	const path = "sftp.allowedCIDRs"
	if c.bad("sftp") {
		return
	}
	c.once(path, texts(s.AllowedCIDRs))
	if s.Enabled && len(s.AllowedCIDRs) == 0 && !c.bad(path, "sftp.enabled") {
		c.problem("sftp.enabled", "nobody may connect to the server", "for example: allowedCIDRs: [203.0.113.0/24]")
	}
	if !s.Enabled || at.region == "" {
		network = nil
	}
	c.allowed(path, s.AllowedCIDRs, at, network)
}

// sftp checks what the tags of CellSFTP cannot say.
func (c *cellChecker) sftp() {
	s := c.cell.SFTP
	if !s.Enabled || c.bad("sftp", "sftp.enabled") || c.known("sftp") && c.known("storage") {
		return
	}
	if len(s.Users) == 0 && !c.bad("sftp.users") {
		c.problem(c.set("sftp.users", "sftp.enabled"), "no user is listed, want at least one", "list who sends files in sftp.users, or set sftp.enabled: false")
	}
	if s.Mode == SFTPDedicated && !c.bad("sftp.mode", "sftp.allowedCIDRs") {
		if len(s.AllowedCIDRs) == 0 {
			c.problem(c.set("sftp.allowedCIDRs", "sftp.mode"), "nobody may connect to the client's own server", "for example: allowedCIDRs: [203.0.113.0/24]")
		}
		c.allowed("sftp.allowedCIDRs", s.AllowedCIDRs, c.at, c.network)
	}
	for i, u := range s.Users {
		if p := itemPath("sftp.users", u.Name, i); !c.bad(p) {
			c.sender(u, p)
			c.folder(s.Users[:i], u, p)
		}
	}
}

// sender reports a bucket that the cell does not have, and keys that are none.
func (c *cellChecker) sender(u SFTPUser, p string) {
	var buckets []string
	for _, b := range c.cell.Storage.Buckets {
		buckets = append(buckets, b.Name)
	}
	if path := p + ".bucket"; c.cell.Storage.Enabled && !c.bad(path, "storage", "storage.buckets") && !slices.Contains(buckets, u.Bucket) {
		c.problem(c.set(path, p), fmt.Sprintf("the cell has no bucket %s", show(u.Bucket)), didYouMean(u.Bucket, buckets, "its buckets"))
	}
	for i, key := range u.Keys {
		path := fmt.Sprintf("%s.keys[%d]", p, i)
		if c.bad(p+".keys", path) {
			continue
		}
		if fault := keyFault(key); fault != "" {
			c.problem(path, fault, "copy the whole line of the .pub file")
			continue
		}
		same := func(other string) bool { return slices.Equal(keyWords(other), keyWords(key)) }
		if first := slices.IndexFunc(u.Keys, same); first < i {
			c.problem(path, fmt.Sprintf("the key is already keys[%d]", first), "list each once")
		}
	}
}

// folder reports a folder that an earlier user has, or that lies in one or around it.
func (c *cellChecker) folder(earlier []SFTPUser, u SFTPUser, p string) {
	for i, other := range earlier {
		a, b := u.Folder()+"/", other.Folder()+"/"
		if u.Bucket == other.Bucket && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)) {
			at := itemPath("sftp.users", other.Name, i)
			c.problem(c.set(p+".prefix", p), fmt.Sprintf("the folder %s of bucket %s is also that of user %s at %s", u.Folder(), u.Bucket, other.Name, c.where(c.set(at+".prefix", at))),
				"give each user a folder that is not in another's")
			return
		}
	}
}

// Folder returns the folder of the bucket that is the user's root.
func (u SFTPUser) Folder() string {
	if u.Prefix != "" {
		return u.Prefix
	}
	return u.Name
}

// keyWords returns a public key without its comment.
func keyWords(line string) []string {
	fields := strings.Fields(line)
	return fields[:min(2, len(fields))]
}

// keyParts are how many strings a public key has in the encoding of RFC 4253, section
// 6.6, by the beginning of its type.
var keyParts = map[string]int{"ssh-rsa": 3, "ssh-ed25519": 2, "ecdsa-sha2-": 3}

// minRSABytes is the length of the modulus of the weakest RSA key that Transfer takes,
// 2048 bits (docs.aws.amazon.com/transfer/latest/userguide/key-management.html).
const minRSABytes = 256

// keyFault says what is wrong with a public key, or nothing.
func keyFault(line string) string {
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return "the key is not complete"
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return "the key is not base64"
	}
	var parts []string
	for len(blob) >= 4 {
		n := binary.BigEndian.Uint32(blob)
		if uint64(n) > uint64(len(blob)-4) {
			break
		}
		parts, blob = append(parts, string(blob[4:4+n])), blob[4+n:]
	}
	if len(parts) > 0 && parts[0] != fields[0] {
		return fmt.Sprintf("the line says %s, the key says %s", fields[0], show(parts[0]))
	}
	for kind, want := range keyParts {
		if strings.HasPrefix(fields[0], kind) && (len(parts) != want || len(blob) > 0) {
			return "the key is not complete"
		}
	}
	if bits := 8 * len(strings.TrimPrefix(parts[len(parts)-1], "\x00")); fields[0] == "ssh-rsa" && bits < 8*minRSABytes {
		return fmt.Sprintf("the key has %d bits, want at least %d", bits, 8*minRSABytes)
	}
	return ""
}
