"""Clients that ask for a job which waits, as fast as they are answered: Levee, beside bare Hummingbird routes on the
same Redis, one of them with the one HMGET that a status takes."""
import http.client

from harness.figures import Figure
from harness.levee import Deployment
from harness.load import load
from harness.processes import Program, until
from harness.redis import spent

ONCE, DURABLE = False, False
CLIENTS = 64

FIGURES = [
    Figure("polls.rate", f"status polls of a pending job, {CLIENTS} clients", "/s", falls=False),
    Figure("polls.ratio", "  rate against the route with one HMGET", "x", least=0.9, falls=False),
    Figure("polls.cpu", "  front end, CPU per poll", "us"),
    Figure("polls.calls", "  Redis calls per poll", ""),
    Figure("polls.hmget", "  a Hummingbird route with one HMGET", "/s", falls=None),
    Figure("polls.hmget_cpu", "    its CPU per request", "us", falls=None),
    Figure("polls.bare", "  a bare Hummingbird route", "/s", falls=None),
    Figure("polls.bare_cpu", "    its CPU per request", "us", falls=None),
]


def start_routes(bench, redis):
    """A server with the bare routes, and its base URL."""
    port = bench.free_port()
    routes = Program("routes", [bench.companion, "routes", "--redis", redis.url, "--port", str(port)],
                     bench.log("routes"))
    bench.started(routes)
    until("the bare routes", lambda: answers(port), program=routes)
    return routes, f"http://127.0.0.1:{port}"


def watching(levee, count):
    """The options that have each of so many clients ask for a job of its own: reads of one job may be shared."""
    return [word for _ in range(count) for word in ("--watch", levee.submit())]


def answers(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/bare/jobs/1")
        return connection.getresponse().status == 202
    except OSError:
        return False


def measure(bench, fsync):
    with Deployment(bench, fsync) as levee:
        watched = watching(levee, CLIENTS)
        routes, base = start_routes(bench, levee.redis)
        seconds = 2 if bench.quick else 4

        def storm(url, server, seconds=seconds):
            calls, cpu = levee.redis.calls(), server.cpu()
            report = load(bench, url, *watched, "--every", "0ms", clients=CLIENTS, seconds=seconds)
            assert report.polls > 0, report.data
            more = spent(calls, levee.redis.calls())
            return (report.rates["pollsPerSecond"], (server.cpu() - cpu) / report.polls * 1e6,
                    sum(more.values()) / report.polls)

        servers = {"levee": (levee.url, levee.front_end), "hmget": (base + "/hmget", routes),
                   "bare": (base + "/bare", routes)}
        for url, server in servers.values():
            storm(url, server, seconds=1)
        rate, cpu, calls = storm(*servers["levee"])
        hmget, hmget_cpu, _ = storm(*servers["hmget"])
        bare, bare_cpu, _ = storm(*servers["bare"])
        return {
            "polls.rate": rate, "polls.cpu": cpu, "polls.calls": calls, "polls.ratio": rate / hmget,
            "polls.hmget": hmget, "polls.hmget_cpu": hmget_cpu, "polls.bare": bare, "polls.bare_cpu": bare_cpu,
        }
