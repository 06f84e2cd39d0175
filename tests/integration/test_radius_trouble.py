"""radius/ when the database, the clock or the rights are not as they should be."""

import os
import time
import unittest

from tests.integration.free_radius import FreeRadius, FreeRadiusError
from tests.integration.ports import free_udp_port
from tests.integration.radius_case import SECRET, RadiusTest
from tests.peers import radius
from tests.peers.waiting import wait_until

# sql.pool.lifetime (modules.conf), the second in which a connection is still fresh, and a margin.
REOPENED_S = 8


class Trouble(RadiusTest):
    def setUp(self):
        if not self.database.execute("SELECT 1 FROM access WHERE username = 'ann'").fetchone():
            self.database.add_phase("ann", rate="1M/1M")

    def status(self):
        return radius.status_server((self.server.address, self.server.auth_port), SECRET)

    def test_dropped_table_is_silence_not_a_reject(self):
        self.accepted("ann")
        lines = len(self.server.reason_lines())
        self.database.execute("ALTER TABLE access RENAME TO hidden")
        self.silent("ann")
        self.silent("nobody")
        self.database.execute("ALTER TABLE hidden RENAME TO access")
        self.accepted("ann")
        self.assertEqual(len(self.server.reason_lines()), lines + 1)

    def test_missing_clock_mark_is_silence_and_status_server_shows_it(self):
        self.accepted("ann")
        self.assertEqual((self.status().name, self.status().message_authenticator), ("Access-Accept", "good"))
        self.database.execute("DELETE FROM clock_mark")
        # Whether the clock counts is asked once a second.
        wait_until(lambda: self.ask("ann", timeout_seconds=0.5) is None, "silence")
        self.silent("ann")
        self.assertIsNone(self.status())
        self.database.set_clock_mark(int(time.time()))
        self.accepted("ann")
        self.assertIsNotNone(self.status())

    def test_held_write_lock_stops_nobody(self):
        self.database.add_phase("locked", rate="1M/1M")
        self.database.execute("BEGIN IMMEDIATE")
        self.addCleanup(self.database.execute, "ROLLBACK")
        self.database.execute("UPDATE access SET rate = '2M/2M' WHERE username = 'locked'")
        self.assertEqual(self.accepted("locked").get("Mikrotik-Rate-Limit"), "1M/1M")

    def test_deleted_and_recreated_database_is_seen(self):
        self.accepted("ann")
        self.database.delete_files()
        self.database.create()
        self.database.add_router("1", "127.0.0.1/32", SECRET)
        self.database.add_phase("ann", rate="7M/7M")
        begin = time.monotonic()
        wait_until(lambda: (reply := self.ask("ann", timeout_seconds=0.5)) and
                   reply.get("Mikrotik-Rate-Limit") == "7M/7M", "the new file")
        self.assertLess(time.monotonic() - begin, REOPENED_S)

    def test_no_process_has_the_database_open(self):
        self.database.close_keeping_wal()
        self.addCleanup(self.database.open)
        self.accepted("ann")
        self.server.stop()
        self.server.start()
        self.accepted("ann")
        self.assertTrue(os.path.exists(f"{self.database.path}-shm"))

    def test_starts_before_the_database_exists(self):
        self.server.stop()
        self.database.delete_files()
        self.server.start()
        self.silent("ann")
        self.database.create()
        self.database.add_router("1", "127.0.0.1/32", SECRET)
        self.database.add_phase("ann")
        wait_until(lambda: self.ask("ann", timeout_seconds=0.5), "an answer from the file that came late")

    def test_configuration_is_clean_and_says_what_is_missing(self):
        status, output = self.server.check_configuration()
        self.assertEqual(status, 0, output)
        self.assertIn("Configuration appears to be OK", output)
        without = FreeRadius(self.work / "nowhere", self.work / "other", free_udp_port())
        with self.assertRaisesRegex(FreeRadiusError, "accounting.secret"):
            without.start()

    def test_runs_as_whoever_starts_it(self):
        for user in {self.user, None}:
            with self.subTest(user=user):
                folder = self.work / f"as-{user and user[0]}"
                with FreeRadius(self.database.folder, folder, free_udp_port(), user=user) as server:
                    reply = radius.access_request((server.address, server.auth_port), SECRET, "ann", "right")
                    self.assertEqual(reply.name, "Access-Accept")
                    owner = os.stat(f"/proc/{server.process.pid}").st_uid
                    self.assertEqual(owner, user[0] if user else os.geteuid())
                    self.assert_only_own_files(server.process.pid)

    def assert_only_own_files(self, pid):
        own = (str(self.work), "/usr/", "/lib", "/dev/", "/proc/", "socket:", "pipe:", "anon_inode:", "/etc/ssl/")
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            target = os.readlink(f"/proc/{pid}/fd/{descriptor}")
            self.assertTrue(target.startswith(own), target)


class WrongClock(RadiusTest):
    """FreeRADIUS's own clock starts in 1970; the daemon's mark says what time it is."""

    faketime = "@1970-01-01 00:10:00"

    def check(self):
        mark = 1_795_000_000
        self.database.set_clock_mark(mark)
        for name, end in (("inside", mark + 100), ("outside", mark), ("edge", mark + 1)):
            self.database.add_phase(name, until_at=end, session_until=end, rate="9M/9M")
            self.database.add_phase(name, verdict="expired", pay_page=1, session_s=600, address_list="expired")
        self.database.add_phase("reject", until_at=mark - 1)
        self.database.add_phase("reject", verdict="expired")
        self.assertEqual(self.accepted("inside").get("Session-Timeout"), 100)
        self.assertEqual(self.accepted("edge").get("Session-Timeout"), 1)
        outside = self.accepted("outside")
        self.assertEqual((outside.get("Session-Timeout"), outside.get("Mikrotik-Address-List")), (600, "expired"))
        self.rejected("reject", reason="expired")
        self.database.set_clock_mark(mark + 100)
        self.assertEqual(self.accepted("inside").get("Mikrotik-Address-List"), "expired")

    def test_judges_by_the_mark(self):
        self.check()
        self.assertLess(int(self.server.reason_lines()[0].split(" ")[0]), 100_000)


class ClockAhead(WrongClock):
    """The same with a clock that is years ahead."""

    faketime = "@2035-01-01 00:00:00"

    def test_judges_by_the_mark(self):
        self.check()
        self.assertGreater(int(self.server.reason_lines()[0].split(" ")[0]), 2_000_000_000)


if __name__ == "__main__":
    unittest.main()
