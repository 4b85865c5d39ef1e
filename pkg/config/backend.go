package config

import (
	"net/url"
	"strings"
)

// Bucket returns the bucket of an s3:// backend, the prefix in it without slashes at
// its ends, and the region that the URL names, which may be empty. It reports
// whether the backend is one.
func (b Backend) Bucket() (bucket, prefix, region string, ok bool) {
	u, err := url.Parse(b.URL)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return "", "", "", false
	}
	return u.Host, strings.Trim(u.Path, "/"), u.Query().Get("region"), true
}

// Key returns the key of an awskms:// secrets provider as it is named there, which is
// an alias such as alias/pulumi, an id or an ARN, and the region that the URL names,
// which may be empty. It reports whether the secrets provider is one.
func (b Backend) Key() (key, region string, ok bool) {
	u, err := url.Parse(b.SecretsProvider)
	if err != nil || u.Scheme != "awskms" {
		return "", "", false
	}
	// awskms:///arn:aws:kms:... has no host, awskms://alias/pulumi has alias for one.
	key = strings.Trim(u.Host+u.Path, "/")
	return key, u.Query().Get("region"), key != ""
}
