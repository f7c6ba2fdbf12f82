"""GET /jobs/{id}/events with httpx-sse: the changes of a job as they happen."""

import json
import threading
from collections.abc import Iterator

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse
from support.client import ENDED, Client, problem
from support.waiting import LIMIT, woken


@pytest.fixture(scope="module", autouse=True)
def silence(levee: Client) -> Iterator[tuple[threading.Thread, list[str]]]:
    """A stream on which nothing happens, and the lines that come all the same; it listens while the other tests run."""
    id = levee.submit("echo", b"x", {"Delay": "3600"}).id
    comments: list[str] = []

    def listen() -> None:
        with httpx.stream("GET", f"{levee.base}/jobs/{id}/events", timeout=LIMIT) as response:
            for line in response.iter_lines():
                if line.startswith(":"):
                    comments.append(line)
                    return

    listener = threading.Thread(target=listen)
    listener.start()
    yield listener, comments
    listener.join()


def stream(client: Client, id: str, last: str | None = None, most: int | None = None) -> list[ServerSentEvent]:
    """The events of a stream up to its end, or the first of them."""
    headers = {} if last is None else {"Last-Event-ID": last}
    events: list[ServerSentEvent] = []
    with connect_sse(client.http, "GET", f"/jobs/{id}/events", headers=headers) as source:
        assert source.response.status_code == 200
        assert source.response.headers["cache-control"] == "no-store"
        for event in source.iter_sse():
            events.append(event)
            if len(events) == most:
                break
    return events


def test_events_are_the_states_in_order(levee: Client, other: Client) -> None:
    job = levee.submit("sleep", {"seconds": 2})
    with woken():
        events = stream(other, job.id)
    states = [json.loads(event.data)["status"] for event in events]
    assert states == sorted(states, key=["queued", "running", "succeeded"].index)
    assert states[-1] == "succeeded"
    assert events[0].event == "state" and events[-1].event == "state"
    assert {event.event for event in events} <= {"state", "progress"}


def test_ids_are_versions_of_the_history(levee: Client) -> None:
    job = levee.submit("sleep", {"seconds": 1.5})
    events = stream(levee, job.id)
    versions = [int(event.id) for event in events]
    log = {entry["version"]: entry["status"] for entry in levee.history(job.id)}
    assert versions == sorted(set(versions))
    assert [log[version] for version in versions] == [json.loads(event.data)["status"] for event in events]
    assert versions[-1] == max(log)


def test_event_is_the_whole_status(levee: Client) -> None:
    id = levee.run("square", {"number": 3})["id"]
    (event,) = stream(levee, id)
    assert json.loads(event.data) == levee.status(id)


def test_resume_goes_on_with_what_is_newer(levee: Client, other: Client) -> None:
    job = levee.submit("sleep", {"seconds": 2})
    seen = stream(levee, job.id, most=1)
    while json.loads(seen[-1].data)["status"] not in ENDED:
        seen += stream(other, job.id, last=seen[-1].id, most=1)
    versions = [int(event.id) for event in seen]
    assert versions == sorted(set(versions))
    assert json.loads(seen[-1].data)["result"] == {"slept": 2}


def test_resume_behind_the_present_begins_with_the_present(levee: Client) -> None:
    id = levee.run("echo", b"x")["id"]
    (event,) = stream(levee, id, last="1")
    assert json.loads(event.data)["status"] == "succeeded"


def test_after_the_end_204_stops_the_client(levee: Client, other: Client) -> None:
    job = levee.submit("square", {"number": 3})
    last = stream(levee, job.id)[-1].id
    for client in (levee, other):
        response = client.get(f"/jobs/{job.id}/events", {"Last-Event-ID": last})
        assert (response.status_code, response.content) == (204, b"")


def test_cancel_ends_the_stream(levee: Client, other: Client) -> None:
    job = levee.submit("held", {})
    with connect_sse(levee.http, "GET", f"/jobs/{job.id}/events") as source:
        events = source.iter_sse()
        assert json.loads(next(events).data)["status"] == "queued"
        with woken():
            other.post(f"/jobs/{job.id}/cancel")
            assert [json.loads(event.data)["status"] for event in events] == ["canceled"]


@pytest.mark.parametrize("last", ["x", "-1", "99999999999999999999", "1; drop"])
def test_malformed_last_event_id_is_passed_over(levee: Client, last: str) -> None:
    id = levee.run("echo", b"x")["id"]
    assert len(stream(levee, id, last=last)) == 1


def test_unknown_job_has_no_events(levee: Client) -> None:
    problem(levee.get("/jobs/unknown/events"), 404, "unknown-job")


def test_head_of_a_stream_ends_at_once(levee: Client) -> None:
    job = levee.submit("held", {})
    response = levee.ask("HEAD", f"/jobs/{job.id}/events")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-type"] == "text/event-stream"


def test_silent_stream_is_kept_alive(silence: tuple[threading.Thread, list[str]]) -> None:
    listener, comments = silence
    listener.join()
    assert comments
