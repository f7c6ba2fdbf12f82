# shellcheck shell=bash
# HTTP requests that are shown as they go over the wire. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"
. "${BASH_SOURCE[0]%/*}/paths.sh"

# Where the last response lies: head and body.
exchange=$state/exchange

# The value of a header of the last response; its name in any case.
header() {
    tr -d '\r' <"$exchange/head" | awk -v name="${1,,}" '
        { at = index($0, ":"); if (at && tolower(substr($0, 1, at - 1)) == name) { sub(/^[^:]*:[ \t]*/, ""); print; exit } }'
}

# Shows the interesting part of the last response: the status line, how long it took, the headers that carry the
# pattern, a JSON body: show_response CODE SECONDS
show_response() {
    local colour=$good line name
    (($1 < 400)) || colour=$bad
    while IFS= read -r line; do
        line=${line%$'\r'}
        name=${line%%:*}
        case ${name,,} in
            http/*)
                printf '  %s<%s %s%s%s  %s%s%s\n' "$dim" "$plain" "$colour" "$line" "$plain" "$dim" "$(milliseconds "$2")" "$plain"
                ;;
            location | operation-location | retry-after | etag | cache-control | content-type)
                printf '  %s<%s %s:%s%s%s\n' "$dim" "$plain" "$name" "$accent" "${line#*:}" "$plain"
                ;;
        esac
    done <"$exchange/head"
    case $(header Content-Type) in
        *json*) show_json <"$exchange/body" ;;
        *) printf '  %s< [%s bytes]%s\n' "$dim" "$(wc -c <"$exchange/body")" "$plain" ;;
    esac
}

milliseconds() { awk -v seconds="$1" 'BEGIN { printf "%.0f ms", seconds * 1000 }'; }

# Breaks a status body into a few lines, without a JSON tool. The links are left out: Location has shown what they are.
show_json() {
    { cat && echo; } |
        sed -E 's/"links":\{[^}]*\}/"links":{...}/; s/,("(createdAt|progress|queue|expiresAt|completedAt|error|detail)":)/,\n \1/g' |
        sed "s/^/    $dim/; s/\$/$plain/"
}

# request METHOD URL [CURL-ARGUMENT...]: sends it and shows both sides; leaves the status code in $code.
request() {
    local method=$1 url=$2 argument previous='' answer key=${LEVEE_API_KEY:+Authorization: Bearer $LEVEE_API_KEY}
    shift 2
    printf '\n  %s>%s %s%s%s %s\n' "$dim" "$plain" "$bold" "$method" "$plain" "$url"
    for argument in "$@"; do
        case $previous in
            --header) printf '  %s>%s %s\n' "$dim" "$plain" "$argument" ;;
            --data-binary) printf '  %s> [%s bytes]%s\n' "$dim" "$(wc -c <"${argument#@}")" "$plain" ;;
        esac
        previous=$argument
    done
    answer=$(curl -sS --noproxy '*' --max-time 30 --request "$method" --dump-header "$exchange/head" \
        --output "$exchange/body" --write-out '%{http_code} %{time_total}' --header 'Expect:' --header @- "$@" "$url" <<<"$key") ||
        fail "No answer from $url."
    code=${answer% *}
    show_response "$code" "${answer#* }"
    printf '\n'
}

# Ends the script unless the last response had one of these status codes: expect_code CODE...
expect_code() {
    local wanted
    for wanted in "$@"; do [[ $code != "$wanted" ]] || return 0; done
    fail "The answer should have been $*, and was $code."
}
