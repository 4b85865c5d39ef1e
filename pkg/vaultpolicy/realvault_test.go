package vaultpolicy_test

import (
	"net/http"
	"slices"
	"testing"

	"cellworks/pkg/naming"
	"cellworks/pkg/realserver"
	"cellworks/pkg/vaultpolicy"
)

const (
	// contents is what is in Vault for everybody, and cells where cells are recorded.
	contents = "../../utility/testdata/ops-us-east-1-vault-config.yaml"
	cells    = "../../cell/testdata/"
	// host is what that Vault is called, and clientsAccount the account of its clients.
	host           = "vault.us-east-1.ops.meridianhealth.example"
	clientsAccount = "111122223333"
)

// realVault is a Vault with what the project puts into it.
type realVault struct {
	t          *testing.T
	root       realserver.API
	deployment *replay
}

// newRealVault makes what is in Vault for everybody as root, and cells as a deployment of
// cells that has logged in as its role of AWS.
func newRealVault(t *testing.T, clients ...string) realVault {
	t.Helper()
	v := realVault{t: t, root: realserver.NewVault(t, "AWS_ACCESS_KEY_ID="+who{"333333333333", "vault"}.accessKey(), "AWS_SECRET_ACCESS_KEY=s", "AWS_REGION=us-east-1")}
	platform := &replay{t: t, api: v.root, sts: fakeAWS(t), ids: map[string]string{}}
	// The method is there before the policies, which name its accessor.
	v.root.Must(t, http.StatusNoContent, http.MethodPut, "/v1/sys/auth/aws", map[string]any{"type": "aws"}, nil)
	platform.accessor = v.accessor(naming.VaultAWSMount)
	platform.golden(contents)
	v.deployment = &replay{t: t, api: v.as(who{"222222222222", "pulumi-cell"}, vaultpolicy.DeployCellName), accessor: platform.accessor, sts: platform.sts, ids: map[string]string{}}
	// The provider works with a token that ends with the deployment.
	var child login
	v.deployment.api.Must(t, http.StatusOK, http.MethodPost, "/v1/auth/token/create", map[string]any{"display_name": "cellworks", "explicit_max_ttl": "7200s", "renewable": false}, &child)
	v.deployment.api = v.root.As(child.Auth.Token)
	for _, client := range clients {
		v.deployment.golden(cells + client + ".yaml")
	}
	return v
}

func (v realVault) accessor(method string) string {
	v.t.Helper()
	var methods struct {
		Data map[string]struct {
			Accessor string `json:"accessor"`
		} `json:"data"`
	}
	v.root.Must(v.t, http.StatusOK, http.MethodGet, "/v1/sys/auth", nil, &methods)
	return methods.Data[method+"/"].Accessor
}

// login is what Vault says of one.
type login struct {
	Auth struct {
		Token    string   `json:"client_token"`
		Policies []string `json:"policies"`
		Entity   string   `json:"entity_id"`
	} `json:"auth"`
	Errors []string `json:"errors"`
}

// as logs in as a role of AWS by a role of Vault.
func (v realVault) as(w who, role string) realserver.API {
	v.t.Helper()
	var made login
	if status, err := v.root.As("").Call(http.MethodPost, "/v1/auth/aws/login", w.login(role, host), &made); err != nil || status != http.StatusOK {
		v.t.Fatalf("%s logs in as %s: status %d, %v, %q", w.name, role, status, err, made.Errors)
	}
	return v.root.As(made.Auth.Token)
}

// service logs in as the tasks of a service do.
func (v realVault) service(client, name string) realserver.API {
	v.t.Helper()
	return v.as(who{clientsAccount, client + "-" + name + "-task"}, naming.CellVaultRole(client, name))
}

// ask is a request and how it must end.
type ask struct {
	what, method, path string
	body               any
	want               int
}

func (v realVault) ask(name string, api realserver.API, asks ...ask) {
	v.t.Helper()
	for _, a := range asks {
		var answer struct {
			Errors []string `json:"errors"`
		}
		if got, err := api.Call(a.method, "/v1/"+a.path, a.body, &answer); err != nil || got != a.want {
			v.t.Errorf("%s, %s: %s %s: status %d, %v, %q, want %d", name, a.what, a.method, a.path, got, err, answer.Errors, a.want)
		}
	}
}

