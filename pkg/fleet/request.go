package fleet

import (
	"encoding/json"
	"fmt"
	"io"
)

// Request is what the light command line hands to the program that links the
// engine. It holds no secret.
type Request struct {
	Plan Plan `json:"plan"`
	// Root is the repository root, which holds the work folder.
	Root string `json:"root"`
	// Configs is the configuration directory.
	Configs string `json:"configs"`
	// Cloud is "simulated" or "aws"; it overrides the organization's.
	Cloud string `json:"cloud"`
	// Backend is the URL of the state backend; empty: the folder below Root.
	Backend string `json:"backend"`
	// SecretsProvider encrypts secrets in the state; empty: a generated passphrase.
	SecretsProvider string `json:"secretsProvider"`
	// Pulumi is the command line binary to use.
	Pulumi string `json:"pulumi"`
	// PulumiVersion is its version, such as 3.259.0.
	PulumiVersion string `json:"pulumiVersion"`
	// Parallel bounds the stacks that are worked on at once; at least 1.
	Parallel int `json:"parallel"`
	// JSON asks for the report as one JSON object on standard output.
	JSON bool `json:"json"`
	// ExpectNoChanges makes any change an error (exit code 3); preview and refresh.
	ExpectNoChanges bool `json:"expectNoChanges"`
	// AllowDataLoss are the URNs of what may be deleted or replaced although it holds
	// what nobody can make again.
	AllowDataLoss []string `json:"allowDataLoss,omitempty"`
	// Command is what the person typed, for those who find a stack locked.
	Command string `json:"command"`
}

// Encode writes the request as JSON.
func (r Request) Encode(w io.Writer) error { return json.NewEncoder(w).Encode(r) }

// DecodeRequest reads what Encode wrote. It fails on unknown fields, which mean
// that the two programs were not built from the same source, and on a request
// that is not usable.
func DecodeRequest(r io.Reader) (Request, error) {
	var request Request
	decoder := json.NewDecoder(r)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&request); err != nil {
		return Request{}, fmt.Errorf("request: %w", err)
	}
	switch {
	case !request.Plan.Operation.Valid():
		return Request{}, fmt.Errorf("request: unknown operation %q", request.Plan.Operation)
	case request.Root == "" || request.Configs == "" || request.Pulumi == "":
		return Request{}, fmt.Errorf("request: root, configs and pulumi must be set")
	}
	return request, nil
}

// Exit codes of the command line.
const (
	// ExitDone says that everything asked for is done.
	ExitDone = 0
	// ExitFailed says that a stack failed.
	ExitFailed = 1
	// ExitUsage says that the command line or configuration is wrong; nothing was touched.
	ExitUsage = 2
	// ExitChanges says that changes were found where none were expected.
	ExitChanges = 3
	// ExitRefused says that a rule forbids what a stack would do; it was not touched.
	ExitRefused = 4
)

// ExitCode returns the exit code of a command that ended with report. A failure
// counts more than a refusal, and that more than what was skipped because of it.
// Skipped stacks of a preview do not count as failures: a preview cannot see
// through a prerequisite that does not exist yet.
func (r Request) ExitCode(report Report) int {
	ended := map[Outcome]bool{}
	for _, s := range report.Stacks {
		ended[s.Result] = true
	}
	switch {
	case ended[Failed]:
		return ExitFailed
	case ended[Refused]:
		return ExitRefused
	case ended[Skipped] && r.Plan.Operation.Changes():
		return ExitFailed
	}
	if r.ExpectNoChanges && (report.Changes().Any() || report.Failed()) {
		return ExitChanges
	}
	return ExitDone
}
