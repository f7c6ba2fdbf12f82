#!/usr/bin/env python3
"""A worker that needs nothing but Python and HTTP: it takes jobs, runs a program for each, and gives back what that writes.

    worker.py QUEUE[,QUEUE...] PROGRAM [ARGUMENT...]

The program is run much as `levee work` runs one: payload on standard input, result on standard output, exit status 75 for later,
65 for never again; without LEVEE_EVENTS and LEVEE_RESULTS. In place of `run` there could be any Python.

SIGTERM: takes no more jobs, and ends with the one it has, or gives it back after LEVEE_GRACE seconds (25); a second one gives it back
at once. SIGUSR1: ends with the one it has, however long that takes.

LEVEE_ADMIN_URL    the admin doors of front ends, separated by spaces (http://127.0.0.1:9080); where one fails the next is asked
LEVEE_API_KEY      a key with the scope `work`, where there are keys
LEVEE_WORKER       what the worker is called (python)
LEVEE_WAIT, LEVEE_LEASE    how long a poll waits (30), and how long a job is held without a heartbeat (10), in seconds
RESULT_TYPE        the media type of what the program writes (application/octet-stream)
"""

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlsplit

DOORS = os.environ.get("LEVEE_ADMIN_URL", "http://127.0.0.1:9080").split()
KEY = os.environ.get("LEVEE_API_KEY")
NAME = os.environ.get("LEVEE_WORKER", "python")
WAIT = int(os.environ.get("LEVEE_WAIT", "30"))
LEASE = int(os.environ.get("LEVEE_LEASE", "10"))
GRACE = float(os.environ.get("LEVEE_GRACE", "25"))
RESULT_TYPE = os.environ.get("RESULT_TYPE", "application/octet-stream")
JSON = "application/json"


def say(words):
    print(words, file=sys.stderr, flush=True)


