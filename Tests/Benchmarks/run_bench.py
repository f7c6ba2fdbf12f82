"""`make bench`: measures Levee beside the limits of its parts, in rounds, and holds it to its budgets. scripts/bench
starts it and says what the environment may hold."""
import os
import signal
import sys
import time

from harness import machine
from harness.bench import Bench
from harness.figures import Series
from harness.processes import Failure
from harness.redis import FSYNC
from harness.settings import Settings, UsageError, choice, flag, number
from harness.table import Table
from measures import ALL, LONG


def settings(environment):
    # So many that a drain settles as many jobs in one call as there can be.
    asked = Settings(environment, slots=512)
    asked.fsync = choice(environment, "FSYNC", ["always"], FSYNC)
    asked.parts = choice(environment, "ONLY", [part for part in ALL if not asked.quick or part not in LONG], list(ALL))
    asked.rounds = number(environment, "ROUNDS", 1 if asked.quick else 3, most=100)
    asked.keeps = flag(environment, "KEEP")
    return asked


def main(environment, asked):
    bench = Bench(environment, asked)
    durabilities, parts, rounds = asked.fsync, asked.parts, asked.rounds
    table = Table(bench.state)
    plan = list(steps(durabilities, parts, rounds))
    series, others, paces, failures = {}, [], [machine.pace()], []
    began = time.monotonic()
    try:
        for done, (fsync, part, turn) in enumerate(plan, 1):
            title = f"[{done}/{len(plan)}] {part}, appendfsync {fsync}" if fsync != "off" else \
                f"[{done}/{len(plan)}] {part}, no append-only file"
            table.progress(f"{title}{f', round {turn}' if rounds > 1 else ''}")
            watch = bench.watch()
            try:
                for key, value in ALL[part].measure(bench, fsync).items():
                    series.setdefault((fsync, key), Series()).values.append(value)
            except Failure as failure:
                table.trouble(f"{part}: {failure}")
                failures.append(f"{part}, {fsync}: {failure}")
                bench.stop_all()
                bench.clear_away()
            others.append(watch.others())
        paces.append(machine.pace())
    finally:
        bench.stop_all()
    run = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": bench.facts,
        "slots": bench.slots,
        "rounds": rounds,
        "quick": bench.quick,
        "seconds": round(time.monotonic() - began, 1),
        "others": {"median": sorted(others)[len(others) // 2], "max": max(others)},
        "pace": paces,
        "failures": failures,
        "notes": bench.notes,
        "fsync": durabilities,
        "figures": {fsync: {key: values.json() for (of, key), values in series.items() if of == fsync}
                    for fsync in durabilities},
    }
    figures = [figure for part in parts for figure in ALL[part].FIGURES]
    table.show(run, figures, table.kept())
    path = table.write(run, keeps=asked.keeps)
    print(f"\nAll of it as JSON: {path}")
    return 1 if failures else 0


def steps(durabilities, parts, rounds):
    """Round by round, so that a slow spell of the machine falls on all parts; what depends on nothing is measured
    once."""
    for turn in range(1, rounds + 1):
        for place, fsync in enumerate(durabilities):
            for part in parts:
                if turn > 1 and ALL[part].ONCE or place > 0 and not ALL[part].DURABLE:
                    continue
                yield fsync, part, turn


def begin(settings, run):
    """Runs a benchmark as a program, or, asked to `check`, finds out only whether what it is asked for makes sense. Ctrl-C
    ends what was started, too."""
    def end(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    try:
        asked = settings(os.environ)
        sys.exit(0 if sys.argv[1:] == ["check"] else run(os.environ, asked))
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except Failure as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    begin(settings, main)
