"""The clock of the browser tests: everything in the world believes the same made-up time, so that a
picture of a screen is the same today and next year."""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from pathlib import Path

# Friday, 20 November 2026, noon in Nairobi.
NOON = 1795165200
DAY = 86400
real_time = time.time


class MadeUpClock:
    """Stands still where it is put, until it is told to run. `seconds` are UTC.

    Programs that are started from here on believe it, by their environment.
    """

    def __init__(self, seconds: int) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            raise FileNotFoundError("libfaketimeMT.so.1: the package libfaketime")
        options = os.environ.get("ASAN_OPTIONS", "")
        self.faked_ = {
            "LD_PRELOAD": str(found[0]), "TZ": "UTC",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # how long something takes stays true
            # The library is loaded before the sanitizer's, and that is all right.
            "ASAN_OPTIONS": f"{options}:verify_asan_link_order=0".lstrip(":")}
        self.put(seconds)
        # The simulated M-Pesa and the simulated router live in this process.
        time.time = self.now

    def put(self, seconds: int, runs: bool = False) -> None:
        self.at_ = seconds
        self.runs_since_ = real_time() if runs else None
        os.environ.update(self.faked_, FAKETIME=self.text())

    def now(self) -> float:
        return self.at_ + (real_time() - self.runs_since_ if self.runs_since_ else 0.0)

    def text(self, runs: bool = False) -> str:
        """As faketime takes it; with @ it runs from there on."""
        at = datetime.fromtimestamp(self.now(), timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
        return ("@" if runs or self.runs_since_ else "") + at

    def true_environment(self) -> dict[str, str]:
        """For programs that shall know the true time."""
        return {name: value for name, value in os.environ.items()
                if name not in ("LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC")}
