"""What a job takes in Redis, and what a client that waits takes in the front end, beside an idle connection to a bare
Hummingbird server."""
import os
import resource
import socket
import subprocess
import time

from harness.figures import Figure
from harness.levee import Deployment
from harness.load import load
from harness.processes import Failure, die_with_parent, until
from measures.polls import start_routes

ONCE, DURABLE = True, False
JOBS, PAYLOAD = 20_000, 100

FIGURES = [
    Figure("memory.queued", f"Redis, bytes per queued job of {PAYLOAD} bytes", "B", most=450),
    Figure("memory.finished", "  per finished job with as large a result", "B"),
    Figure("memory.waiter", "front end, bytes per waiting client", "B"),
    Figure("memory.idle", "  per idle connection to bare Hummingbird", "B", falls=None),
    Figure("memory.ratio", "  against that", "x", most=1.5),
    Figure("memory.front", "front end when nothing waits, resident", "MiB"),
    Figure("memory.worker", "worker after the drain, resident", "MiB"),
]


def measure(bench, fsync):
    return {**of_jobs(bench, fsync), **of_clients(bench, fsync)}


def of_jobs(bench, fsync):
    payload = os.path.join(bench.new_folder("payload"), "payload")
    with open(payload, "wb") as file:
        file.write(b"x" * PAYLOAD)
    with Deployment(bench, fsync) as levee:
        # What there is once for a queue, and the connections.
        load(bench, levee.url, "--submit-only", "--type", "echo", "--payload", payload, clients=64, jobs=64)
        front, empty = levee.front_end.resident(), levee.redis.memory()
        load(bench, levee.url, "--submit-only", "--type", "echo", "--payload", payload, clients=64, jobs=JOBS)
        queued = levee.redis.memory()
        worker = levee.start_worker(is_ready=False)
        until("the end of all jobs", lambda: levee.ended() == JOBS + 64, 120, worker)
        resident = worker.resident()
        levee.stop_workers()
        finished = levee.redis.memory()
    return {
        "memory.queued": (queued - empty) / JOBS,
        "memory.finished": (finished - empty) / JOBS,
        "memory.front": front / 2**20,
        "memory.worker": resident / 2**20,
    }


def of_clients(bench, fsync):
    crowd = 500 if bench.quick else 2_000
    raise_file_limit(2 * crowd + 512)
    with Deployment(bench, fsync) as levee:
        job = levee.submit()
        routes, base = start_routes(bench, levee.redis)
        for url in (levee.url, base + "/bare"):
            load(bench, url, "--watch", job, "--every", "0ms", clients=32, seconds=1)
        waiter = waiting(bench, levee, job, crowd)
        idle = idling(routes, base, job, crowd)
    return {"memory.waiter": waiter, "memory.idle": idle, "memory.ratio": waiter / idle}


def waiting(bench, levee, job, crowd):
    before, files = levee.front_end.resident(), levee.front_end.open_files()
    argv = [bench.generator, "load", "--json", "--url", levee.url, "--mode", "wait", "--watch", job,
            "--pollers", str(crowd), "--limit", "120s"]
    process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True, preexec_fn=die_with_parent)
    bench.running(process)
    try:
        until("the crowd", lambda: levee.front_end.open_files() >= files + crowd, program=levee.front_end)
        settle(levee.front_end)
        return (levee.front_end.resident() - before) / crowd
    finally:
        bench.ended(process)


def idling(routes, base, job, crowd):
    before = routes.resident()
    host, port = base.removeprefix("http://").split(":")
    sockets = []
    try:
        for _ in range(crowd):
            client = socket.create_connection((host, int(port)))
            sockets.append(client)
            client.sendall(f"GET /bare/jobs/{job} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        for client in sockets:
            if not client.recv(65_536).startswith(b"HTTP/1.1 202"):
                raise Failure("the bare route did not answer")
        settle(routes)
        return (routes.resident() - before) / crowd
    finally:
        for client in sockets:
            client.close()


def settle(program):
    """Waits until a program takes no processor time any more."""
    seen = []

    def is_still():
        time.sleep(0.2)
        seen.append(program.cpu())
        # The front end looks after itself once a second.
        return len(seen) > 3 and seen[-1] - seen[-3] <= 0.02

    until(f"{program.name} comes to rest", is_still, program=program)


def raise_file_limit(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        if hard != resource.RLIM_INFINITY and hard < wanted:
            raise Failure(f"{wanted} open files are needed, and the hard limit is {hard}: raise it (ulimit -Hn)")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
