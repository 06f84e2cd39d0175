"""The world of the browser tests: the real daemon with a month of life in it, its FreeRADIUS, the
simulated M-Pesa and router; and a second box that nobody owns yet.

Started by tests/e2e/run. Runs browser.mjs stage by stage: first time stands still, so that all pictures are
the same at every run; then it runs, and people work.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from tests.e2e.clock import NOON, MadeUpClock
from tests.e2e.population import BEGINNING, Population
from tests.integration.box import Box
from tests.integration.free_radius import FreeRadius

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
# The screens are looked at a while after all has happened, so that "10 min ago" is just that.
LOOK_SECONDS = 10 * 60 + 45
STAGES = ("look", "speed", "work")
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>{cache}</cachedir>
<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
<alias><family>system-ui</family><prefer><family>DejaVu Sans</family></prefer></alias>
<alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
"""


class EmptyBox(Box):
    """Nobody owns it, nothing is set but where M-Pesa is."""

    def set_up(self):
        self.daemon.command("settings", "set", "mpesa.base_url", self.daraja.url)


def missing() -> str:
    """Of what is needed, the first thing that is not there."""
    if not shutil.which("node"):
        return "node"
    if not (os.environ.get("MNARA_BROWSER") or shutil.which("chromium")):
        return "chromium"
    return "" if FreeRadius.is_installed() else "freeradius"


class Run:
    """Adds up what the stages say."""

    def __init__(self, clock: MadeUpClock, arguments: list[str]) -> None:
        self.clock_ = clock
        self.only_ = arguments[0] if arguments and arguments[0] in STAGES else ""
        self.arguments_ = arguments[1:] if self.only_ else arguments
        self.passed = 0
        self.failed: list[str] = []

    def stage(self, name: str, known: dict) -> None:
        if self.only_ not in ("", name):
            return
        result = RESULTS / f"{name}.json"
        result.unlink(missing_ok=True)
        done = subprocess.run(
            [shutil.which("node"), str(HERE / "browser.mjs"), name, *self.arguments_], check=False,
            env={**self.clock_.true_environment(), "MNARA_WORLD": json.dumps(known), "MNARA_RESULT": str(result)})
        try:
            outcome = json.loads(result.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self.failed.append(f"{name}: ended early, exit code {done.returncode}")
            print(f"FAIL {self.failed[-1]}", flush=True)
            return
        self.passed += outcome["passed"]
        self.failed += outcome["failed"]


def main() -> int:
    if lacks := missing():
        print(f"SKIP e2e: {lacks} is not installed\n0 passed, 0 failed, 1 skipped")
        return 0
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir()
    fonts = RESULTS / "fonts.conf"
    fonts.write_text(FONTS.format(cache=RESULTS / "fonts"), encoding="utf-8")
    # Asked to end: what was started ends too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    clock = MadeUpClock(BEGINNING)
    run = Run(clock, sys.argv[1:])
    with ExitStack() as stack:
        box = stack.enter_context(Box(radius_options={"faketime": clock.text(runs=True)}))
        population = Population(box, clock)
        population.live()
        known = {**population.known(), **population.staff(), "at": NOON + LOOK_SECONDS,
                 "url": f"http://127.0.0.1:{box.daemon.http_port}", "fonts": str(fonts),
                 "browser": os.environ.get("MNARA_BROWSER") or shutil.which("chromium")}
        run.stage("look", {**known, "runs": False})
        run.stage("speed", {**known, "runs": False})
        population.travel(NOON + LOOK_SECONDS, runs=True)
        empty = stack.enter_context(EmptyBox(with_radius=False))
        clock.put(int(clock.now()), runs=True)  # a command begins when the clock was put
        run.stage("work", {
            **known, "runs": True,
            "link": box.daemon.command("operator", "link", "wanjiru").stdout.split()[-1],
            "empty": f"http://127.0.0.1:{empty.daemon.http_port}",
            "code": empty.daemon.command("first-run-code").stdout.strip()})
    print(f"{run.passed} passed, {len(run.failed)} failed, 0 skipped")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
