package userdata

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
)

// PrivateIP stands for the private address of the instance wherever a
// configuration takes an address: Consul and Vault fill it in when they start.
const PrivateIP = "{{ GetPrivateIP }}"

// Server is what the servers of an Auto Scaling group are told, whatever they
// serve.
type Server struct {
	// Region is where the group is.
	Region string
	// GroupName and HookName are the group and its launch hook, which a server
	// completes: to go on once it serves, to be replaced when it fails.
	GroupName, HookName string
	// LogGroup is the log group that takes the server's logs, one stream each.
	LogGroup string
	// MetricNamespace is the namespace of the metrics of its disks.
	MetricNamespace string
	// Version is the release to run, such as 1.22.0.
	Version string
	// Checksum is the SHA-256 of the release's archive for the image's architecture,
	// in hexadecimal digits. With it, an image that lacks the release downloads it.
	// Empty: the image must hold the release.
	Checksum string
}

// Volume is a disk of its own.
type Volume struct {
	// Device is its name in the launch template, such as /dev/sdf.
	Device string
	// MountPoint is where it is mounted.
	MountPoint string
}

// Secret is a secret of Secrets Manager and the file that its value is written
// to. The value is no part of user data.
type Secret struct {
	// ID is the secret's name or ARN.
	ID string
	// Path is the file, which only the server's own user can read.
	Path string
}

// TLSFiles are the files that a server speaks TLS with, in PEM.
type TLSFiles struct {
	// CA holds the authorities that are trusted, Certificate the server's own
	// certificate with its chain, and Key its private key.
	CA, Certificate, Key string
}

// Snapshots says when and where to a server saves what it stores.
type Snapshots struct {
	// EveryHours is how often: a divisor of 24.
	EveryHours int
	// Bucket takes the files, in Region.
	Bucket, Region string
}

// time is the part of the day when snapshots are due, as systemd repeats it
// (systemd.time, "Calendar events").
func (s Snapshots) time() string {
	if s.EveryHours == 24 {
		return "00:00:00"
	}
	return fmt.Sprintf("00/%d:00:00", s.EveryHours)
}

func (s Snapshots) validate() error {
	if !slices.Contains([]int{1, 2, 3, 4, 6, 8, 12, 24}, s.EveryHours) {
		return fmt.Errorf("snapshots every %d hours are not at the same times each day, want a divisor of 24", s.EveryHours)
	}
	return nil
}

// validate reports what the quoting of a template would not: values that are
// plain text but could never work.
func (s Server) validate() error {
	var errs []error
	for _, field := range []struct{ name, value, match string }{
		{"region", s.Region, regionPattern},
		{"group name", s.GroupName, `^[A-Za-z0-9._-]{1,255}$`},
		{"hook name", s.HookName, `^[A-Za-z0-9._/-]{1,255}$`},
		{"log group", s.LogGroup, `^[A-Za-z0-9._/#-]{1,512}$`},
		{"metric namespace", s.MetricNamespace, `^[A-Za-z0-9._/#-]{1,255}$`},
		{"version", s.Version, `^\d+\.\d+\.\d+$`},
		{"checksum", s.Checksum, `^([0-9a-f]{64})?$`},
	} {
		errs = append(errs, matches(field.name, field.value, field.match))
	}
	return errors.Join(errs...)
}

// matches fails when the value of a field does not match a pattern.
func matches(field, value, pattern string) error {
	if regexp.MustCompile(pattern).MatchString(value) {
		return nil
	}
	return fmt.Errorf("%s %q is not valid, want it to match %s", field, value, pattern)
}

// address fails unless value is an IP address or PrivateIP.
func address(field, value string) error {
	if _, err := netip.ParseAddr(value); value != PrivateIP && err != nil {
		return fmt.Errorf("%s %q is neither an address nor %s", field, value, PrivateIP)
	}
	return nil
}

// absolute fails unless every path is absolute and clean, without blanks.
func absolute(paths ...string) error {
	var errs []error
	for _, p := range paths {
		errs = append(errs, matches("path", p, `^(/[A-Za-z0-9_.@-]*[A-Za-z0-9_@-])+$`))
	}
	return errors.Join(errs...)
}

// port fails unless n is a port.
func port(field string, n int) error {
	if n >= 1 && n <= 65535 {
		return nil
	}
	return fmt.Errorf("%s port %d is out of range, want 1 to 65535", field, n)
}

// logFile is one file that is sent to CloudWatch.
type logFile struct {
	Path   string `json:"file_path"`
	Group  string `json:"log_group_name"`
	Stream string `json:"log_stream_name"`
}

// agentConfig returns the configuration of the CloudWatch agent: it sends files,
// and how full the disks are
// (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html).
// files are paths by the end of the name of their stream.
func (s Server) agentConfig(files map[string]string, disks []string) (string, error) {
	var collect []logFile
	for name, path := range files {
		collect = append(collect, logFile{Path: path, Group: s.LogGroup, Stream: "{instance_id}/" + name})
	}
	slices.SortFunc(collect, func(a, b logFile) int { return slices.Compare([]string{a.Path}, []string{b.Path}) })
	type object = map[string]any
	text, err := json.MarshalIndent(object{
		"agent": object{"run_as_user": "root", "region": s.Region},
		"logs":  object{"logs_collected": object{"files": object{"collect_list": collect}}},
		"metrics": object{
			"namespace":              s.MetricNamespace,
			"append_dimensions":      object{"AutoScalingGroupName": "${aws:AutoScalingGroupName}"},
			"aggregation_dimensions": [][]string{{"AutoScalingGroupName", "path"}},
			"metrics_collected": object{"disk": object{
				"measurement": []string{"used_percent"}, "resources": disks, "drop_device": true, "ignore_file_system_types": []string{"tmpfs"},
			}},
		},
	}, "", " ")
	if err != nil {
		return "", fmt.Errorf("cloudwatch agent: %w", err)
	}
	return string(text) + "\n", nil
}
