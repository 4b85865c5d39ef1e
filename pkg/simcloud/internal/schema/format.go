package schema

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
)

// problem says what is wrong with s, in the words of the real provider; empty when nothing is.
func (f Format) problem(s string) string {
	switch f {
	case IPv4CIDR:
		return cidrProblem(s, "IPv4", netip.Addr.Is4)
	case IPv6CIDR:
		return cidrProblem(s, "IPv6", netip.Addr.Is6)
	case ARN:
		if strings.Count(s, ":") < 5 || !strings.HasPrefix(s, "arn:") {
			return fmt.Sprintf("(%s) is an invalid ARN: arn: invalid prefix or not enough sections", s)
		}
	case JSONDocument:
		var v any
		if err := json.Unmarshal([]byte(s), &v); err != nil {
			return fmt.Sprintf("contains an invalid JSON: %v", err)
		}
	}
	return ""
}

func cidrProblem(s, family string, ofFamily func(netip.Addr) bool) string {
	p, err := netip.ParsePrefix(s)
	if err != nil || !ofFamily(p.Addr()) {
		return fmt.Sprintf("%q is not a valid %s CIDR block: invalid CIDR address: %s", s, family, s)
	}
	if p.Masked() != p {
		return fmt.Sprintf("%q is not a valid %s CIDR block; did you mean %q?", s, family, p.Masked())
	}
	return ""
}
