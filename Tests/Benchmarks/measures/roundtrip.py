"""Closed loop through one front end and one worker: submit a number, learn of the end, fetch the square."""
from harness.figures import Figure
from harness.levee import Deployment
from harness.load import load
from harness.redis import spent
from measures.drain import by_kind

ONCE, DURABLE = False, True
MODES = {"poll": ("--every", "10ms"), "wait": ("--mode", "wait")}
CLIENTS = (64, 256)


def figures():
    for mode, how in (("poll", "poll each 10 ms"), ("wait", "Prefer: wait")):
        for clients in CLIENTS:
            key = f"{mode}{clients}"
            budget = 0.4 if key == "poll64" else None
            yield Figure(f"{key}.rate", f"round trips, {clients} clients, {how}", "jobs/s", falls=False)
            yield Figure(f"{key}.p50", "  submit to result, median", "ms")
            yield Figure(f"{key}.p99", "  submit to result, 99 in 100", "ms")
            yield Figure(f"{key}.cpu", "  front end + worker + Redis, CPU per 1,000", "s", most=budget)
            yield Figure(f"{key}.front", "    front end", "s")
            yield Figure(f"{key}.worker", "    worker", "s")
            yield Figure(f"{key}.redis", "    Redis", "s")
            yield Figure(f"{key}.requests", "  requests per job", "")
            yield Figure(f"{key}.calls", "  Redis calls per job, scripts included", "")
    yield Figure("poll.growth", "rate at 256 clients against 64, polling", "x", least=1, falls=False)


FIGURES = list(figures())


def measure(bench, fsync):
    values = {}
    with Deployment(bench, fsync) as levee:
        worker = levee.start_worker()
        load(bench, levee.url, "--every", "10ms", clients=64, seconds=1)
        for mode, options in MODES.items():
            for clients in CLIENTS:
                figures_of(levee, worker, bench, options, clients, f"{mode}{clients}", values)
    values["poll.growth"] = values["poll256.rate"] / values["poll64.rate"]
    return values


def figures_of(levee, worker, bench, options, clients, key, values):
    redis = levee.redis
    before = redis.calls(), redis.cpu(), levee.front_end.cpu(), worker.cpu(), levee.ended()
    report = load(bench, levee.url, *options, clients=clients, seconds=2 if bench.quick else 6)
    jobs = levee.ended() - before[4]
    front, work = levee.front_end.cpu() - before[2], worker.cpu() - before[3]
    server = redis.cpu() - before[1]
    calls = {kind: count / jobs for kind, count in spent(before[0], redis.calls()).items()}
    bench.notes[f"{key}.calls"] = by_kind(dict(sorted(calls.items(), key=lambda item: -item[1])))
    p50, p99, _ = report.percentiles("endToEnd")
    values.update({
        f"{key}.rate": report.rates["jobsPerSecond"],
        f"{key}.p50": p50,
        f"{key}.p99": p99,
        f"{key}.cpu": (front + work + server) / jobs * 1_000,
        f"{key}.front": front / jobs * 1_000,
        f"{key}.worker": work / jobs * 1_000,
        f"{key}.redis": server / jobs * 1_000,
        f"{key}.requests": report.rates["requestsPerJob"],
        f"{key}.calls": sum(calls.values()),
    })
