"""Processes that a benchmark starts, what processor time they take, and their end."""
import ctypes
import os
import signal
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
LIBC = ctypes.CDLL(None)


class Failure(Exception):
    """A measurement that could not be made; the text says why."""


def die_with_parent():
    """In a child, before its program: it is killed when we are, so that nothing is left behind (PR_SET_PDEATHSIG)."""
    LIBC.prctl(1, signal.SIGKILL)


class Program:
    """A program in a session of its own, with whatever it starts in turn."""

    def __init__(self, name, argv, log, cwd=None, env=None):
        self.name, self.log = name, log
        with open(log, "ab") as out:
            try:
                self.process = subprocess.Popen(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out,
                                                stderr=out, start_new_session=True,
                                                preexec_fn=die_with_parent)
            except OSError as error:
                raise Failure(f"{argv[0]} cannot be started: {error.strerror}") from error

    @property
    def pid(self):
        return self.process.pid

    @property
    def is_alive(self):
        return self.process.poll() is None

    def said(self):
        """The last that it has written, and where there is more."""
        with open(self.log, errors="replace") as file:
            lines = [line for line in file.read().splitlines() if line.strip()]
        return " | ".join(lines[-3:]) + f" ({self.log})"

    def cpu(self):
        """Processor seconds so far, those of its children and of children that have ended included."""
        return cpu_of_sessions([self.pid])

    def resident(self):
        """Resident memory in bytes."""
        with open(f"/proc/{self.pid}/status") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise Failure(f"{self.name} has ended")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def stop(self, grace=8):
        """Asks it to end, with all that belongs to it, and waits; what has not ended by then is killed."""
        for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 3)):
            deadline = time.monotonic() + patience
            try:
                os.killpg(self.pid, number)
                while time.monotonic() < deadline:
                    self.process.poll()
                    os.killpg(self.pid, 0)
                    time.sleep(0.01)
            except ProcessLookupError:
                self.process.wait()
                return


def cpu_of_sessions(sessions):
    """Processor seconds of all processes in some sessions, and of their children that have ended."""
    wanted, ticks = set(sessions), 0
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) in wanted:
            ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICK


def until(what, condition, limit=30, program=None):
    """Waits for a condition; a program that ends meanwhile is a failure."""
    deadline = time.monotonic() + limit
    while not condition():
        if program is not None and not program.is_alive:
            raise Failure(f"{program.name} ended: {program.said()}")
        if time.monotonic() > deadline:
            raise Failure(f"{what} did not come within {limit} s" + (f": {program.said()}" if program else ""))
        time.sleep(0.005)
