# shellcheck shell=bash
# Numbers and times that a user gives. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"

# Ends the script unless a value is a whole number in range: check_count NAME VALUE LEAST
check_count() {
    if [[ ! $2 =~ ^(0|[1-9][0-9]{0,2})$ ]] || (($2 < $3)); then
        fail -2 "$1=$2 is not a whole number from $3 to 999."
    fi
}

# A duration as levee.yaml writes it, such as 1h30m or 500ms, in whole seconds, rounded up; fails if it is none.
seconds_of() {
    local rest=$1 milliseconds=0 pattern='^([0-9]+)(ms|s|m|h|d)(.*)$'
    [[ -n $rest ]] || return 1
    while [[ -n $rest ]]; do
        [[ $rest =~ $pattern ]] || return 1
        case ${BASH_REMATCH[2]} in
            ms) milliseconds=$((milliseconds + BASH_REMATCH[1])) ;;
            s) milliseconds=$((milliseconds + BASH_REMATCH[1] * 1000)) ;;
            m) milliseconds=$((milliseconds + BASH_REMATCH[1] * 60000)) ;;
            h) milliseconds=$((milliseconds + BASH_REMATCH[1] * 3600000)) ;;
            d) milliseconds=$((milliseconds + BASH_REMATCH[1] * 86400000)) ;;
        esac
        rest=${BASH_REMATCH[3]}
    done
    printf '%s' $(((milliseconds + 999) / 1000))
}
