"""Worker processes, on however many processors there are."""
from growth.costs import CALLS, CPU, round_trips
from harness.levee import Deployment

TITLE, AXIS = "Worker processes", "workers"
STEPS, QUICK_STEPS = (1, 2, 4, 8, 16), (1, 4)
UNITS = {**CPU, **CALLS, "jobs/s, 64 clients": ("rate",)}


def measure(bench, fsync, steps):
    for step in steps:
        with Deployment(bench, fsync) as levee:
            for _ in range(step):
                levee.start_worker()
            yield step, round_trips(bench, levee, "--every", "10ms")
