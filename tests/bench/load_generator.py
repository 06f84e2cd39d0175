"""The load generator, called from Python."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass

from tests.bench.measure import program

HANG_DEADLINE_S = 900


class LoadError(RuntimeError):
    """The load itself went wrong: its figures mean nothing."""


@dataclass(frozen=True)
class Server:
    """Where a load goes."""

    auth_port: int
    acct_port: int


def load(server: Server, *words: object) -> dict:
    """Runs mnara-bench-radius; its figures. An answer that proves wrong is an error."""
    command = [program("mnara-bench-radius"), *map(str, words), "--auth-port",
               str(server.auth_port), "--acct-port", str(server.acct_port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_DEADLINE_S,
                          check=False)
    if done.returncode != 0:
        raise LoadError(done.stderr.strip() or f"exit {done.returncode}")
    figures = json.loads(done.stdout)
    if figures["unreadable"]:
        raise LoadError(f"{figures['unreadable']} replies with a wrong proof")
    return figures


def accepted_load(server: Server, *words: object) -> dict:
    """Logins of which each must be accepted: a speed with losses is no speed."""
    figures = load(server, "access", *words)
    if figures["rejected"] or figures["lost"] or not figures["accepted"]:
        raise LoadError(f"not every login was accepted: {figures}")
    return figures


def acknowledged_load(server: Server, *words: object) -> dict:
    """Accounting of which each packet must be acknowledged."""
    figures = load(server, "accounting", *words)
    if figures["lost"] or not figures["acknowledged"]:
        raise LoadError(f"not every report was acknowledged: {figures}")
    return figures
