"""docs/configuration.md against the program: every key that it knows, and what it says of each."""

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT
from support.cluster import BINARY

DOCUMENT = ROOT / "docs" / "configuration.md"
ROUTE = "GET /x/{id}"
HASH = "0" * 64
# What the examples name, in the folder of the configuration.
FILES = {"secrets/redis": "opensesame\n", "schemas/resize.json": "{}", "blobs/levee-blobs": "", "work/file": ""}

# Where keys stand: the sections, with NAME, TYPE and ROUTE for what users name.
SECTIONS = [
    "",
    "redis",
    "server",
    "server.cors",
    "server.limits",
    "keys.NAME",
    "worker",
    "queues.NAME",
    "jobs.TYPE",
    "jobs.TYPE.retries",
    "jobs.TYPE.onSuccess",
    "jobs.TYPE.onFailure",
    "jobs.TYPE.handler",
    "jobs.TYPE.handler.exec",
    "jobs.TYPE.handler.upstream",
    "routes.ROUTE",
    "webhooks",
    "webhooks.retries",
    "blobs",
    "log",
]
# Below these users choose the names of keys.
MAPS = [
    "jobs.TYPE.handler.exec.environment",
    "jobs.TYPE.handler.upstream.headers",
    "jobs.TYPE.handler.upstream.outcomes",
    "routes.ROUTE.statuses",
]


@dataclass
class Row:
    """A row of one of the tables."""

    line: str
    key: str
    does: str
    write: str
    default: str
    above: str
    example: str

    def __str__(self) -> str:
        return f"| `{self.key}` | {self.does} | {self.write} | {self.default} | {self.above} | `{self.example}` |"


