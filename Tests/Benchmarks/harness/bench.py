"""One run of benchmarks: its folder, ports, programs and their end."""
import os
import resource
import shutil
import socket
import time

from . import machine
from .processes import cpu_of_sessions


class Bench:
    """Knows what a run has started, and ends all of it."""

    def __init__(self, environment, asked):
        self.root = environment["LEVEE_ROOT"]
        self.levee = environment["LEVEE_BINARY"]
        self.generator = environment.get("GENERATOR") or self.levee
        self.companion = environment["LEVEE_BENCH_BINARY"]
        self.state = environment["LEVEE_STATE"]
        self.slots, self.quick = asked.slots, asked.quick
        # What is said below a figure, by its key: the last round's.
        self.notes = {}
        self._programs, self._processes, self._folders = [], [], []
        self._numbered = 0
        self._work = os.path.join(self.state, "work")
        shutil.rmtree(self._work, ignore_errors=True)
        os.makedirs(os.path.join(self._work, "log"))
        self.facts = machine.facts(self.levee)

    # What is started

    def started(self, program):
        self._programs.append(program)

    def running(self, process):
        self._processes.append(process)

    def ended(self, process):
        """Takes a process off the list that has ended, or ends it."""
        if process.poll() is None:
            process.kill()
            process.wait()
        self._processes.remove(process)

    def stop(self, *programs):
        for program in programs:
            program.stop()
            self._programs.remove(program)

    def stop_all(self):
        for process in list(self._processes):
            self.ended(process)
        # Front ends and workers before their Redis.
        for program in reversed(self._programs):
            program.stop()
        self._programs.clear()

    def clear_away(self):
        """Removes what a measurement has written; logs stay."""
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        self._folders.clear()

    # Places

    def new_folder(self, name):
        """A folder that is there until the end of the measurement."""
        self._numbered += 1
        folder = os.path.join(self._work, f"{name}-{self._numbered}")
        os.makedirs(folder)
        self._folders.append(folder)
        return folder

    def log(self, name):
        return os.path.join(self._work, "log", f"{name}.log")

    @staticmethod
    def free_port():
        """A port that nobody has just now."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    # Time

    def own_cpu(self):
        """Processor seconds of all that this run has started, and of itself."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        living = cpu_of_sessions([program.pid for program in self._programs])
        return living + ended.ru_utime + ended.ru_stime + time.process_time()

    def watch(self):
        return machine.Watch(self.own_cpu)
