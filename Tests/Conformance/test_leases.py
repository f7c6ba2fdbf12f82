"""Outside workers: what takes jobs and settles them over HTTP alone, with any HTTP client."""

import base64
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from support.client import Client, problem
from support.cluster import ROOT, Cluster, Process
from support.keys import KeyedCluster
from support.waiting import eventually


def order(**more: Any) -> dict[str, Any]:
    return {"queues": ["outside"], "wait": 0, "lease": 2, "worker": "test"} | more


def claim(admin: Client, **more: Any) -> list[dict[str, Any]]:
    response = admin.post("/leases", json=order(**more))
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return response.json()["leases"]


def lease(levee: Client, admin: Client, payload: bytes = b"x") -> dict[str, Any]:
    """The lease of a new job; those that other tests left are ended on the way."""
    id = levee.submit("outside", payload).id
    while True:
        [lease] = eventually("a job is leased", lambda: claim(admin) or None)
        if lease["id"] == id:
            return lease
        admin.post(lease["links"]["fail"], json={"retryable": False})


def test_job_is_leased_run_and_settled(levee: Client, other: Client, admin: Client) -> None:
    held = lease(levee, admin, b"\x00\xffpayload")
    assert base64.b64decode(held["payload"]) == b"\x00\xffpayload"
    assert (held["type"], held["queue"], held["fence"], held["attempt"], held["maxAttempts"]) == ("outside", "outside", 1, 1, 2)
    assert held["worker"].startswith("test-")
    assert (held["leaseSeconds"], held["timeoutSeconds"], held["alone"]) == (2, 3, False)
    assert other.status(held["id"])["status"] == "running"
    response = admin.post(f"{held['links']['succeed']}&status=201", {"Content-Type": "image/png"}, content=b"\x89PNG")
    assert response.json() == {"id": held["id"], "fence": 1, "outcome": "settled"}
    result = other.get(f"/resources/{held['id']}")
    assert (result.status_code, result.headers["content-type"], result.content) == (201, "image/png", b"\x89PNG")
    again = admin.post(held["links"]["succeed"], content=b"other")
    assert again.json()["outcome"] == "repeated"
    assert other.get(f"/resources/{held['id']}").content == b"\x89PNG"


def test_poll_waits_for_a_job(levee: Client, admin: Client, cluster: Cluster) -> None:
    found: list[dict[str, Any]] = []
    with Client(cluster.front_ends[1].admin_url) as second:
        poll = threading.Thread(target=lambda: found.extend(claim(second, wait=30, worker="poller")))
        poll.start()
        def shown() -> list[dict[str, Any]] | None:
            workers = admin.get("/workers").json()["workers"]
            return [worker for worker in workers if worker["name"].startswith("poller-")] or None

        assert eventually("the poll waits", shown)[0]["queues"] == ["outside"]
        id = levee.submit("outside", b"x").id
        poll.join()
    assert [held["id"] for held in found] == [id]
    assert admin.post(found[0]["links"]["release"]).json()["outcome"] == "released"


def test_lease_that_ends_is_anothers_and_its_fence_is_refused(levee: Client, admin: Client) -> None:
    held = lease(levee, admin)
    [taken] = eventually("the lease ends", lambda: claim(admin, wait=5) or None)
    assert (taken["id"], taken["fence"]) == (held["id"], 2)
    before = levee.history(held["id"])
    for action, path in held["links"].items():
        assert problem(admin.post(path, json={}), 409, "lease-lost"), action
    assert levee.history(held["id"]) == before
    assert admin.post(taken["links"]["succeed"], content=b"second").status_code == 200
    assert levee.get(f"/resources/{held['id']}").content == b"second"


def test_progress_is_seen_and_a_cancel_is_told(levee: Client, other: Client, admin: Client) -> None:
    held = lease(levee, admin)
    response = admin.post(held["links"]["progress"], json={"percent": 40, "stage": "half", "log": "a line"})
    assert response.json() == {"id": held["id"], "fence": 1, "cancel": False, "leaseSeconds": 2}
    assert other.status(held["id"])["progress"] == {"percent": 40, "stage": "half", "message": None}
    levee.post(f"/jobs/{held['id']}/cancel")
    assert admin.post(held["links"]["heartbeat"]).json()["cancel"] is True
    admin.post(held["links"]["release"])
    assert other.status(held["id"])["status"] == "canceled"


