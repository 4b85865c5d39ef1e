package aws

import (
	"regexp"
	"slices"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
	"cellworks/pkg/simcloud/internal/schema"
	"cellworks/pkg/simcloud/internal/store"
)

func capacityProvider() *resource.Kind {
	const group = "autoScalingGroupProvider"
	onOff := []string{"ENABLED", "DISABLED"}
	return &resource.Kind{
		Token: tokCapacityProvider, Service: "ECS", Noun: "ECS Capacity Provider", CreateOp: "CreateCapacityProvider", UpdateOp: "UpdateCapacityProvider", DeleteOp: "DeleteCapacityProvider",
		Naming: &resource.Naming{Property: "name", Max: 255},
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"name"}, Why: "the name is the capacity provider's ARN"}},
			Enums: map[string][]string{
				group + ".managedDraining": onOff, group + ".managedTerminationProtection": onOff, group + ".managedScaling.status": onOff,
			},
			Ranges: map[string]schema.Range{
				group + ".managedScaling.targetCapacity":         {Min: 1, Max: 100},
				group + ".managedScaling.instanceWarmupPeriod":   {Min: 0, Max: 10000},
				group + ".managedScaling.maximumScalingStepSize": {Min: 1, Max: 10000},
				group + ".managedScaling.minimumScalingStepSize": {Min: 1, Max: 10000},
			},
			Formats: map[string]schema.Format{group + ".autoScalingGroupArn": schema.ARN},
		},
		Forces: func(old, next resource.Props) []string {
			if sameValue(old.Obj(group)["autoScalingGroupArn"], next.Obj(group)["autoScalingGroupArn"]) {
				return nil
			}
			return []string{group}
		},
		ForcesWhen: "another Auto Scaling group",
		Validate: func(v *resource.Validation) {
			name := v.In.Str("name")
			reserved := regexp.MustCompile(`(?i)^(aws|ecs|fargate)`).MatchString(name)
			if v.In.Known("name") && (reserved || !regexp.MustCompile(`^[0-9A-Za-z_-]{1,255}$`).MatchString(name)) {
				v.Fail("name", "ClientException: The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores, and hyphens. The name cannot be prefixed with \"aws\", \"ecs\", or \"fargate\". Specify a valid name and try again. (%s)", name)
			}
		},
		Identify: func(c *resource.Call) error {
			c.Obj.ID = ecsARN(c, "capacity-provider/"+c.In.Str("name"))
			c.Obj.ARN = c.Obj.ID
			c.ImportAs(c.In.Str("name"))
			if c.Tx.Get(c.Obj.Key) != nil {
				return resource.Faultf("ClientException", "The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.")
			}
			return nil
		},
		Apply:  applyCapacityProvider,
		Report: reportCapacityProvider,
		Remove: func(c *resource.Call) error {
			if users := c.Users(tokClusterProviders); len(users) > 0 {
				return resource.Faultf("DELETE_FAILED", "The capacity provider cannot be deleted because it is associated with cluster: %s. Remove the capacity provider from the cluster and try again.", users[0].ID)
			}
			return nil
		},
	}
}

func applyCapacityProvider(c *resource.Call) error {
	p := c.In.Obj("autoScalingGroupProvider")
	arn := p.Str("autoScalingGroupArn")
	name := arn[strings.LastIndexByte(arn, '/')+1:]
	g := c.Regional(tokScalingGroup, name)
	if g == nil || g.ARN != arn {
		return resource.Faultf("ClientException", "The specified Auto Scaling group ARN is invalid. Specify a valid ARN and try again. (%s)", arn)
	}
	if !c.Claim("capacity-of/" + arn) {
		return resource.Faultf("ClientException", "The specified Auto Scaling group ARN is already being used by another capacity provider. Specify a unique Auto Scaling group ARN and try again.")
	}
	scaling := p.Obj("managedScaling")
	if least, most := scaling.Int("minimumScalingStepSize"), scaling.Int("maximumScalingStepSize"); most > 0 && least > most {
		return resource.Faultf("ClientException", "The minimum scaling step size (%d) must not be more than the maximum (%d).", least, most)
	}
	if p.Str("managedTerminationProtection") != "ENABLED" {
		return nil
	}
	if scaling.Str("status") != "ENABLED" {
		return resource.Faultf("ClientException", "The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, managed scaling must be enabled.")
	}
	if !resource.Props(g.Outputs).Bool("protectFromScaleIn") {
		return resource.Faultf("ClientException", "The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, the Auto Scaling group must have instance protection from scale in enabled.")
	}
	return nil
}

// reportCapacityProvider fills in what ECS chooses inside the one property. Source:
// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html.
func reportCapacityProvider(c *resource.Call) {
	in := c.In.Obj("autoScalingGroupProvider")
	filled := func(from resource.Props, defaults map[string]any) map[string]any {
		for k, v := range from {
			defaults[k] = v
		}
		return defaults
	}
	scaling := map[string]any{"status": "DISABLED"}
	if in.Has("managedScaling") {
		scaling = map[string]any{"status": "ENABLED", "targetCapacity": 100, "minimumScalingStepSize": 1, "maximumScalingStepSize": 10000, "instanceWarmupPeriod": 300}
	}
	out := filled(in, map[string]any{"managedDraining": "ENABLED", "managedTerminationProtection": "DISABLED"})
	out["managedScaling"] = filled(in.Obj("managedScaling"), scaling)
	c.Out("autoScalingGroupProvider", out)
}

