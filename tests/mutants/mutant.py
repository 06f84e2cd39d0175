"""One mutant: a patch with a header that says what it breaks and which tests must notice.

    Breaks: one sentence or two.
    Killer: unit: NAME OF A CATCH2 TEST
    Killer: crash: STORY FAULT
    Killer: python: tests.integration.MODULE.CLASS.TEST
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

KILLER = re.compile(r"^Killer: (unit|crash|python): (.+)$", re.MULTILINE)
TARGET = re.compile(r"^\+\+\+ b/(.+)$", re.MULTILINE)
# Headers would change more than one object; nothing that matters is decided in one.
CHANGEABLE = re.compile(r"^(appliance/.+\.(cpp|sql)|radius/.+)$")


class Stale(Exception):
    """The patch, or its header, no longer fits the code; the text says how."""


@dataclass(frozen=True)
class Killer:
    kind: str  # unit, crash or python
    test: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.test}"


@dataclass(frozen=True)
class Mutant:
    name: str
    patch: Path
    killers: tuple[Killer, ...]
    targets: tuple[str, ...]  # the files it changes, relative to the root

    @staticmethod
    def read(patch: Path) -> "Mutant":
        text = patch.read_text(encoding="utf-8")
        header, diff, _ = text.partition("\n--- ")
        killers = tuple(Killer(*found) for found in KILLER.findall(header))
        targets = tuple(TARGET.findall(text))
        if not diff or not killers or not header.startswith("Breaks: "):
            raise Stale("needs a header with Breaks and Killer, and a diff")
        for target in targets:
            if not CHANGEABLE.match(target):
                raise Stale(f"may not change {target}: a .cpp or .sql of appliance/, or radius/")
        return Mutant(patch.stem, patch, killers, targets)

    def apply(self, tree: Path, to: Path) -> None:
        """Writes the changed files, taken from `tree`, below `to`. Context must fit exactly."""
        for target in self.targets:
            if not (tree / target).is_file():
                raise Stale(f"there is no {target}")
            (to / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(tree / target, to / target)
        # The ceiling: git takes the folder for itself, not for a part of the repository around it.
        done = subprocess.run(["git", "apply", "-p1", str(self.patch)], cwd=to, text=True,
                              env={**os.environ, "GIT_CEILING_DIRECTORIES": str(to.parent)},
                              capture_output=True, check=False)
        if done.returncode != 0:
            raise Stale(done.stderr.strip())