type object = map[string]any

func secret(value string) object {
	return object{"data": object{"key": value}, "options": object{"cas": 0}}
}

// TestRealVaultKeepsClientsApart has two clients whose services log in as their roles of
// AWS, on what the programs register.
func TestRealVaultKeepsClientsApart(t *testing.T) {
	t.Parallel()
	v := newRealVault(t, "acme", "birch")
	var writer login
	v.root.Must(t, http.StatusOK, http.MethodPost, "/v1/auth/token/create", object{"policies": []string{vaultpolicy.CellWriter().Name}}, &writer)
	people := v.root.As(writer.Auth.Token)
	for _, path := range []string{"acme/kv/data/api/partner", "acme/kv/data/worker/partner", "acme/kv/data/shared/license", "birch/kv/data/api/partner", "birch/kv/data/shared/license"} {
		v.ask("people", people, ask{"write", http.MethodPost, "cells/" + path, secret("x"), http.StatusOK}, ask{"read back", http.MethodGet, "cells/" + path, nil, http.StatusForbidden})
	}
	sealed := v.encrypted("birch")
	plain := object{"plaintext": "cGxhaW4="}
	v.ask("api of acme", v.service("acme", "api"),
		ask{"own secret", http.MethodGet, "cells/acme/kv/data/api/partner", nil, http.StatusOK},
		ask{"shared secret", http.MethodGet, "cells/acme/kv/data/shared/license", nil, http.StatusOK},
		ask{"own list", "LIST", "cells/acme/kv/metadata/api/", nil, http.StatusOK},
		ask{"own key", http.MethodPost, "cells/acme/transit/encrypt/cell", plain, http.StatusOK},
		ask{"key of data", http.MethodPost, "cells/acme/transit/datakey/plaintext/cell", object{}, http.StatusOK},
		// There is no database here: that Vault looks for the role is what is asked.
		ask{"own login", http.MethodGet, "cells/acme/database/creds/api.none", nil, http.StatusBadRequest},
		ask{"another service's login", http.MethodGet, "cells/acme/database/creds/worker.app", nil, http.StatusForbidden},
		ask{"another service's secret", http.MethodGet, "cells/acme/kv/data/worker/partner", nil, http.StatusForbidden},
		ask{"another service's list", "LIST", "cells/acme/kv/metadata/worker/", nil, http.StatusForbidden},
		ask{"list of all", "LIST", "cells/acme/kv/metadata/", nil, http.StatusForbidden},
		ask{"write", http.MethodPost, "cells/acme/kv/data/api/partner", secret("y"), http.StatusForbidden},
		ask{"delete", http.MethodDelete, "cells/acme/kv/data/api/partner", nil, http.StatusForbidden},
		ask{"see the key", http.MethodGet, "cells/acme/transit/keys/cell", nil, http.StatusForbidden},
		ask{"another client's secret", http.MethodGet, "cells/birch/kv/data/api/partner", nil, http.StatusForbidden},
		ask{"another client's shared secret", http.MethodGet, "cells/birch/kv/data/shared/license", nil, http.StatusForbidden},
		ask{"another client's key", http.MethodPost, "cells/birch/transit/encrypt/cell", plain, http.StatusForbidden},
		ask{"what another client has encrypted", http.MethodPost, "cells/birch/transit/decrypt/cell", object{"ciphertext": sealed}, http.StatusForbidden},
		ask{"the same with the own key", http.MethodPost, "cells/acme/transit/decrypt/cell", object{"ciphertext": sealed}, http.StatusBadRequest},
		ask{"another client's login", http.MethodGet, "cells/birch/database/creds/api.app", nil, http.StatusForbidden},
		ask{"the platform's secrets", http.MethodGet, "kv/data/platform/datadog", nil, http.StatusForbidden},
		ask{"another identity", http.MethodPost, "identity/entity", object{"name": "cell-acme-api", "metadata": object{"client": "birch"}}, http.StatusForbidden},
	)
	v.ask("api of birch", v.service("birch", "api"),
		ask{"own secret", http.MethodGet, "cells/birch/kv/data/api/partner", nil, http.StatusOK},
		ask{"what it has encrypted", http.MethodPost, "cells/birch/transit/decrypt/cell", object{"ciphertext": sealed}, http.StatusOK},
		ask{"another client's secret", http.MethodGet, "cells/acme/kv/data/api/partner", nil, http.StatusForbidden},
	)
}

