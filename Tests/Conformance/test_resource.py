"""GET /resources/{id}: what a handler has left, unchanged."""

import random

import pytest
from support.client import Client, is_hint, problem
from support.waiting import eventually


@pytest.mark.parametrize("length", [1, 1000, 300_000])
def test_bytes_and_media_type_come_back_unchanged(levee: Client, other: Client, length: int) -> None:
    payload = random.Random(length).randbytes(length)
    media_type = 'application/x-thing; version="1, 2"'
    job = levee.submit("echo", payload, {"Content-Type": media_type})
    levee.end(job.id)
    for client in (levee, other):
        response = client.get(f"/resources/{job.id}")
        assert response.status_code == 200
        assert response.content == payload
        assert response.headers["content-type"] == media_type
        assert response.headers["content-length"] == str(length)
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "retry-after" not in response.headers


def test_media_type_is_the_handlers(levee: Client) -> None:
    id = levee.run("picture", b"\x89PNG", {"Content-Type": "image/x-bitmap"})["id"]
    assert levee.get(f"/resources/{id}").headers["content-type"] == "image/png"


def test_empty_result(levee: Client) -> None:
    id = levee.run("nothing", b"x")["id"]
    response = levee.get(f"/resources/{id}")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"] == "text/plain"


def test_outcome_may_be_kept_for_the_rest_of_its_life(levee: Client) -> None:
    for status in (levee.run("square", {"number": 4}), levee.run("fail", {"retryable": False})):
        headers = levee.get(f"/resources/{status['id']}").headers
        assert headers["etag"].startswith('"') and headers["etag"].endswith('"')
        words = headers["cache-control"].split(", ")
        assert words[0] == "private" and words[2] == "immutable"
        name, seconds = words[1].split("=")
        # A day at least, by default.
        assert name == "max-age" and int(seconds) > 86_000


def test_pending_is_404_not_ready(levee: Client) -> None:
    job = levee.submit("held", {})
    response = levee.get(f"/resources/{job.id}")
    problem(response, 404, "not-ready")
    assert is_hint(response.headers["retry-after"])
    assert response.headers["operation-location"] == f"{levee.base}/operations/{job.id}"
    assert response.headers["cache-control"] == "no-store"


def test_expired_is_410_everywhere(levee: Client, other: Client) -> None:
    job = levee.submit("brief", b"x")
    eventually("the job is gone", lambda: levee.get(f"/operations/{job.id}").status_code == 410)
    for client in (levee, other):
        for path in ("/jobs/{}", "/operations/{}", "/resources/{}", "/jobs/{}/history", "/jobs/{}/events"):
            problem(client.get(path.format(job.id)), 410, "gone")
        problem(client.delete(f"/jobs/{job.id}"), 410, "gone")
        problem(client.post(f"/jobs/{job.id}/cancel"), 410, "gone")


def test_expiry_is_announced(levee: Client) -> None:
    status = levee.run("square", {"number": 4})
    assert status["expiresAt"][:10] > status["completedAt"][:10]
