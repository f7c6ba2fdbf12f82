# shellcheck shell=bash
# Takes pictures of pages, with the chromium of the machine. Sourced, not run.

. "${BASH_SOURCE[0]%/*}/output.sh"

# The chromium there is, or nothing.
find_chromium() { type -P chromium || type -P chromium-browser || type -P google-chrome; }

# Takes a picture of a page that lies in a file: screenshot PAGE PICTURE WIDTH HEIGHT [light|dark]
screenshot() {
    local page=$1 picture=$2 browser profile status=0
    browser=$(find_chromium) || { warn "There is no chromium: no picture $picture."; return 0; }
    profile=$(mktemp -d)
    # Its sandbox wants rights that containers and root do not have; the page is our own, and runs nothing.
    "$browser" --headless=new --no-sandbox --disable-gpu --no-first-run --hide-scrollbars --user-data-dir="$profile" \
        --blink-settings=preferredColorScheme="$([[ ${5:-light} == dark ]] && echo 0 || echo 1)" \
        --window-size="$3,$4" --screenshot="$picture" "file://$page" >"$profile/log" 2>&1 || status=$?
    ((status == 0)) || warn "chromium took no picture of $page: $(tail -n 1 -- "$profile/log")"
    rm -rf -- "$profile"
    return "$status"
}
