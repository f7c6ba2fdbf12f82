"""Front ends and workers of Levee on a Redis of their own."""
import http.client
import os

from .processes import Program, until
from .redis import Redis


CONFIGURATION = """\
jobs:
  square: {handler: {builtin: square}, accepts: [application/json]}
  echo: {handler: {builtin: echo}, maxPayload: 2MiB, maxResult: 2MiB}
  stamp: {queue: stamp, accepts: [application/json]}
"""


class Deployment:
    """Redis, a front end, and workers as they are asked for. Ends with its `with`.

    `wrapper` is what programs are started by, `program` another levee than the one that is measured. Beside the queue
    `default` there are as many as `queues` says, queue0 and on, each with a type of job, echo0 and on."""

    def __init__(self, bench, fsync, wrapper=(), queues=0, program=None):
        self.bench, self.fsync, self.wrapper, self._queues = bench, fsync, list(wrapper), queues
        self.workers, self.program = [], program or bench.levee

    def __enter__(self):
        self._configuration = os.path.join(self.bench.new_folder("configuration"), "levee.yaml")
        with open(self._configuration, "w") as file:
            file.write(CONFIGURATION)
            for number in range(self._queues):
                file.write(f"  echo{number}: {{handler: {{builtin: echo}}, queue: queue{number}}}\n")
        self.redis = Redis(self.bench, self.fsync)
        self.start_front_end()
        return self

    def __exit__(self, *_):
        self.bench.stop_all()
        self.bench.clear_away()

    def start_front_end(self, limit=30):
        self.port, admin = self.bench.free_port(), self.bench.free_port()
        self.front_end = self._start("front end", ["serve", "--host", "127.0.0.1", "--port", str(self.port),
                                                   "--admin-port", str(admin)])
        until("the front end", self._is_ready, limit, self.front_end)
        return self.front_end

    def start_worker(self, slots=None, command=None, is_ready=True):
        name = f"worker-{len(self.workers) + 1}"
        if command is None:
            worker = self._start(name, ["work", "--name", name, "--slots", str(slots or self.bench.slots)])
        else:
            worker = Program(name, [self.bench.companion, command, "--redis", self.redis.url], self.bench.log(name))
            self.bench.started(worker)
        before = len(self.workers)
        self.workers.append(worker)
        if is_ready:
            # It waits for its first wake-up.
            until(name, lambda: self._blocked() > before, program=worker)
        return worker

    def _blocked(self):
        return int(self.redis.info("clients")["blocked_clients"])

    def stop_workers(self):
        self.bench.stop(*self.workers)
        self.workers = []

    def stop_front_end(self):
        self.bench.stop(self.front_end)

    def _start(self, name, arguments):
        argv = [*self.wrapper, self.program, arguments[0], "--config", self._configuration,
                "--redis", self.redis.url, *arguments[1:]]
        program = Program(name, argv, self.bench.log(name))
        self.bench.started(program)
        return program

    def _is_ready(self):
        try:
            return self.request("GET", "/readyz")[0] == 200
        except OSError:
            return False

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def request(self, method, path, body=None, headers=()):
        """A request on a connection of its own: status, header fields, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def submit(self, kind="square", payload=b'{"number":7}'):
        """Submits a job and returns its id."""
        status, fields, _ = self.request("POST", f"/jobs/{kind}", payload, {"Content-Type": "application/json"})
        assert status == 202, status
        return fields["Location"].rsplit("/", 1)[1]

    def ended(self, queue="default"):
        """How many jobs of a queue have succeeded."""
        figures = self.redis.do("HGET", f"levee:{{00}}:stats:{queue}", "figures")
        return int(figures.split()[5]) if figures else 0