func clusterCapacityProviders() *resource.Kind {
	return &resource.Kind{
		Token: tokClusterProviders, Service: "ECS", Noun: "ECS Cluster Capacity Providers", CreateOp: "PutClusterCapacityProviders", UpdateOp: "PutClusterCapacityProviders", DeleteOp: "PutClusterCapacityProviders",
		Upsert: true,
		Rules: schema.Rules{
			Replaces: []schema.Replace{{Properties: []string{"clusterName"}, Why: "it is the cluster's"}},
			Sets:     []string{"capacityProviders", "defaultCapacityProviderStrategies"},
			Ranges: map[string]schema.Range{
				"defaultCapacityProviderStrategies.base":   {Min: 0, Max: 100000},
				"defaultCapacityProviderStrategies.weight": {Min: 0, Max: 1000},
			},
		},
		Identify: func(c *resource.Call) error { c.Obj.ID = c.In.Str("clusterName"); return nil },
		Apply:    applyClusterProviders,
		Remove: func(c *resource.Call) error {
			if strategic(c, func(string) bool { return true }) {
				return providerInUse()
			}
			return nil
		},
	}
}

func providerInUse() error {
	return resource.Faultf("ResourceInUseException", "The specified capacity provider is in use and cannot be removed.")
}

func applyClusterProviders(c *resource.Call) error {
	if _, err := needCluster(c, c.In.Str("clusterName")); err != nil {
		return err
	}
	c.Default("capacityProviders", resource.List[any]())
	associated := c.In.Strs("capacityProviders")
	if most := c.Limits["capacity providers per cluster"]; len(associated) > most {
		return resource.Faultf("LimitExceededException", "A cluster can have at most %d capacity providers, got %d", most, len(associated))
	}
	for _, p := range associated {
		if !onFargate(p) && c.Regional(tokCapacityProvider, providerARN(c, p)) == nil {
			return resource.Faultf("InvalidParameterException", "The specified capacity provider '%s' was not found.", p)
		}
	}
	if strategic(c, func(name string) bool {
		return slices.Contains(c.Old.Strs("capacityProviders"), name) && !slices.Contains(associated, name)
	}) {
		return providerInUse()
	}
	strategies := c.In.Objs("defaultCapacityProviderStrategies")
	for _, s := range strategies {
		if !slices.Contains(associated, s.Str("capacityProvider")) {
			return resource.Faultf("InvalidParameterException", "The capacity provider '%s' in the default strategy is not associated with the cluster.", s.Str("capacityProvider"))
		}
	}
	return checkStrategy(c, strategies)
}

// strategic says whether a service of the cluster places tasks on a capacity provider that the test picks.
func strategic(c *resource.Call, picks func(name string) bool) bool {
	for _, k := range c.Users(tokService) {
		for _, s := range resource.Props(c.Tx.Get(k).Outputs).Objs("capacityProviderStrategies") {
			if picks(s.Str("capacityProvider")) {
				return true
			}
		}
	}
	return false
}

func onFargate(provider string) bool { return provider == "FARGATE" || provider == "FARGATE_SPOT" }

// providerARN is the ARN of a capacity provider that is named or written as its ARN.
func providerARN(c *resource.Call, name string) string {
	if strings.HasPrefix(name, "arn:") {
		return name
	}
	return ecsARN(c, "capacity-provider/"+name)
}

// checkStrategy holds what ECS asks of a strategy as a whole. Source:
// docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html.
func checkStrategy(c *resource.Call, strategies []resource.Props) error {
	const mostInStrategy = 20
	if len(strategies) > mostInStrategy {
		return resource.Faultf("InvalidParameterException", "A capacity provider strategy can contain a maximum of %d capacity providers.", mostInStrategy)
	}
	bases, fargate, weights := 0, 0, 0
	for _, s := range strategies {
		if s.Int("base") > 0 {
			bases++
		}
		if onFargate(s.Str("capacityProvider")) {
			fargate++
		}
		weights += s.Int("weight")
	}
	switch {
	case fargate > 0 && fargate < len(strategies):
		return resource.Faultf("InvalidParameterException", "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling groups and Fargate providers. Specify one or the other and try again.")
	case bases > 1:
		return resource.Faultf("InvalidParameterException", "A capacity provider strategy cannot contain more than one capacity provider with a base value that is not 0.")
	case c.Obj.Type == tokService && len(strategies) > 0 && weights == 0:
		return resource.Faultf("InvalidParameterException", "A capacity provider strategy must contain at least one capacity provider with a weight that is not 0.")
	}
	return nil
}

// associatedWith says whether a cluster has a capacity provider.
func associatedWith(providers *store.Object, name string) bool {
	return providers != nil && slices.Contains(resource.Props(providers.Outputs).Strs("capacityProviders"), name)
}
