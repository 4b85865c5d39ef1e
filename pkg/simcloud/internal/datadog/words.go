package datadog

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
)

// explain puts an API error into the words of the datadog provider.
func explain(r resource.Refusal) error {
	lead := "error " + map[string]string{"create": "creating", "update": "updating", "delete": "deleting"}[r.Operation]
	if lead == "error " {
		lead = "error getting"
	}
	url := "https://" + r.Session.Account
	if r.Kind.Route != nil {
		url += "/" + r.Kind.Route(r.In)
	}
	if r.ID != "" && r.Operation != "create" {
		url += "/" + r.ID
	}
	status := r.Fault.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	message := r.Fault.Message
	if message == "" {
		message = r.Fault.Code
	}
	body, err := json.Marshal(map[string][]string{"errors": {message}})
	if err != nil {
		return err
	}
	return fmt.Errorf("%s %s from %s: %d %s: %s", lead, r.Kind.Noun, url, status, http.StatusText(status), strings.TrimSpace(string(body)))
}

// throttled is how Datadog says that it is asked too often.
func throttled(*resource.Kind) *resource.Fault {
	return &resource.Fault{Code: "429", Message: "Rate limit exceeded", Status: http.StatusTooManyRequests}
}

// refuse is an answer with status 400.
func refuse(format string, a ...any) error { return answer(http.StatusBadRequest, format, a...) }

// conflict is an answer with status 409.
func conflict(format string, a ...any) error { return answer(http.StatusConflict, format, a...) }

// missing is an answer with status 404.
func missing(format string, a ...any) error { return answer(http.StatusNotFound, format, a...) }

func answer(status int, format string, a ...any) error {
	return &resource.Fault{Code: fmt.Sprint(status), Message: fmt.Sprintf(format, a...), Status: status}
}
