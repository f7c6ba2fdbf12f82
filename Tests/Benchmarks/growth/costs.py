"""What jobs cost, in the units of all growth plots."""
from harness.load import load
from harness.redis import spent

CPU = {"CPU per job, us": ("front end", "worker", "Redis")}
CALLS = {"Redis calls per job": ("calls",)}


class Costs:
    """Reads what the processes of a deployment have taken, now and later."""

    def __init__(self, levee):
        self.levee = levee
        self.before = self._read()

    def _read(self):
        levee = self.levee
        front = levee.front_end.cpu() if levee.front_end.is_alive else 0
        return front, sum(worker.cpu() for worker in levee.workers), levee.redis.cpu(), levee.redis.calls()

    def per(self, jobs):
        """Microseconds of processor time and calls for each of so many jobs since then."""
        now = self._read()
        front, work, redis = ((after - before) / jobs * 1e6 for before, after in zip(self.before[:3], now[:3]))
        calls = sum(count for kind, count in spent(self.before[3], now[3]).items())
        return {"front end": front, "worker": work, "Redis": redis, "calls": calls / jobs}


def round_trips(bench, levee, *options, clients=64, seconds=4, ended=None):
    """A closed loop, with its rate and its costs; `ended` says how many jobs have ended, if it is not those of
    `default`."""
    ended = ended or levee.ended
    costs, before = Costs(levee), ended()
    report = load(bench, levee.url, *options, clients=clients, seconds=1 if bench.quick else seconds)
    return {"rate": report.rates["jobsPerSecond"], **costs.per(ended() - before)}
