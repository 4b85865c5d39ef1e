#!/bin/sh
# Says by its exit code whether two trees differ in nothing but the configuration of
# what is built (0) or in more (1); 2 when that cannot be told. organization.yaml says
# which state is read and which API is called, with a deployment's rights, so it is
# more. Usage: only-configs.sh OLD NEW
set -eu

old=$1
new=$2
if ! [ -d "$old/configs" ] || ! [ -d "$new/configs" ]; then
	echo "want two checkouts of the repository" >&2
	exit 2
fi

# same fails with 1 for a difference and ends the script when there is no answer.
same() {
	code=0
	diff -r -q --no-dereference "$@" >&2 || code=$?
	[ "$code" -le 1 ] || exit 2
	return "$code"
}

# NEW may hold OLD, and what a build left.
same --exclude=.git --exclude=.cellworks --exclude="$(basename "$old")" --exclude=configs "$old" "$new" || exit 1
same "$old/configs/organization.yaml" "$new/configs/organization.yaml" || exit 1
# A link or a program among the configuration is no configuration.
odd=$(find "$new/configs" ! -type d ! -type f -print -o -type f ! -name '*.yaml' ! -name '*.json' ! -name '*.md' -print)
[ -z "$odd" ] || exit 1
