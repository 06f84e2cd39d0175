"""clang-format and clang-tidy, with the settings in .clang-format and .clang-tidy.

clang-tidy takes seconds per file, so its clean verdicts are remembered in the user's cache, for all
checkouts, under a hash of everything that goes into them; what it complained about is asked again
every time.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.tidy.compile_database import Unit, read_units
from tests.tidy.source import read_sources

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "dev"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
VERDICTS = CACHE / "mnara-tidy"
# All files on two slow cores with nothing remembered.
HANG_DEADLINE_SECONDS = 1500
# g++'s own flags are unknown to clang, and a sanitizer's checks would be analysed as if written.
EXTRA = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-fno-sanitize=all"]


def run_clang_format(files: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(["clang-format", "--dry-run", "-Werror", "--style=file", *files],
                          cwd=ROOT, capture_output=True, text=True, check=False)


def run_clang_tidy(arguments: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(["clang-tidy", "--quiet", f"--config-file={ROOT / '.clang-tidy'}",
                           *EXTRA, *arguments],
                          cwd=ROOT, capture_output=True, text=True, check=False)


class ClangFormat(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("clang-format"):
            raise unittest.SkipTest("clang-format is not installed")

    def test_finds_a_planted_mess(self):
        # Beside the settings file: clang-format looks for it upwards from the file it reads.
        with tempfile.NamedTemporaryFile("w", suffix=".cpp", dir=ROOT / "tests") as mess:
            mess.write("int  f( ){return 1 ;}\n")
            mess.flush()
            self.assertNotEqual(run_clang_format([mess.name]).returncode, 0)

    def test_all_files_are_formatted(self):
        files = [source.path for source in read_sources(ROOT)
                 if source.is_cpp and source.path.startswith(("appliance/", "tests/"))]
        if files:
            done = run_clang_format(files)
            places = [line for line in done.stderr.splitlines() if ": error: " in line]
            self.assertEqual(done.returncode, 0,
                             "run clang-format -i on these\n" + "\n".join(places))


class ClangTidy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("clang-tidy"):
            raise unittest.SkipTest("clang-tidy is not installed")
        version = subprocess.run(["clang-tidy", "--version"], capture_output=True, check=True)
        settings = (ROOT / ".clang-tidy").read_bytes()
        cls.setup_hash = hashlib.sha256(version.stdout + settings + repr(EXTRA).encode()).digest()

    def test_finds_planted_faults(self):
        planted = {
            "bugprone-use-after-move":
                "#include <string>\n#include <utility>\n"
                "auto f(std::string a) { std::string b = std::move(a); return a + b; }\n",
            "readability-identifier-naming": "int BadName() { return 1; }\n",
            "clang-analyzer-core.DivideZero": "int f() { int z = 0; return 1 / z; }\n",
        }
        with tempfile.TemporaryDirectory(prefix="mnara-tidy-") as folder:
            for check, text in planted.items():
                with self.subTest(check=check):
                    path = Path(folder, "planted.cpp")
                    path.write_text(text, encoding="utf-8")
                    done = run_clang_tidy([str(path), "--", "-std=c++20"])
                    self.assertIn(check, done.stdout + done.stderr)
                    self.assertNotEqual(done.returncode, 0)

    def test_all_compiled_files_are_clean(self):
        # The product only: tests would double the minutes and are run under sanitizers anyway.
        units = [unit for unit in read_units(ROOT, BUILD)
                 if unit.source.is_relative_to(ROOT / "appliance")]
        self.assertTrue(units, "the compile database of the dev preset names no file")
        VERDICTS.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            complaints = [text for text in pool.map(self.complaint_about, units) if text]
        self.assertEqual(complaints, [], "\n" + "\n".join(complaints))

    def complaint_about(self, unit: Unit) -> str:
        """What clang-tidy says about a file; empty when it is clean."""
        digest = hashlib.sha256(self.setup_hash + unit.command.replace(str(ROOT), "").encode())
        for path in unit.dependencies:
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
        remembered = VERDICTS / digest.hexdigest()
        if remembered.exists():
            return ""
        done = run_clang_tidy(["-p", str(BUILD), str(unit.source)])
        if done.returncode == 0:
            remembered.touch()
            return ""
        return (done.stdout + done.stderr).strip()
