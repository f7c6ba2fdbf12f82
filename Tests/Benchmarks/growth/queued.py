"""Jobs that wait: what a submit, a poll and a job taken and done cost with so many of them in the queue."""
from growth.costs import Costs
from harness.levee import Deployment
from harness.load import load
from harness.processes import until
from measures.polls import watching

TITLE, AXIS = "Jobs that wait in the queue", "queued jobs"
STEPS, QUICK_STEPS = (1_000, 100_000, 1_000_000), (1_000, 5_000, 20_000)
UNITS = {
    "CPU per submit, us": ("submit, front end", "submit, Redis"),
    "CPU per job taken and done, us": ("job, worker", "job, Redis"),
    "Redis calls": ("submit, calls", "job, calls", "poll, calls"),
    "Redis bytes per queued job": ("bytes",),
}


def measure(bench, fsync, steps):
    some = 500 if bench.quick else 10_000
    with Deployment(bench, fsync) as levee:
        empty, submitted = levee.redis.memory(), 0
        for step in steps:
            missing = step - (submitted - levee.ended())
            if missing > 0:
                load(bench, levee.url, "--submit-only", clients=64, jobs=missing)
                submitted += missing
            memory = (levee.redis.memory() - empty) / step
            costs = Costs(levee)
            load(bench, levee.url, "--submit-only", clients=64, jobs=some)
            submitted += some
            submit = costs.per(some)
            watched = watching(levee, 16)
            submitted += 16
            costs = Costs(levee)
            report = load(bench, levee.url, *watched, "--every", "0ms", clients=16, seconds=1)
            poll = costs.per(report.polls)
            before = levee.ended()
            levee.start_worker(is_ready=False)
            costs = Costs(levee)
            until("some jobs", lambda: levee.ended() - before >= some, 120, levee.workers[0])
            taken = costs.per(levee.ended() - before)
            levee.stop_workers()
            yield step, {
                "submit, front end": submit["front end"], "submit, Redis": submit["Redis"],
                "submit, calls": submit["calls"], "poll, calls": poll["calls"], "job, worker": taken["worker"],
                "job, Redis": taken["Redis"], "job, calls": taken["calls"], "bytes": memory,
            }
