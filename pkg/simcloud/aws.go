package simcloud

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/aws"
	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// awsTries is how often the aws provider tries a throttled call: the default of its maxRetries.
const awsTries = 25

// awsPlugin is the aws provider, without its schema.
func awsPlugin() *resource.Plugin {
	return &resource.Plugin{
		Name: "aws", Kinds: aws.Kinds(), Functions: aws.Functions(), Configure: configureAWS,
		Explain: aws.Explain, Throttled: aws.Throttled, Tries: awsTries,
	}
}

func configureAWS(tx *store.Tx, settings resource.Props) (resource.Session, error) {
	cfg, err := decodeConfig(settings)
	if err != nil {
		return resource.Session{}, err
	}
	s, err := cfg.session()
	if err != nil {
		return s, err
	}
	return s, aws.Assume(tx, s)
}

// providerConfig are the settings of the aws provider that the simulated cloud heeds.
type providerConfig struct {
	Region     string `json:"region"`
	AssumeRole struct {
		RoleARN     string `json:"roleArn"`
		SessionName string `json:"sessionName"`
	} `json:"assumeRole"`
	AllowedAccountIDs   []string `json:"allowedAccountIds"`
	ForbiddenAccountIDs []string `json:"forbiddenAccountIds"`
	DefaultTags         struct {
		Tags map[string]string `json:"tags"`
	} `json:"defaultTags"`
	MaxRetries int `json:"maxRetries"`
	IgnoreTags struct {
		Keys []string `json:"keys"`
	} `json:"ignoreTags"`
}

var roleARN = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}):role/.+$`)

// decodeConfig reads the provider's settings. assumeRole was a list in older versions.
func decodeConfig(settings resource.Props) (providerConfig, error) {
	plain := maps.Clone(settings)
	if list, ok := plain["assumeRole"].([]any); ok && len(list) > 0 {
		plain["assumeRole"] = list[0]
	}
	var cfg providerConfig
	data, err := json.Marshal(plain)
	if err == nil {
		err = json.Unmarshal(data, &cfg)
	}
	if err != nil {
		return cfg, fmt.Errorf("configure the aws provider: %w", err)
	}
	return cfg, nil
}

// session checks the settings as the real provider does and returns who the provider instance acts as.
func (cfg providerConfig) session() (resource.Session, error) {
	if cfg.Region == "" {
		return resource.Session{}, fmt.Errorf("configure the aws provider: missing region: set it with `region` of the provider")
	}
	if !slices.Contains(aws.Regions(), cfg.Region) {
		return resource.Session{}, fmt.Errorf("configure the aws provider: invalid AWS Region: %s, the simulated cloud has %s", cfg.Region, strings.Join(aws.Regions(), ", "))
	}
	role := roleARN.FindStringSubmatch(cfg.AssumeRole.RoleARN)
	if role == nil {
		return resource.Session{}, fmt.Errorf("configure the aws provider: assumeRole.roleArn is %q, want arn:aws:iam::<12 digits>:role/<name>: "+
			"it tells the simulated cloud which account the provider acts in", cfg.AssumeRole.RoleARN)
	}
	account := role[1]
	if len(cfg.AllowedAccountIDs) > 0 && !slices.Contains(cfg.AllowedAccountIDs, account) {
		return resource.Session{}, fmt.Errorf("AWS account ID not allowed: %s", account)
	}
	if slices.Contains(cfg.ForbiddenAccountIDs, account) {
		return resource.Session{}, fmt.Errorf("AWS account ID not allowed: %s", account)
	}
	return resource.Session{
		Account: account, Region: cfg.Region, Role: cfg.AssumeRole.RoleARN, SessionName: cfg.AssumeRole.SessionName, Retries: cfg.MaxRetries,
		DefaultTags: cfg.DefaultTags.Tags, IgnoreTagKeys: cfg.IgnoreTags.Keys,
	}, nil
}
