# shellcheck shell=bash
# The table of what runs in a cluster. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/process.sh"
. "${BASH_SOURCE[0]%/*}/redis.sh"
. "${BASH_SOURCE[0]%/*}/fleet.sh"
. "${BASH_SOURCE[0]%/*}/workers.sh"
. "${BASH_SOURCE[0]%/*}/drain.sh"

# Seconds as 3d04h, 2h15m, 4m07s or 12s.
age_text() {
    local age=$1
    if ((age >= 86400)); then
        printf '%dd%02dh' $((age / 86400)) $((age % 86400 / 3600))
    elif ((age >= 3600)); then
        printf '%dh%02dm' $((age / 3600)) $((age % 3600 / 60))
    elif ((age >= 60)); then
        printf '%dm%02ds' $((age / 60)) $((age % 60))
    else
        printf '%ds' "$age"
    fi
}

# When a process started, in seconds since 1970: started_at START, the start in clock ticks since boot
started_at() {
    local boot
    boot=$(awk '$1 == "btime" { print $2 }' /proc/stat)
    printf '%d' $((boot + $1 / $(getconf CLK_TCK)))
}

# Since when a process runs, the day where it was not today: 11:02:31 (2h15m)
up_since() {
    local start format='%H:%M:%S' today day
    start=$(started_at "$1")
    printf -v today '%(%F)T' -1
    printf -v day '%(%F)T' "$start"
    [[ $day == "$today" ]] || format='%b %d %H:%M'
    printf "%($format)T (%s)" "$start" "$(age_text $((EPOCHSECONDS - start)))"
}

# The resident memory of a process, as 34 MiB.
memory_of() { awk '/^VmRSS:/ { printf "%.0f MiB", $2 / 1024 }' "/proc/$1/status" 2>/dev/null; }

# What a front end on a port says of itself, in a word.
frontend_state() {
    local answer=0
    is_ready "$1" || answer=$?
    case $answer in
        0) echo ready ;;
        22) echo 'not ready' ;;
        *) echo 'no answer' ;;
    esac
}

# What a worker says of itself, in a word: worker_state PID START. `running` is all that is known when no front end
# answers; one that is not known to any has just been started, or has lost Redis.
worker_state() {
    if [[ -z $workers_known ]]; then
        echo running
    elif [[ -n ${state_of[$1]:-} ]]; then
        echo "${state_of[$1]}"
    elif ((EPOCHSECONDS - $(started_at "$2") < 10)); then
        echo starting
    else
        echo 'not seen'
    fi
}

# The state of a process that lives, in a word; its record has been read.
state_word() {
    if is_stopped "$recorded_pid"; then
        echo stopped
        return
    fi
    case $1 in
        redis) if [[ $(redis PING 2>/dev/null) == PONG ]]; then echo ready; else echo 'no answer'; fi ;;
        frontend-*) frontend_state "$recorded_port" ;;
        worker-* | draining-*) worker_state "$recorded_pid" "$recorded_start" ;;
        *) echo running ;;
    esac
}

# Prints a line of the table: print_row COLOUR NAME PID PORT ADMIN SINCE STATE JOBS MEMORY
print_row() {
    printf '%-13s %8s %6s %6s  %-22s  %s%-10s%s %4s  %9s\n' "$2" "$3" "${4:--}" "${5:--}" "$6" "$1" "$7" "$plain" \
        "$8" "$9"
}

# Prints the line of a process and fails if it is not well.
status_line() {
    local name=$1 shown word colour=$good well=0
    # What was recorded a moment ago may have come to its end since.
    [[ -e $state/run/$name.pid ]] || return 0
    shown=$(fleet_name "$name")
    if ! is_alive "$name"; then
        case $name in
            # These have come to their end.
            draining-*) return 0 ;;
            autoscaler*) print_row '' "$shown" "$recorded_pid" - - - ended - - && return 0 ;;
        esac
        print_row "$bad" "$shown" "${recorded_pid:--}" "$recorded_port" "$recorded_admin" - dead - -
        return 1
    fi
    word=$(state_word "$name")
    # It may have ended while it was asked.
    if ! is_alive "$name"; then
        status_line "$name"
        return
    fi
    case $word in 'not ready' | 'no answer' | 'not seen' | stopped) colour=$bad well=1 ;; esac
    print_row "$colour" "$shown" "$recorded_pid" "$recorded_port" "$recorded_admin" "$(up_since "$recorded_start")" \
        "$word" "${running_of[$recorded_pid]:--}" "$(memory_of "$recorded_pid")"
    return "$well"
}

# Says that the number of workers is held by hand, where it is.
say_held() {
    local held
    held=$(held_number)
    [[ -z $held ]] || say "Any autoscaler holds the fleet at $held, as set by hand; make scale WORKERS=auto ends that."
}

# Prints the table of all that is recorded, and fails if not all is well.
status_table() {
    local name well=0 workers_known=''
    ! read_workers || workers_known=yes
    print_row "$bold" NAME PID PORT ADMIN 'UP SINCE' STATE JOBS MEMORY
    for name in "$@"; do status_line "$name" || well=1; done
    return "$well"
}
