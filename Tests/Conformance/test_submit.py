"""POST /jobs/{type}: what a submit is answered, and what is turned away before anything is queued."""

import re
from collections.abc import Iterator

import pytest
from support.client import Client, is_hint, problem
from support.cluster import Cluster


@pytest.fixture
def unchanged(cluster: Cluster) -> Iterator[None]:
    """The test is about what is turned away: no job may come of it."""
    with cluster.storing_nothing():
        yield


def test_what_is_stored_is_what_was_submitted(levee: Client, cluster: Cluster) -> None:
    # What tells of nothing being stored has to see what is.
    before = cluster.stored_jobs()
    job = levee.submit("held", {})
    assert cluster.stored_jobs() - before == {job.id}


def test_submit_answers_202_with_every_address(levee: Client) -> None:
    job = levee.submit("sleep", {"seconds": 0.3})
    headers = job.headers
    assert headers["location"] == f"{levee.base}/jobs/{job.id}"
    assert headers["operation-location"] == f"{levee.base}/operations/{job.id}"
    assert headers["content-location"] == f"{levee.base}/operations/{job.id}"
    assert is_hint(headers["retry-after"])
    assert headers["cache-control"] == "no-store"
    assert headers["content-type"] == "application/json"
    assert headers["link"] == f'<{levee.base}/jobs/{job.id}/events>; rel="related"; type="text/event-stream"'


def test_status_body_has_every_member(levee: Client) -> None:
    job = levee.submit("held", {})
    status = job.response.json()
    assert list(status) == [
        "id",
        "type",
        "status",
        "createdAt",
        "updatedAt",
        "progress",
        "attempt",
        "maxAttempts",
        "queue",
        "expiresAt",
        "traceId",
        "links",
    ]
    assert re.fullmatch("[0-9a-f]{32}", status["traceId"])
    assert status["type"] == "held"
    assert status["status"] == "queued"
    assert status["progress"] == {"percent": 0, "stage": None, "message": None}
    assert status["attempt"] == 0
    assert status["maxAttempts"] >= 1
    assert set(status["queue"]) == {"name", "position", "etaSeconds"}
    assert status["queue"]["name"] == "held"
    for name in ("createdAt", "updatedAt", "expiresAt"):
        assert status[name].endswith("Z") and "T" in status[name]
    assert status["links"] == {
        "self": f"{levee.base}/jobs/{job.id}",
        "monitor": f"{levee.base}/operations/{job.id}",
        "result": f"{levee.base}/resources/{job.id}",
        "cancel": f"{levee.base}/jobs/{job.id}/cancel",
        "events": f"{levee.base}/jobs/{job.id}/events",
        "history": f"{levee.base}/jobs/{job.id}/history",
    }


def test_succeeded_status_adds_outcome(levee: Client) -> None:
    status = levee.run("square", {"number": 12})
    assert status["status"] == "succeeded"
    assert status["completedAt"] >= status["createdAt"]
    assert status["resourceLocation"] == f"{levee.base}/resources/{status['id']}"
    assert status["result"] == {"square": 144}
    assert status["progress"]["percent"] == 100
    assert "error" not in status


def test_result_is_inline_only_where_it_is_little_json(levee: Client) -> None:
    assert "result" not in levee.run("picture", b"\x89PNG", {"Content-Type": "image/png"})
    large = levee.submit("echo", {"text": "x" * (64 << 10)})
    status = levee.end(large.id)
    assert status["status"] == "succeeded" and "result" not in status
    assert "result" not in levee.run("echo", b"{not json", {"Content-Type": "text/plain"})


def test_links_follow_host_of_request(levee: Client) -> None:
    response = levee.post("/jobs/echo", {"Host": "jobs.example.com:8443"}, content=b"x")
    assert response.headers["location"].startswith("http://jobs.example.com:8443/jobs/")
    assert response.json()["links"]["monitor"].startswith("http://jobs.example.com:8443/operations/")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("host", ["a b", "exa<mple.com", "a/b", "user@host", "a:99999999"])
def test_malformed_host_is_400(levee: Client, host: str) -> None:
    problem(levee.post("/jobs/echo", {"Host": host}, content=b"x"), 400, "invalid-host")


def test_links_follow_configured_public_url(cluster: Cluster) -> None:
    front_end = cluster.add_front_end("\nserver: {publicUrl: https://jobs.example.com/work}\n")
    with Client(front_end.url) as client:
        job = client.submit("echo", b"x", {"Host": "elsewhere.example.com"})
        assert job.headers["location"] == f"https://jobs.example.com/work/jobs/{job.id}"
        assert job.headers["operation-location"] == f"https://jobs.example.com/work/operations/{job.id}"
        assert client.end(job.id)["resourceLocation"] == f"https://jobs.example.com/work/resources/{job.id}"


