"""The machine: what it is, and what else it did meanwhile."""
import os
import platform
import subprocess
import time

from .processes import TICK


def facts(levee):
    """What a figure depends on besides Levee."""
    model = "unknown"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) // 1024
    return {
        "cores": os.cpu_count(),
        "cpu": model,
        "memoryMiB": memory,
        "kernel": f"{platform.system()} {platform.release()}",
        "redis": output("redis-server", "--version").split("v=")[1].split()[0],
        "levee": output(levee, "--version"),
        "python": platform.python_version(),
    }


def output(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()


class Watch:
    """How busy the machine is with other things than ours, from its start to its reading."""

    def __init__(self, ours):
        self._ours = ours
        self._began, self._busy, self._own = time.monotonic(), self._read(), ours()

    @staticmethod
    def _read():
        with open("/proc/stat") as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
        return (sum(fields) - fields[3] - fields[4]) / TICK

    def others(self):
        """The share of all processors that others took, 0 to 1; what the hypervisor took counts as others."""
        busy, own = self._read() - self._busy, self._ours() - self._own
        return max(0.0, (busy - own) / (time.monotonic() - self._began) / os.cpu_count())


def pace():
    """Processor seconds of a fixed piece of work: how fast this machine is just now."""
    began = time.process_time()
    value = 1
    for number in range(1_000_000):
        value = (value * 31 + number) & 0xFFFFFFFF
    return time.process_time() - began
