package bucket_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/bucket"
)

// registration is what of a resource only the request to the engine says.
type registration struct {
	kind         string
	dependencies []string
	retain       bool
}

// listener hears registrations.
type listener struct {
	mu    sync.Mutex
	heard []registration
}

func (l *listener) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if rpc := args.RegisterRPC; rpc != nil && strings.HasPrefix(args.TypeToken, "aws:s3/") {
		r := registration{kind: kindOf(args.TypeToken), retain: rpc.GetRetainOnDelete()}
		for _, urn := range rpc.GetDependencies() {
			r.dependencies = append(r.dependencies, kindOf(string(resource.URN(urn).Type())))
		}
		l.mu.Lock()
		l.heard = append(l.heard, r)
		l.mu.Unlock()
	}
	return args.Name + "-id", args.Inputs, nil
}

func (*listener) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{}, nil
}

// kindOf returns the last part of a type: BucketV2 of aws:s3/bucketV2:BucketV2.
func kindOf(token string) string { return token[strings.LastIndexByte(token, ':')+1:] }

func listen(t *testing.T, args bucket.Args) []registration {
	t.Helper()
	l := &listener{}
	if err := pulumi.RunErr(func(ctx *pulumi.Context) error { return addTo(ctx, args) }, pulumi.WithMocks("base", "test", l)); err != nil {
		t.Fatal(err)
	}
	return l.heard
}

func TestEachSettingWaitsForTheOneBefore(t *testing.T) {
	t.Parallel()
	chain := []string{
		"BucketV2", "BucketPublicAccessBlock", "BucketOwnershipControls", "BucketServerSideEncryptionConfigurationV2", "BucketVersioningV2",
		"BucketObjectLockConfigurationV2", "BucketLifecycleConfigurationV2", "BucketLoggingV2", "BucketNotification", "BucketPolicy",
	}
	heard := listen(t, locked())
	if len(heard) != len(chain) {
		t.Fatalf("%d resources, want %d: %v", len(heard), len(chain), heard)
	}
	for i, kind := range chain {
		at := slices.IndexFunc(heard, func(r registration) bool { return r.kind == kind })
		if at < 0 {
			t.Errorf("no %s", kind)
			continue
		}
		if i > 0 && !slices.Contains(heard[at].dependencies, chain[i-1]) {
			t.Errorf("%s waits for %v, want %s among them: S3 refuses parallel changes", kind, heard[at].dependencies, chain[i-1])
		}
	}
}

func TestRetainedBucketsKeepWhatClosesThem(t *testing.T) {
	t.Parallel()
	for _, retain := range []bool{true, false} {
		args := locked()
		args.Retain = retain
		for _, r := range listen(t, args) {
			if r.retain != retain {
				t.Errorf("%s: retained %t, want %t", r.kind, r.retain, retain)
			}
		}
	}
}
