package vault

import (
	"fmt"
	"net/http"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
)

// explain puts an API error into the words of the vault provider and of Vault's client.
func explain(r resource.Refusal) error {
	lead, method := r.Kind.CreateOp, http.MethodPut
	switch r.Operation {
	case "update":
		lead = r.Kind.UpdateOp
	case "delete":
		lead, method = r.Kind.DeleteOp, http.MethodDelete
	case "create":
	default: // read, check, diff
		lead, method = "error reading from Vault", http.MethodGet
	}
	route := r.ID
	if r.Kind.Route != nil {
		route = r.Kind.Route(r.In)
	}
	status := r.Fault.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	message := r.Fault.Message
	if message == "" {
		message = r.Fault.Code
	}
	return fmt.Errorf("%s: Error making API request.\n\nURL: %s https://%s/v1/%s\nCode: %d. Errors:\n\n* %s",
		strings.ReplaceAll(lead, "%s", route), method, address(r.Session), route, status, message)
}

// throttled is how Vault says that a rate limit quota was exceeded.
func throttled(*resource.Kind) *resource.Fault {
	return &resource.Fault{Code: "quota", Message: "request path: rate limit quota exceeded", Status: http.StatusTooManyRequests}
}

// refuse is an answer of Vault's with status 400.
func refuse(format string, a ...any) error {
	return &resource.Fault{Code: "400", Message: fmt.Sprintf(format, a...), Status: http.StatusBadRequest}
}

// missing is an answer of Vault's with status 404.
func missing(format string, a ...any) error {
	return &resource.Fault{Code: "404", Message: fmt.Sprintf(format, a...), Status: http.StatusNotFound}
}

// noRoute is how Vault answers for a path at which nothing is mounted.
func noRoute(path string) error {
	return missing("no handler for route %q. route entry not found.", path)
}

// unsupported is how Vault answers for a path that the mounted engine does not have.
func unsupported() error { return missing("1 error occurred:\n\t* unsupported path\n\n") }
