"""A private redis-server, and the few commands that a benchmark asks of it."""
import os
import re
import socket

from .processes import Failure, Program, until

# How a job becomes durable: appendfsync, or no append-only file at all.
FSYNC = ("always", "everysec", "no", "off")


class Wire:
    """One connection, spoken to in RESP2 without a library."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    @staticmethod
    def encode(*words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            data = word if isinstance(word, bytes) else str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
        return b"".join(parts)

    def do(self, *words):
        self.socket.sendall(self.encode(*words))
        return self.read()

    def read(self):
        line = self.file.readline()
        if not line:
            raise Failure("Redis closed the connection")
        kind, value = line[:1], line[1:-2].decode()
        if kind == b"$":
            return None if value == "-1" else self.file.read(int(value) + 2)[:-2].decode(errors="replace")
        if kind == b"*":
            return None if value == "-1" else [self.read() for _ in range(int(value))]
        if kind == b"-":
            raise Failure(f"Redis answered {value}")
        return int(value) if kind == b":" else value

    def close(self):
        # Else a thread that reads would keep it open.
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.file.close()
        self.socket.close()


class Redis:
    """A redis-server with nothing in it, in a new folder."""

    def __init__(self, bench, fsync, template=None):
        self.fsync, self.port = fsync, bench.free_port()
        folder = bench.new_folder("redis")
        configuration = os.path.join(folder, "redis.conf")
        template = template or os.path.join(bench.root, "scripts", "redis.conf.template")
        with open(template) as file:
            text = file.read()
        with open("/proc/meminfo") as file:
            memory = int(file.readline().split()[1]) // 2
        values = {"PORT": self.port, "SOCKET": "", "FOLDER": folder, "MEMORY": memory,
                  "FSYNC": "no" if fsync == "off" else fsync}
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        if fsync == "off":
            text += "\nappendonly no\n"
        # Over TCP, as a Redis on another machine is.
        text = re.sub(r"(?m)^unixsocket.*\n", "", text)
        with open(configuration, "w") as file:
            file.write(text)
        self.program = Program("Redis", ["redis-server", configuration], bench.log("redis"), cwd=folder)
        bench.started(self.program)
        until("Redis", self._connect, program=self.program)

    def _connect(self):
        try:
            self.wire = Wire(self.port)
            return self.wire.do("PING") == "PONG"
        except (OSError, Failure):
            return False

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def do(self, *words):
        return self.wire.do(*words)

    def info(self, section):
        lines = self.do("INFO", section).splitlines()
        return dict(line.split(":", 1) for line in lines if ":" in line)

    def calls(self):
        """How often each command was called, those inside of scripts included; INFO and its like left out."""
        calls = {}
        for name, text in self.info("commandstats").items():
            kind = name.removeprefix("cmdstat_")
            if kind.split("|")[0] not in ("info", "config", "ping"):
                calls[kind] = int(re.match(r"calls=(\d+)", text)[1])
        return calls

    def cpu(self):
        """Processor seconds of all its threads."""
        info = self.info("cpu")
        return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])

    def main_cpu(self):
        """Processor seconds of the thread that runs the commands."""
        info = self.info("cpu")
        return float(info["used_cpu_user_main_thread"]) + float(info["used_cpu_sys_main_thread"])

    def memory(self):
        """Bytes that it has allocated."""
        return int(self.info("memory")["used_memory"])

    def stop(self):
        self.wire.close()
        self.program.stop(grace=20)


def spent(before, after):
    """What was called between two readings of Redis.calls()."""
    return {kind: count - before.get(kind, 0) for kind, count in after.items() if count > before.get(kind, 0)}