class Door:
    """The admin door of whichever front end answers."""

    def __init__(self):
        self.first = 0
        self.polling = None

    def post(self, path, body=b"", media_type=JSON, timeout=2.0, is_poll=False, trace=None):
        """Sends a request; the status and the JSON of the answer, or None where no front end gives one."""
        answer = self.ask("POST", path, body, media_type, timeout, is_poll, trace)
        return answer and (answer[0], json.loads(answer[1]))

    def ask(self, method, path, body=b"", media_type=JSON, timeout=2.0, is_poll=False, trace=None):
        """Sends a request; the status and the bytes of the answer, or None."""
        for _ in DOORS:
            url = urlsplit(DOORS[self.first % len(DOORS)])
            connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
            connection = connect(url.hostname, url.port, timeout=timeout)
            headers = {"Content-Type": media_type} | ({"Authorization": f"Bearer {KEY}"} if KEY else {}) | (trace or {})
            try:
                connection.request(method, path, body, headers)
                self.polling = connection if is_poll else self.polling
                answer = connection.getresponse()
                document = answer.read()
                if answer.status < 500:
                    return answer.status, document
            except (OSError, http.client.HTTPException):
                pass
            finally:
                self.polling = None if is_poll else self.polling
                connection.close()
            self.first += 1
        return None

    def stop_polling(self):
        """Ends a poll that waits: its answer still comes, so no job is lost on the way."""
        try:
            if self.polling and self.polling.sock:
                self.polling.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class Attempt:
    """One job in our hands: the program that runs it, and the heartbeat beside it."""

    def __init__(self, door, lease, program):
        self.door, self.lease, self.links = door, lease, lease["links"]
        # Why the program was ended, if it was: lost, canceled, timeout or drained.
        self.ending = None
        # Whether there is no more time to find a front end.
        self.is_late = False
        self.is_told = threading.Event()
        # What the program asks elsewhere, and we of front ends, belongs to the trace of the job (W3C Trace Context).
        self.trace = {name: lease[name] for name in ("traceparent", "tracestate") if lease[name]}
        environment = {name: value for name, value in os.environ.items() if name not in ("TRACEPARENT", "TRACESTATE")}
        environment |= {name.upper(): value for name, value in self.trace.items()} | {
            "LEVEE_JOB_ID": lease["id"],
            "LEVEE_JOB_TYPE": lease["type"],
            "LEVEE_ATTEMPT": str(lease["attempt"]),
            "LEVEE_MAX_ATTEMPTS": str(lease["maxAttempts"]),
            "LEVEE_FENCE": str(lease["fence"]),
            "LEVEE_CONTENT_TYPE": lease["contentType"],
        }
        self.program = subprocess.Popen(
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )

    def stop(self, why):
        """Ends the program with all it has started; the first reason counts."""
        self.ending = self.ending or why
        if self.program.poll() is None:
            os.killpg(self.program.pid, signal.SIGKILL)

    def beat(self):
        """Prolongs the lease until the outcome was told: a third of it is time for two more tries."""
        while not self.is_told.wait(self.lease["leaseSeconds"] / 3):
            answer = self.door.post(self.links["heartbeat"], trace=self.trace)
            if answer and answer[0] >= 400:
                return self.stop("lost")
            if answer and answer[1]["cancel"]:
                self.stop("canceled")

    def run(self):
        heart = threading.Thread(target=self.beat, daemon=True)
        heart.start()
        try:
            result, errors = self.program.communicate(self.payload(), self.lease["timeoutSeconds"])
        except subprocess.TimeoutExpired:
            self.stop("timeout")
            result, errors = self.program.communicate()
        self.tell(result, errors.decode(errors="replace")[-4096:].strip())
        self.is_told.set()
        heart.join()

    def payload(self):
        """What the program is given: from the lease, or from where it lies if it is too large for that."""
        if self.lease["payload"] is not None:
            return base64.b64decode(self.lease["payload"])
        while self.ending is None:
            answer = self.door.ask("GET", self.links["download"], timeout=60, trace=self.trace)
            if answer and answer[0] == 200:
                return answer[1]
            if answer:
                self.stop("lost")
            time.sleep(0.5)
        return b""

    def tell(self, result, errors):
        """Says how it ended, until a front end has heard it or the lease is over."""
        status = self.program.returncode
        failure = {"error": {"code": "exit-status", "message": errors or f"the program ended with {status}"}}
        if self.ending == "lost":
            return say(f"{self.lease['id']} is another's")
        if self.ending in ("drained", "canceled"):
            path, body = self.links["release"], b""
        elif self.ending == "timeout":
            path, body = self.links["fail"], {"error": {"code": "timeout", "message": "the program took too long"}}
        elif status == 0:
            path, body = self.links["succeed"], result
        elif status == 75:
            path, body = self.links["fail"], {"later": True} | failure
        else:
            path, body = self.links["fail"], {"retryable": status != 65} | failure
        media_type = RESULT_TYPE if path == self.links["succeed"] else JSON
        body = json.dumps(body).encode() if isinstance(body, dict) else body
        while self.ending != "lost":
            answer = self.door.post(path, body, media_type, timeout=60, trace=self.trace)
            if answer:
                return say(f"{self.lease['id']} {answer[1].get('outcome') or answer[1]['detail']}")
            if self.is_late:
                return say(f"{self.lease['id']}: no front end answers, so it runs again when its lease is over")
            time.sleep(0.5)


class Worker:
    """Takes one job after the other until it is told to stop."""

    def __init__(self, queues, program):
        self.order = {
            "queues": queues, "wait": WAIT, "lease": LEASE,
            "worker": NAME, "host": socket.gethostname()[:64], "pid": os.getpid(),
        }  # fmt: skip
        self.program = program
        self.door = Door()
        self.stopping = threading.Event()
        self.attempt = None

    def run(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            signal.signal(number, self.drain)
        say(f"{NAME} takes jobs of {', '.join(self.order['queues'])} from {', '.join(DOORS)}")
        while not self.stopping.is_set():
            answer = self.door.post("/leases", json.dumps(self.order).encode(), timeout=WAIT + 5, is_poll=True)
            if answer and 400 <= answer[0] < 500:
                sys.exit(f"{NAME}: {answer[1]['title']}: {answer[1]['detail']}")
            if not answer:
                self.stopping.wait(0.5)
                continue
            for lease in answer[1]["leases"]:
                if self.stopping.is_set():
                    self.door.post(lease["links"]["release"])
                    continue
                self.attempt = Attempt(self.door, lease, self.program)
                self.attempt.run()
                self.attempt = None

    def drain(self, number, _frame):
        if number != signal.SIGUSR1:
            timer = threading.Timer(0 if self.stopping.is_set() else GRACE, self.give_back)
            timer.daemon = True
            timer.start()
        self.stopping.set()
        self.door.stop_polling()

    def give_back(self):
        if attempt := self.attempt:
            attempt.is_late = True
            attempt.stop("drained")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if not shutil.which(sys.argv[2]):
        sys.exit(f"{sys.argv[2]}: there is no such program, or it is not executable")
    Worker(sys.argv[1].split(","), sys.argv[2:]).run()
