"""Runs the CTest tests of one suite.

A test belongs to the suite that its label names; a test without such a label is a unit test.
"""

from __future__ import annotations

import json
import os
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from tests.runner.outcome import Outcome

TEST_TIMEOUT_SECONDS = 300


def labels_of(test: dict) -> set[str]:
    for item in test.get("properties", []):
        if item["name"] == "LABELS":
            return set(item["value"])
    return set()


def selection(build: Path, suite: str, all_suites: list[str]) -> tuple[int, list[str]]:
    """How many CTest tests the suite has, and the ctest arguments that choose them."""
    listing = subprocess.run(["ctest", "--test-dir", str(build), "--show-only=json-v1"],
                             capture_output=True, text=True, check=True)
    others = {name for name in all_suites if name != suite}
    tests = json.loads(listing.stdout)["tests"]
    if suite == "unit":
        mine = [test for test in tests if not labels_of(test) & others]
        return len(mine), ["-LE", "^(" + "|".join(sorted(others)) + ")$"]
    mine = [test for test in tests if suite in labels_of(test)]
    return len(mine), ["-L", f"^{suite}$"]


def outcome_of_junit(path: Path) -> Outcome:
    """Reads CTest's JUnit report. Anything but "ran and passed" or "skipped" is a failure."""
    outcome = Outcome()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = case.get("name", "?")
        status = case.get("status", "")
        skipped = case.find("skipped")
        if skipped is not None:
            outcome.skipped[name] = skipped.get("message") or status or "no reason given"
        elif status == "run" and case.find("failure") is None:
            outcome.passed += 1
        else:
            outcome.failed.append(name)
            print(f"---- {name} ({status})\n{case.findtext('system-out') or ''}", flush=True)
    return outcome


def run_ctest(build: Path, suite: str, all_suites: list[str], scratch: Path,
              word: str) -> Outcome:
    if not (build / "CTestTestfile.cmake").exists():
        return Outcome()
    count, chosen = selection(build, suite, all_suites)
    if count == 0:
        return Outcome()
    if word:
        chosen += ["-R", word]
    report = scratch / f"{suite}-ctest.xml"
    jobs = str(min(os.cpu_count() or 1, 4))
    # CTest's own lines are left out: the report names what failed, with its output.
    done = subprocess.run(["ctest", "--test-dir", str(build), *chosen, "-j", jobs, "--quiet",
                           "--timeout", str(TEST_TIMEOUT_SECONDS),
                           "--test-output-size-failed", "200000",
                           "--output-junit", str(report)],
                          stdin=subprocess.DEVNULL, check=False)
    try:
        outcome = outcome_of_junit(report)
    except (OSError, ElementTree.ParseError) as trouble:
        return Outcome(failed=[f"{suite}: ctest left no report (exit {done.returncode}, {trouble})"])
    if not word and outcome.passed + len(outcome.failed) + len(outcome.skipped) < count:
        outcome.failed.append(f"{suite}: CTest knows {count} tests but reported fewer")
    return outcome
