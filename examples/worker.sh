#!/usr/bin/env bash
# A worker that needs nothing but bash and curl: it takes jobs, runs a program for each, and gives back what that writes.
#
#   worker.sh QUEUE[,QUEUE...] PROGRAM [ARGUMENT...]
#
# The program is run much as `levee work` runs one: payload on standard input, result on standard output, exit status 75 for
# later, 65 for never again; without LEVEE_EVENTS and LEVEE_RESULTS.
#
# SIGTERM: takes no more jobs, and ends with the one it has, or gives it back after LEVEE_GRACE seconds (25).
# SIGUSR1: ends with the one it has, however long that takes. A poll that waits is waited for.
#
# LEVEE_ADMIN_URL    the admin doors of front ends, separated by spaces (http://127.0.0.1:9080); where one fails the next is asked
# LEVEE_API_KEY      a key with the scope `work`, where there are keys
# LEVEE_WORKER       what the worker is called (shell)
# LEVEE_WAIT, LEVEE_LEASE    how long a poll waits (10), and how long a job is held without a heartbeat (10), in seconds
# RESULT_TYPE        the media type of what the program writes (application/octet-stream)
set -uo pipefail

if (($# < 2)); then
    echo "usage: ${0##*/} QUEUE[,QUEUE...] PROGRAM [ARGUMENT...]" >&2
    exit 2
fi
names=$1 queues=${1//,/\",\"}
shift
read -ra doors <<<"${LEVEE_ADMIN_URL:-http://127.0.0.1:9080}"
name=${LEVEE_WORKER:-shell} wait=${LEVEE_WAIT:-10} lease=${LEVEE_LEASE:-10} grace=${LEVEE_GRACE:-25}
result_type=${RESULT_TYPE:-application/octet-stream}
key=() trace=()
[[ -z ${LEVEE_API_KEY:-} ]] || key=(-H "Authorization: Bearer $LEVEE_API_KEY")

folder=$(mktemp -d)
stopping='' program='' timer='' life=''
trap 'rm -rf -- "$folder"; [[ -z $timer ]] || kill "$timer" 2>/dev/null' EXIT
trap stopping=yes USR1
trap drain TERM INT

drain() {
    stopping=yes
    [[ -n $program && -z $timer ]] || return 0
    (
        [[ -z $life ]] || exec {life}>&-
        sleep "$grace" && : >"$folder/drained" && kill -KILL -- "-$program"
    ) 2>/dev/null &
    timer=$!
}

# Sends a request to the first front end that answers: post PATH SECONDS ANSWER [OPTION OF CURL ...]
# Writes the answer to a file, and its status to the output; nothing where there is none. What is sent is media_type, or JSON.
post() {
    local path=$1 limit=$2 answer=$3 door status
    shift 3
    for door in "${doors[@]}"; do
        status=$(curl --silent --max-time "$limit" --output "$answer" --write-out '%{http_code}' "${key[@]}" "${trace[@]}" \
            -H "Content-Type: ${media_type:-application/json}" "$@" -X POST "$door$path") || continue
        ((status < 500)) || continue
        echo "$status"
        return
    done
}

# A member of the JSON in a file. What is asked for has no quotes in it.
member() { LC_ALL=C sed -nE "s/.*\"$1\":\"?([^\",}]*).*/\1/p" "$2"; }

# Ends the program with all it has started: stop WHY
stop() {
    : >"$folder/$1"
    kill -KILL -- "-$program" 2>/dev/null
}

# Prolongs the lease for as long as this worker lives, which holds the other end of the input: a third of it is time for two
# more tries.
beat() {
    local path=$1 pause=$((lease > 3 ? lease / 3 : 1)) status
    while read -rt "$pause" || (($? > 128)); do
        status=$(post "$path" 2 "$folder/beat" --data '')
        if [[ $status == 4* ]]; then
            stop lost
            return
        fi
        [[ $status != 200 || $(member cancel "$folder/beat") != true ]] || stop canceled
    done
}

# Says how a job ended, until a front end has heard it or the job is another's: tell PATH [OPTION OF CURL ...]
# A try takes `limit` seconds at most, or 10.
tell() {
    local path=$1 status=''
    shift
    until [[ -n $status || -e $folder/lost ]]; do
        status=$(post "$path" "${limit:-10}" "$folder/told" "$@")
        [[ -n $status || -e $folder/drained ]] && break
        sleep 0.5
    done
    echo "$id ${status:-lost} $(member outcome "$folder/told" 2>/dev/null)" >&2
}

# Says that a job has failed: fail MEMBERS
fail() {
    local words
    words=$(tail -c 2000 "$folder/errors" | tr -c '[:print:]' ' ' | sed 's/[\\"]/\\&/g')
    words=${words% }
    tell "$(member fail "$folder/links")" \
        --data-binary "{$1,\"error\":{\"code\":\"exit-status\",\"message\":\"${words:-the program ended with $status}\"}}"
}

# Writes the payload of the lease to a file: from the lease, or from where it lies if it is too large for that.
get_payload() {
    local download door
    member payload "$folder/leases" >"$folder/encoded"
    if [[ $(head -c 5 "$folder/encoded") != null ]]; then
        base64 -d <"$folder/encoded" >"$folder/payload"
        return
    fi
    download=$(member download "$folder/links")
    for door in "${doors[@]}"; do
        curl --silent --fail --output "$folder/payload" "${key[@]}" "${trace[@]}" "$door$download" && return
    done
    return 1
}

# Does the job that was leased: work PROGRAM [ARGUMENT...]
work() {
    local heart status parent
    # What stands before the payload and after it, which may be long.
    head -c 2000 "$folder/leases" >"$folder/head"
    tail -c 2000 "$folder/leases" >"$folder/links"
    id=$(member id "$folder/head")
    # What the program asks elsewhere, and we of front ends, belongs to the trace of the job (W3C Trace Context).
    parent=$(member traceparent "$folder/head")
    [[ $parent == 00-* ]] && trace=(-H "traceparent: $parent") || trace=()
    if [[ -n $stopping ]]; then
        tell "$(member release "$folder/links")" --data ''
        return
    fi
    rm -f -- "$folder"/{status,lost,canceled,drained,unread}
    # Job control gives it a process group of its own. The payload is its business too: meanwhile the heart beats.
    set -m
    (
        unset TRACEPARENT TRACESTATE
        [[ -z ${trace[*]} ]] || export TRACEPARENT=$parent
        export LEVEE_JOB_ID=$id LEVEE_CONTENT_TYPE LEVEE_JOB_TYPE LEVEE_ATTEMPT LEVEE_MAX_ATTEMPTS LEVEE_FENCE
        LEVEE_CONTENT_TYPE=$(member contentType "$folder/head")
        LEVEE_JOB_TYPE=$(member type "$folder/head")
        LEVEE_ATTEMPT=$(member attempt "$folder/head")
        LEVEE_MAX_ATTEMPTS=$(member maxAttempts "$folder/head")
        LEVEE_FENCE=$(member fence "$folder/head")
        if ! get_payload; then
            : >"$folder/unread"
            exit
        fi
        "$@" <"$folder/payload" >"$folder/result" 2>"$folder/errors"
        echo $? >"$folder/status"
    ) &
    program=$!
    set +m
    exec {life}> >(beat "$(member heartbeat "$folder/links")")
    heart=$!
    # A signal ends the wait, but not the program.
    while kill -0 "$program" 2>/dev/null; do wait "$program" 2>/dev/null; done
    status=$(cat "$folder/status" 2>/dev/null)
    if [[ -e $folder/lost ]]; then
        echo "$id is another's" >&2
    elif [[ -e $folder/canceled || -e $folder/drained || -e $folder/unread ]]; then
        tell "$(member release "$folder/links")" --data ''
    else
        case $status in
            0) media_type=$result_type limit=600 tell "$(member succeed "$folder/links")" --data-binary "@$folder/result" ;;
            75) fail '"later":true' ;;
            65) fail '"retryable":false' ;;
            *) fail '"retryable":true' ;;
        esac
    fi
    exec {life}>&-
    kill "$heart" 2>/dev/null
    wait "$heart" 2>/dev/null
    program='' life='' trace=()
}

echo "$name takes jobs of $names from ${doors[*]}" >&2
order="{\"queues\":[\"$queues\"],\"wait\":$wait,\"lease\":$lease,\"worker\":\"$name\",\"host\":\"${HOSTNAME:0:64}\",\"pid\":$$}"
while [[ -z $stopping ]]; do
    status=$(post /leases $((wait + 5)) "$folder/leases" --data "$order")
    case $status in
        200) ! grep -q '"links"' "$folder/leases" || work "$@" ;;
        '') sleep 0.5 ;;
        *)
            cat -- "$folder/leases" >&2
            exit 1
            ;;
    esac
done
