"""`levee load`, the generator of every measurement, for Levee and for all that stands beside it."""
import json
import subprocess

from .processes import Failure, die_with_parent

# More than any run can do: the time limit ends it.
ENDLESS = 100_000_000


class Report:
    """What a run of the generator came to."""

    def __init__(self, data):
        self.data = data
        self.jobs, self.rates, self.latency = data["jobs"], data["rates"], data["latency"]
        self.seconds = data["seconds"]

    @property
    def done(self):
        return self.jobs["verified"]

    @property
    def polls(self):
        return sum(count for kind, count in self.data["answers"].items() if kind.split()[0] in ("poll", "wait"))

    def percentiles(self, of):
        values = self.latency.get(of) or {}
        return values.get("p50"), values.get("p99"), values.get("max")


def load(bench, url, *options, clients, seconds=None, jobs=None, history=0):
    """Runs the generator to its end and checks that nothing went wrong but the time it had."""
    argv = [bench.generator, "load", "--json", "--url", url, "--pollers", str(clients), "--history", str(history)]
    argv += [str(option) for option in options]
    if "--watch" not in options:
        argv += ["--jobs", str(jobs or ENDLESS)]
    argv += ["--limit", f"{seconds or 600}s"]
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               text=True, start_new_session=True, preexec_fn=die_with_parent)
    bench.running(process)
    try:
        said, errors = process.communicate()
    finally:
        bench.ended(process)
    try:
        report = Report(json.loads(said))
    except ValueError:
        raise Failure(f"the generator did not run: {errors.strip() or said.strip()}") from None
    if report.data["errors"] or report.jobs["failed"]:
        raise Failure(f"requests went wrong at {url}: {report.data['errors']}")
    if jobs and report.data["ending"] != "complete":
        raise Failure(f"{jobs} jobs did not come to their end at {url}: {report.jobs}")
    return report
