"""A thousand races of cancel against finish: each job ends in one state, and everybody tells the same."""

import random
import threading
import time

import urllib3
from support.client import ENDED, Client
from support.crowd import document, new_crowd, new_pool
from support.waiting import eventually

RACES = 1000
REMOVALS = 100


class Aim:
    """How long to let a job go before it is called off, so that one is about as likely to win as the other."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.delay = 0.005

    def was_early(self, early: bool) -> None:
        with self.lock:
            self.delay = min(self.delay * 1.1 + 0.0001, 1.0) if early else self.delay * 0.9

    def pause(self) -> None:
        time.sleep(self.delay * random.uniform(0.5, 1.5))


def submit(pool: urllib3.PoolManager, base: str, number: int) -> str:
    """A job that ends at once, or every other time one that leaves a busy machine the time to call it off."""
    if number % 4 < 2:
        response = pool.request("POST", f"{base}/jobs/echo", body=b"x")
    else:
        response = pool.request("POST", f"{base}/jobs/sleep", json={"seconds": 0.05})
    assert response.status == 202, response.data
    return document(response)["id"]


def end(pool: urllib3.PoolManager, base: str, id: str) -> str:
    def ended() -> str | None:
        response = pool.request("GET", f"{base}/operations/{id}", headers={"Prefer": "wait=10"})
        assert response.status == 200, response.data
        state = document(response)["status"]
        return state if state in ENDED else None

    return eventually(f"the end of {id}", ended)


def told(pool: urllib3.PoolManager, base: str, id: str) -> tuple:
    """What one front end tells of a job that has ended."""
    monitor = pool.request("GET", f"{base}/operations/{id}")
    poll = pool.request("GET", f"{base}/jobs/{id}", redirect=False)
    resource = pool.request("GET", f"{base}/resources/{id}")
    log = document(pool.request("GET", f"{base}/jobs/{id}/history"))["history"]
    state = document(monitor)["status"]
    assert (monitor.status, poll.status) == (200, 302)
    assert document(poll)["status"] == state
    assert [entry["status"] for entry in log if entry["status"] in ENDED] == [state]
    assert log[-1]["status"] == state
    if state == "succeeded":
        assert resource.status == 200 and resource.data in (b"x", b'{"slept":0.05}')
    else:
        assert state == "canceled"
        assert (resource.status, document(resource)["type"]) == (422, "urn:levee:problem:job-canceled")
    return state, resource.headers["etag"], resource.data, log


def test_cancel_against_finish_ends_in_one_state(levee: Client, other: Client) -> None:
    aim = Aim()
    with new_pool() as pool, new_crowd() as crowd:

        def race(number: int) -> str:
            here, there = (levee.base, other.base)[:: 1 if number % 2 else -1]
            id = submit(pool, here, number)
            aim.pause()
            answer = pool.request("POST", f"{there}/jobs/{id}/cancel")
            assert answer.status == 200
            state = end(pool, here, id)
            if document(answer)["status"] in ENDED:
                assert document(answer)["status"] == state
            aim.was_early(state == "canceled")
            heard = told(pool, here, id)
            assert heard[0] == state
            assert told(pool, there, id) == heard
            return state

        states = list(crowd.map(race, range(RACES)))
    assert set(states) == {"succeeded", "canceled"}


def test_delete_against_finish_cancels_or_removes(levee: Client, other: Client) -> None:
    aim = Aim()
    with new_pool() as pool, new_crowd() as crowd:

        def race(number: int) -> int:
            here, there = (levee.base, other.base)[:: 1 if number % 2 else -1]
            id = submit(pool, here, number)
            aim.pause()
            answer = pool.request("DELETE", f"{there}/jobs/{id}")
            aim.was_early(answer.status == 202)
            if answer.status == 202:
                # One that runs is asked to end, and may have its result before it hears of that.
                state = end(pool, here, id)
                assert document(answer)["status"] in (state, "running")
                assert told(pool, here, id) == told(pool, there, id)
            else:
                assert answer.status == 204
                gone = [pool.request("GET", f"{base}/operations/{id}").status for base in (here, there)]
                assert gone == [410, 410]
            return answer.status

        answers = list(crowd.map(race, range(REMOVALS)))
    assert set(answers) == {202, 204}
