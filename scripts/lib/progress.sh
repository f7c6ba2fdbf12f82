# shellcheck shell=bash
# Runs something long with a sign of life: one line that moves on a terminal, a line every 20 s elsewhere. Sourced,
# not run.

. "${BASH_SOURCE[0]%/*}/output.sh"

# run_logged TITLE LOG COUNTER COMMAND...
# Writes the output of COMMAND to LOG. COUNTER is a function that gets LOG and prints how far things are, or `:`.
# When COMMAND fails, shows the end of LOG and returns its status.
run_logged() {
    local title=$1 log=$2 counter=$3 status=0 began=$SECONDS next=$((SECONDS + 20)) pid count
    shift 3
    mkdir -p "$(dirname -- "$log")"
    [[ -n $live ]] || printf '    %s ...\n' "$title"
    "$@" >"$log" 2>&1 </dev/null &
    pid=$!
    # A stop by the user ends what we started as well.
    trap 'kill "$pid" 2>/dev/null; exit 130' INT TERM
    while kill -0 "$pid" 2>/dev/null; do
        if [[ -n $live ]]; then
            count=$("$counter" "$log")
            printf '\r\e[K    %s  %s%s%s  %s' "$title" "$accent" "$(clock $((SECONDS - began)))" "$plain" "$count"
            sleep 0.3
        else
            if ((SECONDS >= next)); then
                next=$((next + 20))
                printf '    %s  %s  %s\n' "$title" "$(clock $((SECONDS - began)))" "$("$counter" "$log")"
            fi
            sleep 0.2
        fi
    done
    wait "$pid" || status=$?
    trap - INT TERM
    [[ -z $live ]] || printf '\r\e[K'
    if ((status == 0)); then
        done_well "$title  $(clock $((SECONDS - began)))"
        return 0
    fi
    printf '    %sfailed%s  %s  %s\n' "$bad" "$plain" "$title" "$(clock $((SECONDS - began)))"
    printf '    The end of %s:\n\n' "$log" >&2
    tail -n 40 -- "$log" >&2
    return "$status"
}

# How far a `swift build` is: its [n/m] counter, or before there is one the last thing it said.
build_counter() {
    local count
    count=$(tail -n 200 -- "$1" | grep -oE '^\[[0-9]+/[0-9]+\]' | tail -n 1) || true
    printf '%s' "${count:-$(tail -n 1 -- "$1" | cut -c 1-60)}"
}

# The same for a `swift test` that builds first.
build_and_test_counter() {
    if grep -q '^Build complete' -- "$1"; then test_counter "$1"; else build_counter "$1"; fi
}

# How far a `swift test` is: how many tests have passed and failed.
test_counter() {
    local passed failed
    passed=$(grep -cE '^✔ Test [^r]' -- "$1") || true
    failed=$(grep -cE '^✘ Test [^r]' -- "$1") || true
    printf '%s passed' "$passed"
    ((failed == 0)) || printf ', %s failed' "$failed"
}
