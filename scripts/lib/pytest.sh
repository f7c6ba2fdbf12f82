# shellcheck shell=bash
# Tests in Python: an environment with exactly the versions that their requirements.txt names, and a run of them. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/progress.sh"
. "${BASH_SOURCE[0]%/*}/venv.sh"

# Sees to it that the environment for the tests of a folder is there: prepare_python FOLDER STORE. It lies in STORE. Sets python.
prepare_python() {
    # The lists are whole; what packages ask for beside them may contradict each other.
    ensure_venv "$2" clients "$1/requirements.txt" --no-deps ||
        fail -2 "The clients could not be installed; all that pip said: $state/log/pip.log" \
            "They come from pypi.org, once: without a network there is no run before that." \
            "Behind a proxy set HTTPS_PROXY; for a mirror: pip config set global.index-url URL."
    # shellcheck disable=SC2154 # venv is set by ensure_venv
    python=$venv/bin/python
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
