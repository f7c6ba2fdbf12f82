"""What schemathesis loads beside its own.

It deletes jobs that have ended: DELETE of one that has not cancels it and removes nothing (202), which the check use_after_free
would take for a removal. As an outside worker it does not wait long, and half of the leases it names are some that it holds. As
an operator it removes jobs of its own only, since others are asked for again, and does not look at the dashboard for ever.
"""

import os
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
import schemathesis
from support.client import ENDED

ROUNDS = 10
OUTSIDE = "outside"
calls = count()


@schemathesis.hook
def before_call(ctx: schemathesis.HookContext, case: schemathesis.Case, **_: Any) -> None:
    if case.method == "POST" and case.path.startswith("/leases"):
        work(case)
    elif case.path == "/dashboard/events":
        look_away(case)
    elif case.method == "DELETE" and case.path == "/jobs/{id}" and "SUBMIT_URL" in os.environ:
        remove_one_more(case)
    else:
        delete_what_has_ended(case)


def look_away(case: schemathesis.Case) -> None:
    """What is no number stays as it is."""
    count = str((case.query or {}).get("count", 2))
    if count.isdecimal() and int(count) > 2 or "count" not in (case.query or {}):
        case.query = {**(case.query or {}), "count": 2}


def remove_one_more(case: schemathesis.Case) -> None:
    """Half of what is removed is there, and has ended."""
    if next(calls) % 2 or "Authorization" not in (case.headers or {}):
        return
    submit = {"Authorization": f"Bearer {os.environ['SUBMIT_KEY']}"}
    headers = {"Authorization": case.headers["Authorization"]}
    made = httpx.post(os.environ["SUBMIT_URL"], content=b"x", headers=submit, timeout=30).json()["id"]
    httpx.post(f"{case.operation.base_url.rstrip('/')}/jobs/{made}/cancel", headers=headers, timeout=30)
    case.path_parameters = {**(case.path_parameters or {}), "id": made}


def work(case: schemathesis.Case) -> None:
    if case.path == "/leases" and isinstance(case.body, dict):
        # What is no number stays as it is; 52.0 is an integer in JSON Schema.
        for name, most in (("wait", 0), ("lease", 2)):
            if isinstance(case.body.get(name, most), (int, float)):
                case.body[name] = min(case.body.get(name, most), most)
    if case.path == "/leases" or next(calls) % 2 or "Authorization" not in (case.headers or {}):
        return
    submit = {"Authorization": f"Bearer {os.environ['SUBMIT_KEY']}"}
    httpx.post(os.environ["SUBMIT_URL"], content=b"x", headers=submit, timeout=30)
    headers = {"Authorization": case.headers["Authorization"]}
    order = {"queues": [OUTSIDE], "wait": 0, "lease": 2}
    response = httpx.post(f"{case.operation.base_url.rstrip('/')}/leases", json=order, headers=headers, timeout=30)
    if response.status_code != 200 or not response.json()["leases"]:
        return
    lease = response.json()["leases"][0]
    case.path_parameters = {**(case.path_parameters or {}), "id": lease["id"]}
    case.query = {**(case.query or {}), "fence": lease["fence"]}


def delete_what_has_ended(case: schemathesis.Case) -> None:
    if case.method != "DELETE" or case.path != "/jobs/{id}" or not case.meta or case.meta.phase.name != "stateful":
        return
    url = f"{case.operation.base_url.rstrip('/')}/operations/{quote(str(case.path_parameters['id']), safe='')}"
    headers = {"Authorization": case.headers["Authorization"], "Prefer": "wait=10"}
    for _ in range(ROUNDS):
        response = httpx.get(url, headers=headers, timeout=30)
        if response.status_code != 200 or response.json()["status"] in ENDED:
            return
