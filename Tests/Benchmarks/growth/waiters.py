"""Clients that wait for one job which does not come to its end: what they take, and what other jobs cost meanwhile."""
import subprocess
import time

from growth.costs import CALLS, CPU, Costs, round_trips
from harness.levee import Deployment
from harness.processes import die_with_parent, until
from measures.memory import raise_file_limit, settle

TITLE, AXIS = "Clients that wait (Prefer: wait)", "waiting clients"
STEPS, QUICK_STEPS = (1, 100, 1_000, 10_000), (1, 50, 500)
UNITS = {
    **CPU,
    **CALLS,
    "front end, resident MiB": ("memory",),
    "front end, CPU ms per second, nothing but waiting": ("idle",),
}


def measure(bench, fsync, steps):
    raise_file_limit(max(steps) + 1_024)
    for step in steps:
        with Deployment(bench, fsync) as levee:
            # Nobody takes jobs of this type.
            job = levee.submit("stamp", b'{"milliseconds":1}')
            levee.start_worker()
            files = levee.front_end.open_files()
            argv = [bench.generator, "load", "--json", "--url", levee.url, "--mode", "wait", "--watch", job,
                    "--pollers", str(step), "--limit", "600s"]
            crowd = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent)
            bench.running(crowd)
            try:
                until("the crowd", lambda: levee.front_end.open_files() >= files + step, 60, levee.front_end)
                settle(levee.front_end)
                memory = levee.front_end.resident() / 2**20
                seconds = 2 if bench.quick else 5
                idle = rest(levee, seconds)
                yield step, {"memory": memory, "idle": idle, **round_trips(bench, levee, "--every", "10ms")}
            finally:
                bench.ended(crowd)


def rest(levee, seconds):
    """Milliseconds of processor time that the front end takes in a second."""
    costs = Costs(levee)
    time.sleep(seconds)
    return costs.per(seconds)["front end"] / 1_000
