"""Programs that the demo starts: each in a process group of its own, so that stopping them stops
what they started, and nothing else on the machine."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

POLL_SECONDS = 0.01
STOP_DEADLINE_SECONDS = 10.0


class Trouble(RuntimeError):
    """Something the demo needs did not happen; the text is for the person who started it."""


class Child:
    """A running program whose output goes to a file."""

    def __init__(self, name: str, command: list[str], log: Path,
                 environment: dict[str, str] | None = None) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self.log_start_bytes = output.tell()
            self.process_ = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True, env={**os.environ, **(environment or {})})

    def is_running(self) -> bool:
        return self.process_.poll() is None

    def last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-15:])

    def signal_group(self, number: int) -> None:
        try:
            os.killpg(self.process_.pid, number)
        except ProcessLookupError:
            pass  # it ended by itself and left nobody behind

    def stop(self) -> None:
        """Asks, waits, insists; afterwards nothing of the group runs."""
        if self.is_running():
            self.signal_group(signal.SIGTERM)
            try:
                self.process_.wait(STOP_DEADLINE_SECONDS)
            except subprocess.TimeoutExpired:
                print(f"{self.name} did not stop within {STOP_DEADLINE_SECONDS:.0f} s: killed")
        self.signal_group(signal.SIGKILL)
        self.process_.wait()


def wait_for(what: str, look, deadline_seconds: float, children: list[Child]):
    """Returns the first true value of look(). Trouble when a child ends meanwhile, or too late."""
    limit = time.monotonic() + deadline_seconds
    while True:
        value = look()
        if value:
            return value
        for child in children:
            if not child.is_running():
                raise Trouble(f"{child.name} ended while waiting for: {what}. Its last words in "
                              f"{child.log}:\n{child.last_words()}")
        if time.monotonic() > limit:
            raise Trouble(f"waited {deadline_seconds:.0f} s for: {what}")
        time.sleep(POLL_SECONDS)
