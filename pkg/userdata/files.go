package userdata

import (
	"errors"
	"fmt"
)

// Where servers of every kind have things.
const (
	// agentPath is the configuration of the CloudWatch agent.
	agentPath = "/etc/cellworks/cloudwatch-agent.json"
	// unitDir holds units that go before those of packages.
	unitDir = "/etc/systemd/system"
	// scripts holds what root runs.
	scripts = "/usr/local/sbin"
)

// node is what the templates of every server are run on.
type node struct {
	Server
	// Application is the name of the unit, the user and the command.
	Application string
	// Binary is the command's file.
	Binary string
	// ConfigDir and LogDir are its folders, SecretDirs those that hold secrets.
	ConfigDir, LogDir string
	SecretDirs        []string
	// AgentConfig is the configuration of the CloudWatch agent.
	AgentConfig string
	// Volumes are mounted and Fetched is fetched before it starts.
	Volumes []Volume
	Fetched []Secret
	// Snapshots says when and where to what it stores is saved.
	Snapshots Snapshots
}

// SnapshotTime is when snapshots are due, as systemd writes it.
func (n node) SnapshotTime() string { return n.Snapshots.time() }

// SnapshotURL is what the name of a snapshot is added to.
func (n node) SnapshotURL() string {
	return fmt.Sprintf("s3://%s/%s", n.Snapshots.Bucket, n.Application)
}

// builder gathers the files of a server, and what was wrong with any of them.
type builder struct {
	files []File
	errs  []error
}

func (b *builder) add(path, mode, content string, err error) {
	b.files, b.errs = append(b.files, File{Path: path, Mode: mode, Content: content}), append(b.errs, err)
}

// render adds the file that a template makes of data.
func (b *builder) render(name, path, mode string, data any) {
	content, err := render(name, data)
	b.add(path, mode, content, err)
}

// done adds what servers of every kind have, and returns the files with the
// command to run once they are there. logs are the log files that are sent, by
// name.
func (b *builder) done(n node, logs map[string]string) (CloudConfig, error) {
	b.render("snapshot.service", unitDir+"/"+n.Application+"-snapshot.service", "0644", n)
	b.render("snapshot.timer", unitDir+"/"+n.Application+"-snapshot.timer", "0644", n)
	disks := []string{"/"}
	for _, volume := range n.Volumes {
		disks = append(disks, volume.MountPoint)
	}
	logs["bootstrap"] = "/var/log/" + n.Application + "-bootstrap.log"
	agent, err := n.agentConfig(logs, disks)
	b.add(agentPath, "0644", agent, err)
	if err := errors.Join(b.errs...); err != nil {
		return CloudConfig{}, err
	}
	return CloudConfig{Files: b.files, Command: []string{scripts + "/" + n.Application + "-bootstrap"}}, nil
}
