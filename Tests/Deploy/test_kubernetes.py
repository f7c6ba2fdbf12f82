"""The manifests are what Kubernetes, KEDA and the Prometheus operator take, and name nothing that is not there."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from conftest import ROOT, seconds
from jsonschema import Draft7Validator
from support.cluster import BINARY, TIED
from support.waiting import eventually

FOLDER = ROOT / "deploy" / "kubernetes"
VERSION = "1.31"
# What manifests of others may say, by group: of KEDA by its documentation (ScaledObject specification, authentication, metrics-api
# scaler), of the Prometheus operator by its API reference (monitoring.coreos.com/v1, PodMonitor).
SCHEMAS = {
    group: json.loads((Path(__file__).parent / file).read_text())
    for group, file in {"keda.sh": "keda.schema.json", "monitoring.coreos.com": "prometheus-operator.schema.json"}.items()
}


def documents(root: Path) -> Iterator[dict[str, Any]]:
    """The objects of a kustomization and of those that it builds on, the generated ones apart."""
    kustomization = yaml.safe_load((root / "kustomization.yaml").read_text())
    for name in kustomization.get("resources", []):
        path = (root / name).resolve()
        if path.is_dir():
            yield from documents(path)
        else:
            yield from filter(None, yaml.safe_load_all(path.read_text()))


ALL = [*documents(FOLDER / "keda"), *documents(FOLDER / "prometheus"), yaml.safe_load((FOLDER / "secret.example.yaml").read_text())]
IDS = [f"{document['kind']}-{document['metadata']['name']}" for document in ALL]


@pytest.mark.parametrize("document", ALL, ids=IDS)
def test_an_object_fits_its_schema(document: dict[str, Any]) -> None:
    if schema := SCHEMAS.get(document["apiVersion"].split("/")[0]):
        validator = Draft7Validator(schema["definitions"][document["kind"]])
        problems = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(document)]
        assert not problems
        with_a_slip = json.loads(json.dumps(document))
        with_a_slip["spec"]["maxReplicas"] = 3
        assert list(validator.iter_errors(with_a_slip)), "the schema would let anything pass"
    else:
        kubernetes_validate.validate(document, VERSION, strict=True)


def test_a_slip_would_be_found() -> None:
    document = next(document for document in ALL if document["kind"] == "Deployment")
    document = json.loads(json.dumps(document))
    document["spec"]["template"]["spec"]["terminationGracePeriod"] = 40
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(document, VERSION, strict=True)


@pytest.mark.parametrize("folder", ["base", "keda"])
def test_kustomize_builds_it(folder: str) -> None:
    if not shutil.which("kubectl"):
        pytest.skip("no kubectl on this machine")
    built = list(yaml.safe_load_all(subprocess.check_output(["kubectl", "kustomize", FOLDER / folder], text=True)))
    assert {document["kind"] for document in built} >= {"ConfigMap", "Deployment", "StatefulSet", "Service"}
    assert not [document for document in built if "namespace" in document["metadata"]]
    maps = {document["metadata"]["name"] for document in built if document["kind"] == "ConfigMap"}
    for volume in (volume for document in built for volume in pod(document).get("volumes", [])):
        assert "configMap" not in volume or volume["configMap"]["name"] in maps
    workers = next(document for document in built if document["metadata"]["name"] == "levee-work")
    assert ("replicas" in workers["spec"]) == (folder == "base")


def pod(document: dict[str, Any]) -> dict[str, Any]:
    return document.get("spec", {}).get("template", {}).get("spec", {}) if document["kind"] != "ConfigMap" else {}


def named(kind: str, name: str) -> dict[str, Any]:
    return next(document for document in ALL if (document["kind"], document["metadata"]["name"]) == (kind, name))


def configuration() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "base" / "levee.yaml").read_text())


def test_pods_have_the_time_to_end() -> None:
    settings = configuration()
    serve, work = pod(named("Deployment", "levee-serve")), pod(named("Deployment", "levee-work"))
    drain = seconds(settings["server"]["drainDelay"])
    assert serve["terminationGracePeriodSeconds"] >= drain + 15 + 5
    assert work["terminationGracePeriodSeconds"] >= seconds(settings["worker"]["drainGrace"]) + 5 + 10
    # A balancer that goes by the probe has seen two bad ones before the front end closes.
    probe = serve["containers"][0]["readinessProbe"]
    assert probe["periodSeconds"] * probe["failureThreshold"] < drain


def test_services_lead_to_pods() -> None:
    labels = [document["spec"]["template"]["metadata"]["labels"] for document in ALL if "template" in document.get("spec", {})]
    ports = {
        port["name"]
        for document in ALL
        for container in pod(document).get("containers", [])
        for port in container.get("ports", [])
    }
    for document in ALL:
        if document["kind"] in ("Service", "PodDisruptionBudget"):
            selector = document["spec"]["selector"]
            selector = selector.get("matchLabels", selector)
            assert any(selector.items() <= label.items() for label in labels), document["metadata"]["name"]
        if document["kind"] == "Service":
            for port in document["spec"]["ports"]:
                assert port.get("targetPort", port["name"]) in ports
    url = configuration()["redis"]["url"]
    assert named("Service", re.search("//([^:]+):", url)[1])


def test_prometheus_finds_every_pod_of_levee() -> None:
    """Under the names of the jobs that rules and alerts go by."""
    deployments = {document["metadata"]["name"]: document for document in ALL if document["kind"] == "Deployment"}
    monitors = [document["spec"] for document in ALL if document["kind"] == "PodMonitor"]
    jobs = set(re.findall(r"job_name: (\S+)", (ROOT / "deploy/prometheus/prometheus.yml").read_text()))
    assert {monitor["podMetricsEndpoints"][0]["relabelings"][0]["replacement"] for monitor in monitors} == jobs
    found = set()
    for monitor in monitors:
        labels, (endpoint,) = monitor["selector"]["matchLabels"], monitor["podMetricsEndpoints"]
        for name, deployment in deployments.items():
            if labels.items() <= deployment["spec"]["template"]["metadata"]["labels"].items():
                found.add(name)
                assert endpoint["port"] in [port["name"] for port in pod(deployment)["containers"][0]["ports"]], name
        if credentials := endpoint.get("authorization", {}).get("credentials"):
            assert credentials["key"] in named("Secret", credentials["name"])["stringData"]
    assert found == set(deployments)


def test_redis_starts_by_way_of_what_mends_its_file(tmp_path: Path) -> None:
    """The command of the container, on this machine, with a file that a crash has left with half a transaction."""
    (container,) = pod(named("StatefulSet", "levee-redis"))["containers"]
    (script,) = container["args"]
    files = yaml.safe_load((ROOT / "deploy/redis/kustomization.yaml").read_text())["configMapGenerator"][0]["files"]
    assert {Path(name).name for name in re.findall(r"/etc/redis/\S+", script)} == set(files)
    (tmp_path / "redis-password").write_text("secret")
    folders = {"/etc/redis": ROOT / "deploy/redis", "/data": tmp_path, "/run/secrets/levee": tmp_path}
    for inside, outside in folders.items():
        script = script.replace(f"{inside}/", f"{outside}/").replace(f" {inside} ", f" {outside} ")
    command = [*container["command"], f"{script} --port 0 --unixsocket {tmp_path}/redis.sock"]

    def ask(*words: str) -> str:
        ask = ["redis-cli", "-s", tmp_path / "redis.sock", "--no-auth-warning", "-a", "secret", *words]
        return subprocess.run(ask, capture_output=True, text=True).stdout.strip()

    def run(*words: str) -> str:
        """What Redis answers, from its start to its death by SIGKILL."""
        process = subprocess.Popen([*TIED, *command], stdout=subprocess.DEVNULL)
        try:
            eventually("Redis answers", lambda: ask("ping") == "PONG")
            return ask(*words)
        finally:
            process.kill()
            process.wait()

    assert run("set", "kept", "1") == "OK"
    (file,) = (tmp_path / "appendonlydir").glob("*.incr.aof")
    whole = file.read_bytes()
    file.write_bytes(whole + b"*1\r\n$5\r\nMULTI\r\n*3\r\n$3\r\nSET\r\n$4\r\nkept\r\n$1\r\n2\r\n*3\r\n$3")
    assert run("get", "kept") == "1"
    assert b"MULTI" not in file.read_bytes()


def test_every_command_is_one_that_levee_has() -> None:
    for document in ALL:
        for container in pod(document).get("containers", []):
            if container["image"] != "levee":
                continue
            for line in [container["args"]] + [
                container[probe]["exec"]["command"][1:]
                for probe in ("readinessProbe", "livenessProbe")
                if "exec" in container.get(probe, {})
            ]:
                shown = subprocess.check_output([BINARY, line[0], "--help"], text=True)
                for option in filter(lambda word: word.startswith("--"), line):
                    assert f"{option} " in shown or f"{option}\n" in shown, f"levee {line[0]} has no {option}"


def test_keda_reads_what_the_autoscaler_publishes() -> None:
    scaled = named("ScaledObject", "levee-work")["spec"]
    trigger = scaled["triggers"][0]["metadata"]
    host, port, path = re.fullmatch(r"http://([^:/]+):(\d+)(/\w+)", trigger["url"]).groups()
    assert named("Service", host)["spec"]["ports"][0]["port"] == int(port)
    assert (path, trigger["valueLocation"], trigger["targetValue"]) == ("/workers", "autoscaler.desired", "1")
    args = pod(named("Deployment", "levee-autoscale"))["containers"][0]["args"]
    assert "--publish" in args
    for option, bound in (("--min", "minReplicaCount"), ("--max", "maxReplicaCount")):
        assert int(args[args.index(option) + 1]) == scaled[bound]
    assert named("Deployment", scaled["scaleTargetRef"]["name"])
    authentication = named("TriggerAuthentication", scaled["triggers"][0]["authenticationRef"]["name"])
    secret = authentication["spec"]["secretTargetRef"][0]
    assert secret["parameter"] == "token"
    assert secret["key"] in named("Secret", secret["name"])["stringData"]


def test_secrets_have_the_keys_that_are_asked_for() -> None:
    keys = named("Secret", "levee")["stringData"]
    asked = [
        item["key"]
        for document in ALL
        for volume in pod(document).get("volumes", [])
        for item in volume.get("secret", {}).get("items", [])
    ]
    assert asked and set(asked) <= set(keys)
