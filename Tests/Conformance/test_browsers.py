"""What pages in browsers need, and changes that depend on what the client has seen."""

from collections.abc import Iterator

import pytest
from support.client import Client, problem
from support.cluster import Cluster

PAGE = "https://app.example.com"
EXPOSED = {"location", "operation-location", "retry-after", "etag"}


def names(text: str) -> set[str]:
    return {name.strip().lower() for name in text.split(",")}


@pytest.fixture(scope="module")
def page(cluster: Cluster) -> Iterator[Client]:
    """A front end that lets one origin in."""
    front_end = cluster.add_front_end(f"\nserver: {{cors: {{origins: [{PAGE}]}}}}\n")
    with Client(front_end.url) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/jobs/square", {"post", "options"}),
        ("/operations/x", {"get", "head", "options"}),
        ("/jobs/x/cancel", {"post", "options"}),
    ],
)
def test_options_lists_the_methods(levee: Client, path: str, methods: set[str]) -> None:
    response = levee.ask("OPTIONS", path)
    assert (response.status_code, response.content) == (204, b"")
    assert names(response.headers["allow"]) == methods


def test_page_may_read_what_it_goes_by(page: Client) -> None:
    response = page.post("/jobs/echo", {"Origin": PAGE}, content=b"x")
    assert response.status_code == 202
    assert response.headers["access-control-allow-origin"] in (PAGE, "*")
    assert EXPOSED <= names(response.headers["access-control-expose-headers"])
    assert "access-control-allow-credentials" not in response.headers
    assert "origin" in names(response.headers["vary"])


def test_page_may_ask_before_it_sends(page: Client) -> None:
    fields = {
        "Origin": PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,idempotency-key,prefer",
    }
    response = page.ask("OPTIONS", "/jobs/echo", fields)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] in (PAGE, "*")
    assert "post" in names(response.headers["access-control-allow-methods"])
    allowed = names(response.headers["access-control-allow-headers"])
    assert {"content-type", "idempotency-key", "prefer", "authorization"} <= allowed


def test_errors_can_be_read_by_the_page_too(page: Client) -> None:
    response = page.get("/operations/unknown", {"Origin": PAGE})
    problem(response, 404, "unknown-job")
    assert response.headers["access-control-allow-origin"] in (PAGE, "*")


def test_page_of_another_origin_is_told_nothing(page: Client, levee: Client) -> None:
    fields = {"Origin": "https://elsewhere.example.com", "Access-Control-Request-Method": "POST"}
    for client, method in ((page, "GET"), (page, "OPTIONS"), (levee, "GET"), (levee, "OPTIONS")):
        response = client.ask(method, "/operations/unknown", fields)
        assert not any(name.startswith("access-control-") for name in response.headers)


@pytest.mark.parametrize(("method", "suffix"), [("DELETE", ""), ("POST", "/cancel")])
def test_stale_if_match_is_412_and_changes_nothing(levee: Client, other: Client, method: str, suffix: str) -> None:
    job = levee.submit("echo", b"x", {"Delay": "3600"})
    path = f"/jobs/{job.id}{suffix}"
    tag = levee.get(f"/operations/{job.id}").headers["etag"]
    problem(other.ask(method, path, {"If-Match": 'W/"99"'}), 412, "precondition-failed")
    problem(other.ask(method, path, {"If-Match": f'"{job.id}-99"'}), 412, "precondition-failed")
    assert levee.status(job.id)["status"] == "scheduled"
    assert other.ask(method, path, {"If-Match": tag}).status_code in (200, 202)
    assert levee.status(job.id)["status"] == "canceled"


def test_if_match_with_an_asterisk_takes_any_version(levee: Client) -> None:
    job = levee.submit("echo", b"x", {"Delay": "3600"})
    assert levee.delete(f"/jobs/{job.id}", {"If-Match": "*"}).status_code == 202
