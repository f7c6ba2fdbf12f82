"""The image and the deployment of containers, as far as that can be told without an engine."""

import importlib.metadata
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, seconds
from jsonschema import Draft7Validator
from support.cluster import BINARY

FOLDER = ROOT / "deploy" / "docker"
# What the image has by its Swift standard library in the binary itself, and by the loader.
BUILT_IN = re.compile(r"^(lib_?(swift|Foundation|dispatch|BlocksRuntime)|linux-vdso|ld-linux)")


def dockerfile() -> list[list[tuple[str, str]]]:
    """The stages of the Dockerfile, each a list of instructions with their arguments."""
    text = re.sub(r"^\s*#.*\n", "", (FOLDER / "Dockerfile").read_text(), flags=re.MULTILINE).replace("\\\n", " ")
    stages: list[list[tuple[str, str]]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            stages.append([])
        stages[-1].append((name, rest))
    return stages


def last(stage: list[tuple[str, str]], name: str) -> str:
    return [rest for instruction, rest in stage if instruction == name][-1]


def test_all_that_the_image_copies_is_there_and_not_ignored() -> None:
    build, _ = dockerfile()
    ignored = (FOLDER / "Dockerfile.dockerignore").read_text().split("\n")
    copied = [word for name, rest in build if name == "COPY" for word in rest.split()[:-1]]
    assert copied
    for path in copied:
        found = [path] if "[" not in path else [re.sub(r"\[(.)\]", r"\1", path)]
        # What a fresh clone may lack is named by a pattern, which may match nothing.
        assert "[" in path or (ROOT / path).exists(), path
        assert f"!{found[0]}" in ignored, path


def test_the_package_needs_no_more_than_is_copied(tmp_path: Path) -> None:
    """With these folders alone the manifest holds: every target has its sources."""
    build, _ = dockerfile()
    for name in ("Package.swift", "Sources", "Tests"):
        assert any(name in rest for instruction, rest in build if instruction == "COPY")
        (tmp_path / name).symlink_to(ROOT / name)
    manifest = (ROOT / "Package.swift").read_text()
    paths = set(re.findall(r'path: "([^"./][^"]*)"', manifest))
    assert all(path.split("/")[0] in ("Sources", "Tests") for path in paths), paths


def test_the_packages_of_the_image_have_every_library_that_the_binary_wants() -> None:
    shown = subprocess.check_output(["ldd", BINARY], text=True)
    wanted = {line.split()[0].rsplit("/", 1)[-1] for line in shown.splitlines()}
    packages = {
        "libc6": {"libc.so.6", "libm.so.6"},
        "libgcc-s1": {"libgcc_s.so.1"},
        "libhiredis0.14": {"libhiredis.so.0.14"},
        "libstdc++6": {"libstdc++.so.6"},
        "zlib1g": {"libz.so.1"},
    }
    _, image = dockerfile()
    installed = set(last(image[:2], "RUN").split())
    assert set(packages) <= installed
    given = set().union(*packages.values())
    missing = {name for name in wanted if not BUILT_IN.match(name)} - given
    # Another hiredis than that of the image's Debian is the machine's own.
    assert {name for name in missing if not name.startswith("libhiredis.so")} == set()


def test_the_image_runs_as_nobody_and_ends_as_levee_does() -> None:
    _, image = dockerfile()
    assert last(image, "USER") == "levee"
    assert last(image, "STOPSIGNAL") == "SIGTERM"
    # Without a shell in between: the signal has to reach levee.
    assert json.loads(last(image, "ENTRYPOINT")) == ["levee"]
    assert json.loads(last(image, "CMD")) == ["serve"]
    probe = json.loads(last(image, "HEALTHCHECK").split(" CMD ")[1])
    help_text = subprocess.check_output([BINARY, *probe[1:], "--help"], text=True)
    assert "LEVEE_HEALTH_PORT" in help_text
    assert "--uid 10001" in last(image[:2], "RUN")


def compose() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "compose.yaml").read_text())


def test_the_containers_fit_the_specification() -> None:
    files = importlib.metadata.files("docker-compose") or []
    path = next(file for file in files if file.name == "compose_spec.json").locate()
    schema = json.loads(Path(path).read_text())
    # The specification has moved on since: a deployment has a name.
    schema["properties"].setdefault("name", {"type": "string"})
    problems = [f"{list(error.path)}: {error.message}" for error in Draft7Validator(schema).iter_errors(compose())]
    assert not problems
    broken = compose()
    broken["services"]["work"]["stop_grace"] = "45s"
    assert list(Draft7Validator(schema).iter_errors(broken)), "the schema would let anything pass"


def test_all_that_the_containers_mount_is_there() -> None:
    document = compose()
    for name, service in document["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (FOLDER / source).resolve().is_file(), f"{name}: {source}"
            else:
                assert source in document["volumes"], f"{name}: {source}"
        if "build" in service:
            context = (FOLDER / service["build"]["context"]).resolve()
            assert context == ROOT
            assert (context / service["build"]["dockerfile"]).is_file()
        for other in service.get("depends_on", []):
            assert other in document["services"]


def test_each_container_has_the_time_to_end() -> None:
    services = compose()["services"]
    configuration = yaml.safe_load((FOLDER / "levee.yaml").read_text())

    drain = seconds(configuration["server"]["drainDelay"])
    for name, service in services.items():
        if service.get("command") == ["serve"]:
            assert seconds(service["stop_grace_period"]) >= drain + 15 + 5, name
    assert seconds(services["work"]["stop_grace_period"]) >= 25 + 5 + 10


@pytest.mark.parametrize("file", ["deploy/docker/levee.yaml", "deploy/kubernetes/base/levee.yaml", "deploy/systemd/levee.yaml"])
def test_the_configurations_are_valid(file: str) -> None:
    command = [BINARY, "check", "--config", ROOT / file, "--redis", "unix:///nowhere"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert f"{ROOT / file} is valid." in run.stdout


def test_redis_takes_its_settings(tmp_path: Path) -> None:
    """Every line of deploy/redis/levee.conf is one that Redis knows, and what `levee check` asks for."""
    socket = tmp_path / "redis.sock"
    own = ["--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path), "--save", ""]
    server = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", "--", "redis-server", ROOT / "deploy/redis/levee.conf", *own],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        for line in server.stdout:
            if "ready to accept connections" in line.lower():
                break
        assert server.poll() is None, "Redis did not start"
        command = [BINARY, "check", "--config", FOLDER / "levee.yaml", "--redis", f"unix://{socket}"]
        said = subprocess.check_output(command, text=True)
        assert "Redis" in said.splitlines()[-1]
        assert "warning" not in said.lower(), said
    finally:
        server.kill()
        server.wait()


def test_prometheus_takes_its_configuration(tmp_path: Path) -> None:
    if not shutil.which("promtool"):
        pytest.skip("no promtool on this machine")
    for mount in compose()["services"]["prometheus"]["volumes"]:
        source, target, *_ = mount.split(":")
        if target.startswith("/etc/prometheus/"):
            shutil.copy(FOLDER / source, tmp_path / Path(target).name)
    subprocess.run(["promtool", "check", "config", tmp_path / "prometheus.yml"], check=True, capture_output=True)


def test_prometheus_calls_its_jobs_as_the_alerts_do() -> None:
    def jobs(path: Path) -> set[str]:
        return set(re.findall(r"job_name: (\S+)", path.read_text()))

    assert jobs(FOLDER / "prometheus.yml") <= jobs(ROOT / "deploy/prometheus/prometheus.yml")
