"""Runs suites one after the other and adds them up. Started by tests/run, from the root.

A suite is a folder of tests/. What is in the folder says how it runs, and a folder may have
several of these: CTest tests that carry its name as a label, test_*.py files, an executable `run`
that ends with "N passed, N failed, N skipped" and names each skip.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.runner.ctest_suite import run_ctest
from tests.runner.outcome import Outcome, outcome_of_text

# Cheap and telling first: a run that will fail fails early.
SUITES = ["tidy", "unit", "peers", "sim", "crash", "fuzz", "mutants", "integration", "e2e",
          "package"]
# Suites that wait more than they compute, and whose tests share nothing but the machine.
SIDE_BY_SIDE = {"integration": 2}
# A suite that takes longer than this hangs. Below what continuous integration allows in all.
SUITE_DEADLINE_SECONDS = 2400


def run_in_group(command: list[str], on_line=None) -> int:
    """Runs a command in a process group of its own; nothing of the group outlives the call."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, text=True,
                             stdout=subprocess.PIPE if on_line else None)

    def kill_group() -> None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # it ended by itself, and left nobody behind

    def give_up() -> None:
        print(f"FAIL {' '.join(command)}: no end after {SUITE_DEADLINE_SECONDS} s", flush=True)
        kill_group()

    deadline = threading.Timer(SUITE_DEADLINE_SECONDS, give_up)
    deadline.start()
    try:
        if on_line:
            for line in child.stdout:
                on_line(line)
        return child.wait()
    finally:
        deadline.cancel()
        kill_group()
        child.wait()


def run_script(suite: str, script: Path) -> Outcome:
    lines: list[str] = []

    def keep(line: str) -> None:
        lines.append(line)
        print(line, end="", flush=True)

    exit_code = run_in_group([str(script)], keep)
    return outcome_of_text(suite, "".join(lines), exit_code)


def run_python(suite: str, folder: Path, scratch: Path, word: str) -> Outcome:
    """All modules of a folder, shared between as many processes as SIDE_BY_SIDE allows."""
    parts = SIDE_BY_SIDE.get(suite, 1)

    def run_part(part: int) -> Outcome:
        result = scratch / f"{suite}-python-{part}.json"
        command = [sys.executable, "-m", "tests.runner.python_suite", str(folder),
                   "--result", str(result), "--part", str(part), "--parts", str(parts)]
        if word:
            command += ["-k", word]
        exit_code = run_in_group(command)
        try:
            return Outcome.load(result)
        except (OSError, ValueError):
            return Outcome(failed=[f"{suite}: the suite ended early (exit code {exit_code})"])

    total = Outcome()
    with ThreadPoolExecutor(parts) as hands:
        for outcome in hands.map(run_part, range(parts)):
            total.add(outcome)
    return total


def run_suite(suite: str, scratch: Path, word: str) -> Outcome:
    folder = Path("tests") / suite
    outcome = run_ctest(Path("build/dev"), suite, SUITES, scratch, word)
    if any(folder.rglob("test_*.py")):
        outcome.add(run_python(suite, folder, scratch, word))
    script = folder / "run"
    if script.exists() and not word:
        outcome.add(run_script(suite, script))
    if outcome.is_empty() and not word:
        outcome.failed.append(f"{suite}: the folder is there but no test ran")
    return outcome


def existing_suites() -> list[str]:
    """Suites whose folder holds a file; an empty folder is a room that waits."""
    return [name for name in SUITES
            if any(path.is_file() for path in (Path("tests") / name).rglob("*"))]


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests/run")
    parser.add_argument("suites", nargs="*", metavar="NAME", help="one of: " + " ".join(SUITES))
    parser.add_argument("-k", dest="word", default="", help="only tests whose name has this word")
    arguments = parser.parse_args()
    there = existing_suites()
    for name in arguments.suites:
        if name not in there:
            parser.error(f"there is no suite {name}; there are: {' '.join(there)}")

    total = Outcome()
    with tempfile.TemporaryDirectory(prefix="mnara-tests-") as scratch:
        for suite in arguments.suites or there:
            print(f"== {suite}", flush=True)
            started = time.monotonic()
            outcome = run_suite(suite, Path(scratch), arguments.word)
            seconds = time.monotonic() - started
            print(f"== {suite}: {outcome.closing_line()} in {seconds:.1f} s", flush=True)
            total.add(outcome)

    for name, reason in total.skipped.items():
        print(f"SKIP {name}: {reason}")
    for name in total.failed:
        print(f"FAIL {name}")
    skips_forbidden = os.environ.get("CI") == "true" and bool(total.skipped)
    if skips_forbidden:
        print("CI allows no skip.")
    print(total.closing_line(), flush=True)
    return 1 if total.failed or skips_forbidden or total.is_empty() else 0


if __name__ == "__main__":
    sys.exit(main())
