"""Which routers may ask, and what is written down about each verdict."""

import os
import time
import unittest

from tests.integration.radius_case import MAC, SECRET, RadiusTest
from tests.peers.waiting import wait_until

OTHER_SECRET = "secret-of-a-network"
# The lifetime of a found router (routers.conf) and a margin.
FORGOTTEN_S = 15


class Routers(RadiusTest):
    def setUp(self):
        if not self.database.execute("SELECT 1 FROM access WHERE username = 'ann'").fetchone():
            self.database.add_phase("ann")

    def router_of(self, source, secret):
        """Name of the router that the server saw behind an accepted login."""
        self.accepted("ann", source=source, secret=secret)
        return self.server.reason_lines()[-1].split(" ")[2]

    def test_narrowest_range_wins(self):
        self.database.add_router("20", "127.20.0.0/16", OTHER_SECRET)
        self.database.add_router("21", "127.20.1.0/24", "secret-of-a-floor-21")
        self.database.add_router("22", "127.20.1.7/32", "secret-of-one-router")
        self.assertEqual(self.router_of("127.20.9.9", OTHER_SECRET), "20")
        self.assertEqual(self.router_of("127.20.1.0", "secret-of-a-floor-21"), "21")
        self.assertEqual(self.router_of("127.20.1.255", "secret-of-a-floor-21"), "21")
        self.assertEqual(self.router_of("127.20.1.7", "secret-of-one-router"), "22")

    def test_disabled_router_does_not_fall_back_to_its_network(self):
        self.database.add_router("30", "127.30.0.0/16", OTHER_SECRET)
        self.database.add_router("31", "127.30.0.5/32", "secret-of-a-blocked", enabled=False)
        self.silent("ann", source="127.30.0.5", secret=OTHER_SECRET)
        self.silent("ann", source="127.30.0.5", secret="secret-of-a-blocked")
        self.assertEqual(self.router_of("127.30.0.6", OTHER_SECRET), "30")

    def test_unknown_router_gets_no_answer_and_a_new_one_is_live_at_once(self):
        self.silent("ann", source="127.40.0.1", secret=OTHER_SECRET)
        self.database.add_router("40", "127.40.0.1/32", OTHER_SECRET)
        self.assertEqual(self.router_of("127.40.0.1", OTHER_SECRET), "40")
        self.silent("ann", source="127.40.0.1", secret="not-the-right-secret")

    def test_blocked_router_and_changed_secret_hold_within_the_lifetime(self):
        self.database.add_router("50", "127.50.0.1/32", OTHER_SECRET)
        self.database.add_router("51", "127.50.0.2/32", OTHER_SECRET)
        self.accepted("ann", source="127.50.0.1", secret=OTHER_SECRET)
        self.accepted("ann", source="127.50.0.2", secret=OTHER_SECRET)
        self.database.execute("UPDATE router_client SET enabled = 0 WHERE name = '50'")
        self.database.execute("UPDATE router_client SET secret = 'a-new-secret-of-51' WHERE name = '51'")
        begin = time.monotonic()
        quick = {"timeout_seconds": 0.3}
        wait_until(lambda: self.ask("ann", source="127.50.0.1", secret=OTHER_SECRET, **quick) is None, "blocked")
        wait_until(lambda: self.ask("ann", source="127.50.0.2", secret="a-new-secret-of-51", **quick), "new secret")
        self.assertLess(time.monotonic() - begin, FORGOTTEN_S)
        self.silent("ann", source="127.50.0.2", secret=OTHER_SECRET)

    def test_message_authenticator_is_demanded_per_router(self):
        self.database.add_router("60", "127.60.0.1/32", OTHER_SECRET, require_message_authenticator=True)
        self.database.add_router("61", "127.60.0.2/32", OTHER_SECRET)
        self.silent("ann", source="127.60.0.1", secret=OTHER_SECRET, message_authenticator=False)
        self.accepted("ann", source="127.60.0.1", secret=OTHER_SECRET)
        self.accepted("ann", source="127.60.0.2", secret=OTHER_SECRET, message_authenticator=False)


class ReasonLog(RadiusTest):
    def test_line_of_the_contract(self):
        self.database.add_phase("log name")
        begin = int(time.time())
        self.accepted("log name", mac=MAC)
        self.rejected("log name", "wrong", reason="wrong password")
        accept, reject = self.server.reason_lines()[-2:]
        at, *words = accept.split(" ")
        self.assertLessEqual(begin, int(at))
        self.assertLessEqual(int(at), time.time())
        self.assertEqual(words, ["accept", "1", "AA%3ABB%3ACC%3ADD%3AEE%3A01", "log%20name", "-"])
        self.assertEqual(reject.split(" ")[1:], ["reject", "1", "-", "log%20name", "wrong%20password"])

    def test_no_name_forges_a_line_or_a_word(self):
        forged = "x -\n1795000000 accept 1 - victim -\n"
        for method in ("pap", "chap", "mschapv2"):
            for name in (forged, '"a" \'b\' \\n \\', "%0A -", "- -", "\x01\x7f\xff", "a" * 253):
                with self.subTest(name=name, method=method):
                    before = len(self.server.reason_lines())
                    self.rejected(name, method=method, mac=forged, reason="unknown user")
                    lines = self.server.reason_lines()
                    self.assertEqual(len(lines), before + 1)
                    self.assertRegex(lines[-1], r"^\d+ reject 1 x%20-%0A[^ ]+ [^ ]+ unknown%20user$")
        self.assertFalse([line for line in self.server.reason_lines() if line.split(" ")[4] == "victim"])

    def test_passwords_and_secrets_are_never_logged(self):
        self.database.add_phase("quiet", password="Correct-Horse-1")
        for method in ("pap", "chap", "mschapv2"):
            self.accepted("quiet", "Correct-Horse-1", method)
            self.rejected("quiet", "Battery-Staple-2", method, reason="wrong password")
            self.rejected("nobody at all", "Battery-Staple-2", method, reason="unknown user")
        everything = "\n".join(self.server.reason_lines()) + self.server.log_text()
        for word in ("Correct-Horse-1", "Battery-Staple-2", SECRET):
            self.assertNotIn(word, everything)

    def test_a_renamed_log_is_begun_anew(self):
        self.database.add_phase("rotated")
        self.accepted("rotated")
        moved = self.server.log_path.with_suffix(".1")
        os.rename(self.server.log_path, moved)
        before = moved.read_text()
        self.accepted("rotated")
        self.assertEqual(len(self.server.reason_lines()), 1)
        self.assertEqual(moved.read_text(), before)
        self.assertEqual(self.server.log_path.stat().st_mode & 0o777, 0o640)

    def test_a_log_that_cannot_be_written_changes_no_verdict(self):
        self.database.add_phase("unwritten")
        self.accepted("unwritten")
        moved = self.server.log_path.with_suffix(".moved")
        os.rename(self.server.log_path, moved)
        self.server.log_path.mkdir()

        def bring_back():
            self.server.log_path.rmdir()
            os.rename(moved, self.server.log_path)
        self.addCleanup(bring_back)
        self.assertEqual(self.ask("unwritten").name, "Access-Accept")
        self.assertEqual(self.ask("unwritten", "wrong").name, "Access-Reject")


if __name__ == "__main__":
    unittest.main()