def test_failures_are_tried_again_or_not(levee: Client, admin: Client) -> None:
    never = lease(levee, admin)
    error = {"code": "bad-input", "message": "too small", "status": 415}
    admin.post(never["links"]["fail"], json={"retryable": False, "error": error})
    assert problem(levee.get(f"/resources/{never['id']}"), 415, "job-failed")["error"]["code"] == "bad-input"
    again = lease(levee, admin)
    admin.post(again["links"]["fail"], json={"error": "no luck"})
    [second] = eventually("it is tried again", lambda: claim(admin, wait=5) or None)
    assert (second["id"], second["attempt"]) == (again["id"], 2)
    admin.post(second["links"]["fail"], json={"error": "no luck again"})
    assert levee.end(again["id"])["status"] == "failed"


def test_attempt_may_take_as_long_as_its_type_allows(levee: Client, admin: Client) -> None:
    held = lease(levee, admin)

    def refused() -> Any:
        response = admin.post(held["links"]["heartbeat"])
        return response if response.status_code != 200 else None

    problem(eventually("the attempt has taken too long", refused), 409, "attempt-too-long")
    assert levee.status(held["id"])["status"] != "succeeded"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"queues": []}, "/queues"),
        ({"queues": ["nowhere"]}, "/queues/0"),
        ({"queues": ["outside"], "wait": 61}, "/wait"),
        ({"queues": ["outside"], "more": 1}, "/more"),
    ],
)
def test_bad_order_is_400_with_the_place(admin: Client, body: dict[str, Any], pointer: str) -> None:
    document = problem(admin.post("/leases", json=body), 400, "invalid-body")
    assert document["errors"][0]["pointer"] == pointer


def test_leases_of_nothing(levee: Client, admin: Client) -> None:
    problem(admin.post("/leases/unknown/heartbeat?fence=1"), 404, "unknown-job")
    held = lease(levee, admin)
    problem(admin.post(f"/leases/{held['id']}/heartbeat"), 400, "invalid-query")
    problem(admin.post(held["links"]["succeed"], content=b"x" * 1025), 413, "result-too-large")
    assert levee.status(held["id"])["error"]["code"] == "result-too-large"
    levee.delete(f"/jobs/{held['id']}")
    problem(admin.post(held["links"]["heartbeat"]), 410, "gone")


def test_key_has_to_be_good_for_work(keyed: KeyedCluster) -> None:
    body = order()
    with keyed.operator("worker") as worker:
        assert worker.post("/leases", json=body).status_code == 200
        problem(worker.get("/queues"), 403, "forbidden")
    with keyed.operator("operator") as operator:
        problem(operator.post("/leases", json=body), 403, "forbidden")
    with keyed.operator(None) as nobody:
        problem(nobody.post("/leases", json=body), 401, "unauthorized")


@pytest.mark.parametrize("example", ["worker.py", "worker.sh"])
def test_example_works_through_a_line(levee: Client, cluster: Cluster, tmp_path: Path, example: str) -> None:
    environment = {
        "LEVEE_ADMIN_URL": " ".join(front_end.admin_url for front_end in cluster.front_ends),
        "LEVEE_WORKER": f"example-{example}",
        "LEVEE_WAIT": "2",
        "RESULT_TYPE": "text/plain",
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    worker = Process(tmp_path / "log", [str(ROOT / "examples" / example), "outside", "tr", "a-z", "A-Z"], environment)
    try:
        ids = {levee.submit("outside", f"job {number}".encode()).id: number for number in range(20)}
        for id, number in ids.items():
            assert levee.end(id)["status"] == "succeeded", worker.said
            assert levee.get(f"/resources/{id}").content == f"JOB {number}".encode()
        worker.send(signal.SIGTERM)
        assert worker.child.wait(40) == 0, worker.said
    finally:
        worker.kill()
