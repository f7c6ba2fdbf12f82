"""What this Redis does at most, by redis-benchmark: 50 connections, one command at a time each, and 16 at a time."""
import csv
import subprocess

from harness.figures import Figure
from harness.processes import Failure
from harness.redis import Redis

ONCE, DURABLE = False, True

# The least that a submit could be: an id in a list, a hash, its expiry.
SCRIPT = """\
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1] .. ARGV[1], 's', 'queued', 'b', ARGV[2])
redis.call('PEXPIRE', KEYS[1] .. ARGV[1], 86400000)
"""

FIGURES = [
    Figure("limits.lpush", "redis-benchmark, LPUSH", "/s", falls=None),
    Figure("limits.lpush16", "  16 at a time", "/s", falls=None),
    Figure("limits.evalsha", "redis-benchmark, EVALSHA of LPUSH, HSET, PEXPIRE", "/s", falls=None),
    Figure("limits.evalsha16", "  16 at a time", "/s", falls=None),
]


def measure(bench, fsync):
    count = 40_000 if bench.quick else 200_000
    redis, values = Redis(bench, fsync), {}
    try:
        sha = redis.do("SCRIPT", "LOAD", SCRIPT)
        commands = {
            "lpush": ["LPUSH", "bench", "x" * 28],
            "evalsha": ["EVALSHA", sha, "1", "bench", "__rand_int__", "x" * 100],
        }
        for name, command in commands.items():
            for pipeline, suffix in ((1, ""), (16, "16")):
                values[f"limits.{name}{suffix}"] = rate(redis, count, pipeline, command)
                redis.do("FLUSHALL")
    finally:
        bench.stop_all()
        bench.clear_away()
    return values


def rate(redis, count, pipeline, command):
    argv = ["redis-benchmark", "-p", str(redis.port), "-c", "50", "-n", str(count), "-P", str(pipeline),
            "-r", "1000000", "--csv", *command]
    said = subprocess.run(argv, capture_output=True, text=True, timeout=300)
    rows = list(csv.reader(said.stdout.splitlines()))
    try:
        return float(rows[-1][1])
    except (IndexError, ValueError):
        raise Failure(f"redis-benchmark said {said.stdout!r} {said.stderr!r}") from None
