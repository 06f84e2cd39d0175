"""Accounting: nothing lost, nothing counted twice, whatever dies."""

import concurrent.futures
import unittest

from tests.integration.box import ROUTER_ADDRESS, Box
from tests.integration.daemon import wait_until
from tests.peers import radius

PACKETS = 5000


class AccountingTest(unittest.TestCase):
    def test_5000_packets_with_the_daemon_killed_in_the_middle(self):
        with Box() as box:
            def send(n):
                attributes = [("Acct-Status-Type", 1), ("Acct-Session-Id", f"81{n:06x}"), ("User-Name", f"u{n}"),
                              ("Calling-Station-Id", f"02:00:00:00:{n >> 8:02X}:{n & 255:02X}"), ("NAS-IP-Address", ROUTER_ADDRESS)]
                reply = radius.accounting_request(("127.0.0.1", box.free_radius.acct_port), box.secret, attributes,
                                                  source=ROUTER_ADDRESS, timeout_seconds=10.0, tries=3)
                return reply is not None
            with concurrent.futures.ThreadPoolExecutor(32) as pool:
                sent = [pool.submit(send, n) for n in range(PACKETS)]
                wait_until(lambda: sum(f.done() for f in sent) > PACKETS // 3, "a third to be sent")
                box.kill_daemon()
                wait_until(lambda: sum(f.done() for f in sent) > PACKETS // 2, "half to be sent")
                box.start_daemon()
                answered = sum(f.result() for f in sent)
            self.assertEqual(answered, PACKETS)
            wait_until(lambda: box.number("SELECT COUNT(*) FROM session") == PACKETS, "the spool to be replayed", 120)
            self.assertEqual(box.number("SELECT COUNT(DISTINCT username) FROM session"), PACKETS)

    def test_K2_J8_a_session_that_wraps_32_bits_twice_with_every_packet_doubled(self):
        with Box() as box:
            box.add_plan()
            customer = box.add_customer()
            box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
            box.pay(customer)
            box.wait_projected()
            box.nas.set_faults(accounting_copies=2)
            session = box.dial(customer).session_id
            for total in (2**32 - 1, 2**32, 2**33 + 5):
                box.nas.send_interim(session, total // 4, total)
                wait_until(lambda total=total: box.number("SELECT COALESCE(MAX(bytes_down), 0) FROM session") == total, "the interim")
            box.nas.hang_up(session)
            wait_until(lambda: box.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NOT NULL") == 1, "the Stop")
            self.assertEqual(box.rows("SELECT COUNT(*), SUM(bytes_up), SUM(bytes_down) FROM session"),
                             [(1, (2**33 + 5) // 4, 2**33 + 5)])
            usage = box.must("GET", f"/api/v1/subscriptions/{customer.subscription_id}/usage?by=day")["items"]
            self.assertEqual(sum(day["bytes_down"] for day in usage), 2**33 + 5)
            self.assertEqual(sum(day["bytes_up"] for day in usage), (2**33 + 5) // 4)

    def test_200_sessions_die_without_a_stop_and_redial_all_accepted_at_once(self):
        with Box() as box:
            box.add_plan("free", 0, 30, "day")
            customers = [box.add_customer(plan_code="free") for _ in range(200)]
            for customer in customers:
                box.must("POST", f"/api/v1/subscriptions/{customer.subscription_id}/terms", {})
            box.wait_projected()
            self.assertTrue(all(f.result(60).accepted for f in
                                [box.nas.start_dial(c.username, c.password, c.mac) for c in customers]))
            wait_until(lambda: box.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL") == 200, "200 Starts")
            box.wait_projected()
            box.nas.die()
            self.assertEqual(box.nas.sessions(), [])
            again = [box.nas.start_dial(c.username, c.password, c.mac) for c in customers]
            self.assertTrue(all(f.result(60).accepted for f in again))
            wait_until(lambda: box.number("SELECT COUNT(*) FROM session") == 400, "200 more Starts")
            wait_until(lambda: box.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL") == 200, "the old ones to be closed")
