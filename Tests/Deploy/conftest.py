"""What the tests of deploy/ and docs/ share; the deployments are those of the conformance tests."""

import os
import re
import shutil
import signal
from pathlib import Path
from types import FrameType

from support import cluster

ROOT = Path(__file__).resolve().parent.parent.parent
cluster.STATE = cluster.STATE.with_name("deployment")


def pytest_configure() -> None:
    # All is on this machine: no client is to ask a proxy for it.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
    shutil.rmtree(cluster.STATE, ignore_errors=True)
    signal.signal(signal.SIGTERM, interrupt)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A request to end is like Ctrl-C: fixtures clear away."""
    raise KeyboardInterrupt


def seconds(text: str) -> float:
    """A duration as configurations of ours and of others write it, such as 25s."""
    assert re.fullmatch(r"\d+s", text), text
    return float(text[:-1])
