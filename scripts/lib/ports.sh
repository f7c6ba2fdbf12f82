# shellcheck shell=bash
# TCP ports on loopback: whether one is taken, by whom, and which is free. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"

# Whether somebody listens on a port.
port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Who listens on a port, as far as we may know: ` by python3 (pid 123)` or nothing.
port_owner() {
    command -v ss >/dev/null || return 0
    ss -Hltnp "sport = :$1" 2>/dev/null |
        sed -nE 's/.*users:\(\("([^"]*)",pid=([0-9]+).*/ by \1 (pid \2)/p' | head -n 1
}

# The first port of a run of free ones: free_ports FIRST COUNT.
free_ports() {
    local first=$1 count=$2 port
    while ((first + count <= 65536)); do
        for ((port = first; port < first + count; port++)); do
            if port_taken "$port"; then
                first=$((port + 1))
                continue 2
            fi
        done
        printf '%s\n' "$first"
        return
    done
    fail "No $count free ports in a row from $1 on."
}

# How far the admin door of a front end is from its port.
admin_offset=1000

# The first port of a run of which the admin ports are free as well: free_doors FIRST COUNT.
free_doors() {
    local first=$1
    while true; do
        first=$(free_ports "$first" "$2")
        [[ $(free_ports $((first + admin_offset)) "$2") != $((first + admin_offset)) ]] || break
        first=$((first + 1))
    done
    printf '%s\n' "$first"
}

# Ends the script unless a number is one that can be a port.
check_port() {
    if [[ ! $1 =~ ^[1-9][0-9]{0,4}$ ]] || (($1 > 65535)); then
        fail -2 "Port $1 is not a whole number from 1 to 65535."
    fi
}
