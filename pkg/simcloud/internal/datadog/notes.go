package datadog

import "cellworks/pkg/simcloud/internal/resource"

const freely = "Always possible."

// Notes are the notes by token, one for each type.
func Notes() map[string]resource.Note {
	notes := watchNotes()
	for token, n := range accessNotes() {
		notes[token] = n
	}
	return notes
}

func watchNotes() map[string]resource.Note {
	return map[string]resource.Note{
		tokMonitor: {
			Needs:  "The query has the form of its type and ends in a comparison (unless validate is off); the critical threshold is its number, and the others lie on the right side of it. Roles, monitors of a composite and objectives of an SLO alert exist.",
			Delete: "Refused while an objective or a composite refers to it, unless forceDelete is set.", Missing: "Whether metrics, tags and facets exist. The functions of queries.",
		},
		tokNotificationRule: {Needs: "There is a filter and somebody to notify; recipients are without @; the name is free.", Delete: freely, Missing: "Recipients are taken as written."},
		tokObjective:        {Needs: "What its type needs, and nothing of another type; targets between 0 and 100, warnings above them, each timeframe once; monitors exist.", Delete: "Refused while a monitor refers to it, unless forceDelete is set."},
		tokDashboard:        {Needs: "JSON with a title, a layout and widgets that have a definition with a type.", Delete: freely, Missing: "What is inside of widgets."},
		tokDowntime:         {Needs: "A monitor that exists, or tags; at most one kind of schedule; it ends after it starts; durations and rules can be read.", Delete: freely},
		tokSynthetics:       {Needs: "Managed locations in AWS; what the type of test needs: a URL and method, a host, steps, assertions; it runs every 30 seconds to 7 days. It comes with a monitor that objectives may refer to.", Delete: "Refused while an objective refers to its monitor, unless forceDeleteDependencies is set.", Missing: "Private locations. Mobile tests. What steps do."},
		tokLogsArchive:      {Needs: "The AWS account is set up in the AWS integration.", Delete: freely, Missing: "Azure and Google. Whether the bucket exists and can be written."},
		tokLogsIndex:        {Needs: "The name is free, and was never one of a deleted index; one filter; a retention that Datadog sells.", Delete: "The name stays taken.", Missing: "What the contract of the organization allows."},
		tokScannerGroup:     {Needs: "Products that exist; samplings of products that are scanned.", Delete: "Takes its rules with it."},
		tokScannerRule:      {Needs: "The group exists; a pattern that can be read or a standard pattern; what the replacement needs.", Delete: freely, Missing: "Most standard patterns."},
	}
}

func accessNotes() map[string]resource.Note {
	return map[string]resource.Note{
		tokServiceAccount: {Needs: "An address of mail; roles exist.", Delete: "Disables it and takes its keys with it."},
		tokApplicationKey: {Needs: "The service account exists.", Delete: freely, Missing: "Which scopes exist."},
		tokAPIKey:         {Needs: "At most 50 of an organization.", Delete: freely},
		tokRole:           {Needs: "The name is free; ids of permissions have the form of a UUID.", Delete: freely, Missing: "Which permissions exist."},
		tokAuthnMapping:   {Needs: "A role or a team that exists; the same mapping is not there yet.", Delete: freely},
		tokTeam:           {Needs: "The handle is free and well-formed.", Delete: freely},
		tokExternalID:     {Needs: "Nothing.", Delete: freely},
		tokIntegration: {
			Needs:  "Twelve digits, one integration for each account, one way to authenticate. The external id is one of the organization, used within 48 hours.",
			Delete: freely, Missing: "Nobody assumes the role: as in Datadog, a role that does not exist is noticed later.",
		},
	}
}
