package config

import (
	"fmt"
	"strings"

	"cellworks/pkg/naming"
)

// hostAt is a host name relative to the zone of a place.
type hostAt struct {
	at   place
	host string
}

// hostOwner is who has a host name: a client at a path of its file, or the platform.
type hostOwner struct {
	r           *resolved
	path        string
	application string
}

// hosts reports clients that answer for a host name of another client of the account and
// region, or of the platform there, or for one below it: browsers send what belongs to a
// name to those below it too. A client has its own name whether or not it answers for it.
// Within a client the cell's own check does.
func (l *loader) hosts(all []*resolved) {
	owners := l.hostOwners(all)
	for _, r := range all {
		if !r.placed {
			continue
		}
		for _, h := range r.exposed {
			for above := h.host; above != ""; _, above, _ = strings.Cut(above, ".") {
				if owner, ok := owners[hostAt{r.at, above}]; ok && owner.r != r {
					l.foreignHost(r, h, above, owner)
					break
				}
			}
		}
	}
}

// hostOwners returns who has which host name. Of several who want one, the platform comes
// before the client that is called so, and that before others in their order.
func (l *loader) hostOwners(all []*resolved) map[hostAt]hostOwner {
	owners := map[hostAt]hostOwner{}
	own := func(at place, host string, owner hostOwner) {
		if _, taken := owners[hostAt{at, host}]; !taken {
			owners[hostAt{at, host}] = owner
		}
	}
	for at, hosts := range l.platformHosts {
		for host, application := range hosts {
			own(at, host, hostOwner{application: application})
		}
	}
	for _, r := range all {
		if r.placed {
			own(r.at, r.name, hostOwner{r: r})
		}
	}
	for _, r := range all {
		for _, h := range r.exposed {
			if r.placed {
				own(r.at, h.host, hostOwner{r: r, path: h.path})
			}
		}
	}
	return owners
}

// foreignHost reports a host name that is somebody else's, or below one that is.
func (l *loader) foreignHost(r *resolved, h hostUse, above string, owner hostOwner) {
	whose, remedy := "application "+owner.application, "give the service a host of its own"
	if owner.r != nil {
		whose = "client " + owner.r.name
	}
	is := fmt.Sprintf("is already that of %s", whose)
	if above != h.host {
		is = fmt.Sprintf("lies below %q, which is that of %s", above, whose)
		remedy = fmt.Sprintf("for example: %s.%s.%s", "www", r.name, naming.Zone(r.at.region, r.at.account, l.org.Domain))
	}
	path := h.path + ".host"
	if _, own := r.root.find(path); !own {
		if _, set := r.root.find("ingress.host"); set {
			path = "ingress.host"
		}
	}
	l.blame(r, path, fmt.Sprintf("host %q of %s %s %s", h.host, r.at.account, r.at.region, is), remedy)
}

// keepHosts remembers the host names of the platform at a place. An application that is
// off has its name too: when it is switched on, people must reach it and nobody else.
func (l *loader) keepHosts(at place, u Utility, c checker) {
	hosts := map[string]string{naming.HostVault: ApplicationVault, naming.HostSearch: ApplicationELK}
	for _, a := range []struct{ application, host string }{{ApplicationJenkins, u.Jenkins.Host}, {ApplicationSFTP, u.SFTP.Host}} {
		if _, taken := hosts[a.host]; a.host != "" && !taken && !c.bad(a.application, a.application+".host") {
			hosts[a.host] = a.application
		}
	}
	l.platformHosts[at] = hosts
}
