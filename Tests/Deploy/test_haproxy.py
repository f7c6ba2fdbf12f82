"""Clients behind haproxy notice nothing when front ends are restarted, and no submit is sent twice."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from balancer import Balancer
from support import cluster as deployment
from support.client import Client
from support.cluster import BINARY, Cluster, FrontEnd
from support.ports import free_port


class Traffic:
    """Clients of all kinds that come and go at one address until they are told to stop; each has its own jobs verified."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_over = threading.Event()
        self.reports: list[tuple[int, str]] = []

    def run(self, mode: str) -> None:
        options = ["--mode", mode, "--pollers", "8", "--jobs", "150", "--type", "square,echo,sleep", "--no-retry", "--json"]
        while not self.is_over.is_set():
            load = subprocess.run([BINARY, "load", "--url", self.url, *options], capture_output=True, text=True)
            self.reports.append((load.returncode, load.stdout + load.stderr))


def restart(front_end: FrontEnd, number: int, balancer: Balancer) -> None:
    """Restarts a front end at its port, as a service manager does: told to end, awaited, started."""
    ended = threading.Thread(target=balancer.await_server, args=(number, "DOWN"))
    ended.start()
    front_end.send(signal.SIGTERM)
    assert front_end.child.wait(60) == 0, front_end.said
    ended.join()
    begun = threading.Thread(target=balancer.await_server, args=(number, "UP"))
    begun.start()
    front_end.start()
    front_end.await_doors()
    begun.join()


@pytest.mark.parametrize("retries", [True, False], ids=["haproxy", "asks-once"])
def test_front_ends_are_restarted_one_after_the_other_and_no_client_notices(retries: bool) -> None:
    port = free_port()
    server = f"server: {{drainDelay: 10s, publicUrl: 'http://127.0.0.1:{port}'}}\n"
    with Cluster("haproxy" if retries else "asks-once", server) as cluster:
        cluster.start(front_ends=2, workers=2)
        for front_end in cluster.front_ends:
            # They come back where haproxy looks for them.
            front_end.command[front_end.command.index("--port") + 1] = str(front_end.port)
        ports = [front_end.port for front_end in cluster.front_ends]
        with Balancer(cluster.logs / "haproxy.log", port, ports, retries=retries) as balancer, ThreadPoolExecutor() as pool:
            traffic = Traffic(balancer.url)
            clients = [pool.submit(traffic.run, mode) for mode in ("poll", "wait", "sse")]
            try:
                large = os.urandom(900_000)
                with Client(balancer.url) as client:
                    job = client.submit("echo", large)
                    assert job.headers["location"].startswith(balancer.url)
                    done = client.get(f"/jobs/{job.id}?done=result", {"Prefer": "wait=60"})
                    assert done.content == large
                for number, front_end in enumerate(cluster.front_ends, 1):
                    restart(front_end, number, balancer)
            finally:
                traffic.is_over.set()
            for client in clients:
                client.result()
            failed = [text for status, text in traffic.reports if status != 0]
            assert not failed, failed[0][-3000:]
            assert len(traffic.reports) >= 3
            answered = balancer.answered
    assert {server for server, _, _ in answered} == {"1", "2"}
    errors = [answer for answer in answered if answer[1] >= 500]
    assert not errors, errors[:5]
    assert sum(request.startswith("POST /jobs/") for _, _, request in answered) == 150 * len(traffic.reports) + 1
    print(f"{len(answered)} answers, {len(traffic.reports)} loads of 150 jobs, none failed")


class Fragile(BaseHTTPRequestHandler):
    """A front end that is ready and dies of each request: it reads it and hangs up."""

    protocol_version = "HTTP/1.1"
    seen: list[tuple[str, bytes]]

    def do_GET(self) -> None:
        if self.path in ("/readyz", "/livez"):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.hang_up()

    def do_POST(self) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.command, body))
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def fragile() -> Iterator[tuple[Balancer, list[tuple[str, bytes]]]]:
    """Two front ends that die of each request, and what they have seen of it."""
    seen: list[tuple[str, bytes]] = []
    handler = type("Handler", (Fragile,), {"seen": seen})
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    deployment.STATE.mkdir(parents=True, exist_ok=True)
    ports = [server.server_address[1] for server in servers]
    with Balancer(deployment.STATE / "fragile.log", free_port(), ports) as balancer:
        yield balancer, seen
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_submit_that_may_have_arrived_is_not_sent_again(fragile: tuple[Balancer, list[tuple[str, bytes]]]) -> None:
    balancer, seen = fragile
    assert httpx.post(f"{balancer.url}/jobs/echo", content=b"once").status_code == 502
    assert seen == [("POST", b"once")]


def test_what_makes_one_job_however_often_it_comes_is_sent_again(
    fragile: tuple[Balancer, list[tuple[str, bytes]]],
) -> None:
    balancer, seen = fragile
    httpx.post(f"{balancer.url}/jobs/echo", content=b"named", headers={"Idempotency-Key": "k"})
    assert len(seen) > 1 and set(seen) == {("POST", b"named")}
    seen.clear()
    httpx.get(f"{balancer.url}/jobs/00")
    assert len(seen) > 1 and set(seen) == {("GET", b"")}


def test_without_a_front_end_clients_are_told_when_to_come_back() -> None:
    deployment.STATE.mkdir(parents=True, exist_ok=True)
    nobody = [free_port(), free_port()]
    with Balancer(deployment.STATE / "nobody.log", free_port(), nobody, status=503) as balancer:
        answer = httpx.get(f"{balancer.url}/jobs/00")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 503
