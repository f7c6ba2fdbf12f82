"""The dashboard in a real browser: what is shown is what is so, and what is clicked is done."""

import signal
import struct
import subprocess
import zlib
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from support.client import Client
from support.cluster import Cluster, looks
from support.keys import KeyedCluster
from support.waiting import eventually

pytest.importorskip("selenium")
from selenium.webdriver.common.keys import Keys  # noqa: E402
from support.browser import MISSING, PHONE, Browser  # noqa: E402

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no {' and no '.join(MISSING)}: scripts/setup conformance has them on Debian")

SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x0a\x6e\x78" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def watched() -> Iterator[Cluster]:
    with Cluster("dashboard", file="dashboard.yaml") as cluster:
        cluster.start(front_ends=1, workers=2)
        with Client(cluster.front_ends[0].admin_url) as admin:
            assert admin.post("/queues/held/pause").status_code == 200
        yield cluster


@pytest.fixture(scope="module")
def levee(watched: Cluster) -> Iterator[Client]:
    with Client(watched.front_ends[0].url) as client:
        yield client


@pytest.fixture(scope="module")
def admin(watched: Cluster) -> Iterator[Client]:
    with Client(watched.front_ends[0].admin_url) as client:
        yield client


@pytest.fixture(scope="module")
def opened(watched: Cluster) -> Iterator[Browser]:
    with Browser(watched.front_ends[0].admin_url) as browser:
        yield browser


@pytest.fixture
def browser(opened: Browser) -> Iterator[Browser]:
    """The browser, about whose pages nothing may be amiss when a test is over."""
    opened.size(1280, 900)
    opened.complaints()
    yield opened
    assert opened.complaints() == []


def test_figures_follow_the_jobs(browser: Browser, levee: Client) -> None:
    browser.open()
    browser.see("live", ".state")
    before = int(browser.row("Queues", "default")[9].replace(",", ""))
    ready = int(browser.figure("Ready"))
    for number in range(7):
        levee.run("square", {"number": number})
        levee.submit("held", {})
    browser.until("7 more succeeded", lambda: browser.row("Queues", "default")[9] == f"{before + 7:,}")
    browser.until("7 more wait", lambda: browser.figure("Ready") == f"{ready + 7:,}")
    assert "paused" in browser.row("Queues", "held")[0]
    assert float(browser.figure("Out / s")) > 0
    # What workers run is known from their heartbeats.
    browser.until("no slot is busy", lambda: browser.figure("Slots busy") == "0 / 8")
    assert len(browser.all('table[aria-label="Workers"] tbody tr')) == 2


def test_job_with_pictures_shows_them(browser: Browser, levee: Client) -> None:
    id = levee.run("picture", png(30, 20), {"Content-Type": "image/png"})["id"]
    browser.open(f"/jobs/{id}")
    sizes = "return [...document.querySelectorAll('.view img')].map((node) => [node.naturalWidth, node.naturalHeight])"
    browser.until("two pictures", lambda: browser.run(sizes) == [[30, 20], [30, 20]])
    browser.see("succeeded", "h1")
    assert browser.texts(".log .badge")[-1].endswith("succeeded")


def test_job_is_followed_while_it_runs(browser: Browser, levee: Client, admin: Client) -> None:
    id = levee.submit("hostile", {}).id
    browser.open(f"/jobs/{id}")
    browser.see("failed", "h1")
    history = admin.get(f"/jobs/{id}/history").json()["history"]
    browser.until("the whole log", lambda: len(browser.all(".log li > time")) == len(history))


