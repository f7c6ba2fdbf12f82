"""A line plot as SVG, with a logarithmic axis for what was varied and one from zero for what it cost."""
import math
from xml.sax.saxutils import escape

from .figures import short

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 70, 40, 46, 76
# The least between two labels of an axis.
LABEL = 44
COLOURS = ("#1b6ca8", "#c8553d", "#3c896d", "#7d5ba6", "#8a6d00", "#555555")


def plot(title, x_label, y_label, lines):
    """`lines` is a dictionary of names and lists of points (x, y), x above 0."""
    points = [point for line in lines.values() for point in line]
    low, high = (math.log10(bound([x for x, _ in points])) for bound in (min, max))
    top = nice(max([y for _, y in points] + [0]))

    def at(x, y):
        share = (math.log10(x) - low) / (high - low) if high > low else 0.5
        return LEFT + share * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
             f'height="{HEIGHT}" font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             text(WIDTH / 2, 24, title, size=15, anchor="middle"),
             text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 38, x_label, anchor="middle"),
             f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">'
             f'{escape(y_label)}</text>']
    for step in range(5):
        x, y = at(10**low, top * step / 4)
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(text(LEFT - 6, y + 4, short(top * step / 4), anchor="end"))
    labelled = -WIDTH
    for value in sorted({x for x, _ in points}):
        x, y = at(value, 0)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{y:.1f}" stroke="#eee"/>')
        if x - labelled >= LABEL:
            parts.append(text(x, y + 16, short(value), anchor="middle"))
            labelled = x
    legend = LEFT
    for (name, line), colour in zip(lines.items(), COLOURS * len(lines)):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in sorted(line)))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for point in line:
            x, y = at(*point)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>')
        parts.append(f'<rect x="{legend}" y="{HEIGHT - 22}" width="12" height="12" fill="{colour}"/>')
        parts.append(text(legend + 17, HEIGHT - 12, name))
        legend += 32 + 7 * len(name)
    return "\n".join([*parts, "</svg>", ""])


def text(x, y, words, size=12, anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'


def nice(value):
    """The next number of 1, 2, 2.5, 4, 5 or 8 times a power of ten."""
    if value <= 0:
        return 1
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 4, 5, 8, 10) if step * power >= value * 0.999)
