# shellcheck shell=bash
# Brings a cluster to what it is meant to be, by starting what is dead or missing and nothing else. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/numbers.sh"
. "${BASH_SOURCE[0]%/*}/plan.sh"
. "${BASH_SOURCE[0]%/*}/redis.sh"
. "${BASH_SOURCE[0]%/*}/fleet.sh"
. "${BASH_SOURCE[0]%/*}/drain.sh"

# Ends the script unless what the user asks for makes sense.
check_wishes() {
    check_count FRONTENDS "${FRONTENDS:-2}" 1
    check_count WORKERS "${WORKERS:-2}" 0
    check_port "${PORT:-8080}"
    [[ -z ${REDIS_PORT:-} ]] || check_port "$REDIS_PORT"
    [[ -z ${SLOTS:-} ]] || check_count SLOTS "$SLOTS" 1
    case ${FSYNC:-always} in
        always | everysec | no) ;;
        *) fail -2 "FSYNC=$FSYNC is none of always, everysec and no." ;;
    esac
}

# Works out what the cluster is to be, in $frontends, $workers, $port and $fsync: what the user asks for, else what the
# cluster was meant to be, and never less than there is.
make_plan() {
    local last running
    read_plan
    # Without a plan, as after a `down` that was stopped: where the first front end is.
    if ! read_record frontend-1 || [[ ! $recorded_port =~ ^[0-9]+$ ]]; then recorded_port=''; fi
    port=${PORT:-${planned[port]:-${recorded_port:-8080}}}
    fsync=${FSYNC:-${planned[fsync]:-always}}
    frontends=${FRONTENDS:-${planned[frontends]:-2}}
    workers=${WORKERS:-${planned[workers]:-2}}
    last=$(recorded frontend- | tail -n 1)
    last=${last#frontend-}
    if ((frontends < ${last:-0})); then
        [[ -z ${FRONTENDS:-} ]] ||
            say "There are $last front ends; make down up makes it $frontends."
        frontends=$last
    fi
    running=$(recorded worker- | wc -l)
    if ((workers < running)); then
        [[ -z ${WORKERS:-} ]] ||
            say "There are $running workers; make scale WORKERS=$workers makes it $workers."
        workers=$running
    fi
    ((port + admin_offset + frontends - 1 <= 65535)) ||
        fail -2 "PORT=$port is too high: the last admin door would be on port $((port + admin_offset + frontends - 1))." \
            "Give at most $((65535 - admin_offset - frontends + 1))."
    check_redis_port "$port" "$frontends"
}

# Starts what is dead or missing, and waits until all of it is ready.
start_cluster() {
    local name i redis_was=''
    ! is_alive redis || redis_was=$recorded_pid
    note_plan "$frontends" "$workers" "$port" "$fsync"
    clear_ended
    start_redis "$fsync"
    for ((i = 1; i <= frontends; i++)); do start_frontend "$i" $((port + i - 1)); done
    while read -r name; do start_worker "$name"; done < <(recorded worker-)
    fill_fleet "$workers"

    for ((i = 1; i <= frontends; i++)); do await_frontend "frontend-$i"; done
    for name in "${started_frontends[@]}"; do say_frontend "$name"; done
    await_workers
    [[ -z $(recorded draining-) ]] || read_workers || true
    remind_draining
    if [[ -n $redis_was ]] && ((${#started_frontends[@]} + ${#started_workers[@]} == 0)); then
        say "Nothing was dead: Redis, $(count_text "$frontends" 'front end') from http://127.0.0.1:$port on and" \
            "$(count_text "$workers" worker) run."
    fi
}
