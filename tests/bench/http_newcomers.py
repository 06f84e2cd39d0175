"""How long a new client waits while others hold on to the server.

A newcomer every 20 ms connects, asks for /health (which reads the database), reads the answer and
leaves. Beside it: nobody; 1,000 clients that have asked once and stay connected; 64 that send a
request of a byte a second, and come back when they are thrown out; or both. POCO's own server makes
a newcomer wait over 40 s then.
"""

from __future__ import annotations

from tests.bench.box_house import House
from tests.bench.http_load import LoadError, http_load
from tests.bench.measure import Row, interleaved, say

IDLE, SLOW = 1000, 64
LIMIT_MS = 100
CROWDS = {"alone": (0, 0, "beside nobody"),
          "idle": (IDLE, 0, "beside 1,000 idle clients"),
          "slow": (0, SLOW, "beside 64 clients of a byte a second"),
          "both": (IDLE, SLOW, "beside 1,000 idle and 64 slow clients")}


class Newcomers:
    name = "http-newcomers"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        seconds = 1 if quick else 8  # long enough for slow ones to be thrown out and come back
        with House(100 if quick else 1000) as house:
            def contestant(idle: int, slow: int):
                def once(_: int) -> dict:
                    figures = http_load("newcomers", *house.server, "--idle", idle, "--slow", slow,
                                        "--seconds", seconds)
                    if figures["failures"] or figures["idle_left"] != idle:
                        raise LoadError(f"somebody was not served: {figures}")
                    return figures
                return once

            say(f"{rounds} rounds")
            results = interleaved(rounds, {name: contestant(idle, slow)
                                           for name, (idle, slow, _) in CROWDS.items()})
        rows = []
        for name, (_, _, words) in CROWDS.items():
            for share in ("p50", "p99", "max"):
                rows.append(Row(f"newcomer.{name}.{share}", f"{share} of a new client, {words}",
                                "ms", [f["newcomer"][f"{share}_ms"] for f in results[name]],
                                at_most=LIMIT_MS if share == "p99" else None))
        return rows


BENCHMARKS = [Newcomers()]
