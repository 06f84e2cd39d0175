"""docs/ says what the code says: every setting, every message of the log, every link and path.

The pages are read by people in trouble; one that lags behind the code sends them the wrong way.
"""

from __future__ import annotations

import re
import unittest
from pathlib import Path

from tests.tidy.source import Source

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["README.md", "CHANGELOG.md", "appliance/ARCHITECTURE.md", "radius/README.md"]

LITERALS = r'((?:"(?:\\.|[^"\\])*"\s*)+)'
SETTING = re.compile(rf"SettingRule\{{\s*{LITERALS},\s*{LITERALS},\s*(false|kSecret),\s*{LITERALS}")
SETTING_ROW = re.compile(r"^\| `([^`]+)` \|([^|]*)\| (yes|no) \| (.*) \|$", re.MULTILINE)

# A message id, as "app.ready"; a column of SQL has one letter before the dot.
DOTTED_WORD = re.compile(r"[a-z][a-z0-9_]+\.[a-z][a-z0-9_]*")
MESSAGE_ROW = re.compile(r"^\| `([a-z0-9_.]+)` \| (info|warning|error) \| (.+) \| (.+) \|$",
                         re.MULTILINE)
# A string of that form which is neither a setting nor a message: actions of the audit log. Whoever
# adds one says so here; a new message that nobody explained cannot hide among them.
AUDIT_ACTIONS = {"mpesa.urls_registered", "session.disconnect"}
# And names of files.
FILE_NAMES = {"ca.crt", "server.pem", "index.html"}

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)[^)]*\)")
CODE_PATH = re.compile(r"`((?:[a-z_]+/)+[a-z0-9_.]+\.(?:cpp|hpp|sql|conf|md|yaml|py))`")


def joined(literals: str) -> str:
    """Neighbouring C++ string literals as the one text they are."""
    return "".join(re.findall(r'"((?:\\.|[^"\\])*)"', literals))


def settings_in_code(text: str) -> list[tuple[str, str, bool, str]]:
    """(key, default, secret, meaning) of each rule, in their order."""
    return [(joined(key), joined(default), secret == "kSecret", joined(meaning))
            for key, default, secret, meaning in SETTING.findall(text)]


def settings_in_page(text: str) -> list[tuple[str, str, bool, str]]:
    return [(key, default.strip().strip("`"), secret == "yes", meaning)
            for key, default, secret, meaning in SETTING_ROW.findall(text)]


def dotted_strings(sources: list[Source]) -> set[str]:
    """Every string literal that has the form of a message id."""
    return {piece.text for source in sources for piece in source.strings
            if DOTTED_WORD.fullmatch(piece.text)}


def messages_in_page(text: str) -> list[str]:
    return [row[0] for row in MESSAGE_ROW.findall(text)]


def missing_targets(page: Path, text: str) -> list[str]:
    """Links and paths in a page that lead nowhere."""
    links = [target for target in LINK.findall(text) if "://" not in target]
    gone = [target for target in links if not (page.parent / target).exists()]
    for path in CODE_PATH.findall(text):
        if not any((base / path).exists() for base in (ROOT, ROOT / "appliance", page.parent)):
            gone.append(path)
    return gone


class Settings(unittest.TestCase):
    def test_page_and_code_have_the_same_table(self):
        code = (ROOT / "appliance/usecases/setting_rules.cpp").read_text(encoding="utf-8")
        page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
        wanted = settings_in_code(code)
        self.assertEqual(len(wanted), code.count("SettingRule{"), "a rule was not understood")
        self.assertGreater(len(wanted), 0)
        self.assertEqual(settings_in_page(page), wanted)

    def test_a_changed_default_would_be_noticed(self):
        code = 'SettingRule{"a.b", "5", kSecret, "one " "two", check},'
        self.assertEqual(settings_in_code(code), [("a.b", "5", True, "one two")])
        self.assertEqual(settings_in_page("| `a.b` | `6` | yes | one two |\n"),
                         [("a.b", "6", True, "one two")])


class LogMessages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sources = [Source(str(path), path.read_text(encoding="utf-8"))
                       for path in sorted((ROOT / "appliance").rglob("*.[ch]pp"))]
        rules = (ROOT / "appliance/usecases/setting_rules.cpp").read_text(encoding="utf-8")
        cls.strings = dotted_strings(cls.sources)
        cls.settings = {rule[0] for rule in settings_in_code(rules)}
        cls.page = messages_in_page((ROOT / "docs/log-messages.md").read_text(encoding="utf-8"))

    def test_page_and_code_have_the_same_messages(self):
        in_code = self.strings - self.settings - AUDIT_ACTIONS - FILE_NAMES
        self.assertIn("app.ready", in_code)
        self.assertEqual(sorted(in_code - set(self.page)), [], "not in docs/log-messages.md")
        self.assertEqual(sorted(set(self.page) - in_code), [], "no longer in the code")

    def test_each_message_is_explained_once(self):
        self.assertEqual(sorted(self.page), sorted(set(self.page)))

    def test_the_exceptions_are_still_needed(self):
        self.assertEqual(AUDIT_ACTIONS - self.strings, set())

    def test_an_unexplained_message_would_be_noticed(self):
        planted = Source("a.cpp", '// "x.comment"\nlog.info("app.planted", "Words.", {{"n", 1}});')
        self.assertEqual(dotted_strings([planted]), {"app.planted"})
        self.assertEqual(messages_in_page("| `app.planted` | info | It is. | Nothing. |\n"
                                          "| `x.empty` | info | |\n"), ["app.planted"])


class Paths(unittest.TestCase):
    def test_links_and_paths_lead_somewhere(self):
        pages = [ROOT / name for name in PAGES]
        pages += sorted((ROOT / "docs").glob("*.md"))
        pages += sorted((ROOT / "appliance/decisions").glob("*.md"))
        gone = [f"{page.relative_to(ROOT)}: {target}" for page in pages
                for target in missing_targets(page, page.read_text(encoding="utf-8"))]
        self.assertEqual(gone, [])

    def test_a_dead_one_would_be_noticed(self):
        text = "[a](nowhere.md) [b](settings.md#x) `usecases/nothing_here.cpp` `core/log.hpp`"
        self.assertEqual(missing_targets(ROOT / "docs/x.md", text),
                         ["nowhere.md", "usecases/nothing_here.cpp"])


if __name__ == "__main__":
    unittest.main()
