"""The runner itself: what did not run, or ended in the middle, is never counted as passed."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from tests.runner.ctest_suite import outcome_of_junit
from tests.runner.outcome import Outcome, outcome_of_text
from tests.runner.python_suite import run_module


class ScriptOutput(unittest.TestCase):
    def test_counts_and_skips_are_read(self):
        outcome = outcome_of_text("e2e", "SKIP phone: no browser\n3 passed, 0 failed, 1 skipped\n",
                                  0)
        self.assertEqual((outcome.passed, outcome.failed), (3, []))
        self.assertEqual(outcome.skipped, {"phone": "no browser"})

    def test_what_failed_is_named_where_each_is(self):
        text = "FAIL home\nits console\n1 passed, 1 failed, 0 skipped\n"
        self.assertEqual(outcome_of_text("e2e", text, 1).failed, ["e2e: home"])
        self.assertEqual(len(outcome_of_text("e2e", text.replace("1 f", "2 f"), 1).failed), 2)

    def test_an_output_without_its_closing_line_is_a_failure(self):
        self.assertEqual(len(outcome_of_text("e2e", "ok 1\nok 2\n", 0).failed), 1)

    def test_an_exit_code_that_contradicts_the_count_is_a_failure(self):
        self.assertTrue(outcome_of_text("e2e", "3 passed, 0 failed, 0 skipped\n", 1).failed)

    def test_a_skip_without_a_reason_is_still_a_skip(self):
        self.assertEqual(len(outcome_of_text("e2e", "1 passed, 0 failed, 2 skipped\n", 0).skipped),
                         2)


class CTestReport(unittest.TestCase):
    def read(self, cases: str) -> Outcome:
        with tempfile.TemporaryDirectory(prefix="mnara-runner-") as folder:
            path = Path(folder, "report.xml")
            path.write_text(f"<testsuite>{cases}</testsuite>", encoding="utf-8")
            with contextlib.redirect_stdout(io.StringIO()):
                return outcome_of_junit(path)

    def test_only_what_ran_and_passed_is_passed(self):
        outcome = self.read('<testcase name="a" status="run"/>'
                            '<testcase name="b" status="fail"><failure/></testcase>'
                            '<testcase name="c" status="notrun"/>'
                            '<testcase name="d" status="notrun"><skipped message="old"/></testcase>')
        self.assertEqual(outcome.passed, 1)
        self.assertEqual(outcome.failed, ["b", "c"])
        self.assertEqual(outcome.skipped, {"d": "old"})


class PythonModules(unittest.TestCase):
    def test_a_module_that_cannot_be_imported_is_a_failure(self):
        outcome = Outcome()
        with contextlib.redirect_stdout(io.StringIO()):
            run_module("tests.no_such_module", "", outcome)
        self.assertEqual(len(outcome.failed), 1)
