"""A bare pair in Swift on the same HTTP server and the same Redis client: LPUSH, BRPOP, SETEX, PUBLISH. A job that
its worker loses is gone; what Levee takes beyond this is what its guarantees cost."""
import http.client

from harness.drain import drain
from harness.figures import Figure
from harness.load import load
from harness.processes import Program, until
from harness.redis import Redis

ONCE, DURABLE = False, True
CLIENTS, JOBS = 64, 20_000

FIGURES = [
    Figure("pair.rate", f"a bare LPUSH and BRPOP pair, {CLIENTS} clients, poll each 10 ms", "jobs/s", falls=None),
    Figure("pair.cpu", "  front end + worker + Redis, CPU per 1,000", "s", falls=None),
    Figure("pair.drain", "  drain, one worker process", "jobs/s", falls=None),
    Figure("pair.calls", "  Redis calls per job, drain", "", falls=None),
]


class Pair:
    """The two processes, on a Redis of their own."""

    def __init__(self, bench, fsync):
        self.bench, self.redis = bench, Redis(bench, fsync)
        self.port = bench.free_port()
        self.front_end = self._start("pair-front", "front", "--port", str(self.port))
        self.url = f"http://127.0.0.1:{self.port}"
        until("the pair", self._is_ready, program=self.front_end)

    def _start(self, name, role, *options):
        argv = [self.bench.companion, "pair", role, "--redis", self.redis.url, *options]
        program = Program(name, argv, self.bench.log(name))
        self.bench.started(program)
        return program

    def _is_ready(self):
        try:
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=5).connect()
            return True
        except OSError:
            return False

    def start_worker(self):
        return self._start("pair-worker", "work")

    def done(self):
        """How many results there are, by the calls that stored them."""
        return self.redis.calls().get("setex", 0)


def measure(bench, fsync):
    try:
        pair = Pair(bench, fsync)
        worker = pair.start_worker()
        load(bench, pair.url, "--every", "10ms", clients=CLIENTS, seconds=1)
        redis = pair.redis
        before = redis.cpu() + pair.front_end.cpu() + worker.cpu(), pair.done()
        report = load(bench, pair.url, "--every", "10ms", clients=CLIENTS, seconds=2 if bench.quick else 6)
        cpu = redis.cpu() + pair.front_end.cpu() + worker.cpu() - before[0]
        jobs = pair.done() - before[1]
        bench.stop(worker)
        load(bench, pair.url, "--submit-only", clients=CLIENTS, jobs=JOBS)
        took = drain(redis, JOBS, pair.done, lambda: [pair.start_worker()], asked="info")
        return {
            "pair.rate": report.rates["jobsPerSecond"],
            "pair.cpu": cpu / jobs * 1_000,
            "pair.drain": took.rate,
            "pair.calls": sum(took.calls.values()) / took.jobs,
        }
    finally:
        bench.stop_all()
        bench.clear_away()
