"""Many requests at once, of a client that is quick rather than comfortable."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import urllib3

THREADS = 16


def new_pool() -> urllib3.PoolManager:
    """Keeps a connection for each thread; follows nothing, and comes back when a 503 says so: a busy machine has them."""
    retry = urllib3.Retry(
        total=10,
        redirect=0,
        raise_on_redirect=False,
        raise_on_status=False,
        status_forcelist=[503],
        allowed_methods=["GET", "POST"],
    )
    return urllib3.PoolManager(maxsize=THREADS, retries=retry, timeout=120)


def new_crowd() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(THREADS)


def document(response: urllib3.BaseHTTPResponse) -> Any:
    return json.loads(response.data)
