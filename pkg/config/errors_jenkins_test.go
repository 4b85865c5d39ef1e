package config_test

import (
	"strings"
	"testing"

	"cellworks/pkg/config"
)

const pushed = "images: {controller: sha256:0000000000000000000000000000000000000000000000000000000000000000, agent: sha256:1111111111111111111111111111111111111111111111111111111111111111}"

func TestErrorsOfJenkins(t *testing.T) {
	t.Parallel()
	utility := func(text string) map[string]string {
		return map[string]string{"accounts/prod/utility.yaml": text + "\n"}
	}
	checkWrong(t, []wrong{
		{"values", utility("jenkins: {host: Jenkins, repository: platform, branch: -f, images: {agent: latest}, login: none, agents: {diskGiB: 20, maximum: 0}, logRetentionDays: 2}"), []string{
			`configs/accounts/prod/utility.yaml:1:17: jenkins.host: "Jenkins" is not valid, want a DNS label of lower-case letters, digits and dashes`,
			`configs/accounts/prod/utility.yaml:1:38: jenkins.repository: "platform" is not valid, want the owner and the name of a repository`,
			`configs/accounts/prod/utility.yaml:1:56: jenkins.branch: "-f" is not valid, want the name of a branch`,
			`configs/accounts/prod/utility.yaml:1:76: jenkins.images.agent: "latest" is not valid, want sha256: and 64 hexadecimal digits`,
			`configs/accounts/prod/utility.yaml:1:92: jenkins.login: "none" is not known, want one of oidc, local`,
			`configs/accounts/prod/utility.yaml:1:116: jenkins.agents.diskGiB: 20 is out of range, want 21 to 200`,
			`configs/accounts/prod/utility.yaml:1:129: jenkins.agents.maximum: 0 is out of range, want 1 to 100`,
			`configs/accounts/prod/utility.yaml:1:151: jenkins.logRetentionDays: 2 is not known, want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653`,
		}},
		{"the provider", utility(`jenkins: {oidc: {issuer: "http://example.okta.com/", clientID: a b, administrators: "", deployers: "x,y"}}`), []string{
			`configs/accounts/prod/utility.yaml:1:26: jenkins.oidc.issuer: "http://example.okta.com/" is not valid, want an https URL without query and without a slash at its end`,
			`configs/accounts/prod/utility.yaml:1:64: jenkins.oidc.clientID: "a b" is not valid, want at most 64 letters, digits, dashes and underscores`,
			`configs/accounts/prod/utility.yaml:1:85: jenkins.oidc.administrators: "" is not valid, want the name of a group`,
			`configs/accounts/prod/utility.yaml:1:100: jenkins.oidc.deployers: "x,y" is not valid, want the name of a group`,
		}},
		{"sizes that Fargate does not offer", utility("jenkins: {enabled: true, controller: {memory: 1024}, agents: {cpu: 256}}"), []string{
			`configs/accounts/prod/utility.yaml:1:47: jenkins.controller.memory: Fargate does not offer 1024 MiB of memory with cpu 2048 (configs/defaults/utility.yaml:34:21), want one of 4096, 5120, 6144, 7168, 8192, 9216, 10240, 11264, 12288, 13312, 14336, 15360, 16384`,
			`configs/defaults/utility.yaml:35:31: jenkins.agents.memory: Fargate does not offer 16384 MiB of memory with cpu 256 (configs/accounts/prod/utility.yaml:1:68), want one of 512, 1024, 2048`,
		}},
		{"nobody can log in", utility("jenkins: {enabled: true, " + pushed + "}"), []string{
			`configs/defaults/utility.yaml:33:9: jenkins.oidc.clientID: people log in by the identity provider, but its application is not named (set clientID to the id of the application, or login: local until there is one)`,
		}},
		{"nobody can reach it", utility("ecs: {loadBalancers: {internal: {enabled: false}, public: {enabled: true}}}\njenkins: {enabled: true}"), []string{
			`configs/accounts/prod/utility.yaml:2:20: jenkins.enabled: Jenkins is reached by the internal load balancer, which is switched off (set ecs.loadBalancers.internal.enabled: true here too)`,
		}},
		{"no cluster", utility("ecs: {enabled: false}\njenkins: {enabled: true}"), []string{
			`configs/accounts/prod/utility.yaml:2:20: jenkins.enabled: application jenkins needs ecs, which is switched off (enable ecs here too, or switch jenkins off)`,
		}},
	})
}

func TestJenkinsThatIsOffOrNotPushedIsNotChecked(t *testing.T) {
	t.Parallel()
	mustLoad(t, map[string]string{
		"accounts/nonprod/utility.yaml": "jenkins: {enabled: true}\n",
		"accounts/prod/utility.yaml":    "jenkins: {agents: {cpu: 256}, " + pushed + "}\n",
	})
}

func TestJenkinsNeedsTheCluster(t *testing.T) {
	t.Parallel()
	tree := mustLoad(t, map[string]string{"accounts/prod/utility.yaml": "jenkins: {enabled: true, login: local, " + pushed + "}\n"})
	u, err := tree.Utility("prod", "us-west-2")
	if err != nil {
		t.Fatal(err)
	}
	for _, app := range u.Applications() {
		if app.Name == config.ApplicationJenkins && (!app.Enabled || strings.Join(app.Needs, " ") != config.ApplicationECS) {
			t.Errorf("jenkins = %+v, want it on and to need ecs", app)
		}
	}
}
