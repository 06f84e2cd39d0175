"""The daemon dies at the worst moments; money and access come out right (kill -9, never an orderly stop)."""

import sqlite3
import time
import unittest

from tests.integration.box import Box
from tests.integration.daemon import wait_until


def change_database(path, sql):
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.execute(sql)
    finally:
        connection.close()


class KillTest(unittest.TestCase):
    def assert_one_credit(self, box, customer):
        wait_until(lambda: box.line(customer)["state"] == "active", "the term")
        wait_until(box.inbox_is_empty, "the inbox")
        self.assertEqual(box.number("SELECT COUNT(*) FROM payment"), 1)
        self.assertEqual(box.number("SELECT COUNT(*) FROM term"), 1)
        self.assertEqual(box.number("SELECT SUM(amount_cents) FROM payment"), box.daraja.ledger.total_cents())
        self.assertTrue(box.books_balance())
        box.wait_projected()
        accept = box.ask(customer.username, customer.password)
        self.assertEqual((accept.name, accept.get("Framed-Pool")), ("Access-Accept", "mnara-pool"))

    def test_killed_after_the_callback_is_acknowledged_and_before_it_is_processed(self):
        with Box() as box:
            box.add_plan()
            customer = box.add_customer()
            box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
            # No message can be finished while this stands, so the acknowledged one waits when the daemon dies.
            change_database(box.daemon.database, "CREATE TRIGGER test_hold BEFORE UPDATE ON inbox BEGIN"
                                                 " SELECT RAISE(ABORT, 'held by the test'); END")
            box.collect(customer)
            wait_until(lambda: [c for c in box.daraja.callbacks() if c.get("status") == 200], "the acknowledgement")
            self.assertEqual(box.number("SELECT COUNT(*) FROM inbox WHERE processed_at IS NULL"), 1)
            box.kill_daemon()
            self.assertEqual(box.number("SELECT COUNT(*) FROM payment"), 0)
            change_database(box.daemon.database, "DROP TRIGGER test_hold")
            box.start_daemon()
            self.assert_one_credit(box, customer)

    def test_killed_between_the_money_commit_and_the_projection(self):
        with Box() as box:
            box.add_plan()
            customer = box.add_customer()
            box.wait_projected()
            box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
            holder = sqlite3.connect(box.radius_dir / "radius.db", isolation_level=None)
            try:
                holder.execute("BEGIN IMMEDIATE")  # the projector cannot write while this is open
                box.pay(customer)
                self.assertGreater(box.number("SELECT COUNT(*) FROM projection_dirty"), 0)
                box.kill_daemon()
                holder.execute("ROLLBACK")
                limited = box.ask(customer.username, customer.password)
                self.assertEqual(limited.get("Framed-Pool"), "mnara-expired")
                box.start_daemon()
            finally:
                holder.close()  # only now: a plain connection that closes last takes the -shm away with it
            self.assert_one_credit(box, customer)

    def test_while_the_daemon_is_down_radius_accepts_the_paid_and_moves_the_expired_on_time(self):
        with Box() as box:
            box.add_plan("page", 10000, 10, "second")
            box.add_plan("hard", 10000, 10, "second", end_behaviour="reject")
            page, hard = box.add_customer(plan_code="page"), box.add_customer(plan_code="hard")
            for customer in (page, hard):
                box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
                box.pay(customer)
            box.wait_projected()
            end = box.line(hard)["paid_until"]
            box.kill_daemon()
            for customer in (page, hard):
                accept = box.ask(customer.username, customer.password)
                self.assertEqual(accept.get("Framed-Pool"), "mnara-pool")
                self.assertLessEqual(accept.get("Session-Timeout"), 10)
            wait_until(lambda: time.time() > end, "the end of the terms")
            self.assertEqual(box.ask(page.username, page.password).get("Framed-Pool"), "mnara-expired")
            self.assertEqual(box.ask(hard.username, hard.password).name, "Access-Reject")
            box.start_daemon()

    def test_N13_part_with_the_clock_of_1970_it_judges_by_the_last_trusted_time(self):
        with Box() as box:
            box.add_plan("long", 10000, 30, "day")
            box.add_plan("short", 10000, 2, "second")
            paid, over = box.add_customer(plan_code="long"), box.add_customer(plan_code="short")
            for customer in (paid, over):
                box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
                box.pay(customer)
            wait_until(lambda: box.line(over)["state"] == "expired", "the end of the short term")
            box.wait_projected()
            box.stop_daemon()
            box.start_daemon()  # raises the mark beyond the end of the short term
            box.kill_daemon()
            box.free_radius.stop()
            box.free_radius.faketime = "@1970-01-01 00:10:00"
            box.free_radius.start()
            for customer, pool in ((paid, "mnara-pool"), (over, "mnara-expired")):
                self.assertEqual(box.ask(customer.username, customer.password).get("Framed-Pool"), pool)
            self.assertEqual(box.ask("nobody", "x").name, "Access-Reject")
            box.start_daemon()

    def test_P16_killed_again_and_again_during_a_burst_of_callbacks_sent_once_only(self):
        with Box(with_radius=False) as box:
            box.add_plan()
            customers = [box.add_customer() for _ in range(12)]
            for n, customer in enumerate(customers):
                box.daraja.set_scenario(phone=customer.phone, after_seconds=8 + n / 3)
            asked = [box.collect(customer)["id"] for customer in customers]
            wait_until(lambda: all(box.attempt(a)["state"] == "prompted" for a in asked), "every phone to be asked")
            while len(box.daraja.ledger.list()) < len(customers):
                box.kill_daemon()
                box.start_daemon()
            # What was acknowledged is credited; what met a dead daemon is found by query.
            wait_until(lambda: all(box.is_paid(a) for a in asked), "every payment", 90)
            wait_until(box.inbox_is_empty, "the inbox")
            answered = {c["receipt"] for c in box.daraja.callbacks() if c["status"] == 200}
            self.assertLessEqual(answered, {receipt for (receipt,) in box.rows("SELECT receipt FROM payment")})
            self.assertEqual(box.number("SELECT COUNT(*) FROM payment"), len(customers))
            self.assertEqual(box.number("SELECT COUNT(*) FROM term"), len(customers))
            self.assertEqual(box.number("SELECT SUM(amount_cents) FROM payment"), box.daraja.ledger.total_cents())
            self.assertTrue(box.books_balance())
