"""One worker process works off a queue that is there already. Its handler is the built-in `square`, in the process
itself."""
import math

from harness.drain import drain
from harness.figures import Figure
from harness.levee import Deployment
from harness.load import load

ONCE, DURABLE = False, True
JOBS = 20_000

FIGURES = [
    Figure("drain.rate", "drain, one worker process", "jobs/s", least=20_000, falls=False),
    Figure("drain.calls", "  Redis calls per job, claim + finish", "", most=4),
    Figure("drain.batch", "  and once per batch, per job", ""),
    Figure("drain.main", "  Redis main thread, CPU per job", "us", most=25, most_of=(("off", 15),)),
    Figure("drain.trips", "  round trips per job on the worker", "", most=0.2),
    Figure("drain.worker", "  worker, CPU per 1,000", "s"),
    Figure("drain.redis", "  Redis, CPU per 1,000", "s"),
]


def by_kind(kinds):
    """Calls per job, most of one kind first, those that hardly ever come left out."""
    return ", ".join(f"{kind} {count:.2f}" for kind, count in kinds.items() if count >= 0.005)


def measure(bench, fsync):
    with Deployment(bench, fsync) as levee:
        load(bench, levee.url, "--submit-only", clients=64, jobs=JOBS)
        levee.stop_front_end()
        took = drain(levee.redis, JOBS, levee.ended, lambda: [levee.start_worker(is_ready=False)])
        # A call that comes with every job counts in whole; what is left of a kind came with batches. The readings fall
        # somewhere within a batch, so a little may be missing.
        kinds = took.calls_per_job
        bench.notes["drain.calls"] = by_kind(kinds)
        whole = sum(math.floor(count + 0.1) for count in kinds.values())
        return {
            "drain.rate": took.rate,
            "drain.calls": whole,
            "drain.batch": sum(kinds.values()) - whole,
            "drain.main": took.main_cpu / took.jobs * 1e6,
            "drain.trips": took.round_trips_per_job,
            "drain.worker": took.worker_cpu / took.jobs * 1_000,
            "drain.redis": took.redis_cpu / took.jobs * 1_000,
        }
