"""What a rule is. Each carries a violation planted for its own test, so that a rule that can no
longer fail is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.tidy.source import Source, Text


@dataclass(frozen=True)
class Planted:
    """A file that does not exist; `bad` must be reported, `good` must not."""
    path: str
    bad: str
    good: str


@dataclass(frozen=True)
class Rule:
    name: str
    reason: str  # why it matters, printed with each finding
    applies: Callable[[Source], bool]
    find: Callable[[Source], Iterator[Text]]  # line and what stands there
    planted: tuple[Planted, ...]

    def findings(self, source: Source) -> list[str]:
        if not self.applies(source):
            return []
        return [f"{source.path}:{found.line}: {self.name}: {found.text.strip()}: {self.reason}"
                for found in self.find(source)]


def in_room(source: Source, *rooms: str) -> bool:
    return any(source.path.startswith(f"appliance/{room}/") for room in rooms)


def in_appliance(source: Source) -> bool:
    return source.path.startswith("appliance/")


def matches_in_code(pattern: str) -> Callable[[Source], Iterator[Text]]:
    compiled = re.compile(pattern)

    def find(source: Source) -> Iterator[Text]:
        for match in compiled.finditer(source.code):
            yield Text(source.line_of(match.start()), match.group())
    return find


def matches_in_sql(pattern: str, flags: int = 0) -> Callable[[Source], Iterator[Text]]:
    compiled = re.compile(pattern, flags)

    def find(source: Source) -> Iterator[Text]:
        for piece in source.sql_texts:
            for match in compiled.finditer(piece.text):
                line = piece.line + piece.text.count("\n", 0, match.start())
                yield Text(line, " ".join(match.group().split())[:60])
    return find
