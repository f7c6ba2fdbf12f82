"""Failures of jobs: stored 4xx problems, and what leads to them."""

import pytest
from support.client import Client, problem
from support.cluster import Cluster

PASSING = [400, 402, 403, 406, 413, 415, 422, 424, 451]
OTHERS = [401, 404, 408, 409, 410, 425, 429, 500, 502, 503, 504]


def outcome(levee: Client, id: str, status: int, token: str) -> dict:
    """The failure of a job: the same bytes on every read, and nothing that makes clients try again."""
    responses = [levee.get(f"/resources/{id}") for _ in range(2)]
    document = problem(responses[0], status, token)
    assert responses[0].content == responses[1].content
    assert all("retry-after" not in response.headers for response in responses)
    return document


@pytest.mark.parametrize("own", PASSING)
def test_status_of_handler_passes(levee: Client, own: int) -> None:
    payload = {"code": "no-ink", "detail": "there is no ink", "status": own, "retryable": False}
    status = levee.run("fail", payload)
    assert status["status"] == "failed"
    document = outcome(levee, status["id"], own, "job-failed")
    assert document["code"] == "no-ink"
    assert document["detail"] == "there is no ink"
    assert "workerStatus" not in document


@pytest.mark.parametrize("own", OTHERS)
def test_other_status_becomes_422(levee: Client, own: int) -> None:
    status = levee.run("fail", {"status": own, "retryable": False})
    assert outcome(levee, status["id"], 422, "job-failed")["workerStatus"] == own


@pytest.fixture(scope="module")
def used_up(levee: Client) -> dict[int, str]:
    """Jobs that use up their attempts, side by side, by the status of their handler."""
    return {own: levee.submit("stubborn", {"status": own}).id for own in OTHERS}


@pytest.mark.parametrize("own", OTHERS)
def test_other_status_becomes_424_when_attempts_are_used_up(levee: Client, used_up: dict[int, str], own: int) -> None:
    assert levee.end(used_up[own])["status"] == "failed"
    assert outcome(levee, used_up[own], 424, "attempts-exhausted")["workerStatus"] == own


def test_error_in_status_has_every_member(levee: Client) -> None:
    status = levee.run("fail", {"code": "no-ink", "detail": "there is no ink", "status": 422, "retryable": False})
    assert status["error"] == {
        "code": "no-ink",
        "message": "there is no ink",
        "type": "urn:levee:problem:job-failed",
        "title": status["error"]["title"],
        "status": 422,
        "detail": "there is no ink",
    }
    assert status["completedAt"]
    assert "result" not in status and "resourceLocation" not in status


def test_attempts_are_made_and_counted(levee: Client) -> None:
    status = levee.run("stubborn", {"code": "no-ink"})
    assert (status["attempt"], status["maxAttempts"]) == (3, 3)
    causes = [entry["cause"] for entry in levee.history(status["id"])]
    assert causes.count("claim") == 3
    assert causes.count("fail") == 3


def test_later_attempt_succeeds(levee: Client) -> None:
    status = levee.run("second", b"")
    assert (status["status"], status["attempt"]) == ("succeeded", 2)
    assert levee.get(f"/resources/{status['id']}").content == b"2\n"


def test_handler_that_puts_off_uses_up_no_attempt(levee: Client) -> None:
    job = levee.submit("later", b"")
    status = levee.end(job.id)
    assert (status["status"], status["maxAttempts"]) == ("succeeded", 1)
    causes = [entry["cause"] for entry in levee.history(job.id)]
    assert causes.count("throttle") == 1
    assert causes.count("claim") == 2
    assert "fail" not in causes


def test_failure_for_good_is_not_tried_again(levee: Client) -> None:
    status = levee.run("invalid", b"")
    assert status["attempt"] < status["maxAttempts"]
    document = outcome(levee, status["id"], 422, "job-failed")
    assert "no such page" in document["detail"]


def test_failed_job_is_a_dead_letter_that_can_be_sent_again_once(levee: Client, admin: Client) -> None:
    failed = levee.run("stubborn", {"code": "no-ink"})
    letters = admin.get("/queues/default/dead").json()["deadLetters"]
    letter = next(letter for letter in letters if letter["id"] == failed["id"])
    assert letter["error"]["code"] == "no-ink"
    first = admin.post(f"/jobs/{failed['id']}/retry")
    again = admin.post(f"/jobs/{failed['id']}/retry")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] != failed["id"]
    assert levee.end(first.json()["id"])["status"] == "failed"


def test_start_timeout_ends_as_expired_and_never_runs(levee: Client, cluster: Cluster) -> None:
    job = levee.submit("held", {}, {"Start-Timeout": "1"})
    status = levee.end(job.id)
    assert (status["status"], status["error"]["code"]) == ("failed", "expired")
    outcome(levee, job.id, 422, "job-expired")
    assert job.id not in cluster.ledger.read_text()


def test_cancel_after_ends_as_canceled(levee: Client) -> None:
    job = levee.submit("sleep", {"seconds": 600}, {"Cancel-After": "1"})
    assert levee.end(job.id)["status"] == "canceled"
    outcome(levee, job.id, 422, "job-canceled")
