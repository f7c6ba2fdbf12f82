"""What `make bench` measures, each part on a Redis of its own. A part has FIGURES and measure(bench, fsync), which
returns their values; ONCE says that another round would come to the same, DURABLE that it depends on how Redis writes
to disk."""
from . import drain, instructions, latency, limits, memory, pair, polls, roundtrip, submit

ALL = {
    "submit": submit,
    "drain": drain,
    "roundtrip": roundtrip,
    "polls": polls,
    "latency": latency,
    "pair": pair,
    "limits": limits,
    "memory": memory,
    "instructions": instructions,
}

# What a quick look leaves out: programs under valgrind take minutes.
LONG = ("instructions",)
