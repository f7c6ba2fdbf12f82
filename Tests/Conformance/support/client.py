"""A plain client: one request, one response, no redirect followed, nothing tried again."""

import json
from dataclasses import dataclass
from typing import Any

import httpx

from support.waiting import LIMIT, eventually

PROBLEM = "application/problem+json"
ENDED = {"succeeded", "failed", "canceled"}
STATES = {"scheduled", "queued", "running"} | ENDED


@dataclass(frozen=True)
class Submitted:
    """A job, and the answer to its submit."""

    id: str
    response: httpx.Response

    @property
    def headers(self) -> httpx.Headers:
        return self.response.headers


class Client:
    """What speaks to one front end."""

    def __init__(self, base: str, key: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.base = base
        self.http = httpx.Client(base_url=base, headers=headers, timeout=2 * LIMIT)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        return self.http.request(method, path, headers=headers, **more)

    def get(self, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        return self.ask("GET", path, headers, **more)

    def post(self, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        return self.ask("POST", path, headers, **more)

    def delete(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.ask("DELETE", path, headers)

    def submit(self, kind: str, payload: Any = None, headers: dict[str, str] | None = None) -> Submitted:
        """Submits JSON, or bytes as they are, and is told 202."""
        body = {"content": payload} if isinstance(payload, bytes) else {"json": payload}
        response = self.post(f"/jobs/{kind}", headers, **body)
        assert response.status_code == 202, response.text
        return Submitted(response.json()["id"], response)

    def status(self, id: str) -> dict[str, Any]:
        response = self.get(f"/operations/{id}")
        assert response.status_code == 200, response.text
        return response.json()

    def end(self, id: str) -> dict[str, Any]:
        """The status of a job that has ended."""

        def ended() -> dict[str, Any] | None:
            response = self.get(f"/operations/{id}", {"Prefer": "wait=10"})
            # A busy machine may have let Redis wait.
            if response.status_code == 503:
                return None
            assert response.status_code == 200, response.text
            status = response.json()
            return status if status["status"] in ENDED else None

        return eventually(f"the end of {id}", ended)

    def await_status(self, id: str, state: str) -> dict[str, Any]:
        """The status of a job as soon as it is in a state, which it must not pass by."""

        def reached() -> dict[str, Any] | None:
            status = self.status(id)
            assert status["status"] == state or status["status"] not in ENDED, status
            return status if status["status"] == state else None

        return eventually(f"{id} is {state}", reached)

    def run(self, kind: str, payload: Any = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """Submits a job and waits for its end."""
        return self.end(self.submit(kind, payload, headers).id)

    def history(self, id: str) -> list[dict[str, Any]]:
        response = self.get(f"/jobs/{id}/history")
        assert response.status_code == 200, response.text
        return response.json()["history"]


def problem(response: httpx.Response, status: int, token: str) -> dict[str, Any]:
    """The problem document (RFC 9457) that a response must be."""
    assert response.status_code == status, f"{response.status_code} {response.text}"
    assert response.headers["content-type"] == PROBLEM
    document = json.loads(response.content)
    assert document["type"] == f"urn:levee:problem:{token}", document
    assert document["status"] == status
    assert document["title"] and document["detail"]
    # Where a request was not read to its end there is none.
    path = response.request.url.raw_path.decode().partition("?")[0]
    assert document.get("instance", path) == path
    return document


def is_hint(text: str | None) -> bool:
    """Whether a `Retry-After` is one for a pending job: whole seconds, 1 to 60."""
    return text is not None and text.isascii() and text.isdigit() and 1 <= int(text) <= 60
