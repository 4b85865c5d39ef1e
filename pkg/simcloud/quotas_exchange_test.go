package simcloud_test

// beyondExchangeQuotas is beyondQuotas for the quotas of what a cell exchanges messages and files with.
func beyondExchangeQuotas() map[string]beyond {
	return map[string]beyond{
		"transfer servers per region": {0, sftpType, fixed(props{}), "ServiceQuotaExceededException: You have reached the maximum number of servers: 1"},
		"users per transfer server":   {1, sftpUserType, func(w *world) props { return with(w.res["sftp-user"].In, props{"userName": "client-2"}) }, "has reached the maximum number of users: 1"},
		"SSH keys per transfer user":  {1, sftpKeyType, func(w *world) props { return with(w.res["sftp-key"].In, props{"body": edKey("q")}) }, "has reached the maximum number of SSH public keys: 1"},
		"malware plans per region": {0, malwarePlanType, func(w *world) props {
			return with(w.res["inbox-scan"].In, props{"protectedResource": props{"s3Bucket": props{"bucketName": "acme-copies"}}})
		}, "BadRequestException: The request was rejected because the limit of 1 malware protection plans has been reached."},
		"certificates per balancer": {1, moreCertificates, func(w *world) props {
			cert := w.create("aws:acm/certificate:Certificate", "second-name", props{"domainName": "b.clients.example.com", "validationMethod": "DNS"})
			option := cert.Out["domainValidationOptions"].([]any)[0].(props)
			w.create("aws:route53/record:Record", "second-proof", props{
				"zoneId": w.res["zone"].ID, "name": option["resourceRecordName"], "type": option["resourceRecordType"], "ttl": 60, "records": []any{option["resourceRecordValue"]}, "allowOverwrite": true,
			})
			w.create("aws:acm/certificateValidation:CertificateValidation", "second-valid", props{"certificateArn": cert.ID})
			return props{"listenerArn": w.res["https"].ID, "certificateArn": cert.ID}
		}, "TooManyCertificates: The maximum number of certificates on load balancer"},
		"scheduled actions per target": {1, timedScalingType, func(w *world) props { return with(w.res["morning"].In, props{"name": "evening"}) }, "LimitExceededException: The maximum number of scheduled actions"},
	}
}
