package aws

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
)

// transferKey is of docs.aws.amazon.com/transfer/latest/APIReference/API_ImportSshPublicKey.html.
func transferKey() *resource.Kind {
	return &resource.Kind{
		Token: tokTransferKey, Service: "Transfer", Noun: "Transfer SSH Key", CreateOp: "ImportSshPublicKey", UpdateOp: "ImportSshPublicKey", DeleteOp: "DeleteSshPublicKey",
		Rules: schema.Rules{
			Immutable: "Transfer has no call that changes a key",
			Lengths:   map[string]schema.Range{"body": {Min: 0, Max: 2048}},
		},
		Validate: func(v *resource.Validation) {
			checkTransferNames(v)
			if problem := publicKeyProblem(v.In.Str("body")); v.In.Known("body") && problem != "" {
				v.Fail("body", "InvalidRequestException: Unsupported or invalid SSH public key format: %s", problem)
			}
		},
		Identify: func(c *resource.Call) error {
			id := "key-" + c.Hex("key", 17)
			c.Out("sshKeyId", id)
			c.Obj.ID = fmt.Sprintf("%s/%s/%s", c.In.Str("serverId"), c.In.Str("userName"), id)
			return nil
		},
		Apply: func(c *resource.Call) error {
			s, err := needTransferServer(c)
			if err != nil {
				return err
			}
			u := c.Regional(tokTransferUser, s.ID+"/"+c.In.Str("userName"))
			if u == nil {
				return &resource.Fault{Code: "ResourceNotFoundException", Message: fmt.Sprintf("Unknown user: %s at server %s", c.In.Str("userName"), s.ID), Status: 404}
			}
			if most := c.Limits["SSH keys per transfer user"]; c.Creating() && c.Tx.CountReferrers(u.Key, tokTransferKey) >= most {
				return resource.Faultf("ServiceQuotaExceededException", "User %s has reached the maximum number of SSH public keys: %d", u.ID, most)
			}
			fields := strings.Fields(c.In.Str("body"))
			if !c.Claim("transfer-key/" + u.ARN + "/" + fields[1]) {
				return &resource.Fault{Code: "ResourceExistsException", Message: fmt.Sprintf("The SSH public key exists already for user %s", u.ID), Status: 409}
			}
			return nil
		},
	}
}

// publicKeyProblem says what is wrong with a public key in the form of an authorized_keys line: type, key, comment.
// Types: docs.aws.amazon.com/transfer/latest/userguide/keymanagement.html. Form of the key: RFC 4253, 5656 and 8709.
func publicKeyProblem(body string) string {
	fields := strings.Fields(body)
	if len(fields) < 2 {
		return "it has no type and key (ssh-ed25519 AAAA...)"
	}
	if strings.Contains(strings.TrimSpace(body), "\n") {
		return "it has more than one line"
	}
	// How many parts the key has after its type, and how many bytes the last one has at least and at most.
	forms := map[string]struct{ parts, least, most int }{
		"ssh-rsa": {2, 257, 513}, "ssh-ed25519": {1, 32, 32},
		"ecdsa-sha2-nistp256": {2, 65, 65}, "ecdsa-sha2-nistp384": {2, 97, 97}, "ecdsa-sha2-nistp521": {2, 133, 133},
	}
	form, known := forms[fields[0]]
	if !known {
		return fmt.Sprintf("%q is none of ssh-rsa, ssh-ed25519, ecdsa-sha2-nistp256, ecdsa-sha2-nistp384 and ecdsa-sha2-nistp521", fields[0])
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	if err != nil {
		return "the key is not base64"
	}
	parts, whole := wireStrings(blob)
	switch {
	case !whole || len(parts) != form.parts+1:
		return fmt.Sprintf("the key is not complete, or not of type %s", fields[0])
	case parts[0] != fields[0]:
		return fmt.Sprintf("the line says %s, the key says %s", fields[0], parts[0])
	case len(parts[form.parts]) < form.least || len(parts[form.parts]) > form.most:
		return fmt.Sprintf("a key of %d bits is not supported for %s", 8*len(strings.TrimPrefix(parts[form.parts], "\x00")), fields[0])
	}
	return ""
}

// wireStrings reads a sequence of strings, each behind its length, and says whether nothing is left over.
func wireStrings(blob []byte) (parts []string, whole bool) {
	const size = 4
	for len(blob) >= size {
		n := int(binary.BigEndian.Uint32(blob))
		if n > len(blob)-size {
			return parts, false
		}
		parts, blob = append(parts, string(blob[size:size+n])), blob[size+n:]
	}
	return parts, len(blob) == 0
}
