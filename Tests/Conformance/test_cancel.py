"""DELETE /jobs/{id} and POST /jobs/{id}/cancel."""

from support.client import Client, problem
from support.cluster import Cluster
from support.waiting import eventually


def test_delete_of_queued_cancels_at_once(levee: Client, other: Client, cluster: Cluster) -> None:
    job = levee.submit("held", {})
    response = other.delete(f"/jobs/{job.id}")
    assert response.status_code == 202
    assert response.json()["status"] == "canceled"
    assert "retry-after" not in response.headers
    assert levee.status(job.id)["error"]["code"] == "canceled"
    document = problem(levee.get(f"/resources/{job.id}"), 422, "job-canceled")
    assert document["code"] == "canceled"
    assert job.id not in cluster.ledger.read_text()


def test_delete_of_scheduled_cancels_at_once(levee: Client) -> None:
    job = levee.submit("echo", b"x", {"Delay": "3600"})
    assert job.response.json()["status"] == "scheduled"
    assert levee.delete(f"/jobs/{job.id}").status_code == 202
    assert levee.status(job.id)["status"] == "canceled"


def test_delete_of_running_asks_its_program_to_end(levee: Client, other: Client, cluster: Cluster) -> None:
    job = levee.submit("diary", b"")
    eventually("the program has begun", lambda: f"{job.id} begun" in cluster.ledger.read_text())
    response = other.delete(f"/jobs/{job.id}")
    assert response.status_code == 202
    assert levee.end(job.id)["status"] == "canceled"
    assert f"{job.id} asked" in cluster.ledger.read_text()


def test_delete_of_ended_removes(levee: Client, other: Client) -> None:
    id = levee.run("echo", b"x")["id"]
    response = other.delete(f"/jobs/{id}")
    assert (response.status_code, response.content) == (204, b"")
    for client in (levee, other):
        for path in ("/jobs/{}", "/operations/{}", "/resources/{}", "/jobs/{}/history"):
            problem(client.get(path.format(id)), 410, "gone")
        problem(client.delete(f"/jobs/{id}"), 410, "gone")


def test_cancel_answers_200_however_often(levee: Client, other: Client) -> None:
    job = levee.submit("sleep", {"seconds": 600})
    levee.await_status(job.id, "running")
    for client in (levee, other, levee):
        response = client.post(f"/jobs/{job.id}/cancel")
        assert response.status_code == 200
        assert response.json()["id"] == job.id
        assert response.headers["content-location"] == f"{client.base}/operations/{job.id}"
    assert levee.end(job.id)["status"] == "canceled"
    ended = levee.history(job.id)
    assert levee.post(f"/jobs/{job.id}/cancel").json()["status"] == "canceled"
    assert levee.history(job.id) == ended


def test_cancel_of_ended_changes_nothing_and_removes_nothing(levee: Client) -> None:
    before = levee.run("square", {"number": 5})
    for _ in range(3):
        response = levee.post(f"/jobs/{before['id']}/cancel")
        assert response.status_code == 200
        assert response.json() == before
    assert levee.get(f"/resources/{before['id']}").json() == {"square": 25}


def test_canceled_has_one_l_and_no_second_word(levee: Client) -> None:
    job = levee.submit("held", {})
    assert levee.post(f"/jobs/{job.id}/cancel").json()["status"] == "canceled"


def test_unknown_job_cannot_be_canceled(levee: Client) -> None:
    problem(levee.delete("/jobs/unknown"), 404, "unknown-job")
    problem(levee.post("/jobs/unknown/cancel"), 404, "unknown-job")


def test_history_is_the_log_of_the_job(levee: Client, other: Client) -> None:
    status = levee.run("sleep", {"seconds": 1.5})
    log = levee.history(status["id"])
    assert [entry["cause"] for entry in log][0::len(log) - 1] == ["submit", "finish"]
    assert [entry["version"] for entry in log] == sorted({entry["version"] for entry in log})
    assert log[-1]["status"] == status["status"] == "succeeded"
    assert [entry["at"] for entry in log] == sorted(entry["at"] for entry in log)
    assert "progress" in {entry["cause"] for entry in log}
    assert other.history(status["id"]) == log


def test_history_only_grows(levee: Client) -> None:
    job = levee.submit("sleep", {"seconds": 0.5})
    before: list[dict] = []
    while not before or before[-1]["status"] != "succeeded":
        now = levee.history(job.id)
        assert now[: len(before)] == before
        before = now
