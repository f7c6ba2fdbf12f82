"""The OpenAPI documents are true: schemathesis sends what they allow and what they forbid, and compares the answers with them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from support.client import Client, problem
from support.keys import KeyedCluster
from support.schemathesis_run import CHECKS, PHASES, Run

EXAMPLES = 25
OUTSIDE = "  outside: {queue: outside, deadline: 1s}"
# What answers 404 whatever it is sent: there is no such endpoint, another operation has emptied its list, payloads are small,
# and results are no files.
USELESS = {
    "POST /jobs/{id}",
    "POST /deliveries/{delivery}/redeliver",
    "GET /leases/{id}/payload",
    "GET /resources/{id}/{file}",
}
# What schemathesis asks for itself, and no more.
READ = {"GET /openapi.json"}


@pytest.fixture(scope="module")
def described() -> Iterator[KeyedCluster]:
    with KeyedCluster("described", "openapi.yaml") as cluster:
        cluster.start(front_ends=1, workers=1)
        # Outside workers have a front end with a type of its own, so that the clients' door is examined as it is without.
        cluster.configuration = cluster.configuration.replace("\njobs:\n", f"\njobs:\n{OUTSIDE}\n")
        cluster.add_front_end()
        yield cluster


@pytest.fixture(scope="module")
def runs(described: KeyedCluster) -> dict[str, Run]:
    """Both doors are examined side by side."""
    front_end, outside = described.front_ends
    with described.client("shop") as shop:
        failed = [shop.run("fail", {"status": 422})["id"] for _ in range(5)]
        told = [f"{shop.run('square', {'number': 3})['id']}.1" for _ in range(5)]
    secrets = described.secrets
    # Those of the other queue are left alone, so that its dead letters stay.
    values = {
        "queue": ["default"],
        "id": failed + [id.removesuffix(".1") for id in told],
        "list": ["squares"],
        "delivery": told,
        "file": ["app.js", "base.css", "icon.svg"],
    }
    runs = {
        "clients": Run("clients", front_end.url, secrets["shop"], EXAMPLES),
        "admin": Run(
            "admin",
            outside.admin_url,
            secrets["both"],
            EXAMPLES,
            values,
            {"SUBMIT_URL": f"{outside.url}/jobs/outside", "SUBMIT_KEY": secrets["shop"]},
        ),
    }
    for run in runs.values():
        run.end()
    return runs


@pytest.fixture(params=["clients", "admin"])
def run(request: pytest.FixtureRequest, runs: dict[str, Run]) -> Run:
    return runs[request.param]


@pytest.fixture
def document(request: pytest.FixtureRequest, described: KeyedCluster) -> dict[str, Any]:
    """What the door says of itself to whoever asks."""
    front_end = described.front_ends[0]
    door = request.node.callspec.params["run"]
    with Client(front_end.admin_url if door == "admin" else front_end.url) as nobody:
        response = nobody.get("/openapi.json")
    assert response.status_code == 200
    return response.json()


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def test_document_is_openapi_3_1(run: Run, document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")


def test_document_has_the_types_of_the_configuration(described: KeyedCluster) -> None:
    with described.client(None) as nobody:
        document = nobody.get("/openapi.json").json()
    assert {"/operations/{id}", "/resources/{id}", "/jobs/square", "/livez"} <= set(document["paths"])
    square = document["paths"]["/jobs/square"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert square["properties"]["number"]["maximum"] == 1000


def test_every_check_was_made_of_every_operation(run: Run, document: dict[str, Any]) -> None:
    made = {(phase, check) for (phase, check, status) in run.checks if status == "success"}
    assert made >= {(phase, check) for phase in PHASES for check in CHECKS}
    assert {status for (_, _, status) in run.checks} == {"success"}
    for operation in set(operations(document)) - READ:
        asked = [exchange for exchange in run.exchanges if exchange.operation == operation]
        assert len(asked) > 1, operation
        assert operation in USELESS or any(exchange.status < 400 for exchange in asked if exchange.status), operation


def test_no_key_and_a_wrong_key_were_tried(run: Run) -> None:
    # On which operations is for chance to say.
    assert {exchange.has_key for exchange in run.exchanges if exchange.status == 401} == {False, True}


@pytest.mark.parametrize("door", ["clients", "admin"])
def test_no_operation_is_for_those_without_a_good_key(described: KeyedCluster, door: str) -> None:
    front_end = described.front_ends[0]
    url = front_end.admin_url if door == "admin" else front_end.url
    with Client(url) as nobody, Client(url, "levee_" + "0" * 32) as stranger:
        named = operations(nobody.get("/openapi.json").json())
        secured = [name.split() for name, operation in named.items() if "security" in operation]
        assert len(secured) >= 10
        for method, path in secured:
            for client in (nobody, stranger):
                response = client.ask(method, re.sub(r"{\w+}", "x", path))
                assert response.status_code == 401, (method, path)
                problem(response, 401, "unauthorized")


def test_links_of_the_document_were_followed(runs: dict[str, Run]) -> None:
    # Which of them depends on how fast jobs end.
    followed = [exchange for exchange in runs["clients"].exchanges if exchange.link]
    assert any(exchange.is_inferred for exchange in followed)
    assert any(not exchange.is_inferred for exchange in followed)
    assert any(exchange.status and exchange.status < 400 for exchange in followed)


def test_links_of_a_submit_lead_to_what_belongs_to_its_job(described: KeyedCluster) -> None:
    with described.client("shop") as shop:
        document = shop.get("/openapi.json").json()
        named = {operation["operationId"]: name for name, operation in operations(document).items()}
        links = document["paths"]["/jobs/square"]["post"]["responses"]["202"]["links"]
        id = shop.run("square", {"number": 3})["id"]
        targets = set()
        for link in links.values():
            assert link["parameters"] == {"id": "$response.body#/id"}
            method, path = named[link["operationId"]].split()
            targets.add(f"{method} {path}")
            assert shop.ask(method, path.replace("{id}", id)).status_code < 400, link
    assert targets == {
        "GET /jobs/{id}",
        "GET /operations/{id}",
        "GET /resources/{id}",
        "GET /jobs/{id}/history",
        "POST /jobs/{id}/cancel",
    }


def test_removed_job_is_gone_for_every_operation(described: KeyedCluster) -> None:
    # Schemathesis removes few jobs, and asks for fewer of them again.
    with described.client("shop") as shop:
        document = shop.get("/openapi.json").json()
        id = shop.run("square", {"number": 3})["id"]
        assert shop.delete(f"/jobs/{id}").status_code == 204
        asked = [name.split() for name in operations(document) if "{id}" in name and name not in USELESS]
        assert len(asked) >= 7
        for method, path in asked:
            problem(shop.ask(method, path.replace("{id}", id)), 410, "gone")


def test_doors_are_alive_after_all_that(runs: dict[str, Run], described: KeyedCluster) -> None:
    for url in (described.front_ends[0].url, described.front_ends[0].admin_url):
        with Client(url) as client:
            assert client.get("/openapi.json").status_code == 200
