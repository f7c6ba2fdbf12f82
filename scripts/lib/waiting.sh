# shellcheck shell=bash
# A sign of life from what takes longer than it should. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"

# Since when it is told, and when it is told again.
told_since='' told_next=0

# Whether it is time to say what is waited for: may_tell SINCE, the second in which that began. After two seconds; then again
# and again on a terminal, where the line is rewritten, each ten seconds elsewhere.
may_tell() {
    ((SECONDS - $1 >= 2)) || return 1
    if [[ $told_since != "$1" ]]; then told_since=$1 told_next=$SECONDS; fi
    [[ -z $live ]] || return 0
    ((SECONDS >= told_next)) || return 1
    told_next=$((SECONDS + 10))
}

# Says what is waited for: tell TEXT...
tell() {
    if [[ -n $live ]]; then printf '\r\e[K    %s' "$*"; else say "$@"; fi
}

# Takes away what was said last.
untell() {
    [[ -z $live || -z $told_since ]] || printf '\r\e[K'
    told_since=''
}
