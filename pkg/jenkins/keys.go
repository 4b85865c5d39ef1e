package jenkins

import (
	"slices"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
	"cellworks/pkg/taskdef"
)

// keySecrets returns what the secrets are for that hold the keys of agents, by name.
// They come in pairs: what looks at stacks must not be able to change them.
func keySecrets(keys map[string][]string) map[string]string {
	secrets := map[string]string{}
	for system := range keys {
		secrets[naming.JenkinsKeySecret(system, true)] = "Keys with which agents of Jenkins read " + system
		secrets[naming.JenkinsKeySecret(system, false)] = "Keys with which agents of Jenkins deploy into " + system
	}
	return secrets
}

// keysOf returns the variables of a kind of agent that hold keys, by the secret they are
// in. The account baseline is in AWS alone, and what nobody has approved gets none.
func (a AgentsArgs) keysOf(kind string) map[string][]string {
	project, previews := naming.JenkinsAgentProject(kind)
	if project != naming.ProjectUtility && project != naming.ProjectCell {
		return nil
	}
	variables := map[string][]string{}
	for system, names := range a.Keys {
		variables[naming.JenkinsKeySecret(system, previews)] = names
	}
	return variables
}

// keyReferences returns how ECS finds keys in their secrets, whose ARNs are known by the
// secrets' names. A secret holds an object with a key for each variable, so that what
// belongs together is replaced together
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html).
func keyReferences(variables map[string][]string, arns map[string]string) []taskdef.Secret {
	var secrets []taskdef.Secret
	for _, name := range sorted(variables) {
		for _, variable := range variables[name] {
			secrets = append(secrets, taskdef.Secret{Name: variable, ValueFrom: arns[name] + ":" + variable + "::"})
		}
	}
	return secrets
}

// settings are the variables of a kind of agent that are no secrets.
func (a AgentsArgs) settings(kind string) []taskdef.Variable {
	settings := []taskdef.Variable{{Name: "AWS_REGION", Value: a.Region}}
	project, previews := naming.JenkinsAgentProject(kind)
	for _, names := range a.keysOf(kind) {
		if slices.Contains(names, config.OktaPrivateKey) {
			settings = append(settings, taskdef.Variable{Name: config.OktaScopes, Value: strings.Join(OktaScopes(project, previews), ",")})
		}
	}
	return settings
}

// OktaScopes returns the scopes that agents of a project ask Okta for, sorted: those of
// what the project's stacks hold there. The service application must have been granted
// them (developer.okta.com/docs/api/oauth2).
func OktaScopes(project string, previews bool) []string {
	objects := []string{"apps", "groups", "policies"}
	switch project {
	case naming.ProjectCell:
		objects = append(objects, "idps")
	case naming.ProjectUtility:
		objects = append(objects, "logStreams", "networkZones", "threatInsights")
	}
	slices.Sort(objects)
	var scopes []string
	for _, object := range objects {
		if !previews {
			scopes = append(scopes, "okta."+object+".manage")
		}
		scopes = append(scopes, "okta."+object+".read")
	}
	return scopes
}
