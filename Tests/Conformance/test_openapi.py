"""The OpenAPI document is true: schemathesis sends what it allows and what it forbids, and compares the answers with it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.client import Client
from support.cluster import STATE
from support.keys import KeyedCluster

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
    "use_after_free",
]


@pytest.fixture(scope="module")
def described() -> Iterator[KeyedCluster]:
    with KeyedCluster("described", "openapi.yaml") as cluster:
        cluster.start(front_ends=1, workers=1)
        yield cluster


def examine(url: str, key: str, report: str) -> str:
    """Runs schemathesis on a door; the same requests each time."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{url}/openapi.json",
        f"--header=Authorization: Bearer {key}",
        f"--checks={','.join(CHECKS)}",
        "--seed=1",
        "--generation-database=none",
        "--max-examples=8",
        "--continue-on-failure",
        "--max-redirects=0",
        "--request-timeout=90",
        "--no-color",
    ]
    run = subprocess.run(command, capture_output=True, text=True, cwd=STATE)
    (STATE / report).write_text(run.stdout + run.stderr)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def test_document_is_openapi_3_1_and_takes_no_key(described: KeyedCluster) -> None:
    with described.client(None) as nobody:
        response = nobody.get("/openapi.json")
        assert response.status_code == 200
        document = response.json()
    assert document["openapi"].startswith("3.1.")
    assert {"/operations/{id}", "/resources/{id}", "/jobs/square", "/livez"} <= set(document["paths"])
    square = document["paths"]["/jobs/square"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert square["properties"]["number"]["maximum"] == 1000


def test_clients_door_is_what_its_document_says(described: KeyedCluster) -> None:
    front_end = described.front_ends[0]
    examine(front_end.url, described.secrets["shop"], "schemathesis.log")
    with Client(front_end.url) as client:
        assert client.get("/livez").status_code == 200
