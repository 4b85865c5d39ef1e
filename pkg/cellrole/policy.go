package cellrole

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
)

const (
	// maxPolicies is how many policies a role takes
	// (docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
	maxPolicies = 10
	// standIn makes what stands for the ARN of something that does not exist yet: no ARN of
	// what a cell has is longer.
	standIn = "arn:aws:cellworks:::%077d"
)

// Policy is what a role may do.
type Policy struct {
	document func(values []string) iampolicy.Document
	values   []pulumi.StringInput
}

// Text returns a policy that names what is known only when it exists, such as the ARN of
// a key, in its resources: document gets the values in the order of their inputs.
func Text(document func(values []string) iampolicy.Document, values ...pulumi.StringInput) Policy {
	return Policy{document: document, values: values}
}

func (p Policy) standIns() []string {
	all := make([]string, len(p.values))
	for i := range all {
		all[i] = fmt.Sprintf(standIn, i)
	}
	return all
}

// parts returns the documents that say together what the policy does, with what stands
// for its values.
func (p Policy) parts() ([]iampolicy.Document, error) {
	parts, err := p.document(p.standIns()).Split(iampolicy.Managed)
	if err == nil && len(parts) > maxPolicies {
		err = fmt.Errorf("it would need %d policies of %d characters, want at most %d", len(parts), iampolicy.Managed.Limit(), maxPolicies)
	}
	return parts, err
}

// text returns the text of one of the parts.
func (p Policy) text(parts []iampolicy.Document, i int) pulumi.StringOutput {
	return pulumi.StringArray(p.values).ToStringArrayOutput().ApplyT(func(values []string) (string, error) {
		if len(parts) == 1 {
			return p.document(values).JSONFor(iampolicy.Managed)
		}
		return filled(parts[i], p.standIns(), values).JSONFor(iampolicy.Managed)
	}).(pulumi.StringOutput)
}

// filled returns the document with values for what stands for them in its resources.
func filled(d iampolicy.Document, standIns, values []string) iampolicy.Document {
	full := iampolicy.Document{Version: d.Version}
	for _, s := range d.Statements {
		s.Resources = slices.Clone(s.Resources)
		for i, resource := range s.Resources {
			for j, standIn := range standIns {
				if rest, ok := strings.CutPrefix(resource, standIn); ok {
					s.Resources[i] = values[j] + rest
				}
			}
		}
		full.Statements = append(full.Statements, s)
	}
	return full
}
