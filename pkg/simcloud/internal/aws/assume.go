package aws

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// organizationRole is in every account that AWS Organizations creates; nobody's program makes it.
const organizationRole = ":role/OrganizationAccountAccessRole"

// Assume refuses a session whose role is not in its account, or lets services assume it and nobody else. Who the caller
// is, and so whether the role trusts it, the simulated cloud does not know.
func Assume(tx *store.Tx, s resource.Session) error {
	if strings.HasSuffix(s.Role, organizationRole) || assumable(tx, s.Role) {
		return nil
	}
	denied := resource.Faultf("AccessDenied", "User: arn:aws:iam::000000000000:user/caller is not authorized to perform: sts:AssumeRole on resource: %s\n\n"+
		"In the simulated cloud account %s has no role of this name and path that anybody but a service may assume: bring up the stack that makes it first", s.Role, s.Account)
	denied.Status = 403
	return CannotAssume(s, denied)
}

// CannotAssume is how the real provider says that its role was refused.
func CannotAssume(s resource.Session, f *resource.Fault) error {
	h := fmt.Sprintf("%x", sha256.Sum256([]byte(s.Role+s.Region)))
	request := strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:32]}, "-")
	tries, code := "", f.Status
	if f.Tries > 0 {
		tries = fmt.Sprintf("exceeded maximum number of attempts, %d, ", f.Tries)
	}
	if code == 0 {
		code = 400
	}
	return fmt.Errorf("unable to validate AWS credentials.\nDetails: IAM Role (%s) cannot be assumed.\n\n"+
		"There are a number of possible causes of this - the most common are:\n"+
		"  * The credentials used in order to assume the role are invalid\n"+
		"  * The credentials do not have appropriate permission to assume the role\n"+
		"  * The role ARN is not valid\n\n"+
		"Error: operation error STS: AssumeRole, %shttps response error StatusCode: %d, RequestID: %s, %w", s.Role, tries, code, request, f)
}
