# shellcheck shell=bash
# Tests in Python: an environment with exactly the versions that their requirements.txt names, and a run of them. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/progress.sh"

# Sees to it that the environment is there: prepare_python FOLDER STORE. It lies in STORE, under another name for other versions or
# another Python; what older ones have left goes. Sets python.
prepare_python() {
    local sum environment requirements=$1/requirements.txt store=$2
    sum=$({ python3 --version && cat -- "$requirements"; } | sha256sum)
    environment=$store/clients-${sum:0:12}
    python=$environment/bin/python
    [[ ! -e $environment/complete ]] || return 0
    rm -rf -- "$store"/clients-*
    mkdir -p "$store"
    python3 -m venv "$environment"
    run_logged "pip install, from PyPI" "$state/log/pip.log" : \
        "$python" -m pip install --no-input --no-deps --disable-pip-version-check --requirement "$requirements" ||
        fail -2 "The clients could not be installed; all that pip said: $state/log/pip.log" \
            "They come from pypi.org, once: without a network there is no run before that." \
            "Behind a proxy set HTTPS_PROXY; for a mirror: pip config set global.index-url URL."
    touch "$environment/complete"
}

# How far the tests are.
pytest_counter() {
    local passed failed
    passed=$(grep -cE ' (PASSED|XFAIL)' -- "$1") || true
    failed=$(grep -cE ' (FAILED|ERROR)' -- "$1") || true
    printf '%s passed' "$passed"
    ((failed == 0)) || printf ', %s failed' "$failed"
}

# Runs the tests of a folder, those that FILTER fits if it is set: run_pytest FOLDER LOG. Status 1 where one failed.
run_pytest() {
    local status=0
    # shellcheck disable=SC2154 # binary comes from paths.sh
    LEVEE_BINARY=$binary LEVEE_STATE=$state PYTHONDONTWRITEBYTECODE=1 \
        run_logged "pytest" "$2" pytest_counter \
        "$python" -m pytest --verbose --tb=short --rootdir "$1" -c "$1/pytest.ini" "$1" ${FILTER:+-k "$FILTER"} || status=$?
    ((status != 5)) || fail -2 "FILTER=${FILTER:-} fits no test."
    ((status == 0)) || return 1
    say "$(tail -n 1 -- "$2" | tr -d '=' | sed 's/^ *//; s/ *$//')"
}
