"""What the tests of deploy/ and docs/ share; the deployments are those of the conformance tests."""

import re
from pathlib import Path

from support import cluster

pytest_plugins = ["support.session"]

ROOT = Path(__file__).resolve().parent.parent.parent
cluster.STATE = cluster.STATE.with_name("deployment")


def seconds(text: str) -> float:
    """A duration as configurations of ours and of others write it, such as 25s."""
    assert re.fullmatch(r"\d+s", text), text
    return float(text[:-1])
