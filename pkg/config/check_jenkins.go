package config

import "fmt"

// jenkins checks what the tags of UtilityJenkins cannot say.
func (c *checker) jenkins(u Utility) {
	const key = "jenkins"
	j := u.Jenkins
	if !j.Enabled || c.bad(key) {
		return
	}
	c.fargateSize(key+".controller", j.Controller)
	c.fargateSize(key+".agents", j.Agents.Size())
	if path := key + ".oidc.clientID"; j.Login == JenkinsOIDC && j.Images.Pushed() && j.OIDC.ClientID == "" && !c.bad(key+".oidc", path, key+".login", key+".images") {
		c.problem(path, "people log in by the identity provider, but its application is not named", "set clientID to the id of the application, or login: local until there is one")
	}
	// Without its application it is reported as a missing need.
	if balancer := "ecs.loadBalancers.internal"; u.ECS.Enabled && !u.ECS.LoadBalancers.Internal.Enabled && !c.bad("ecs", "ecs.loadBalancers", balancer, balancer+".enabled", key+".enabled") {
		c.problem(key+".enabled", "Jenkins is reached by the internal load balancer, which is switched off", "set "+balancer+".enabled: true here too")
	}
}

// fargateSize reports a size that Fargate does not offer.
func (c *checker) fargateSize(at string, s FargateSize) {
	if c.bad(at, at+".cpu", at+".memory") || fargateOffers(s.CPU, s.Memory) {
		return
	}
	c.problem(at+".memory", fmt.Sprintf("Fargate does not offer %d MiB of memory with cpu %d (%s), want one of %s", s.Memory, s.CPU, c.where(at+".cpu"), joinInts(FargateMemory(s.CPU))), "")
}
