"""What was compiled by the dev preset, and which files each object was made from."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Unit:
    """One compiled file."""
    source: Path
    command: str
    dependencies: tuple[Path, ...]  # files of this repository only, the source included


def dependencies_of_objects(build: Path, root: Path) -> dict[str, list[Path]]:
    """Object name -> files of the repository it was made from, as ninja recorded them."""
    listing = subprocess.run(["ninja", "-C", str(build), "-t", "deps"],
                             capture_output=True, text=True, check=True)
    found: dict[str, list[Path]] = {}
    current = ""
    for line in listing.stdout.splitlines():
        if line and not line.startswith(" "):
            current = line.split(":", 1)[0]
            found[current] = []
        elif line.strip():
            path = (build / line.strip()).resolve()
            if path.is_relative_to(root) and path.is_file():
                found[current].append(path)
    return found


def read_units(root: Path, build: Path) -> list[Unit]:
    """Units below appliance/ and tests/; what CMake generated in the build folder is left out."""
    database = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    dependencies = dependencies_of_objects(build, root)
    units = {}
    for entry in database:
        source = Path(entry["directory"], entry["file"]).resolve()
        if source.suffix != ".cpp" or source.is_relative_to(build):
            continue
        if not any(source.is_relative_to(root / room) for room in ("appliance", "tests")):
            continue
        files = dependencies.get(entry.get("output", ""), [])
        units[source] = Unit(source, entry["command"], tuple(sorted({source, *files})))
    return sorted(units.values(), key=lambda unit: unit.source)
