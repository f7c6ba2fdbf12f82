# shellcheck shell=bash
# What all scripts say things with: colours only where a person looks, errors on stderr. Sourced, not run.

# shellcheck disable=SC2034 # not every script uses every colour
if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
    bold=$'\e[1m' dim=$'\e[2m' accent=$'\e[36m' good=$'\e[32m' bad=$'\e[31m' plain=$'\e[0m'
else
    bold='' dim='' accent='' good='' bad='' plain=''
fi

# Whether a line can be rewritten: on a terminal that knows how.
# shellcheck disable=SC2034
if [[ -t 1 && ${TERM:-dumb} != dumb ]]; then live=1; else live=''; fi

# Announces a step.
step() { printf '%s==>%s %s%s%s\n' "$accent" "$plain" "$bold" "$*" "$plain"; }

# Says something in passing.
say() { printf '    %s\n' "$*"; }

# Says that something went well.
done_well() { printf '    %sok%s  %s\n' "$good" "$plain" "$*"; }

# Says what is odd but does not stop us.
warn() { printf '%swarning:%s %s\n' "$bad" "$plain" "$*" >&2; }

# Ends the script: fail [-STATUS] MESSAGE...; one line an argument. 1 = it went wrong, 2 = the user has to do something.
fail() {
    local status=1
    if [[ $1 == -[0-9]* ]]; then
        status=${1#-}
        shift
    fi
    printf '%serror:%s %s\n' "$bad" "$plain" "$1" >&2
    shift
    (($# == 0)) || printf '       %s\n' "$@" >&2
    exit "$status"
}

# So many of something: count_text 2 job
count_text() { if (($1 == 1)); then printf '1 %s' "$2"; else printf '%d %ss' "$1" "$2"; fi; }

# Seconds as 0:07 or 12:34.
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }
