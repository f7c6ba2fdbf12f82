"""Prefer (RFC 7240): clients that wait instead of polling."""

import socket
import threading
import time
from datetime import datetime, timezone

import httpx
import pytest
from support.client import ENDED, Client, is_hint, problem
from support.cluster import Cluster
from support.waiting import HEAD_START, PATROL, eventually, woken


def test_submit_waits_for_result(levee: Client) -> None:
    with woken():
        response = levee.post("/jobs/square", {"Prefer": "wait=60"}, json={"number": 12})
    id = response.headers["operation-location"].rpartition("/")[2]
    assert (response.status_code, response.json()) == (200, {"square": 144})
    assert response.headers["preference-applied"] == "wait=60"
    assert response.headers["vary"] == "Prefer"
    assert response.headers["content-location"] == f"{levee.base}/resources/{id}"
    assert response.headers["operation-location"] == f"{levee.base}/operations/{id}"
    assert "retry-after" not in response.headers


def test_submit_that_waits_answers_failure_at_once(levee: Client) -> None:
    payload = {"code": "no-ink", "status": 402, "retryable": False}
    with woken():
        response = levee.post("/jobs/fail", {"Prefer": "wait=60"}, json=payload)
    assert problem(response, 402, "job-failed")["code"] == "no-ink"
    assert response.headers["operation-location"]


def test_submit_is_202_when_the_wait_is_over(levee: Client) -> None:
    began = time.monotonic()
    response = levee.post("/jobs/held", {"Prefer": "respond-async, wait=1"}, json={})
    assert time.monotonic() - began >= 1
    assert response.status_code == 202
    assert response.headers["preference-applied"] == "respond-async, wait=1"
    assert response.headers["location"] and is_hint(response.headers["retry-after"])


def test_respond_async_is_applied(levee: Client) -> None:
    job = levee.submit("echo", b"x", {"Prefer": "respond-async"})
    assert job.headers["preference-applied"] == "respond-async"


def test_minimal_has_no_body_and_all_addresses(levee: Client) -> None:
    response = levee.post("/jobs/echo", {"Prefer": "return=minimal"}, content=b"x")
    assert (response.status_code, response.content) == (202, b"")
    assert response.headers["preference-applied"] == "return=minimal"
    assert {"location", "operation-location", "retry-after"} <= set(response.headers)


@pytest.mark.parametrize(
    ("prefer", "applied"),
    [
        ("wait=abc", None),
        ("wait=-1", None),
        ("wait", None),
        ("handling=lenient", None),
        (",;==,", None),
        ("unknown=1, respond-async", "respond-async"),
        ("RESPOND-ASYNC", "respond-async"),
        ("Wait=0", "wait=0"),
        ("wait=0, wait=59", "wait=0"),
        ('wait="0"; x=y', "wait=0"),
    ],
)
def test_malformed_unknown_and_doubled_preferences(levee: Client, prefer: str, applied: str | None) -> None:
    response = levee.post("/jobs/held", {"Prefer": prefer}, json={})
    assert response.status_code == 202
    assert response.headers.get("preference-applied") == applied


def test_wait_is_capped_and_the_used_value_echoed(levee: Client) -> None:
    with woken():
        response = levee.post("/jobs/echo", {"Prefer": "wait=100000"}, content=b"x")
    assert response.status_code == 200
    assert response.headers["preference-applied"] == "wait=60"


@pytest.mark.parametrize(
    ("path", "status"),
    [("/jobs/{}", 302), ("/jobs/{}?pending=404", 302), ("/operations/{}", 200), ("/resources/{}", 200)],
)
def test_poll_that_waits_hears_of_the_end(levee: Client, other: Client, path: str, status: int) -> None:
    job = levee.submit("sleep", {"seconds": 0.7})
    response = hear_of_end(other, path.format(job.id))
    assert response.status_code == status
    assert levee.status(job.id)["status"] == "succeeded"


