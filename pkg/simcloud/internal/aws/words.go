package aws

import (
	"fmt"
	"strings"

	"cellworks/pkg/simcloud/internal/resource"
)

// Explain puts an API error into the words of the aws provider.
func Explain(r resource.Refusal) error {
	verb, op := "creating", r.Kind.CreateOp
	switch r.Operation {
	case "read":
		verb, op = "reading", readOp(r.Kind)
	case "update":
		verb, op = "updating", r.Kind.UpdateOp
	case "delete":
		verb, op = "deleting", r.Kind.DeleteOp
	case "check":
		verb, op = "checking", readOp(r.Kind)
	case "diff":
		verb, op = "comparing", readOp(r.Kind)
	}
	what := r.Kind.Noun
	if r.ID != "" {
		what += " (" + r.ID + ")"
	}
	status := r.Fault.Status
	if status == 0 {
		status = 400
	}
	tries := ""
	if r.Fault.Tries > 0 {
		tries = fmt.Sprintf("exceeded maximum number of attempts, %d, ", r.Fault.Tries)
	}
	return fmt.Errorf("%s %s: operation error %s: %s, %shttps response error StatusCode: %d, RequestID: %s, %w",
		verb, what, r.Kind.Service, op, tries, status, r.Request, r.Fault)
}

// readOp is the API operation that reads the thing, as far as its name follows from that of the one that creates it.
func readOp(k *resource.Kind) string {
	for _, verb := range []string{"Create", "Put", "Request", "Register"} {
		if noun, ok := strings.CutPrefix(k.CreateOp, verb); ok {
			if k.Service == "EC2" || k.Service == "ECS" || k.Service == "Elastic Load Balancing v2" {
				return "Describe" + noun + "s"
			}
			return "Get" + noun
		}
	}
	return k.CreateOp
}

// Throttled is how a service says that it is asked too often.
func Throttled(k *resource.Kind) *resource.Fault {
	answer := &resource.Fault{Code: "ThrottlingException", Message: "Rate exceeded", Status: 400}
	if k == nil {
		return answer
	}
	switch k.Service {
	case "EC2":
		answer = &resource.Fault{Code: "RequestLimitExceeded", Message: "Request limit exceeded.", Status: 503}
	case "S3":
		answer = &resource.Fault{Code: "SlowDown", Message: "Please reduce your request rate.", Status: 503}
	case "IAM", "Route 53", "Elastic Load Balancing v2":
		answer.Code = "Throttling"
	}
	return answer
}
