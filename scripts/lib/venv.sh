# shellcheck shell=bash
# Python environments below .build with packages from PyPI, made once for each list of versions. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/progress.sh"

# Makes the environment for a list of requirements, unless it is there: ensure_venv STORE NAME REQUIREMENTS [OPTION OF PIP...]. Its path
# is then in $venv, below STORE: another one for other versions, or for another Python; those that were there for the name before go.
# Fails when pip does, having shown what it said.
ensure_venv() {
    local store=$1 name=$2 requirements=$3 sum
    shift 3
    sum=$({ python3 --version && cat -- "$requirements"; } | sha256sum)
    venv=$store/$name-${sum:0:12}
    [[ ! -e $venv/complete ]] || return 0
    rm -rf -- "$store/$name"-????????????
    mkdir -p "$store"
    python3 -m venv "$venv"
    run_logged "pip install, from PyPI" "$state/log/pip.log" : \
        "$venv/bin/python" -m pip install --no-input --disable-pip-version-check "$@" --requirement "$requirements" || return 1
    touch "$venv/complete"
}