def test_hostile_texts_are_texts(browser: Browser, levee: Client, admin: Client) -> None:
    id = levee.run("hostile", SCRIPT.encode(), {"Content-Type": "text/html"})["id"]
    page = levee.run("page", SCRIPT.encode(), {"Content-Type": f'text/html; a="{"<b>"}"'})["id"]
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(4)"><script>alert(5)</script></svg>'
    picture = levee.run("page", svg, {"Content-Type": "image/svg+xml"})["id"]
    for path, words in [
        (f"/jobs/{id}", "<script>alert(3)"),
        (f"/jobs/{id}", "progress: 30% <img src=x onerror=alert(1)>"),
        ("/jobs?state=failed", "<script>alert(3)"),
        ("/queues/default", "<script>alert(3)"),
        (f"/jobs/{page}", SCRIPT),
        (f"/jobs?type={quote(SCRIPT)}", "The parameter type is not a name."),
        (f"/queues/{quote(SCRIPT, safe='')}", f"There is no queue {SCRIPT}"),
        (f"/jobs/{quote(SCRIPT, safe='')}", "never given out"),
    ]:
        browser.open(path)
        browser.see(words)
    browser.open(f"/jobs/{picture}")
    browser.until("the picture", lambda: browser.run("return document.querySelector('.view img')?.naturalWidth") == 9)
    # No dialog was opened by any of it: the browser would not go on.
    assert browser.run("return document.querySelectorAll('main script, main [onerror], main [onload]').length") == 0
    # An HTML payload that is opened by itself is saved, not shown.
    answer = admin.get(f"/jobs/{id}/payload")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_cancel_asks_first(browser: Browser, levee: Client) -> None:
    id = levee.submit("held", {}).id
    browser.open(f"/jobs/{id}")
    browser.click("button", "Cancel")
    browser.see(f"Cancel {id}?", "dialog")
    browser.click("dialog button", "Leave it")
    assert levee.status(id)["status"] == "queued"
    browser.click("button", "Cancel")
    browser.click("dialog button", "Cancel the job")
    browser.see("canceled", "h1")
    assert levee.status(id)["status"] == "canceled"


def test_retry_leads_to_the_new_job(browser: Browser, levee: Client, admin: Client) -> None:
    id = levee.run("fail", {})["id"]
    browser.open(f"/jobs/{id}")
    browser.click("button", "Retry")
    browser.until("the new job", lambda: browser.fragment.startswith("/jobs/00") and id not in browser.fragment)
    made = browser.fragment.removeprefix("/jobs/")
    assert admin.get(f"/jobs/{made}").json()["retryOf"] == id
    browser.click(".facts a", id)
    browser.see("Made anew as")


def test_remove_leaves_nothing(browser: Browser, levee: Client) -> None:
    id = levee.run("square", {"number": 3})["id"]
    browser.open(f"/jobs/{id}")
    browser.click("button", "Remove")
    browser.click("dialog button", "Remove it")
    browser.until("the list of jobs", lambda: browser.fragment == "/jobs?queue=default")
    assert levee.get(f"/operations/{id}").status_code == 410
    browser.open(f"/jobs/{id}")
    browser.see("was removed")


def test_pause_and_resume(browser: Browser, levee: Client, admin: Client) -> None:
    browser.open("/queues/spare")
    browser.click("button", "Pause")
    browser.see("Pause spare?", "dialog")
    browser.click("dialog button", "Pause")
    browser.see("paused", "h1")
    assert admin.get("/queues/spare").json()["paused"]
    id = levee.submit("spare", {}).id
    browser.until("one waits", lambda: browser.figure("Ready") == "1")
    browser.click("button", "Resume")
    browser.click("dialog button", "Resume")
    assert levee.end(id)["status"] == "succeeded"


def test_purge_wants_the_name_of_the_queue(browser: Browser, levee: Client, admin: Client) -> None:
    admin.post("/queues/spare/pause")
    jobs = [levee.submit("spare", {}).id for _ in range(3)] + [levee.submit("spare", {}, {"Delay": "600"}).id]
    browser.open("/queues/spare")
    browser.until("three wait", lambda: browser.figure("Ready") == "3" and browser.figure("Scheduled") == "1")
    browser.click("button", "Purge")
    browser.see("4 jobs, 3 ready and 1 scheduled", "dialog")
    go = browser.one("dialog button", "Cancel 4 jobs")
    assert not go.is_enabled()
    browser.press("spar")
    assert not go.is_enabled()
    browser.press("e")
    assert go.is_enabled()
    go.click()
    browser.see("4 jobs of spare canceled", "#toasts")
    assert {levee.status(id)["status"] for id in jobs} == {"canceled"}
    admin.post("/queues/spare/resume")


