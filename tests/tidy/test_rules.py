"""Every rule finds what is planted for it and leaves the innocent neighbour alone."""

import unittest

from tests.tidy.rules_code import CODE_RULES
from tests.tidy.rules_sql import SQL_RULES
from tests.tidy.rules_text import TEXT_RULES
from tests.tidy.source import Source

RULES = CODE_RULES + SQL_RULES + TEXT_RULES


class EveryRule(unittest.TestCase):
    def test_finds_what_is_planted_with_line_and_reason(self):
        for rule in RULES:
            self.assertTrue(rule.planted, rule.name)
            for planted in rule.planted:
                with self.subTest(rule=rule.name, text=planted.bad[:60]):
                    findings = rule.findings(Source(planted.path, "\n" + planted.bad))
                    self.assertTrue(findings)
                    self.assertRegex(findings[0], r"^[^:]+:\d+: " + rule.name)
                    self.assertTrue(findings[0].endswith(rule.reason))

    def test_leaves_the_innocent_alone(self):
        for rule in RULES:
            for planted in rule.planted:
                with self.subTest(rule=rule.name, text=planted.good[:60]):
                    self.assertEqual(rule.findings(Source(planted.path, planted.good)), [])


class Exemptions(unittest.TestCase):
    def findings(self, path: str, text: str) -> list[str]:
        return [found for rule in RULES for found in rule.findings(Source(path, text))]

    def test_homes_may_do_what_they_are_for(self):
        for path, text in [
            ("appliance/core/clock.cpp", "auto t = std::chrono::system_clock::now();"),
            ("appliance/core/random.cpp", "#include <sodium.h>\nvoid f() { randombytes_buf(p, n); }"),
            ("appliance/storage/database.cpp", '#include <sqlite3.h>\nrun("SELECT a FROM b");'),
            ("appliance/network/tls/context.cpp", "#include <mbedtls/ssl.h>"),
            ("appliance/app.cpp", '#include "storage/database.hpp"\n#include "http/server.hpp"'),
            ("radius/queries.sql", "SELECT unixepoch() FROM access;"),
            ("tests/fuzz/corpus/long.md", "\n" * 9000),
        ]:
            with self.subTest(path=path):
                self.assertEqual(self.findings(path, text), [])

    def test_each_home_is_no_wider_than_it_says(self):
        for path, text in [
            ("appliance/core/clocks/x.cpp", "auto t = std::chrono::system_clock::now();"),
            ("appliance/storage/clock.cpp", "auto t = std::chrono::system_clock::now();"),
            ("appliance/network/radius/x.cpp", "#include <sqlite3.h>"),
            ("appliance/http/x.cpp", "#include <mbedtls/md5.h>"),
        ]:
            with self.subTest(path=path):
                self.assertTrue(self.findings(path, text))


class Reading(unittest.TestCase):
    def test_comments_and_strings_are_not_code(self):
        source = Source("a.cpp", '// rand()\nint a; /* rand()\n */ auto s = "x // y" ; rand();')
        self.assertEqual(source.code.count("rand"), 1)
        self.assertEqual(source.code.count("\n"), 2)
        self.assertEqual([piece.text for piece in source.strings], ["x // y"])

    def test_raw_strings_digit_separators_and_quotes(self):
        source = Source("a.cpp", "int n = 1'000'000; auto r = R\"sql(a \" b)sql\"; char q = '\"';\n"
                                 "f(\"end\");")
        self.assertEqual([piece.text for piece in source.strings], ['a " b', "end"])
        self.assertEqual(source.strings[1].line, 2)
        self.assertIn("1'000'000", source.code)
