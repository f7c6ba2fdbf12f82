"""Every error is a problem document, and what is no HTTP is turned away within bounds."""

import json
import socket
from collections.abc import Iterator

import pytest
from support.client import PROBLEM, Client, problem
from support.cluster import Cluster

HEAD = "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"
POST = "POST /jobs/echo HTTP/1.1\r\nHost: a\r\n"


@pytest.fixture(autouse=True)
def unchanged(cluster: Cluster) -> Iterator[None]:
    """Nothing of all this makes a job."""
    with cluster.storing_nothing():
        yield


def exchange(levee: Client, text: str | bytes) -> bytes:
    """Sends bytes as they are, and takes what comes until the connection is closed."""
    host, port = levee.base.removeprefix("http://").split(":")
    data = text if isinstance(text, bytes) else text.encode()
    answer = b""
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        try:
            connection.sendall(data)
            while chunk := connection.recv(65536):
                answer += chunk
        except ConnectionResetError:
            pass
    return answer


@pytest.mark.parametrize(
    ("method", "path", "status", "token"),
    [
        ("GET", "/", 404, "unknown-path"),
        ("GET", "/nowhere", 404, "unknown-path"),
        ("GET", "/jobs", 404, "unknown-path"),
        ("POST", "/jobs", 404, "unknown-path"),
        ("GET", "/jobs/x/nothing", 404, "unknown-path"),
        ("GET", "/queues", 404, "unknown-path"),
        ("GET", "/jobs/" + "a" * 3000, 414, "uri-too-long"),
        ("POST", "/jobs/echo?" + "a" * 3000, 414, "uri-too-long"),
    ],
)
def test_paths(levee: Client, method: str, path: str, status: int, token: str) -> None:
    problem(levee.ask(method, path), status, token)


def test_too_many_or_too_large_fields_are_431(levee: Client) -> None:
    problem(levee.get("/livez", {f"X-{n}": "x" for n in range(70)}), 431, "headers-too-large")
    problem(levee.get("/livez", {"X-Large": "x" * 17_000}), 431, "headers-too-large")


def test_malformed_content_type_is_400(levee: Client) -> None:
    for value in ("json", "a/b/c", "text/plain; =", "x" * 300 + "/y"):
        problem(levee.post("/jobs/echo", {"Content-Type": value}, content=b"x"), 400, "invalid-content-type")


def test_odd_bytes_in_what_is_echoed_stay_in_their_place(levee: Client) -> None:
    response = levee.post("/jobs/echo", {"Priority": 'a"\\<b>'}, content=b"x")
    assert 'a"\\<b>' in problem(response, 400, "invalid-header")["detail"]
    response = levee.get("/jobs/%0d%0aSet-Cookie:%20a=b")
    problem(response, 404, "unknown-job")
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "text",
    [
        POST + CHUNKED + "Content-Length: 5\r\n\r\n0\r\n\r\n",
        POST + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        POST + "Content-Length: -1\r\n\r\n",
        POST + "Content-Length: 1x\r\n\r\na",
        POST + CHUNKED + "\r\nzz\r\n",
        POST + "Transfer-Encoding: gzip\r\n\r\n",
        HEAD.replace("\r\n", "\n") + "\n",
        HEAD + "X: a\r\n b\r\n\r\n",
        HEAD + "X : a\r\n\r\n",
        HEAD + "Host: b\r\n\r\n",
        "GET /livez HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n",
        "GET livez HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /livez HTTP/3.0\r\nHost: a\r\n\r\n",
        "GET /operations/x HTTP/1.1\r\nConnection: close\r\n\r\n",
        "hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=[
        "length-and-chunked",
        "two-lengths",
        "negative-length",
        "malformed-length",
        "malformed-chunk",
        "unknown-coding",
        "bare-lf",
        "folded-field",
        "space-before-colon",
        "two-hosts",
        "empty-host",
        "no-slash",
        "version",
        "no-host",
        "no-http",
        "tls",
    ],
)
def test_what_is_no_http_is_refused(levee: Client, text: str | bytes) -> None:
    answer = exchange(levee, text)
    if answer:
        head, _, body = answer.partition(b"\r\n\r\n")
        line = head.split(b"\r\n")[0].split(b" ")
        assert line[0] == b"HTTP/1.1"
        status = int(line[1])
        assert status in (400, 501, 505), head
        assert answer.count(b"HTTP/1.1 ") == 1
        if body:
            assert f"content-type: {PROBLEM}" in head.decode().lower()
            assert json.loads(body)["status"] == status
    assert levee.get("/livez").status_code == 200


@pytest.mark.parametrize(
    "text",
    ["GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ", POST + "Content-Length: 10\r\n\r\nabc"],
    ids=["head", "body"],
)
def test_request_that_does_not_come_to_its_end_is_408(cluster: Cluster, text: str) -> None:
    front_end = cluster.add_front_end("\nserver: {limits: {requestTimeout: 1s}}\n")
    with Client(front_end.url) as hasty:
        answer = exchange(hasty, text)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 ")
        assert json.loads(body)["type"] == "urn:levee:problem:request-timeout"
        assert hasty.get("/livez").status_code == 200


def test_dots_in_a_path_are_names(levee: Client) -> None:
    answer = exchange(levee, "GET /jobs/../livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")


def test_second_request_is_not_smuggled(levee: Client) -> None:
    smuggled = POST + CHUNKED + "Content-Length: 4\r\n\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
    assert b"live" not in exchange(levee, smuggled)
