"""The verdict of packaging/run --once: a step that is late or absent is never called good."""

import unittest

from packaging.demo.timeline import Promise, Timeline


def timeline(**at_ms: int) -> Timeline:
    made = Timeline(["paid", "credited", "online"], [Promise("online", "paid", 1000)])
    for step, at in at_ms.items():
        made.note(step, at)
    return made


class Verdict(unittest.TestCase):
    def test_all_steps_in_time_is_good(self):
        made = timeline(paid=5000, credited=5100, online=6000)
        self.assertTrue(made.is_good())
        self.assertIn("1000 ms since paid, promised within 1000 ms: ok", made.lines()[2])

    def test_one_millisecond_late_is_missed(self):
        made = timeline(paid=5000, credited=5100, online=6001)
        self.assertFalse(made.is_good())
        self.assertEqual([promise.step for promise in made.missed()], ["online"])
        self.assertIn("MISSED", made.lines()[2])

    def test_a_step_without_a_promise_must_happen_too(self):
        made = timeline(paid=5000, online=5001)
        self.assertEqual(made.missing(), ["credited"])
        self.assertFalse(made.is_good())
        self.assertIn("DID NOT HAPPEN", made.lines()[1])

    def test_a_promise_about_a_step_that_never_came_is_missed(self):
        self.assertEqual(len(timeline(paid=5000, credited=5001).missed()), 1)

    def test_nothing_at_all_is_not_good(self):
        self.assertFalse(timeline().is_good())

    def test_times_are_told_since_the_first_step_and_the_one_before(self):
        lines = timeline(paid=5000, credited=5100, online=5350).lines()
        self.assertRegex(lines[1], r"^ +100 ms +\+100 ms +credited$")
        self.assertRegex(lines[2], r"^ +350 ms +\+250 ms +online")

    def test_an_unknown_step_is_a_mistake(self):
        with self.assertRaises(KeyError):
            timeline(dialled=1)
