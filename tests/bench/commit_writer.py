"""Commits to a radius.db at a steady rate, as the projector does on a busy evening.

    python3 -m tests.bench.commit_writer RADIUS_DB RATE       until SIGTERM; then prints how many
"""

from __future__ import annotations

import contextlib
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.measure import REPOSITORY

LEAST_SHARE = 0.9  # of the rate that was asked for


def write_for_ever(path: str, rate: float) -> None:
    ended = False

    def end(*_: object) -> None:
        nonlocal ended
        ended = True

    signal.signal(signal.SIGTERM, end)
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    connection.execute("PRAGMA synchronous=NORMAL")
    names = [row[0] for row in connection.execute("SELECT DISTINCT username FROM access")]
    print("ready", flush=True)
    commits, begun = 0, time.monotonic()
    while not ended:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE access SET revision = revision + 1 WHERE username = ?",
                           (names[commits * 7919 % len(names)],))
        connection.execute("COMMIT")
        commits += 1
        wait = begun + commits / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
    print(commits / (time.monotonic() - begun), flush=True)


@contextlib.contextmanager
def commits_at(radius_db: Path, rate: float) -> Iterator[None]:
    """The writer beside the body; RuntimeError where it could not keep the rate."""
    child = subprocess.Popen([sys.executable, "-m", "tests.bench.commit_writer", str(radius_db),
                              str(rate)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    try:
        if child.stdout.readline().strip() != "ready":
            raise RuntimeError("the writer did not start")
        yield
        child.send_signal(signal.SIGTERM)
        reached = float(child.stdout.readline())
        if reached < LEAST_SHARE * rate:
            raise RuntimeError(f"the writer reached {reached:.1f} commits/s of {rate}")
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()


if __name__ == "__main__":
    write_for_ever(sys.argv[1], float(sys.argv[2]))
