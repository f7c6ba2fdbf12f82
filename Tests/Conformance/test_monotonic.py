"""Reads are monotonic over two front ends: what anybody was told, nobody who asks later is told otherwise."""

import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import count

import urllib3
from support.client import ENDED, Client
from support.crowd import THREADS, document, new_crowd, new_pool
from support.waiting import LIMIT

READERS = THREADS
# So many jobs have not ended while the readers still want something.
CROWD = 40


@dataclass(frozen=True)
class Answer:
    """What a front end said of a job, and between when and when it was asked."""

    id: str
    began: float
    ended: float
    base: str
    way: str
    # The state; of a resource that is not there only that the job has not ended.
    state: str | None
    version: int | None = None
    attempt: int = 0
    updated_at: str | None = None
    # What stays for ever: status, tag and bytes.
    outcome: tuple | None = None

    def fits(self, entry: dict) -> bool:
        """Whether it may have been said while this was the last entry of the job's log."""
        if self.state is None:
            return entry["status"] not in ENDED
        return (
            self.version in (None, entry["version"])
            and self.state == entry["status"]
            and self.updated_at in (None, entry["at"])
        )


def version_of(tag: str) -> int:
    """That in the tag of a monitor, W/"3", or of a resource, "<id>-3"."""
    return int(tag.removeprefix("W/").strip('"').rpartition("-")[2])


def ask(pool: urllib3.PoolManager, base: str, id: str) -> Answer:
    """Asks for a job in one of three ways."""
    way = random.choice(["operations", "jobs", "resources"])
    began = time.monotonic()
    response = pool.request("GET", f"{base}/{way}/{id}", redirect=False)
    asked = (id, began, time.monotonic(), base, way)
    if way == "resources":
        if response.status == 404:
            assert document(response)["type"] == "urn:levee:problem:not-ready"
            return Answer(*asked, state=None)
        if response.status == 200:
            state = "succeeded"
        else:
            canceled = document(response)["type"] == "urn:levee:problem:job-canceled"
            state = "canceled" if canceled else "failed"
        tag = response.headers["etag"]
        return Answer(*asked, state, version_of(tag), outcome=(response.status, tag, response.data))
    status = document(response)
    state = status["status"]
    assert response.status == (200 if way == "operations" else 302 if state in ENDED else 202)
    version = version_of(response.headers["etag"]) if way == "operations" else None
    return Answer(*asked, state, version, status["attempt"], status["updatedAt"])


@dataclass
class Reader:
    """One of those who ask, and what it wants to have seen."""

    answers: list[Answer] = field(default_factory=list)
    # Which front ends have told it of a running job, and which versions it knows.
    running: set[str] = field(default_factory=set)
    versions: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def note(self, answer: Answer) -> None:
        self.answers.append(answer)
        if answer.state == "running":
            self.running.add(answer.base)
        if answer.version is not None:
            self.versions[answer.id].add(answer.version)

    @property
    def is_content(self) -> bool:
        return len(self.running) == 2 and any(len(versions) > 1 for versions in self.versions.values())


class Scene:
    """Jobs that are submitted for as long as a reader has not seen enough, and the readers of all that have not ended."""

    def __init__(self, bases: list[str], pool: urllib3.PoolManager) -> None:
        self.bases = bases
        self.pool = pool
        self.readers = [Reader() for _ in range(READERS)]
        self.lock = threading.Lock()
        self.ids: list[str] = []
        self.live: list[str] = []
        self.doomed: set[str] = set()
        self.ready = threading.Event()
        self.is_over = False

    def submit(self) -> None:
        """Jobs with several states each: progress, attempts that fail, a wait before; every fifth is called off as it runs."""
        give_up = time.monotonic() + LIMIT
        for number in count():
            if len(self.ids) >= 2 * CROWD and all(reader.is_content for reader in self.readers):
                break
            assert time.monotonic() < give_up, "not every reader has seen what it was to see"
            while len(self.live) >= CROWD:
                time.sleep(0.02)
            kind, headers, payload = [
                ("sleep", {}, {"seconds": 1.2}),
                ("stubborn", {}, {"status": 422}),
                ("second", {}, None),
                ("echo", {"Delay": "1"}, None),
                ("sleep", {}, {"seconds": 600}),
            ][number % 5]
            url = f"{self.bases[number % 2]}/jobs/{kind}"
            response = self.pool.request("POST", url, headers=headers, json=payload)
            assert response.status == 202, response.data
            with self.lock:
                id = document(response)["id"]
                self.ids.append(id)
                self.live.append(id)
                if number % 5 == 4:
                    self.doomed.add(id)
            self.ready.set()

    def feed(self) -> None:
        try:
            self.submit()
        finally:
            # Nobody reads for ever because something went wrong here.
            self.is_over = True
            self.ready.set()

    def observe(self, reader: Reader) -> None:
        self.ready.wait()
        for turn in count():
            with self.lock:
                if self.is_over and not self.live:
                    break
                # Mostly of those that have not ended, now and then one of all.
                id = random.choice(self.live if self.live and turn % 4 else self.ids)
            answer = ask(self.pool, self.bases[turn % 2], id)
            reader.note(answer)
            with self.lock:
                if answer.state in ENDED and id in self.live:
                    self.live.remove(id)
                is_to_end = answer.state == "running" and id in self.doomed
                self.doomed -= {id} if is_to_end else set()
            if is_to_end:
                response = self.pool.request("POST", f"{self.bases[1 - turn % 2]}/jobs/{id}/cancel")
                assert response.status == 200, response.data


def check(answers: list[Answer], log: list[dict]) -> None:
    """No answer is older than one that had come before it was asked for, and each is one that the job's log knows."""
    fitting = {answer: [entry["version"] for entry in log if answer.fits(entry)] for answer in answers}
    for answer, versions in fitting.items():
        assert versions, f"{answer} is in no version of {log}"
    come = iter(sorted(answers, key=lambda answer: answer.ended))
    earlier = next(come)
    version, attempt = 0, 0
    for answer in sorted(answers, key=lambda answer: answer.began):
        while earlier.ended < answer.began:
            version = max(version, min(fitting[earlier]))
            attempt = max(attempt, earlier.attempt)
            earlier = next(come)
        assert max(fitting[answer]) >= version, f"{answer} came after version {version} was told"
        assert answer.outcome or answer.state is None or answer.attempt >= attempt, f"{answer} came after {attempt}"
    assert len({answer.outcome for answer in answers if answer.outcome}) <= 1


def test_nothing_goes_back_over_two_front_ends(levee: Client, other: Client) -> None:
    with new_pool() as pool, new_crowd() as crowd:
        scene = Scene([levee.base, other.base], pool)
        feeder = threading.Thread(target=scene.feed)
        feeder.start()
        list(crowd.map(scene.observe, scene.readers))
        feeder.join()
    answers: dict[str, list[Answer]] = defaultdict(list)
    for reader in scene.readers:
        assert reader.is_content
        for answer in reader.answers:
            answers[answer.id].append(answer)
    states = set()
    for id, said in answers.items():
        log = levee.history(id)
        assert other.history(id) == log
        assert [entry["version"] for entry in log] == list(range(1, len(log) + 1))
        check(said, log)
        states.add(log[-1]["status"])
    assert states == ENDED
    # Of most jobs something was heard before the end, from either front end.
    early = {(answer.id, answer.base) for said in answers.values() for answer in said if answer.state not in ENDED}
    assert len(early) > len(answers)
