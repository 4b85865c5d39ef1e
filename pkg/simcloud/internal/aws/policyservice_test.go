package aws

import "testing"

// TestServiceCallsAreDecidedAsIAMDecides: a statement that allows, none that denies, conditions that hold.
func TestServiceCallsAreDecidedAsIAMDecides(t *testing.T) {
	t.Parallel()
	const who = `"Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/*"`
	allow := func(condition string) string { return `{"Effect":"Allow",` + who + `,"Condition":` + condition + `}` }
	deny := func(condition string) string {
		return `{"Effect":"Allow",` + who + `},{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":` + condition + `}`
	}
	call := serviceCall{Service: "cloudtrail.amazonaws.com", Action: "s3:PutObject", Resource: "arn:aws:s3:::logs/AWSLogs/1", Context: map[string]string{
		"aws:sourceaccount": "111122223333", "aws:sourcearn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/audit", "aws:securetransport": "true",
	}}
	for name, tc := range map[string]struct {
		statements string
		want       bool
	}{
		"no statement about it":         {`{"Effect":"Allow","Principal":{"Service":"config.amazonaws.com"},"Action":"s3:*","Resource":"*"}`, false},
		"another resource":              {`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":"arn:aws:s3:::logs"}`, false},
		"another action":                {`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:Get*","Resource":"*"}`, false},
		"every action but another":      {`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"NotAction":"s3:Get*","Resource":"*"}`, true},
		"every resource but it":         {`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","NotResource":"arn:aws:s3:::logs/*"}`, false},
		"everybody":                     {`{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}`, true},
		"everybody but somebody":        {`{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}`, false},
		"its account":                   {allow(`{"StringEquals":{"aws:SourceAccount":"111122223333"}}`), true},
		"one of two accounts":           {allow(`{"StringEquals":{"AWS:SourceAccount":["1","111122223333"]}}`), true},
		"another account":               {allow(`{"StringEquals":{"aws:SourceAccount":"444455556666"}}`), false},
		"its ARN by a pattern":          {allow(`{"ArnLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:111122223333:trail/*"}}`), true},
		"its ARN by a pattern as text":  {allow(`{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:*:111122223333:trail/*"}}`), false},
		"another trail":                 {allow(`{"ArnEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:111122223333:trail/other"}}`), false},
		"one condition of two":          {allow(`{"StringEquals":{"aws:SourceAccount":"111122223333"},"Bool":{"aws:SecureTransport":"false"}}`), false},
		"condition that nobody sends":   {allow(`{"StringEquals":{"aws:SourceOrgID":"o-1"}}`), true},
		"operator for numbers":          {allow(`{"NumericLessThan":{"aws:SourceAccount":"1"}}`), true},
		"denied without TLS":            {deny(`{"Bool":{"aws:SecureTransport":false}}`), true},
		"denied with TLS":               {deny(`{"Bool":{"aws:SecureTransport":"true"}}`), false},
		"denied to others":              {deny(`{"StringNotEquals":{"aws:SourceAccount":"111122223333"}}`), true},
		"denied to all but another":     {deny(`{"StringNotEqualsIfExists":{"aws:SourceAccount":"444455556666"}}`), false},
		"denied by what nobody sends":   {deny(`{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}`), true},
		"document that cannot be read":  {`{`, false},
		"denied without any condition":  {`{"Effect":"Allow",` + who + `},{"Effect":"Deny",` + who + `}`, false},
		"allowed twice, once in effect": {allow(`{"StringEquals":{"aws:SourceAccount":"4"}}`) + `,` + allow(`{"StringLike":{"aws:SourceAccount":"1111*"}}`), true},
	} {
		if got := call.allowedBy(`{"Version":"2012-10-17","Statement":[` + tc.statements + `]}`); got != tc.want {
			t.Errorf("%s: allowed = %v, want %v", name, got, tc.want)
		}
	}
}

// TestPatternsOfEventsAndLogs are those that this repository's programs might write.
func TestPatternsOfEventsAndLogs(t *testing.T) {
	t.Parallel()
	for _, p := range []string{
		`{"source":["aws.securityhub"],"detail-type":["Security Hub Findings - Imported"],"detail":{"findings":{"Severity":{"Label":["HIGH","CRITICAL"]},"Workflow":{"Status":["NEW"]}}}}`,
		`{"detail":{"userIdentity":{"type":["Root"],"invokedBy":[{"exists":false}]},"eventType":[{"anything-but":"AwsServiceEvent"}]}}`,
		`{"detail":{"severity":[{"numeric":[">=",7,"<",10]}],"name":[{"prefix":{"equals-ignore-case":"x"}},null,true,1]}}`,
		`{"$or":[{"source":["a"]},{"detail":{"x":[{"wildcard":"*y"}]}}]}`,
	} {
		if problem := patternProblem(p); problem != "" {
			t.Errorf("%s: %s", p, problem)
		}
	}
	for _, p := range []string{
		"", "ERROR -WARN", `"quoted phrase"`, `[ip, user, status_code = 4*, size]`, `{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }`,
		`{ $.requestParameters.ipPermissions.items[0].fromPort = 22 }`, `%AUTHORIZED\s[A-Z(]%`,
	} {
		if problem := filterPatternProblem(p); problem != "" {
			t.Errorf("%s: %s", p, problem)
		}
	}
	for _, s := range []string{"rate(1 day)", "rate(5 minutes)", "cron(0 12 * * ? *)", "cron(0 8 ? * MON-FRI *)"} {
		if scheduleProblem(s) {
			t.Errorf("%s is no schedule", s)
		}
	}
}
