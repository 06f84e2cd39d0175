"""radius.db deleted, altered, garbled, on a full disk and locked, while FreeRADIUS keeps running.

Each time two things must hold: FreeRADIUS answers from right data afterwards (and while it heals never rejects a
paid customer), and a payment made during the trouble is booked as ever.
"""

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import time
import unittest

from tests.integration.box import Box
from tests.integration.daemon import wait_until

PAGE_SIZE = 4096
PAY_PAGE = "mnara-expired"
FULL = "mnara-pool"
# The pool's lifetime (radius/modules.conf), the second in which a connection is still fresh, and a margin.
REOPENED_S = 8
DISK_SIZE = "4m"


class RadiusDbCase(unittest.TestCase):
    """One ISP for all tests of a class. Every test ends with sound data and uses customers of its own."""

    @classmethod
    def setUpClass(cls):
        cls.box = cls.enterClassContext(Box())
        cls.box.add_plan()
        cls.path = cls.box.radius_dir / "radius.db"

    def setUp(self):
        self.server = self.box.free_radius.process.pid
        if self.box.daemon.process is None:
            self.box.start_daemon()
        self.paid = self.box.add_customer()
        self.box.pay(self.paid)
        self.box.wait_projected()
        self.assertEqual(self.pool(self.paid), FULL)
        self.late = self.box.add_customer()
        self.box.wait_projected()
        self.assertEqual(self.pool(self.late), PAY_PAGE)

    def tearDown(self):
        self.assertEqual(self.box.free_radius.process.pid, self.server)
        self.assertTrue(self.box.free_radius.is_running())

    def pool(self, customer, password=None):
        """The pool FreeRADIUS accepts the customer into, 'rejected', or None for silence."""
        reply = self.box.ask(customer.username, password or customer.password, mac=customer.mac)
        if reply is None:
            return None
        return reply.get("Framed-Pool") if reply.name == "Access-Accept" else "rejected"

    def wait_accepted(self, customer):
        """Waits for the full access; what comes before may be silence or older data, never a reject."""
        def accepted():
            seen = self.pool(customer)
            self.assertNotEqual(seen, "rejected")
            return seen == FULL
        wait_until(accepted, f"{customer.username} to be accepted")

    def assert_right(self):
        """Everybody this test knows is answered as mnara.db says, wrong passwords and strangers too."""
        self.box.wait_projected()
        self.wait_accepted(self.paid)
        self.assertEqual(self.pool(self.paid, "wrong"), "rejected")
        self.assertEqual(self.pool(self.late), PAY_PAGE if not self.is_paid_until(self.late) else FULL)
        reply = self.box.ask("stranger", "mine")
        self.assertEqual(reply and reply.name, "Access-Reject")

    def is_paid_until(self, customer):
        return self.box.line(customer)["paid_until"] is not None

    def pay_in_trouble(self):
        """The payment is booked whatever radius.db is like; whether it is online yet is another matter."""
        self.box.pay(self.late)
        self.assertTrue(self.is_paid_until(self.late))
        self.assertEqual(self.box.number("SELECT COUNT(*) FROM payment WHERE subscriber_id = ?",
                                         self.late.subscriber_id), 1)

    def change(self, *statements):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for sql, *values in statements:
                connection.execute(sql, values)

    def checkpoint(self):
        """Moves everything from the -wal into the file, so that what is garbled there counts."""
        self.change(("PRAGMA wal_checkpoint(TRUNCATE)",))

    def garble(self, first_page, pages):
        with open(self.path, "r+b") as file:
            file.seek((first_page - 1) * PAGE_SIZE)
            file.write(os.urandom(pages * PAGE_SIZE))

    def keep_wal_open(self):
        """FreeRADIUS alone keeps no connection for long; ours would delete the -wal when it closed last."""
        holder = sqlite3.connect(self.path, isolation_level=None)
        holder.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        return contextlib.closing(holder)

    def failures(self, word):
        """What the log has said of the projection since mark_log()."""
        return [line for line in self.box.daemon.log()[self.log_from:]
                if line["id"] in ("job.failed", "projection.failed") and word in line["text"]]

    def mark_log(self):
        self.log_from = len(self.box.daemon.log())


