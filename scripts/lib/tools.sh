# shellcheck shell=bash
# Finds the programs that Levee needs and may be there under several names or too old. Sourced, not run.

# shellcheck disable=SC2034 # used by scripts/setup
swift_wanted=6.2 redis_wanted=7.0

# Whether a version is at least another: at_least 6.3.1 6.2
at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# The version of the Swift toolchain on the PATH; nothing without one.
swift_version() {
    command -v swift >/dev/null || return 0
    swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9.]+).*/\1/p' | head -n 1
}

# The version of the redis-server on the PATH; nothing without one.
redis_version() {
    command -v redis-server >/dev/null || return 0
    redis-server --version 2>/dev/null | sed -nE 's/.* v=([0-9.]+).*/\1/p' | head -n 1
}

# The command that is ImageMagick: `magick` (7), `convert-im6.q16` (6 on Debian), or a `convert` that says so, since
# other programs bear that name too. Fails when there is none.
imagemagick() {
    local name
    for name in magick convert-im6.q16 convert; do
        if [[ $("$name" -version 2>/dev/null) == *ImageMagick* ]]; then
            printf '%s\n' "$name"
            return
        fi
    done
    return 1
}
