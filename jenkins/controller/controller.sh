#!/bin/sh
# Starts the controller with the configuration for the way in which people log in.
set -eu

casc=/usr/share/jenkins/casc
case "${AUTH_MODE:-}" in
oidc | local) ;;
*)
	echo "AUTH_MODE is '${AUTH_MODE:-}', want oidc or local" >&2
	exit 64
	;;
esac

export CASC_JENKINS_CONFIG="$casc/common,$casc/login/$AUTH_MODE.yaml"
exec /usr/local/bin/jenkins.sh "$@"
