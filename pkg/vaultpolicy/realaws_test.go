package vaultpolicy_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// who is a role of AWS.
type who struct{ account, name string }

// uniqueID is what the recordings of programs call a role's unique id.
func (w who) uniqueID() string { return w.name + "-uniqueId" }

// arn is the role's, at the path that the project gives it.
func (w who) arn() string {
	path := "cell/" + strings.SplitN(w.name, "-", 2)[0] + "/"
	switch w.name {
	case "pulumi-cell":
		path = "deploy/"
	case "vault-auth-reader":
		path = "service/"
	}
	return "arn:aws:iam::" + w.account + ":role/" + path + w.name
}

// accessKey is by what the fake knows the role again.
func (w who) accessKey() string { return w.account + "." + w.name }

func whose(accessKey string) who {
	account, name, _ := strings.Cut(accessKey, ".")
	return who{account, name}
}

// credential matches the access key in a signature.
var credential = regexp.MustCompile(`Credential=([^/]+)/`)

// fakeAWS answers as STS and IAM do when Vault finds out who logs in. It believes
// signatures: what is shown is what Vault makes of the answer.
func fakeAWS(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, err := url.ParseQuery(string(body))
		if err != nil {
			t.Error(err)
		}
		found := credential.FindStringSubmatch(r.Header.Get("Authorization"))
		if found == nil {
			http.Error(w, "unsigned", http.StatusForbidden)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		caller := whose(found[1])
		switch action := form.Get("Action"); action {
		case "GetCallerIdentity":
			answer(w, action, fmt.Sprintf("<Arn>arn:aws:sts::%s:assumed-role/%s/test</Arn><UserId>%s:test</UserId><Account>%s</Account>", caller.account, caller.name, caller.uniqueID(), caller.account))
		case "AssumeRole":
			parts := strings.Split(form.Get("RoleArn"), ":")
			as := who{parts[4], form.Get("RoleArn")[strings.LastIndexByte(form.Get("RoleArn"), '/')+1:]}
			answer(w, action, fmt.Sprintf("<Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>", as.accessKey()))
		case "GetRole":
			role := who{caller.account, form.Get("RoleName")}
			answer(w, action, fmt.Sprintf("<Role><Path>/</Path><Arn>%s</Arn><RoleName>%s</RoleName><RoleId>%s</RoleId><CreateDate>2024-01-01T00:00:00Z</CreateDate></Role>", role.arn(), role.name, role.uniqueID()))
		default:
			t.Errorf("Vault asks AWS for %s, which nobody has foreseen", action)
			http.Error(w, action, http.StatusBadRequest)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func answer(w io.Writer, action, result string) {
	_, _ = fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, result) // who has gone needs no answer
}

// login is what a role of AWS sends to log in as a role of Vault, for the Vault called
// server: a signed request that Vault passes on to STS.
func (w who) login(role, server string) map[string]any {
	headers, err := json.Marshal(map[string][]string{
		"Authorization":             {"AWS4-HMAC-SHA256 Credential=" + w.accessKey() + "/20240101/us-east-1/sts/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-vault-aws-iam-server-id, Signature=0"},
		"Content-Type":              {"application/x-www-form-urlencoded; charset=utf-8"},
		"X-Amz-Date":                {"20240101T000000Z"},
		"X-Vault-Aws-Iam-Server-Id": {server},
	})
	if err != nil {
		panic(err) // strings
	}
	text := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	return map[string]any{
		"role": role, "iam_http_request_method": http.MethodPost, "iam_request_url": text("https://sts.us-east-1.amazonaws.com/"),
		"iam_request_body": text("Action=GetCallerIdentity&Version=2011-06-15"), "iam_request_headers": text(string(headers)),
	}
}
