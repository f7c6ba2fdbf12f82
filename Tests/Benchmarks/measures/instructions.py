"""Instructions of the hot paths, counted by valgrind: within a tenth the same on a busy machine and on an idle one, so
that they can be held.

The real programs run under callgrind, a number of times as often in one run as in the other; what the second takes
more goes on the operations. So start and end of the processes do not count, and nothing of the path is left out:
HTTP, the answer, the commands for Redis and its replies, each to the last byte. What waits does not count, and
neither does the kernel."""
import http.client
import os
import re
import shutil
import subprocess

from harness.figures import Figure
from harness.levee import Deployment
from harness.load import load
from harness.processes import Failure, until

ONCE, DURABLE = True, False
HERE = os.path.dirname(os.path.abspath(__file__))

# Counted with Swift 6.3.1 in release on x86-64, times 1.3: another compiler may need more, a slip in the code does.
BOUNDS = {"poll": 420_000, "submit": 560_000, "job": 165_000}

FIGURES = [
    Figure("instructions.poll", "front end, instructions per status poll", "", most=BOUNDS["poll"]),
    Figure("instructions.submit", "front end, instructions per submit", "", most=BOUNDS["submit"]),
    Figure("instructions.job", "worker, instructions per job, drain", "", most=BOUNDS["job"]),
]


def measure(bench, fsync):
    if shutil.which("valgrind") is None:
        raise Failure("there is no valgrind; scripts/setup bench installs it")
    few, many = (200, 700) if bench.quick else (500, 2_500)
    program = stripped(bench)

    def each(count):
        return (count(bench, fsync, program, many) - count(bench, fsync, program, few)) / (many - few)

    return {"instructions.poll": each(polls), "instructions.submit": each(submits), "instructions.job": each(jobs)}


def stripped(bench):
    """A copy of the program without what debuggers need, which valgrind cannot read for each compiler."""
    copy = bench.log("levee").removesuffix(".log")
    run = subprocess.run(["strip", "--strip-debug", "-o", copy, bench.levee], capture_output=True, text=True)
    if run.returncode:
        raise Failure(f"strip said {run.stderr.strip()}")
    return copy


def counting(bench):
    """What a program is started by to be counted."""
    source, library = os.path.join(HERE, "sigsuspend.c"), bench.log("sigsuspend").removesuffix(".log") + ".so"
    build = subprocess.run(["clang", "-O2", "-shared", "-fPIC", "-o", library, source], capture_output=True, text=True)
    if build.returncode:
        raise Failure(f"clang said {build.stderr.strip()}")
    return ["env", f"LD_PRELOAD={library}", "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]


def collected(program):
    """The instructions of a program that has ended."""
    with open(program.log, errors="replace") as file:
        counts = re.findall(r"Collected : (\d+)", file.read())
    if not counts:
        raise Failure(f"valgrind counted nothing: {program.said()}")
    return int(counts[-1])


def polls(bench, fsync, program, count):
    with Deployment(bench, fsync, wrapper=counting(bench), program=program) as levee:
        job = levee.submit()
        ask(levee, count, "GET", f"/jobs/{job}")
        levee.stop_front_end()
        return collected(levee.front_end)


def submits(bench, fsync, program, count):
    with Deployment(bench, fsync, wrapper=counting(bench), program=program) as levee:
        ask(levee, count, "POST", "/jobs/square", b'{"number":7}', {"Content-Type": "application/json"})
        levee.stop_front_end()
        return collected(levee.front_end)


def ask(levee, count, method, target, body=None, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", levee.port, timeout=60)
    for _ in range(count):
        connection.request(method, target, body, dict(headers))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise Failure(f"{method} {target} was answered {answer.status}")
    connection.close()


def jobs(bench, fsync, program, count):
    with Deployment(bench, fsync, program=program) as levee:
        load(bench, levee.url, "--submit-only", clients=16, jobs=count)
        levee.stop_front_end()
        levee.wrapper = counting(bench)
        worker = levee.start_worker(is_ready=False)
        until("the end of all jobs", lambda: levee.ended() == count, 300, worker)
        levee.stop_workers()
        return collected(worker)
