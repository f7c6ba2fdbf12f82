"""Payloads of all sizes, which come back as results. From 64 KiB on they lie in keys of their own."""
import os

from growth.costs import CALLS, CPU, round_trips
from harness.levee import Deployment

TITLE, AXIS = "Size of payload and result", "bytes"
STEPS = (100, 1_024, 10_240, 65_536, 65_537, 262_144, 1_048_576)
QUICK_STEPS = (100, 10_240, 1_048_576)
UNITS = {**CPU, **CALLS, "jobs/s, 16 clients": ("rate",)}


def measure(bench, fsync, steps):
    for step in steps:
        payload = os.path.join(bench.new_folder("payload"), "payload")
        with open(payload, "wb") as file:
            file.write(b"x" * step)
        with Deployment(bench, fsync) as levee:
            levee.start_worker()
            yield step, round_trips(bench, levee, "--type", "echo", "--payload", payload, "--every", "10ms", clients=16)