def rows() -> list[Row]:
    found = []
    for line in DOCUMENT.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| `") and len(cells) == 6:
            key, *middle, example = cells
            found.append(Row(line, key.strip("`"), *middle, example.strip("`")))
    return found


def written(key: str, value: Any) -> dict[str, Any]:
    """A configuration with everything that users name in it, and in one place a value."""
    tree: dict[str, Any] = {
        "keys": {"NAME": {"sha256": HASH}},
        "queues": {"NAME": {}},
        "jobs": {
            "TYPE": {"handler": {"builtin": "echo"}},
            "publish": {"handler": {"builtin": "echo"}},
            "UPSTREAM": {"handler": {"upstream": {"url": "http://127.0.0.1:9000"}}},
        },
        "routes": {ROUTE: {"job": "UPSTREAM"}},
        "blobs": {"folder": "blobs"},
    }
    if ".handler." in key:
        form = key.split(".handler.")[1].split(".")[0]
        given = {"exec": {"command": ["cat"]}, "upstream": {"url": "http://127.0.0.1:9000"}}
        tree["jobs"]["TYPE"]["handler"] = {form: given[form]} if form in given else {}
    parts = [ROUTE if part == "ROUTE" else part for part in key.split(".")] if key else []
    if "outcomes" in parts:
        parts[-1] = "409"
    if "statuses" in parts:
        parts[-1] = "queued"
    branch = tree
    for part in parts[:-1]:
        branch = branch.setdefault(part, {})
    branch[parts[-1]] = value
    return tree


def check(tree: dict[str, Any], folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    file = folder / "levee.yaml"
    file.write_text(yaml.safe_dump(tree))
    command = [BINARY, "check", "--config", str(file), *options]
    return subprocess.run(command, capture_output=True, text=True, env={"PATH": os.environ["PATH"]} | environment)


def complaints(tree: dict[str, Any], folder: Path) -> str:
    run = check(tree, folder, "--redis", "unix:///nowhere")
    assert run.returncode in (0, 2), run.stderr
    return run.stderr


def known(folder: Path) -> Iterator[str]:
    """Every key that holds a value, as the program tells who writes one that it does not know."""
    for section in SECTIONS:
        key = f"{section}.unheard" if section else "unheard"
        tree = written(key, 1)
        said = complaints(tree, folder)
        keys = re.search(r"unheard: unknown key; (?:did you mean .*?\? )?the keys here are (.*)$", said, re.MULTILINE)
        assert keys, f"{section}: {said}"
        for name in keys[1].split(", "):
            path = f"{section}.{name}" if section else name
            if path in MAPS:
                yield f"{path}.NAME"
            elif not any(other == path or other.startswith(f"{path}.") for other in SECTIONS):
                yield path


def test_every_key_that_levee_knows_is_there_once_and_no_other(tmp_path: Path) -> None:
    keys = [row.key for row in rows()]
    assert len(set(keys)) == len(keys)
    levee = set(known(tmp_path))
    assert levee - set(keys) == set(), "docs/configuration.md does not have these"
    assert set(keys) - levee == set(), "levee does not know these"


def expectation(key: str, folder: Path) -> str | None:
    """What is asked for in the place of what fits nowhere; None where a mapping may stand."""
    said = complaints(written(key, {"x": {"y": 1}}), folder)
    found = re.search(r"a mapping of keys to values does not fit here; write (.*)$", said, re.MULTILINE)
    return found[1] if found else None


@cache
def outline(folder: Path) -> dict[str, tuple[str, str]]:
    """What `levee check` shows of every key, with where it is from."""
    tree = written("jobs.TYPE.handler.exec.command", ["cat"])
    run = check(tree, folder)
    assert run.returncode == 0, run.stderr
    return parse(run.stdout)


def parse(text: str) -> dict[str, tuple[str, str]]:
    shown: dict[str, tuple[str, str]] = {}
    heading = ""
    for line in text.splitlines():
        if not line.startswith("  "):
            heading = line.replace(f'"{ROUTE}"', "ROUTE").replace("UPSTREAM", "TYPE")
        elif heading != "jobs.publish":
            row = re.fullmatch(r"  (\S+) {2,}(.*?)(?: +(LEVEE_\w+|--[\w-]+|\S*levee\.yaml:\d+))?", line)
            if row:
                shown.setdefault(f"{heading}.{row[1]}", (row[2], row[3] or ""))
    return shown


def default(row: Row, folder: Path) -> str:
    """What is there when nobody has said anything; what the program explains stands in parentheses there."""
    value, source = outline(folder).get(row.key, ("", "somewhere"))
    if source or row.key.endswith(".NAME"):
        free = row.default in ("none", "required") or row.key.endswith(".NAME") and row.default
        return row.default if free else "none"
    explained = re.fullmatch(r"\((.*)\)", value)
    return explained[1] if explained else f"`{value}`"


def test_each_row_says_what_levee_takes_and_what_is_there_without_it(tmp_path: Path) -> None:
    """With UPDATE=1 the rows are written instead."""
    text = DOCUMENT.read_text()
    wrong = []
    for row in rows():
        row.write = expectation(row.key, tmp_path) or row.write
        row.default = default(row, tmp_path)
        row.above = row.above or "-"
        if str(row) != row.line:
            wrong.append(str(row))
            text = text.replace(row.line, str(row))
        assert row.does and row.write, row.key
    if os.environ.get("UPDATE"):
        DOCUMENT.write_text(text)
    else:
        assert not wrong, "make deployment FILTER=each_row UPDATE=1 writes these"


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.key)
def test_each_example_is_taken(row: Row, tmp_path: Path) -> None:
    assert complaints(written(row.key, yaml.safe_load(row.example)), tmp_path) == ""


def test_each_variable_and_option_sets_its_key(tmp_path: Path) -> None:
    tree = written("jobs.TYPE.queue", "images")
    given = [row for row in rows() if row.above != "-"]
    variables = {found: row for row in given for found in re.findall(r"`(LEVEE_\w+)`", row.above)}
    options = {found: row for row in given for found in re.findall(r"`(--[\w-]+)`", row.above)}
    shown = parse(check(tree, tmp_path, **{name: row.example for name, row in variables.items()}).stdout)
    for name, row in variables.items():
        assert shown[row.key][1] == name, row.key
    words = [word for name, row in options.items() for word in ([name] if name == "--insecure" else [name, row.example])]
    shown = parse(check(tree, tmp_path, *words).stdout)
    for name, row in options.items():
        assert shown[row.key][1] == name, row.key
    # And no other variable: the help of levee names them all.
    named = set(re.findall(r"LEVEE_\w+", subprocess.check_output([BINARY, "--help"], text=True)))
    assert named - {"LEVEE_CONFIG"} == set(variables)
