# shellcheck shell=bash
# The front ends and workers of a cluster: starting what is not there, and waiting until it is ready. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/numbers.sh"
. "${BASH_SOURCE[0]%/*}/ports.sh"
. "${BASH_SOURCE[0]%/*}/process.sh"
. "${BASH_SOURCE[0]%/*}/redis.sh"
. "${BASH_SOURCE[0]%/*}/workers.sh"

# The names of the front ends and workers that this script has started, and in a few words how it came to that.
started_frontends=() started_workers=()
declare -A how=()

# How many seconds a worker may take to end or hand back its jobs, by the configuration.
grace=25

# Ends the script unless there is a binary and a configuration that it accepts; reads the drain grace from it.
check_configuration() {
    local outline seconds redis=''
    [[ -x $binary ]] || fail -2 "There is no program $binary."
    [[ -r $config ]] || fail -2 "There is no configuration $config." "CONFIG= names another one."
    ! is_alive redis || redis=$(redis_url)
    outline=$("$binary" check --config "$config" ${redis:+--redis "$redis"} ${SLOTS:+--slots "$SLOTS"}) || exit 2
    seconds=$(awk '/^[^ ]/ { section = $1 } section == "worker" && $1 == "drainGrace" { print $2 }' <<<"$outline")
    ! seconds=$(seconds_of "$seconds") || grace=$seconds
}

# Whether the front end on a port says that it can take jobs; 22 when it says no, another status when it says nothing.
is_ready() { curl -fs -o /dev/null --max-time 2 --noproxy '*' "http://127.0.0.1:$1/readyz"; }

# Ends the script if a front end could not get its ports, before anything is started: check_ports FIRST COUNT
check_ports() {
    local i port door
    for ((i = 1; i <= $2; i++)); do
        port=$(($1 + i - 1))
        if is_alive "frontend-$i"; then
            [[ $recorded_port == "$port" ]] ||
                fail -2 "frontend-$i runs on port $recorded_port, not $port." "make down first, to move the cluster."
            continue
        fi
        for door in "$port" $((port + admin_offset)); do
            ! port_taken "$door" ||
                fail -2 "Port $door is taken$(port_owner "$door"), frontend-$i needs it." \
                    "Another one: make up PORT=$(free_doors $(($1 + 1)) "$2")"
        done
    done
}

# Says when a running process was started before the binary or the configuration changed.
note_if_outdated() {
    local file
    for file in "$binary" "$config"; do
        [[ ! $file -nt $state/run/$1.pid ]] ||
            warn "$1 runs since before ${file##*/} changed; make restart starts it anew, job by job."
    done
}

# Notes how it comes that a process is started which does not live: note_start NAME
note_start() {
    how[$1]=started
    ! read_record "$1" || how[$1]="was dead (pid $recorded_pid): started anew"
}

# Starts a front end unless it lives: start_frontend NUMBER PORT. Its admin door is on PORT + 1000.
start_frontend() {
    local name=frontend-$1 port=$2 admin=$(($2 + admin_offset))
    if is_alive "$name"; then
        note_if_outdated "$name"
        return
    fi
    note_start "$name"
    started_frontends+=("$name")
    start_process "$name" "$port $admin -" "$binary" serve --config "$config" --host 127.0.0.1 --port "$port" \
        --admin-port "$admin" --redis "$(redis_url)"
}

# Starts a worker unless it lives: start_worker worker-w3
start_worker() {
    local name=$1
    if is_alive "$name"; then
        note_if_outdated "$name"
        return
    fi
    note_start "$name"
    started_workers+=("$name")
    start_process "$name" "- - $grace" "$binary" work --config "$config" --redis "$(redis_url)" \
        --name "${name#worker-}" ${SLOTS:+--slots "$SLOTS"}
}

# Starts new workers until there are so many, under the lowest free names: fill_fleet COUNT
fill_fleet() {
    local missing i
    missing=$(($1 - $(recorded worker- | wc -l)))
    for ((i = 1; missing > 0; i++)); do
        [[ ! -e $state/run/worker-w$i.pid ]] || continue
        start_worker "worker-w$i"
        missing=$((missing - 1))
    done
}

# Says that a process was started: say_started NAME [WHERE]
say_started() {
    is_alive "$1" || fail_with_log "$1" "$1 ended while it started."
    done_well "$1 ${how[$1]}${2:+ $2} (pid $recorded_pid)"
    [[ $1 != worker-* || -n ${state_of[$recorded_pid]:-} ]] || say "No front end has seen it yet."
}

# Waits until a front end is ready.
await_frontend() {
    local name=$1 since=$SECONDS deadline=$((SECONDS + 30))
    until is_alive "$name" && is_ready "$recorded_port"; do
        ! may_tell "$since" || tell "Waiting until $name is ready, $((deadline - SECONDS)) s at most."
        is_alive "$name" || fail_with_log "$name" "$name ended while it started."
        ((SECONDS < deadline)) || fail_with_log "$name" "$name was not ready within 30 s."
        sleep 0.1
    done
    untell
}

# Says that a front end was started, and where it listens.
say_frontend() {
    read_record "$1"
    say_started "$1" "on http://127.0.0.1:$recorded_port, admin door on $recorded_admin"
}

# Waits until the workers that were started are seen, and says so.
await_workers() {
    local name
    ((${#started_workers[@]} > 0)) || return 0
    await_seen "${started_workers[@]}" || fail_with_log "$ended" "$ended ended while it started."
    for name in "${started_workers[@]}"; do say_started "$name"; done
}
