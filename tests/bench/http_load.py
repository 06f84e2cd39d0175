"""Calls mnara-bench-http (load/): load on the HTTP side of a box."""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.measure import program

HANG_DEADLINE_S = 900


class LoadError(RuntimeError):
    """The load itself went wrong: its figures mean nothing."""


def _command(words: tuple[object, ...]) -> list[str]:
    return [program("mnara-bench-http"), *map(str, words)]


def _figures(returncode: int, output: str, errors: str) -> dict:
    if returncode != 0:
        raise LoadError(errors.strip() or f"exit {returncode}")
    return json.loads(output)


def http_load(*words: object) -> dict:
    """Runs it to its end; its figures."""
    done = subprocess.run(_command(words), capture_output=True, text=True,
                          timeout=HANG_DEADLINE_S, check=False)
    return _figures(done.returncode, done.stdout, done.stderr)


@dataclass
class Background:
    """Loads that run beside what is measured; `figures` are filled in when they have ended."""

    processes: dict[str, subprocess.Popen]
    figures: dict[str, dict] = field(default_factory=dict)

    def check_alive(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise LoadError(f"{name} ended before what it was to disturb: "
                                f"{process.communicate()}")


@contextlib.contextmanager
def beside(loads: dict[str, tuple[object, ...]]) -> Iterator[Background]:
    """Starts loads (their words, by a name) that end by themselves, and waits for them at the end.
    What is done inside must be over first, or its figures would be of a half idle machine."""
    background = Background({name: subprocess.Popen(_command(words), stdout=subprocess.PIPE,
                                                    stderr=subprocess.PIPE, text=True)
                             for name, words in loads.items()})
    try:
        yield background
        background.check_alive()
        for name, process in background.processes.items():
            output, errors = process.communicate(timeout=HANG_DEADLINE_S)
            background.figures[name] = _figures(process.returncode, output, errors)
    finally:
        for process in background.processes.values():
            process.kill()
            process.wait()


def write_lines(path: Path, rows: list[tuple[object, ...]]) -> Path:
    """A file as the load reads it: a row a line, tabs between."""
    path.write_text("".join("\t".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    return path
