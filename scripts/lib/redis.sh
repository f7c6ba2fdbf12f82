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

# redis-cli on the private Redis.
redis() {
    if [[ -n $redis_socket ]]; then
        redis-cli -s "$redis_socket" "$@"
    else
        read_record redis
        redis-cli -h 127.0.0.1 -p "$recorded_port" "$@"
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
    printf '%s\n' "$text" >"$state/redis.conf"
}

# Starts Redis unless it runs, and waits until it has loaded its data.
start_redis() {
    command -v redis-server >/dev/null ||
        fail -2 "There is no redis-server on the PATH." "scripts/setup installs it; so does apt-get install redis-server."
    local port deadline fsync=${FSYNC:-always}
    if is_alive redis; then
        redis CONFIG SET appendfsync "$fsync" >/dev/null || fail "Redis (pid $recorded_pid) runs but does not answer." \
            "make down ends it, make up starts it again with the same data."
        done_well "Redis runs already (pid $recorded_pid, appendfsync $fsync)"
        return
    fi
    # A Redis that died gets its port back, for those who know it by that.
    port=${recorded_port:-$(free_ports "${REDIS_PORT:-16379}" 1)}
    ! port_taken "$port" || port=$(free_ports "$port" 1)
    mkdir -p "$state/redis"
    chmod 700 "$state/redis"
    write_redis_conf "$port" "$fsync"
    start_process redis "$port" redis-server "$state/redis.conf"
    deadline=$((SECONDS + 60))
    until [[ $(redis PING 2>/dev/null) == PONG ]]; do
        is_alive redis || fail_with_log redis "Redis ended while it started."
        ((SECONDS < deadline)) || fail_with_log redis "Redis did not answer within 60 s."
        sleep 0.05
    done
    done_well "Redis on 127.0.0.1:$port (appendfsync $fsync, data in ${state#"$root"/}/redis)"
}

# How many connections wait in a blocking command, as idle workers do.
blocked_clients() { redis INFO clients | tr -d '\r' | sed -n 's/^blocked_clients://p'; }
