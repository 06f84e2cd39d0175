"""How logins and accounting change from 1,000 to 10,000 to 100,000 subscribers."""

from __future__ import annotations

import contextlib

from tests.bench.contestants import ours, stock
from tests.bench.load_generator import accepted_load
from tests.bench.measure import GROWTH_SUBSCRIBERS, Row, interleaved, say
from tests.bench.radius_accounting import one_round
from tests.bench.rivals.freeradius import files_rival

WORDS = {"login": "PAP login", "start": "first-seen session", "interim": "repeated report"}


class Growth:
    name = "radius-growth"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        rows = []
        for people in GROWTH_SUBSCRIBERS[:2] if quick else GROWTH_SUBSCRIBERS:
            say(f"{people:,} subscribers")
            rows += self._of_size(people, rounds, 0.3 if quick else 3, 100 if quick else 1_000)
        return rows

    def _of_size(self, people: int, rounds: int, seconds: float, count: int) -> list[Row]:
        with contextlib.ExitStack() as stack:
            boxes = {"ours": stack.enter_context(ours(people)),
                     "stock": stack.enter_context(stock(people))}
            files = stack.enter_context(files_rival(people)).server

            def logins(server) -> float:
                return accepted_load(server, "--subscribers", people, "--seconds", seconds,
                                     "--warm-up", 500)["per_second"]

            def whole(name: str, number: int) -> dict[str, float]:
                box = boxes[name]
                reports = one_round(box, number, people, count)
                return {"login": logins(box.server), "start": reports["start"]["per_second"],
                        "interim": reports["interim"]["per_second"]}

            results = interleaved(rounds, {
                "ours": lambda number: whole("ours", number),
                "stock": lambda number: whole("stock", number),
                "files": lambda _: {"login": logins(files)}})
        return [Row(f"growth.{what}.{name}@{people}", f"{WORDS[what]}, {name}, {people:,}",
                    "requests/s", [figures[what] for figures in results[name]])
                for name in results for what in results[name][0]]


BENCHMARKS = [Growth()]
