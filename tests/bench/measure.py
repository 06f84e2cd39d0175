"""What a benchmark hands back, and the sums over it that RESULTS.md is made of.

A module radius_*.py, http_*.py or box_*.py of this folder has a list `BENCHMARKS`. Each item has a
`name` (no spaces, as given to tests/bench/run) and a `run(rounds, quick)`. What is compared is
measured in turns, a round of each: a machine that slows down then slows all of them.

A row whose id ends with "@1000", "@10000" or "@100000" is a point of growth.svg: how the same
figure (the id without that end) changes with the number of subscribers.
"""

from __future__ import annotations

import dataclasses
import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

REPOSITORY = Path(__file__).resolve().parents[2]
BENCH = Path(__file__).resolve().parent
GROWTH_SUBSCRIBERS = (1_000, 10_000, 100_000)


@dataclass(frozen=True)
class Row:
    """One figure of RESULTS.md."""

    id: str            # "access.pap.shipped"; words of [a-z0-9_-] joined by dots
    what: str          # in human words
    unit: str          # "requests/s", "ms", "s", "MB"
    values: list[float]             # one per interleaved round
    beside: str | None = None       # id of the row it is compared with; ratio of medians is printed
    at_least: float | None = None   # limit on the ratio (if beside) or on the median
    at_most: float | None = None
    promises: tuple[str, ...] = ()  # ids of features.md that stand or fall with the limit
    note: str = ""                  # what bounds it; needed where a limit may be missed

    @property
    def median(self) -> float:
        return statistics.median(self.values)


class Benchmark(Protocol):
    """`quick` asks for the same figures from less work, to see that the benchmark itself works."""

    name: str

    def run(self, rounds: int, quick: bool) -> list[Row]: ...


@dataclass(frozen=True)
class Verdict:
    """A row beside its limit."""

    row: Row
    ratio: float | None   # None: not compared with another row
    held: bool | None     # None: the row has no limit

    @property
    def judged(self) -> float:
        return self.row.median if self.ratio is None else self.ratio


def judge(rows: list[Row]) -> list[Verdict]:
    """One verdict a row. A row compared with one that is not there is a mistake: KeyError."""
    by_id = {row.id: row for row in rows}
    if len(by_id) != len(rows):
        raise ValueError("two rows have the same id")
    verdicts = []
    for row in rows:
        ratio = None
        if row.beside is not None:
            other = by_id[row.beside].median
            ratio = row.median / other if other else float("inf")
        judged = row.median if ratio is None else ratio
        held = None
        if row.at_least is not None or row.at_most is not None:
            held = ((row.at_least is None or judged >= row.at_least)
                    and (row.at_most is None or judged <= row.at_most))
        verdicts.append(Verdict(row, ratio, held))
    return verdicts


def interleaved(rounds: int, contestants: dict[str, Callable[[int], object]]) -> dict[str, list]:
    """Calls each contestant with the number of the round, in turns; its results in a list.

    The order turns round with each round, so that nobody always runs after the same neighbour.
    """
    results: dict[str, list] = {name: [] for name in contestants}
    names = list(contestants)
    for number in range(rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            results[name].append(contestants[name](number))
    return results


def row_to_json(row: Row) -> dict:
    return dataclasses.asdict(row)


def row_from_json(value: dict) -> Row:
    return Row(**{**value, "promises": tuple(value["promises"])})


def build_dir() -> Path:
    """Where tests/bench/run built the benchmark programs and the daemon (release)."""
    return Path(os.environ.get("MNARA_BENCH_BUILD") or REPOSITORY / "build/bench")


def program(name: str) -> str:
    """Path of a program of the benchmark build: mnara, mnara-bench-fill, mnara-bench-radius ..."""
    path = build_dir() / "bin" / name
    if not path.exists():
        raise FileNotFoundError(f"{name} is not built; tests/bench/run builds it")
    return str(path)


def say(text: str) -> None:
    """Progress, for who waits."""
    print(f"   {text}", flush=True)
