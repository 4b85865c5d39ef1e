package cell_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

const (
	listenerRule = "aws:lb/listenerRule:ListenerRule"
	topicPolicy  = "aws:sns/topicPolicy:TopicPolicy"
	filePolicy   = "aws:efs/fileSystemPolicy:FileSystemPolicy"
	keyType      = "aws:kms/key:Key"
	attachment   = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
)

// ask is what a rule does that lets people sign in first.
func ask(how map[string]any) []any {
	return []any{map[string]any{"type": "authenticate-oidc", "authenticateOidc": how}, map[string]any{"type": "forward"}}
}

// signInFaults returns the rules behind which people of another client are let in.
func signInFaults(b built) []string {
	if b.Ingress.Auth != config.AuthOIDC {
		return nil
	}
	var found []string
	for _, rule := range b.recording.OfType(listenerRule) {
		asks := resource.PropertyMap{}
		for _, action := range plainValue(rule.Inputs["actions"]).ArrayValue() {
			if how := plainValue(plainValue(action).ObjectValue()["authenticateOidc"]); how.IsObject() {
				asks = how.ObjectValue()
			}
		}
		for property, want := range map[resource.PropertyKey]string{"clientId": b.Client + "-clientId", "sessionCookieName": naming.CellSignInCookie(b.Client)} {
			if got := plainValue(asks[property]); !got.IsString() || got.StringValue() != want {
				found = append(found, fmt.Sprintf("%s of %s is %v, want %s", property, rule.URN, got, want))
			}
		}
	}
	return found
}

// attachmentFaults returns the attachments of policies that neither the cell makes nor
// somebody else in the client's own path, and those to roles that are not the client's.
func attachmentFaults(b built) []string {
	var made, roles, found []string
	for _, res := range b.recording.OfType(rolePolicy) {
		made = append(made, "arn:aws:iam:us-east-1:"+pulumitest.AccountID+":"+res.Name)
	}
	for _, res := range b.recording.OfType(role) {
		roles = append(roles, text(res, "name"))
	}
	extra := naming.ARN(b.Region.Name, "iam", "", b.Account.ID, "policy"+naming.CellExtraPolicies(b.Client))
	for _, res := range b.recording.OfType(attachment) {
		if arn := text(res, "policyArn"); !slices.Contains(made, arn) && !strings.HasPrefix(arn, extra) {
			found = append(found, fmt.Sprintf("%s is of policy %s", res.URN, arn))
		}
		if to := text(res, "role"); !slices.Contains(roles, to) {
			found = append(found, fmt.Sprintf("%s is to role %s", res.URN, to))
		}
	}
	return found
}

// keyUse are the actions by which a key is used, or given to somebody who then uses it.
func keyUse() []string {
	return []string{"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:CreateGrant"}
}

func keyPolicyBreaches() []breach {
	var all []breach
	for _, statement := range []string{
		`"Principal":{"AWS":["arn:aws:iam::222222222222:root"]},"Action":["kms:Create*"]`,
		`"Principal":{"AWS":["arn:aws:iam::222222222222:root"]},"Action":["kms:*"]`,
		`"Principal":"*","Action":["kms:Decrypt"],"Condition":{"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::222222222222:role/cell/fir/*"]}}`,
		`"Principal":{"AWS":["arn:aws:iam::222222222222:root"]},"Action":["kms:Decrypt"],"Condition":{"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::222222222222:role/cell/*"]}}`,
		`"Principal":{"AWS":["arn:aws:iam::222222222222:root"]},"Action":["kms:Decrypt"],"Condition":{"ArnLikeIfExists":{"aws:PrincipalArn":["arn:aws:iam::222222222222:role/cell/fir/*"]}}`,
		`"Principal":{"AWS":["arn:aws:iam::222222222222:role/deploy/pulumi-cell"]},"Action":["kms:Decrypt"]`,
		`"Principal":{"AWS":["arn:aws:iam::222222222222:root"]},"Action":["kms:CreateGrant"],"Condition":{"ArnEquals":{"aws:PrincipalArn":["arn:aws:iam::222222222222:role/deploy/pulumi-cell"]}}`,
		`"Principal":{"Service":["sns.amazonaws.com"]},"Action":["kms:Decrypt"]`,
		`"Principal":{"Service":["sns.amazonaws.com"]},"Action":["kms:Decrypt"],"Condition":{"StringEquals":{"aws:SourceAccount":["222222222222"]}}`,
		`"Principal":{"Service":["sns.amazonaws.com"]},"Action":["kms:Decrypt"],"Condition":{"ArnEquals":{"kms:EncryptionContext:aws:sqs:arn":["arn:aws:sqs:us-east-1:222222222222:other-work"]}}`,
	} {
		all = append(all, breach{keyType, "policy", `{"Statement":[{"Sid":"Planted","Effect":"Allow","Resource":["*"],` + statement + `}]}`})
	}
	return append(all, breach{keyType, "policy", nil})
}

