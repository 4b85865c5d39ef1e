package aws

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// Sizes of a repository's documents in characters. Source:
// docs.aws.amazon.com/AmazonECR/latest/APIReference, SetRepositoryPolicy and PutLifecyclePolicy.
const (
	largestRepositoryPolicy = 10240
	largestImageLifecycle   = 30720
)

func repository() *resource.Kind {
	return &resource.Kind{
		Token: tokRepository, Service: "ECR", Noun: "ECR Repository", CreateOp: "CreateRepository", UpdateOp: "PutImageTagMutability", DeleteOp: "DeleteRepository",
		Naming: &resource.Naming{Property: "name", Max: 256, Lower: true},
		Rules: schema.Rules{
			Replaces: []schema.Replace{
				{Properties: []string{"name"}, Why: "the name is the repository's address"},
				{Properties: []string{"encryptionConfigurations"}, Why: "a repository is made with its encryption"},
			},
			Defaults: map[string]any{"imageTagMutability": "MUTABLE"},
			Enums:    map[string][]string{"imageTagMutability": {"MUTABLE", "IMMUTABLE"}, "encryptionConfigurations.encryptionType": {"AES256", "KMS", "KMS_DSSE"}},
			Lengths:  map[string]schema.Range{"name": {Min: 2, Max: 256}},
			Formats:  map[string]schema.Format{"encryptionConfigurations.kmsKey": schema.ARN},
		},
		Validate: func(v *resource.Validation) {
			const form = `(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*`
			if v.In.Known("name") && !regexp.MustCompile("^"+form+"$").MatchString(v.In.Str("name")) {
				v.Fail("name", "InvalidParameterException: Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '%s'' (%s)", form, v.In.Str("name"))
			}
		},
		Identify: func(c *resource.Call) error {
			name := c.In.Str("name")
			c.Obj.ID = name
			c.Obj.ARN = fmt.Sprintf("arn:aws:ecr:%s:%s:repository/%s", c.Region, c.Account, name)
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("RepositoryAlreadyExistsException", "The repository with name '%s' already exists in the registry with id '%s'", name, c.Account)
			}
			if inRegion(c) >= c.Limits["repositories per region"] {
				return resource.Faultf("LimitExceededException", "The maximum number of repositories has been reached: %d", c.Limits["repositories per region"])
			}
			c.Out("registryId", c.Account)
			c.Out("repositoryUrl", fmt.Sprintf("%s.dkr.ecr.%s.amazonaws.com/%s", c.Account, c.Region, name))
			return nil
		},
		Apply: func(c *resource.Call) error {
			for _, e := range c.In.Objs("encryptionConfigurations") {
				key := e.Str("kmsKey")
				if key == "" {
					continue
				}
				if e.Str("encryptionType") == "" || e.Str("encryptionType") == "AES256" {
					return resource.Faultf("InvalidParameterException", "Invalid parameter at 'encryptionConfiguration' failed to satisfy constraint: 'kmsKey must not be set with encryption type AES256'")
				}
				if _, err := needKey(c, key); err != nil {
					return resource.Faultf("KmsException", "The KMS key %s does not exist or cannot be used", key)
				}
			}
			return nil
		},
		Remove: func(c *resource.Call) error {
			deleteAll(c, c.Users(tokImageLifecycle, tokRepositoryPolicy))
			return nil
		},
	}
}

// needRepository checks the repository that a property names.
func needRepository(c *resource.Call) error {
	name := c.In.Str("repository")
	c.Out("registryId", c.Account)
	if c.Regional(tokRepository, name) == nil {
		return resource.Faultf("RepositoryNotFoundException", "The repository with name '%s' does not exist in the registry with id '%s'", name, c.Account)
	}
	return nil
}

func repositoryPolicy() *resource.Kind {
	kind := policyKind{Size: largestRepositoryPolicy, Spaces: true, Principal: true, Actions: "ecr", WrongAction: "Invalid repository policy provided",
		Malformed: "InvalidParameterException: Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'", TooLarge: "InvalidParameterException: the policy is longer than 10240 characters"}
	return &resource.Kind{
		Token: tokRepositoryPolicy, Service: "ECR", Noun: "ECR Repository Policy", CreateOp: "SetRepositoryPolicy", UpdateOp: "SetRepositoryPolicy", DeleteOp: "DeleteRepositoryPolicy",
		Upsert: true, // it takes the place of the policy that the repository has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"repository"}, Why: "it is the repository's"}},
			JSON:     []string{"policy"},
			Strings:  []string{"policy"},
			Formats:  map[string]schema.Format{"policy": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) { checkPolicy(v, "policy", kind) },
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("repository"); return nil },
		Apply: func(c *resource.Call) error {
			if err := needRepository(c); err != nil {
				return err
			}
			return checkPrincipals(c, c.In.Str("policy"), "InvalidParameterException", "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'")
		},
	}
}

