"""How fast a queue empties: the rate between 95 % and 2 % of the jobs left, by the figures of Redis."""
import time

from .processes import Failure
from .redis import spent

FIRST, LAST = 0.95, 0.02


class Drain:
    """What it took to work off some jobs: seconds, calls, processor time."""

    def __init__(self, jobs, seconds, calls, redis_cpu, main_cpu, worker_cpu):
        self.jobs, self.seconds, self.calls = jobs, seconds, calls
        self.redis_cpu, self.main_cpu, self.worker_cpu = redis_cpu, main_cpu, worker_cpu

    @property
    def rate(self):
        return self.jobs / self.seconds

    @property
    def calls_per_job(self):
        """Calls per job by kind, those that a client sends left out: they are round trips."""
        return {kind: count / self.jobs for kind, count in sorted(self.calls.items(), key=lambda item: -item[1])
                if kind not in ROUND_TRIPS}

    @property
    def round_trips_per_job(self):
        return sum(self.calls.get(kind, 0) for kind in ROUND_TRIPS) / self.jobs


# What clients send; all else is called by scripts.
ROUND_TRIPS = ("evalsha", "eval", "brpop")


def drain(redis, jobs, done, start, asked="hget", limit=300):
    """Starts workers with `start`, which returns them, and measures how they work off so many jobs; `done` says how
    many they have, and costs Redis one call of the kind `asked`."""
    looks, workers, first = 0, [], None
    deadline = time.monotonic() + limit

    def reading():
        cpu = sum(worker.cpu() for worker in workers)
        return time.monotonic(), redis.calls(), redis.cpu(), redis.main_cpu(), cpu

    base = done()
    workers = start()
    while True:
        left = jobs - (done() - base)
        looks += 1
        now = time.monotonic()
        if first is None and left <= FIRST * jobs:
            first, left_first, looks = (now, *reading()[1:]), left, 0
        elif first is not None and left <= LAST * jobs:
            last = (now, *reading()[1:])
            break
        if now > deadline:
            raise Failure(f"{left} of {jobs} jobs are left after {limit} s")
        for worker in workers:
            if not worker.is_alive:
                raise Failure(f"{worker.name} ended: {worker.said()}")
        time.sleep(0.005)
    while done() - base < jobs:
        if time.monotonic() > deadline:
            raise Failure(f"{jobs - (done() - base)} of {jobs} jobs are left after {limit} s")
        time.sleep(0.01)
    calls = spent(first[1], last[1])
    calls[asked] = calls.get(asked, 0) - looks
    if calls[asked] <= 0:
        del calls[asked]
    return Drain(left_first - left, last[0] - first[0], calls, *(after - before for before, after in
                                                                 zip(first[2:], last[2:])))
