"""Accounting that is durable when it is acknowledged: ours and stock MariaDB, 64 outstanding.

In each round the same sessions start (first seen), report once (a repeat of a known session) and
stop. Ours goes router -> FreeRADIUS -> daemon -> COMMIT (SQLite, synchronous=FULL) -> answer; stock
goes router -> FreeRADIUS -> COMMIT of MariaDB (innodb_flush_log_at_trx_commit=1) -> answer. Ours
also adds the usage by hour and day, finds the line, and writes radius.db anew for a new session.

Then both are watched by strace: with one report outstanding there must be a sync of the disk for
each acknowledgement, with 64 outstanding a group may share one.
"""

from __future__ import annotations

import contextlib

from tests.bench.contestants import Box, ours, stock
from tests.bench.cpu_time import with_cpu
from tests.bench.fsync_count import counted_fsyncs
from tests.bench.load_generator import acknowledged_load
from tests.bench.measure import Row, interleaved, say
from tests.bench.population import new_folder

PEOPLE = 100_000
REPORTS = {"start": ("first seen (Start)", 5.0), "interim": ("repeat (Interim-Update)", 2.0),
           "stop": ("end (Stop)", None)}
AGE_SECONDS = {"start": 0, "interim": 300, "stop": 600}
WORDS = {"ours": "ours", "stock": "stock FreeRADIUS + MariaDB"}
NOTE = ("Bound by the cores, not by the disk: a sync takes a fraction of a millisecond here, and "
        "64 outstanding reports share one on both sides. FreeRADIUS handles each packet twice, as "
        "it proxies; for an Interim that is more than half of all. A Start also makes seven index "
        "entries, a row of usage only when there is some, and the line's row of radius.db, so that "
        "a second device is refused at once: of the daemon's time for it two fifths are the "
        "session, a fifth its COMMIT, two fifths radius.db, of which the rival has the first two. "
        "On a slower disk the shared COMMIT counts for more.")


def one_round(box: Box, number: int, people: int, count: int) -> dict[str, dict]:
    """The figures of each kind of report of `count` sessions."""
    words = ("--subscribers", people, "--count", count, "--prefix", f"r{number}-")
    return {kind: with_cpu(lambda: acknowledged_load(box.server, "--kind", kind, "--age",
                                                     AGE_SECONDS[kind], *words), box.pids)
            for kind in REPORTS}


class AccountingSpeed:
    name = "radius-accounting"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        people, count = (2_000, 300) if quick else (PEOPLE, 10_000)
        with contextlib.ExitStack() as stack:
            boxes = {"ours": stack.enter_context(ours(people)),
                     "stock": stack.enter_context(stock(people))}
            say(f"{rounds} rounds of {count:,} sessions")
            results = interleaved(rounds, {
                name: lambda number, box=box: one_round(box, number, people, count)
                for name, box in boxes.items()})
            say("counting syncs of the disk")
            syncs = [self._syncs(name, box, people, 60 if quick else 1_000, outstanding)
                     for name, box in boxes.items() for outstanding in (1, 64)]
        return self._speed_rows(results) + syncs

    def _speed_rows(self, results: dict[str, list]) -> list[Row]:
        rows = []
        for kind, (words, least) in REPORTS.items():
            for name, figures in results.items():
                is_ours = name == "ours"
                rows.append(Row(
                    f"accounting.{kind}.{name}", f"{words}: {WORDS[name]}", "reports/s",
                    [f[kind]["per_second"] for f in figures],
                    beside=f"accounting.{kind}.stock" if is_ours else None,
                    at_least=least if is_ours else None, note=NOTE if is_ours and least else ""))
                rows.append(Row(f"accounting.{kind}.{name}.p99", f"{words}: p99, {WORDS[name]}",
                                "ms", [f[kind]["p99_ms"] for f in figures]))
                rows.append(Row(f"accounting.{kind}.{name}.cpu",
                                f"{words}: computing for one, {WORDS[name]}", "us",
                                [f[kind]["cpu_us"] for f in figures]))
        return rows

    def _syncs(self, name: str, box: Box, people: int, count: int, outstanding: int) -> Row:
        prefix = f"sync{outstanding}-"
        words = ("--subscribers", people, "--count", count, "--prefix", prefix)
        acknowledged_load(box.server, "--kind", "start", *words)
        with counted_fsyncs(box.pids[0], new_folder("strace")) as syncs:
            figures = acknowledged_load(box.server, "--kind", "interim", "--age", 300,
                                        "--outstanding", outstanding, *words)
        each = syncs.calls / figures["acknowledged"]
        # Sharing may divide by the window, not more: then an answer went out before its sync.
        return Row(f"accounting.syncs.{name}.{outstanding}",
                   f"syncs of the disk for each acknowledged report, {outstanding} outstanding: "
                   f"{WORDS[name]}", "syncs", [each], at_least=1.0 / outstanding)


BENCHMARKS = [AccountingSpeed()]
