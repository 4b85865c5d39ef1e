package jenkins

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

const (
	// keyDeletionDays is the longest window that KMS offers before a key is gone.
	keyDeletionDays = 30
	// recoveryDays is the longest time that Secrets Manager keeps a deleted secret
	// (docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html).
	recoveryDays = 30
)

// The secrets, by name: see naming.UtilitySecret. Their values are written by people,
// so that they are in no state.
const (
	// SecretRepository is the token with which Jenkins reads the repository and says
	// there how jobs ended.
	SecretRepository = "repository-token"
	// SecretProvider is the secret of the identity provider's application.
	SecretProvider = "oidc-client-secret"
	// SecretAdministrator is the password of the one administrator while people log in
	// without the provider.
	SecretAdministrator = "administrator-password"
)

// secretUse is what the controller does with a secret.
type secretUse struct{ variable, description string }

// secretUses returns the secrets of the controller by name. Those of agents: see
// keySecrets.
func secretUses() map[string]secretUse {
	return map[string]secretUse{
		SecretRepository:    {"REPOSITORY_TOKEN", "Token with which Jenkins reads the repository and says there how jobs ended"},
		SecretProvider:      {"OIDC_CLIENT_SECRET", "Secret of the identity provider's application for Jenkins"},
		SecretAdministrator: {"ADMINISTRATOR_PASSWORD", "Password of the administrator while the identity provider is away"},
	}
}

// addKey makes the key of everything that Jenkins keeps. Elastic File System and the
// registry use it by grants, which they make in the name of whoever makes the file
// system or repository
// (docs.aws.amazon.com/efs/latest/ug/EFSKMS.html,
// docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html).
func (j *Jenkins) addKey(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	id, region := j.args.AccountID, j.args.Region
	made, err := key.New(ctx, j.name, key.Args{
		Description: "Home, secrets and images of Jenkins",
		Alias:       naming.UtilityKeyAlias(config.ApplicationJenkins, "data"),
		AccountID:   id,
		Region:      region,
		Statements: []iampolicy.Statement{
			key.ViaServices("UseByServices", region, id, []string{"elasticfilesystem", "secretsmanager"}),
			key.ViaServices("DescribeByRegistry", region, id, []string{"ecr"}, "kms:DescribeKey", "kms:RetireGrant"),
			key.ViaServices("GrantToServices", region, id, []string{"ecr", "elasticfilesystem"}, "kms:CreateGrant").If("Bool", "kms:GrantIsForAWSResource", "true"),
		},
		DeletionWindowDays: keyDeletionDays,
		Protect:            j.args.DeletionProtection,
	}, child)
	if err != nil {
		return err
	}
	j.KeyARN = made.ARN
	return nil
}

// addSecrets makes the secrets without values. Without deletion protection a deleted
// secret is gone at once, so that its name is free again.
func (j *Jenkins) addSecrets(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	recovery := 0
	if j.args.DeletionProtection {
		recovery = recoveryDays
	}
	descriptions := keySecrets(j.args.Keys)
	for name, use := range secretUses() {
		descriptions[name] = use.description
	}
	for _, name := range sorted(descriptions) {
		secret, err := secretsmanager.NewSecret(ctx, j.name+"-"+name, &secretsmanager.SecretArgs{
			Name:                 pulumi.String(naming.UtilitySecret(config.ApplicationJenkins, name)),
			Description:          pulumi.String(descriptions[name]),
			KmsKeyId:             j.KeyARN,
			RecoveryWindowInDays: pulumi.Int(recovery),
		}, child, pulumi.Protect(j.args.DeletionProtection))
		if err != nil {
			return err
		}
		j.SecretARNs[name] = secret.Arn
	}
	return nil
}

// addLogGroups makes the logs. Who logged in and what jobs did is in them.
func (j *Jenkins) addLogGroups(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	for _, part := range []struct {
		name string
		out  *pulumi.StringOutput
	}{{"controller", &j.made.controllerLogGroup}, {"agents", &j.AgentLogGroup}} {
		group, err := cloudwatch.NewLogGroup(ctx, j.name+"-"+part.name, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(strings.Join([]string{naming.UtilityLogGroup(config.ApplicationJenkins), part.name}, "/")),
			KmsKeyId:        pulumi.String(j.args.LogKeyARN),
			RetentionInDays: pulumi.Int(j.args.Config.LogRetentionDays),
		}, child)
		if err != nil {
			return err
		}
		*part.out = group.Name
	}
	return nil
}
