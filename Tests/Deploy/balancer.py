"""haproxy as deploy/ sets it up, in front of whatever listens."""

import os
from pathlib import Path

import httpx
from support.cluster import Process
from support.waiting import eventually

CONFIGURATION = Path(__file__).resolve().parent.parent.parent / "deploy" / "haproxy" / "haproxy.cfg"


class Balancer(Process):
    """haproxy with the configuration of deploy/, at a port of this machine; waited for until it answers with a status.

    Without retries it is one of the many balancers that ask a front end once, and trust their checks.
    """

    def __init__(self, log: Path, port: int, front_ends: list[int], status: int = 200, retries: bool = True) -> None:
        self.port = port
        environment = {"LEVEE_BIND": f"127.0.0.1:{port}"}
        for number, front_end in enumerate(front_ends, 1):
            environment[f"LEVEE_FRONT_END_{number}"] = f"127.0.0.1:{front_end}"
        path = os.pathsep.join([os.environ["PATH"], "/usr/sbin", "/sbin"])
        file = CONFIGURATION
        if not retries:
            file = log.with_suffix(".cfg")
            lines = CONFIGURATION.read_text().splitlines(keepends=True)
            kept = [line for line in lines if not line.strip().startswith(("retry-on", "option redispatch", "retries"))]
            file.write_text("".join(kept).replace("timeout connect", "retries 0\n    timeout connect"))
        super().__init__(log, ["haproxy", "-db", "-f", str(file)], environment | {"PATH": path})
        eventually("haproxy listens", lambda: self.answers(status))

    def __enter__(self) -> "Balancer":
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answers(self, status: int) -> bool:
        assert self.is_alive, self.said
        try:
            return httpx.get(f"{self.url}/livez").status_code == status
        except httpx.TransportError:
            return False

    def await_server(self, number: int, state: str) -> None:
        """Waits until haproxy says again that a front end is UP or DOWN."""
        before = self.said.count(f"Server front_ends/{number} is {state}")
        eventually(
            f"front end {number} is {state}: {self.said[-500:]}",
            lambda: self.said.count(f"Server front_ends/{number} is {state}") > before,
        )

    @property
    def answered(self) -> list[tuple[str, int, str]]:
        """What it has answered so far: by whom, with which status, to which request."""
        lines = [line for line in self.said.splitlines() if " clients front_ends/" in line]
        found = []
        for line in lines:
            words = line.split()
            at = next(index for index, word in enumerate(words) if word.startswith("front_ends/"))
            found.append((words[at].split("/")[1], int(words[at + 2]), line.split('"')[1]))
        return found
