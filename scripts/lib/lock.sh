# shellcheck shell=bash
# One command at a time changes a cluster, and a command that is stopped in the middle says where that leaves things.
# Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/waiting.sh"

# Two commands at once would start things twice: take_lock NAME, the name of this command. The lock is descriptor 9,
# held until the script has ended, however it ends.
take_lock() {
    mkdir -p "$state"
    exec 9>"$state/lock"
    if ! flock --nonblock 9; then
        say "Another scripts/cluster is at work on ${state#"$root"/}; waiting for it."
        await_lock || fail "It did not end within 90 s."
    fi
    # shellcheck disable=SC2064 # the name is that of now
    {
        trap "interrupted $1 130" INT
        trap "interrupted $1 143" TERM
        trap "interrupted $1 129" HUP
    }
}

# Waits for the lock, for at most 90 s.
await_lock() {
    local since=$SECONDS
    until flock --timeout 1 9; do
        ((SECONDS - since < 90)) || return 1
        ! may_tell "$since" || tell "Still waiting for it, $((90 - SECONDS + since)) s at most."
    done
    untell
}

# Ends the script on a signal: interrupted NAME STATUS. Every record is true at every moment: there is nothing to undo.
interrupted() {
    trap '' INT TERM HUP
    {
        printf '\n'
        warn "$1 was stopped before its end. What runs is recorded: make status shows it, make up or make down goes on."
    } >&2 || true
    exit "$2"
}
