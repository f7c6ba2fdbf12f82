"""The admin door: queues, workers, metrics, and what is done to them."""

import re

import pytest
from support.client import Client, problem
from support.waiting import eventually


def test_paused_queue_hands_out_nothing_until_it_goes_on(levee: Client, admin: Client) -> None:
    assert admin.post("/queues/orderly/pause").json() == {"name": "orderly", "paused": True}
    job = levee.submit("orderly", b"")
    eventually("the queue is told of as paused", lambda: admin.get("/queues/orderly").json()["paused"])
    assert levee.get(f"/jobs/{job.id}", {"Prefer": "wait=2"}).status_code == 202
    assert admin.post("/queues/orderly/resume").json() == {"name": "orderly", "paused": False}
    assert levee.end(job.id)["status"] == "succeeded"


def test_purge_cancels_what_waits(levee: Client, other: Client, admin: Client) -> None:
    admin.post("/queues/orderly/pause")
    jobs = [levee.submit("orderly", b"", headers).id for headers in ({}, {"Priority": "low"}, {"Delay": "3600"})]
    assert admin.post("/queues/orderly/purge").json() == {"name": "orderly", "canceled": 3}
    admin.post("/queues/orderly/resume")
    assert {other.status(id)["status"] for id in jobs} == {"canceled"}


def test_queues_are_listed(admin: Client) -> None:
    listed = {queue["name"]: queue for queue in admin.get("/queues").json()["queues"]}
    assert {"default", "held", "line"} <= set(listed)
    assert listed["held"]["paused"] and not listed["default"]["paused"]


def test_workers_are_listed(admin: Client) -> None:
    workers = admin.get("/workers").json()["workers"]
    assert [worker["slots"] for worker in workers] == [8, 8]
    assert all("default" in worker["queues"] and worker["state"] == "working" for worker in workers)


def test_metrics_are_for_prometheus_and_grow(levee: Client, admin: Client) -> None:
    def submitted() -> float:
        response = admin.get("/metrics")
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
        return float(re.search(r'^levee_jobs_submitted_total\{queue="held"\} (\S+)$', response.text, re.M)[1])

    before = submitted()
    levee.submit("held", {})
    eventually("the job is counted", lambda: submitted() == before + 1)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/queues/nowhere"),
        ("POST", "/queues/nowhere/pause"),
        ("POST", "/queues/nowhere/resume"),
        ("POST", "/queues/nowhere/purge"),
    ],
)
def test_unknown_queue_is_404(admin: Client, method: str, path: str) -> None:
    problem(admin.ask(method, path), 404, "unknown-queue")


def test_only_what_has_failed_is_made_anew(levee: Client, admin: Client) -> None:
    problem(admin.post("/jobs/unknown/retry"), 404, "unknown-job")
    for id in (levee.submit("held", {}).id, levee.run("echo", b"x")["id"]):
        problem(admin.post(f"/jobs/{id}/retry"), 409, "not-failed")
    removed = levee.run("echo", b"x")["id"]
    levee.delete(f"/jobs/{removed}")
    problem(admin.post(f"/jobs/{removed}/retry"), 410, "gone")


def test_clients_paths_are_not_at_the_admin_door(levee: Client, admin: Client) -> None:
    id = levee.run("echo", b"x")["id"]
    for path in (f"/operations/{id}", f"/resources/{id}"):
        problem(admin.get(path), 404, "unknown-path")
    problem(admin.post("/jobs/echo"), 405, "method-not-allowed")
