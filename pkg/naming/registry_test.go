package naming_test

import (
	"testing"

	"cellworks/pkg/naming"
)

func TestPrivateRepository(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"444455556666.dkr.ecr.us-west-2.amazonaws.com/platform/api@sha256:00":          "arn:aws:ecr:us-west-2:444455556666:repository/platform/api",
		"444455556666.dkr.ecr.cn-north-1.amazonaws.com.cn/api:1@sha256:00":             "arn:aws-cn:ecr:cn-north-1:444455556666:repository/api",
		"public.ecr.aws/hashicorp/consul-ecs@sha256:00":                                "",
		"registry.example.com/444455556666.dkr.ecr.us-west-2.amazonaws.com/a@sha256:0": "",
	} {
		if got, ok := naming.PrivateRepository(image); got != want || ok != (want != "") {
			t.Errorf("PrivateRepository(%q) = %q, %t, want %q", image, got, ok, want)
		}
	}
}
