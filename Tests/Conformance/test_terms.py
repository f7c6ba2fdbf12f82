"""What a client may ask of one job: when it begins, until when it may last, and before whom it goes."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from support.client import Client, is_hint, problem
from support.cluster import Cluster
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
def test_malformed_terms_are_400(levee: Client, cluster: Cluster, fields: dict[str, str]) -> None:
    with cluster.storing_nothing():
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


@pytest.fixture(scope="module")
def standing(levee: Client) -> Iterator[list[str]]:
    """A line of a hundred jobs, of which each takes half a second as far as is known, behind one that does not end."""
    for _ in range(3):
        levee.run("single", {"seconds": 0.5})
    blocking = levee.submit("single", {"seconds": 600}).id
    levee.await_status(blocking, "running")
    yield [levee.submit("single", {"seconds": 0.5}).id for _ in range(100)]
    levee.post(f"/jobs/{blocking}/cancel")


def hint(levee: Client, id: str) -> int:
    """What is to be in the answer for a job that waits, however busy the machine."""
    response = levee.get(f"/operations/{id}")
    assert response.json()["status"] == "queued", response.text
    assert is_hint(response.headers["retry-after"])
    return int(response.headers["retry-after"])


def test_hint_grows_with_the_place_in_line(levee: Client, standing: list[str]) -> None:
    # Each is at twice the place of the one before, and chance takes off a quarter at most.
    samples = [standing[place - 1] for place in (6, 12, 24, 48, 96)]

    def is_growing() -> bool:
        hints = [hint(levee, id) for id in samples]
        return hints == sorted(set(hints))

    # What hints rest on is shared for a moment among all who ask.
    eventually("the hints grow with the places", is_growing)
    etas = [levee.status(id)["queue"]["etaSeconds"] for id in samples]
    assert etas == sorted(set(etas))


def test_full_queue_spreads_those_who_come_back(levee: Client, standing: list[str], cluster: Cluster) -> None:
    with cluster.storing_nothing():
        refusals = [levee.post("/jobs/single", json={"seconds": 0}) for _ in range(40)]
    assert {problem(refusal, 503, "queue-full")["limit"] for refusal in refusals} == {"count"}
    hints = [refusal.headers["retry-after"] for refusal in refusals]
    assert all(is_hint(text) for text in hints)
    # Room for a tenth of the hundred is there when ten have gone: in five seconds at least, of which chance takes a quarter.
    assert len(set(hints)) > 1


def test_hint_shrinks_with_the_place_in_line(levee: Client, standing: list[str]) -> None:
    last = standing[-1]
    before = hint(levee, last)
    for id in standing[:-1]:
        levee.delete(f"/jobs/{id}")
    eventually("the hint shrinks", lambda: hint(levee, last) <= before / 4)
    levee.delete(f"/jobs/{last}")


def test_jobs_begin_in_the_order_of_their_priorities(levee: Client, admin: Client, cluster: Cluster) -> None:
    admin.post("/queues/orderly/pause")
    jobs = {name: levee.submit("orderly", b"", {"Priority": name}).id for name in ("low", "normal", "high")}
    admin.post("/queues/orderly/resume")
    for id in jobs.values():
        assert levee.end(id)["status"] == "succeeded"
    begun = [line.split()[0] for line in cluster.ledger.read_text().splitlines() if line.endswith(" begun")]
    assert [id for id in begun if id in jobs.values()] == [jobs["high"], jobs["normal"], jobs["low"]]


def pause_before(entries: list[dict], cause: str, number: int = 0) -> float:
    """How many seconds lie between an entry of a history and the next attempt."""
    at = [index for index, entry in enumerate(entries) if entry["cause"] == cause][number]
    claim = next(entry for entry in entries[at:] if entry["cause"] == "claim")
    return (datetime.fromisoformat(claim["at"]) - datetime.fromisoformat(entries[at]["at"])).total_seconds()


def test_attempts_are_made_after_growing_pauses(levee: Client) -> None:
    log = levee.history(levee.run("patient", {})["id"])
    # Chance takes off half at most.
    assert pause_before(log, "fail") >= 0.25
    assert pause_before(log, "fail", 1) >= 0.5


def test_pause_that_a_handler_asks_for_is_kept(levee: Client) -> None:
    log = levee.history(levee.run("later", b"")["id"])
    assert pause_before(log, "throttle") >= 1
