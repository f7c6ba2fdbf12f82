# shellcheck shell=bash
# Processes that outlive the script which starts them. Each has a record NAME.pid in $state/run: its pid, its start
# time by the kernel, its port. A pid is reused sooner or later; pid and start time together are not, so nothing here
# ever takes a stranger for one of ours. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"

# When a process started, in clock ticks since boot (proc(5), field 22); nothing if it is gone or a zombie.
# The second field is the program's name in brackets and may hold anything, so what counts comes after the last bracket.
start_time() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
    local -a fields
    read -ra fields <<<"${stat##*)}"
    [[ ${fields[0]} == [ZX] ]] || printf '%s' "${fields[19]}"
}

# Reads a record into recorded_pid, recorded_start and recorded_port; fails when there is none.
read_record() {
    recorded_pid='' recorded_start='' recorded_port=''
    # shellcheck disable=SC2034 # the port is for those who call
    { read -r recorded_pid recorded_start recorded_port <"$state/run/$1.pid"; } 2>/dev/null
    [[ $recorded_pid =~ ^[0-9]+$ && $recorded_start =~ ^[0-9]+$ ]]
}

# Whether the process of a record lives.
is_alive() { read_record "$1" && [[ $(start_time "$recorded_pid") == "$recorded_start" ]]; }

# Starts a process in a session of its own, where no closed terminal ends it: start_process NAME PORT COMMAND...
# Its output goes to $state/log/NAME.log, what the last one of that name said is kept as NAME.log.1. The lock of this
# script (descriptor 9) is not handed on.
start_process() {
    local name=$1 port=$2 pid
    shift 2
    mkdir -p "$state/run" "$state/log"
    [[ ! -e $state/log/$name.log ]] || mv -f -- "$state/log/$name.log" "$state/log/$name.log.1"
    setsid -- "$@" >"$state/log/$name.log" 2>&1 </dev/null 9>&- &
    pid=$!
    disown "$pid"
    printf '%s %s %s\n' "$pid" "$(start_time "$pid")" "$port" >"$state/run/$name.pid"
}

# Shows the end of a process's log and ends the script: fail_with_log NAME MESSAGE
fail_with_log() {
    printf '\n' >&2
    tail -n 20 -- "$state/log/$1.log" >&2 || true
    printf '\n' >&2
    fail "$2" "The lines above are the end of $state/log/$1.log."
}

# Asks processes to stop, waits, and kills as a last resort what does not: stop_processes SECONDS NAME...
stop_processes() {
    local patience=$1 name deadline
    local -a waiting=()
    shift
    for name in "$@"; do
        if is_alive "$name"; then
            kill -TERM "$recorded_pid" 2>/dev/null || true
            waiting+=("$name")
        else
            rm -f -- "$state/run/$name.pid"
        fi
    done
    deadline=$((SECONDS + patience))
    for name in "${waiting[@]}"; do
        while is_alive "$name" && ((SECONDS < deadline)); do sleep 0.05; done
        if is_alive "$name"; then
            warn "$name (pid $recorded_pid) did not stop within $patience s: killed."
            kill -KILL "$recorded_pid" 2>/dev/null || true
            while is_alive "$name"; do sleep 0.05; done
        else
            done_well "$name stopped"
        fi
        rm -f -- "$state/run/$name.pid"
    done
}

# The names of all records, one a line, in the order of their numbers: recorded PREFIX
recorded() {
    local file
    for file in "$state/run/$1"*.pid; do
        [[ -e $file ]] || continue
        file=${file##*/}
        printf '%s\n' "${file%.pid}"
    done | sort -V
}
