"""What the figures were measured on: they mean nothing without it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from tests.bench.measure import REPOSITORY

PACKAGES = ("freeradius", "mariadb-server", "libsqlite3-0", "g++")


def first_match(pattern: str, path: str) -> str:
    found = re.search(pattern, Path(path).read_text(encoding="utf-8"), re.MULTILINE)
    return found.group(1).strip() if found else "unknown"


def package_version(package: str) -> str:
    done = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True,
                          text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "not installed"


def disk_words(folder: Path) -> str:
    """The block device under a folder, its size, and how fast it says that bytes are safe."""
    done = subprocess.run(["df", "--output=source,fstype", str(folder)], capture_output=True,
                          text=True, check=True)
    source, kind = done.stdout.splitlines()[1].split()
    size_gb = shutil.disk_usage(folder).total / 1e9
    return f"{Path(source).name}, {kind}, {size_gb:.0f} GB"


def commit_of_tree() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY,
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def machine_facts() -> dict[str, str]:
    memory_kb = int(first_match(r"^MemTotal:\s+(\d+) kB", "/proc/meminfo"))
    return {
        "CPU": first_match(r"^model name\s*:\s*(.*)$", "/proc/cpuinfo"),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory_kb / 1048576:.1f} GiB",
        "disk": disk_words(Path("/var/tmp")),
        "system": f"{first_match(r'^PRETTY_NAME=.(.*).$', '/etc/os-release')}, Linux "
                  f"{platform.release()}",
        "commit": commit_of_tree(),
        **{package: package_version(package) for package in PACKAGES},
    }
