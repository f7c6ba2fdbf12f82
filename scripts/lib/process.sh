# shellcheck shell=bash
# Processes that outlive the script which starts them. Each has a record NAME.pid in $state/run: its pid, its start
# time by the kernel, its port, its admin port, how many seconds it may take to stop; `-` for what it has not. A pid is
# reused sooner or later; pid and start time together are not, so nothing here ever takes a stranger for one of ours.
# Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/waiting.sh"

# When a process started, in clock ticks since boot (proc(5), field 22); nothing if it is gone or a zombie.
# The second field is the program's name in brackets and may hold anything, so what counts comes after the last bracket.
start_time() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
    local -a fields
    read -ra fields <<<"${stat##*)}"
    [[ ${fields[0]} == [ZX] ]] || printf '%s' "${fields[19]}"
}

# Whether a process was stopped by a signal (SIGSTOP), and waits for SIGCONT.
is_stopped() { grep -q '^State:[[:space:]]*T' "/proc/$1/status" 2>/dev/null; }

# Reads a record into recorded_pid, _start, _port, _admin and _grace; fails when there is none.
read_record() {
    recorded_pid='' recorded_start='' recorded_port='' recorded_admin='' recorded_grace=''
    # shellcheck disable=SC2034 # some are for those who call
    { read -r recorded_pid recorded_start recorded_port recorded_admin recorded_grace <"$state/run/$1.pid"; } 2>/dev/null
    [[ $recorded_pid =~ ^[0-9]+$ && $recorded_start =~ ^[0-9]+$ ]]
}

# Whether the process of a record lives.
is_alive() { read_record "$1" && [[ $(start_time "$recorded_pid") == "$recorded_start" ]]; }

# Writes a record, all at once: write_record NAME PID DETAILS, the details being port, admin port and grace.
write_record() {
    mkdir -p "$state/run"
    printf '%s %s %s\n' "$2" "$(start_time "$2")" "$3" >"$state/run/.$1.new"
    mv -f -- "$state/run/.$1.new" "$state/run/$1.pid"
}

# Starts a process in a session of its own, where no closed terminal ends it, with no signal ignored: start_process NAME
# DETAILS COMMAND... Its output goes to $state/log/NAME.log, what the last one of that name said is kept as NAME.log.1.
# It writes its record before it becomes COMMAND and holds the lock (descriptor 9) until then: whenever this script is
# stopped, nothing runs that is not recorded.
start_process() {
    local name=$1 details=$2 pid
    shift 2
    mkdir -p "$state/run" "$state/log"
    [[ ! -e $state/log/$name.log ]] || mv -f -- "$state/log/$name.log" "$state/log/$name.log.1"
    (
        write_record "$name" "$BASHPID" "$details"
        exec setsid -- env --default-signal "$@" >"$state/log/$name.log" 2>&1 </dev/null 9>&-
    ) &
    pid=$!
    disown "$pid"
    while [[ -n $(start_time "$pid") ]]; do
        if read_record "$name" && [[ $recorded_pid == "$pid" ]]; then break; fi
        sleep 0.01
    done
}

# Shows the end of a process's log and ends the script: fail_with_log NAME MESSAGE [SUFFIX of the log]
fail_with_log() {
    local log=$state/log/$1.log${3:-}
    printf '\n' >&2
    tail -n 20 -- "$log" >&2 || true
    printf '\n' >&2
    fail "$2" "The lines above are the end of $log."
}

# Asks processes to stop, waits, and kills as a last resort what does not: stop_processes SECONDS NAME...
# A process that was stopped by SIGSTOP hears it only once it goes on.
stop_processes() {
    local patience=$1 name since=$SECONDS deadline
    local -a waiting=()
    shift
    for name in "$@"; do
        if is_alive "$name"; then
            kill -TERM "$recorded_pid" 2>/dev/null || true
            kill -CONT "$recorded_pid" 2>/dev/null || true
            waiting+=("$name")
        else
            rm -f -- "$state/run/$name.pid"
        fi
    done
    deadline=$((SECONDS + patience))
    for name in "${waiting[@]}"; do
        while is_alive "$name" && ((SECONDS < deadline)); do
            ! may_tell "$since" || tell "Waiting for $name (pid $recorded_pid)$(last_words "$name"), $((deadline - SECONDS)) s at most."
            sleep 0.05
        done
        untell
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

# How many jobs a worker that ends still runs, as it says itself: `: 3 jobs run`, or nothing.
last_words() {
    local count
    count=$(tail -n 20 -- "$state/log/$1.log" 2>/dev/null | grep -E ' (draining|retiring)' |
        sed -nE 's/.* running=([0-9]+).*/\1/p' | tail -n 1) || true
    [[ -z $count ]] || printf ': %s' "$(count_text "$count" job) left"
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
