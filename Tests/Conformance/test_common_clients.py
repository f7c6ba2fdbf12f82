"""Clients that everybody has: what they do by default is enough."""

import subprocess
import time
from pathlib import Path

import httpx
import pytest
import requests
import urllib3
from support.client import Client
from support.waiting import LIMIT, eventually, woken


def test_requests_polls_until_the_redirect(levee: Client) -> None:
    session = requests.Session()
    answer = session.post(f"{levee.base}/jobs/sleep", json={"seconds": 0.5})
    while answer.status_code == 202:
        time.sleep(int(answer.headers["Retry-After"]))
        answer = session.get(answer.headers["Location"])
    assert [hop.status_code for hop in answer.history] == [302]
    assert answer.json() == {"slept": 0.5}


def test_httpx_polls_until_the_redirect(levee: Client) -> None:
    with httpx.Client(follow_redirects=True) as client:
        answer = client.post(f"{levee.base}/jobs/square", json={"number": 12})
        while answer.status_code == 202:
            time.sleep(int(answer.headers["Retry-After"]))
            answer = client.get(answer.headers["Location"])
        assert [hop.status_code for hop in answer.history] == [302]
        assert answer.json() == {"square": 144}


def test_requests_raises_for_a_failed_job(levee: Client) -> None:
    id = levee.run("fail", {"retryable": False})["id"]
    with pytest.raises(requests.HTTPError):
        requests.get(f"{levee.base}/jobs/{id}").raise_for_status()


def test_urllib3_comes_back_when_a_full_queue_says_so(levee: Client) -> None:
    levee.run("narrow", {"seconds": 0.2})
    for _ in range(3):
        # One of them may have been taken by a worker before the queue was full.
        levee.post("/jobs/narrow", json={"seconds": 1.5})
    retry = urllib3.Retry(total=60, status_forcelist=[503], allowed_methods=["POST"], respect_retry_after_header=True)
    with urllib3.PoolManager(retries=retry) as pool:
        answers = [pool.request("POST", f"{levee.base}/jobs/narrow", json={"seconds": 0}) for _ in range(3)]
    assert [answer.status for answer in answers] == [202] * 3
    history = [attempt.status for answer in answers for attempt in answer.retries.history]
    assert history and set(history) == {503}


def curl(*arguments: str) -> str:
    command = ["curl", "--silent", "--show-error", "--max-time", str(int(LIMIT)), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_curl_submits_polls_and_fetches(levee: Client, tmp_path: Path) -> None:
    head, result = tmp_path / "head", tmp_path / "result"
    json = "Content-Type: application/json"
    url = f"{levee.base}/jobs/square"
    said = curl("-D", str(head), "-o", str(result), "-w", "%{http_code}", "-H", json, "-d", '{"number": 12}', url)
    assert said == "202"
    fields = dict(line.split(": ", 1) for line in head.read_text().splitlines() if ": " in line)
    arguments = ("-L", "-o", str(result), "-w", "%{http_code} %{num_redirects}", fields["Location"])
    eventually("curl has the result", lambda: curl(*arguments) == "200 1")
    assert result.read_text() == '{"square":144}'


def test_curl_fails_for_a_failed_job(levee: Client) -> None:
    id = levee.run("fail", {"retryable": False})["id"]
    with pytest.raises(subprocess.CalledProcessError) as caught:
        curl("--fail", "-L", f"{levee.base}/jobs/{id}")
    assert caught.value.returncode == 22


def test_curl_waits(levee: Client) -> None:
    fields = ("-H", "Prefer: wait=60", "-H", "Content-Type: application/json")
    with woken():
        assert curl(*fields, "-d", '{"number": 3}', f"{levee.base}/jobs/square") == '{"square":9}'
