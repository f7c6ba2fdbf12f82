# shellcheck shell=bash
# Another number of workers: missing ones are started, dead ones replaced, the least busy ones drained. Sourced, not
# run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/fleet.sh"
. "${BASH_SOURCE[0]%/*}/workers.sh"
. "${BASH_SOURCE[0]%/*}/drain.sh"
. "${BASH_SOURCE[0]%/*}/plan.sh"

# Says something to all autoscalers, through Redis: tell_autoscalers --hold 3, or --release
tell_autoscalers() { "$binary" autoscale "$@" --config "$config" --redis "$(redis_url)" --log-level warning >/dev/null; }

# Tells the autoscalers that the number is set by hand.
hold_fleet() {
    tell_autoscalers --hold "$1" ||
        fail "The number could not be stored in Redis, so an autoscaler would undo it." "make status shows what runs."
    say "Any autoscaler holds the fleet at $1 until make scale WORKERS=auto."
}

# Whether an autoscaler's number comes too late, since another one was set by hand: gives_way COUNT
gives_way() {
    local held
    held=$(held_number)
    [[ -n $held && $held != "$1" ]] || return 1
    say "The fleet is held at $held by hand."
}

# Gives the number of workers back to the autoscalers.
release_fleet() {
    tell_autoscalers --release ||
        fail "The fleet could not be given back to the autoscaler."
    done_well "The number of workers is for an autoscaler to decide again; make autoscale runs one."
}

# Moves workers to those that drain which drain already because somebody else told them to.
adopt_draining() {
    local name
    for name in "$@"; do
        if ! is_alive "$name" || [[ ${state_of[$recorded_pid]:-} != draining ]]; then continue; fi
        set_aside "$name"
        say "$name (pid $recorded_pid) drains already; it does not count."
    done
}

# The names of living or of dead workers of the fleet, one a line: workers_that live|died
workers_that() {
    local name
    while read -r name; do
        if is_alive "$name"; then
            [[ $1 != live ]] || printf '%s\n' "$name"
        else
            [[ $1 != died ]] || printf '%s\n' "$name"
        fi
    done < <(recorded worker-)
}

# The least busy of the living workers, one a line: least_busy COUNT. Of equals, and when nothing is known of any, those
# with the highest numbers.
least_busy() {
    local name
    while read -r name; do
        read_record "$name"
        printf '%d %d %s\n' "${running_of[$recorded_pid]:-0}" "${name#worker-w}" "$name"
    done < <(workers_that live) | sort -k 1,1n -k 2,2nr | head -n "$1" | cut -d ' ' -f 3
}

# Starts dead workers anew, as many as are needed, and forgets the others: replace_dead COUNT
replace_dead() {
    local needed=$1 name
    while read -r name; do
        if ((needed > 0)); then
            start_worker "$name"
            needed=$((needed - 1))
        else
            read_record "$name"
            rm -f -- "$state/run/$name.pid"
            done_well "$name was dead (pid $recorded_pid): not needed any more"
        fi
    done < <(workers_that died)
}

# Drains some workers: drain_workers COUNT. Their new names are added to $drained.
drain_workers() {
    local name
    local -a names
    mapfile -t names < <(least_busy "$1")
    for name in "${names[@]}"; do
        set_aside "$name"
        retire "$aside"
        drained+=("$aside")
    done
}

# Brings the fleet to a number of workers.
scale_fleet() {
    local wanted=$1 living changed
    local -a names drained=()
    clear_ended
    read_workers || warn "No front end tells how busy the workers are; the highest numbers go first."
    remind_draining
    mapfile -t names < <(workers_that live)
    adopt_draining "${names[@]}"
    living=$(workers_that live | wc -l)
    changed=$(workers_that died | wc -l)
    plan_workers "$wanted"

    replace_dead $((wanted - living))
    ((living >= wanted)) || fill_fleet "$wanted"
    ((living <= wanted)) || drain_workers $((living - wanted))
    await_workers
    await_retired "${drained[@]}"
    changed=$((changed + ${#started_workers[@]} + ${#drained[@]}))
    ((changed > 0)) || say "Nothing to do: that is how many there are, $(count_text "$wanted" worker)."
}
