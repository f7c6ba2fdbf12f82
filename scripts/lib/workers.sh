# shellcheck shell=bash
# What the workers say of themselves, as a front end's admin door tells it. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/process.sh"

# By pid: what a worker does (working or draining), and how many jobs it runs. Only for processes that live.
declare -A state_of=() running_of=()

# Asks the front ends, one after the other, until one has answered; fails and leaves nothing known when none does.
read_workers() {
    local name text
    state_of=() running_of=()
    while read -r name; do
        if ! is_alive "$name" || [[ ! $recorded_admin =~ ^[0-9]+$ ]]; then continue; fi
        text=$(timeout --foreground 3 "$binary" workers --url "http://127.0.0.1:$recorded_admin" 2>/dev/null </dev/null) ||
            continue
        note_workers <<<"$text"
        return 0
    done < <(recorded frontend-)
    return 1
}

# The number of workers that was set by hand, if one was and a front end tells.
held_number() {
    local name
    while read -r name; do
        if ! is_alive "$name" || [[ ! $recorded_admin =~ ^[0-9]+$ ]]; then continue; fi
        timeout --foreground 3 "$binary" workers --json --url "http://127.0.0.1:$recorded_admin" 2>/dev/null </dev/null |
            sed -nE 's/.*"setByHand":([0-9]+).*/\1/p' || true
        return
    done < <(recorded frontend-)
}

# Notes the lines of `levee workers`: WORKER PID STATE RUNNING ...
note_workers() {
    local _ pid state running
    # shellcheck disable=SC2034 # for those who call
    while read -r _ pid state running _; do
        [[ $pid =~ ^[0-9]+$ && -n $(start_time "$pid") ]] || continue
        state_of[$pid]=$state
        [[ ! $running =~ ^[0-9]+$ ]] || running_of[$pid]=$running
    done
}

# Waits a few seconds until the front ends know of workers: await_seen NAME... Fails when one has ended, with its name
# in $ended. That they live has to do when no front end answers, or one of another build.
await_seen() {
    local since=$SECONDS deadline=$((SECONDS + 5)) name unseen=1
    while ((unseen && SECONDS < deadline)); do
        ! may_tell "$since" || tell "Waiting until a front end has seen the workers, $((deadline - SECONDS)) s at most."
        read_workers || true
        unseen=0
        for name in "$@"; do
            if ! is_alive "$name"; then
                # shellcheck disable=SC2034 # for those who call
                ended=$name
                return 1
            fi
            [[ -n ${state_of[$recorded_pid]:-} ]] || unseen=1
        done
        ((unseen == 0)) || sleep 0.1
    done
    untell
}
