"""The simulated outside world around the appliance: M-Pesa and one router."""

from __future__ import annotations

import secrets
from contextlib import ExitStack

from packaging.demo.api import Api
from packaging.demo.appliance import Appliance
from tests.peers.daraja import Daraja
from tests.peers.nas import Nas

ROUTER_NAME = "demo-tower"
ROUTER_ADDRESS = "127.0.0.2"
SHORTCODE = "600999"
# How long a simulated customer looks at the prompt before he types his PIN.
PIN_SECONDS = 1.0


class World:
    """Entering starts M-Pesa, then the appliance, then the router; leaving stops them in reverse."""

    def __init__(self, appliance: Appliance) -> None:
        self.appliance = appliance
        self.stack_ = ExitStack()

    def __enter__(self) -> "World":
        with ExitStack() as starting:
            self.mpesa = starting.enter_context(self.make_mpesa())
            starting.callback(self.appliance.stop)
            self.api: Api = self.appliance.start()
            self.nas = starting.enter_context(self.make_router())
            self.stack_ = starting.pop_all()
        return self

    def __exit__(self, *_) -> None:
        self.stack_.close()

    def make_mpesa(self) -> Daraja:
        """With keys of its own for each run, told to the appliance the way an owner tells them."""
        keys = {name: secrets.token_hex(16)
                for name in ("consumer_key", "consumer_secret", "passkey")}
        mpesa = Daraja(port=0, shortcode=SHORTCODE, **keys)
        mpesa.set_scenario(after_seconds=PIN_SECONDS)
        self.appliance.set("isp.name", "Mnara demo")
        self.appliance.set("isp.time_zone", "Africa/Nairobi")
        self.appliance.set("mpesa.environment", "sandbox")
        self.appliance.set("mpesa.base_url", mpesa.url)
        self.appliance.set("mpesa.short_code", SHORTCODE)
        for name, value in keys.items():
            self.appliance.set(f"mpesa.{name}", value, secret=True)
        # Often enough that a person who watches sees the usage move.
        self.appliance.set("radius.interim_seconds", "60")
        return mpesa

    def make_router(self) -> Nas:
        ports = self.appliance.ports
        nas = Nas(("127.0.0.1", ports["radius_auth"]), ("127.0.0.1", ports["radius_acct"]),
                  self.router_secret(), source=ROUTER_ADDRESS, coa_port=ports["coa"],
                  coa_sources={"127.0.0.1"}, identity=ROUTER_NAME)
        # As RouterOS does from 7.15 on.
        nas.set_faults(require_message_authenticator=True)
        return nas

    def router_secret(self) -> str:
        """Makes the router in the appliance, or gives the one of an earlier run a new secret."""
        coa = {"coa_address": ROUTER_ADDRESS, "coa_port": self.appliance.ports["coa"]}
        for router in self.api.items("/api/v1/routers"):
            if router["name"] == ROUTER_NAME:
                return self.api.call("PATCH", f"/api/v1/routers/{router['id']}",
                                     {"radius_secret": "new", **coa})["radius_secret"]
        return self.api.post("/api/v1/routers", {
            "name": ROUTER_NAME, "radius_source": ROUTER_ADDRESS,
            "require_message_authenticator": True, **coa})["radius_secret"]
