# shellcheck shell=bash
# What a cluster is meant to be, from `up` to `down`: how many front ends and workers, the first port, how Redis writes,
# and what its processes are started with. So a later command needs to be told nothing again, and goes on with one that
# was stopped. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"

# The plan, by name: frontends, workers, port, fsync, slots, config, build, and binary if one was given.
declare -A planned=()

# Reads the plan; it is empty when there is none.
read_plan() {
    local name value
    planned=()
    [[ -r $state/run/plan ]] || return 0
    while IFS='=' read -r name value; do
        [[ -z $name ]] || planned[$name]=$value
    done <"$state/run/plan"
}

# Writes the plan, all at once.
write_plan() {
    local name
    mkdir -p "$state/run"
    for name in "${!planned[@]}"; do printf '%s=%s\n' "$name" "${planned[$name]}"; done >"$state/run/.plan.new"
    mv -f -- "$state/run/.plan.new" "$state/run/plan"
}

# Notes what a cluster is started with: note_plan FRONTENDS WORKERS PORT FSYNC
note_plan() {
    planned=([frontends]=$1 [workers]=$2 [port]=$3 [fsync]=$4 [slots]=${SLOTS:-} [config]=$config [build]=$build
        [binary]=${LEVEE_BINARY:+$binary})
    write_plan
}

# Notes another number of workers, in the plan that there is: plan_workers COUNT
plan_workers() {
    read_plan
    [[ -n ${planned[port]:-} ]] || return 0
    planned[workers]=$1
    write_plan
}

# Takes from the plan what the user has not said: the slots, the configuration, the build or the binary.
recall_plan() {
    read_plan
    SLOTS=${SLOTS:-${planned[slots]:-}}
    [[ -n ${CONFIG:-} ]] || config=${planned[config]:-$config}
    [[ -z ${LEVEE_BINARY:-}${BUILD:-} && -n ${planned[build]:-} ]] || return 0
    build=${planned[build]}
    binary=${planned[binary]:-$root/.build/$build/levee}
    LEVEE_BINARY=${planned[binary]:-}
    export BUILD=$build
}

# Forgets the plan.
drop_plan() { rm -f -- "$state/run/plan"; }
