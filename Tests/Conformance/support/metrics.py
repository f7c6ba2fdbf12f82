"""Metrics: what processes show, what the documentation says of it, and a Prometheus that looks at it."""

import re
from pathlib import Path
from typing import Any

import httpx

from support.cluster import ROOT, Process
from support.ports import free_port
from support.waiting import eventually

DOCUMENT = ROOT / "docs" / "metrics.md"
SHOWN = re.compile(r"^# TYPE (\S+) (\S+)$", re.M)
ROW = re.compile(r"^\| `([a-z_]+)` \| (counter|gauge|histogram) \|([^|]*)\|", re.M)


def shown(text: str) -> dict[str, str]:
    """The types of the metrics that a process shows, by their names."""
    found = SHOWN.findall(text)
    assert len(found) == len(dict(found)), "a metric is announced twice"
    return dict(found)


def labels(text: str, name: str) -> set[str]:
    """The names of all labels of a metric."""
    samples = re.findall(rf"^{name}(?:_bucket|_sum|_count)?\{{(.*)\}} ", text, re.M)
    return {label for sample in samples for label in re.findall(r'(\w+)="(?:[^"\\]|\\.)*"', sample)} - {"le"}


class Documented:
    """What the documentation says, by the headings of its tables."""

    def __init__(self) -> None:
        parts = re.split(r"^## (.*)$", DOCUMENT.read_text(), flags=re.M)
        self.tables = {
            heading: {row[0]: (row[1], set(re.findall(r"`(\w+)`", row[2]))) for row in ROW.findall(body)}
            for heading, body in zip(parts[1::2], parts[2::2])
        }

    def of(self, *headings: str) -> dict[str, tuple[str, set[str]]]:
        """The type and the labels of each metric under some headings."""
        return {name: metric for heading in headings for name, metric in self.tables[heading].items()}


class Prometheus(Process):
    """A Prometheus that looks at processes every two seconds, with the rules of the deployment."""

    def __init__(self, folder: Path, log: Path, targets: dict[str, list[int]]) -> None:
        self.port = free_port()
        jobs = [
            f"  - job_name: {name}\n    static_configs:\n      - targets: {[f'127.0.0.1:{port}' for port in ports]}\n"
            for name, ports in targets.items()
        ]
        rules = "".join(f"  - {ROOT}/deploy/prometheus/levee.{name}.yml\n" for name in ("rules", "alerts"))
        configuration = folder / "prometheus.yml"
        configuration.write_text(
            "global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s}\n"
            f"rule_files:\n{rules}scrape_configs:\n{''.join(jobs)}"
        )
        super().__init__(
            log,
            [
                "prometheus",
                f"--config.file={configuration}",
                f"--storage.tsdb.path={folder / 'prometheus'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
        )
        eventually("Prometheus is ready", self.is_ready)

    def is_ready(self) -> bool:
        assert self.is_alive, self.said[-2000:]
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/-/ready").status_code == 200
        except httpx.TransportError:
            return False

    def ask(self, path: str, **parameters: str) -> Any:
        answer = httpx.get(f"http://127.0.0.1:{self.port}/api/v1/{path}", params=parameters).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, expression: str) -> list[tuple[dict[str, str], float]]:
        """The samples of an expression as of now."""
        return [(each["metric"], float(each["value"][1])) for each in self.ask("query", query=expression)["result"]]

    def value(self, expression: str) -> float | None:
        """The one value of an expression that has one."""
        samples = self.query(expression)
        assert len(samples) <= 1, samples
        return samples[0][1] if samples else None
