package cell_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"cellworks/pkg/config"
	"cellworks/pkg/ipam"
	"cellworks/pkg/naming"
	"cellworks/pkg/pulumitest"
)

const encryptionType = "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2"

func roleFaults(b built) []string {
	var found []string
	for _, res := range b.recording.Resources {
		if res.Type != role && res.Type != rolePolicy {
			continue
		}
		if got, want := text(res, "path"), "/cell/"+b.Client+"/"; got != want {
			found = append(found, fmt.Sprintf("%s has path %q, want %q", res.URN, got, want))
		}
		want := naming.BoundaryARN(b.Account.ID, b.Region.Name)
		if slices.Contains(naming.CellServiceRoles(b.Client), text(res, "name")) {
			want = naming.ServiceBoundaryARN(b.Account.ID, b.Region.Name)
		}
		if got := text(res, "permissionsBoundary"); res.Type == role && got != want {
			found = append(found, fmt.Sprintf("%s has boundary %q, want %q", res.URN, got, want))
		}
	}
	return found
}

// keyed are the types that keep what a client has, with the input that names the key.
var keyed = map[string]string{
	"aws:sqs/queue:Queue":                               "kmsMasterKeyId",
	"aws:sns/topic:Topic":                               "kmsMasterKeyId",
	"aws:cloudwatch/logGroup:LogGroup":                  "kmsKeyId",
	"aws:rds/instance:Instance":                         "kmsKeyId",
	"aws:rds/cluster:Cluster":                           "kmsKeyId",
	"aws:efs/fileSystem:FileSystem":                     "kmsKeyId",
	"aws:elasticache/replicationGroup:ReplicationGroup": "kmsKeyId",
	"aws:backup/vault:Vault":                            "kmsKeyArn",
	"aws:secretsmanager/secret:Secret":                  "kmsKeyId",
	"aws:dynamodb/table:Table":                          "serverSideEncryption",
	encryptionType:                                      "rules",
	"aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication": "kmsKeyId",
}

func keyFaults(b built) []string {
	var own, found, encrypted []string
	for _, res := range b.recording.Resources {
		if res.Type == "aws:kms/key:Key" || res.Type == "aws:kms/replicaKey:ReplicaKey" {
			own = append(own, "arn:aws:kms:us-east-1:"+pulumitest.AccountID+":"+res.Name)
		}
		if res.Type == encryptionType {
			encrypted = append(encrypted, text(res, "bucket"))
		}
	}
	for _, res := range b.recording.Resources {
		named := keysOf(resource.NewProperty(res.Inputs))
		for property, key := range named {
			if !slices.Contains(own, key) {
				found = append(found, fmt.Sprintf("%s of %s is %q, want one of %q", property, res.URN, key, own))
			}
		}
		// What only reads an instance has the key of its source.
		if property := keyed[res.Type]; property != "" && text(res, "replicateSourceDb") == "" {
			if keys := keysOf(resource.NewProperty(resource.PropertyMap{resource.PropertyKey(property): res.Inputs[resource.PropertyKey(property)]})); len(keys) == 0 {
				found = append(found, fmt.Sprintf("%s names no key in %s", res.URN, property))
			}
		}
		if res.Type == "aws:s3/bucketV2:BucketV2" && !slices.Contains(encrypted, text(res, "bucket")) {
			found = append(found, fmt.Sprintf("%s has no default encryption", res.URN))
		}
	}
	return found
}

var keyInput = regexp.MustCompile(`(?i)kms\w*key(id|arn)?$`)

// keysOf returns the keys that inputs name, by input.
func keysOf(v resource.PropertyValue) map[string]string {
	found := map[string]string{}
	switch v = plainValue(v); {
	case v.IsObject():
		for name, value := range v.ObjectValue() {
			if value = plainValue(value); value.IsString() && keyInput.MatchString(string(name)) {
				found[string(name)] = value.StringValue()
			}
			for name, key := range keysOf(value) {
				found[name] = key
			}
		}
	case v.IsArray():
		for _, element := range v.ArrayValue() {
			for name, key := range keysOf(element) {
				found[name] = key
			}
		}
	}
	return found
}

func ruleFaults(b built) []string {
	var own, found []string
	for _, res := range b.recording.OfType("aws:ec2/securityGroup:SecurityGroup") {
		own = append(own, res.Name+"-id")
		if rules := res.Inputs["ingress"]; rules.IsArray() && len(rules.ArrayValue()) > 0 {
			found = append(found, res.URN+" has rules of its own, which nothing here looks at")
		}
	}
	groups, lists, in, out := allowed(b)
	for _, res := range b.recording.Resources {
		cidrs := out
		if res.Type == ingressRule {
			cidrs = in
		} else if res.Type != egressRule {
			continue
		}
		if id := text(res, "securityGroupId"); !slices.Contains(own, id) {
			found = append(found, fmt.Sprintf("%s is of group %q, want one of %q", res.URN, id, own))
		}
		for property, fine := range map[string][]string{"referencedSecurityGroupId": append(groups, own...), "prefixListId": lists, "cidrIpv4": cidrs, "cidrIpv6": nil} {
			if other := text(res, property); other != "" && !slices.Contains(fine, other) || other == "0.0.0.0/0" && res.Type == ingressRule {
				found = append(found, fmt.Sprintf("%s of %s is %q, want one of %q", property, res.URN, other, fine))
			}
		}
	}
	return found
}