class DeletedAlteredGarbledLocked(RadiusDbCase):
    def test_deleted_while_the_daemon_is_stopped(self):
        for suffixes in (("", "-wal", "-shm"), ("",)):
            with self.subTest(suffixes=suffixes):
                self.box.stop_daemon()
                for suffix in suffixes:
                    os.remove(f"{self.path}{suffix}")
                self.box.start_daemon()
                begin = time.monotonic()
                self.wait_accepted(self.paid)
                self.assertLess(time.monotonic() - begin, REOPENED_S)
                self.assert_right()
                self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o640)
                self.assertEqual(stat.S_IMODE(os.stat(f"{self.path}-shm").st_mode), 0o660)
        self.pay_in_trouble()
        self.wait_accepted(self.late)

    def test_deleted_while_the_daemon_runs(self):
        os.remove(self.path)
        self.pay_in_trouble()
        self.wait_accepted(self.late)
        self.assert_right()

    def test_rows_altered_while_the_daemon_is_stopped(self):
        self.box.stop_daemon()
        with self.keep_wal_open():
            self.change(("UPDATE access SET password = 'mine', rate = '1G/1G' WHERE username = ?", self.paid.username),
                        ("DELETE FROM access WHERE username = ?", self.late.username),
                        ("INSERT INTO access(username, until_at, revision, verdict, password, class, allowed_sessions,"
                         " open_sessions, open_macs) VALUES ('stranger', 253402300799, 1, 'ok', 'mine', 'x', 1, 0, ' ')",))
            self.assertEqual(self.pool(self.paid), "rejected")  # the meddling works, so the healing is proved
            self.box.start_daemon()
        self.assertEqual(self.pool(self.paid), FULL)
        self.assertEqual(self.pool(self.paid, "mine"), "rejected")
        self.assert_right()
        self.pay_in_trouble()
        self.wait_accepted(self.late)

    def test_pages_garbled_while_the_daemon_is_stopped(self):
        for first_page, pages in ((1, 1), (2, 40), (1, 100)):
            with self.subTest(first_page=first_page, pages=pages):
                inode = os.stat(self.path).st_ino
                self.checkpoint()
                self.box.stop_daemon()
                self.garble(first_page, pages)
                self.box.start_daemon()
                self.wait_accepted(self.paid)
                self.assert_right()
                self.assertEqual(os.stat(self.path).st_ino, inode)
        self.pay_in_trouble()
        self.wait_accepted(self.late)

    def test_pages_garbled_while_the_daemon_runs(self):
        self.checkpoint()
        self.garble(1, 100)
        self.pay_in_trouble()
        # Pages that the daemon still has in memory hide the damage from it; the operator's command does not.
        self.box.daemon.command("radius", "rebuild")
        self.wait_accepted(self.late)
        self.assert_right()

    def test_lock_held_while_the_daemon_runs(self):
        with self.locked():
            self.pay_in_trouble()
            wait_until(lambda: self.failures("locked"), "the projector to meet the lock")
            self.assertFalse(self.box.is_projected())
            self.assertEqual(self.pool(self.paid), FULL)
            self.assertEqual(self.pool(self.late), PAY_PAGE)
        self.wait_accepted(self.late)
        self.assert_right()

    def test_lock_held_over_the_start_of_the_daemon(self):
        self.box.stop_daemon()
        with self.keep_wal_open():
            self.change(("UPDATE access SET password = 'mine' WHERE username = ?", self.paid.username),)
            with self.locked():
                self.box.start_daemon()
                self.pay_in_trouble()
                self.assertEqual(self.pool(self.paid), "rejected")
        wait_until(lambda: self.pool(self.paid) == FULL, "the altered row to be mended")
        self.wait_accepted(self.late)
        self.assert_right()

    @contextlib.contextmanager
    def locked(self):
        self.mark_log()
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None)) as holder:
            holder.execute("BEGIN IMMEDIATE")
            yield
            holder.execute("ROLLBACK")


@unittest.skipUnless(os.geteuid() == 0 and shutil.which("mount"), "a small disk can only be mounted by root")
class FullDisk(RadiusDbCase):
    """radius.db on a disk of its own, which is small."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.box.stop_daemon()
        cls.box.free_radius.stop()
        folder = cls.box.radius_dir
        was = os.stat(folder)
        secret = (folder / "accounting.secret").read_bytes()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_SIZE},mode=2750,uid={was.st_uid},gid={was.st_gid}",
                        "tmpfs", str(folder)], check=True, timeout=60)
        cls.addClassCleanup(subprocess.run, ["umount", "-l", str(folder)], check=True, timeout=60)
        (folder / "accounting.secret").write_bytes(secret)
        os.chmod(folder / "accounting.secret", 0o640)
        cls.box.start_daemon()
        cls.box.free_radius.start()

    @contextlib.contextmanager
    def full_disk(self):
        self.checkpoint()  # a -wal that is long already would give room to write
        self.mark_log()
        filler = self.box.radius_dir / "filler"
        with open(filler, "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while True:
                    file.write(bytes(PAGE_SIZE))
        try:
            yield
        finally:
            filler.unlink()

    def test_disk_full(self):
        with self.full_disk():
            self.pay_in_trouble()
            wait_until(lambda: self.failures("full"), "the projector to meet the full disk")
            self.assertFalse(self.box.is_projected())
            self.assertEqual(self.pool(self.paid), FULL)
            self.assertEqual(self.pool(self.late), PAY_PAGE)
        self.wait_accepted(self.late)
        self.assert_right()


if __name__ == "__main__":
    unittest.main()
