"""What schemathesis loads beside its own: it deletes jobs that have ended.

DELETE of one that has not cancels it and removes nothing (202), which the check use_after_free would take for a removal.
"""

from typing import Any
from urllib.parse import quote

import httpx
import schemathesis
from support.client import ENDED

ROUNDS = 10


@schemathesis.hook
def before_call(ctx: schemathesis.HookContext, case: schemathesis.Case, **_: Any) -> None:
    if case.method != "DELETE" or case.path != "/jobs/{id}" or not case.meta or case.meta.phase.name != "stateful":
        return
    url = f"{case.operation.base_url.rstrip('/')}/operations/{quote(str(case.path_parameters['id']), safe='')}"
    headers = {"Authorization": case.headers["Authorization"], "Prefer": "wait=10"}
    for _ in range(ROUNDS):
        response = httpx.get(url, headers=headers, timeout=30)
        if response.status_code != 200 or response.json()["status"] in ENDED:
            return
