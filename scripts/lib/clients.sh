# shellcheck shell=bash
# The Python environment in which clients of others and the browser's driver live. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/paths.sh"
. "${BASH_SOURCE[0]%/*}/progress.sh"

# Leaves in $clients the folder of the clients, and installs them from PyPI unless they are there: into a folder of its own for
# other versions of them, or of Python. What older versions have left goes.
install_clients() {
    local tests=$root/Tests/Conformance store=$root/.build/conformance sum
    sum=$({ python3 --version && cat -- "$tests/requirements.txt"; } | sha256sum)
    clients=$store/clients-${sum:0:12}
    [[ ! -e $clients/complete ]] || return 0
    rm -rf -- "$store"/clients-*
    mkdir -p "$store"
    python3 -m venv "$clients"
    run_logged "pip install, from PyPI" "$state/log/pip.log" : \
        "$clients/bin/python" -m pip install --no-input --disable-pip-version-check --requirement "$tests/requirements.txt" ||
        fail -2 "The clients could not be installed; all that pip said: $state/log/pip.log" \
            "They come from pypi.org, once: without a network there is no conformance run before that." \
            "Behind a proxy set HTTPS_PROXY; for a mirror: pip config set global.index-url URL."
    touch "$clients/complete"
}
