"""`make bench-peers`: other job queues on the same work. scripts/bench-peers starts it and says what the environment
may hold."""
import statistics
import time

from harness import machine
from harness.bench import Bench
from harness.contenders import PEERS, LeveeDeployment, PairDeployment, PeerDeployment, reason_against
from harness.drain import drain
from harness.figures import short
from harness.load import load
from harness.processes import Failure
from harness.redis import FSYNC
from harness.settings import Settings, choice, number, one
from harness.table import Table
from run_bench import begin

CLIENTS, DRAINED = 64, 20_000


def contenders(bench, fsync, names, table):
    """Who takes part: name, title, shape, jobs of a drain, what makes its deployment."""
    yield "levee", f"Levee, fsync {fsync}", (1, 1), DRAINED, "all", lambda: LeveeDeployment(bench, fsync)
    for name in names:
        if name == "pair":
            yield name, "bare LPUSH/BRPOP, Swift", (1, 1), DRAINED, "none", lambda: PairDeployment(bench)
            continue
        peer = PEERS[name]
        reason = reason_against(bench, peer)
        if reason:
            table.trouble(f"{peer.title} is left out: {reason}")
            continue
        yield name, peer.title, peer.shape, peer.drained, peer.guarantees, lambda peer=peer: PeerDeployment(bench, peer)


def measure(bench, make, shape, jobs):
    """One round of one contender."""
    with make() as deployment:
        workers = deployment.start_workers(shape[1])
        # The first jobs tell that all of it works, and right; then all that is made once is there.
        load(bench, deployment.url, "--every", "10ms", clients=1, jobs=3)
        load(bench, deployment.url, "--every", "10ms", clients=CLIENTS, seconds=1)
        programs = [deployment.front_end, *workers]
        before = [program.cpu() for program in programs], deployment.redis.cpu()
        report = load(bench, deployment.url, "--every", "10ms", clients=CLIENTS, seconds=2 if bench.quick else 5)
        parts = [program.cpu() - start for program, start in zip(programs, before[0])]
        front, work, redis = parts[0], sum(parts[1:]), deployment.redis.cpu() - before[1]
        # Those of the last moment had their cost, too, but not their end: a client has one job under way at most.
        thousands = (report.done + report.jobs["unfinished"] / 2) / 1_000
        p50, p99, _ = report.percentiles("endToEnd")
        values = {"rate": report.rates["jobsPerSecond"], "front": front / thousands, "worker": work / thousands,
                  "redis": redis / thousands, "cpu": (front + work + redis) / thousands, "p50": p50, "p99": p99}
    with make() as deployment:
        if bench.quick:
            jobs //= 4
        load(bench, deployment.url, "--submit-only", clients=CLIENTS, jobs=jobs)
        took = drain(deployment.redis, jobs, deployment.done, lambda: deployment.start_workers(1))
        values.update({"drain": took.rate, "drain_worker": took.worker_cpu / took.jobs * 1_000,
                       "drain_redis": took.redis_cpu / took.jobs * 1_000})
    return values


def settings(environment):
    asked = Settings(environment, slots=64)
    asked.fsync = one(environment, "FSYNC", "always", FSYNC)
    asked.peers = choice(environment, "PEERS", [*PEERS, "pair"], [*PEERS, "pair"])
    asked.rounds = number(environment, "ROUNDS", 1 if asked.quick else 3, most=100)
    return asked


def main(environment, asked):
    bench = Bench(environment, asked)
    fsync, rounds = asked.fsync, asked.rounds
    table = Table(bench.state)
    taking_part = list(contenders(bench, fsync, asked.peers, table))
    run = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "machine": bench.facts, "slots": bench.slots,
           "rounds": rounds, "quick": bench.quick, "fsync": fsync, "failures": [], "peers": {}}
    others, paces = [], [machine.pace()]
    try:
        # In turn, so that a slow spell of the machine falls on all of them.
        for turn in range(1, rounds + 1):
            for name, title, shape, jobs, guarantees, make in taking_part:
                table.progress(f"{title}{f', round {turn}' if rounds > 1 else ''}")
                watch = bench.watch()
                try:
                    values = measure(bench, make, shape, jobs)
                except Failure as failure:
                    table.trouble(f"{title}: {failure}")
                    run["failures"].append(f"{title}: {failure}")
                    bench.stop_all()
                    bench.clear_away()
                    continue
                others.append(watch.others())
                entry = run["peers"].setdefault(name, {"title": title, "shape": shape, "guarantees": guarantees,
                                                       "rounds": []})
                entry["rounds"].append(values)
        paces.append(machine.pace())
    finally:
        bench.stop_all()
    run["others"] = {"median": statistics.median(others or [0]), "max": max(others or [0])}
    run["pace"] = paces
    table.machine(run)
    show(table, run)
    print(f"\nAll of it as JSON: {table.write(run, prefix='peers-')}")
    return 1 if run["failures"] else 0


def show(table, run):
    """A line for each, and beside its figures how Levee's compare; CPU in seconds of front end, worker and Redis."""
    print(f"""
{CLIENTS} clients, poll each 10 ms; f x w: processes of front end and worker. Levee's Redis: appendfsync {run['fsync']};
those of the others write nothing to disk. A drain is one worker process on a queue that is there already.
Ratio: Levee's rate to theirs, their CPU to Levee's. Guarantees, none: a job is lost with its worker.""")
    print(f"\n{table.bold}{'':26}{'f x w':>6}{'jobs/s':>9}{'min - max':>17}{'ratio':>7}{'CPU s/1,000':>13}"
          f"{'f + w + Redis':>22}{'ratio':>7}{'p50 ms':>8}{'p99 ms':>8}{'drain/s':>9}{'ratio':>7}"
          f"  guarantees{table.plain}")
    levee = medians(run["peers"]["levee"]) if "levee" in run["peers"] else None
    for name, entry in run["peers"].items():
        values = medians(entry)
        rates = [values["rate"] for values in entry["rounds"]]

        def ratio(key, falls):
            if levee is None or name == "levee":
                return ""
            return f"{values[key] / levee[key] if falls else levee[key] / values[key]:.1f}x"

        parts = " + ".join(f"{values[key]:.2f}" for key in ("front", "worker", "redis"))
        spread = f"{short(min(rates))} - {short(max(rates))}"
        print(f"{entry['title']:26}{'x'.join(map(str, entry['shape'])):>6}{short(values['rate']):>9}"
              f"{spread:>17}{ratio('rate', False):>7}{values['cpu']:>13.3f}{parts:>22}"
              f"{ratio('cpu', True):>7}{short(values['p50']):>8}{short(values['p99']):>8}{short(values['drain']):>9}"
              f"{ratio('drain', False):>7}  {entry['guarantees']}")
    if levee is not None:
        bound(table, run, levee)


def bound(table, run, levee):
    """CPU at most half of the best peer's that keeps its jobs."""
    full = {name: medians(entry) for name, entry in run["peers"].items()
            if entry["guarantees"] == "acknowledges"}
    if not full:
        return
    best = min(full, key=lambda name: full[name]["cpu"])
    share = levee["cpu"] / full[best]["cpu"]
    verdict = f"{table.good}met{table.plain}" if share <= 0.5 else f"{table.bad}NOT MET{table.plain}"
    print(f"\nCPU against the best peer that acknowledges, {run['peers'][best]['title']}:"
          f" {share:.2f} (at most 0.5) {verdict}")


def medians(entry):
    return {key: statistics.median(values[key] for values in entry["rounds"]) for key in entry["rounds"][0]}


if __name__ == "__main__":
    begin(settings, main)
