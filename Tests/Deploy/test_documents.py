"""The documents say what is so: endpoints, problems, commands, options, figures, files, and the way back from a backup."""

import os
import re
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import tables
from conftest import ROOT
from support.client import Client
from support.cluster import BINARY, Cluster
from support.keys import KeyedCluster
from support.waiting import eventually

DOCUMENTS = sorted((ROOT / "docs").glob("*.md")) + [ROOT / "README.md"]
IDS = [document.name for document in DOCUMENTS]
HTTP = ROOT / "docs" / "http.md"


@pytest.fixture(scope="module")
def keyed() -> Iterator[KeyedCluster]:
    with KeyedCluster("documents") as cluster:
        cluster.start(front_ends=1, workers=0)
        yield cluster


def test_the_tables_of_endpoints_are_those_of_the_doors(keyed: KeyedCluster) -> None:
    """With UPDATE=1 they are written instead."""
    text = HTTP.read_text()
    with keyed.client(None) as client, keyed.operator("operator") as operator:
        doors = {"clients": client.get("/openapi.json").json(), "operators": operator.get("/openapi.json").json()}
    for door, description in doors.items():
        table = tables.endpoints(description)
        if os.environ.get("UPDATE"):
            text = tables.replaced(door, text, table)
            HTTP.write_text(text)
        assert tables.inside(door, text) == table, f"make deployment FILTER=tables UPDATE=1 writes the table of {door}"


def test_every_problem_is_explained_and_no_other() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "Sources/LeveeGateway").rglob("*.swift"))
    given = set(re.findall(r'token: "([a-z-]+)"', sources)) | set(re.findall(r'\(token, title\) = \("([a-z-]+)"', sources))
    said = set(re.findall(r"^\| `([a-z-]+)` \|", tables.inside("problems", HTTP.read_text()), re.MULTILINE))
    assert given - said == set(), "docs/http.md does not explain these"
    assert said - given == set(), "nothing answers these"


@cache
def help_of(*words: str) -> str:
    run = subprocess.run([BINARY, *words, "--help"], capture_output=True, text=True)
    assert run.returncode == 0, f"levee {' '.join(words)}: {run.stderr}"
    return run.stdout


def commands(document: Path) -> Iterator[list[str]]:
    """The calls of levee in code, whether in a line or a block of its own."""
    text = document.read_text()
    spans = re.findall(r"`(levee [a-z][^`]*)`", text.replace("\n", " "))
    blocks = re.findall(r"^    (?:.*\$\()?(levee [a-z].*?)(?: {2,}#.*|\).*)?$", text, re.MULTILINE)
    for call in spans + blocks:
        call = re.sub(r"\s+", " ", call.split(" | ")[0])
        try:
            yield shlex.split(call)[1:]
        except ValueError:
            yield call.split()[1:]


def problems_with(words: list[str]) -> Iterator[str]:
    """What is wrong with a call of levee: commands and options that there are not."""
    names = set(re.findall(r"^  ([a-z-]+)(?: \(default\))?(?: {2,}|$)", help_of(), re.MULTILINE))
    if words[0] not in names:
        yield f"there is no levee {words[0]}"
        return
    known = [words[0]]
    below = set(re.findall(r"^  ([a-z-]+)(?: \(default\))? {2,}", help_of(words[0]).partition("SUBCOMMANDS:")[2], re.MULTILINE))
    if len(words) > 1 and words[1] in below:
        known.append(words[1])
    for option in filter(lambda word: word.startswith("--"), words):
        name = option.split("=")[0].rstrip(",;")
        if not re.search(rf"{name}\b", help_of(*known)):
            yield f"levee {' '.join(known)} has no {name}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_command_is_there(document: Path) -> None:
    wrong = [problem for words in commands(document) for problem in problems_with(words)]
    assert not wrong


