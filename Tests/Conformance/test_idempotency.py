"""Idempotency-Key: one key, one job."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.client import Client, problem
from support.cluster import Cluster
from support.keys import KeyedCluster
from support.waiting import eventually, woken


@pytest.fixture
def key() -> str:
    return str(uuid.uuid4())


def test_replay_is_the_same_job(levee: Client, other: Client, key: str) -> None:
    first = levee.submit("square", {"number": 7}, {"Idempotency-Key": f'"{key}"'})
    assert "idempotency-replayed" not in first.headers
    levee.end(first.id)
    again = other.post("/jobs/square", {"Idempotency-Key": f'"{key}"'}, json={"number": 7})
    assert again.status_code == 202
    assert again.headers["location"] == f"{other.base}/jobs/{first.id}"
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["status"] == "succeeded"


def test_bare_key_is_the_quoted_one(levee: Client, key: str) -> None:
    first = levee.submit("echo", b"x", {"Idempotency-Key": key})
    assert levee.submit("echo", b"x", {"Idempotency-Key": f'"{key}"'}).id == first.id


def test_fifty_equal_posts_at_once_make_one_job(
    levee: Client, other: Client, cluster: Cluster, key: str
) -> None:
    def post(number: int) -> tuple[str, bool]:
        job = (levee, other)[number % 2].submit("held", {"key": key}, {"Idempotency-Key": key})
        return job.id, "idempotency-replayed" in job.headers

    before = cluster.stored_jobs()
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(post, range(50)))
    assert len({id for id, _ in answers}) == 1
    assert [is_replay for _, is_replay in answers].count(False) == 1
    assert cluster.stored_jobs() - before == {id for id, _ in answers}


def test_another_payload_type_or_media_type_is_422(levee: Client, cluster: Cluster, key: str) -> None:
    levee.submit("held", {"a": 1}, {"Idempotency-Key": key})
    fields = {"Idempotency-Key": key}
    with cluster.storing_nothing():
        problem(levee.post("/jobs/held", fields, json={"a": 2}), 422, "idempotency-key-reused")
        problem(levee.post("/jobs/echo", fields, json={"a": 1}), 422, "idempotency-key-reused")
        other_type = fields | {"Content-Type": "text/plain"}
        problem(levee.post("/jobs/held", other_type, content=b'{"a":1}'), 422, "idempotency-key-reused")


@pytest.mark.parametrize("length", [1, 255])
def test_key_may_have_255_characters(levee: Client, length: int) -> None:
    assert levee.submit("echo", b"x", {"Idempotency-Key": uuid.uuid4().hex[:1] * length}).id


@pytest.mark.parametrize("value", ["k" * 256, '"' + "k" * 256 + '"', '""', '"open', '"a"b', "tab\tkey"])
def test_malformed_key_is_400(levee: Client, cluster: Cluster, value: str) -> None:
    with cluster.storing_nothing():
        problem(levee.post("/jobs/echo", {"Idempotency-Key": value}, content=b"x"), 400, "invalid-header")


def test_two_keys_are_400(levee: Client, cluster: Cluster) -> None:
    headers = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]
    with cluster.storing_nothing():
        problem(levee.http.post("/jobs/echo", headers=headers, content=b"x"), 400, "invalid-header")


def test_rejection_is_not_recorded(levee: Client, key: str) -> None:
    problem(levee.post("/jobs/square", {"Idempotency-Key": key}, json={"number": "x"}), 400, "invalid-payload")
    assert "idempotency-replayed" not in levee.submit("square", {"number": 2}, {"Idempotency-Key": key}).headers


def test_waiting_replay_joins_the_wait(levee: Client, other: Client, key: str) -> None:
    fields = {"Idempotency-Key": key, "Prefer": "wait=60"}
    with woken(), ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: client.post("/jobs/sleep", fields, json={"seconds": 0.5}), (levee, other)))
    assert [answer.json() for answer in answers] == [{"slept": 0.5}] * 2
    ids = {answer.headers["operation-location"].rpartition("/")[2] for answer in answers}
    assert len(ids) == 1
    assert [answer.headers.get("idempotency-replayed") for answer in answers].count("true") == 1


def test_removed_job_is_410_and_never_runs_again(
    levee: Client, other: Client, cluster: Cluster, key: str
) -> None:
    first = levee.submit("echo", b"x", {"Idempotency-Key": key})
    levee.end(first.id)
    assert levee.delete(f"/jobs/{first.id}").status_code == 204
    with cluster.storing_nothing():
        for client in (levee, other):
            problem(client.post("/jobs/echo", {"Idempotency-Key": key}, content=b"x"), 410, "gone")


def test_key_lives_as_long_as_its_job(levee: Client, other: Client, key: str) -> None:
    fields = {"Idempotency-Key": key}
    first = levee.submit("brief", b"x", fields)
    assert other.submit("brief", b"x", fields).id == first.id
    eventually("the job is gone", lambda: levee.get(f"/operations/{first.id}").status_code == 410)
    again = eventually("the key is free", lambda: levee.submit("brief", b"x", fields))
    assert again.id != first.id
    assert "idempotency-replayed" not in again.headers


def test_keys_of_two_tenants_do_not_meet(keyed: KeyedCluster, key: str) -> None:
    with keyed.client("shop") as shop, keyed.client("bank", 1) as bank, keyed.client("shop-new", 1) as renewed:
        first = shop.submit("echo", b"x", {"Idempotency-Key": key})
        foreign = bank.submit("echo", b"y", {"Idempotency-Key": key})
        assert foreign.id != first.id
        assert "idempotency-replayed" not in foreign.headers
        assert renewed.submit("echo", b"x", {"Idempotency-Key": key}).id == first.id
