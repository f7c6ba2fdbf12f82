"""Levee and its peers as one thing: a front end with a URL, workers, and how many jobs they have done."""
import http.client
import os
import shutil
import subprocess
from dataclasses import dataclass, field

from .levee import Deployment
from .processes import Program, until
from .redis import Redis

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "peers")


def calls_of(kind):
    return lambda redis: redis.calls().get(kind, 0)


def left_in(command, *keys):
    """Jobs that are left count downwards."""
    return lambda redis: -sum(int(redis.do(command, key)) for key in keys)


@dataclass(frozen=True)
class Peer:
    """A job queue of others. The shape is how many processes of front end and worker did best on two cores."""

    name: str
    title: str
    venv: str
    shape: tuple
    # Arguments of the worker; {processes} and {redis} stand for what they say.
    worker: tuple
    # How many jobs are done, by what Redis knows; only differences count.
    done: object = field(compare=False)
    # Whether its command starts several processes by itself.
    forks: bool = False
    guarantees: str = "acknowledges"
    drained: int = 20_000


PEERS = {peer.name: peer for peer in (
    Peer("rq", "RQ, SimpleWorker", "peers", (2, 2),
         ("rq", "worker", "--quiet", "-w", "rq.worker.SimpleWorker", "-u", "{redis}/0"),
         lambda redis: int(redis.do("ZCARD", "rq:finished:default")), drained=2_000),
    Peer("celery", "Celery", "peers", (2, 2),
         ("celery", "-A", "celery_peer:queue", "worker", "-c", "{processes}", "-l", "ERROR", "--without-gossip",
          "--without-mingle", "--without-heartbeat"),
         lambda redis: -int(redis.do("LLEN", "celery")) - int(redis.do("HLEN", "unacked")), forks=True, drained=5_000),
    Peer("arq", "arq", "arq", (1, 1), ("arq", "arq_peer.WorkerSettings"), left_in("ZCARD", "arq:queue"), drained=8_000),
    Peer("saq", "SAQ", "peers", (1, 2), ("saq", "saq_peer.settings", "--quiet"),
         left_in("ZCARD", "saq:default:incomplete"), drained=8_000),
    Peer("taskiq", "taskiq, list", "peers", (2, 2),
         ("taskiq", "worker", "taskiq_peer:broker", "--workers", "{processes}", "--log-level", "ERROR"),
         calls_of("set"), forks=True, guarantees="none", drained=8_000),
    Peer("dramatiq", "dramatiq", "peers", (2, 1),
         ("dramatiq", "dramatiq_peer", "--processes", "{processes}", "--threads", "8"),
         left_in("HLEN", "dramatiq:default.msgs"), forks=True, drained=8_000),
    Peer("sidekiq", "Sidekiq, hiredis", "", (2, 1),
         ("sidekiq", "-q", "default", "-c", "10", "-e", "production", "-r", os.path.join(FOLDER, "sidekiq_peer.rb")),
         calls_of("setex"), guarantees="none"),
    Peer("bare", "bare LPUSH/BRPOP, Python", "peers", (2, 1), ("python", "bare_peer.py"), calls_of("setex"),
         guarantees="none"),
)}


class PeerDeployment:
    """A peer on a Redis that writes nothing to disk. Ends with its `with`."""

    def __init__(self, bench, peer):
        self.bench, self.peer, self.workers = bench, peer, []

    def __enter__(self):
        self.redis = Redis(self.bench, "off")
        self.environment = {**os.environ, "REDIS_PORT": str(self.redis.port), "PYTHONDONTWRITEBYTECODE": "1"}
        self.start_front_end(self.peer.shape[0])
        return self

    def __exit__(self, *_):
        self.bench.stop_all()
        self.bench.clear_away()

    def start_front_end(self, processes):
        self.port = self.bench.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        if self.peer.venv:
            argv = ["uvicorn", f"{self.peer.name}_peer:app", "--host", "127.0.0.1", "--port", str(self.port),
                    "--workers", str(processes), "--loop", "uvloop", "--http", "httptools", "--no-access-log",
                    "--log-level", "error"]
        else:
            argv = ["puma", "-b", f"tcp://127.0.0.1:{self.port}", "-w", str(processes if processes > 1 else 0),
                    "-t", "32:32", "-e", "production", "--quiet", f"{self.peer.name}_peer.ru"]
        self.front_end = self._start("front", argv)
        until(f"the front end of {self.peer.name}", self._is_ready, program=self.front_end)

    def _is_ready(self):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            connection.request("GET", "/")
            return connection.getresponse().status == 404
        except OSError:
            return False

    def start_workers(self, processes):
        values = {"processes": processes, "redis": self.redis.url}
        argv = [word.format(**values) for word in self.peer.worker]
        count = 1 if self.peer.forks else processes
        self.workers = [self._start(f"worker-{number}", argv) for number in range(count)]
        return self.workers

    def _start(self, role, argv):
        if self.peer.venv:
            argv = [os.path.join(venv(self.bench, self.peer), "bin", argv[0]), *argv[1:]]
        name = f"{self.peer.name}-{role}"
        program = Program(name, argv, self.bench.log(name), cwd=FOLDER, env=self.environment)
        self.bench.started(program)
        return program

    def stop_front_end(self):
        self.bench.stop(self.front_end)

    def stop_workers(self):
        self.bench.stop(*self.workers)

    def done(self):
        return self.peer.done(self.redis)


class LeveeDeployment(Deployment):
    """Levee in the same shape as its peers."""

    def start_workers(self, processes):
        for _ in range(processes):
            self.start_worker(is_ready=False)
        return self.workers

    def done(self):
        return self.ended()


class PairDeployment(PeerDeployment):
    """The bare pair in Swift (levee-bench pair)."""

    def __init__(self, bench):
        super().__init__(bench, Peer("pair", "bare LPUSH/BRPOP, Swift", "", (1, 1), (), calls_of("setex"),
                                     guarantees="none"))

    def start_front_end(self, processes):
        self.port = self.bench.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.front_end = self._start("front", self._command("front", "--port", str(self.port)))
        until("the front end of the pair", self._is_ready, program=self.front_end)

    def start_workers(self, processes):
        self.workers = [self._start("worker", self._command("work"))]
        return self.workers

    def _command(self, role, *options):
        return [self.bench.companion, "pair", role, "--redis", self.redis.url, *options]


def venv(bench, peer):
    """The environment that scripts/bench-peers has made, as it tells."""
    return os.environ.get(f"VENV_{peer.venv.upper()}", "")


def reason_against(bench, peer):
    """Why a peer cannot be measured here, or None."""
    if peer.venv:
        folder = venv(bench, peer)
        if not folder:
            return "its packages could not be installed from PyPI"
        if not os.path.exists(os.path.join(folder, "bin", peer.worker[0])):
            return f"{peer.worker[0]} is not in {folder}"
        return None
    for program in ("sidekiq", "puma", "ruby"):
        if shutil.which(program) is None:
            return f"there is no {program}: apt-get install ruby-sidekiq ruby-hiredis puma"
    if subprocess.run(["ruby", "-e", 'require "hiredis"'], capture_output=True).returncode:
        return "Ruby has no hiredis: apt-get install ruby-hiredis"
    return None
