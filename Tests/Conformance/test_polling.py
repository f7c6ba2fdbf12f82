"""GET /jobs/{id} and /operations/{id}: polling in every variant."""

import subprocess
from urllib.parse import quote

import pytest
from support.client import ENDED, STATES, Client, is_hint, problem
from support.cluster import Cluster


@pytest.fixture(scope="module")
def pending(levee: Client) -> str:
    """A job that waits for as long as the tests run."""
    return levee.submit("held", {"for": "ever"}).id


@pytest.fixture(scope="module")
def succeeded(levee: Client) -> str:
    return levee.run("square", {"number": 3})["id"]


@pytest.fixture(scope="module")
def failed(levee: Client) -> str:
    return levee.run("fail", {"code": "no-ink", "status": 422, "retryable": False})["id"]


def test_pending_is_202_with_addresses_and_hint(levee: Client, other: Client, pending: str) -> None:
    for client in (levee, other):
        response = client.get(f"/jobs/{pending}")
        assert response.status_code == 202
        assert response.headers["location"] == f"{client.base}/jobs/{pending}"
        assert response.headers["operation-location"] == f"{client.base}/operations/{pending}"
        assert is_hint(response.headers["retry-after"])
        assert response.headers["cache-control"] == "no-store"
        assert response.json()["status"] == "queued"


def test_ended_is_302_with_status_body_and_without_hint(levee: Client, other: Client, succeeded: str) -> None:
    for client in (levee, other):
        response = client.get(f"/jobs/{succeeded}")
        assert response.status_code == 302
        assert response.headers["location"] == f"{client.base}/resources/{succeeded}"
        assert "retry-after" not in response.headers
        assert response.json()["status"] == "succeeded"


def test_failed_is_302_too(levee: Client, failed: str) -> None:
    response = levee.get(f"/jobs/{failed}")
    assert response.status_code == 302
    assert response.headers["location"] == f"{levee.base}/resources/{failed}"
    assert "retry-after" not in response.headers
    assert response.json()["status"] == "failed"


def test_pending_200_by_query(levee: Client, pending: str) -> None:
    response = levee.get(f"/jobs/{pending}?pending=200")
    assert response.status_code == 200
    # Under a lone Location some clients take a 200 for the end.
    assert {"location", "operation-location"} <= set(response.headers)
    assert is_hint(response.headers["retry-after"])


def test_pending_404_by_query_differs_from_unknown(levee: Client, pending: str) -> None:
    response = levee.get(f"/jobs/{pending}?pending=404")
    waiting = problem(response, 404, "not-ready")
    assert is_hint(response.headers["retry-after"])
    unknown = problem(levee.get("/jobs/unknown?pending=404"), 404, "unknown-job")
    assert waiting["type"] != unknown["type"]


def test_pending_202_by_query(levee: Client, pending: str) -> None:
    assert levee.get(f"/jobs/{pending}?pending=202").status_code == 202


@pytest.mark.parametrize("status", [302, 303])
def test_done_redirects_by_query(levee: Client, succeeded: str, status: int) -> None:
    response = levee.get(f"/jobs/{succeeded}?done={status}")
    assert response.status_code == status
    assert response.headers["location"] == f"{levee.base}/resources/{succeeded}"
    assert "retry-after" not in response.headers


def test_done_200_is_the_status(levee: Client, succeeded: str) -> None:
    response = levee.get(f"/jobs/{succeeded}?done=200")
    assert response.status_code == 200
    assert response.json()["status"] == "succeeded"
    assert response.json()["resourceLocation"] == f"{levee.base}/resources/{succeeded}"


def test_done_result_is_the_stored_bytes(levee: Client, succeeded: str, failed: str) -> None:
    response = levee.get(f"/jobs/{succeeded}?done=result")
    resource = levee.get(f"/resources/{succeeded}")
    assert (response.status_code, response.content) == (200, resource.content) == (200, b'{"square":9}')
    assert response.headers["content-type"] == resource.headers["content-type"]
    problem(levee.get(f"/jobs/{failed}?done=result"), 422, "job-failed")


