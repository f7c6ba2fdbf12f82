"""Many requests at once, of a client that is quick rather than comfortable."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import urllib3

THREADS = 16


def new_pool() -> urllib3.PoolManager:
    """Keeps a connection for each thread; follows and repeats nothing."""
    return urllib3.PoolManager(maxsize=THREADS, retries=False, timeout=120)


def new_crowd() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS)


def document(response: urllib3.BaseHTTPResponse) -> Any:
    return json.loads(response.data)