// keyPolicyFaults returns the statements that let somebody else use a key of the client:
// others than the client's roles, a deployment for a service that asks in its name, and
// services for what is the client's by its name.
func keyPolicyFaults(b built) []string {
	var found []string
	for _, token := range []string{keyType, "aws:kms/replicaKey:ReplicaKey"} {
		for _, res := range b.recording.OfType(token) {
			all, err := statements(res)
			if err != nil {
				found = append(found, err.Error())
			}
			for _, s := range all {
				if s.Effect == "Allow" && slices.ContainsFunc(keyUse(), func(use string) bool { return covers(s.Action, use) }) && !b.ownUse(s) {
					found = append(found, fmt.Sprintf("%s, statement %s lets others use the key", res.URN, s.Sid))
				}
			}
		}
	}
	return found
}

// ownUse reports whether a statement of a key's policy is one for the client alone.
func (b built) ownUse(s statement) bool {
	iam := "arn:aws:iam::" + b.Account.ID + ":"
	deployer := iam + "role/" + naming.DeployRole(naming.ProjectCell)
	principals, _ := s.Principal.(map[string]any)
	switch named := fmt.Sprint(principals["AWS"]); {
	case len(principals) != 1:
		return false
	case principals["Service"] != nil:
		return b.ownContext(s)
	case named == "["+deployer+"]":
		via := s.Condition["StringEquals"]["kms:ViaService"]
		return len(via) == 1 && strings.HasPrefix(via[0], "secretsmanager.") && !covers(s.Action, "kms:CreateGrant")
	case named == "["+iam+"root]" && covers(s.Action, "kms:CreateGrant"):
		backup := naming.CellRoleARN(b.Account.ID, b.Region.Name, b.Client, naming.CellBackupRole(b.Client))
		callers := s.Condition["ArnEquals"]["aws:PrincipalArn"]
		return len(s.Action) == 1 && len(callers) > 0 && contains([]string{backup, deployer}, callers) && slices.Equal(s.Condition["Bool"]["kms:GrantIsForAWSResource"], []string{"true"})
	default:
		return named == "["+iam+"root]" && slices.Equal(s.Condition["ArnLike"]["aws:PrincipalArn"], []string{naming.CellRoleARN(b.Account.ID, b.Region.Name, b.Client, "*")})
	}
}

// ownContext reports whether a statement asks what is encrypted, and each answer that it
// takes names the client before its first wildcard but that for the kind of a database.
func (b built) ownContext(s statement) bool {
	asks := false
	for _, operator := range []string{"ArnEquals", "ArnLike"} {
		for _, key := range slices.Sorted(maps.Keys(s.Condition[operator])) {
			if !strings.HasPrefix(key, "kms:EncryptionContext:") {
				continue
			}
			asks = true
			for _, arn := range s.Condition[operator][key] {
				last := strings.TrimPrefix(arn[strings.LastIndexByte(arn, ':')+1:], "/aws/rds/*")
				own := []string{b.Client + "-", "/cell/" + b.Client + "/", "/" + naming.CellDatabase(b.Client) + "/", "/" + naming.CellDatabase(b.Client) + "-"}
				if !slices.ContainsFunc(own, func(begin string) bool { return strings.HasPrefix(last, begin) }) {
					return false
				}
			}
		}
	}
	return asks
}

// covers reports whether one of the actions, which may end with *, is what is asked for.
func covers(actions []string, action string) bool {
	return slices.ContainsFunc(actions, func(a string) bool {
		begin, wild := strings.CutSuffix(a, "*")
		return a == action || wild && strings.HasPrefix(action, begin)
	})
}

// sharePolicyFaults returns the topics and file systems whose policy does not refuse
// everybody but the cell's own roles and, where there is nothing to read, the deployment.
func sharePolicyFaults(b built) []string {
	var found []string
	own := naming.CellRoleARN(b.Account.ID, b.Region.Name, b.Client, "*")
	deployer := naming.DeployRoleARN(b.Account.ID, b.Region.Name, naming.ProjectCell)
	for _, kind := range []struct {
		token, policy, property, suffix string
		actions, fine                   []string
	}{
		{"aws:sns/topic:Topic", topicPolicy, "arn", "", []string{"sns:Publish", "sns:Subscribe"}, []string{own, deployer}},
		{"aws:efs/fileSystem:FileSystem", filePolicy, "fileSystemId", "-id", []string{"elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess", "elasticfilesystem:ClientWrite"}, []string{own}},
	} {
		for _, res := range b.recording.OfType(kind.token) {
			at := slices.IndexFunc(b.recording.Resources, func(p pulumitest.Resource) bool {
				return p.Type == kind.policy && strings.HasSuffix(text(p, kind.property), res.Name+kind.suffix)
			})
			if at < 0 {
				found = append(found, res.URN+" has no policy")
				continue
			}
			all, err := statements(b.recording.Resources[at])
			if err != nil {
				found = append(found, err.Error())
			}
			if !slices.ContainsFunc(all, func(s statement) bool {
				who := s.Condition["ArnNotLike"]["aws:PrincipalArn"]
				return s.Effect == "Deny" && s.Principal == "*" && contains(s.Action, kind.actions) && len(s.Condition) == 1 && len(who) > 0 && contains(kind.fine, who)
			}) {
				found = append(found, fmt.Sprintf("%s does not deny %q to everybody but %q", res.URN, kind.actions, kind.fine))
			}
		}
	}
	return found
}
