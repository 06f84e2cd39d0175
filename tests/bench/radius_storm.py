"""A tower comes back: 10,000 customers redial at once while their old sessions are still open.

Each sends an Access-Request (MS-CHAPv2, as PPPoE does) at the same moment, waits 3 s for an answer
and sends again up to twice, as our routers are provisioned, then dials anew. Once accepted, the
router reports the Start; online is who has that acknowledged. A socket of the stock server holds a
few hundred packets, so most of the first wave is lost before it sees it; ours asks for room for all
(recv_buff), of which the system gives what net.core.rmem_max allows.
"""

from __future__ import annotations

import contextlib

from tests.bench.contestants import Box, ours, stock
from tests.bench.load_generator import LoadError, load
from tests.bench.measure import Row, interleaved, say

PEOPLE = 100_000
REDIALLING = 10_000


def one_storm(box: Box, number: int, redialling: int) -> dict:
    figures = load(box.server, "storm", "--subscribers", redialling, "--outstanding", redialling,
                   "--prefix", f"storm{number}-")
    if figures["online"] != redialling:
        raise LoadError(f"not everybody came online: {figures}")
    return figures


class Storm:
    name = "radius-storm"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        people, redialling = (2_000, 500) if quick else (PEOPLE, REDIALLING)
        with contextlib.ExitStack() as stack:
            boxes = {"ours": stack.enter_context(ours(people, online=redialling)),
                     "stock": stack.enter_context(stock(people, online=redialling))}
            say(f"{rounds} storms of {redialling:,} customers")
            results = interleaved(rounds, {
                name: lambda number, box=box: one_storm(box, number, redialling)
                for name, box in boxes.items()})
        rows = []
        for share, words in (("all_s", "all"), ("p99_s", "99 of 100"), ("half_s", "half")):
            for name, figures in results.items():
                rows.append(Row(f"storm.{share.removesuffix('_s')}.{name}",
                                f"until {words} of {redialling:,} are online: {name}", "s",
                                [f[share] for f in figures],
                                beside=f"storm.{share.removesuffix('_s')}.stock"
                                if name == "ours" else None))
        for name, figures in results.items():
            rows.append(Row(f"storm.repeated.{name}", f"requests sent again after 3 s: {name}",
                            "requests", [f["retransmitted"] for f in figures]))
            rows.append(Row(f"storm.rejected.{name}", f"right passwords rejected: {name}",
                            "requests", [f["rejected"] for f in figures],
                            at_most=0 if name == "ours" else None))
        return rows


BENCHMARKS = [Storm()]
