"""The deployments that the tests speak to, started when the first test needs them and stopped after the last."""

from collections.abc import Iterator

import pytest

from support.client import Client
from support.cluster import Cluster
from support.keys import KeyedCluster

pytest_plugins = ["support.session"]

# What waits in these goes on waiting.
PAUSED = ["held", "line", "short", "heavy"]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """Two front ends and two workers; some queues are paused."""
    with Cluster("open") as cluster:
        cluster.start(front_ends=2, workers=2)
        with Client(cluster.front_ends[0].admin_url) as admin:
            for queue in PAUSED:
                assert admin.post(f"/queues/{queue}/pause").json() == {"name": queue, "paused": True}
        yield cluster


@pytest.fixture(scope="session")
def levee(cluster: Cluster) -> Iterator[Client]:
    """The first front end."""
    with Client(cluster.front_ends[0].url) as client:
        yield client


@pytest.fixture(scope="session")
def other(cluster: Cluster) -> Iterator[Client]:
    """The second front end."""
    with Client(cluster.front_ends[1].url) as client:
        yield client


@pytest.fixture(scope="session")
def admin(cluster: Cluster) -> Iterator[Client]:
    """The admin door of the first front end."""
    with Client(cluster.front_ends[0].admin_url) as client:
        yield client


@pytest.fixture(scope="session")
def keyed() -> Iterator[KeyedCluster]:
    """A deployment with API keys and two tenants."""
    with KeyedCluster() as cluster:
        cluster.start(front_ends=2, workers=1)
        yield cluster
