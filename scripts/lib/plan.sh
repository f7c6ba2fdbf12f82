# shellcheck shell=bash
# What a cluster is meant to be, from `up` to `down`: how many front ends and workers, the first port, how Redis writes.
# With it a later command needs to be told nothing again, and goes on with one that was stopped. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"

# Reads the plan into planned_frontends, _workers, _port and _fsync; they are empty when there is none.
read_plan() {
    planned_frontends='' planned_workers='' planned_port='' planned_fsync=''
    { read -r planned_frontends planned_workers planned_port planned_fsync <"$state/run/plan"; } 2>/dev/null || true
    if [[ ! "$planned_frontends $planned_workers $planned_port $planned_fsync" =~ ^[0-9]+\ [0-9]+\ [0-9]+\ [a-z]+$ ]]; then
        planned_frontends='' planned_workers='' planned_port='' planned_fsync=''
    fi
}

# Writes the plan, all at once: write_plan FRONTENDS WORKERS PORT FSYNC
write_plan() {
    mkdir -p "$state/run"
    printf '%s %s %s %s\n' "$@" >"$state/run/.plan.new"
    mv -f -- "$state/run/.plan.new" "$state/run/plan"
}

# Notes another number of workers, in the plan that there is: plan_workers COUNT
plan_workers() {
    read_plan
    [[ -z $planned_port ]] || write_plan "$planned_frontends" "$1" "$planned_port" "$planned_fsync"
}

# Forgets the plan.
drop_plan() { rm -f -- "$state/run/plan"; }
