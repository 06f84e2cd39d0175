"""Customers who dial, the sessions they get, the addresses and ids the router hands out."""

import ipaddress
import time
from dataclasses import dataclass, field

# RFC 2866 section 5.10.
CAUSES = {
    "User-Request": 1, "Lost-Carrier": 2, "Idle-Timeout": 4, "Session-Timeout": 5,
    "Admin-Reset": 6, "Admin-Reboot": 7, "NAS-Error": 9, "NAS-Request": 10,
}


@dataclass
class Customer:
    """Equipment behind the router that dials. Traffic rates are bit/s, measured at the customer."""

    username: str
    password: str
    mac: str
    method: str = "pap"
    redial: bool = False
    redial_after_seconds: float = 1.0
    reject_pause_seconds: float = 10.0
    up_bps: int = 0
    down_bps: int = 0


@dataclass
class Session:
    """A row of the router's active list."""

    session_id: str
    customer: Customer
    port: int
    address: str = ""
    pool: str = ""
    rate_limit: str = ""
    address_lists: list = field(default_factory=list)
    classes: list = field(default_factory=list)
    session_timeout: int = 0
    interim_seconds: int = 0
    started_at_ms: int = 0
    started_mono: float = 0.0
    # Counters up to `counted_mono`; later traffic follows from the customer's rate.
    up_bytes: int = 0
    down_bytes: int = 0
    counted_mono: float = 0.0
    timeout_timer: object = None
    interim_timer: object = None

    @property
    def username(self):
        return self.customer.username

    def seconds(self):
        return int(time.monotonic() - self.started_mono)

    def count_traffic(self):
        """Bring both 64-bit counters up to now; returns (up_bytes, down_bytes)."""
        now = time.monotonic()
        elapsed_ms = int((now - self.counted_mono) * 1000)
        self.counted_mono += elapsed_ms / 1000
        self.up_bytes += self.customer.up_bps * elapsed_ms // 8000
        self.down_bytes += self.customer.down_bps * elapsed_ms // 8000
        return self.up_bytes, self.down_bytes

    def cancel_timers(self):
        for timer in (self.timeout_timer, self.interim_timer):
            if timer is not None:
                timer.cancel()

    def as_json(self):
        up_bytes, down_bytes = self.count_traffic()
        return {
            "session_id": self.session_id, "username": self.username, "mac": self.customer.mac,
            "address": self.address, "pool": self.pool, "rate_limit": self.rate_limit,
            "address_lists": list(self.address_lists), "class": [c.hex() for c in self.classes],
            "session_timeout": self.session_timeout, "interim_seconds": self.interim_seconds,
            "started_at_ms": self.started_at_ms, "seconds": self.seconds(),
            "up_bytes": up_bytes, "down_bytes": down_bytes,
        }


class SessionIds:
    """Eight hexadecimal digits: 81 for PPP, one for the boot, five for a counter.

    One digit counts the boots, so the same ids come back after sixteen of them.
    """

    def __init__(self):
        self._boot = 0
        self._counter = 0

    def reboot(self, reuse_ids):
        if not reuse_ids:
            self._boot = (self._boot + 1) % 16
        self._counter = 0

    def take(self):
        self._counter = (self._counter + 1) % 0x100000
        return f"81{self._boot:x}{self._counter:05x}"


class PoolTrouble(Exception):
    """The login fails: the pool does not exist here, or has no address left."""


class Pools:
    """Named address pools, as /ip pool; each is a network whose host addresses are handed out."""

    def __init__(self, networks):
        self._networks = {name: ipaddress.ip_network(text) for name, text in networks.items()}
        self._used = {name: set() for name in networks}
        self._next = dict.fromkeys(networks, 0)

    def names(self):
        return sorted(self._networks)

    def take(self, name):
        network = self._networks.get(name)
        if network is None:
            raise PoolTrouble(f"no such pool: {name}")
        hosts = network.num_addresses - 2
        used = self._used[name]
        if len(used) >= hosts:
            raise PoolTrouble(f"pool {name} is empty")
        while True:
            self._next[name] = self._next[name] % hosts + 1
            address = str(network.network_address + self._next[name])
            if address not in used:
                used.add(address)
                return address

    def release(self, name, address):
        self._used.get(name, set()).discard(address)

    def release_all(self):
        for used in self._used.values():
            used.clear()


def is_fixed_address(address):
    """Whether Framed-IP-Address is an address to use; RouterOS reads 127/8 and 224/3 as
    "take one from the pool of the profile"."""
    first = int(address.split(".")[0])
    return first != 127 and first < 224