def test_submit_is_201_by_configuration(cluster: Cluster) -> None:
    front_end = cluster.add_front_end("\nserver: {submitted: 201}\n")
    with Client(front_end.url) as client:
        response = client.post("/jobs/echo", content=b"x")
        assert response.status_code == 201
        assert response.headers["location"] == f"{client.base}/jobs/{response.json()['id']}"


def test_submit_is_202_however_fast_the_job(levee: Client) -> None:
    assert {levee.submit("echo", b"x").response.status_code for _ in range(20)} == {202}


@pytest.mark.usefixtures("unchanged")
def test_unknown_type_is_404(levee: Client) -> None:
    problem(levee.post("/jobs/no-such-type", json={}), 404, "unknown-type")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("body", [b"", b"{", b'{"number": 1,}', b'{"number": 01}', b'{"a":1} x', b'"\xff"'])
def test_broken_json_is_400_with_its_place(levee: Client, body: bytes) -> None:
    document = problem(
        levee.post("/jobs/sleep", {"Content-Type": "application/json"}, content=body), 400, "invalid-payload"
    )
    assert {"line", "column", "offset"} <= set(document["errors"][0])


@pytest.mark.usefixtures("unchanged")
def test_json_deeper_than_64_is_400(levee: Client) -> None:
    body = b"[" * 10_000 + b"]" * 10_000
    problem(levee.post("/jobs/sleep", {"Content-Type": "application/json"}, content=body), 400, "invalid-payload")


@pytest.mark.usefixtures("unchanged")
def test_schema_violations_are_400_with_json_pointers(levee: Client) -> None:
    body = {"name": "", "mail": "nobody", "tags": ["a", 2, "c"]}
    document = problem(levee.post("/jobs/contact", json=body), 400, "invalid-payload")
    places = {(error["pointer"], error["keyword"]) for error in document["errors"]}
    assert {("/name", "minLength"), ("/mail", "pattern"), ("/tags", "maxItems"), ("/tags/1", "type")} <= places
    missing = problem(levee.post("/jobs/contact", json={}), 400, "invalid-payload")
    assert {error["keyword"] for error in missing["errors"]} == {"required"}


@pytest.mark.usefixtures("unchanged")
def test_wrong_media_type_is_415(levee: Client) -> None:
    response = levee.post("/jobs/picture", {"Content-Type": "text/plain"}, content=b"x")
    assert "image/*" in problem(response, 415, "unsupported-media-type")["accepts"]
    assert response.headers["accept"] == "image/*"


@pytest.mark.usefixtures("unchanged")
def test_content_coding_is_415(levee: Client) -> None:
    response = levee.post("/jobs/echo", {"Content-Encoding": "gzip"}, content=b"x")
    problem(response, 415, "unsupported-content-encoding")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("length", [1025, 100_000])
def test_oversize_is_413(levee: Client, length: int) -> None:
    problem(levee.post("/jobs/tiny", content=b"x" * length), 413, "payload-too-large")


@pytest.mark.usefixtures("unchanged")
def test_oversize_without_announced_length_is_413(levee: Client) -> None:
    response = levee.post("/jobs/tiny", content=(b"x" * 100 for _ in range(20)))
    problem(response, 413, "payload-too-large")


def test_largest_payload_is_taken(levee: Client) -> None:
    id = levee.run("tiny", b"x" * 1024)["id"]
    assert levee.get(f"/resources/{id}").content == b"x" * 1024


def test_full_queue_is_503_until_there_is_room(levee: Client, other: Client, cluster: Cluster) -> None:
    jobs = [levee.submit("short", b"x").id for _ in range(3)]
    with cluster.storing_nothing():
        response = other.post("/jobs/short", content=b"x")
    document = problem(response, 503, "queue-full")
    assert (document["queue"], document["limit"]) == ("short", "count")
    assert is_hint(response.headers["retry-after"])
    assert levee.delete(f"/jobs/{jobs[0]}").status_code == 202
    assert other.post("/jobs/short", content=b"x").status_code == 202


def test_queue_full_of_bytes_is_503(levee: Client, cluster: Cluster) -> None:
    levee.submit("heavy", b"x" * 1000)
    with cluster.storing_nothing():
        response = levee.post("/jobs/heavy", content=b"x" * 100)
    assert problem(response, 503, "queue-full")["limit"] == "bytes"
    assert is_hint(response.headers["retry-after"])
