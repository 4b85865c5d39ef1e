// Package userdata renders what servers are told when they start: configuration
// files, systemd units and scripts from typed values, packed as a cloud-init
// document. It holds no secret and takes none: a server fetches its own with the
// role of its instance.
//
// Every value that a template prints goes through one of the quoting functions of
// this package, which refuse what the syntax around it could not hold: a value
// can be wrong, but it cannot become code. There is no input that is HTML, so
// templates are those of text/template.
package userdata
