package database

import (
	"maps"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/iam"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/rds"
	awsvpc "github.com/pulumi/pulumi-aws/sdk/v6/go/aws/vpc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/config"
	"cellworks/pkg/iampolicy"
	"cellworks/pkg/naming"
	"cellworks/pkg/securitygroup"
)

// letTasks lets the cell's tasks connect to a group. Their own group lets nothing out that
// is not listed.
func (d *Database) letTasks(group *securitygroup.Group, name string) error {
	if _, err := awsvpc.NewSecurityGroupIngressRule(d.ctx, name+"-tasks-tcp", &awsvpc.SecurityGroupIngressRuleArgs{
		SecurityGroupId:           group.ID,
		ReferencedSecurityGroupId: d.args.MemberGroupID.ToStringOutput(),
		Description:               pulumi.String("the cell's tasks"),
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(config.DatabasePort),
		ToPort:                    pulumi.Int(config.DatabasePort),
	}, d.child); err != nil {
		return err
	}
	_, err := awsvpc.NewSecurityGroupEgressRule(d.ctx, name+"-tasks-tcp", &awsvpc.SecurityGroupEgressRuleArgs{
		SecurityGroupId:           d.args.MemberGroupID.ToStringOutput(),
		ReferencedSecurityGroupId: group.ID,
		Description:               pulumi.String("the cell's database"),
		IpProtocol:                pulumi.String("tcp"),
		FromPort:                  pulumi.Int(config.DatabasePort),
		ToPort:                    pulumi.Int(config.DatabasePort),
	}, d.child)
	return err
}

// addProxy shares connections among tasks. Tasks log in to it as themselves, by IAM; it
// logs in with the password that RDS keeps.
func (d *Database) addProxy() error {
	if !d.args.Config.Proxy {
		return nil
	}
	name := d.name + "-proxy"
	group, err := securitygroup.AddIn(d.ctx, name, d.args.VPCID, "Database proxy of client "+d.args.Client, d.child)
	if err != nil {
		return err
	}
	if err := d.letTasks(group, name); err != nil {
		return err
	}
	if err := group.To(securitygroup.Of(d.group), config.DatabasePort, "database", "tcp"); err != nil {
		return err
	}
	if err := d.group.From(securitygroup.Of(group), config.DatabasePort, "proxy", "tcp"); err != nil {
		return err
	}
	role, err := d.addProxyRole(name)
	if err != nil {
		return err
	}
	proxy, err := rds.NewProxy(d.ctx, name, &rds.ProxyArgs{
		Name:                pulumi.String(naming.CellDatabase(d.args.Client)),
		EngineFamily:        pulumi.String("POSTGRESQL"),
		RequireTls:          pulumi.Bool(true),
		RoleArn:             role,
		VpcSubnetIds:        d.args.SubnetIDs,
		VpcSecurityGroupIds: pulumi.StringArray{group.ID},
		Auths: rds.ProxyAuthArray{rds.ProxyAuthArgs{
			AuthScheme: pulumi.String("SECRETS"),
			IamAuth:    pulumi.String("REQUIRED"),
			SecretArn:  d.MasterSecretARN,
		}},
	}, d.child)
	if err != nil {
		return err
	}
	if err := d.addProxyTarget(name, proxy); err != nil {
		return err
	}
	d.Host = proxy.Endpoint
	return d.letServices(name, proxy)
}

func (d *Database) addProxyTarget(name string, proxy *rds.Proxy) error {
	targets, err := rds.NewProxyDefaultTargetGroup(d.ctx, name, &rds.ProxyDefaultTargetGroupArgs{DbProxyName: proxy.Name}, d.child)
	if err != nil {
		return err
	}
	args := &rds.ProxyTargetArgs{DbProxyName: proxy.Name, TargetGroupName: targets.Name}
	if id := pulumi.String(naming.CellDatabase(d.args.Client)); d.args.Config.Engine == config.EngineAurora {
		args.DbClusterIdentifier = id
	} else {
		args.DbInstanceIdentifier = id
	}
	_, err = rds.NewProxyTarget(d.ctx, name, args, d.child, pulumi.DependsOn([]pulumi.Resource{d.Resource}))
	return err
}

