"""Metrics as Prometheus sees them: every process is scraped by a real one, and held to docs/metrics.md."""

import shutil
import subprocess
from collections.abc import Iterator

import httpx
import pytest
from support.client import Client
from support.cluster import ROOT, Cluster
from support.metrics import Documented, Prometheus, labels, shown
from support.waiting import eventually

RULES = ROOT / "deploy" / "prometheus"
JOBS = 12
# What each process shows, by the headings of docs/metrics.md.
EVERYWHERE = ["Every process", "HTTP"]
SECTIONS = {
    "levee-front-ends": ["The deployment", *EVERYWHERE, "Front ends", "Upkeep", "Blobs"],
    "levee-workers": [*EVERYWHERE, "Workers", "Upkeep", "Blobs"],
    "levee-autoscalers": [*EVERYWHERE, "Autoscalers"],
}

needs_prometheus = pytest.mark.skipif(
    not shutil.which("prometheus") or not shutil.which("promtool"),
    reason="there is no prometheus: scripts/setup prometheus installs it where the distribution has it",
)


class Fleet:
    """Two front ends, a worker and an autoscaler that have run some jobs, and where each shows its metrics."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        worker = cluster.add_worker("--health-port", "0")
        autoscaler = cluster.add_autoscaler("--health-port", "0")
        self.targets = {
            "levee-front-ends": [front_end.admin_port for front_end in cluster.front_ends],
            "levee-workers": [worker.door("probes")],
            "levee-autoscalers": [autoscaler.door("probes")],
        }
        for front_end in cluster.front_ends:
            with Client(front_end.url) as client:
                ids = [client.submit("echo", bytes([number])).id for number in range(JOBS // 2)]
                assert {client.end(id)["status"] for id in ids} == {"succeeded"}
                assert client.get("/nowhere/1").status_code == 404
                assert client.get("/nowhere/2").status_code == 404
        with Client(cluster.front_ends[0].url) as client:
            assert client.run("invalid", b"x")["status"] == "failed"
            self.ids = [*ids, client.submit("held", {}).id]

    def text(self, port: int) -> str:
        response = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30)
        assert response.status_code == 200
        assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        return response.text

    def settled(self, job: str) -> str:
        """What a process shows once it has been asked before, so that it has requests to tell of, and all of it is there."""
        port = self.targets[job][0]

        def told() -> str | None:
            text = self.text(port)
            return text if "levee_http_request_duration_seconds" in text and is_led(text) else None

        def is_led(text: str) -> bool:
            return job != "levee-front-ends" or "levee_workers_desired " in text

        return eventually(f"{job} show all", told)


@pytest.fixture(scope="module")
def fleet() -> Iterator[Fleet]:
    with Cluster("metrics") as cluster:
        blobs = cluster.folder / "blobs"
        blobs.mkdir()
        cluster.configuration += f"\nblobs: {{folder: {blobs}}}\n"
        cluster.start(front_ends=2, workers=0)
        with Client(cluster.front_ends[0].admin_url) as admin:
            admin.post("/queues/held/pause")
        yield Fleet(cluster)


@pytest.mark.parametrize("job", SECTIONS)
def test_processes_show_what_is_documented_and_nothing_else(fleet: Fleet, job: str) -> None:
    text = fleet.settled(job)
    documented = Documented().of(*SECTIONS[job])
    assert shown(text) == {name: metric[0] for name, metric in documented.items()}
    for name, (_, names) in documented.items():
        assert labels(text, name) == names, name


def test_documentation_names_no_other_process() -> None:
    assert {heading for headings in SECTIONS.values() for heading in headings} == {
        heading for heading, table in Documented().tables.items() if table
    }


@pytest.mark.parametrize("job", SECTIONS)
def test_no_id_is_a_label(fleet: Fleet, job: str) -> None:
    for port in fleet.targets[job]:
        text = fleet.text(port)
        assert not [id for id in fleet.ids if id in text]
        assert "/nowhere" not in text


@needs_prometheus
@pytest.mark.parametrize("job", SECTIONS)
def test_promtool_has_no_complaint(fleet: Fleet, job: str) -> None:
    for port in fleet.targets[job]:
        check = subprocess.run(["promtool", "check", "metrics"], input=fleet.text(port), text=True, capture_output=True)
        assert check.returncode == 0 and not check.stdout + check.stderr, check.stdout + check.stderr


def promtool(*words: str) -> None:
    check = subprocess.run(["promtool", *words], cwd=RULES, text=True, capture_output=True)
    assert check.returncode == 0, check.stdout + check.stderr


@needs_prometheus
def test_rules_and_alerts_are_accepted_and_do_what_they_are_for() -> None:
    promtool("check", "config", "prometheus.yml")
    promtool("check", "rules", "levee.rules.yml", "levee.alerts.yml")
    promtool("test", "rules", "levee.test.yml")


@needs_prometheus
def test_prometheus_scrapes_every_process(fleet: Fleet) -> None:
    prometheus = Prometheus(fleet.cluster.folder, fleet.cluster.logs / "prometheus.log", fleet.targets)
    try:
        ports = {job: {f"127.0.0.1:{port}" for port in ports} for job, ports in fleet.targets.items()}

        def all_up() -> bool:
            targets = prometheus.ask("targets")["activeTargets"]
            up = {(each["labels"]["job"], each["labels"]["instance"]) for each in targets if each["health"] == "up"}
            return up == {(job, instance) for job, instances in ports.items() for instance in instances}

        eventually("every target is up", all_up)

        def eventually_is(expression: str, wanted: float) -> None:
            eventually(f"{expression} is {wanted}", lambda: prometheus.value(expression) == wanted)

        # The deployment is the same wherever one asks; what one front end did is its own.
        finished = 'levee_jobs_finished_total{queue="default",outcome="succeeded"}'
        eventually_is(f"count({finished})", 2)
        eventually_is(f"max({finished})", JOBS)
        eventually_is(f"min({finished})", JOBS)
        eventually_is('max(levee_dead_letters{queue="default"})', 1)
        eventually_is('queue:levee_jobs_ready:max{queue="held"}', 1)
        accepted = 'levee_http_requests_total{door="clients",route="/jobs/echo",code="202"}'
        eventually_is(f"sum({accepted})", JOBS)
        eventually_is(f"min({accepted})", JOBS / 2)
        eventually_is('sum(levee_http_requests_total{door="clients",method="POST",code="202"})', JOBS + 2)
        eventually_is('min(levee_http_requests_total{door="clients",route="unknown",code="404"})', 2)
        eventually_is('levee_worker_attempts_total{type="echo",outcome="succeeded"}', JOBS)
        eventually_is('levee_worker_attempts_total{type="invalid",outcome="failed"}', 1)
        eventually_is('levee_worker_attempt_duration_seconds_count{type="echo"}', JOBS)
        eventually_is("levee_worker_slots", 8)
        eventually_is("sum(levee_autoscaler_leading)", 1)
        eventually_is("max(levee_workers_desired) - max(levee_autoscaler_desired_workers)", 0)
        for series in ("process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"):
            eventually_is(f"count({series} > 0)", 4)
        for series in ("levee_build_info", "levee_redis_commands_total > 0", 'levee_redis_connections{role="command"} > 0'):
            eventually_is(f"count({series})", 4)
        # Nothing is wrong, so nobody is called.
        assert prometheus.query('ALERTS{alertstate="firing",severity="page"}') == []

        def evaluated() -> set[str] | None:
            rules = [rule for group in prometheus.ask("rules")["groups"] for rule in group["rules"]]
            health = {rule["health"] for rule in rules}
            return health if "unknown" not in health else None

        assert eventually("all rules are evaluated", evaluated) == {"ok"}
    finally:
        prometheus.stop()
