"""What a client may ask of one job: when it begins, until when it may last, and before whom it goes."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from support.client import Client, is_hint, problem
from support.waiting import eventually


def test_delay_is_scheduled_then_runs(levee: Client) -> None:
    job = levee.submit("echo", b"x", {"Delay": "1"})
    assert job.response.json()["status"] == "scheduled"
    assert is_hint(job.headers["retry-after"])
    assert levee.end(job.id)["status"] == "succeeded"
    assert [entry["cause"] for entry in levee.history(job.id)] == ["submit", "promote", "claim", "finish"]


@pytest.mark.parametrize("form", ["http-date", "rfc3339"])
def test_not_before_is_scheduled(levee: Client, form: str) -> None:
    begin = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=1)
    text = format_datetime(begin, usegmt=True) if form == "http-date" else begin.isoformat()
    job = levee.submit("echo", b"x", {"Not-Before": text})
    assert job.response.json()["status"] == "scheduled"


def test_not_before_in_the_past_is_now(levee: Client) -> None:
    assert levee.run("echo", b"x", {"Not-Before": "Sun, 06 Nov 1994 08:49:37 GMT"})["status"] == "succeeded"


@pytest.mark.parametrize(
    "fields",
    [
        {"Delay": "soon"},
        {"Delay": "-1"},
        {"Delay": "1.5"},
        {"Delay": "99999999999999999999"},
        {"Not-Before": "tomorrow"},
        {"Delay": "1", "Not-Before": "2033-11-06T08:49:37Z"},
        {"Start-Timeout": "0"},
        {"Start-Timeout": "x"},
        {"Cancel-After": "0"},
        {"Cancel-After": "10", "Delay": "20"},
        {"Priority": "urgent"},
    ],
)
def test_malformed_terms_are_400(levee: Client, fields: dict[str, str]) -> None:
    document = problem(levee.post("/jobs/echo", fields, content=b"x"), 400, "invalid-header")
    assert document["header"] in fields


def places(levee: Client, jobs: list[str]) -> list[int]:
    """Where jobs stand in line. What that rests on is shared for a moment among all who ask."""
    return [levee.status(id)["queue"]["position"] for id in jobs]


def test_position_starts_at_0_and_shrinks(levee: Client) -> None:
    jobs = [levee.submit("line", n).id for n in range(3)]
    eventually("one stands after the other", lambda: places(levee, jobs) == [0, 1, 2])
    for id in jobs[:2]:
        levee.delete(f"/jobs/{id}")
    eventually("the last is the first", lambda: places(levee, jobs[2:]) == [0])
    levee.delete(f"/jobs/{jobs[2]}")


def test_priority_goes_before(levee: Client) -> None:
    jobs = [levee.submit("line", name, {"Priority": name}).id for name in ("low", "normal", "high")]
    eventually("they stand in the order of their priorities", lambda: places(levee, jobs) == [2, 1, 0])
    for id in jobs:
        levee.delete(f"/jobs/{id}")


def test_hint_grows_with_the_place_in_line_and_shrinks_with_it(levee: Client) -> None:
    # What such a job takes has to be known first.
    for _ in range(3):
        levee.run("single", {"seconds": 0.5})
    jobs = [levee.submit("single", {"seconds": 0.5}).id for _ in range(30)]

    def hint(id: str) -> int:
        return int(levee.get(f"/operations/{id}").headers["retry-after"])

    last = hint(jobs[-1])
    assert last > hint(jobs[2])
    for id in jobs[2:-1]:
        levee.delete(f"/jobs/{id}")
    eventually("the hint shrinks", lambda: hint(jobs[-1]) < last / 2)
    levee.delete(f"/jobs/{jobs[-1]}")
