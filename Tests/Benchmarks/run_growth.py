"""`make bench-growth`: how the cost of a job grows with what there is. scripts/bench-growth starts it and says what the
environment may hold."""
import os
import time

from run_bench import begin
from growth import ALL
from harness.bench import Bench
from harness.figures import short
from harness.plot import plot
from harness.processes import Failure
from harness.redis import FSYNC
from harness.settings import Settings, choice, one
from harness.table import Table


def settings(environment):
    asked = Settings(environment, slots=64)
    asked.fsync = one(environment, "FSYNC", "always", FSYNC)
    asked.parts = choice(environment, "ONLY", list(ALL), list(ALL))
    return asked


def main(environment, asked):
    bench = Bench(environment, asked)
    fsync, parts = asked.fsync, asked.parts
    table = Table(bench.state)
    run = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": bench.facts, "slots": bench.slots,
           "rounds": 1, "quick": bench.quick, "fsync": fsync, "failures": [], "growth": {}}
    watch = bench.watch()
    try:
        for name in parts:
            part = ALL[name]
            points = run["growth"][name] = []
            try:
                for step, figures in part.measure(bench, fsync, part.QUICK_STEPS if bench.quick else part.STEPS):
                    points.append({"at": step, **figures})
                    table.progress(f"{part.TITLE}: {step:,}")
            except Failure as failure:
                table.trouble(f"{name}: {failure}")
                run["failures"].append(f"{name}: {failure}")
                bench.stop_all()
                bench.clear_away()
    finally:
        bench.stop_all()
    share = watch.others()
    run["others"] = {"median": share, "max": share}
    table.machine(run)
    for name, points in run["growth"].items():
        show(table, ALL[name], points)
    path = table.write(run, prefix="growth-")
    folder = path.removesuffix(".json")
    os.makedirs(folder)
    for name, points in run["growth"].items():
        draw(folder, name, ALL[name], points)
    print(f"\nAll of it as JSON: {path}\nPlots: {folder}/*.svg")
    return 1 if run["failures"] else 0


def show(table, part, points):
    """The figures of one part, a line each, and how the last compares to the first."""
    if not points:
        return
    heading = "".join(f"{point['at']:>12,}" for point in points)
    print(f"\n{table.bold}{part.TITLE + ':':48}{heading}  last/first{table.plain}")
    for unit, names in part.UNITS.items():
        for name in names:
            values = [point[name] for point in points]
            times = f"{values[-1] / values[0]:.2f}x" if values[0] > 0 else "-"
            label = unit if len(names) == 1 else f"{unit}: {name}"
            print(f"{label:48}" + "".join(f"{short(value):>12}" for value in values) + f"{times:>12}")


def draw(folder, name, part, points):
    if not points:
        return
    for number, (unit, names) in enumerate(part.UNITS.items(), 1):
        lines = {figure: [(point["at"], point[figure]) for point in points] for figure in names}
        with open(os.path.join(folder, f"{name}-{number}.svg"), "w") as file:
            file.write(plot(part.TITLE, part.AXIS, unit, lines))


if __name__ == "__main__":
    begin(settings, main)
