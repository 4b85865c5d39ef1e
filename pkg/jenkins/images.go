package jenkins

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ecr"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/naming"
)

const (
	// keptImages is how many images a repository keeps: a new one every week for two
	// years, so that none that runs is ever among those that expire.
	keptImages = 100
	// untaggedDays is how long layers are kept that a failed push left.
	untaggedDays = 14
)

// addRepositories makes the repositories of the images. Their tags never move, and
// every image is scanned.
func (j *Jenkins) addRepositories(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	policy, err := expiry()
	if err != nil {
		return err
	}
	for _, name := range []string{naming.RepositoryController, naming.RepositoryAgent} {
		logical := j.name + "-" + name
		repository, err := ecr.NewRepository(ctx, logical, &ecr.RepositoryArgs{
			Name:               pulumi.String(name),
			ImageTagMutability: pulumi.String("IMMUTABLE"),
			ImageScanningConfiguration: ecr.RepositoryImageScanningConfigurationArgs{
				ScanOnPush: pulumi.Bool(true),
			},
			EncryptionConfigurations: ecr.RepositoryEncryptionConfigurationArray{ecr.RepositoryEncryptionConfigurationArgs{
				EncryptionType: pulumi.String("KMS"),
				KmsKey:         j.KeyARN,
			}},
			ForceDelete: pulumi.Bool(!j.args.DeletionProtection),
		}, child, pulumi.Protect(j.args.DeletionProtection), pulumi.DeleteBeforeReplace(true))
		if err != nil {
			return err
		}
		if _, err := ecr.NewLifecyclePolicy(ctx, logical, &ecr.LifecyclePolicyArgs{
			Repository: repository.Name,
			Policy:     pulumi.String(policy),
		}, child); err != nil {
			return err
		}
		j.RepositoryURLs[name], j.RepositoryARNs[name] = repository.RepositoryUrl, repository.Arn
	}
	return nil
}

// imageRule is a rule of a lifecycle policy
// (docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html).
type imageRule struct {
	RulePriority int            `json:"rulePriority"`
	Description  string         `json:"description"`
	Selection    imageSelection `json:"selection"`
	Action       imageAction    `json:"action"`
}

type imageSelection struct {
	TagStatus   string `json:"tagStatus"`
	CountType   string `json:"countType"`
	CountUnit   string `json:"countUnit,omitempty"`
	CountNumber int    `json:"countNumber"`
}

type imageAction struct {
	Type string `json:"type"`
}

// expiry returns the lifecycle policy of a repository.
func expiry() (string, error) {
	text, err := json.Marshal(struct {
		Rules []imageRule `json:"rules"`
	}{[]imageRule{
		{1, "What failed pushes left", imageSelection{"untagged", "sinceImagePushed", "days", untaggedDays}, imageAction{"expire"}},
		{2, "What is long out of use", imageSelection{TagStatus: "any", CountType: "imageCountMoreThan", CountNumber: keptImages}, imageAction{"expire"}},
	}})
	return string(text), err
}
