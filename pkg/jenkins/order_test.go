package jenkins_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/jenkins"
)

// listener hears what the service waits for: only the request to the engine says.
type listener struct {
	mu    sync.Mutex
	waits []string
}

func (l *listener) NewResource(args pulumi.MockResourceArgs) (string, resource.PropertyMap, error) {
	if args.RegisterRPC != nil && args.TypeToken == service {
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, urn := range args.RegisterRPC.GetDependencies() {
			l.waits = append(l.waits, resource.URN(urn).Name())
		}
	}
	outputs := args.Inputs.Copy()
	for _, key := range []resource.PropertyKey{"arn", "name", "repositoryUrl"} {
		outputs[key] = resource.NewProperty("arn:aws:test:::" + args.Name)
	}
	return args.Name + "-id", outputs, nil
}

func (*listener) Call(pulumi.MockCallArgs) (resource.PropertyMap, error) {
	return resource.PropertyMap{}, nil
}

func TestTheControllerStartsOnceItsHomeIsThere(t *testing.T) {
	t.Parallel()
	l := &listener{}
	err := pulumi.RunErr(func(ctx *pulumi.Context) error {
		_, err := jenkins.New(ctx, "jenkins", args())
		return err
	}, pulumi.WithMocks("utility", "test", l))
	if err != nil {
		t.Fatal(err)
	}
	// The file system policy and the rule are called jenkins like the component.
	for _, name := range []string{"jenkins", "jenkins-use1-az1", "jenkins-use1-az2", "jenkins-controller-home", "jenkins-execution-secrets"} {
		if !slices.Contains(l.waits, name) {
			t.Errorf("the service waits for %v, want %s among them", l.waits, name)
		}
	}
}
