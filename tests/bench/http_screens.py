"""How fast the screens of every day are there, by Lighthouse: a middling phone on a slow network.

A round is tests/e2e's own stage "speed": a box with a month of life in it, Chromium, a fresh cache for
each screen. On a machine slower than Lighthouse takes for granted, its factor is scaled as its
documentation says.
"""

from __future__ import annotations

import json
import os
import subprocess

from tests.bench.measure import REPOSITORY, Row, say
from tests.bench.population import new_folder

LEAST_POINTS = 95
LARGEST_PAINT_MS = 2500
HANG_DEADLINE_S = 900


def one_round() -> dict[str, dict]:
    """The figures of each screen, by its name."""
    figures = new_folder("lighthouse") / "figures"
    done = subprocess.run(["tests/e2e/run", "speed", "Lighthouse"], cwd=REPOSITORY,
                          env={**os.environ, "MNARA_LIGHTHOUSE": str(figures)},
                          capture_output=True, text=True, timeout=HANG_DEADLINE_S, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stdout[-4000:] + done.stderr[-2000:])
    lines = figures.read_text(encoding="utf-8").splitlines()
    return {screen["name"]: screen for screen in map(json.loads, lines)}


class Screens:
    name = "http-screens"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        say(f"{rounds} rounds")
        results = [one_round() for _ in range(1 if quick else rounds)]
        rows = []
        for name in results[0]:
            def values(figure: str, name: str = name) -> list[float]:
                return [result[name][figure] for result in results]

            rows += [
                Row(f"screens.{name}.performance", f"{name}: Lighthouse's performance, of 100",
                    "points", values("performance"), at_least=LEAST_POINTS),
                Row(f"screens.{name}.largest-paint", f"{name}: time to the largest paint", "ms",
                    values("largest_paint_ms"), at_most=LARGEST_PAINT_MS),
                Row(f"screens.{name}.factor", f"{name}: how much slower the processor was made",
                    "times", values("factor"))]
        return rows


BENCHMARKS = [Screens()]
