# shellcheck shell=bash
# The picture that the demo sends when the user gives none: mountains at sunset, 1600 x 1200. Sourced, not run.

# A line of peaks, with rough edges, as points of a polygon: ridge SEED HEIGHT ROUGHNESS
ridge() {
    awk -v seed="$1" -v height="$2" -v roughness="$3" 'BEGIN {
        srand(seed)
        for (k = 0; k < 40; k++) phase[k] = rand() * 6.283
        printf "0,1200"
        for (x = 0; x <= 1600; x += 4) {
            y = height
            for (k = 0; k < 40; k++) y -= roughness / (k + 1) ^ 1.15 * sin(x * 0.0023 * (k + 1) ^ 1.3 + phase[k])
            printf " %d,%.1f", x, y
        }
        printf " 1600,1200"
    }'
}

# Draws it: draw_picture IMAGEMAGICK FILE
draw_picture() {
    "$1" -size 1600x1200 -seed 7 gradient:'#1b2a5e-#ff9f5a' \
        \( -size 1500x1500 radial-gradient:'#ffdf9a-#000000' \) -geometry +290-70 -compose screen -composite \
        -fill '#fff1cf' -draw 'circle 1040,680 1040,610' \
        -fill '#a9637b' -draw "polygon $(ridge 3 840 60)" \
        -fill '#6b4470' -draw "polygon $(ridge 11 925 65)" \
        -fill '#3b2c56' -draw "polygon $(ridge 5 1020 60)" \
        -fill '#1a1733' -draw "polygon $(ridge 23 1110 45)" \
        -attenuate 0.25 +noise Gaussian -quality 90 "jpeg:$2"
}
