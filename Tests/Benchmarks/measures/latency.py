"""How fast news travel when nothing else is going on: from a submit to the start of its handler on an idle worker,
and from the end of the handler to a client that waits. Beside them what Redis takes for the same on two bare
connections: LPUSH to a BRPOP that waits, and SETEX with PUBLISH to a subscriber, both on the same server, with the
same fsync.

The times come from the handler itself (levee-bench stamp): the log of a job has milliseconds only. On this side both are
taken at the socket: requests are put together before they are timed, answers are read once they have come."""
import json
import queue
import re
import socket
import statistics
import threading
import time

from harness.figures import Figure
from harness.levee import Deployment
from harness.processes import Failure
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


class Client:
    """A connection to the front end, spoken to without a library, as Redis is."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @staticmethod
    def request(method, path, *fields, body=b""):
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}", *fields, "", ""]
        return "\r\n".join(lines).encode() + body

    def send(self, request):
        self.socket.sendall(request)

    def receive(self, status):
        """When all of the answer, with this status, had come; its head and body."""
        answer = b""
        while True:
            piece, came = self.socket.recv(65536), time.time_ns()
            if not piece:
                raise Failure("the front end closed the connection")
            answer += piece
            head, end, body = answer.partition(b"\r\n\r\n")
            if not end:
                continue
            length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            if not length or len(body) > int(length[1]):
                raise Failure(f"the front end answered {answer!r}")
            if len(body) == int(length[1]):
                if int(head.split()[1]) != status:
                    raise Failure(f"{status} was due, and the front end answered {answer.decode()}")
                return came, head.decode(), body

    def close(self):
        self.socket.close()


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
        submitter, waiter = Client(levee.port), Client(levee.port)
        for number in range(samples + 10):
            times = one_job(submitter, waiter)
            time.sleep(0.01)
            began = time.time_ns()
            wire.do("LPUSH", "bench:list", number)
            popped = popper.heard.get(timeout=10) - began
            commands = (wire.encode("SETEX", f"bench:{number}", 60, '{"square":49}')
                        + wire.encode("PUBLISH", "bench:news", number))
            began = time.time_ns()
            wire.socket.sendall(commands)
            wire.read(), wire.read()
            heard = subscriber.heard.get(timeout=10) - began
            # The first ones find everything cold.
            if number >= 10:
                for values, value in zip((accept, start, notice, pop, publish), (*times, popped, heard)):
                    values.append(value / 1e6)
        for connection in (popper, subscriber, wire, submitter, waiter):
            connection.close()
    median = statistics.median
    return {
        "latency.start": median(start), "latency.start99": hundredths(start), "latency.pop": median(pop),
        "latency.start_ratio": median(start) / median(pop), "latency.accept": median(accept),
        "latency.notice": median(notice), "latency.notice99": hundredths(notice),
        "latency.publish": median(publish), "latency.notice_ratio": median(notice) / median(publish),
    }


def one_job(submitter, waiter):
    """Nanoseconds from the submit to its answer and to its start, and from its end to the client that waits."""
    submit = Client.request("POST", "/jobs/stamp", "Content-Type: application/json", body=b'{"milliseconds":20}')
    began = time.time_ns()
    submitter.send(submit)
    accepted, head, _ = submitter.receive(202)
    waiter.send(Client.request("GET", path(head), "Prefer: wait=20"))
    noticed, head, _ = waiter.receive(302)
    submitter.send(Client.request("GET", path(head)))
    _, _, body = submitter.receive(200)
    stamps = json.loads(body)
    return accepted - began, stamps["started"] - began, noticed - stamps["ended"]


def path(head):
    """Where the answer with this head sends to."""
    location = re.search(r"(?i)\r\nlocation: (?:https?://[^/]+)?(\S+)", head)
    if location is None:
        raise Failure(f"an answer does not say where to go on: {head}")
    return location[1]
