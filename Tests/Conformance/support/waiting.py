"""Waiting for what has to come about; how soon is nobody's business here."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
LIMIT = 60.0


def eventually(what: str, found: Callable[[], T | None], limit: float = LIMIT) -> T:
    """What `found` gives, as soon as that is neither None nor False."""
    deadline = time.monotonic() + limit
    while True:
        value = found()
        if value is not None and value is not False:
            return value
        assert time.monotonic() < deadline, f"not within {limit:.0f} s: {what}"
        time.sleep(0.02)
