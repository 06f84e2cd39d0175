"""Reads a source file the way the rules need it: code without comments, and the text of strings.

Line numbers are kept: whatever is left out is replaced by blanks, newlines stay.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

CPP_SUFFIXES = {".cpp", ".hpp", ".h", ".cc"}

CPP_TOKEN = re.compile(
    r"""(?P<comment>//(?:\\\n|[^\n])*|/\*.*?\*/)
      |(?P<raw>\b(?:u8|[uUL])?R"(?P<tag>[^()\\\s]{0,16})\((?P<rawtext>.*?)\)(?P=tag)")
      |(?P<string>"(?P<text>(?:\\.|[^"\\\n])*)")
      |(?P<char>(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+')""",
    re.DOTALL | re.VERBOSE)
SQL_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Text:
    """A piece of text and the line it starts on."""
    line: int
    text: str


def blanks(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


@dataclass
class Source:
    """One file: where it is (relative to the root, with slashes) and what it says."""
    path: str
    text: str
    strings_: list[Text] = field(default_factory=list, repr=False)

    @property
    def is_cpp(self) -> bool:
        return Path(self.path).suffix in CPP_SUFFIXES

    @property
    def is_sql(self) -> bool:
        return self.path.endswith(".sql")

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1

    @cached_property
    def code(self) -> str:
        """C++ without comments and without what stands in quotes; #include lines stay whole."""
        parts, end = [], 0
        self.strings_ = []
        last_string_end = -1
        for match in CPP_TOKEN.finditer(self.text):
            between = self.text[end:match.start()]
            parts.append(between)
            end = match.end()
            if match.group("string") or match.group("raw"):
                body = match.group("rawtext") if match.group("raw") else match.group("text")
                if self.is_include(match.start()):
                    parts.append(match.group())
                    continue
                self.note_string(match.start(), body, last_string_end)
                last_string_end = end
            parts.append(blanks(match.group()))
        parts.append(self.text[end:])
        return "".join(parts)

    def is_include(self, offset: int) -> bool:
        line_start = self.text.rfind("\n", 0, offset) + 1
        return self.text[line_start:offset].lstrip().startswith("#")

    def note_string(self, start: int, body: str, last_end: int) -> None:
        """Neighbouring literals are one string to the compiler, so they are one here."""
        if last_end >= 0 and not self.text[last_end:start].strip():
            before = self.strings_.pop()
            self.strings_.append(Text(before.line, before.text + body))
        else:
            self.strings_.append(Text(self.line_of(start), body))

    @cached_property
    def strings(self) -> list[Text]:
        self.code  # noqa: B018  reading the code is what finds the strings
        return self.strings_

    @cached_property
    def sql_texts(self) -> list[Text]:
        """Where SQL may stand: the whole of a .sql file, or the strings of C++."""
        if self.is_sql:
            return [Text(1, SQL_COMMENT.sub(lambda match: blanks(match.group()), self.text))]
        return self.strings if self.is_cpp else []


def read_sources(root: Path) -> list[Source]:
    """Every text file that belongs to the repository: tracked, or new and not ignored."""
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                              "--exclude-standard"],
                             cwd=root, capture_output=True, text=True, check=True)
    sources = []
    for name in sorted(set(filter(None, listing.stdout.split("\0")))):
        path = root / name
        if path.is_symlink() or not path.is_file():
            continue
        try:
            sources.append(Source(name, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # bytes, not text: pictures, captures, seeds
    return sources
