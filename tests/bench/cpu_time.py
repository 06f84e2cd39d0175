"""What a box computes for its answers; who shares the cores moves this less than its speed."""

from __future__ import annotations

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids: tuple[int, ...]) -> float:
    """User and system time of these processes so far, all threads."""
    ticks = 0
    for pid in pids:
        # The name in brackets may hold blanks; user and system time are the 12th and 13th after it.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS_PER_SECOND


def with_cpu(figures_of, pids: tuple[int, ...]) -> dict:
    """The figures of a load and `cpu_us`, microseconds of these processes for each request sent."""
    before = cpu_seconds(pids)
    figures = figures_of()
    figures["cpu_us"] = (cpu_seconds(pids) - before) * 1e6 / figures["sent"]
    return figures
