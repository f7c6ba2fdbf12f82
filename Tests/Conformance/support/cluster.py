"""A deployment of Levee for tests alone: a Redis behind a socket, front ends and workers on ports that the system chooses."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.waiting import eventually

FOLDER = Path(__file__).resolve().parent.parent
ROOT = FOLDER.parent.parent
BINARY = Path(os.environ.get("LEVEE_BINARY") or ROOT / ".build" / "debug" / "levee")
STATE = Path(os.environ.get("LEVEE_STATE") or ROOT / ".levee") / "conformance"
# Whatever becomes of the tests, what they have started ends with them.
TIED = ["setpriv", "--pdeathsig", "KILL", "--"]
STOP_LIMIT = 40.0


class Process:
    """One process, and what it says."""

    def __init__(self, log: Path, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.log = log
        self.command = command
        self.environment = os.environ | (environment or {})
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.offset = log.tell()
            # A session of its own: Ctrl-C is for the tests, which then stop what they have started.
            self.child = subprocess.Popen(
                TIED + self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """What it has said since its last start."""
        with self.log.open("rb") as log:
            log.seek(self.offset)
            return log.read().decode(errors="replace")

    @property
    def is_alive(self) -> bool:
        return self.child.poll() is None

    def match(self, pattern: str) -> re.Match[str] | None:
        """Where it says something, which it must before it ends."""
        assert self.is_alive or re.search(pattern, self.said), f"{self.log.name} ended:\n{self.said[-2000:]}"
        return re.search(pattern, self.said)

    def door(self, name: str) -> int:
        """The port at which it says that it listens."""
        pattern = rf' {name} url="?http://127\.0\.0\.1:(\d+)'
        return int(eventually(f"{self.log.name} is {name}", lambda: self.match(pattern))[1])

    def send(self, number: signal.Signals) -> None:
        self.child.send_signal(number)

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()

    def stop(self) -> None:
        if not self.is_alive:
            return
        self.send(signal.SIGTERM)
        self.send(signal.SIGCONT)
        try:
            self.child.wait(STOP_LIMIT)
        except subprocess.TimeoutExpired:
            self.kill()


class FrontEnd(Process):
    """A front end, and where it is."""

    def await_doors(self) -> None:
        self.port = self.door("serving")
        self.admin_port = self.door("admin")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin_url(self) -> str:
        return f"http://127.0.0.1:{self.admin_port}"


class Cluster:
    """What makes a deployment; stops when the `with` ends."""

    def __init__(self, name: str, configuration: str = "", file: str = "levee.yaml") -> None:
        self.name = name
        # A path of a socket has 107 bytes at most, which the state folder may be too deep for.
        self.folder = Path(tempfile.mkdtemp(prefix="levee-"))
        self.socket = self.folder / "redis.sock"
        self.ledger = self.folder / "ledger"
        self.ledger.touch()
        self.configuration = (FOLDER / file).read_text() + configuration
        self.logs = STATE / name
        self.logs.mkdir(parents=True)
        self.front_ends: list[FrontEnd] = []
        self.workers: list[Process] = []
        self.autoscalers: list[Process] = []
        self.redis: Process | None = None

    def start(self, front_ends: int, workers: int) -> None:
        self.redis = Process(self.logs / "redis.log", self.redis_command())
        self.await_redis()
        for _ in range(front_ends):
            self.add_front_end()
        for _ in range(workers):
            self.add_worker()

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *_: object) -> None:
        # Those who need the store stop before it does.
        processes = [*self.autoscalers, *self.workers, *self.front_ends]
        for process in processes:
            if process.is_alive:
                process.send(signal.SIGTERM)
        for process in processes:
            process.stop()
        if self.redis:
            self.redis.stop()
        shutil.rmtree(self.folder)

    def redis_command(self) -> list[str]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory": "512mb",
            "maxmemory-policy": "noeviction",
        }
        return ["redis-server", *(word for name, value in settings.items() for word in (f"--{name}", value))]

    def await_redis(self) -> None:
        eventually("Redis is ready", lambda: self.redis.match("ready to accept connections"))

    def ask_redis(self, *words: str) -> str:
        """What Redis itself says; no front end stands between, and nothing is held back."""
        return subprocess.check_output(["redis-cli", "-s", str(self.socket), *words], text=True)

    def stored_jobs(self) -> set[str]:
        """The ids of all jobs that are in Redis."""
        prefix = "levee:{00}:j:"
        keys = self.ask_redis("--scan", "--pattern", f"{prefix}*").split()
        return {key.removeprefix(prefix) for key in keys}

    @contextmanager
    def storing_nothing(self) -> Iterator[None]:
        """Nothing that is asked for inside makes a job."""
        before = self.stored_jobs()
        yield
        made = self.stored_jobs() - before
        assert not made, f"refused and yet stored: {made}"

    def command(self, verb: str, configuration: str, *options: str) -> list[str]:
        path = self.folder / f"{verb}-{len(self.front_ends) + len(self.workers)}.yaml"
        path.write_text(self.configuration + configuration)
        return [str(BINARY), verb, "--config", str(path), "--redis", f"unix://{self.socket}", *options]

    def add_front_end(self, configuration: str = "") -> FrontEnd:
        """Starts a front end, with something more in its configuration."""
        command = self.command("serve", configuration, "--port", "0", "--admin-port", "0")
        front_end = FrontEnd(self.logs / f"front-end-{len(self.front_ends) + 1}.log", command)
        self.front_ends.append(front_end)
        front_end.await_doors()
        return front_end

    def add_worker(self, *options: str) -> Process:
        log = self.logs / f"worker-{len(self.workers) + 1}.log"
        worker = Process(log, self.command("work", "", *options), {"LEDGER": str(self.ledger)})
        self.workers.append(worker)
        eventually(f"{log.name} works", lambda: worker.match(" working "))
        return worker

    def add_autoscaler(self, *options: str) -> Process:
        """Starts an autoscaler for a fleet that it cannot move."""
        log = self.logs / f"autoscaler-{len(self.autoscalers) + 1}.log"
        command = self.command("autoscale", "", "--max", "4", "--interval", "500ms", "--exec", "true {n}", *options)
        autoscaler = Process(log, command)
        self.autoscalers.append(autoscaler)
        return autoscaler


def looks(monitored: str) -> list[int]:
    """How many commands each look at the whole deployment took, of those that Redis says (MONITOR) it was asked for.

    A script shows its commands behind its call; the one that reads the words of the autoscaler is such a look.
    """
    found: list[int] = []
    call: list[str] = []
    for line in [*monitored.splitlines(), ""]:
        if " lua] " in line:
            call.append(line)
            continue
        if any(":autoscaler" in command for command in call):
            found.append(len(call) + 1)
        call = []
    return found
