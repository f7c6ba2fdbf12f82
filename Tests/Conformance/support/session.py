"""A run of tests from its first moment on: a plugin of pytest that conftest.py of each suite names."""

import os
import shutil
import signal
from types import FrameType

from support import cluster


def pytest_configure() -> None:
    # All is on this machine: no client is to ask a proxy for it.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    shutil.rmtree(cluster.STATE, ignore_errors=True)
    signal.signal(signal.SIGTERM, interrupt)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A request to end is like Ctrl-C: fixtures clear away."""
    raise KeyboardInterrupt
