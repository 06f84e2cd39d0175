"""How often a process asked the disk to be safe, counted by strace from outside."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.integration.daemon import wait_until

CALL = re.compile(r"\b(?:fsync|fdatasync)\(")


@dataclass
class Count:
    calls: int = 0


@contextlib.contextmanager
def counted_fsyncs(pid: int, folder: Path) -> Iterator[Count]:
    """Counts fsync and fdatasync of all threads of a process while the body runs."""
    trace = folder / "fsync.trace"
    tracer = subprocess.Popen(["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(trace),
                               "-p", str(pid)], stderr=subprocess.PIPE, text=True)
    count = Count()
    try:
        # It says so when it holds the process; what it says of later threads is read at the end.
        wait_until(lambda: "attached" in tracer.stderr.readline(), "strace to attach")
        yield count
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.communicate(timeout=30)
    # A call during which another thread's ends is written twice, the second time as "<... fsync
    # resumed>", which has no bracket behind the name.
    count.calls = len(CALL.findall(trace.read_text(encoding="utf-8")))
