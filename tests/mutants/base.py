"""The scratch copy of the repository, built once, and the programs of mutants made from it.

A mutant's program is linked from the objects of the copy and its own few, compiled with the
commands of the copy. So nothing of the copy ever changes, and mutants can be built side by side.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path

# Without sanitizers and optimisation: what is built here runs a second or two.
CXX_FLAGS = "-O0 -D_GLIBCXX_ASSERTIONS"
SCHEMA_WRITER = "write_schema_text.cmake"
SCHEMA_TEXT = "appliance/schema_text.cpp"
PROGRAMS = {"unit": "tests/unit_tests", "crash": "tests/crash/crash_sweep"}


class BuildFailed(Exception):
    """The text is the end of what the compiler or linker said."""


def run(command: list[str], cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise BuildFailed(f"{shlex.join(command)[:200]}\n{done.stdout[-3000:]}")
    return done.stdout


def copy_repository(root: Path, tree: Path) -> None:
    """Tracked files and new ones that are not ignored, as they are now. What is the same already
    keeps its time, so that a second run builds little."""
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others",
                              "--exclude-standard"],
                             cwd=root, capture_output=True, text=True, check=True)
    wanted = {name for name in filter(None, listing.stdout.split("\0"))
              if (root / name).is_file() and not (root / name).is_symlink()}
    for path in [path for path in tree.rglob("*") if path.is_file()]:
        if str(path.relative_to(tree)) not in wanted:
            path.unlink()
    for name in wanted:
        there = tree / name
        if there.exists() and there.read_bytes() == (root / name).read_bytes():
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, there)


class Base:
    def __init__(self, folder: Path) -> None:
        self.tree = folder / "tree"
        self.build_ = folder / "build"
        self.commands_: dict[str, list[str]] = {}
        self.links_: dict[str, list[str]] = {}
        self.schema_: list[str] = []

    def make(self, root: Path, jobs: int) -> None:
        copy_repository(root, self.tree)
        run(["cmake", "-G", "Ninja", "-S", str(self.tree), "-B", str(self.build_),
             "-DCMAKE_BUILD_TYPE=", "-DMNARA_WEBUI=none", f"-DCMAKE_CXX_FLAGS={CXX_FLAGS}"],
            self.tree)
        run(["ninja", f"-j{jobs}", *PROGRAMS.values()], self.build_)
        for entry in json.loads((self.build_ / "compile_commands.json").read_text()):
            self.commands_[entry["file"]] = shlex.split(entry["command"])
        for kind, program in PROGRAMS.items():
            steps = self.steps_of(program)
            self.links_[kind] = next(step for step in reversed(steps) if "-o" in step)
            self.schema_ = next(step for step in steps if step[-1].endswith(SCHEMA_WRITER))

    def steps_of(self, program: str) -> list[list[str]]:
        """What ninja runs to make that program, in its order."""
        lines = run(["ninja", "-t", "commands", program], self.build_).splitlines()
        return [shlex.split(step) for line in lines for step in line.split(" && ")]

    def program(self, kind: str) -> Path:
        return self.build_ / PROGRAMS[kind]

    def link_mutant(self, kind: str, sources: Path, targets: tuple[str, ...]) -> Path:
        """The program with the changed files of `sources` in place of its own."""
        objects = [self.compile(sources, target) for target in targets]
        output = sources / Path(PROGRAMS[kind]).name
        command = list(self.links_[kind])
        command[command.index("-o") + 1] = str(output)
        # Before the libraries, and of two definitions the first counts.
        at = next(at for at, word in enumerate(command) if word.endswith(".a"))
        command[at:at] = ["-Wl,-z,muldefs", *(str(path) for path in dict.fromkeys(objects))]
        run(command, self.build_)
        return output

    def compile(self, sources: Path, target: str) -> Path:
        if target.endswith(".sql"):
            source, original = self.schema_text(sources, target)
        else:
            source, original = sources / target, self.tree / target
        command = list(self.commands_[str(original)])
        output = sources / (source.name + ".o")
        command[command.index("-o") + 1] = str(output)
        command[command.index(str(original))] = str(source)
        run(command, self.build_)
        return output

    def schema_text(self, sources: Path, target: str) -> tuple[Path, Path]:
        """The generated source that holds all of the schema, with the changed file in it."""
        text = sources / Path(SCHEMA_TEXT).name
        changed = [word.replace(str(self.tree / target), str(sources / target))
                   for word in self.schema_]
        run([f"-DOUT={text}" if word.startswith("-DOUT=") else word for word in changed],
            self.build_)
        return text, self.build_ / SCHEMA_TEXT
