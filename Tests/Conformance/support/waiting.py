"""Waiting for what has to come about. How soon that is makes no difference here, but what makes it come does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
LIMIT = 60.0

# A front end reads all that is waited for once a minute, in case that a message was lost; a wait takes as long at most.
PATROL = 60.0
# Who is told by a message is told long before that, however busy the machine.
WAKE_LIMIT = 25.0
# How long waiters are given to begin to wait. Those who come later are answered at once, which shows less.
HEAD_START = 0.5


def eventually(what: str, found: Callable[[], T | None], limit: float = LIMIT) -> T:
    """What `found` gives, as soon as that is neither None nor False."""
    deadline = time.monotonic() + limit
    while True:
        value = found()
        if value is not None and value is not False:
            return value
        assert time.monotonic() < deadline, f"not within {limit:.0f} s: {what}"
        time.sleep(0.02)


@contextmanager
def woken() -> Iterator[None]:
    """What is waited for inside, for up to a minute, comes because somebody was told of it, and not when the time is over."""
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    assert took < WAKE_LIMIT, f"answered after {took:.1f} s: no message has woken who waited"
