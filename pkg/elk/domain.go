package elk

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/opensearch"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/iampolicy"
)

const (
	// masters is how many nodes only lead: with three, two agree when one is lost.
	masters = 3
	// tlsPolicy wants TLS 1.2 and keys that are forgotten after each session
	// (docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DomainEndpointOptions.html).
	tlsPolicy = "Policy-Min-TLS-1-2-PFS-2023-10"
	// validationTTLSeconds is short: the record is read by ACM only.
	validationTTLSeconds = 60
	// endpointTTLSeconds is how long a client may use the domain's old address.
	endpointTTLSeconds = 300
	// rolesKey is the attribute in which the identity provider names a person's groups.
	rolesKey = "roles"
)

// domainPolicy lets everyone in who reaches the domain, which is in the VPC: people who
// sign in at the identity provider have no credentials of AWS, which a policy on
// principals would want of every request
// (docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html). Roles
// within the domain decide.
func (a Args) domainPolicy(domainARN string) iampolicy.Document {
	return iampolicy.NewDocument(iampolicy.Allow("RolesDecide", "es:ESHttp*").By(iampolicy.ByEveryone()).On(domainARN + "/*"))
}

// addDomain adds the domain with its certificate and its name in DNS.
func (e *ELK) addDomain(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	certificate, err := e.addCertificate(ctx, child)
	if err != nil {
		return err
	}
	before, err := e.addServiceLinkedRole(ctx, child)
	if err != nil {
		return err
	}
	e.domain, err = opensearch.NewDomain(ctx, e.name, e.domainArgs(certificate), child,
		pulumi.DependsOn(append(before, e.writable)), pulumi.Protect(e.args.DeletionProtection))
	if err != nil {
		return err
	}
	e.DomainName, e.DomainARN = e.domain.DomainName, e.domain.Arn
	record, err := route53.NewRecord(ctx, e.name, &route53.RecordArgs{
		ZoneId:  pulumi.String(e.args.ZoneID),
		Name:    pulumi.String(e.plan.endpoint),
		Type:    pulumi.String("CNAME"),
		Ttl:     pulumi.Int(endpointTTLSeconds),
		Records: pulumi.StringArray{e.domain.Endpoint},
	}, child)
	if err != nil {
		return err
	}
	e.Endpoint = record.Name
	return nil
}

// addCertificate issues the certificate of the domain's name, and returns its ARN once
// it is issued.
func (e *ELK) addCertificate(ctx *pulumi.Context, child pulumi.ResourceOption) (pulumi.StringInput, error) {
	certificate, err := acm.NewCertificate(ctx, e.name, &acm.CertificateArgs{
		DomainName:       pulumi.String(e.plan.endpoint),
		ValidationMethod: pulumi.String("DNS"),
	}, child)
	if err != nil {
		return nil, err
	}
	// A certificate for one name has exactly one validation option.
	option := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	record, err := route53.NewRecord(ctx, e.name+"-validation", &route53.RecordArgs{
		ZoneId:         pulumi.String(e.args.ZoneID),
		Name:           option.ResourceRecordName().Elem(),
		Type:           option.ResourceRecordType().Elem(),
		Records:        pulumi.StringArray{option.ResourceRecordValue().Elem()},
		Ttl:            pulumi.Int(validationTTLSeconds),
		AllowOverwrite: pulumi.Bool(true),
	}, child)
	if err != nil {
		return nil, err
	}
	validation, err := acm.NewCertificateValidation(ctx, e.name, &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{record.Fqdn},
	}, child)
	if err != nil {
		return nil, err
	}
	return validation.CertificateArn, nil
}

