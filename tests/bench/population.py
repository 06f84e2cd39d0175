"""Houses full of people for a benchmark: made once by mnara-bench-fill, copied for each use.

Everything lies in one scratch folder under /var/tmp, on a disk that fsync reaches (a /tmp in memory
would flatter everybody), and goes when the process ends.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from tests.bench.measure import program, say
from tests.integration.daemon import Daemon
from tests.integration.ports import free_tcp_port, free_udp_port
from tests.integration.radius_case import radius_user

ROUTER_SOURCE = "127.0.0.2"  # as generator/population.hpp
ROUTER_SECRET = "bench-router-secret"
_numbers = itertools.count(1)


def username(number: int) -> str:
    return f"user{number:06d}"


@lru_cache(maxsize=None)
def scratch() -> Path:
    """The folder of this process. Other users may look in: servers run as users of their own."""
    folder = Path(tempfile.mkdtemp(prefix="mnara-bench-", dir="/var/tmp"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def new_folder(name: str) -> Path:
    folder = scratch() / f"{next(_numbers)}-{name}"
    folder.mkdir()
    return folder


def daemon_in(folder: Path) -> Daemon:
    """A daemon on free ports whose files are in `folder`; not started."""
    daemon = Daemon(folder, free_tcp_port(), free_udp_port(), folder / "work" / "auth.log")
    daemon.program = program("mnara")
    daemon.accounting_port = int(daemon.config.read_text(encoding="utf-8").rsplit(":", 1)[1])
    return daemon


@lru_cache(maxsize=None)
def _master(subscribers: int, sessions: int, online: int) -> Path:
    folder = new_folder(f"master-{subscribers}")
    radius_dir = folder / "radius"
    radius_dir.mkdir()
    user = radius_user()
    if user:
        os.chown(radius_dir, -1, user[1])
    radius_dir.chmod(0o2750)
    daemon = daemon_in(folder)
    say(f"filling a house: {subscribers:,} subscribers, {sessions:,} sessions, {online:,} online")
    with (folder / "fill.log").open("wb") as log:
        done = subprocess.run([program("mnara-bench-fill"), "--config", str(daemon.config),
                               "--subscribers", str(subscribers), "--sessions", str(sessions),
                               "--online", str(online)], stderr=log, check=False)
    if done.returncode != 0:
        raise RuntimeError((folder / "fill.log").read_text(errors="replace")[-500:])
    return folder


def filled_house(subscribers: int, sessions: int = 0, online: int = 0) -> Daemon:
    """A daemon, not started, on a fresh copy of a house with so many people in it."""
    folder = new_folder(f"house-{subscribers}")
    master = _master(subscribers, sessions, online)
    subprocess.run(["cp", "-a", "--reflink=auto", f"{master}/.", str(folder)], check=True)
    return daemon_in(folder)
