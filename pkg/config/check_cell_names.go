package config

import "fmt"

// membersName is what the security group of all tasks of a cell is called, and sftpName the
// log group of a client's own SFTP server, where services have groups of theirs.
const (
	membersName = "members"
	sftpName    = "sftp"
)

// names reports names that are each fine and together, or with what the cell has in any
// case, make one name for two things: the second could not be registered.
func (c *cellChecker) names() {
	c.serviceNames()
	c.copyNames()
	c.peerNames()
	c.subscriptionNames()
}

func (c *cellChecker) serviceNames() {
	own := c.cell.SFTP.Enabled && c.cell.SFTP.Mode == SFTPDedicated && !c.bad("sftp", "sftp.enabled", "sftp.mode")
	for i, s := range c.cell.Services.Items {
		path := itemPath("services.items", s.Name, i) + ".name"
		switch {
		case c.bad("services", "services.items", path) || !c.cell.Services.Enabled:
		case s.Name == membersName:
			c.problem(path, fmt.Sprintf("a service cannot be called %s: the security group of all tasks of the cell is", s.Name), "choose another name")
		case s.Name == sftpName && own:
			c.problem(path, fmt.Sprintf("a service cannot be called %s where sftp.mode is dedicated at %s: the log group of the client's own server is", s.Name, c.where("sftp.mode")), "choose another name")
		}
	}
}

func (c *cellChecker) copyNames() {
	copies := map[string]string{}
	for i, b := range c.cell.Storage.Buckets {
		if b.ReplicateTo != "" {
			copies[b.Name+"-copy"] = itemPath("storage.buckets", b.Name, i) + ".replicateTo"
		}
	}
	for i, b := range c.cell.Storage.Buckets {
		path := itemPath("storage.buckets", b.Name, i) + ".name"
		if at, taken := copies[b.Name]; taken && c.cell.Storage.Enabled && !c.bad("storage", "storage.buckets", path, at) {
			c.problem(path, fmt.Sprintf("%s is what the copy of another bucket is called, which %s asks for", b.Name, c.where(at)), "choose another name")
		}
	}
}

// peerNames reports peers whose rule at a service has the name of another rule.
func (c *cellChecker) peerNames() {
	if !c.cell.Services.Enabled || c.bad("services", "services.items", "network", "network.allowFromPeers") {
		return
	}
	rules := map[string]bool{}
	for _, s := range c.cell.Services.Items {
		if s.Expose.Scheme() != "" {
			rules[s.Name+"-alb"] = true
		}
	}
	for i, p := range c.cell.Network.AllowFromPeers {
		for _, s := range c.cell.Services.Items {
			if rule := s.Name + "-peer-" + p.Name; p.Port == s.Port && rules[rule] {
				c.problem(itemPath("network.allowFromPeers", p.Name, i)+".name", fmt.Sprintf("the rule that lets the peer in to service %s would be %s, as that of another peer or service is", s.Name, rule), "choose another name")
			} else if p.Port == s.Port {
				rules[rule] = true
			}
		}
	}
}

// subscriptionNames reports queues of topics of which the names together are those of
// another topic and queue.
func (c *cellChecker) subscriptionNames() {
	if !c.cell.Messaging.Enabled || c.bad("messaging", "messaging.topics") {
		return
	}
	type use struct{ topic, queue string }
	first := map[string]use{}
	for i, t := range c.cell.Messaging.Topics {
		for j, queue := range t.Queues {
			name, item := t.Name+"-"+queue, fmt.Sprintf("%s.queues[%d]", itemPath("messaging.topics", t.Name, i), j)
			other, taken := first[name]
			switch {
			case !taken:
				first[name] = use{t.Name, queue}
			case other != (use{t.Name, queue}) && !c.bad(item):
				c.problem(item, fmt.Sprintf("topic %s with queue %s would be called %s, as topic %s with queue %s is", t.Name, queue, name, other.topic, other.queue), "choose another name for one of the four")
			}
		}
	}
}
