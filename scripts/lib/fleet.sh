# shellcheck shell=bash
# The front ends and workers of a cluster: starting what is not there, and waiting until it is ready. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/ports.sh"
. "${BASH_SOURCE[0]%/*}/process.sh"
. "${BASH_SOURCE[0]%/*}/redis.sh"

# Whether the front end on a port says that it can take jobs.
is_ready() { curl -fs -o /dev/null --max-time 2 --noproxy '*' "http://127.0.0.1:$1/readyz"; }

# Ends the script if a front end could not get its port, before anything is started: check_ports FIRST COUNT
check_ports() {
    local i port
    for ((i = 1; i <= $2; i++)); do
        port=$(($1 + i - 1))
        if is_alive "frontend-$i"; then
            [[ $recorded_port == "$port" ]] ||
                fail -2 "frontend-$i runs on port $recorded_port, not $port." "make down first, to move the cluster."
        elif port_taken "$port"; then
            fail -2 "Port $port is taken$(port_owner "$port"), frontend-$i needs it." \
                "Another one: make up PORT=$(free_ports $(($1 + 1)) "$2")"
        fi
    done
}

# Says when a running process was started before the binary or the configuration changed.
note_if_outdated() {
    local file
    for file in "$binary" "$config"; do
        [[ ! $file -nt $state/run/$1.pid ]] || warn "$1 runs since before ${file##*/} changed; make down up starts it anew."
    done
}

start_frontend() {
    local name=frontend-$1 port=$2
    if is_alive "$name"; then
        note_if_outdated "$name"
    else
        start_process "$name" "$port" \
            "$binary" serve --config "$config" --host 127.0.0.1 --port "$port" --redis "$(redis_url)"
    fi
}

start_worker() {
    local name=worker-w$1
    if is_alive "$name"; then
        note_if_outdated "$name"
    else
        start_process "$name" - \
            "$binary" work --config "$config" --redis "$(redis_url)" --name "w$1" ${SLOTS:+--slots "$SLOTS"}
    fi
}

await_frontend() {
    local name=frontend-$1 port=$2 deadline=$((SECONDS + 30))
    until is_ready "$port"; do
        is_alive "$name" || fail_with_log "$name" "$name ended while it started."
        ((SECONDS < deadline)) || fail_with_log "$name" "$name was not ready within 30 s."
        sleep 0.1
    done
    is_alive "$name" || fail_with_log "$name" "$name ended while it started."
    done_well "$name on http://127.0.0.1:$port (pid $recorded_pid)"
}

# Waits until the workers have come as far as waiting for a job in Redis. Workers that found jobs at once need not come
# to wait; so after 5 s it is enough that they live.
await_workers() {
    local count=$1 i deadline=$((SECONDS + 5))
    while ((SECONDS < deadline)) && (($(blocked_clients) < count)); do
        for ((i = 1; i <= count; i++)); do
            is_alive "worker-w$i" || fail_with_log "worker-w$i" "worker-w$i ended while it started."
        done
        sleep 0.1
    done
    for ((i = 1; i <= count; i++)); do
        is_alive "worker-w$i" || fail_with_log "worker-w$i" "worker-w$i ended while it started."
        done_well "worker-w$i (pid $recorded_pid)"
    done
}
