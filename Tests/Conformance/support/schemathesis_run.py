"""One run of schemathesis on a door, and what it has done, by its own report of every request."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.cluster import FOLDER, STATE

PHASES = ["examples", "coverage", "fuzzing", "stateful"]
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
    "use_after_free",
]


@dataclass(frozen=True)
class Exchange:
    """A request of a run, and its answer."""

    phase: str
    operation: str
    has_key: bool
    status: int | None
    # How it follows from another one by a link of the document: "POST /jobs/echo -> [202] monitor -> GET /operations/{id}".
    link: str | None
    is_inferred: bool


class Run:
    """Sends what a document allows and what it forbids; the same requests each time, as far as answers allow."""

    def __init__(
        self,
        name: str,
        url: str,
        key: str,
        examples: int,
        values: dict[str, list[str]] | None = None,
        variables: dict[str, str] | None = None,
    ) -> None:
        """
        - name: of the files that it leaves.
        - examples: how many requests for each operation, at most, beside those that cover the schemas.
        - values: of parameters in paths, one of which half of the requests take.
        - variables: what the hooks find in their environment.
        """
        values = values or {}
        self.log = STATE / f"schemathesis-{name}.log"
        self.report = STATE / f"schemathesis-{name}.ndjson"
        settings = STATE / f"schemathesis-{name}.toml"
        bindings = [f'"path.{name}" = {{dictionary = "{name}", probability = 0.5}}\n' for name in values]
        lists = [f"[dictionaries.{name}]\nvalues = {json.dumps(those)}\n" for name, those in values.items()]
        settings.write_text("".join(["[parameters]\n", *bindings, *lists]))
        command = [
            str(Path(sys.executable).with_name("schemathesis")),
            f"--config-file={settings}",
            "run",
            f"{url}/openapi.json",
            f"--header=Authorization: Bearer {key}",
            f"--checks={','.join(CHECKS)}",
            f"--phases={','.join(PHASES)}",
            "--seed=1",
            "--generation-database=none",
            f"--max-examples={examples}",
            "--continue-on-failure",
            "--max-redirects=0",
            "--request-timeout=90",
            "--no-color",
            "--report=ndjson",
            f"--report-ndjson-path={self.report}",
        ]
        hooks = {"PYTHONPATH": str(FOLDER), "SCHEMATHESIS_HOOKS": "support.schemathesis_hooks"}
        environment = os.environ | hooks | (variables or {})
        with self.log.open("wb") as log:
            self.child = subprocess.Popen(command, stdout=log, stderr=log, cwd=STATE, env=environment)

    def end(self) -> None:
        """Waits for the end; all checks must have passed."""
        status = self.child.wait()
        assert status == 0, self.log.read_text()
        self.checks: Counter[tuple[str, str, str]] = Counter()
        self.exchanges = list(self.read())

    def read(self) -> Iterator[Exchange]:
        with self.report.open() as lines:
            events = [json.loads(line).get("ScenarioFinished") for line in lines]
        for event in filter(None, events):
            recorder = event["recorder"]
            for results in recorder.get("checks", {}).values():
                for result in results:
                    self.checks[event["phase"], result["name"], result["status"]] += 1
            for id, case in recorder.get("cases", {}).items():
                value, link = case["value"], case.get("transition") or {}
                response = recorder.get("interactions", {}).get(id, {}).get("response") or {}
                yield Exchange(
                    phase=event["phase"],
                    operation=f"{value['method']} {value['path']}",
                    has_key="Authorization" in (value.get("headers") or {}),
                    status=response.get("status_code"),
                    link=link.get("id") if case["is_transition_applied"] else None,
                    is_inferred=link.get("is_inferred", False),
                )
