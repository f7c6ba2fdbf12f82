# shellcheck shell=bash
# The table of what runs in a cluster. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/process.sh"
. "${BASH_SOURCE[0]%/*}/redis.sh"
. "${BASH_SOURCE[0]%/*}/fleet.sh"

# How long a process runs, as 3d04h, 2h15m, 4m07s or 12s.
uptime_of() {
    local ticks now age
    ticks=$(getconf CLK_TCK)
    read -r now _ </proc/uptime
    age=$((${now%.*} - $(start_time "$1") / ticks))
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

# The resident memory of a process, as 34 MiB.
memory_of() { awk '/^VmRSS:/ { printf "%.0f MiB", $2 / 1024 }' "/proc/$1/status" 2>/dev/null; }

# Whether a live process does its duty, in a word; workers have no door to ask at.
health_of() {
    case $1 in
        redis) if [[ $(redis PING 2>/dev/null) == PONG ]]; then echo ready; else echo 'no answer'; fi ;;
        frontend-*) if is_ready "$recorded_port"; then echo ready; else echo 'not ready'; fi ;;
        *) echo running ;;
    esac
}

address_of() {
    case $1 in
        redis) printf '%s' "$(redis_url)" ;;
        frontend-*) printf 'http://127.0.0.1:%s' "$recorded_port" ;;
    esac
}

# Prints a line about a process and fails if it is not well.
status_line() {
    local name=$1 health colour=$good
    if ! is_alive "$name"; then
        printf '%-14s %s%-10s%s\n' "$name" "$bad" dead "$plain"
        return 1
    fi
    health=$(health_of "$name")
    case $health in ready | running) ;; *) colour=$bad ;; esac
    printf '%-14s %s%-10s%s %8s %8s %9s  %s\n' "$name" "$colour" "$health" "$plain" "$recorded_pid" \
        "$(uptime_of "$recorded_pid")" "$(memory_of "$recorded_pid")" "$(address_of "$name")"
    [[ $colour == "$good" ]]
}
