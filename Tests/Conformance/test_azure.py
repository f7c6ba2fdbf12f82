"""azure-core's LROPoller and azure-mgmt-core's ARMPolling, unmodified: only the first request is ours."""

from collections.abc import Iterator
from typing import Any

import pytest
from azure.core import PipelineClient
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline import PipelineResponse
from azure.core.pipeline.policies import RedirectPolicy, RequestIdPolicy, RetryPolicy
from azure.core.polling import LROPoller
from azure.core.polling.base_polling import LocationPolling, LROBasePolling, StatusCheckPolling
from azure.core.rest import HttpRequest
from azure.mgmt.core.polling.arm_polling import ARMPolling
from support.client import Client

FINAL_STATES = [None, "location", "operation-location", "azure-async-operation", "original-uri"]
# With these the last answer of the monitor is the result.
BY_MONITOR = ["operation-location", "azure-async-operation"]


@pytest.fixture(scope="module")
def azure(levee: Client) -> Iterator[PipelineClient]:
    with PipelineClient(levee.base, policies=[RequestIdPolicy(), RedirectPolicy(), RetryPolicy()]) as client:
        yield client


def begin(azure: PipelineClient, kind: str, payload: Any) -> PipelineResponse:
    return azure.send_request(
        HttpRequest("POST", f"{azure._base_url}/jobs/{kind}", json=payload), _return_pipeline_response=True
    )


def id_of(begun: PipelineResponse) -> str:
    return begun.http_response.json()["id"]


def poller(azure: PipelineClient, begun: PipelineResponse, method: LROBasePolling) -> LROPoller:
    return LROPoller(azure, begun, lambda response: response.http_response.json(), method)


def by_monitor(final_state: str | None) -> LROBasePolling:
    return LROBasePolling(timeout=1, lro_options={"final-state-via": final_state} if final_state else None)


def by_location() -> LROBasePolling:
    return LROBasePolling(timeout=1, lro_algorithms=[LocationPolling(), StatusCheckPolling()])


@pytest.mark.parametrize("final_state", FINAL_STATES)
def test_success(azure: PipelineClient, levee: Client, final_state: str | None) -> None:
    begun = begin(azure, "square", {"number": 12})
    levee.end(id_of(begun))
    waited = poller(azure, begun, by_monitor(final_state))
    result = waited.result()
    assert waited.status() == "succeeded"
    if final_state in BY_MONITOR:
        assert (result["status"], result["result"]) == ("succeeded", {"square": 144})
    else:
        assert result == {"square": 144}


@pytest.mark.parametrize("final_state", FINAL_STATES)
def test_failure(azure: PipelineClient, levee: Client, final_state: str | None) -> None:
    begun = begin(azure, "fail", {"code": "no-ink", "detail": "there is no ink", "retryable": False})
    levee.end(id_of(begun))
    waited = poller(azure, begun, by_monitor(final_state))
    with pytest.raises(HttpResponseError) as caught:
        waited.result()
    assert waited.status() == "failed"
    assert caught.value.error.code == "no-ink"
    assert caught.value.error.message == "there is no ink"


@pytest.mark.parametrize("final_state", FINAL_STATES)
def test_cancel(azure: PipelineClient, levee: Client, final_state: str | None) -> None:
    begun = begin(azure, "held", {})
    levee.post(f"/jobs/{id_of(begun)}/cancel")
    waited = poller(azure, begun, by_monitor(final_state))
    with pytest.raises(HttpResponseError) as caught:
        waited.result()
    assert waited.status() == "canceled"
    assert caught.value.error.code == "canceled"


def test_polls_while_the_job_runs(azure: PipelineClient) -> None:
    waited = poller(azure, begin(azure, "sleep", {"seconds": 1}), by_monitor(None))
    assert waited.result() == {"slept": 1}


def test_hears_of_a_cancel_while_the_job_runs(azure: PipelineClient, other: Client) -> None:
    begun = begin(azure, "sleep", {"seconds": 600})
    waited = poller(azure, begun, by_monitor(None))
    other.await_status(id_of(begun), "running")
    other.delete(f"/jobs/{id_of(begun)}")
    with pytest.raises(HttpResponseError):
        waited.result()
    assert waited.status() == "canceled"


def test_another_process_goes_on_polling(azure: PipelineClient) -> None:
    token = poller(azure, begin(azure, "sleep", {"seconds": 1}), by_monitor(None)).continuation_token()
    resumed = LROPoller.from_continuation_token(
        by_monitor(None), token, client=azure, deserialization_callback=lambda response: response.http_response.json()
    )
    assert resumed.result() == {"slept": 1}


@pytest.mark.parametrize("method", [by_location, lambda: ARMPolling(timeout=1)], ids=["location", "arm"])
class TestLocationAlone:
    """Pollers that look at `Location` only: 202 until a redirect leads to the outcome."""

    def test_success(self, azure: PipelineClient, method: Any) -> None:
        assert poller(azure, begin(azure, "sleep", {"seconds": 0.5}), method()).result() == {"slept": 0.5}

    def test_failure(self, azure: PipelineClient, levee: Client, method: Any) -> None:
        payload = {"code": "no-ink", "detail": "there is no ink", "retryable": False, "status": 402}
        begun = begin(azure, "fail", payload)
        levee.end(id_of(begun))
        with pytest.raises(HttpResponseError) as caught:
            poller(azure, begun, method()).result()
        assert caught.value.status_code == 402
        assert caught.value.error.code == "no-ink"

    def test_cancel(self, azure: PipelineClient, levee: Client, method: Any) -> None:
        begun = begin(azure, "held", {})
        levee.post(f"/jobs/{id_of(begun)}/cancel")
        with pytest.raises(HttpResponseError) as caught:
            poller(azure, begun, method()).result()
        assert caught.value.status_code == 422
        assert caught.value.error.code == "canceled"