def test_dead_letters_are_retried_and_removed(browser: Browser, levee: Client, admin: Client) -> None:
    admin.delete("/queues/default/dead")
    failed = [levee.run("fail", {})["id"] for _ in range(2)]
    browser.open("/queues/default")
    browser.until("two dead letters", lambda: len(browser.all('table[aria-label="Dead letters"] tbody tr')) == 2)
    browser.click(f'button[aria-label="Retry {failed[0]}"]')
    eventually("it was made anew", lambda: admin.get(f"/jobs/{failed[0]}").json()["retriedAs"])
    browser.click(f'button[aria-label="Remove {failed[1]}"]')
    browser.click("dialog button", "Remove it")
    eventually("it is gone", lambda: admin.get(f"/jobs/{failed[1]}").status_code == 410)
    browser.click("button", "Remove all")
    browser.press("default", Keys.ENTER)
    eventually("none is left", lambda: admin.get("/queues/default/dead").json()["total"] == 0)
    browser.until("none is shown", lambda: not browser.all('table[aria-label="Dead letters"]'))


def test_search_finds_jobs_queues_and_types(browser: Browser, levee: Client) -> None:
    id = levee.run("square", {"number": 3})["id"]
    browser.open()
    browser.see("live", ".state")
    browser.until("the queues", lambda: browser.row("Queues", "held"))
    for words, fragment in [(id.upper(), f"/jobs/{id}"), ("held", "/queues/held"), ("square", "/jobs?type=square")]:
        browser.press("/")
        browser.press(words, Keys.ENTER)
        browser.until(fragment, lambda: browser.fragment == fragment)
    browser.see("square", 'table[aria-label="Jobs"] td')
    assert set(browser.texts('table[aria-label="Jobs"] td:nth-child(3)')) == {"square"}


def test_addresses_survive_reload_and_back(browser: Browser, levee: Client) -> None:
    id = levee.submit("held", {}).id
    browser.open("/queues/held")
    browser.see("paused", "h1")
    browser.click("main a", "Jobs")
    browser.until("the list", lambda: browser.fragment == "/jobs?queue=held")
    browser.click('.chips a[href="#/jobs?queue=held&state=running"]')
    browser.see("No jobs running in held")
    browser.open("/jobs?queue=held&state=queued&type=held")
    browser.click('table[aria-label="Jobs"] a', id)
    browser.see("queued", "h1")
    browser.driver.refresh()
    browser.see(id, "h1")
    browser.driver.back()
    browser.see(id, 'table[aria-label="Jobs"]')
    assert browser.fragment == "/jobs?queue=held&state=queued&type=held"
    browser.driver.forward()
    browser.see(id, "h1")


def test_pages_of_jobs_are_addresses(browser: Browser, levee: Client) -> None:
    for number in range(30):
        levee.submit("held", number)
    browser.open("/jobs?queue=held&state=queued")
    browser.until("a full page", lambda: len(browser.all('table[aria-label="Jobs"] tbody tr')) == 25)
    first = browser.texts('table[aria-label="Jobs"] td:nth-child(2)')
    browser.click("a", "Next page")
    browser.until("other jobs", lambda: not set(first) & set(browser.texts('table[aria-label="Jobs"] td:nth-child(2)')))
    browser.driver.back()
    browser.until("the first page", lambda: browser.texts('table[aria-label="Jobs"] td:nth-child(2)') == first)


