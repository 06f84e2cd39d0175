"""The simulation's RADIUS (the SELECT of radius/ on a connection of its own) and the real FreeRADIUS
give the same answers: 1,000 lines in all their states, and a FreeRADIUS whose clock is wrong."""

import json
import os
import pathlib
import subprocess
import time
import unittest

from tests.integration.free_radius import FreeRadius
from tests.integration.ports import free_udp_port
from tests.integration.radius_case import SECRET, RadiusTest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
LINES = 1000
METHODS = ("pap", "chap", "mschapv2")
# Between the moment the questions are made for and the moment they are asked.
LATE_S = 600


class SameAnswers(RadiusTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server.stop()
        cls.database.delete_files()
        cls.now = int(time.time())
        sim = os.environ.get("MNARA_SIM") or str(REPOSITORY / "build/dev/bin/sim")
        done = subprocess.run([sim, "--rows", str(LINES), "--seed", str(cls.now), "--now", str(cls.now),
                               "--radius", str(cls.database.folder), "--secret", SECRET],
                              stdout=subprocess.PIPE, text=True, check=True, timeout=300)
        cls.questions = [json.loads(line) for line in done.stdout.splitlines()]

    def check(self, questions, faketime=None):
        """Asks them all; returns how many were accepted, by verdict."""
        seen = {}
        with FreeRadius(self.database.folder, self.work / f"radius {faketime}", free_udp_port(),
                        faketime=faketime, user=self.user) as server:
            type(self).server = server
            for number, question in enumerate(questions):
                with self.subTest(seed=self.now, question=question):
                    self.check_one(question, METHODS[number % 3])
                verdict = question["answer"]["verdict"]
                seen[verdict] = seen.get(verdict, 0) + 1
        return seen

    def check_one(self, question, method):
        expected = question["answer"]
        pairs = (question["username"], question["password"], method)
        if expected["verdict"] == "unknown user":
            self.rejected(*pairs, mac=question["station"], reason="unknown user")
        elif not question["is_right"]:
            self.rejected(*pairs, mac=question["station"], reason="wrong password")
        elif not expected["accept"]:
            reply = self.rejected(*pairs, mac=question["station"], reason=expected["verdict"])
            if expected["message"] and method != "mschapv2":
                self.assertEqual(reply.get("Reply-Message"), expected["message"])
        else:
            reply = self.accepted(*pairs, mac=question["station"])
            for name, key in (("Mikrotik-Rate-Limit", "rate"), ("Framed-Pool", "pool"),
                              ("Mikrotik-Address-List", "address_list"), ("Framed-IP-Address", "ip"),
                              ("Acct-Interim-Interval", "interim")):
                self.assertEqual(reply.get(name) or "", expected[key] or "", name)
            self.assertEqual(reply.get("Class"), expected["class"].encode())
            self.check_time(reply.get("Session-Timeout"), expected.get("seconds"))

    def check_time(self, answered, expected):
        if expected is None or expected == 600:
            self.assertEqual(answered, expected)
        else:
            self.assertTrue(expected - LATE_S <= answered <= expected + 1, (answered, expected))

    def test_N13_K23_a_thousand_lines_get_the_same_answer(self):
        questions = [question for question in self.questions if question["at"] == self.now]
        self.assertGreater(len(questions), LINES * 0.9)
        seen = self.check(questions)
        for verdict in ("ok", "expired", "not paid yet", "suspended", "unknown user", "wrong device",
                        "too many sessions"):
            self.assertGreater(seen.get(verdict, 0), 4, seen)

    def test_N13_a_freeradius_in_1970_and_one_a_year_ahead_judge_by_the_mark(self):
        for faketime, at in (("@1970-01-02 03:46:40", 100_000), ("+400d", self.now + 400 * 86_400)):
            questions = [question for question in self.questions if question["at"] == at]
            self.assertGreater(len(questions), 90)
            seen = self.check(questions, faketime)
            self.assertGreater(seen.get("ok", 0), 9, seen)


if __name__ == "__main__":
    unittest.main()
