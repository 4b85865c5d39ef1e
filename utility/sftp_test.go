package utility_test

import (
	"testing"

	"cellworks/pkg/pulumitest"
	"cellworks/utility"
)

func TestSFTPIsBuiltWhereClientsSendFiles(t *testing.T) {
	t.Parallel()
	tree := load(t)
	const stack = "nonprod-us-east-1-sftp"
	target := pulumitest.Target{Project: "utility", Stack: stack, References: pulumitest.Bases(t, tree)}
	pulumitest.Run(t, target, utility.Program(tree)).Golden(t, stack)
}
