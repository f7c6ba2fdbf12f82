# shellcheck shell=bash
# Where things lie: the root of the repository, the state folder, the levee binary. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"

# shellcheck disable=SC2034 # used by what sources this
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)

# A relative path given by the user is meant from where the user stands.
from_here() { if [[ $1 == /* ]]; then printf '%s' "$1"; else printf '%s/%s' "$PWD" "$1"; fi; }

# shellcheck disable=SC2034
# Where a cluster keeps its Redis data, logs and pid files; the demo has its own.
state=$(from_here "${LEVEE_STATE:-$root/.levee}")
build=${BUILD:-debug}
# shellcheck disable=SC2034
# The binary that cluster and demo start; another one by LEVEE_BINARY.
binary=$(from_here "${LEVEE_BINARY:-$root/.build/$build/levee}")
# shellcheck disable=SC2034
config=$(from_here "${CONFIG:-$root/levee.yaml}")

case $build in
    debug | release) ;;
    *) fail -2 "BUILD=$build is neither debug nor release." ;;
esac
