# shellcheck shell=bash
# Watches what a cluster needs while something happens to it. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/process.sh"
. "${BASH_SOURCE[0]%/*}/redis.sh"

# One line: the resident memory of the largest front end in KiB, the memory of Redis in KiB, the entries of a queue's
# lists: sample QUEUE
sample() {
    local name largest=0 size memory entries
    while read -r name; do
        is_alive "$name" || continue
        size=$(awk '/^VmRSS:/ { print $2 }' "/proc/$recorded_pid/status")
        ((${size:-0} <= largest)) || largest=$size
    done < <(recorded frontend-)
    memory=$(redis INFO memory | tr -d '\r' | awk -F : '$1 == "used_memory" { printf "%d", $2 / 1024 }')
    entries=$(for p in 0 1 2; do redis LLEN "levee:{00}:q:$1:$p"; done | awk '{ sum += $1 } END { print sum }')
    printf '%d %d %d\n' "$largest" "$memory" "$entries"
}

# Takes samples, twice a second, from before a command begins until after it has ended: observe FILE QUEUE COMMAND...
observe() {
    local file=$1 queue=$2 status=0 pid
    shift 2
    sample "$queue" >"$file"
    "$@" &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.5
        sample "$queue" >>"$file"
    done
    wait "$pid" || status=$?
    sample "$queue" >>"$file"
    return "$status"
}

# What one column of samples was before, at the top, and after: span FILE COLUMN
span() {
    awk -v column="$2" '
        NR == 1 { before = $column }
        $column > top { top = $column }
        END { print before, top + 0, $column }' "$1"
}
