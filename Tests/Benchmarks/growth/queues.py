"""Queues: the same jobs, spread over so many of them, worked off by one worker that serves all."""
from growth.costs import CALLS, CPU, round_trips
from harness.levee import Deployment

TITLE, AXIS = "Queues that one worker serves", "queues with jobs"
STEPS, QUICK_STEPS = (1, 10, 100), (1, 10, 100)
UNITS = {**CPU, **CALLS, "jobs/s, 64 clients": ("rate",)}


def measure(bench, fsync, steps):
    for step in steps:
        with Deployment(bench, fsync, queues=step) as levee:
            levee.start_worker()
            types = ",".join(f"echo{number}" for number in range(step))

            def ended(levee=levee, step=step):
                return sum(levee.ended(f"queue{number}") for number in range(step))

            yield step, round_trips(bench, levee, "--type", types, "--every", "10ms", ended=ended)