func imageLifecycle() *resource.Kind {
	return &resource.Kind{
		Token: tokImageLifecycle, Service: "ECR", Noun: "ECR Lifecycle Policy", CreateOp: "PutLifecyclePolicy", UpdateOp: "PutLifecyclePolicy", DeleteOp: "DeleteLifecyclePolicy",
		Upsert: true, // it takes the place of the policy that the repository has
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"repository", "policy"}, Why: "the provider has no update of one"}},
			JSON:     []string{"policy"},
			Strings:  []string{"policy"},
			Formats:  map[string]schema.Format{"policy": schema.JSONDocument},
		},
		Validate: func(v *resource.Validation) {
			for _, problem := range imageRuleProblems(v.In.Str("policy")) {
				v.Fail("policy", "InvalidParameterException: Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: %s'", problem)
			}
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("repository"); return nil },
		Apply:    needRepository,
	}
}

// imageRule is one rule of a lifecycle policy. Source:
// docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html.
type imageRule struct {
	RulePriority int    `json:"rulePriority"`
	Description  string `json:"description"`
	Selection    struct {
		TagStatus      string   `json:"tagStatus"`
		TagPrefixList  []string `json:"tagPrefixList"`
		TagPatternList []string `json:"tagPatternList"`
		CountType      string   `json:"countType"`
		CountUnit      string   `json:"countUnit"`
		CountNumber    int      `json:"countNumber"`
	} `json:"selection"`
	Action struct {
		Type string `json:"type"`
	} `json:"action"`
}

func imageRuleProblems(text string) (problems []string) {
	if text == "" {
		return nil // not known yet
	}
	var doc struct {
		Rules []imageRule `json:"rules"`
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&doc); err != nil {
		return []string{strings.TrimPrefix(err.Error(), "json: ")}
	}
	if len(doc.Rules) == 0 {
		problems = append(problems, "a policy needs at least one rule")
	}
	if len(text) > largestImageLifecycle {
		problems = append(problems, fmt.Sprintf("the policy is longer than %d characters", largestImageLifecycle))
	}
	priorities, last, catchAll := map[int]bool{}, 0, 0
	for _, r := range doc.Rules {
		if priorities[r.RulePriority] {
			problems = append(problems, fmt.Sprintf("rule priority %d is used twice", r.RulePriority))
		}
		priorities[r.RulePriority] = true
		last = max(last, r.RulePriority)
		if r.Selection.TagStatus == "any" {
			catchAll = max(catchAll, r.RulePriority)
		}
		if p := r.problem(); p != "" {
			problems = append(problems, fmt.Sprintf("rule %d: %s", r.RulePriority, p))
		}
	}
	if catchAll > 0 && catchAll < last {
		problems = append(problems, fmt.Sprintf("the rule for any tag status (priority %d) must have the highest priority number (%d)", catchAll, last))
	}
	return problems
}

func (r imageRule) problem() string {
	s := r.Selection
	lists := len(s.TagPrefixList) + len(s.TagPatternList)
	switch {
	case r.RulePriority < 1:
		return "rulePriority must be at least 1"
	case s.TagStatus != "tagged" && s.TagStatus != "untagged" && s.TagStatus != "any":
		return fmt.Sprintf("tagStatus %q is not tagged, untagged or any", s.TagStatus)
	case s.TagStatus == "tagged" && lists == 0:
		return "tagPrefixList or tagPatternList is required when tagStatus is tagged"
	case s.TagStatus != "tagged" && lists > 0:
		return "tagPrefixList and tagPatternList are for tagStatus tagged"
	case len(s.TagPrefixList) > 0 && len(s.TagPatternList) > 0:
		return "tagPrefixList and tagPatternList exclude each other"
	case s.CountType != "imageCountMoreThan" && s.CountType != "sinceImagePushed":
		return fmt.Sprintf("countType %q is not imageCountMoreThan or sinceImagePushed", s.CountType)
	case s.CountType == "sinceImagePushed" && s.CountUnit != "days":
		return "countUnit days is required when countType is sinceImagePushed"
	case s.CountType == "imageCountMoreThan" && s.CountUnit != "":
		return "countUnit is for countType sinceImagePushed"
	case s.CountNumber < 1:
		return "countNumber must be at least 1"
	case r.Action.Type != "expire":
		return fmt.Sprintf("action type %q is not expire", r.Action.Type)
	}
	return ""
}
