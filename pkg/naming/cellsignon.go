package naming

// CellGroups begins the names of the groups of all clients' people.
const CellGroups = "cell-"

// CellGroup returns the group cell-<client>-<group> of a client's people at the identity
// provider.
func CellGroup(client, group string) string { return CellGroups + client + "-" + group }

// CellGroupPrefix begins the names of all of a client's groups: what its application
// hears of. No other client's begin with it, as no client's name has a dash.
func CellGroupPrefix(client string) string { return CellGroup(client, "") }

// CellSignOn returns the name cell-<client> of what a client has at the identity provider
// once: its application, its rules, its own provider.
func CellSignOn(client string) string { return "cell-" + client }

// CellSignInCookie returns the name cell-<client> of the cookie by which load balancers
// know who of a client's people has signed in. They take a cookie of one rule for that of
// another whose cookie has the same name
// (docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html).
func CellSignInCookie(client string) string { return "cell-" + client }

// LoadBalancerSignInURL returns where the identity provider sends people back to whom a
// load balancer asks who they are, at host
// (docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html).
func LoadBalancerSignInURL(host string) string { return "https://" + host + "/oauth2/idpresponse" }