// allowed returns what rules of a cell may name beside its own groups: the groups of load
// balancers and endpoints, the endpoints' prefix lists, and the networks that may come in
// and those that it may go out to.
func allowed(b built) (groups, lists, in, out []string) {
	value := func(stack string) resource.PropertyValue { return resource.NewPropertyValue(b.below[stack]) }
	base := value(naming.ProjectBase + "/" + naming.StackBase(b.Account.Name, b.Region.Name)).ObjectValue()
	groups = append(groups, base["endpointSecurityGroupId"].StringValue())
	for _, list := range base["prefixListIds"].ObjectValue() {
		lists = append(lists, list.StringValue())
	}
	for _, endpoint := range b.recording.OfType("aws:ec2/vpcEndpoint:VpcEndpoint") {
		lists = append(lists, "pl-"+endpoint.Name)
	}
	ecs := value(naming.ProjectUtility + "/" + naming.StackUtility(b.Account.Name, b.Region.Name, config.ApplicationECS)).ObjectValue()
	for _, shards := range ecs["loadBalancerShards"].ObjectValue() {
		for _, balancer := range shards.ArrayValue() {
			groups = append(groups, balancer.ObjectValue()["securityGroupId"].StringValue())
		}
	}
	consul := value(naming.ProjectUtility + "/" + naming.StackUtility(b.Account.Name, b.Region.Name, config.ApplicationConsul))
	if slices.ContainsFunc(b.Services.Items, func(s config.Service) bool { return s.Discovery == config.DiscoveryConsul }) {
		groups = append(groups, consul.ObjectValue()["balancerSecurityGroupId"].StringValue())
	}
	for stack, outputs := range b.below {
		if servers, ok := outputs["serverCidrs"].([]any); ok && strings.HasSuffix(stack, "-"+config.ApplicationVault) {
			for _, block := range servers {
				in, out = append(in, block.(string)), append(out, block.(string))
			}
		}
	}
	for _, egress := range b.Network.Egress {
		out = append(out, egress.CIDR.String())
	}
	for _, peer := range b.Network.AllowFromPeers {
		in = append(in, peer.CIDR.String())
	}
	if vpc, ok := ownBlock(b); ok {
		out = append(out, vpc.Tier(ipam.App).String())
		for scheme, balancer := range b.balancers {
			in = append(in, b.sources(scheme, balancer)...)
		}
	}
	for _, senders := range b.SFTP.AllowedCIDRs {
		in = append(in, senders.String())
	}
	return groups, lists, in, out
}

// sources returns the networks that may connect to a load balancer of the cell's own: of
// private ones no part that tasks of cells are in, connected or not.
func (b built) sources(scheme config.LoadBalancerScheme, balancer config.UtilityLoadBalancer) []string {
	tasks, err := ipam.AppTiers(b.Account.Slot, b.Region.Slot)
	if err != nil || scheme != config.Internal {
		tasks = nil
	}
	var blocks []string
	for _, block := range balancer.AllowedCIDRs {
		blocks = append(blocks, blockTexts(ipam.Without(block, tasks))...)
	}
	return blocks
}

// consulFaults returns what makes tasks something else to Consul than services of the
// client, and roles that may look at more than themselves.
func consulFaults(b built) []string {
	var found []string
	for _, res := range b.recording.Resources {
		for _, tag := range []string{naming.TagConsulService, "consul.hashicorp.com/service-name"} {
			if tags := plainValue(res.Inputs["tags"]); tags.IsObject() {
				if name := plainValue(tags.ObjectValue()[resource.PropertyKey(tag)]); name.IsString() && !strings.HasPrefix(name.StringValue(), b.Client+"-") {
					found = append(found, fmt.Sprintf("%s is %q to Consul, want %s-...", res.URN, name.StringValue(), b.Client))
				}
			}
		}
		if res.Type != rolePolicy {
			continue
		}
		all, err := statements(res)
		if err != nil {
			found = append(found, err.Error())
		}
		for _, s := range all {
			own := []string{naming.CellRoleARN(b.Account.ID, b.Region.Name, b.Client, text(res, "name"))}
			if slices.Contains(s.Action, "iam:GetRole") && !slices.Equal(s.Resource, own) {
				found = append(found, fmt.Sprintf("%s may look at %q, want %q", res.URN, s.Resource, own))
			}
		}
	}
	return found
}

func tagFaults(b built) []string {
	var found []string
	for _, res := range b.recording.Resources {
		tags := plainValue(res.Inputs["tags"])
		if res.Type == "pulumi:providers:aws" {
			if defaults := plainValue(res.Inputs["defaultTags"]); defaults.IsObject() {
				tags = plainValue(defaults.ObjectValue()["tags"])
			}
			if !tags.IsObject() || !tags.ObjectValue().HasValue("cell") {
				found = append(found, res.URN+" gives its resources no tag cell")
			}
		}
		if !tags.IsObject() {
			continue
		}
		if cell, ok := tags.ObjectValue()["cell"]; ok && plainValue(cell).StringValue() != b.Client {
			found = append(found, fmt.Sprintf("%s has tag cell %q, want %q", res.URN, plainValue(cell).StringValue(), b.Client))
		}
	}
	return found
}

// statement is what the claims read of a policy's statement.
type statement struct {
	Sid, Effect           string
	Principal             any
	Action                []string
	Resource, NotResource []string
	Condition             map[string]map[string][]string
}

func statements(res pulumitest.Resource) ([]statement, error) {
	var document struct{ Statement []statement }
	if err := json.Unmarshal([]byte(text(res, "policy")), &document); err != nil {
		return nil, fmt.Errorf("%s has no policy that can be read: %w", res.URN, err)
	}
	return document.Statement, nil
}