def test_a_command_that_is_not_there_would_be_found() -> None:
    assert list(problems_with(["dead", "retry", "--queue", "x"])) == ["levee dead retry has no --queue"]
    assert list(problems_with(["dance"]))


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_file_and_every_link_is_there(document: Path) -> None:
    text = document.read_text()
    for path in re.findall(r"\b(?:deploy|scripts|examples|docs|Sources|Tests)/[\w./@-]*\w", text):
        assert (ROOT / path).exists(), path
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        found = (document.parent / file).resolve() if file else document
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", found.read_text(), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, target


def test_every_picture_is_shown() -> None:
    shown = {picture for document in DOCUMENTS for picture in re.findall(r"pictures/([\w.-]+)\)", document.read_text())}
    assert shown == {path.name for path in (ROOT / "docs/pictures").iterdir()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=IDS)
def test_every_figure_is_one_that_levee_gives(document: Path) -> None:
    """By docs/metrics.md, which `make conformance` holds to what processes show."""
    listed = (ROOT / "docs/metrics.md").read_text()
    given = set(re.findall(r"^\| `(levee_[a-z_]+)", listed, re.MULTILINE))
    assert given
    assert set(re.findall(r"`(levee_[a-z_]+)", document.read_text())) <= given | {"levee_"}


def test_every_target_of_make_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        said = set(re.findall(r"^    make ([a-z-]+)|`make ([a-z-]+)", document.read_text(), re.MULTILINE))
        assert {name for pair in said for name in pair if name} <= targets, document.name


def test_a_backup_that_was_made_under_load_brings_the_jobs_back(tmp_path: Path) -> None:
    """As docs/operations.md has it, with this machine's redis-server in the place of the service."""
    backup = tmp_path / "backup"
    with Cluster("backup") as cluster:
        cluster.start(front_ends=1, workers=1)
        url = cluster.front_ends[0].url
        with Client(url) as client:
            before = [client.submit("square", {"number": number}) for number in range(50)]
            held = client.submit("echo", b"later", {"Delay": "600"})
            load = subprocess.Popen(
                [BINARY, "load", "--url", url, "--pollers", "8", "--jobs", "100000", "--limit", "60s"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                subprocess.run(
                    [ROOT / "deploy/redis/backup", cluster.folder, backup, "-s", cluster.socket], check=True, timeout=120
                )
            finally:
                load.kill()
                load.wait()
            assert cluster.ask_redis("config", "get", "auto-aof-rewrite-percentage").split()[1] == "100"
            after = client.submit("echo", b"too late")
        for process in (*cluster.workers, *cluster.front_ends, cluster.redis):
            process.send(signal.SIGTERM)
            process.child.wait(60)
        kept = cluster.folder / "appendonlydir"
        shutil.rmtree(kept)
        shutil.copytree(backup, kept)
        cluster.redis.command = [str(ROOT / "deploy/redis/run-redis"), str(cluster.folder), *cluster.redis_command()[1:]]
        cluster.redis.start()
        cluster.await_redis()
        doctor = cluster.command("doctor", "", "--repair")
        mended = subprocess.run(doctor, capture_output=True, text=True)
        assert mended.returncode == 0, mended.stdout + mended.stderr
        with Client(cluster.add_front_end().url) as client:
            cluster.add_worker()
            for number, job in enumerate(before):
                status = lambda: client.get(f"/operations/{job.id}").json()
                eventually("the job has its result", lambda: status().get("result") == {"square": number * number})
            assert client.get(f"/operations/{held.id}").json()["status"] == "scheduled"
            assert client.get(f"/operations/{after.id}").status_code == 410


def test_a_backup_says_what_it_needs(tmp_path: Path) -> None:
    for words, status in (([], 2), ([tmp_path, tmp_path / "new", "-s", tmp_path / "none"], 1)):
        run = subprocess.run([ROOT / "deploy/redis/backup", *words], capture_output=True, text=True)
        assert run.returncode == status
        assert run.stderr.splitlines()[-1].startswith("backup: ") or "Could not connect" in run.stderr
        assert not (tmp_path / "new").exists()
