"""Runs the tests that must notice a mutant."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants.mutant import Killer

# A test that takes longer hangs, which is no verdict.
HANG_DEADLINE_SECONDS = 180
SPECIAL_TO_CATCH = re.compile(r'([\\,\[*"~])')
NOT_STARTED = re.compile(r"^ERROR: (setUpClass|\S+ \(unittest\.loader\.)", re.MULTILINE)
SKIPPED = re.compile(r"skipped[ ']+(.+?)'?$", re.MULTILINE)


class Skipped(Exception):
    """This machine cannot run that test; the text is the reason."""


class NoVerdict(Exception):
    """The test neither passed nor failed; the text says what it did."""


def command_of(killer: Killer, program: Path | None) -> list[str]:
    if killer.kind == "unit":
        name = SPECIAL_TO_CATCH.sub(r"\\\1", killer.test)
        return [str(program), name, "--warn", "NoTests"]
    if killer.kind == "crash":
        return [str(program), *killer.test.split()]
    return [sys.executable, "-m", "unittest", "-v", killer.test]


def passes(killer: Killer, program: Path | None, tree: Path) -> bool:
    """Whether the test passes. `tree` is where the sources lie that it reads."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile("w+") as said:
        try:
            code = subprocess.run(command_of(killer, program), cwd=tree, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=said, stderr=said, check=False,
                                  timeout=HANG_DEADLINE_SECONDS).returncode
        except subprocess.TimeoutExpired:
            raise NoVerdict(f"no end after {HANG_DEADLINE_SECONDS} s") from None
        said.seek(0)
        text = said.read()
    if killer.kind == "unit" and "No test cases matched" in text:
        raise NoVerdict("there is no such test")
    # What cannot even start says nothing about the mutant.
    if killer.kind == "crash" and code not in (0, 1):
        raise NoVerdict(f"exit code {code}\n{text[-1500:]}")
    if killer.kind == "python":
        if skipped := SKIPPED.search(text):
            raise Skipped(skipped.group(1))
        if NOT_STARTED.search(text):
            raise NoVerdict(text[-1500:])
    return code == 0
