"""Reads are monotonic over two front ends: what anybody was told, nobody who asks later is told otherwise."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import urllib3
from support.client import ENDED, Client
from support.crowd import THREADS, document, new_crowd, new_pool

JOBS = 60


@dataclass
class Known:
    """The newest that anybody was told of a job."""

    version: int = 0
    updated_at: str = ""
    state: str = ""
    outcome: tuple = ()


@dataclass
class Board:
    """What has been told of all jobs. An answer counts for those who ask after it has come."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    known: dict[str, Known] = field(default_factory=dict)

    def now(self, id: str) -> Known:
        with self.lock:
            known = self.known.setdefault(id, Known())
            return Known(known.version, known.updated_at, known.state, known.outcome)

    def note(self, id: str, told: Known) -> None:
        with self.lock:
            known = self.known[id]
            known.version = max(known.version, told.version)
            known.updated_at = max(known.updated_at, told.updated_at)
            known.state = told.state if told.state in ENDED else known.state
            known.outcome = told.outcome or known.outcome


def read(pool: urllib3.PoolManager, base: str, id: str, before: Known) -> Known:
    """Asks for a job in one of three ways, and compares with what was known before."""
    way = random.choice(["monitor", "poll", "resource"])
    if way == "resource":
        response = pool.request("GET", f"{base}/resources/{id}")
        if before.state in ENDED:
            assert response.status == (200 if before.state == "succeeded" else 422), response.data
        if response.status == 404:
            assert document(response)["type"] == "urn:levee:problem:not-ready"
            return Known()
        outcome = (response.status, response.headers["etag"], response.data)
        assert before.outcome in ((), outcome)
        return Known(outcome=outcome)
    path = "operations" if way == "monitor" else "jobs"
    response = pool.request("GET", f"{base}/{path}/{id}", redirect=False)
    status = document(response)
    told = Known(updated_at=status["updatedAt"], state=status["status"])
    if way == "monitor":
        assert response.status == 200
        told.version = int(response.headers["etag"].removeprefix('W/"').removesuffix('"'))
        assert told.version >= before.version
    else:
        assert response.status == (302 if told.state in ENDED else 202)
    assert told.updated_at >= before.updated_at
    if before.state in ENDED:
        assert told.state == before.state
    return told


def jobs(levee: Client) -> Iterator[str]:
    """Jobs with several states each: progress, attempts that fail, a cancel, an end at once."""
    for number in range(JOBS // 4):
        yield levee.submit("sleep", {"seconds": 1.2}).id
        yield levee.submit("stubborn", {"status": 422}).id
        yield levee.submit("second", b"").id
        yield levee.submit("echo", b"x", {"Delay": "1"}).id


def test_nothing_goes_back_over_two_front_ends(levee: Client, other: Client) -> None:
    ids = list(jobs(levee))
    board = Board()
    unfinished = set(ids)

    with new_pool() as pool, new_crowd() as crowd:

        def observe(seed: int) -> int:
            reads = 0
            while unfinished or reads < 100:
                id = random.choice(ids)
                base = (levee.base, other.base)[reads % 2]
                before = board.now(id)
                board.note(id, read(pool, base, id, before))
                if board.now(id).state in ENDED:
                    unfinished.discard(id)
                reads += 1
            return reads

        # One of them calls jobs off meanwhile.
        for id in ids[::8]:
            other.post(f"/jobs/{id}/cancel")
        assert sum(crowd.map(observe, range(THREADS))) > 1000
    assert {board.now(id).state for id in ids} == ENDED
