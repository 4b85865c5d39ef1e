// Package sftp builds the users with which a client sends files, each confined to a
// folder of one of the client's buckets. Whose server they log in to is decided outside.
package sftp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/transfer"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/cellrole"
	"cellworks/pkg/component"
	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
)

const token = component.TokenPrefix + ":clientcell:SFTP"

// Args says what users to build.
type Args struct {
	// Client is the client's name.
	Client string
	// AccountID and Region are where the cell is.
	AccountID, Region string
	// Users are the users.
	Users []config.SFTPUser
	// Closed lets nobody log in, and keeps the users.
	Closed bool
	// ServerID is the server that they log in to.
	ServerID pulumi.StringInput
	// BucketNames are the physical names of the cell's buckets by name, Buckets the same
	// as they are once the buckets exist.
	BucketNames map[string]string
	Buckets     map[string]pulumi.StringOutput
	// KeyARN is the cell's key.
	KeyARN pulumi.StringInput
	// PermissionsBoundary is the ARN of the policy that bounds the users' roles.
	PermissionsBoundary pulumi.StringInput
}

func (a Args) validate() error {
	var errs []error
	if a.Client == "" || a.AccountID == "" || a.Region == "" {
		errs = append(errs, errors.New("client, account id and region must be set"))
	}
	if a.ServerID == nil || a.KeyARN == nil || a.PermissionsBoundary == nil {
		errs = append(errs, errors.New("server, key and permissions boundary must be set"))
	}
	for _, user := range a.Users {
		if _, ok := a.Buckets[user.Bucket]; !ok || a.BucketNames[user.Bucket] == "" {
			errs = append(errs, fmt.Errorf("user %s: the cell has no bucket %q", user.Name, user.Bucket))
		}
		if len(user.Keys) == 0 {
			errs = append(errs, fmt.Errorf("user %s has no key", user.Name))
		}
	}
	return errors.Join(errs...)
}

// SFTP is how a client sends files.
type SFTP struct {
	pulumi.ResourceState

	// UserNames are what users log in as, by name in the configuration.
	UserNames map[string]pulumi.StringOutput

	name string
	args Args
}

// Outputs returns the names of the users.
func (s *SFTP) Outputs() pulumi.Map {
	users := pulumi.Map{}
	for name, login := range s.UserNames {
		users[name] = login
	}
	return pulumi.Map{"sftpUsers": users}
}

// New builds the users that args describes. It fails, naming all that is wrong before any
// resource is registered, when args are incomplete or a user has no key or no bucket of
// the cell.
func New(ctx *pulumi.Context, name string, args Args, opts ...pulumi.ResourceOption) (*SFTP, error) {
	if err := args.validate(); err != nil {
		return nil, fmt.Errorf("sftp %q: %w", name, err)
	}
	s := &SFTP{UserNames: map[string]pulumi.StringOutput{}, name: name, args: args}
	return component.Register(ctx, token, name, s, opts, func(child pulumi.ResourceOption) error {
		for _, user := range args.Users {
			if err := s.addUser(ctx, user, child); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *SFTP) addUser(ctx *pulumi.Context, user config.SFTPUser, child pulumi.ResourceOption) error {
	name := s.name + "-sftp-" + user.Name
	role, err := cellrole.Add(ctx, name, cellrole.Args{
		Client:      s.args.Client,
		Name:        naming.CellSFTPRole(s.args.Client, user.Name),
		Description: "SFTP user " + user.Name + " of client " + s.args.Client,
		// docs.aws.amazon.com/transfer/latest/userguide/confused-deputy.html
		Trust: iampolicy.NewDocument(iampolicy.Allow("Transfer", "sts:AssumeRole").By(iampolicy.ByService("transfer.amazonaws.com")).
			If("StringEquals", "aws:SourceAccount", s.args.AccountID).
			If("ArnLike", "aws:SourceArn", naming.ARN(s.args.Region, "transfer", s.args.Region, s.args.AccountID, "user/*/"+naming.CellSFTPUser(s.args.Client, user.Name)))),
		Policy:              cellrole.Text(func(keys []string) iampolicy.Document { return s.args.policy(user, keys[0]) }, s.args.KeyARN),
		PermissionsBoundary: s.args.PermissionsBoundary,
	}, child)
	if err != nil {
		return err
	}
	login, err := transfer.NewUser(ctx, name, &transfer.UserArgs{
		ServerId: s.args.ServerID,
		UserName: pulumi.String(naming.CellSFTPUser(s.args.Client, user.Name)),
		Role:     role.ARN,
		// A logical root hides everything else, the bucket's name included.
		HomeDirectoryType: pulumi.String("LOGICAL"),
		HomeDirectoryMappings: transfer.UserHomeDirectoryMappingArray{transfer.UserHomeDirectoryMappingArgs{
			Entry:  pulumi.String("/"),
			Target: pulumi.Sprintf("/%s/%s", s.args.Buckets[user.Bucket], user.Folder()),
		}},
	}, child, pulumi.DependsOn([]pulumi.Resource{role.Attachment}))
	if err != nil {
		return err
	}
	s.UserNames[user.Name] = login.UserName
	if s.args.Closed {
		return nil
	}
	for _, key := range user.Keys {
		if _, err := transfer.NewSshKey(ctx, name+"-"+fingerprint(key), &transfer.SshKeyArgs{
			ServerId: s.args.ServerID,
			UserName: login.UserName,
			Body:     pulumi.String(key),
		}, child); err != nil {
			return err
		}
	}
	return nil
}

// fingerprint names a key, so that those of others stay when one is added or taken away.
func fingerprint(key string) string {
	const digits = 8
	fields := strings.Fields(key)
	sum := sha256.Sum256([]byte(strings.Join(fields[:min(len(fields), 2)], " ")))
	return hex.EncodeToString(sum[:])[:digits]
}

// policy lets a user see, send and fetch files of its folder, and nothing else
// (docs.aws.amazon.com/transfer/latest/userguide/users-policies.html).
func (a Args) policy(user config.SFTPUser, keyARN string) iampolicy.Document {
	bucket, folder := naming.ARN(a.Region, "s3", "", "", a.BucketNames[user.Bucket]), user.Folder()
	objects := []string{"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"}
	if user.Delete {
		objects = append(objects, "s3:DeleteObject", "s3:DeleteObjectVersion")
	}
	return iampolicy.NewDocument(
		iampolicy.Allow("List", "s3:ListBucket").On(bucket).If("StringLike", "s3:prefix", folder, folder+"/*"),
		iampolicy.Allow("Locate", "s3:GetBucketLocation").On(bucket),
		iampolicy.Allow("UseObjects", objects...).On(bucket+"/"+folder+"/*"),
		iampolicy.Allow("UseKey", "kms:Decrypt", "kms:GenerateDataKey").On(keyARN).
			If("StringEquals", "kms:ViaService", "s3."+a.Region+".amazonaws.com"),
	)
}
