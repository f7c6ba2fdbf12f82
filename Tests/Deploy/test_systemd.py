"""The units are what systemd takes, and fit the way Levee ends."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from support.cluster import BINARY, Cluster
from support.client import Client
from support.waiting import eventually

UNITS = ROOT / "deploy" / "systemd"
SERVICES = ["levee-serve@8080.service", "levee-work@1.service", "levee-autoscale.service"]


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The root of a machine on which everything is installed as docs/deployment.md says."""
    units = tmp_path / "etc/systemd/system"
    for folder in (units, tmp_path / "usr/local/bin", tmp_path / "usr/local/lib/levee", tmp_path / "usr/bin"):
        folder.mkdir(parents=True)
    for source in UNITS.iterdir():
        if source.is_dir():
            shutil.copytree(source, units / source.name)
        elif source.suffix in (".service", ".target"):
            shutil.copy(source, units)
    for unit in ("redis-server.service", "sysinit.target", "basic.target", "shutdown.target", "multi-user.target"):
        system = Path("/lib/systemd/system") / unit
        if system.exists():
            shutil.copy(system, units)
    for name in ("usr/local/bin/levee", "usr/bin/redis-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    shutil.copy(ROOT / "deploy/redis/run-redis", tmp_path / "usr/local/lib/levee")
    shutil.copy(UNITS / "levee-scale", tmp_path / "usr/local/lib/levee")
    return tmp_path


def verify(machine: Path, *units: str) -> str:
    """What systemd-analyze has to say against units, the manual pages that are not there apart."""
    command = ["systemd-analyze", "verify", "--man=no", f"--root={machine}", *units]
    run = subprocess.run(command, capture_output=True, text=True, env=os.environ | {"SYSTEMD_LOG_LEVEL": "warning"})
    return run.stdout + run.stderr + ("" if run.returncode == 0 else f"status {run.returncode}")


def test_units_are_sound(machine: Path) -> None:
    assert verify(machine, *SERVICES, "levee.target") == ""


def test_a_unit_that_is_wrong_would_be_found(machine: Path) -> None:
    unit = machine / "etc/systemd/system/levee-work@.service"
    unit.write_text(unit.read_text().replace("KillMode=mixed", "KillMode=gentle"))
    assert "kill mode" in verify(machine, "levee-work@1.service")


def test_redis_starts_by_way_of_what_mends_its_file(machine: Path) -> None:
    if not (machine / "etc/systemd/system/redis-server.service").exists():
        pytest.skip("no redis-server.service on this machine")
    said = verify(machine, "redis-server.service")
    assert "levee.conf" not in said and "run-redis" not in said, said


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_may_do_little(machine: Path, service: str) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", f"--root={machine}", service]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr
    assert re.search(r"Overall exposure level for .*: [01]\.\d ", run.stdout), run.stdout[-300:]


def setting(unit: str, name: str) -> str:
    found = re.findall(rf"^{name}=(.*)$", (UNITS / unit).read_text(), re.MULTILINE)
    assert len(found) == 1, f"{unit}: {name}"
    return found[0]


def default(key: str, tmp_path: Path) -> float:
    """The seconds of a setting of Levee that nobody has set."""
    file = tmp_path / "levee.yaml"
    file.write_text("jobs: {a: {handler: {exec: {command: [cat]}}}}\n")
    shown = subprocess.check_output([BINARY, "check", "--config", file, "--redis", "unix:///nowhere"], text=True)
    return float(re.search(rf"{re.escape(key)} +(\d+)s\n", shown)[1])


def test_systemd_waits_longer_than_a_worker_drains(tmp_path: Path) -> None:
    limit = float(setting("levee-work@.service", "TimeoutStopSec").removesuffix("s"))
    assert limit >= default("drainGrace", tmp_path) + default("handler.exec.killGrace", tmp_path) + 10
    assert setting("levee-work@.service", "KillMode") == "mixed"


def test_an_order_to_stop_that_reaches_the_worker_alone_costs_no_attempt() -> None:
    """KillMode=mixed: SIGTERM to the worker, and a program that goes on until it is stopped."""
    configuration = "jobs:\n  endless: {handler: {exec: {command: [sleep, '600'], killGrace: 1s}}, retries: {maxAttempts: 1}}\n"
    with Cluster("systemd") as cluster:
        text = cluster.configuration
        head, jobs = text.split("jobs:\n", 1)
        cluster.configuration = head.replace("worker: {slots: 8}", "worker: {slots: 8, drainGrace: 1s}") + configuration + jobs
        cluster.start(front_ends=1, workers=1)
        with Client(cluster.front_ends[0].url) as client:
            job = client.submit("endless", b"")
            status = lambda: client.get(f"/operations/{job.id}").json()
            eventually("it runs", lambda: status()["status"] == "running")
            cluster.workers[0].send(signal.SIGTERM)
            assert cluster.workers[0].child.wait(60) == 0
            assert status()["status"] == "queued"
            assert status()["attempt"] <= 1
            cluster.add_worker()
            eventually("it runs again", lambda: status()["status"] == "running")
            client.post(f"/jobs/{job.id}/cancel")
            eventually("it ends", lambda: status()["status"] == "canceled")


class Manager:
    """A systemctl that keeps the states of workers in a folder; that of levee-scale is tested with it."""

    PROGRAM = """#!/bin/sh
folder=$STATE
echo "$*" >>"$folder/calls"
case $1 in
    list-units) for state in $(echo "$4" | sed 's/--state=//; s/,/ /g'); do
        for unit in $(ls "$folder" | grep '^levee-work@'); do
            [ "$(cat "$folder/$unit")" != "$state" ] || echo "$unit loaded $state running Levee worker"
        done
    done ;;
    start) echo active >"$folder/$3" ;;
    stop) echo deactivating >"$folder/$3" ;;
    *) exit 1 ;;
esac
"""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "units"
        self.folder.mkdir()
        (folder / "bin").mkdir()
        program = folder / "bin" / "systemctl"
        program.write_text(self.PROGRAM)
        program.chmod(0o755)
        self.path = f"{folder / 'bin'}:{os.environ['PATH']}"

    def put(self, number: int, state: str) -> None:
        (self.folder / f"levee-work@{number}.service").write_text(state + "\n")

    def scale(self, number: str) -> int:
        environment = {"PATH": self.path, "STATE": str(self.folder)}
        return subprocess.run([UNITS / "levee-scale", number], env=environment, stderr=subprocess.PIPE).returncode

    def workers(self, state: str) -> list[int]:
        units = self.folder.glob("levee-work@*.service")
        return sorted(int(re.search(r"@(\d+)", unit.name)[1]) for unit in units if unit.read_text().strip() == state)


def test_the_fleet_of_a_machine_is_scaled(tmp_path: Path) -> None:
    manager = Manager(tmp_path)
    assert manager.scale("3") == 0
    assert manager.workers("active") == [1, 2, 3]
    assert manager.scale("1") == 0
    assert (manager.workers("active"), manager.workers("deactivating")) == ([1], [2, 3])
    # Who drains is not counted, and its place is not free yet.
    assert manager.scale("2") == 0
    assert (manager.workers("active"), manager.workers("deactivating")) == ([1, 4], [2, 3])
    # One that has died is replaced.
    manager.put(1, "failed")
    assert manager.scale("2") == 0
    assert manager.workers("active") == [1, 4]
    assert manager.scale("0") == 0
    assert manager.workers("active") == []


@pytest.mark.parametrize("number", ["", "x", "-1", "1000", "1; reboot"])
def test_no_other_number_is_taken(tmp_path: Path, number: str) -> None:
    manager = Manager(tmp_path)
    assert manager.scale(number) == 2
    assert not (manager.folder / "calls").exists()


def test_the_rule_for_the_autoscaler_covers_what_it_calls() -> None:
    rule = (UNITS / "levee-scale.rules").read_text()
    pattern = re.search(r"/(\^levee-work.*?)/\.test", rule)[1]
    assert re.fullmatch(pattern, "levee-work@12.service")
    for other in ("levee-work@x.service", "levee-serve@8080.service", "xlevee-work@1.service"):
        assert not re.fullmatch(pattern, other)
    called = set(re.findall(r"systemctl (\w+) --no-block", (UNITS / "levee-scale").read_text()))
    assert called == set(re.search(r'\[("start".*?)\]', rule)[1].replace('"', "").split(", "))
