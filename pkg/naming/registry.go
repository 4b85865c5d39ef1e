package naming

import "regexp"

// privateImage matches an image in a private registry of ECR: account, region and
// repository (Amazon ECR User Guide, "Private registries").
var privateImage = regexp.MustCompile(`^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([^@:]+)`)

// PrivateRepository returns the ARN of the repository of an image in a private registry of
// ECR, and false for an image elsewhere.
func PrivateRepository(image string) (string, bool) {
	m := privateImage.FindStringSubmatch(image)
	if m == nil {
		return "", false
	}
	return ARN(m[2], "ecr", m[2], m[1], "repository/"+m[3]), true
}
