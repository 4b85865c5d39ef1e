package main

func vaultTokens() []string {
	return []string{
		"vault:appRole/authBackendRole:AuthBackendRole",
		"vault:appRole/authBackendRoleSecretId:AuthBackendRoleSecretId",
		"vault:aws/authBackendClient:AuthBackendClient",
		"vault:aws/authBackendConfigIdentity:AuthBackendConfigIdentity",
		"vault:aws/authBackendRole:AuthBackendRole",
		"vault:aws/authBackendStsRole:AuthBackendStsRole",
		"vault:database/secretBackendConnection:SecretBackendConnection",
		"vault:database/secretBackendRole:SecretBackendRole",
		"vault:database/secretBackendStaticRole:SecretBackendStaticRole",
		"vault:generic/endpoint:Endpoint",
		"vault:identity/group:Group",
		"vault:identity/groupAlias:GroupAlias",
		"vault:index/audit:Audit",
		"vault:index/auditRequestHeader:AuditRequestHeader",
		"vault:index/authBackend:AuthBackend",
		"vault:index/mount:Mount",
		"vault:index/passwordPolicy:PasswordPolicy",
		"vault:index/policy:Policy",
		"vault:index/quotaRateLimit:QuotaRateLimit",
		"vault:index/raftAutopilot:RaftAutopilot",
		"vault:jwt/authBackend:AuthBackend",
		"vault:jwt/authBackendRole:AuthBackendRole",
		"vault:kv/secretBackendV2:SecretBackendV2",
		"vault:pkiSecret/secretBackendConfigIssuers:SecretBackendConfigIssuers",
		"vault:pkiSecret/secretBackendConfigUrls:SecretBackendConfigUrls",
		"vault:pkiSecret/secretBackendCrlConfig:SecretBackendCrlConfig",
		"vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest",
		"vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned",
		"vault:pkiSecret/secretBackendRole:SecretBackendRole",
		"vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert",
		"vault:pkiSecret/secretBackendRootSignIntermediate:SecretBackendRootSignIntermediate",
		"vault:transit/secretBackendKey:SecretBackendKey",
	}
}

func datadogTokens() []string {
	return []string{
		"datadog:aws/integrationAccount:IntegrationAccount",
		"datadog:aws/integrationExternalId:IntegrationExternalId",
		"datadog:index/apiKey:ApiKey",
		"datadog:index/authnMapping:AuthnMapping",
		"datadog:index/dashboardJson:DashboardJson",
		"datadog:index/downtimeSchedule:DowntimeSchedule",
		"datadog:index/logsArchive:LogsArchive",
		"datadog:index/logsIndex:LogsIndex",
		"datadog:index/monitor:Monitor",
		"datadog:index/monitorNotificationRule:MonitorNotificationRule",
		"datadog:index/role:Role",
		"datadog:index/sensitiveDataScannerGroup:SensitiveDataScannerGroup",
		"datadog:index/sensitiveDataScannerRule:SensitiveDataScannerRule",
		"datadog:index/serviceAccount:ServiceAccount",
		"datadog:index/serviceAccountApplicationKey:ServiceAccountApplicationKey",
		"datadog:index/serviceLevelObjective:ServiceLevelObjective",
		"datadog:index/syntheticsTest:SyntheticsTest",
		"datadog:index/team:Team",
	}
}

func datadogFunctions() []string {
	return []string{
		"datadog:index/getRole:getRole",
		"datadog:index/getSensitiveDataScannerStandardPattern:getSensitiveDataScannerStandardPattern",
	}
}

func oktaTokens() []string {
	return []string{
		"okta:app/groupAssignment:GroupAssignment",
		"okta:app/oAuth:OAuth",
		"okta:app/saml:Saml",
		"okta:group/group:Group",
		"okta:group/rule:Rule",
		"okta:idp/oidc:Oidc",
		"okta:idp/saml:Saml",
		"okta:idp/samlKey:SamlKey",
		"okta:index/appGroupAssignments:AppGroupAssignments",
		"okta:index/appSignonPolicy:AppSignonPolicy",
		"okta:index/appSignonPolicyRule:AppSignonPolicyRule",
		"okta:index/logStream:LogStream",
		"okta:index/threatInsightSettings:ThreatInsightSettings",
		"okta:network/zone:Zone",
		"okta:policy/mfa:Mfa",
		"okta:policy/ruleIdpDiscovery:RuleIdpDiscovery",
		"okta:policy/ruleMfa:RuleMfa",
		"okta:policy/ruleSignon:RuleSignon",
		"okta:policy/signon:Signon",
	}
}

func oktaFunctions() []string {
	return []string{
		"okta:group/getEveryoneGroup:getEveryoneGroup",
		"okta:policy/getPolicy:getPolicy",
	}
}
