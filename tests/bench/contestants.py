"""The two whole boxes that are compared: ours as shipped, and stock FreeRADIUS with MariaDB."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench.load_generator import Server
from tests.bench.population import filled_house, new_folder
from tests.bench.rivals.freeradius import stock_mariadb
from tests.bench.rivals.mariadb import MariaDb
from tests.integration.free_radius import FreeRadius
from tests.integration.radius_case import radius_user


@dataclass(frozen=True)
class Box:
    """A running box; the first of `pids` is the process whose fsync makes an answer durable."""

    server: Server
    pids: tuple[int, ...]
    radius_dir: Path | None = None
    database: MariaDb | None = None


@contextlib.contextmanager
def ours(people: int, online: int = 0) -> Iterator[Box]:
    """The daemon and radius/ as they are shipped: dynamic clients, verdicts, Message-Authenticator,
    the reason log that the daemon follows."""
    daemon = filled_house(people, online=online)
    daemon.start()
    try:
        with FreeRadius(daemon.folder / "radius", daemon.folder / "work", daemon.accounting_port,
                        log_path=daemon.folder / "work" / "auth.log", user=radius_user()) as radius:
            yield Box(Server(radius.auth_port, radius.acct_port),
                      (daemon.process.pid, radius.process.pid),
                      radius_dir=daemon.folder / "radius")
    finally:
        if daemon.process.poll() is None:
            daemon.stop()


@contextlib.contextmanager
def stock(people: int, online: int = 0) -> Iterator[Box]:
    """FreeRADIUS and MariaDB as Debian ships them, joined as the sql module's own words say."""
    with MariaDb(new_folder("mariadb")) as database:
        database.add_people(people)
        if online:
            database.add_open_sessions(online)
        with stock_mariadb(database) as radius:
            yield Box(radius.server, (database.process.pid, radius.process.pid), database=database)