def test_all_is_reached_by_the_keyboard(browser: Browser, levee: Client) -> None:
    id = levee.submit("held", {}).id
    browser.open()
    browser.see("live", ".state")
    for keys, fragment in [("gj", "/jobs"), ("gw", "/workers"), ("go", "/")]:
        browser.press(*keys)
        browser.until(fragment, lambda: browser.fragment == fragment)
    browser.press("?")
    browser.see("Keyboard", "dialog")
    browser.press(Keys.ESCAPE)
    browser.until("no dialog", lambda: not browser.all("dialog"))
    browser.tab_to("held")
    outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "where the focus is can be seen"
    browser.press(Keys.ENTER)
    browser.until("the queue", lambda: browser.fragment == "/queues/held")
    browser.open(f"/jobs/{id}")
    browser.see("queued", "h1")
    browser.tab_to("Cancel")
    browser.press(Keys.ENTER)
    browser.until("the dialog", lambda: browser.focused() == "Leave it")
    browser.press(Keys.TAB, Keys.ENTER)
    browser.see("canceled", "h1")
    assert levee.status(id)["status"] == "canceled"


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs?state=failed", "/workers", "/queues/default", "job"])
def test_a_phone_shows_it_without_scrolling_sideways(browser: Browser, levee: Client, path: str) -> None:
    job = levee.run("hostile", b"x" * 3_000, {"Content-Type": "text/plain"})["id"]
    browser.size(PHONE, 740)
    browser.open(f"/jobs/{job}" if path == "job" else path)
    browser.until("the view", lambda: browser.all("main table, main .log"))
    assert browser.run("return document.documentElement.scrollWidth") <= PHONE


def test_dark_and_light(browser: Browser) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    browser.open()
    light = browser.run(ground)
    browser.emulate(**{"prefers-color-scheme": "dark"})
    browser.until("dark as the system", lambda: browser.run(ground) != light)
    dark = browser.run(ground)
    browser.press("t")
    assert browser.run(ground) == light
    browser.driver.refresh()
    browser.see("live", ".state")
    assert browser.run(ground) == light, "it is remembered"
    browser.emulate(**{"prefers-color-scheme": "light"})
    browser.press("t")
    assert browser.run(ground) == dark
    browser.press("t")
    assert browser.run(ground) == light


def test_nothing_moves_for_who_wants_that(browser: Browser) -> None:
    animation = "return getComputedStyle(document.querySelector('.state'), '::before').animationName"
    browser.open()
    browser.see("live", ".state")
    assert browser.run(animation) == "breathe"
    browser.emulate(**{"prefers-reduced-motion": "reduce"})
    browser.until("stillness", lambda: browser.run(animation) == "none")
    browser.emulate(**{"prefers-color-scheme": "light"})


def test_redis_away_is_said_and_over_when_it_is_back(browser: Browser, watched: Cluster) -> None:
    browser.open()
    browser.see("live", ".state")
    figure = browser.figure("Ready")
    watched.redis.kill()
    browser.see("Redis does not answer", "#notice")
    browser.see("no Redis", ".state")
    assert browser.figure("Ready") == figure, "what was last seen stays"
    assert float(browser.run("return getComputedStyle(document.querySelector('.figures')).opacity")) < 0.6, "but not as if it were so"
    watched.redis.start()
    watched.await_redis()
    browser.see("live", ".state")
    browser.until("no notice", lambda: not browser.all("#notice"))


def test_front_end_away_is_said_with_the_age_of_what_is_shown(watched: Cluster) -> None:
    front_end = watched.add_front_end()
    with Browser(front_end.admin_url) as browser:
        browser.open()
        browser.see("live", ".state")
        front_end.stop()
        browser.see("The front end does not answer. What you see is", "#notice")
        browser.see("Next attempt in", "#notice")
        front_end.command += ["--port", str(front_end.port), "--admin-port", str(front_end.admin_port)]
        front_end.start()
        browser.see("live", ".state")


def test_front_end_that_says_nothing_is_not_taken_for_alive(watched: Cluster) -> None:
    front_end = watched.add_front_end()
    with Browser(front_end.admin_url) as browser:
        browser.open()
        browser.see("live", ".state")
        front_end.send(signal.SIGSTOP)
        browser.see("Nothing new is coming. What you see is", "#notice")
        browser.see("silent", ".state")
        front_end.send(signal.SIGCONT)
        browser.until("no notice", lambda: not browser.all("#notice"))