@pytest.mark.parametrize("query", ["pending=500", "pending=", "done=301", "done=Result", "pending=202&done=x"])
def test_unknown_variant_is_400(levee: Client, pending: str, succeeded: str, query: str) -> None:
    for id in (pending, succeeded):
        problem(levee.get(f"/jobs/{id}?{query}"), 400, "invalid-query")


def test_unknown_parameter_is_passed_over(levee: Client, succeeded: str) -> None:
    assert levee.get(f"/jobs/{succeeded}?cacheBuster=17").status_code == 302


@pytest.mark.parametrize(("pending_style", "done_style"), [(200, 303), (404, 200), (202, "result")])
def test_variants_by_configuration(
    cluster: Cluster, pending: str, succeeded: str, pending_style: int, done_style: int | str
) -> None:
    front_end = cluster.add_front_end(f"\nserver: {{pending: {pending_style}, done: {done_style}}}\n")
    with Client(front_end.url) as client:
        assert client.get(f"/jobs/{pending}").status_code == pending_style
        assert client.get(f"/jobs/{succeeded}").status_code == (200 if done_style == "result" else done_style)
        # A request's own wish stands above.
        assert client.get(f"/jobs/{pending}?pending=202").status_code == 202
        assert client.get(f"/jobs/{succeeded}?done=302").status_code == 302


def test_monitor_of_pending_is_200_with_hint(levee: Client, pending: str) -> None:
    response = levee.get(f"/operations/{pending}")
    assert response.status_code == 200
    assert is_hint(response.headers["retry-after"])
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["status"] == "queued"


def test_monitor_never_redirects(levee: Client) -> None:
    job = levee.submit("sleep", {"seconds": 0.5})
    seen = []
    while not seen or seen[-1] not in ENDED:
        response = levee.get(f"/operations/{job.id}")
        assert response.status_code == 200
        seen.append(response.json()["status"])
    assert set(seen) <= STATES
    assert seen == sorted(seen, key=["queued", "running", "succeeded"].index)
    assert all(levee.get(f"/operations/{job.id}").status_code == 200 for _ in range(20))


def test_monitor_of_ended_has_no_hint(levee: Client, succeeded: str, failed: str) -> None:
    for id in (succeeded, failed):
        response = levee.get(f"/operations/{id}")
        assert response.status_code == 200
        assert "retry-after" not in response.headers
    assert levee.status(succeeded)["resourceLocation"]


@pytest.mark.parametrize("path", ["/jobs/{}", "/operations/{}", "/resources/{}", "/jobs/{}/history", "/jobs/{}/events"])
@pytest.mark.parametrize("id", ["x", "00k00000000000000000000000", "{id}", "*", "%2e%2e", "a" * 300, "%00", "é"])
def test_unknown_id_is_404(levee: Client, path: str, id: str) -> None:
    problem(levee.get(path.format(id)), 404, "unknown-job")


def test_id_that_was_never_given_out_is_known_without_redis(levee: Client, cluster: Cluster, pending: str) -> None:
    ids = ["*", "j:*", "{00}", "00k00000000000000000000000", pending[:-1] + ("0" if pending[-1] != "0" else "1")]
    with subprocess.Popen(
        ["redis-cli", "-s", str(cluster.socket), "monitor"], stdout=subprocess.PIPE, text=True
    ) as monitor:
        assert monitor.stdout.readline() == "OK\n"
        for id in ids:
            for path in ("/jobs/{}", "/operations/{}", "/resources/{}", "/jobs/{}/history", "/jobs/{}/events"):
                problem(levee.get(path.format(quote(id, safe=""))), 404, "unknown-job")
            problem(levee.delete(f"/jobs/{quote(id, safe='')}"), 404, "unknown-job")
        # What was asked before this is seen before this.
        levee.get(f"/operations/{pending}")
        seen = []
        while not seen or pending not in seen[-1]:
            seen.append(monitor.stdout.readline())
        monitor.terminate()
    assert not [line for line in seen for id in ids if f'"{id}"' in line or f":{id}\"" in line]


def test_paused_queue_gives_no_eta_and_30_seconds(levee: Client, pending: str) -> None:
    response = levee.get(f"/operations/{pending}")
    assert response.json()["queue"]["etaSeconds"] is None
    assert response.headers["retry-after"] == "30"
