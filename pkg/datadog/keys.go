package datadog

import (
	"encoding/json"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/secretsmanager"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/datadogresource"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/key"
	"cellworks/pkg/naming"
)

const (
	// secretName is the last part of the secret's name.
	secretName = "api-key"
	// keyPurpose is that of the key of the secret, of the stream and of the bucket.
	keyPurpose = "data"
	// The days that a deleted key or secret can be restored; a secret of a stack that is
	// not protected goes at once, so that the stack can come back.
	keyDeletionDays = 30
	recoveryDays    = 30
)

// addKey makes the key that data is sent with, and the secret in which whatever sends
// finds it: Firehose wants a JSON object
// (docs.aws.amazon.com/firehose/latest/dev/using-secrets-manager.html), and tasks of ECS
// can take a field out of one.
func (d *Datadog) addKey() error {
	if err := d.addEncryption(); err != nil {
		return err
	}
	made, err := datadogresource.NewAPIKey(d.ctx, d.name, datadogresource.APIKeyArgs{
		Name: pulumi.String("aws " + d.args.place()),
		// Nobody at Datadog tells agents what to do.
		RemoteConfigReadEnabled: pulumi.Bool(false),
	}, d.child)
	if err != nil {
		return err
	}
	recovery := recoveryDays
	if !d.args.DeletionProtection {
		recovery = 0
	}
	secret, err := secretsmanager.NewSecret(d.ctx, d.name+"-"+secretName, &secretsmanager.SecretArgs{
		Name:                 pulumi.String(naming.UtilitySecret(config.ApplicationDatadog, secretName)),
		Description:          pulumi.String("Key with which data is sent to Datadog"),
		KmsKeyId:             d.key.ARN,
		RecoveryWindowInDays: pulumi.Int(recovery),
	}, d.child, pulumi.Protect(d.args.DeletionProtection))
	if err != nil {
		return err
	}
	value := made.Key.ApplyT(func(key string) (string, error) {
		text, err := json.Marshal(map[string]string{"api_key": key})
		return string(text), err
	}).(pulumi.StringOutput)
	version, err := secretsmanager.NewSecretVersion(d.ctx, d.name+"-"+secretName, &secretsmanager.SecretVersionArgs{
		SecretId:     secret.ID(),
		SecretString: pulumi.ToSecret(value).(pulumi.StringOutput),
	}, d.child)
	if err != nil {
		return err
	}
	// Known once there is a value to be read.
	d.KeySecretARN, d.KeyARN = version.Arn, d.key.ARN
	return nil
}

func (d *Datadog) addEncryption() error {
	a := d.args
	grants := key.ViaServices("GrantToServices", a.Region, a.AccountID, []string{"firehose"}, "kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant").
		If("Bool", "kms:GrantIsForAWSResource", "true")
	// Secrets Manager encrypts and decrypts a value in the name of whoever writes or reads
	// it. No policy of IAM lets a deployment decrypt: this key's own does.
	deployment := iampolicy.Allow("WriteSecret", "kms:Decrypt", "kms:GenerateDataKey").By(iampolicy.ByAWS(a.DeployRoleARN)).On("*").
		If("StringEquals", "kms:ViaService", "secretsmanager."+a.Region+".amazonaws.com")
	uses := key.ViaServices("UseByServices", a.Region, a.AccountID, []string{"firehose", "s3", "secretsmanager"})
	made, err := key.New(d.ctx, d.name, key.Args{
		Description:        "Key of Datadog, and lines on their way there",
		Alias:              naming.UtilityKeyAlias(config.ApplicationDatadog, keyPurpose),
		AccountID:          a.AccountID,
		Region:             a.Region,
		Statements:         []iampolicy.Statement{uses, grants, deployment},
		DeletionWindowDays: keyDeletionDays,
		Protect:            a.DeletionProtection,
		Retain:             a.DeletionProtection,
	}, d.child)
	d.key = made
	return err
}
