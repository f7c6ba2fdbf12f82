"""A deployment with API keys: two tenants, and keys that are good for less."""

import json
import subprocess

from support.client import Client
from support.cluster import BINARY, Cluster

# The names of the keys, whose they are, and what for.
KEYS = {
    "shop": ("shop", ["submit", "read"]),
    "shop-new": ("shop", ["submit", "read"]),
    "bank": ("bank", ["submit", "read"]),
    "reader": ("shop", ["read"]),
    "writer": ("shop", ["submit"]),
    "operator": ("default", ["admin"]),
    "worker": ("default", ["work"]),
    "both": ("default", ["admin", "work"]),
}


class KeyedCluster(Cluster):
    """A deployment whose doors ask for a key."""

    def __init__(self, name: str = "keyed", file: str = "levee.yaml") -> None:
        self.secrets: dict[str, str] = {}
        lines = ["", "keys:"]
        for holder, (tenant, scopes) in KEYS.items():
            made = json.loads(subprocess.check_output([BINARY, "key", "--json"]))
            self.secrets[holder] = made["key"]
            lines.append(f"  {holder}: {{sha256: {made['sha256']}, tenant: {tenant}, scopes: [{', '.join(scopes)}]}}")
        super().__init__(name, "\n".join(lines) + "\n", file)

    def client(self, key: str | None, front_end: int = 0) -> Client:
        """Who has one of the keys."""
        return Client(self.front_ends[front_end].url, self.secrets[key] if key else None)

    def operator(self, key: str | None) -> Client:
        """The same at the admin door."""
        return Client(self.front_ends[0].admin_url, self.secrets[key] if key else None)
