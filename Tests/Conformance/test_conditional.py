"""Conditional requests, HEAD, and methods that a path does not have."""

import pytest
from support.client import Client, problem

READABLE = ["/jobs/{}", "/operations/{}", "/resources/{}", "/jobs/{}/history"]


@pytest.fixture(scope="module")
def ended(levee: Client) -> str:
    return levee.run("square", {"number": 6})["id"]


@pytest.fixture(scope="module")
def pending(levee: Client) -> str:
    return levee.submit("held", {}).id


@pytest.mark.parametrize("path", ["/operations/{}", "/resources/{}"])
def test_if_none_match_is_304(levee: Client, other: Client, ended: str, path: str) -> None:
    full = levee.get(path.format(ended))
    for tag in (full.headers["etag"], f'"x", {full.headers["etag"]}', "*"):
        response = other.get(path.format(ended), {"If-None-Match": tag})
        assert (response.status_code, response.content) == (304, b"")
        assert response.headers["etag"] == full.headers["etag"]
        assert response.headers["cache-control"].split(",")[0] == full.headers["cache-control"].split(",")[0]
    assert levee.get(path.format(ended), {"If-None-Match": '"x"'}).status_code == 200


def test_etag_of_resource_is_strong_and_of_monitor_weak(levee: Client, ended: str) -> None:
    assert levee.get(f"/resources/{ended}").headers["etag"].startswith('"')
    assert levee.get(f"/operations/{ended}").headers["etag"].startswith('W/"')


def test_etag_of_monitor_changes_with_the_version(levee: Client) -> None:
    job = levee.submit("echo", b"x", {"Delay": "3600"})
    path = f"/operations/{job.id}"
    before = levee.get(path).headers["etag"]
    assert levee.get(path).headers["etag"] == before
    assert levee.get(path, {"If-None-Match": before}).status_code == 304
    levee.post(f"/jobs/{job.id}/cancel")
    after = levee.get(path, {"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before


def test_if_none_match_counts_only_where_the_answer_would_be_200(levee: Client, ended: str, pending: str) -> None:
    tag = levee.get(f"/resources/{ended}").headers["etag"]
    for value in (tag, "*"):
        assert levee.get(f"/jobs/{ended}", {"If-None-Match": value}).status_code == 302
        assert levee.get(f"/jobs/{pending}", {"If-None-Match": value}).status_code == 202
        problem(levee.get(f"/resources/{pending}", {"If-None-Match": value}), 404, "not-ready")


@pytest.mark.parametrize("path", READABLE)
@pytest.mark.parametrize("job", ["ended", "pending", "unknown"])
def test_head_has_the_header_fields_of_get_and_no_content(
    levee: Client, ended: str, pending: str, path: str, job: str
) -> None:
    id = {"ended": ended, "pending": pending}.get(job, job)
    got = levee.get(path.format(id))
    head = levee.ask("HEAD", path.format(id))
    assert (head.status_code, head.content) == (got.status_code, b"")
    changing = {"date", "retry-after", "content-length", "cache-control"}
    assert {name: value for name, value in head.headers.items() if name not in changing} == {
        name: value for name, value in got.headers.items() if name not in changing
    }
    assert set(head.headers) == set(got.headers)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/openapi.json", "/jobs/{}/events"])
def test_head_of_the_rest_too(levee: Client, ended: str, path: str) -> None:
    got = levee.get(path.format(ended))
    head = levee.ask("HEAD", path.format(ended))
    assert (head.status_code, head.content) == (got.status_code, b"")
    # Nobody knows how long a stream will be.
    changing = {"date"} | ({"content-length", "transfer-encoding"} if path.endswith("/events") else set())
    assert {name: value for name, value in head.headers.items() if name not in changing} == {
        name: value for name, value in got.headers.items() if name not in changing
    }


def test_monitor_that_waits_is_304_when_nothing_has_changed(levee: Client, pending: str) -> None:
    tag = levee.get(f"/operations/{pending}").headers["etag"]
    response = levee.get(f"/operations/{pending}", {"Prefer": "wait=1", "If-None-Match": tag})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["preference-applied"] == "wait=1"


def test_description_is_304_for_those_who_have_it(levee: Client) -> None:
    tag = levee.get("/openapi.json").headers["etag"]
    assert levee.get("/openapi.json", {"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("path", "allowed", "refused"),
    [
        ("/jobs/{}", {"DELETE", "GET", "HEAD", "POST"}, ["PUT", "PATCH"]),
        ("/operations/{}", {"GET", "HEAD"}, ["POST", "PUT", "DELETE", "PATCH"]),
        ("/resources/{}", {"GET", "HEAD"}, ["POST", "PUT", "DELETE", "PATCH"]),
        ("/jobs/{}/history", {"GET", "HEAD"}, ["POST", "DELETE"]),
        ("/jobs/{}/events", {"GET", "HEAD"}, ["POST", "DELETE"]),
        ("/jobs/{}/cancel", {"POST"}, ["GET", "HEAD", "DELETE"]),
        ("/livez", {"GET", "HEAD"}, ["POST", "DELETE"]),
        ("/readyz", {"GET", "HEAD"}, ["POST", "DELETE"]),
    ],
)
def test_405_has_allow(levee: Client, ended: str, path: str, allowed: set[str], refused: list[str]) -> None:
    for method in refused:
        response = levee.ask(method, path.format(ended))
        assert response.status_code == 405
        assert {name.strip() for name in response.headers["allow"].split(",")} - {"OPTIONS"} == allowed
        if method != "HEAD":
            problem(response, 405, "method-not-allowed")
