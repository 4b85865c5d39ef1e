package okta

import "cellworks/pkg/simcloud/internal/resource"

const freely = "Always possible."

// Notes are the notes by token, one for each type.
func Notes() map[string]resource.Note {
	notes := appNotes()
	for token, n := range signonNotes() {
		notes[token] = n
	}
	return notes
}

func appNotes() map[string]resource.Note {
	return map[string]resource.Note{
		tokGroup:     {Needs: "The name is free; Everyone is taken.", Delete: "Refused while a group rule assigns it. Takes its assignments with it.", Missing: "Which custom attributes exist."},
		tokGroupRule: {Needs: "The name is free; groups exist and are not Everyone; the outer form of the expression.", Delete: freely, Missing: "The functions and attributes of expressions."},
		tokSAMLApp: {
			Needs:  "A custom application has all the fields that the provider asks for and signs something; statements, logout and keys are complete; the authentication policy exists.",
			Delete: "Takes its assignments with it.", Missing: "Most of the catalog. The signing key is an Ed25519 key, where Okta's is RSA.",
		},
		tokOAuthApp: {
			Needs:  "Grant and response types fit the type of application and each other; redirect URIs are absolute; claims, keys, logins and tokens are complete; the client id is free; the authentication policy exists.",
			Delete: "Takes its assignments with it.", Missing: "Whether anything listens at a redirect URI.",
		},
		tokGroupAssignment: {
			Needs: "The application and the group exist; the application does not assign implicitly.", Delete: "With retainAssignment it stays.",
			Missing: "Refused beside AppGroupAssignments of the same application, where Okta lets both undo each other.",
		},
		tokGroupAssignments: {Needs: "The application and the groups exist, each group once; one resource for an application.", Delete: freely, Missing: "Refused beside GroupAssignment of the same application, where Okta lets both undo each other."},
		tokSAMLKey:          {Needs: "One certificate in base 64, once in the organization.", Delete: "Refused while an identity provider has it."},
		tokSAMLIDP:          {Needs: "The name is free; the key and groups exist; what the group action and the match type need; URLs are absolute.", Delete: "Refused while a policy rule routes to it."},
		tokOIDCIDP:          {Needs: "The name is free; groups exist; openid is a scope; URLs are absolute.", Delete: "Refused while a policy rule routes to it.", Missing: "Nobody asks its endpoints."},
	}
}

func signonNotes() map[string]resource.Note {
	const rule = "The policy exists and is of the right type; the name is free in it; zones, groups and applications exist; zones with the connection ZONE only. "
	const policy = "The name is free among policies of the type; groups exist."
	const withRules = "Takes its rules with it."
	return map[string]resource.Note{
		tokSignonPolicy:     {Needs: policy, Delete: withRules + " Its applications keep naming it until their next update, where Okta gives them the default one."},
		tokSignonRule:       {Needs: rule + "Periods can be read; a managed device is registered.", Delete: freely, Missing: "Device assurances, user types, risk. Whether constraints make sense."},
		tokGlobalSignon:     {Needs: policy, Delete: withRules},
		tokGlobalSignonRule: {Needs: rule + "A prompt goes with a required factor; sessions end after they idle; named identity providers exist.", Delete: freely, Missing: "Behaviors and factor sequences."},
		tokMFAPolicy:        {Needs: policy + " Authenticators are those of Identity Engine.", Delete: withRules, Missing: "Which authenticators the organization has switched on."},
		tokMFARule:          {Needs: rule, Delete: freely},
		tokDiscoveryRule:    {Needs: rule + "Identity providers exist and are of the type; patterns fit each other.", Delete: freely},
		tokZone:             {Needs: "The name is free; blocks and ranges, or countries, as the type wants.", Delete: "Refused while a rule or ThreatInsight refers to it."},
		tokThreatInsight:    {Needs: "Zones exist.", Delete: "Leaves the settings as they are."},
		tokLogStream:        {Needs: "The name is free; the settings of its type, which stay as they are for AWS.", Delete: freely, Missing: "Whether anything takes the events."},
	}
}
