"""Memory of the whole box at 100,000 subscribers: the daemon and FreeRADIUS together.

PSS (/proc/PID/smaps_rollup): what is shared between processes is counted once. Idle: everything has
started and ten seconds have passed. Loaded: the most that was seen while customers pay and log in,
routers report 500 times a second and log in as fast as is answered, and 8 clients read heavy lists.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path

from tests.bench.box_callbacks import daily_load, pay_and_log_in
from tests.bench.box_customers import prompted_customers
from tests.bench.box_house import House
from tests.bench.http_load import beside
from tests.bench.load_generator import Server, accepted_load
from tests.bench.measure import Row, say

SUBSCRIBERS = 100_000
LIMIT_MB = {"idle": 75, "loaded": 150}  # idle: so that a change that doubles it is seen
SETTLE_SECONDS = 10
LOOK_EVERY_SECONDS = 0.2
LOADED_NOTE = ("FreeRADIUS remembers every request for two seconds, to give a repeated one the "
               "same answer: some 9 KB each, so its memory goes with the logins a second.")
PARTS = ("daemon", "freeradius", "box")


def pss_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no Pss line")


def memory_mb(house: House) -> dict[str, float]:
    daemon, radius = pss_mb(house.daemon.process.pid), pss_mb(house.radius.process.pid)
    return {"daemon": daemon, "freeradius": radius, "box": daemon + radius}


class Watch:
    """Looks again and again from its making to most()."""

    def __init__(self, house: House):
        self.house_ = house
        self.seen_: list[dict[str, float]] = []
        self.over_ = threading.Event()
        self.thread_ = threading.Thread(target=self._look)
        self.thread_.start()

    def _look(self) -> None:
        while not self.over_.wait(LOOK_EVERY_SECONDS):
            self.seen_.append(memory_mb(self.house_))

    def most(self) -> dict[str, float]:
        self.over_.set()
        self.thread_.join()
        return {part: max(seen[part] for seen in self.seen_) for part in PARTS}


class Memory:
    name = "box-memory"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        people, seconds, customers = (1000, 15, 10) if quick else (SUBSCRIBERS, 20, 150)
        idle, loaded, logins = [], [], []
        for number in range(rounds):  # a process only grows, so each round begins with new ones
            say(f"round {number + 1}")
            with House(people, online=people // 20, with_radius=True, with_provider=True) as house:
                waiting = prompted_customers(house, customers)
                time.sleep(1 if quick else SETTLE_SECONDS)
                idle.append(memory_mb(house))
                most, per_second = self._under_load(house, waiting, seconds)
                loaded.append(most)
                logins.append(per_second)
        rows = []
        for when, rounds_of, words in (("idle", idle, "idle"), ("loaded", loaded, "under load")):
            for part in PARTS:
                rows.append(Row(f"memory.{when}.{part}",
                                f"{'all processes' if part == 'box' else part}, {words}, "
                                f"{people:,} subscribers", "MB", [seen[part] for seen in rounds_of],
                                at_most=LIMIT_MB[when] if part == "box" else None,
                                note=LOADED_NOTE if (when, part) == ("loaded", "box") else ""))
        rows.append(Row("memory.loaded.logins", "logins meanwhile", "requests/s", logins))
        return rows

    @staticmethod
    def _under_load(house: House, waiting: Path,
                    seconds: float) -> tuple[dict[str, float], float]:
        """The most memory, and logins a second."""
        loads = daily_load(house, seconds)
        loads["lists"] += ("--connections", 8)
        watch = Watch(house)
        try:
            with beside(loads):
                pay_and_log_in(house, waiting, 4)
                logins = accepted_load(Server(house.radius.auth_port, house.radius.acct_port),
                                       "--subscribers", house.subscribers, "--seconds",
                                       seconds / 4)
        finally:
            most = watch.most()
        return most, logins["per_second"]


BENCHMARKS = [Memory()]
