package clientcell

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"cellworks/pkg/clientcell/ingress"
	"cellworks/pkg/clientcell/services"
	"cellworks/pkg/config"
	"cellworks/pkg/naming"
)

// site is where a cell's modules are built.
type site struct {
	plan
	ctx   *pulumi.Context
	name  string
	child pulumi.ResourceOption

	// environment is what modules tell every service: a module adds to it before services
	// are built. Names are CELL_<MODULE>_<NAME>, values no secrets.
	environment map[string]pulumi.StringInput
	// volumes are the folders that services may mount, by access point, and targets where
	// requests to exposed ones arrive, by service.
	volumes map[string]services.Volume
	targets map[string]services.Target
	// namespaceID is the Cloud Map namespace of services, namespaceName what their names
	// in it end with, and ownNamespace says that it is the cell's alone.
	namespaceID   pulumi.StringInput
	namespaceName string
	ownNamespace  bool
	// signIn is the application of the identity provider that module sso makes, for
	// ingress.auth oidc.
	signIn *ingress.OIDC
}

func newSite(ctx *pulumi.Context, name string, p plan, child pulumi.ResourceOption) *site {
	s := &site{
		plan: p, ctx: ctx, name: name, child: child,
		environment: map[string]pulumi.StringInput{}, volumes: map[string]services.Volume{}, targets: map[string]services.Target{},
	}
	if p.ECS != nil {
		s.namespaceID, s.namespaceName = pulumi.String(p.ECS.NamespaceID), naming.CellServiceZone(p.Config.Client, p.ECS.NamespaceName)
	}
	return s
}

// module is how a module of config.Cell.Modules is built into a cell that has it.
type module struct {
	name  string
	build func(c *Cell, s *site) error
}

// modules are in the order in which they are built: what a module reads of another is
// above it.
func modules() []module {
	return []module{
		{config.ModuleKMS, (*Cell).addKey},
		{config.ModuleIAM, (*Cell).addRoles},
		{config.ModuleNetwork, (*Cell).addNetwork},
		{config.ModuleStorage, (*Cell).addStorage},
		{config.ModuleMessaging, (*Cell).addMessaging},
		{config.ModuleFiles, (*Cell).addFiles},
		{config.ModuleLogging, (*Cell).addLogging},
		{config.ModuleDatabase, (*Cell).addDatabase},
		{config.ModuleCache, (*Cell).addCache},
		{config.ModuleVault, (*Cell).addVault},
		{config.ModuleSSO, (*Cell).addSSO},
		{config.ModuleIngress, (*Cell).addIngress},
		{config.ModuleServices, (*Cell).addServices},
		{config.ModuleSFTP, (*Cell).addSFTP},
		{config.ModuleSchedules, (*Cell).addSchedules},
		{config.ModuleBackup, (*Cell).addBackup},
		{config.ModuleMonitoring, (*Cell).addMonitoring},
		{config.ModuleBudget, (*Cell).addBudget},
	}
}

// build adds the modules that the client's configuration switches on.
func (c *Cell) build(s *site) error {
	on := map[string]bool{}
	for _, m := range s.Config.Modules() {
		on[m.Name] = m.Enabled
	}
	for _, m := range modules() {
		if !on[m.name] {
			continue
		}
		if err := m.build(c, s); err != nil {
			return fmt.Errorf("module %s: %w", m.name, err)
		}
		c.modules = append(c.modules, m.name)
	}
	return nil
}
