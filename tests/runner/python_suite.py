"""Runs the test_*.py files of one folder in this process; started by the runner, one per suite.

    python3 -m tests.runner.python_suite FOLDER --result FILE [--part N --parts N] [-k WORD]

One line per test, so that a log shows which one hangs. A test that takes longer than its module's
HANG_DEADLINE_SECONDS (default 180) has every thread's stack printed and ends the whole suite.
"""

from __future__ import annotations

import argparse
import faulthandler
import importlib
import sys
import time
import traceback
import unittest
from pathlib import Path

from tests.runner.outcome import Outcome

DEFAULT_HANG_DEADLINE_SECONDS = 180


def module_names(folder: Path) -> list[str]:
    """Dotted names of the test modules below a folder that is given relative to the root."""
    return sorted(".".join(path.with_suffix("").parts) for path in folder.rglob("test_*.py"))


def tests_in(suite: unittest.TestSuite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_in(item)
        else:
            yield item


class LineResult(unittest.TestResult):
    """Prints a line per test and collects an Outcome."""

    def __init__(self, hang_deadline_seconds: float) -> None:
        super().__init__()
        self.outcome = Outcome()
        self.hang_deadline_seconds_ = hang_deadline_seconds
        self.started_ = 0.0
        self.verdict_ = "ok"

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.started_ = time.monotonic()
        self.verdict_ = "ok"
        faulthandler.dump_traceback_later(self.hang_deadline_seconds_, exit=True)

    def stopTest(self, test: unittest.TestCase) -> None:
        faulthandler.cancel_dump_traceback_later()
        super().stopTest(test)
        milliseconds = round((time.monotonic() - self.started_) * 1000)
        if self.verdict_ == "ok":
            self.outcome.passed += 1
        print(f"{self.verdict_:4} {test.id()} ({milliseconds} ms)", flush=True)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self.verdict_ = "skip"
        self.outcome.skipped[test.id()] = reason

    def addError(self, test, err) -> None:
        super().addError(test, err)
        self.note_failure(test, err)

    def addFailure(self, test, err) -> None:
        super().addFailure(test, err)
        self.note_failure(test, err)

    def addSubTest(self, test, subtest, err) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note_failure(subtest, err)

    def addUnexpectedSuccess(self, test) -> None:
        super().addUnexpectedSuccess(test)
        self.verdict_ = "FAIL"
        self.outcome.failed.append(f"{test.id()}: succeeded although marked as failing")

    def note_failure(self, test, err) -> None:
        self.verdict_ = "FAIL"
        self.outcome.failed.append(test.id())
        print(f"---- {test.id()}", flush=True)
        print("".join(traceback.format_exception(*err)), flush=True)


def run_module(name: str, word: str, outcome: Outcome) -> None:
    try:
        module = importlib.import_module(name)
    except unittest.SkipTest as skip:
        outcome.skipped[name] = str(skip)
        return
    except Exception:
        print(f"FAIL {name}: cannot be imported\n{traceback.format_exc()}", flush=True)
        outcome.failed.append(f"{name}: cannot be imported")
        return
    suite = unittest.TestLoader().loadTestsFromModule(module)
    if word:
        suite = unittest.TestSuite(test for test in tests_in(suite) if word in test.id())
    result = LineResult(getattr(module, "HANG_DEADLINE_SECONDS", DEFAULT_HANG_DEADLINE_SECONDS))
    suite.run(result)
    outcome.add(result.outcome)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--part", type=int, default=0, help="which part, from 0")
    parser.add_argument("--parts", type=int, default=1, help="of how many")
    parser.add_argument("-k", dest="word", default="")
    arguments = parser.parse_args()
    outcome = Outcome()
    for name in module_names(arguments.folder)[arguments.part::arguments.parts]:
        run_module(name, arguments.word, outcome)
    outcome.save(arguments.result)
    return 1 if outcome.failed else 0


if __name__ == "__main__":
    sys.exit(main())
