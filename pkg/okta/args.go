package okta

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// Args says what to build in an Okta organization.
type Args struct {
	// OrganizationName is the organization's name, which its accounts know Okta by: that
	// of their SAML provider.
	OrganizationName string
	// AccountID and Region are where the log stream goes.
	AccountID, Region string
	// Config is what is configured.
	Config config.UtilityOkta
	// AccountIDs are the accounts of the organization whose console people sign in to,
	// by name.
	AccountIDs map[string]string
	// Hosts are the names by which people reach the applications, by key:
	// config.OktaAppJenkins and so on.
	Hosts map[string]string
	// DeletionProtection makes Pulumi refuse to delete groups and applications.
	DeletionProtection bool
}

// validate names everything that is wrong with args.
func (a Args) validate() error {
	var errs []error
	for field, value := range map[string]string{"organization name": a.OrganizationName, "account id": a.AccountID, "region": a.Region} {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is empty", field))
		}
	}
	slices.SortFunc(errs, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	var groups, zones []string
	for _, group := range a.Config.Groups {
		groups = append(groups, group.Name)
	}
	for _, zone := range a.Config.Zones {
		zones = append(zones, zone.Name)
	}
	if len(groups) == 0 {
		errs = append(errs, errors.New("groups: got none, want at least one"))
	}
	on := a.Config.Apps.Enabled()
	for _, key := range slices.Sorted(maps.Keys(on)) {
		app := on[key]
		if a.Hosts[key] == "" {
			errs = append(errs, fmt.Errorf("%s: host is empty", key))
		}
		if len(app.Groups) == 0 {
			errs = append(errs, fmt.Errorf("%s: groups: got none, want at least one", key))
		}
		errs = append(errs, known(key, "group", app.Groups, groups), known(key, "zone", app.Zones, zones))
	}
	errs = append(errs, known("threat insight", "zone", a.Config.ThreatInsight.ExcludedZones, zones))
	if a.Config.Apps.AWS.Enabled {
		errs = append(errs, a.validateAWS(groups, zones)...)
	}
	return errors.Join(errs...)
}

func (a Args) validateAWS(groups, zones []string) []error {
	aws := a.Config.Apps.AWS
	accounts := slices.Sorted(maps.Keys(a.AccountIDs))
	errs := []error{known(config.OktaAppAWS, "zone", aws.Zones, zones)}
	if len(aws.Roles) == 0 || len(accounts) == 0 {
		errs = append(errs, fmt.Errorf("aws: got %d roles and %d accounts, want at least one of each", len(aws.Roles), len(accounts)))
	}
	// The catalog's application has other settings for the others.
	if partition := naming.Partition(a.Region); partition != "aws" {
		errs = append(errs, fmt.Errorf("aws: partition %s is not supported, want aws", partition))
	}
	for _, role := range aws.Roles {
		key := config.OktaAppAWS + " role " + role.Name
		if len(role.Groups) == 0 {
			errs = append(errs, fmt.Errorf("%s: groups: got none, want at least one", key))
		}
		errs = append(errs, known(key, "group", role.Groups, groups), known(key, "account", role.Accounts, accounts))
	}
	return errs
}

// known reports the names that are none of those that there are.
func known(where, what string, names, all []string) error {
	var errs []error
	for _, name := range names {
		if !slices.Contains(all, name) {
			errs = append(errs, fmt.Errorf("%s: there is no %s %q, want one of %v", where, what, name, all))
		}
	}
	return errors.Join(errs...)
}
