"""How fast news travel when nothing else is going on: from a submit to the start of its handler on an idle worker,
and from the end of the handler to a client that waits. Beside them what Redis takes for the same on two bare
connections: LPUSH to a BRPOP that waits, and SETEX with PUBLISH to a subscriber, both on the same server, with the
same fsync.

The times come from the handler itself (levee-bench stamp): the log of a job has milliseconds only."""
import http.client
import json
import queue
import statistics
import threading
import time

from harness.figures import Figure
from harness.levee import Deployment
from harness.redis import Wire

ONCE, DURABLE = False, True

FIGURES = [
    Figure("latency.start", "submit to start of its handler, idle worker, median", "ms"),
    Figure("latency.start99", "  99 in 100", "ms"),
    Figure("latency.pop", "  bare LPUSH to BRPOP, median", "ms", falls=None),
    Figure("latency.start_ratio", "  against that", "x", most=3),
    Figure("latency.accept", "  submit to its 202, median", "ms"),
    Figure("latency.notice", "end of a handler to a waiting client, median", "ms"),
    Figure("latency.notice99", "  99 in 100", "ms"),
    Figure("latency.publish", "  bare SETEX and PUBLISH to subscriber, median", "ms", falls=None),
    Figure("latency.notice_ratio", "  against that", "x", most=3),
]


class Ear:
    """A thread that notes when something comes over a connection."""

    def __init__(self, port, *words, again):
        self.wire, self.heard = Wire(port), queue.SimpleQueue()
        self._words, self._again = words, again
        if not again:
            self.wire.do(*words)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        try:
            while True:
                if self._again:
                    self.wire.do(*self._words)
                else:
                    self.wire.read()
                self.heard.put(time.time_ns())
        except Exception:  # The connection was closed.
            return

    def close(self):
        self.wire.close()
        self._thread.join()


def hundredths(values):
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def measure(bench, fsync):
    samples = 40 if bench.quick else 200
    start, accept, notice, pop, publish = [], [], [], [], []
    with Deployment(bench, fsync) as levee:
        levee.start_worker(command="stamp")
        wire = Wire(levee.redis.port)
        popper = Ear(levee.redis.port, "BRPOP", "bench:list", 0, again=True)
        subscriber = Ear(levee.redis.port, "SUBSCRIBE", "bench:news", again=False)
        submitter = http.client.HTTPConnection("127.0.0.1", levee.port, timeout=60)
        waiter = http.client.HTTPConnection("127.0.0.1", levee.port, timeout=60)
        for number in range(samples + 10):
            times = one_job(submitter, waiter)
            time.sleep(0.01)
            began = time.time_ns()
            wire.do("LPUSH", "bench:list", number)
            popped = popper.heard.get(timeout=10) - began
            began = time.time_ns()
            wire.socket.sendall(wire.encode("SETEX", f"bench:{number}", 60, '{"square":49}')
                                + wire.encode("PUBLISH", "bench:news", number))
            wire.read(), wire.read()
            heard = subscriber.heard.get(timeout=10) - began
            # The first ones find everything cold.
            if number >= 10:
                for values, value in zip((accept, start, notice, pop, publish), (*times, popped, heard)):
                    values.append(value / 1e6)
        for ear in (popper, subscriber, wire):
            ear.close()
    median = statistics.median
    return {
        "latency.start": median(start), "latency.start99": hundredths(start), "latency.pop": median(pop),
        "latency.start_ratio": median(start) / median(pop), "latency.accept": median(accept),
        "latency.notice": median(notice), "latency.notice99": hundredths(notice),
        "latency.publish": median(publish), "latency.notice_ratio": median(notice) / median(publish),
    }


def one_job(submitter, waiter):
    """Nanoseconds from the submit to its answer and to its start, and from its end to the client that waits."""
    began = time.time_ns()
    submitter.request("POST", "/jobs/stamp", b'{"milliseconds":20}', {"Content-Type": "application/json"})
    answer = submitter.getresponse()
    answer.read()
    accepted = time.time_ns()
    assert answer.status == 202, answer.status
    waiter.request("GET", path(answer), headers={"Prefer": "wait=20"})
    answer = waiter.getresponse()
    noticed = time.time_ns()
    answer.read()
    assert answer.status == 302, answer.status
    submitter.request("GET", path(answer))
    stamps = json.loads(submitter.getresponse().read())
    return accepted - began, stamps["started"] - began, noticed - stamps["ended"]


def path(answer):
    location = answer.headers["Location"]
    return "/" + location.split("/", 3)[3] if location.startswith("http") else location