def hear_of_end(client: Client, path: str) -> httpx.Response:
    """Waits until a job has ended; the monitor answers at each change before."""
    with woken():
        while True:
            response = client.get(path, {"Prefer": "wait=60"})
            assert response.headers["preference-applied"] == "wait=60"
            if not path.startswith("/operations") or response.json()["status"] in ENDED:
                return response


def test_no_wait_is_left_to_the_patrol(levee: Client, other: Client) -> None:
    """A front end patrols once a minute: of the waits at it within less, that can end one, and no more."""
    began = time.monotonic()
    waited = 0
    for client, submitter in ((levee, other), (other, levee)):
        for path in ("/jobs/{}?done=200", "/operations/{}", "/jobs/{}?done=result"):
            job = submitter.submit("sleep", {"seconds": 1})
            asked = datetime.now(timezone.utc)
            assert hear_of_end(client, path.format(job.id)).status_code == 200
            waited += datetime.fromisoformat(levee.status(job.id)["completedAt"]) > asked
        with woken():
            response = client.post("/jobs/sleep", {"Prefer": "wait=60"}, json={"seconds": 1})
            assert response.json() == {"slept": 1}
    assert time.monotonic() - began < PATROL
    # Else nothing was waited for.
    assert waited >= 4


def test_poll_is_pending_when_the_wait_is_over(levee: Client) -> None:
    job = levee.submit("held", {})
    began = time.monotonic()
    assert levee.get(f"/jobs/{job.id}", {"Prefer": "wait=1"}).status_code == 202
    problem(levee.get(f"/jobs/{job.id}?pending=404", {"Prefer": "wait=1"}), 404, "not-ready")
    assert levee.get(f"/operations/{job.id}", {"Prefer": "wait=1"}).json()["status"] == "queued"
    assert time.monotonic() - began >= 3
    response = levee.get(f"/resources/{job.id}", {"Prefer": "wait=1"})
    problem(response, 404, "not-ready")
    assert response.headers["preference-applied"] == "wait=1"


def test_monitor_that_waits_answers_at_the_next_version(levee: Client, other: Client) -> None:
    job = levee.submit("echo", b"x", {"Delay": "3600"})
    first = levee.get(f"/operations/{job.id}")
    seen: list[int] = []

    def wait() -> None:
        response = other.get(f"/operations/{job.id}", {"Prefer": "wait=60", "If-None-Match": first.headers["etag"]})
        seen.append(response.status_code)
        assert response.json()["status"] == "canceled"

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(HEAD_START)
    with woken():
        levee.post(f"/jobs/{job.id}/cancel")
        waiting.join()
    assert seen == [200]


def test_every_waiter_hears_of_the_end(levee: Client, other: Client) -> None:
    job = levee.submit("echo", b"x", {"Delay": "3600"})
    statuses: list[str] = []

    def wait(client: Client) -> None:
        statuses.append(client.get(f"/jobs/{job.id}?done=200", {"Prefer": "wait=60"}).json()["status"])

    waiters = [threading.Thread(target=wait, args=[client]) for client in (levee, other) for _ in range(25)]
    for waiter in waiters:
        waiter.start()
    time.sleep(HEAD_START)
    with woken():
        levee.post(f"/jobs/{job.id}/cancel")
        for waiter in waiters:
            waiter.join()
    assert statuses == ["canceled"] * 50


def test_client_that_leaves_while_waiting_loses_nothing(levee: Client, cluster: Cluster) -> None:
    before = cluster.stored_jobs()
    host, port = levee.base.removeprefix("http://").split(":")
    body = b'{"seconds": 1}'
    head = f"POST /jobs/sleep HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nPrefer: wait=60\r\n"
    with socket.create_connection((host, int(port))) as client:
        client.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        made = eventually("the job is stored", lambda: cluster.stored_jobs() - before or None)
    assert len(made) == 1
    assert levee.end(made.pop())["status"] == "succeeded"
