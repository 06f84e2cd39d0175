"""A whole box for a benchmark: the daemon on a filled house, its FreeRADIUS, a simulated Daraja."""

from __future__ import annotations

import contextlib
import itertools
import os
import time
from pathlib import Path

from tests.bench.population import filled_house
from tests.integration.box import CREDENTIALS
from tests.integration.free_radius import FreeRadius
from tests.integration.radius_case import radius_user
from tests.peers.daraja import Daraja

SYNC_BYTES = 4096


class House(contextlib.AbstractContextManager):
    """`with_radius` starts FreeRADIUS too; `with_provider` a Daraja, which is told where callbacks
    go: the benchmark sends them."""

    def __init__(self, subscribers: int, sessions: int = 0, online: int = 0,
                 with_radius: bool = False, with_provider: bool = False):
        self.subscribers = subscribers
        self.radius: FreeRadius | None = None
        self.daraja: Daraja | None = None
        self.daemon = filled_house(subscribers, sessions, online)
        self.stack_ = contextlib.ExitStack()
        self.with_radius_, self.with_provider_ = with_radius, with_provider
        self.files_ = itertools.count(1)

    def __enter__(self) -> House:
        with contextlib.ExitStack() as stack:
            self.daemon.command("operator", "add", "bench", "--role", "owner")
            self.daemon.token = self.daemon.command("operator", "token", "bench").stdout.strip()
            if self.with_provider_:
                self.daraja = stack.enter_context(
                    Daraja(same_amount_window_seconds=0, register_once=False, **CREDENTIALS))
                self.set_provider()
            self.daemon.start()
            stack.callback(self.daemon.stop)
            if self.with_radius_:
                self.radius = stack.enter_context(self.free_radius())
            self.stack_ = stack.pop_all()
        return self

    def __exit__(self, *exception) -> None:
        self.stack_.close()

    def set_provider(self) -> None:
        self.daemon.command("settings", "set", "mpesa.base_url", self.daraja.url)
        self.daemon.command("settings", "set", "mpesa.short_code", CREDENTIALS["shortcode"])
        for key in ("consumer_key", "consumer_secret", "passkey"):
            self.daemon.command("settings", "set", f"mpesa.{key}", "--stdin",
                                text=CREDENTIALS[key])

    def free_radius(self) -> FreeRadius:
        folder = self.daemon.folder
        return FreeRadius(folder / "radius", folder / "work", self.daemon.accounting_port,
                          log_path=folder / "work" / "auth.log", user=radius_user())

    def new_file(self, name: str) -> Path:
        return self.daemon.folder / f"{next(self.files_)}-{name}"

    # Words for mnara-bench-http.

    @property
    def server(self) -> tuple[str, str]:
        return ("--server", f"127.0.0.1:{self.daemon.http_port}")

    def must(self, method: str, path: str, body: dict | None = None) -> dict:
        """The answer of a call that has to succeed."""
        status, answer = self.daemon.api(method, path, body)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer}")
        return answer


def syncs_per_second(folder: Path, seconds: float) -> float:
    """How often a second this disk makes 4 KB more durable, one after the other: the most that
    anybody could commit one by one."""
    path = folder / "syncs"
    block = b"x" * SYNC_BYTES
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        began, count = time.monotonic(), 0
        while (spent := time.monotonic() - began) < seconds:
            os.write(file, block)
            os.fdatasync(file)
            count += 1
        return count / spent
    finally:
        os.close(file)
        path.unlink()