// addProxyRole lets the proxy read the one password that it logs in with.
func (d *Database) addProxyRole(name string) (pulumi.StringOutput, error) {
	physical, err := naming.Role(d.args.Client, "database", "proxy")
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	trust, err := iampolicy.NewDocument(
		iampolicy.Allow("AssumeByProxy", "sts:AssumeRole").By(iampolicy.ByService("rds.amazonaws.com")).
			If("StringEquals", "aws:SourceAccount", d.args.AccountID),
	).JSONFor(iampolicy.Trust)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	role, err := iam.NewRole(d.ctx, name, &iam.RoleArgs{
		Name:                pulumi.String(physical),
		Path:                pulumi.String(naming.CellRolePath(d.args.Client)),
		Description:         pulumi.String("Database proxy of client " + d.args.Client),
		AssumeRolePolicy:    pulumi.String(trust),
		PermissionsBoundary: d.args.PermissionsBoundary.ToStringOutput().ToStringPtrOutput(),
	}, d.child)
	if err != nil {
		return pulumi.StringOutput{}, err
	}
	policy := pulumi.All(d.MasterSecretARN, d.args.KeyARN).ApplyT(func(arns []any) (string, error) {
		return iampolicy.NewDocument(
			iampolicy.Allow("ReadPassword", "secretsmanager:GetSecretValue").On(arns[0].(string)),
			iampolicy.Allow("DecryptPassword", "kms:Decrypt").On(arns[1].(string)).
				If("StringEquals", "kms:ViaService", "secretsmanager."+d.args.Region+".amazonaws.com"),
		).JSONFor(iampolicy.Managed)
	}).(pulumi.StringOutput)
	return role.Arn, d.attach(name, physical, "What the database proxy reads", policy, map[string]pulumi.StringInput{name: role.Name})
}

// letServices lets the tasks of the cell's services log in to the proxy, and to no other.
func (d *Database) letServices(name string, proxy *rds.Proxy) error {
	if len(d.args.TaskRoles) == 0 {
		return nil
	}
	physical, err := naming.Role(d.args.Client, "database", "login")
	if err != nil {
		return err
	}
	policy := proxy.Arn.ApplyT(func(arn string) (string, error) {
		user := naming.ARN(d.args.Region, "rds-db", d.args.Region, d.args.AccountID, "dbuser:"+proxyID(arn)+"/"+masterUsername)
		return iampolicy.NewDocument(iampolicy.Allow("LogIn", "rds-db:connect").On(user)).JSONFor(iampolicy.Managed)
	}).(pulumi.StringOutput)
	roles := map[string]pulumi.StringInput{}
	for _, role := range d.args.TaskRoles {
		roles[name+"-"+role] = pulumi.String(role)
	}
	return d.attach(name+"-login", physical, "Logs in to the database of client "+d.args.Client, policy, roles)
}

// proxyID is the last part of a proxy's ARN, by which policies know it
// (docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-connecting.html).
func proxyID(arn string) string { return arn[strings.LastIndexByte(arn, ':')+1:] }

// attach makes a policy of the cell and gives it to roles, by the logical names of the
// attachments.
func (d *Database) attach(name, physical, description string, document pulumi.StringInput, roles map[string]pulumi.StringInput) error {
	policy, err := iam.NewPolicy(d.ctx, name, &iam.PolicyArgs{
		Name:        pulumi.String(physical),
		Path:        pulumi.String(naming.CellRolePath(d.args.Client)),
		Description: pulumi.String(description),
		Policy:      document,
	}, d.child)
	if err != nil {
		return err
	}
	for _, logical := range slices.Sorted(maps.Keys(roles)) {
		if _, err := iam.NewRolePolicyAttachment(d.ctx, logical, &iam.RolePolicyAttachmentArgs{Role: roles[logical], PolicyArn: policy.Arn}, d.child); err != nil {
			return err
		}
	}
	return nil
}
