package okta

import (
	"fmt"
	"net/http"

	"cellworks/pkg/simcloud/internal/resource"
)

// explain puts an API error into the words of the okta provider.
func explain(r resource.Refusal) error {
	verb := r.Operation
	if verb == "read" {
		verb = "get"
	}
	message := r.Fault.Message
	if message == "" {
		message = r.Fault.Code
	}
	return fmt.Errorf("failed to %s %s: the API returned an error: %s", verb, r.Kind.Noun, message)
}

// throttled is how Okta says that it is asked too often.
func throttled(*resource.Kind) *resource.Fault {
	return &resource.Fault{Code: "E0000047", Message: "API call exceeded rate limit due to too many requests.", Status: http.StatusTooManyRequests}
}

// invalid is how Okta refuses a value.
func invalid(of, format string, a ...any) error {
	return &resource.Fault{
		Code: "E0000001", Message: fmt.Sprintf("Api validation failed: %s. Causes: errorSummary: %s", of, fmt.Sprintf(format, a...)), Status: http.StatusBadRequest,
	}
}

// nameTaken is how Okta refuses a name that something else has.
func nameTaken(of string) error {
	return invalid(of, "name: An object with this field already exists in the current organization")
}

// notFound is how Okta refuses an id that is none.
func notFound(id, typ string) error {
	return &resource.Fault{Code: "E0000007", Message: fmt.Sprintf("Not found: Resource not found: %s (%s)", id, typ), Status: http.StatusNotFound}
}

// inUse is how Okta refuses a delete.
func inUse(format string, a ...any) error {
	return &resource.Fault{Code: "E0000001", Message: "Api validation failed: " + fmt.Sprintf(format, a...), Status: http.StatusBadRequest}
}
