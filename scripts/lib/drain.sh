# shellcheck shell=bash
# Workers that take no new jobs and end with the last one they run. A worker that drains has a record of its own,
# draining-w3-PID, and a log of that name, so that w3 can be started again at once. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/process.sh"
. "${BASH_SOURCE[0]%/*}/workers.sh"

# How many logs of workers that have drained are kept.
drained_logs=20

# The name a worker had in the fleet: fleet_name draining-w3-123
fleet_name() {
    local name=$1
    if [[ $name == draining-* ]]; then
        name=worker-${name#draining-}
        name=${name%-*}
    fi
    printf '%s' "$name"
}

# Moves a worker out of the fleet, with its log, to those that drain: set_aside NAME. Its new name is in $aside.
set_aside() {
    read_record "$1"
    aside=draining-${1#worker-}-$recorded_pid
    [[ ! -e $state/log/$1.log ]] || ln -f -- "$state/log/$1.log" "$state/log/$aside.log"
    mv -f -- "$state/run/$1.pid" "$state/run/$aside.pid"
    rm -f -- "$state/log/$1.log"
}

# Takes it back, in the place of one that could not start: put_back ASIDE NAME. The log of that one is NAME.log.1.
put_back() {
    mv -f -- "$state/log/$2.log" "$state/log/$2.log.1"
    mv -f -- "$state/log/$1.log" "$state/log/$2.log"
    mv -f -- "$state/run/$1.pid" "$state/run/$2.pid"
}

# Tells a worker to end when its last job has: retire NAME. One that was stopped by SIGSTOP has to go on for that.
retire() {
    is_alive "$1" || return 0
    kill -USR1 "$recorded_pid" 2>/dev/null || true
    kill -CONT "$recorded_pid" 2>/dev/null || true
}

# Tells those again that were set aside and have not heard of it, as when a command was stopped in between. Goes by what
# read_workers has read.
remind_draining() {
    local name
    while read -r name; do
        if is_alive "$name" && [[ ${state_of[$recorded_pid]:-} == working ]]; then retire "$name"; fi
    done < <(recorded draining-)
}

# Forgets those that have ended, and their logs but for the last ones; autoscalers that have ended as well.
clear_ended() {
    local name file
    local -a logs
    while read -r name; do
        is_alive "$name" || rm -f -- "$state/run/$name.pid"
    done < <(recorded draining-; recorded autoscaler)
    mapfile -t logs < <(compgen -G "$state/log/draining-*.log" | xargs -r -d '\n' ls -t --)
    for file in "${logs[@]:drained_logs}"; do
        name=${file##*/}
        [[ -e $state/run/${name%.log}.pid ]] || rm -f -- "$file"
    done
}

# Whether a worker lives and, as far as is known, runs nothing.
is_leaving() { is_alive "$1" && ((${running_of[$recorded_pid]:-0} == 0)); }

# Gives idle workers about 3 s to go, and says which are gone and which still drain: await_retired NAME...
await_retired() {
    local name i since=$SECONDS left=1
    for ((i = 0; i < 30 && left; i++)); do
        ! may_tell "$since" || tell "Waiting for idle workers to go."
        left=0
        for name in "$@"; do ! is_leaving "$name" || left=1; done
        ((left == 0)) || sleep 0.1
    done
    untell
    for name in "$@"; do
        is_alive "$name" || done_well "$(fleet_name "$name") retired (pid ${name##*-})"
    done
    clear_ended
    say_draining
}

# Says which workers drain, and how many jobs they run.
say_draining() {
    local name jobs
    local -a names
    mapfile -t names < <(recorded draining-)
    ((${#names[@]} > 0)) || return 0
    read_workers || true
    for name in "${names[@]}"; do
        is_alive "$name" || continue
        jobs=${running_of[$recorded_pid]:-}
        if [[ -n $jobs ]]; then jobs="it runs $(count_text "$jobs" job) and ends after that"; fi
        say "$(fleet_name "$name") (pid $recorded_pid) still drains: ${jobs:-it ends with its last job}."
    done
}

# How many seconds workers are given to stop when all is stopped: more than any of them was told to take. The names of
# workers are given.
drain_patience() {
    local name patience=40
    for name in "$@"; do
        read_record "$name" || continue
        [[ $recorded_grace =~ ^[0-9]+$ ]] || continue
        ((recorded_grace + 15 <= patience)) || patience=$((recorded_grace + 15))
    done
    printf '%d' "$patience"
}