func (e *ELK) domainArgs(certificateARN pulumi.StringInput) *opensearch.DomainArgs {
	c := e.args.Config
	return &opensearch.DomainArgs{
		DomainName:    pulumi.String(e.plan.domain),
		EngineVersion: pulumi.String(c.EngineVersion),
		ClusterConfig: e.cluster(),
		EbsOptions: opensearch.DomainEbsOptionsArgs{
			EbsEnabled: pulumi.Bool(true),
			VolumeType: pulumi.String("gp3"),
			VolumeSize: pulumi.Int(c.Data.VolumeGiB),
		},
		VpcOptions: opensearch.DomainVpcOptionsArgs{
			SubnetIds:        pulumi.ToStringArray(e.args.DataSubnetIDs),
			SecurityGroupIds: pulumi.StringArray{e.groups.domain.ID()},
		},
		EncryptAtRest:        opensearch.DomainEncryptAtRestArgs{Enabled: pulumi.Bool(true), KmsKeyId: e.KeyARN},
		NodeToNodeEncryption: opensearch.DomainNodeToNodeEncryptionArgs{Enabled: pulumi.Bool(true)},
		DomainEndpointOptions: opensearch.DomainDomainEndpointOptionsArgs{
			EnforceHttps:                 pulumi.Bool(true),
			TlsSecurityPolicy:            pulumi.String(tlsPolicy),
			CustomEndpointEnabled:        pulumi.Bool(true),
			CustomEndpoint:               pulumi.String(e.plan.endpoint),
			CustomEndpointCertificateArn: certificateARN,
		},
		AdvancedSecurityOptions: opensearch.DomainAdvancedSecurityOptionsArgs{
			Enabled:                     pulumi.Bool(true),
			AnonymousAuthEnabled:        pulumi.Bool(false),
			InternalUserDatabaseEnabled: pulumi.Bool(false),
			MasterUserOptions:           opensearch.DomainAdvancedSecurityOptionsMasterUserOptionsArgs{MasterUserArn: e.configurator.ARN},
		},
		AccessPolicies:        pulumi.String(e.plan.access),
		LogPublishingOptions:  e.published(),
		OffPeakWindowOptions:  e.window(),
		SoftwareUpdateOptions: opensearch.DomainSoftwareUpdateOptionsArgs{AutoSoftwareUpdateEnabled: pulumi.Bool(true)},
		AutoTuneOptions: opensearch.DomainAutoTuneOptionsArgs{
			DesiredState:      pulumi.String("ENABLED"),
			RollbackOnDisable: pulumi.String("NO_ROLLBACK"),
			UseOffPeakWindow:  pulumi.Bool(true),
		},
	}
}

func (e *ELK) cluster() opensearch.DomainClusterConfigArgs {
	c := e.args.Config
	cluster := opensearch.DomainClusterConfigArgs{
		InstanceType:           pulumi.String(c.Data.InstanceType),
		InstanceCount:          pulumi.Int(c.Data.Count),
		DedicatedMasterEnabled: pulumi.Bool(true),
		DedicatedMasterCount:   pulumi.Int(masters),
		DedicatedMasterType:    pulumi.String(c.MasterInstanceType),
		ZoneAwarenessEnabled:   pulumi.Bool(true),
		ZoneAwarenessConfig:    opensearch.DomainClusterConfigZoneAwarenessConfigArgs{AvailabilityZoneCount: pulumi.Int(Zones)},
	}
	if c.Warm.Enabled {
		cluster.WarmEnabled = pulumi.Bool(true)
		cluster.WarmCount = pulumi.Int(c.Warm.Count)
		cluster.WarmType = pulumi.String(c.Warm.InstanceType)
	}
	return cluster
}

func (e *ELK) window() opensearch.DomainOffPeakWindowOptionsArgs {
	return opensearch.DomainOffPeakWindowOptionsArgs{
		Enabled: pulumi.Bool(true),
		OffPeakWindow: opensearch.DomainOffPeakWindowOptionsOffPeakWindowArgs{
			WindowStartTime: opensearch.DomainOffPeakWindowOptionsOffPeakWindowWindowStartTimeArgs{
				Hours:   pulumi.Int(e.args.Config.WindowHour),
				Minutes: pulumi.Int(0),
			},
		},
	}
}

// addSignIn lets people sign in to Dashboards at the identity provider. Its application
// knows the domain by its own name, which does not depend on the domain.
func (e *ELK) addSignIn(ctx *pulumi.Context, child pulumi.ResourceOption) error {
	if e.plan.identityProvider == "" {
		return nil
	}
	_, err := opensearch.NewDomainSamlOptions(ctx, e.name, &opensearch.DomainSamlOptionsArgs{
		DomainName: e.DomainName,
		SamlOptions: opensearch.DomainSamlOptionsSamlOptionsArgs{
			Enabled: pulumi.Bool(true),
			Idp: opensearch.DomainSamlOptionsSamlOptionsIdpArgs{
				EntityId:        pulumi.String(e.plan.identityProvider),
				MetadataContent: pulumi.String(strings.TrimSpace(e.args.Config.People.SAMLMetadata)),
			},
			RolesKey:              pulumi.String(rolesKey),
			MasterBackendRole:     pulumi.String(e.args.Config.People.Administrators),
			SessionTimeoutMinutes: pulumi.Int(e.args.Config.People.SessionMinutes),
		},
	}, child)
	return err
}
