# shellcheck shell=bash
# The private Redis of a cluster: its configuration, its start, its addresses. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/ports.sh"
. "${BASH_SOURCE[0]%/*}/process.sh"

redis_socket=$state/redis.sock
# A path of a unix socket has at most 107 bytes (unix(7)); in a deeper folder Redis is spoken to over TCP.
[[ $(LC_ALL=C; printf '%s' "${#redis_socket}") -le 100 ]] || redis_socket=''

# Percent-encodes a path for a URL (RFC 3986 section 2.1).
encode_path() {
    local LC_ALL=C text=$1 encoded='' byte i
    for ((i = 0; i < ${#text}; i++)); do
        byte=${text:i:1}
        case $byte in
            [a-zA-Z0-9/._~-]) encoded+=$byte ;;
            *) encoded+=$(printf '%%%02X' "'$byte") ;;
        esac
    done
    printf '%s' "$encoded"
}

# The URL at which the cluster's processes find Redis.
redis_url() {
    if [[ -n $redis_socket ]]; then
        printf 'unix://%s' "$(encode_path "$redis_socket")"
    else
        read_record redis
        printf 'redis://127.0.0.1:%s' "$recorded_port"
    fi
}

# redis-cli on the private Redis; fails when that does not answer.
redis() {
    if [[ -n $redis_socket ]]; then
        timeout --foreground 3 redis-cli -s "$redis_socket" "$@"
    else
        read_record redis
        timeout --foreground 3 redis-cli -h 127.0.0.1 -p "$recorded_port" "$@"
    fi
}

# Writes redis.conf from its template: write_redis_conf PORT FSYNC
write_redis_conf() {
    local text
    text=$(<"$root/scripts/redis.conf.template")
    text=${text//@PORT@/"$1"}
    text=${text//@FSYNC@/"$2"}
    text=${text//@FOLDER@/"$state/redis"}
    text=${text//@SOCKET@/"$redis_socket"}
    text=${text//@MEMORY@/"$(awk '/^MemTotal:/ { print int($2 / 2) }' /proc/meminfo)"}
    printf '%s\n' "$text" >"$state/redis.conf"
}

# Ends the script if Redis is to have a port that it cannot have: check_redis_port FIRST COUNT, those of the front ends.
check_redis_port() {
    local wanted=${REDIS_PORT:-16379} first
    if is_alive redis; then
        [[ -z ${REDIS_PORT:-} || $recorded_port == "$wanted" ]] ||
            fail -2 "Redis runs on port $recorded_port, not $wanted." "make down first, to move it."
        return
    fi
    for first in "$1" $(($1 + admin_offset)); do
        if ((wanted >= first && wanted < first + $2)); then
            fail -2 "REDIS_PORT=$wanted is one that the front ends need, $first to $((first + $2 - 1))."
        fi
    done
}

# Ends the script unless Redis can be run here.
check_redis_server() {
    command -v redis-server >/dev/null ||
        fail -2 "There is no redis-server on the PATH." "scripts/setup installs it; so does apt-get install redis-server."
}

# Starts Redis unless it runs, and waits until it has loaded its data: start_redis FSYNC
start_redis() {
    local port since deadline fsync=$1 before=''
    if is_alive redis; then
        keep_redis "$fsync"
        return
    fi
    ! read_record redis || before=$recorded_pid
    # A Redis that died gets its port back, for those who know it by that.
    port=${recorded_port:-none}
    [[ $port =~ ^[0-9]+$ ]] || port=${REDIS_PORT:-16379}
    port=$(free_ports "$port" 1)
    mkdir -p "$state/redis"
    chmod 700 "$state/redis"
    write_redis_conf "$port" "$fsync"
    start_process redis "$port - -" "$root/deploy/redis/run-redis" "$state/redis" "$state/redis.conf"
    since=$SECONDS deadline=$((SECONDS + 60))
    until [[ $(redis PING 2>/dev/null) == PONG ]]; do
        ! may_tell "$since" || tell "Redis loads its data$(loaded), $((deadline - SECONDS)) s at most."
        is_alive redis || fail_with_log redis "Redis ended while it started."
        ((SECONDS < deadline)) || fail_with_log redis "Redis did not answer within 60 s."
        sleep 0.05
    done
    untell
    done_well "Redis ${before:+was dead (pid $before): started anew }on 127.0.0.1:$port" \
        "(pid $recorded_pid, appendfsync $fsync, data in ${state#"$root"/}/redis)"
}

# How much of its data Redis has loaded: `: 41 %`, or nothing.
loaded() { redis INFO persistence 2>/dev/null | sed -nE 's/^loading_loaded_perc:([0-9]+).*/: \1 %/p'; }

# Sees to it that a Redis that runs answers, and writes to disk as it is meant to: keep_redis FSYNC
keep_redis() {
    local before
    before=$(redis CONFIG GET appendfsync 2>/dev/null | tail -n 1) || true
    [[ -n $before ]] ||
        fail "Redis (pid $recorded_pid) runs but does not answer." \
            "make down ends it, make up starts it again with the same data."
    [[ $before != "$1" ]] || return 0
    redis CONFIG SET appendfsync "$1" >/dev/null
    done_well "Redis writes to disk with appendfsync $1 from now on; it was $before"
}

# Ends the script unless a cluster runs: all the others need its Redis.
must_run() {
    if ! is_alive redis; then
        [[ -z $(recorded '') ]] || fail -2 "Redis is dead." "make up starts it again."
        fail -2 "No cluster runs${LEVEE_STATE:+ in $state}." "make up first."
    fi
    [[ $(redis PING 2>/dev/null) == PONG ]] || fail "Redis (pid $recorded_pid) does not answer." "make status shows what runs."
}
