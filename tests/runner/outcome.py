"""What a suite hands back: how many tests passed, which failed, which were skipped and why."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

# The plain closing line that every suite of ours, and the whole run, ends with.
CLOSING_LINE = re.compile(r"^(\d+) passed, (\d+) failed, (\d+) skipped$")
FAIL_LINE = re.compile(r"^FAIL (.+)$")
SKIP_LINE = re.compile(r"^SKIP ([^:]+): (.+)$")


@dataclass
class Outcome:
    passed: int = 0
    failed: list[str] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)  # name -> reason

    def add(self, other: "Outcome") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped.update(other.skipped)

    def closing_line(self) -> str:
        return f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped"

    def is_empty(self) -> bool:
        return self.passed == 0 and not self.failed and not self.skipped

    def save(self, path: Path) -> None:
        document = {"passed": self.passed, "failed": self.failed, "skipped": self.skipped}
        path.write_text(json.dumps(document), encoding="utf-8")

    @staticmethod
    def load(path: Path) -> "Outcome":
        """Reads what save() wrote. ValueError or OSError when a suite died before it wrote it."""
        document = json.loads(path.read_text(encoding="utf-8"))
        return Outcome(document["passed"], document["failed"], document["skipped"])


def outcome_of_text(suite: str, text: str, exit_code: int) -> Outcome:
    """Reads a script suite's output: its FAIL and SKIP lines and its closing line.

    A suite that ends without a closing line, or whose exit code contradicts it, has failed:
    otherwise a script that stopped in the middle would count as green.
    """
    outcome = Outcome()
    closing = None
    named = []
    for line in text.splitlines():
        if match := SKIP_LINE.match(line):
            outcome.skipped[match.group(1)] = match.group(2)
        if match := FAIL_LINE.match(line):
            named.append(f"{suite}: {match.group(1)}")
        if match := CLOSING_LINE.match(line):
            closing = match
    if closing is None:
        outcome.failed.append(f"{suite}: ended without its closing line (exit code {exit_code})")
        return outcome
    outcome.passed = int(closing.group(1))
    outcome.failed += named if len(named) == int(closing.group(2)) else [
        f"{suite}: test {number + 1} of those that failed, see its output"
        for number in range(int(closing.group(2)))]
    unnamed = int(closing.group(3)) - len(outcome.skipped)
    for number in range(unnamed):
        outcome.skipped[f"{suite} skip {number + 1}"] = "no reason given"
    if exit_code != 0 and not outcome.failed:
        outcome.failed.append(f"{suite}: exit code {exit_code} although nothing failed")
    return outcome
