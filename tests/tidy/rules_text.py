"""Rules about any file: size, width, notes to oneself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.tidy.rule import Planted, Rule
from tests.tidy.source import Source, Text

MOST_LINES = 600
MOST_COLUMNS = 100

SOURCE_NAME = re.compile(r"\.(cpp|hpp|h|cc|py|sh|sql|cmake|md|js|ts|svelte|css|html)$"
                         r"|(^|/)(run|CMakeLists\.txt)$")
# Written by a tool, or held as data: nobody reads these from top to bottom.
NOT_WRITTEN_BY_HAND = re.compile(r"(^|/)(generated|corpus|corpora|data|third_party)/"
                                 r"|(^|/)(package-lock\.json|LICENSE)$")
# Put together so that this file does not contain them itself.
NOTES = re.compile(r"\b(?:" + "FIX" + "ME|X" + "XX)" + r"\b")


def is_written_by_hand(source: Source) -> bool:
    return bool(SOURCE_NAME.search(source.path)) and not NOT_WRITTEN_BY_HAND.search(source.path)


def too_long(source: Source) -> Iterator[Text]:
    lines = source.text.count("\n")
    if lines > MOST_LINES:
        yield Text(MOST_LINES + 1, f"{lines} lines")


def too_wide(source: Source) -> Iterator[Text]:
    for number, line in enumerate(source.text.splitlines(), 1):
        if len(line) > MOST_COLUMNS:
            yield Text(number, f"{len(line)} columns")


def notes(source: Source) -> Iterator[Text]:
    for match in NOTES.finditer(source.text):
        yield Text(source.line_of(match.start()), match.group())


TEXT_RULES = [
    Rule("file-length", f"a file over {MOST_LINES} lines holds two things",
         is_written_by_hand, too_long,
         (Planted("appliance/http/a.cpp", "\n" * (MOST_LINES + 1), "\n" * MOST_LINES),
          Planted("tests/peers/a.py", "\n" * (MOST_LINES + 1), ""))),
    Rule("line-width", f"two files fit beside each other at {MOST_COLUMNS} columns",
         lambda source: source.is_cpp and is_written_by_hand(source), too_wide,
         (Planted("tests/unit/a.cpp", "x" * (MOST_COLUMNS + 1), "é" * MOST_COLUMNS),)),
    Rule("note-to-self", "what is unfinished is an issue, not a comment",
         lambda source: not NOT_WRITTEN_BY_HAND.search(source.path), notes,
         (Planted("appliance/http/a.cpp", "// FIX" + "ME later", "// 2547X" + "XXXXXXX"),
          Planted("docs/a.md", "X" + "XX", "xxx"))),
]
