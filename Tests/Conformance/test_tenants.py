"""API keys: who may come in, what a key is good for, and that tenants see nothing of each other."""

from collections.abc import Iterator

import pytest
from support.client import Client, problem
from support.keys import KeyedCluster

PATHS = [
    ("GET", "/jobs/{}"),
    ("GET", "/operations/{}"),
    ("GET", "/resources/{}"),
    ("GET", "/jobs/{}/history"),
    ("GET", "/jobs/{}/events"),
    ("DELETE", "/jobs/{}"),
    ("POST", "/jobs/{}/cancel"),
]


@pytest.fixture(scope="module")
def shop(keyed: KeyedCluster) -> Iterator[Client]:
    with keyed.client("shop") as client:
        yield client


@pytest.fixture(scope="module")
def bank(keyed: KeyedCluster) -> Iterator[Client]:
    with keyed.client("bank", 1) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), [("POST", "/jobs/echo"), *PATHS])
def test_no_key_and_unknown_key_are_401(keyed: KeyedCluster, shop: Client, method: str, path: str) -> None:
    path = path.format(shop.submit("echo", b"x").id)
    with keyed.storing_nothing(), Client(shop.base) as nobody:
        missing = nobody.ask(method, path)
        problem(missing, 401, "unauthorized")
        assert missing.headers["www-authenticate"].startswith("Bearer ")
        for value in ("Bearer levee_none", "Bearer", "Basic eDp5", f"Basic {keyed.secrets['shop']}"):
            problem(nobody.ask(method, path, {"Authorization": value}), 401, "unauthorized")


def test_key_that_is_not_good_for_it_is_403(keyed: KeyedCluster, shop: Client) -> None:
    id = shop.submit("echo", b"x").id
    with keyed.client("reader") as reader, keyed.client("writer") as writer:
        assert reader.get(f"/operations/{id}").status_code == 200
        with keyed.storing_nothing():
            problem(reader.post("/jobs/echo", content=b"x"), 403, "forbidden")
        problem(reader.delete(f"/jobs/{id}"), 403, "forbidden")
        assert writer.submit("echo", b"x").id
        problem(writer.get(f"/operations/{id}"), 403, "forbidden")


def test_two_keys_of_a_tenant_work_side_by_side(keyed: KeyedCluster, shop: Client) -> None:
    id = shop.submit("echo", b"x").id
    with keyed.client("shop-new", 1) as renewed:
        assert renewed.end(id)["status"] == "succeeded"


@pytest.mark.parametrize(("method", "path"), PATHS)
@pytest.mark.parametrize("kind", ["sleep", "echo"])
def test_job_of_another_tenant_is_the_same_404(shop: Client, bank: Client, method: str, path: str, kind: str) -> None:
    id = shop.submit(kind, {"seconds": 30}).id
    if kind == "echo":
        shop.end(id)
    before = shop.get(f"/jobs/{id}/history").json()["history"]
    foreign = problem(bank.ask(method, path.format(id)), 404, "unknown-job")
    unknown = problem(bank.ask(method, path.format("unknown")), 404, "unknown-job")
    assert foreign.pop("instance") != unknown.pop("instance")
    assert foreign == unknown
    after = shop.get(f"/jobs/{id}/history").json()["history"]
    # Nothing has happened to it but what its worker did.
    assert after[: len(before)] == before
    assert {entry["cause"] for entry in after[len(before) :]} <= {"claim", "progress"}
    shop.post(f"/jobs/{id}/cancel")


def test_foreign_404_has_the_header_fields_of_an_unknown_one(shop: Client, bank: Client) -> None:
    id = shop.run("echo", b"x")["id"]
    foreign, unknown = (bank.get(f"/resources/{text}").headers for text in (id, "unknown"))
    assert {*foreign} == {*unknown}


def test_probes_take_no_key(keyed: KeyedCluster) -> None:
    with keyed.client(None) as nobody:
        assert nobody.get("/livez").status_code == 200
        assert nobody.get("/readyz").status_code == 200


def test_admin_door_takes_keys_of_operators_only(keyed: KeyedCluster, shop: Client, bank: Client) -> None:
    ids = {shop.submit("echo", b"x").id: "shop", bank.submit("echo", b"x").id: "bank"}
    with keyed.operator("operator") as operator, keyed.operator("shop") as customer, keyed.operator(None) as nobody:
        listed = {job["id"]: job["tenant"] for job in operator.get("/jobs?limit=500").json()["jobs"]}
        assert ids.items() <= listed.items()
        problem(customer.get("/jobs"), 403, "forbidden")
        problem(nobody.get("/jobs"), 401, "unauthorized")
