"""Webhooks, as a receiver checks them that uses the library of Standard Webhooks."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from support.client import Client, problem
from support.waiting import eventually

OLD = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@dataclass
class Receiver:
    """A receiver that fails as often as it is told."""

    failures: int = 0
    seen: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(500 if len(receiver.seen) <= receiver.failures else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_the_library_verifies_a_delivery(levee: Client, receiver: Receiver, secret: str) -> None:
    job = levee.submit("echo", b"{}", {"Callback-Url": receiver.url, "Content-Type": "application/json"})
    eventually("the callback", lambda: bool(receiver.seen))
    headers, body = receiver.seen[0]
    event = Webhook(secret).verify(body, headers)
    assert event["type"] == "job.succeeded"
    assert event["data"]["id"] == job.id
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + b" ", headers)


def test_the_id_is_the_same_over_all_attempts(levee: Client, receiver: Receiver) -> None:
    receiver.failures = 2
    levee.submit("echo", b"{}", {"Callback-Url": receiver.url})
    eventually("three attempts", lambda: len(receiver.seen) == 3)
    assert len({headers["webhook-id"] for headers, _ in receiver.seen}) == 1
    for headers, body in receiver.seen:
        assert Webhook(OLD).verify(body, headers) == json.loads(body)


@pytest.mark.parametrize(
    "url",
    ["http://10.0.0.1/", "http://169.254.169.254/", "http://[::ffff:10.0.0.1]/", "http://167772161/", "ftp://example.com/"],
)
def test_callbacks_to_nobodys_addresses_are_400(levee: Client, url: str) -> None:
    document = problem(levee.post("/jobs/echo", {"Callback-Url": url}, content=b"x"), 400, "invalid-header")
    assert document["header"] == "Callback-Url"