// encrypted returns something that a client's service has encrypted.
func (v realVault) encrypted(client string) string {
	v.t.Helper()
	var made struct {
		Data struct {
			Ciphertext string `json:"ciphertext"`
		} `json:"data"`
	}
	v.service(client, "api").Must(v.t, http.StatusOK, http.MethodPost, "/v1/cells/"+client+"/transit/encrypt/cell", object{"plaintext": "cGxhaW4="}, &made)
	return made.Data.Ciphertext
}

// TestRealVaultLetsDeploymentsOfCellsGoNoFurther holds that they can do what the provider
// asks for, and that they can make nobody more than a service.
func TestRealVaultLetsDeploymentsOfCellsGoNoFurther(t *testing.T) {
	t.Parallel()
	v := newRealVault(t, "acme")
	deploy, shared := v.deployment.api, naming.VaultCellServicePolicy
	role := func(more object) object {
		body := object{"auth_type": "iam", "bound_iam_principal_arn": []string{who{clientsAccount, "acme-api-task"}.arn()}}
		for name, value := range more {
			body[name] = value
		}
		return body
	}
	own := v.deployment.ids["acme-vault-api-id"]
	put := http.MethodPut
	everything := object{"policy": "path \"*\" {\n  capabilities = [\"sudo\"]\n}"}
	v.ask("deployment", deploy,
		ask{"a policy", put, "sys/policies/acl/cell-acme-api", everything, http.StatusForbidden},
		ask{"the policy of services", put, "sys/policies/acl/" + shared, everything, http.StatusForbidden},
		ask{"without the policy of services", http.MethodDelete, "sys/policies/acl/" + shared, nil, http.StatusForbidden},
		ask{"a role that is more", put, "auth/aws/role/cell-acme-more", role(object{"token_policies": []string{"administrator"}}), http.StatusForbidden},
		ask{"a role that is also more", put, "auth/aws/role/cell-acme-more", role(object{"token_policies": []string{shared, "administrator"}}), http.StatusForbidden},
		ask{"a role that is more, as text", put, "auth/aws/role/cell-acme-more", role(object{"token_policies": "administrator"}), http.StatusForbidden},
		ask{"a role that is more by the older name", put, "auth/aws/role/cell-acme-more", role(object{"policies": []string{"administrator"}}), http.StatusForbidden},
		ask{"a role that is more by a name in capitals", put, "auth/aws/role/cell-acme-more", role(object{"Token_Policies": []string{"administrator"}}), http.StatusForbidden},
		ask{"the role of those who deploy Vault", put, "auth/aws/role/deploy-cell", role(object{"token_policies": []string{shared}}), http.StatusForbidden},
		ask{"an identity that is more", put, "identity/entity", object{"name": "cell-acme-api", "policies": []string{"administrator"}}, http.StatusForbidden},
		ask{"an identity of the own that is more", put, "identity/entity/id/" + own, object{"name": "cell-acme-api", "policies": []string{"administrator"}}, http.StatusForbidden},
		ask{"an identity that is nobody's service", put, "identity/entity", object{"name": "administrator"}, http.StatusForbidden},
		ask{"an identity by its id", put, "identity/entity", object{"id": own, "name": "cell-acme-api"}, http.StatusForbidden},
		ask{"an identity by its name", put, "identity/entity/name/cell-acme-api", object{"metadata": object{"client": "acme"}}, http.StatusForbidden},
		ask{"all identities", "LIST", "identity/entity/id", nil, http.StatusForbidden},
		ask{"two identities in one", put, "identity/entity/merge", object{"to_entity_id": own, "from_entity_ids": []string{own}}, http.StatusForbidden},
		ask{"an alias on another method", put, "identity/entity-alias", object{"name": "x", "mount_accessor": v.accessor("token"), "canonical_id": own}, http.StatusForbidden},
		ask{"who logs in by another method", put, "identity/lookup/entity", object{"alias_name": "x", "alias_mount_accessor": v.accessor("token")}, http.StatusForbidden},
		ask{"who has an id", put, "identity/lookup/entity", object{"id": own}, http.StatusForbidden},
		ask{"a group", put, "identity/group", object{"name": "g", "policies": []string{"administrator"}, "member_entity_ids": []string{own}}, http.StatusForbidden},
		ask{"a secret", http.MethodGet, "cells/acme/kv/data/api/partner", nil, http.StatusForbidden},
		ask{"a use of the key", put, "cells/acme/transit/encrypt/cell", object{"plaintext": "cGxhaW4="}, http.StatusForbidden},
		ask{"a login to the database", http.MethodGet, "cells/acme/database/creds/api.app", nil, http.StatusForbidden},
		ask{"a token that is more", put, "auth/token/create", object{"policies": []string{"administrator"}}, http.StatusBadRequest},
	)
	v.nobodys()
	// Refreshes read what was made, and what is there can be taken away again.
	made := slices.Clone(v.deployment.made)
	for _, path := range made {
		v.ask("refresh", deploy, ask{"look", http.MethodGet, path, nil, http.StatusOK})
	}
	v.ask("deployment", deploy, ask{"mend an identity", put, "identity/entity/id/" + own, object{"name": "cell-acme-api", "metadata": object{"client": "acme", "service": "api"}, "disabled": false, "policies": []string{}, "external_policies": false}, http.StatusNoContent})
	for _, path := range slices.Backward(made) {
		if path[len(path)-5:] != "/tune" {
			v.ask("destroy", deploy, ask{"delete", http.MethodDelete, path, nil, http.StatusNoContent})
		}
	}
}

