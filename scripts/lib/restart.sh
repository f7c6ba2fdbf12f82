# shellcheck shell=bash
# A rolling restart: one process after the other, so that the cluster goes on working. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/fleet.sh"
. "${BASH_SOURCE[0]%/*}/drain.sh"

# Stops a front end, starts it again on its ports, and waits until it is ready: restart_frontend NAME
restart_frontend() {
    local port
    read_record "$1"
    port=$recorded_port
    if is_alive "$1"; then
        stop_processes 20 "$1"
        start_frontend "${1#frontend-}" "$port"
        how[$1]='started anew'
    else
        start_frontend "${1#frontend-}" "$port"
    fi
    await_frontend "$1"
    say_frontend "$1"
}

# Starts a worker beside the one of the same name, waits until it works, and then has the old one end what it runs:
# restart_worker NAME. When the new one cannot start the old one stays.
restart_worker() {
    aside=''
    if is_alive "$1"; then
        set_aside "$1"
    fi
    start_worker "$1"
    if ! await_seen "$1"; then
        [[ -n $aside ]] || fail_with_log "$1" "$1 ended while it started."
        put_back "$aside" "$1"
        fail_with_log "$1" "The new $1 ended while it started; the old one works on." .1
    fi
    if [[ -n $aside ]]; then
        retire "$aside"
        how[$1]='started anew'
    fi
    say_started "$1"
}

# Restarts front ends and workers; Redis and autoscalers are left alone.
restart_fleet() {
    local name
    local -a fronts workers retired=()
    mapfile -t fronts < <(recorded frontend-)
    mapfile -t workers < <(recorded worker-)
    ((${#fronts[@]} != 1)) || say "There is one front end: until it is back nobody answers."
    for name in "${fronts[@]}"; do restart_frontend "$name"; done
    clear_ended
    for name in "${workers[@]}"; do
        restart_worker "$name"
        [[ -z $aside ]] || retired+=("$aside")
    done
    remind_draining
    await_retired "${retired[@]}"
    read_record redis
    say "Redis (pid $recorded_pid) was left alone."
    while read -r name; do
        ! is_alive "$name" || say "$name (pid $recorded_pid) too: Ctrl-C and make autoscale start it anew."
    done < <(recorded autoscaler)
}
