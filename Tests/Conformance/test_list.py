"""GET /jobs at the admin door: all jobs, page by page."""

from support.client import Client, problem


def pages(admin: Client, path: str) -> list[list[dict]]:
    """All pages, as `Link` leads from one to the next."""
    found = []
    while path:
        response = admin.get(path)
        assert response.status_code == 200, response.text
        found.append(response.json()["jobs"])
        following = response.links.get("next")
        assert (following is None) == (response.json()["next"] is None)
        path = following["url"] if following else ""
    return found


def test_filters(levee: Client, admin: Client) -> None:
    held = levee.submit("held", {}).id
    done = levee.run("square", {"number": 3})["id"]
    failed = levee.run("fail", {"retryable": False})["id"]

    def ids(query: str) -> set[str]:
        return {job["id"] for page in pages(admin, f"/jobs?limit=500&{query}") for job in page}

    assert held in ids("state=queued") and done not in ids("state=queued")
    assert done in ids("state=succeeded") and failed not in ids("state=succeeded")
    assert failed in ids("type=fail") and held not in ids("type=fail")
    assert held in ids("queue=held") and done not in ids("queue=held")
    assert ids("queue=held&state=succeeded") == set()


def test_unknown_filter_is_400(admin: Client) -> None:
    for query in ("state=done", "limit=0", "limit=x", "cursor=x", "queue=nowhere"):
        problem(admin.get(f"/jobs?{query}"), 400, "invalid-query")


def test_cursor_is_stable_while_jobs_come_in(levee: Client, admin: Client) -> None:
    before = {levee.submit("held", n).id for n in range(12)}
    seen: list[str] = []
    path = "/jobs?queue=held&limit=5"
    while path:
        response = admin.get(path)
        seen += [job["id"] for job in response.json()["jobs"]]
        levee.submit("held", "meanwhile")
        path = response.links["next"]["url"] if "next" in response.links else ""
    assert len(seen) == len(set(seen))
    assert before <= set(seen)
