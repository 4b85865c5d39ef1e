package ecscluster

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"text/template"

	_ "embed"
)

//go:embed userdata.sh.tmpl
var userDataTemplate string

// maxUserData is the longest user data in bytes, before base64
// (docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html).
const maxUserData = 16 << 10

// node is what an instance must be told before its agent starts.
type node struct {
	// Cluster is the cluster that the instance joins.
	Cluster string
}

// userData returns the instance's start script in base64. It holds no secrets:
// whoever may describe an instance can read it. It fails for a cluster name that
// could be more than a name to a shell.
func (n node) userData() (string, error) {
	if !regexp.MustCompile(`^[a-zA-Z0-9_-]+$`).MatchString(n.Cluster) {
		return "", fmt.Errorf("user data: cluster name %q is not valid, want letters, digits, dashes and underscores", n.Cluster)
	}
	parsed, err := template.New("userdata").Option("missingkey=error").Parse(userDataTemplate)
	if err != nil {
		return "", fmt.Errorf("user data: %w", err)
	}
	var text strings.Builder
	if err := parsed.Execute(&text, n); err != nil {
		return "", fmt.Errorf("user data: %w", err)
	}
	if text.Len() > maxUserData {
		return "", fmt.Errorf("user data: %d bytes are too many, want at most %d", text.Len(), maxUserData)
	}
	return base64.StdEncoding.EncodeToString([]byte(text.String())), nil
}
