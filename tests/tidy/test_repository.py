"""The repository keeps its own rules, and has its layout."""

import unittest
from pathlib import Path

from tests.tidy.source import read_sources
from tests.tidy.test_rules import RULES

ROOT = Path(__file__).resolve().parents[2]


class Repository(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sources = read_sources(ROOT)

    def test_there_is_something_to_look_at(self):
        self.assertTrue(any(source.path == "tests/tidy/test_repository.py"
                            for source in self.sources))

    def test_what_is_generated_is_not_part_of_it(self):
        stray = [source.path for source in self.sources
                 if source.path.startswith(("build/", "demo-data/"))]
        self.assertEqual(stray, [])


def add_one_test_per_rule() -> None:
    """A test of its own for each rule, so that a run says which rule was broken."""
    for rule in RULES:
        def check(self, rule=rule):
            findings = [found for source in self.sources for found in rule.findings(source)]
            if findings:
                self.fail(f"{len(findings)} findings\n" + "\n".join(findings))
        setattr(Repository, f"test_rule_{rule.name.replace('-', '_')}", check)


add_one_test_per_rule()
