"""What is promised when processes die: on a deployment of its own."""

import signal
from collections.abc import Iterator

import pytest
from support.client import Client, is_hint, problem
from support.cluster import Cluster
from support.waiting import eventually


@pytest.fixture(scope="module")
def frail() -> Iterator[Cluster]:
    with Cluster("frail") as cluster:
        cluster.start(front_ends=1, workers=0)
        yield cluster


def test_without_a_worker_there_is_no_eta_and_30_seconds(frail: Cluster) -> None:
    with Client(frail.front_ends[-1].url) as client:
        job = client.submit("echo", b"x")
        status = client.get(f"/operations/{job.id}")
        assert status.json()["queue"]["etaSeconds"] is None
        assert job.headers["retry-after"] == status.headers["retry-after"] == "30"


def outcome(client: Client, id: str) -> dict | None:
    """The result of a job; None until it has one, and while a connection to Redis has not come back."""
    return client.get(f"/operations/{id}").json().get("result")


def test_202_is_kept_when_front_end_and_redis_are_killed(frail: Cluster) -> None:
    with Client(frail.front_ends[-1].url) as client:
        first = client.submit("square", {"number": 12})
        frail.front_ends[-1].kill()
    with Client(frail.add_front_end().url) as client:
        second = client.submit("square", {"number": 13})
        frail.redis.kill()
        frail.redis.start()
        frail.await_redis()
        frail.add_worker()
        for job, square in ((first, 144), (second, 169)):
            eventually("the job has its result", lambda: outcome(client, job.id) == {"square": square})


def test_submit_without_an_answer_names_the_job(frail: Cluster) -> None:
    with Client(frail.front_ends[-1].url) as client:
        client.run("square", {"number": 2})
        frail.redis.send(signal.SIGSTOP)
        try:
            document = problem(client.post("/jobs/square", json={"number": 14}), 503, "unknown-outcome")
        finally:
            frail.redis.send(signal.SIGCONT)
        assert document["monitor"] == f"{client.base}/operations/{document['id']}"
        # It was on its way when Redis stopped, and arrives.
        eventually("the job has its result", lambda: outcome(client, document["id"]) == {"square": 196})


def test_away_redis_makes_front_end_alive_but_not_ready(frail: Cluster) -> None:
    with Client(frail.front_ends[-1].url) as client:
        kept = client.run("square", {"number": 2})["id"]
        assert client.get("/readyz").status_code == 200
        frail.redis.kill()
        eventually("the front end is not ready", lambda: client.get("/readyz").status_code == 503)
        problem(client.get("/readyz"), 503, "store-unavailable")
        assert client.get("/livez").status_code == 200
        for response in (client.get(f"/operations/{kept}"), client.post("/jobs/echo", content=b"x")):
            problem(response, 503, "store-unavailable")
            assert is_hint(response.headers["retry-after"])
        # It is known without Redis that this was never given out.
        problem(client.get("/operations/unknown"), 404, "unknown-job")
        frail.redis.start()
        frail.await_redis()
        eventually("the result is there", lambda: outcome(client, kept) == {"square": 4})
        eventually("the front end is ready", lambda: client.get("/readyz").status_code == 200)
