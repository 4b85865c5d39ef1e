package simcloud_test

import (
	"strings"
	"testing"

	"cellworks/pkg/simcloud"
)

// TestEntitiesChangeInPlace follows a service whose role of AWS is made anew: its alias gets another name, which frees the
// old one, and goes with its entity.
func TestEntitiesChangeInPlace(t *testing.T) {
	t.Parallel()
	w := serviceWorld(t, openCloud(t, simcloud.Options{Seed: "test"}), of("vault"), nil)
	accessor, entity, alias := w.res["aws-auth"].str("accessor"), w.byURN(vaultEntity, "web-service"), w.byURN(vaultEntityAlias, "web-service")
	aliasOf := func(name string, of *made) props {
		return props{"name": name, "mountAccessor": accessor, "canonicalId": of.ID}
	}
	if err := w.update(alias, aliasOf("AROANEW", entity)); err != nil {
		t.Fatal(err)
	}
	other := w.create(vaultEntity, "other", props{"name": "cell-acme-other"})
	second := w.create(vaultEntityAlias, "other", aliasOf("AROAEXAMPLE", other))
	if err := w.update(second, aliasOf("AROANEW", other)); err == nil || !strings.Contains(err.Error(), "alias with combination of mount accessor and name already exists") {
		t.Errorf("a name that another alias has: %v", err)
	}
	if err := w.update(second, aliasOf("AROAEXAMPLE", entity)); err == nil || !strings.Contains(err.Error(), "Alias already exists for requested entity and mount accessor") {
		t.Errorf("an entity that has an alias: %v", err)
	}
	if err := w.update(entity, props{"name": "cell-acme-other"}); err == nil || !strings.Contains(err.Error(), "entity name is already in use") {
		t.Errorf("a name that another entity has: %v", err)
	}
	if err := w.update(entity, props{"name": "cell-acme-web", "metadata": props{"client": "acme", "service": "renamed"}, "disabled": true}); err != nil {
		t.Errorf("other metadata: %v", err)
	}
	if err := w.delete(other); err != nil {
		t.Fatal(err)
	}
	if gone := w.read(second.URN, second.ID); gone.ID != "" {
		t.Errorf("alias %s outlives its entity", gone.ID)
	}
	w.create(vaultEntityAlias, "again", aliasOf("AROAEXAMPLE", w.create(vaultEntity, "again", props{"name": "cell-acme-again"})))
}
