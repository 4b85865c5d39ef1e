package aws

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/store"
)

// currentVersion is the label of the version that callers get who name none.
const currentVersion = "AWSCURRENT"

func secretName(account, region, name string) string {
	return fmt.Sprintf("secret/%s/%s/%s", account, region, name)
}

// findSecret returns the secret that an ARN or a name says, or nil.
func findSecret(tx *store.Tx, account, region, id string) *store.Object {
	if strings.HasPrefix(id, "arn:") {
		return tx.Get(store.Key{Type: tokSecret, Account: account, Region: region, ID: id})
	}
	owner, ok := tx.Owner(secretName(account, region, id))
	if !ok {
		return nil
	}
	return tx.Get(owner)
}

// getSecretVersion answers with the value of a secret, sealed as it is kept. Of several versions with the label the
// newest has it.
func getSecretVersion(tx *store.Tx, s resource.Session, args resource.Props) (map[string]any, error) {
	id, stage, version := args.Str("secretId"), args.Str("versionStage"), args.Str("versionId")
	if stage == "" {
		stage = currentVersion
	}
	wanted := stage
	if version != "" {
		wanted = version
	}
	secret := findSecret(tx, s.Account, s.Region, id)
	switch {
	case secret == nil:
		return nil, fmt.Errorf("reading Secrets Manager Secret Version (%s|%s): couldn't find resource", id, wanted)
	case secret.State != "":
		return nil, fmt.Errorf("reading Secrets Manager Secret Version (%s|%s): InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion", id, wanted)
	}
	var found *store.Object
	tx.Each(tokSecretVersion, s.Account, s.Region, func(o *store.Object) bool {
		labels := resource.Props(o.Outputs).Strs("versionStages")
		if o.ARN == secret.ARN && (version == prop(o, "versionId") || version == "" && slices.Contains(labels, stage)) && (found == nil || found.Created.Before(o.Created)) {
			found = o
		}
		return true
	})
	if found == nil {
		return nil, fmt.Errorf("reading Secrets Manager Secret Version (%s|%s): couldn't find resource", id, wanted)
	}
	result := map[string]any{
		"id": secret.ARN + "|" + wanted, "arn": secret.ARN, "secretId": id, "createdDate": found.Created.Format(time.RFC3339), "secretString": "", "secretBinary": "",
		"versionId": prop(found, "versionId"), "versionStage": stage, "versionStages": found.Outputs["versionStages"],
	}
	for _, property := range []string{"secretString", "secretBinary"} {
		if value, ok := found.Outputs[property]; ok {
			result[property] = value
		}
	}
	return result, nil
}

// Place is an account and region.
type Place struct{ Account, Region string }

// PutSecret writes a version of a secret that no program has made, and the secret where there is none. seal hides the
// value.
func PutSecret(tx *store.Tx, seal func(any) (any, error), at Place, name, value string, now time.Time) error {
	if _, known := regions()[at.Region]; !known {
		return fmt.Errorf("put secret %s: the simulated cloud has no data of region %q, only of %s", name, at.Region, strings.Join(Regions(), ", "))
	}
	if value == "" || len(value) > longestSecret {
		return fmt.Errorf("put secret %s: got a value of %d bytes, want 1 to %d", name, len(value), longestSecret)
	}
	secret := findSecret(tx, at.Account, at.Region, name)
	if secret == nil {
		arn := fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:%s-%s", at.Region, at.Account, name, shortHash("secret"+at.Account+at.Region+name, 6))
		secret = &store.Object{
			Key: store.Key{Type: tokSecret, Account: at.Account, Region: at.Region, ID: arn}, ARN: arn, Created: now,
			Names: []string{secretName(at.Account, at.Region, name)}, Outputs: map[string]any{"name": name, "arn": arn, "policy": "", "replicas": resource.List[any]()},
		}
		tx.Put(secret)
	} else if secret.State != "" {
		return fmt.Errorf("put secret %s: it was marked for deletion", name)
	}
	sealed, err := seal(value)
	if err != nil {
		return err
	}
	version := shortHash(fmt.Sprint("version", secret.ARN, now.UnixNano()), 32)
	tx.Put(&store.Object{
		Key: store.Key{Type: tokSecretVersion, Account: at.Account, Region: at.Region, ID: secret.ARN + "|" + version}, ARN: secret.ARN, Created: now,
		Refs: []store.Key{secret.Key}, Outputs: map[string]any{"arn": secret.ARN, "secretId": secret.ARN, "versionId": version, "versionStages": resource.List(currentVersion), "secretString": sealed},
	})
	return nil
}
