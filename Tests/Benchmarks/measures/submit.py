"""Submits alone, nobody takes the jobs."""
from harness.figures import Figure
from harness.levee import Deployment
from harness.load import load
from harness.redis import spent

ONCE, DURABLE = False, True
CLIENTS = 64

FIGURES = [
    Figure("submit.rate", f"submits, {CLIENTS} clients", "/s", falls=False),
    Figure("submit.p50", "  answered after, median", "ms"),
    Figure("submit.p99", "  answered after, 99 in 100", "ms"),
    Figure("submit.front", "  front end, CPU per 1,000", "s"),
    Figure("submit.redis", "  Redis, CPU per 1,000", "s"),
    Figure("submit.calls", "  Redis calls per submit", ""),
]


def measure(bench, fsync):
    with Deployment(bench, fsync) as levee:
        load(bench, levee.url, "--submit-only", clients=CLIENTS, jobs=2_000)
        calls, redis, front = levee.redis.calls(), levee.redis.cpu(), levee.front_end.cpu()
        report = load(bench, levee.url, "--submit-only", clients=CLIENTS, seconds=2 if bench.quick else 5)
        thousands = report.jobs["submitted"] / 1_000
        all_calls = spent(calls, levee.redis.calls())
        p50, p99, _ = report.percentiles("submit")
        return {
            "submit.rate": report.rates["submitsPerSecond"],
            "submit.p50": p50,
            "submit.p99": p99,
            "submit.front": (levee.front_end.cpu() - front) / thousands,
            "submit.redis": (levee.redis.cpu() - redis) / thousands,
            "submit.calls": sum(count for kind, count in all_calls.items() if kind != "evalsha") / thousands / 1_000,
        }
