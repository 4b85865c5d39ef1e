// Package config loads the configuration tree that every stack is built from:
// organization.yaml, the defaults, the overrides of accounts and regions, and
// one directory per client.
//
// The Go structs of this package are the schema. Their field tags carry what a
// file may say:
//
//	yaml:"key[,optional]"  the key; a key without "optional" must be set by some layer
//	default:"v"            the value when no layer sets the key; makes it optional
//	range:"lo..hi"         the inclusive range of an integer
//	oneof:"a|b"            the closed set of values of a string or an integer
//	match:"re" hint:"..."  the pattern of a string, and what it means in words
//	count:"lo..hi"         the number of items of a list; the tags above then say what each item is
//	example:"v"            a right value, shown when the key is missing
//	layer:"client"         the only layer that may set the key
//	ref:"account"          the key holds the name of the struct that the field holds
//
// Their comments are the documentation: go generate turns tags and comments into
// the JSON Schemas of configs/schema, docs/configuration.md and what Explain says.
//
// Layers, lowest first: defaults/<kind>.yaml, accounts/<account>/<kind>.yaml,
// accounts/<account>/<region>/<kind>.yaml and, for a cell, the profiles/<name>.yaml
// that the client names, in its order, and clients/<client>/cell.yaml. They merge in
// one way only:
//
//   - a map merges key by key;
//   - a scalar or a plain list replaces the inherited value;
//   - a list whose items have a name merges item by item by that name, inherited
//     items first, new ones after them in the order of the file;
//   - null removes the inherited value of a key, a whole named list included;
//   - an item {name: x, remove: true} removes the inherited item x;
//   - what a layer lists under final, no higher layer may set or remove.
//
// Every resolved value keeps the file, line and column that set it and the chain
// of values it replaced. [Load] finds all problems of all files in one run and
// reports them as [Problems].
//
// The package reads files and nothing else: no environment, no network, no
// templates. Secrets do not belong in these files, and values that look like
// credentials are refused.
package config
