"""From the provider's callback to the customer online, and how many callbacks a second.

A sender takes a customer who has a prompt on his phone, sends the STK callback, and once that is
answered asks for his login at FreeRADIUS every 5 ms until it is accepted with full access; then
the next customer. Between the two lie: the raw message on the disk (COMMIT, then the answer),
the payment, the ledger, the term (COMMIT), radius.db, the login. Busy: the same with 4 senders
while routers report 500 times a second and somebody asks the heaviest lists one after another.

Callbacks a second: Paybill confirmations of different subscribers by 16 senders, each on the disk
(synchronous=FULL) before its answer; and until all of them are credited. Beside them, how often a
second this disk can make 4 KB durable.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import time
from collections import deque
from pathlib import Path

from tests.bench.box_customers import confirmation_path, paybill_payments, prompted_customers
from tests.bench.box_house import House, syncs_per_second
from tests.bench.http_lists import calls_of
from tests.bench.http_load import LoadError, beside, http_load, write_lines
from tests.bench.measure import GROWTH_SUBSCRIBERS, Row, interleaved, say
from tests.bench.population import ROUTER_SECRET, ROUTER_SOURCE
from tests.integration.daemon import wait_until

SENDERS = (1, 4, 8)
BUSY_SENDERS = 4
REPORTS_PER_SECOND = 500
HEAVY = ("subscribers.search-part", "subscribers.search-nobody", "sessions.200", "status")
BURST_SENDERS = 16
LIMIT_MS = 1000  # K20 wants 5 s from the PIN on
PROMISES = ("K20", "J5")
DRAIN_DEADLINE_S = 300
BUSY_NOTE = "With the load beside it the cores are full; each step waits for its turn."


def router_words(house: House) -> tuple[object, ...]:
    return ("--source", ROUTER_SOURCE, "--secret", ROUTER_SECRET)


def pay_and_log_in(house: House, customers: Path, senders: int) -> dict:
    """Figures of `paid`, and the daemon's own words from its log: milliseconds from callback to
    access row, which follow each other where there is one sender. Every customer of the file must
    be let in."""
    log_start = house.daemon.log_path.stat().st_size
    figures = http_load("paid", *house.server, "--radius", f"127.0.0.1:{house.radius.auth_port}",
                        *router_words(house), "--file", customers, "--senders", senders)
    if figures["failures"]:
        raise LoadError(f"not everybody was let in: {figures}")
    if senders == 1:
        def rows() -> list[int]:
            return rows_written_ms(house.daemon.log(log_start))
        # The row is there, and the next customer pays, before its line of the log is.
        wait_until(lambda: len(rows()) == figures["accept"]["count"], "a row for every callback")
        figures["row_ms"] = rows()
    return figures


def rows_written_ms(messages: list[dict]) -> list[int]:
    """From each callback.received to its access.projected; they come in the same order."""
    took, waiting_ms = [], deque()
    for message in messages:
        if message["id"] == "callback.received":
            waiting_ms.append(message["at_ms"])
        elif message["id"] == "access.projected" and waiting_ms:
            took.append(message["at_ms"] - waiting_ms.popleft())
    return took


def daily_load(house: House, seconds: float) -> dict[str, tuple[object, ...]]:
    """Accounting at a steady rate, and a reader of heavy lists."""
    sessions = house.daemon.rows("SELECT username, acct_session_id, calling_station, class,"
                                 " started_at FROM session WHERE stopped_at IS NULL")
    calls = calls_of(house.subscribers)
    return {
        "accounting": ("interims", "--radius", f"127.0.0.1:{house.radius.acct_port}",
                       *router_words(house), "--rate", REPORTS_PER_SECOND, "--seconds", seconds,
                       "--file", write_lines(house.new_file("sessions"), sessions)),
        "lists": ("calls", *house.server, "--token", house.daemon.token, "--passes", 0,
                  "--seconds", seconds, "--file",
                  write_lines(house.new_file("heavy"),
                              [(name, "GET", calls[name]) for name in HEAVY])),
    }


class Callbacks:
    name = "box-callbacks"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        sizes = (200, 1000) if quick else GROWTH_SUBSCRIBERS
        customers, burst = (20, 100) if quick else (300, 2000)
        busy_seconds = 15 if quick else 25
        with contextlib.ExitStack() as stack:
            houses = {size: stack.enter_context(
                House(size, online=size // 20, with_radius=True, with_provider=True))
                for size in sizes}
            house = houses[max(sizes)]
            path, turns = confirmation_path(house), itertools.count()

            def sender(number: int, where: House = house):
                return lambda _: pay_and_log_in(where, prompted_customers(where, customers),
                                                number)

            def busy(_: int) -> dict:
                waiting = prompted_customers(house, customers)
                with beside(daily_load(house, busy_seconds)) as background:
                    figures = pay_and_log_in(house, waiting, BUSY_SENDERS)
                return {**figures, **background.figures}

            def everybody(_: int) -> dict:
                # Behind the online ones, whose routers would have to be told of the new end.
                first = house.subscribers // 20 + next(turns) * burst % (house.subscribers // 2)
                return self._burst(house, paybill_payments(house, path, first, burst), burst)

            contestants = {f"senders-{number}": sender(number) for number in SENDERS}
            contestants |= {f"size-{size}": sender(1, houses[size]) for size in sizes[:-1]}
            contestants |= {"busy": busy, "burst": everybody,
                            "disk": lambda _: syncs_per_second(house.daemon.folder, 1)}
            say(f"{rounds} rounds of {len(contestants)} kinds")
            results = interleaved(rounds, contestants)
        return (self._speed_rows(results) + self._row_rows(results["senders-1"])
                + self._busy_rows(results["busy"]) + self._burst_rows(results)
                + [Row(f"callback.accept@{size}", f"callback to Accept at {size:,} subscribers, "
                       "1 sender, p50", "ms", [f["accept"]["p50_ms"] for f in results[
                           "senders-1" if size == max(sizes) else f"size-{size}"]])
                   for size in sizes])

    @staticmethod
    def _burst(house: House, file: Path, count: int) -> dict:
        before = house.daemon.number("SELECT COUNT(*) FROM term")
        began = time.monotonic()
        figures = http_load("paid", *house.server, "--file", file, "--senders", BURST_SENDERS)
        wait_until(lambda: house.daemon.number(
            "SELECT COUNT(*) FROM inbox WHERE processed_at IS NULL") == 0, "the inbox",
            DRAIN_DEADLINE_S)
        credited = count / (time.monotonic() - began)
        bought = house.daemon.number("SELECT COUNT(*) FROM term") - before
        if figures["failures"] or bought != count:
            raise LoadError(f"{bought} terms from {count} payments: {figures}")
        return {**figures, "credited_per_second": credited}

    @staticmethod
    def _speed_rows(results: dict[str, list]) -> list[Row]:
        rows = []
        for number in SENDERS:
            rounds = results[f"senders-{number}"]
            who = f"{number} sender{'s' if number > 1 else ''}"
            for share in ("p50", "p95", "p99"):
                rows.append(Row(f"callback.accept.{number}.{share}",
                                f"callback to Access-Accept, {who}, {share}", "ms",
                                [f["accept"][f"{share}_ms"] for f in rounds],
                                at_most=LIMIT_MS if share == "p99" else None,
                                promises=PROMISES if share == "p99" else ()))
            rows.append(Row(f"callback.stored.{number}.p99", f"callback to its answer, {who}, p99",
                            "ms", [f["stored"]["p99_ms"] for f in rounds]))
        return rows

    @staticmethod
    def _row_rows(rounds: list[dict]) -> list[Row]:
        return [Row(f"callback.row.{share}", "callback received to access row written, by the "
                    f"daemon's log, 1 sender, {share}", "ms",
                    [float(sorted(f["row_ms"])[max(0, math.ceil(part * len(f["row_ms"])) - 1)])
                     for f in rounds],
                    at_most=LIMIT_MS if share == "p99" else None,
                    promises=PROMISES if share == "p99" else ())
                for share, part in (("p50", 0.50), ("p99", 0.99))]

    @staticmethod
    def _busy_rows(rounds: list[dict]) -> list[Row]:
        rows = [Row(f"callback.accept.busy.{share}",
                    f"the same beside {REPORTS_PER_SECOND} reports/s and heavy lists, "
                    f"{BUSY_SENDERS} senders, {share}", "ms",
                    [f["accept"][f"{share}_ms"] for f in rounds],
                    at_most=LIMIT_MS if share == "p99" else None,
                    promises=PROMISES if share == "p99" else (),
                    note=BUSY_NOTE if share == "p99" else "")
                for share in ("p50", "p95", "p99")]
        answered = [f["accounting"]["answered"] for f in rounds]
        return rows + [
            Row("callback.busy.accounting.p99", "answer to a report meanwhile, p99", "ms",
                [figures["p99_ms"] for figures in answered]),
            Row("callback.busy.accounting.lost", "reports without an answer", "reports",
                [f["accounting"]["lost"] for f in rounds], at_most=0),
            Row("callback.busy.lists", "heavy lists answered meanwhile", "lists/s",
                [f["lists"]["per_second"] for f in rounds]),
        ]

    @staticmethod
    def _burst_rows(results: dict[str, list]) -> list[Row]:
        burst = results["burst"]
        return [
            Row("disk.syncs", "4 KB made durable, one after the other", "syncs/s",
                results["disk"]),
            Row("callbacks.stored", f"callbacks on the disk and answered, {BURST_SENDERS} senders",
                "callbacks/s", [f["per_second"] for f in burst], beside="disk.syncs",
                note="One commit, so one fsync, a callback; the inbox job that credits the ones "
                     "before it takes its commits on the same file meanwhile."),
            Row("callbacks.credited", "callbacks until the last one is credited", "payments/s",
                [f["credited_per_second"] for f in burst], beside="disk.syncs",
                note="A second commit for the money, a third for the projection's dirty row; one "
                     "writer, so the three queue for the same disk."),
        ]


BENCHMARKS = [Callbacks()]