// nobodys has a role log in that no identity was made for: the policy of services gives it
// nothing.
func (v realVault) nobodys() {
	v.t.Helper()
	stray := who{clientsAccount, "acme-stray-task"}
	v.ask("deployment", v.deployment.api, ask{"a role without an identity", http.MethodPut, "auth/aws/role/cell-acme-stray",
		object{"auth_type": "iam", "bound_iam_principal_arn": []string{stray.arn()}, "token_policies": []string{naming.VaultCellServicePolicy}}, http.StatusNoContent})
	for _, path := range []string{"cells/acme/kv/data/api/partner", "cells/acme/kv/data/shared/license", "cells//kv/data/shared/license"} {
		v.ask("who is nobody's service", v.as(stray, "cell-acme-stray"), ask{"a secret", http.MethodGet, path, nil, http.StatusForbidden})
	}
	v.ask("deployment", v.deployment.api, ask{"take it away", http.MethodDelete, "auth/aws/role/cell-acme-stray", nil, http.StatusNoContent})
}

// TestRealVaultLetsAdministratorsLockOut holds that they can end what somebody does, and
// not become somebody else.
func TestRealVaultLetsAdministratorsLockOut(t *testing.T) {
	t.Parallel()
	v := newRealVault(t, "acme")
	v.ask("root", v.root, ask{"write", http.MethodPost, "cells/acme/kv/data/api/partner", secret("x"), http.StatusOK})
	admin, api := v.as(who{"333333333333", naming.PersonBreakGlass}, naming.PersonBreakGlass), v.service("acme", "api")
	mine := ask{"own secret", http.MethodGet, "cells/acme/kv/data/api/partner", nil, http.StatusOK}
	v.ask("api of acme", api, mine)
	id := "identity/entity/id/" + v.deployment.ids["acme-vault-api-id"]
	v.ask("administrator", admin,
		ask{"a secret of a client", http.MethodGet, "cells/acme/kv/data/api/partner", nil, http.StatusForbidden},
		ask{"more for an identity", http.MethodPut, id, object{"policies": []string{"pulumi-utility"}}, http.StatusForbidden},
		ask{"an identity as another's service", http.MethodPut, id, object{"metadata": object{"client": "birch"}}, http.StatusForbidden},
		ask{"lock it out", http.MethodPut, id, object{"disabled": true}, http.StatusNoContent},
	)
	mine.want = http.StatusForbidden
	v.ask("api of acme, locked out", api, mine)
}
