# shellcheck shell=bash
# What the benchmarks have in common: release builds, one run at a time, and the programs in Tests/Benchmarks that measure.
# Sourced, not run.

# What a debug build takes says nothing.
export BUILD=${BUILD:-release}
. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"

# Ends what makes no sense before anything is installed and built: check_benchmark PROGRAM.
check_benchmark() {
    command -v python3 >/dev/null || return 0
    PYTHONDONTWRITEBYTECODE=1 python3 "$root/Tests/Benchmarks/$1" check || exit
}

# Runs a program of Tests/Benchmarks: run_benchmark PROGRAM [PURPOSE...], what scripts/setup has to see to.
run_benchmark() {
    local program=$1 companion
    shift
    companion=$(from_here "${LEVEE_BENCH_BINARY:-$root/.build/$build/levee-bench}")
    check_benchmark "$program"
    step "Tools and build"
    "$root/scripts/setup" "$@"
    [[ -n ${LEVEE_BINARY:-} ]] || "$root/scripts/build"
    [[ -n ${LEVEE_BENCH_BINARY:-} ]] || "$root/scripts/build" --bench
    [[ $build == release ]] || warn "BUILD=$build: these figures are not those of a release."
    mkdir -p "$state/bench"
    exec 8>"$state/bench/lock"
    flock --nonblock 8 || fail -2 "Another benchmark is at work in $state/bench."
    step "Measuring"
    export LEVEE_ROOT=$root LEVEE_BINARY=$binary LEVEE_BENCH_BINARY=$companion LEVEE_STATE=$state/bench
    # In the foreground, so that Ctrl-C reaches it, and it ends what it has started.
    PYTHONDONTWRITEBYTECODE=1 python3 "$root/Tests/Benchmarks/$program" 8>&-
}
