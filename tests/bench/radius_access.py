"""Logins a second: ours as shipped and stripped, FreeRADIUS `files`, stock FreeRADIUS + MariaDB.

64 requests are outstanding; each carries the right password and a Message-Authenticator, of a
subscriber in an order that no cache foresees. Beside all of them a writer commits 50 times a second
to our radius.db. A round in which an answer is lost or a reject has no speed: it is an error.
Rejects of ours are counted in a run of a million.

shipped      radius/ and the daemon: dynamic clients, verdicts, device, the reason log and the
             daemon that follows it, Message-Authenticator in every reply
stripped     a minimal site with a fixed client, and radius.db asked for password and rate only
stripped-log the same and a line of log a login, which is what the stock site writes to radpostauth
files        the same minimal site, everybody in memory
minimal-mariadb  the same minimal site with the stock queries of MariaDB, nothing written
stock        FreeRADIUS + MariaDB as Debian ships them

Like for like is therefore: stripped-log beside stock (look up, write the verdict down), stripped
beside files (look up). minimal-mariadb tells how much of stock's time is its database alone.
"""

from __future__ import annotations

import contextlib

from tests.bench.commit_writer import commits_at
from tests.bench.contestants import Box, ours, stock
from tests.bench.cpu_time import with_cpu
from tests.bench.load_generator import LoadError, Server, accepted_load, load
from tests.bench.measure import Row, interleaved, say
from tests.bench.rivals.freeradius import Rival, files_rival, minimal_mariadb, stripped_ours

PEOPLE = 100_000
WRITER_COMMITS_PER_SECOND = 50
METHODS = {"pap": "PAP", "chap": "CHAP", "mschapv2": "MS-CHAPv2"}
WORDS = {
    "shipped": "ours as shipped",
    "stripped": "ours in a minimal site",
    "stripped-log": "ours in a minimal site, with a log of verdicts",
    "files": "FreeRADIUS files in a minimal site",
    "minimal-mariadb": "MariaDB in a minimal site",
    "stock": "stock FreeRADIUS + MariaDB",
}
BESIDE = {"shipped": ("stock", 5.0), "stripped-log": ("stock", 10.0), "stripped": ("files", 0.4),
          "minimal-mariadb": ("stripped", None)}
NOTES = {
    "shipped": "Bound by the cores. rlm_sql has no prepared statements, so the SELECT is parsed for "
               "each login, and threads wait for each other at SQLite's one counter of allocated "
               "memory (sqlite3_config, out of reach of a configuration): by the profile two "
               "thirds of FreeRADIUS's time, while one SELECT decided everything. So most logins "
               "got a SELECT of a third of the text (radius/quick_query.conf), which made 1.8 "
               "times as many. What is left of FreeRADIUS's time: a third in the kernel (waking "
               "threads, sockets, the line of the reason log), a fifth SQLite, a fifth malloc, the "
               "rest what any FreeRADIUS does for a packet; the daemon, which follows the log, "
               "shares the cores.",
    "stripped-log": "Generator, FreeRADIUS and MariaDB share the cores. The smaller the box, the "
                    "less the rival waits for its disk and the more both are bound by FreeRADIUS's "
                    "own work for a packet, which is the same for both.",
    "stripped": "A lookup in memory against one that opens a read transaction in another process's "
                "file, with the SELECT parsed anew each time.",
}


class AccessSpeed:
    name = "radius-access"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        people, seconds = (2_000, 0.4) if quick else (PEOPLE, 4)
        with contextlib.ExitStack() as stack:
            box, rival = stack.enter_context(ours(people)), stack.enter_context(stock(people))

            def alone(server: Rival, *more: int) -> Box:
                started = stack.enter_context(server)
                return Box(started.server, (*more, started.process.pid))

            boxes = {
                "shipped": box,
                "stripped": alone(stripped_ours(box.radius_dir, with_log=False)),
                "stripped-log": alone(stripped_ours(box.radius_dir, with_log=True)),
                "files": alone(files_rival(people)),
                "minimal-mariadb": alone(minimal_mariadb(rival.database), rival.pids[0]),
                "stock": rival,
            }
            stack.enter_context(commits_at(box.radius_dir / "radius.db", WRITER_COMMITS_PER_SECOND))
            rows = []
            for method in METHODS:
                say(f"{rounds} rounds of {METHODS[method]}")
                rows += self._method(method, boxes, people, rounds, seconds)
            rows += self._false_rejects(box.server, people, 20_000 if quick else 1_000_000)
        return rows

    def _method(self, method: str, boxes: dict[str, Box], people: int, rounds: int,
                seconds: float) -> list[Row]:
        def contestant(name: str):
            def once(_: int) -> dict:
                return with_cpu(lambda: accepted_load(
                    boxes[name].server, "--method", method, "--subscribers", people,
                    "--seconds", seconds), boxes[name].pids)
            return once

        for warmed in boxes.values():
            accepted_load(warmed.server, "--method", method, "--subscribers", people,
                          "--count", 500)
        results = interleaved(rounds, {name: contestant(name) for name in boxes})
        rows = []
        for name, figures in results.items():
            beside, least = BESIDE.get(name, (None, None))
            rows.append(Row(f"access.{method}.{name}", f"{METHODS[method]}: {WORDS[name]}",
                            "requests/s", [f["per_second"] for f in figures],
                            beside=f"access.{method}.{beside}" if beside else None,
                            at_least=least, note=NOTES.get(name, "") if method == "pap" else
                            f"As `access.pap.{name}`." if name in NOTES else ""))
        rows += [Row(f"access.{method}.{name}.cpu",
                     f"{METHODS[method]}: computing for one, {WORDS[name]}", "us",
                     [f["cpu_us"] for f in figures]) for name, figures in results.items()]
        for name in ("shipped", "stock"):
            for share in ("p50", "p99"):
                rows.append(Row(f"access.{method}.{name}.{share}",
                                f"{METHODS[method]}: {share} of an answer, {WORDS[name]}", "ms",
                                [f[f"{share}_ms"] for f in results[name]]))
        return rows

    def _false_rejects(self, server: Server, people: int, count: int) -> list[Row]:
        """Right passwords by the three methods, `count` in all, as shipped, under the writer."""
        say(f"{count:,} right passwords")
        figures = [load(server, "access", "--method", method, "--subscribers", people, "--count",
                        share) for method, share in
                   zip(METHODS, (count - 2 * (count // 3), count // 3, count // 3))]
        if sum(f["sent"] for f in figures) != count:
            raise LoadError("not all were sent")
        of_them = f"of {count:,} right passwords under the writer, "
        return [
            Row("access.false-rejects", of_them + "rejected", "requests",
                [sum(f["rejected"] for f in figures)], at_most=0),
            Row("access.unanswered", of_them + "never answered", "requests",
                [sum(f["lost"] for f in figures)], at_most=0),
            Row("access.repeated", of_them + "sent again after 3 s", "requests",
                [sum(f["retransmitted"] for f in figures)]),
            Row("access.unsigned", of_them + "answered without a Message-Authenticator", "requests",
                [sum(f["unsigned_replies"] for f in figures)], at_most=0),
        ]


BENCHMARKS = [AccessSpeed()]