def test_key_is_asked_for_and_kept_in_the_tab_only(keyed: KeyedCluster) -> None:
    with keyed.client("shop") as shop:
        id = shop.run("picture", png(3, 2), {"Content-Type": "image/png"})["id"]
    with Browser(keyed.front_ends[0].admin_url) as browser:
        browser.open(f"/jobs/{id}")
        browser.see("This deployment has API keys")
        browser.press("levee_nonsense", Keys.ENTER)
        browser.see("The API key is not known")
        browser.press(keyed.secrets["reader"], Keys.ENTER)
        browser.see("The API key is not good for this")
        browser.press(keyed.secrets["operator"], Keys.ENTER)
        browser.see("succeeded", "h1")
        width = "return document.querySelector('.view img')?.naturalWidth"
        browser.until("the picture, which takes the key as well", lambda: browser.run(width) == 3)
        assert browser.run("return [localStorage.length, document.cookie]") == [0, ""]
        assert browser.run("return Object.values(sessionStorage)") == [keyed.secrets["operator"]]
        browser.driver.refresh()
        browser.see("succeeded", "h1")
        browser.click("button", "Sign out")
        browser.see("Sign in", "h1")
        assert browser.run("return sessionStorage.length") == 0
        assert browser.complaints() == []


def test_page_of_another_site_changes_nothing(watched: Cluster, levee: Client, admin: Client) -> None:
    """A page under another origin sends a form and a request; both leave the browser, and neither does anything."""
    other = watched.add_front_end()
    id = levee.submit("held", {}).id
    target = watched.front_ends[0].admin_url
    script = """
        const [target, id, done] = arguments;
        const form = document.createElement('form');
        const frame = document.createElement('iframe');
        frame.name = 'out';
        Object.assign(form, { method: 'post', action: `${target}/queues/spare/pause`, target: 'out' });
        document.body.append(frame, form);
        form.submit();
        Promise.allSettled([
            fetch(`${target}/jobs/${id}/cancel`, { method: 'POST', mode: 'no-cors' }),
            fetch(`${target}/queues/held/purge`, { method: 'POST', mode: 'no-cors' }),
            fetch(`${target}/jobs/${id}`, { method: 'DELETE' }),
        ]).then((results) => done(results.map((result) => result.status)));
    """
    with Browser(other.url) as browser:
        # The clients' door has no policy for pages: whatever it answers stands in for a page of somebody else.
        browser.driver.get(f"{other.url}/livez")
        assert browser.driver.execute_async_script(script, target, id)[:2] == ["fulfilled", "fulfilled"]
    assert levee.status(id)["status"] == "queued"
    assert not admin.get("/queues/spare").json()["paused"]


def readings(cluster: Cluster, seconds: int) -> list[int]:
    """The looks at the whole deployment in a while, by the number of their commands."""
    monitor = ["timeout", f"{seconds}", "redis-cli", "-s", str(cluster.socket), "monitor"]
    return looks(subprocess.run(monitor, stdout=subprocess.PIPE, text=True, check=False).stdout)


def test_viewers_share_readings_and_readings_are_small(watched: Cluster, levee: Client, browser: Browser) -> None:
    browser.driver.get("about:blank")
    url = f"{watched.front_ends[0].admin_url}/dashboard/events"
    eventually("nobody looks, and nothing is read", lambda: readings(watched, 2) == [])
    for number in range(50):
        levee.submit("held", number)
        levee.submit("square", {"number": number}, {"Delay": "600"})
    viewers = [subprocess.Popen(["curl", "-sN", url], stdout=subprocess.PIPE) for _ in range(5)]
    try:
        for viewer in viewers:
            assert viewer.stdout.readline() == b"event: history\n"
        taken = readings(watched, 6)
    finally:
        for viewer in viewers:
            viewer.kill()
            viewer.communicate()
    # One a second, whoever looks; a second more or less, since the two clocks do not begin together.
    assert 0 < len(taken) <= 8
    assert max(taken) < 40
