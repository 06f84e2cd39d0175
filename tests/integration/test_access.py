"""Access follows money: the real daemon, the real FreeRADIUS, a simulated MikroTik and a simulated Daraja."""

import time
import unittest

from tests.integration.box import Box
from tests.integration.daemon import wait_until

METHODS = ("pap", "chap", "mschapv2")


class AccessTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Box()
        cls.box.__enter__()
        cls.addClassCleanup(cls.box.__exit__)
        cls.box.add_plan()
        cls.box.add_plan("short", 10000, 6, "second")
        cls.box.add_plan("hard", 10000, 4, "second", end_behaviour="reject")

    def setUp(self):
        self.box.nas.set_faults(ignore_session_timeout=False, coa_refused=0, coa_no_reply=0, ack_but_keep=0, link_down=False)

    def paid_customer(self, plan_code="home", **more):
        customer = self.box.add_customer(plan_code=plan_code, **more)
        self.box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
        self.box.pay(customer)
        return customer

    def wait_pool(self, customer, pool, deadline_s=60):
        wait_until(lambda: self.box.pool_of(customer) == pool, f"{customer.username} in {pool}", deadline_s)

    def test_K1_J1_P18_P37_paid_expired_and_unknown(self):
        customer = self.paid_customer()
        self.box.wait_projected()
        for method in METHODS:
            accept = self.box.ask(customer.username, customer.password, method)
            self.assertEqual(accept.name, "Access-Accept")
            self.assertEqual(accept.message_authenticator, "good")
            self.assertEqual(accept.get("Mikrotik-Rate-Limit"), "2M/10M")
            self.assertEqual(accept.get("Acct-Interim-Interval"), 300)
            self.assertAlmostEqual(accept.get("Session-Timeout"), 30 * 86400, delta=60)
            wrong = self.box.ask(customer.username, "wrong", method)
            self.assertEqual((wrong.name, wrong.message_authenticator), ("Access-Reject", "good"))
        self.assertEqual(self.box.ask("nobody", "x").name, "Access-Reject")
        new = self.box.add_customer()
        self.box.wait_projected()
        limited = self.box.ask(new.username, new.password)
        self.assertEqual((limited.name, limited.get("Framed-Pool")), ("Access-Accept", "mnara-expired"))

    def test_K1_a_session_is_one_row_with_the_right_totals(self):
        customer = self.paid_customer()
        self.box.wait_projected()
        dialled = self.box.dial(customer)
        self.assertTrue(dialled.accepted, dialled.reason)
        self.box.nas.traffic(dialled.session_id, 3 * 2**32 + 5, 2 * 2**33 + 7)
        self.box.nas.send_interim(dialled.session_id)
        wait_until(lambda: self.box.number("SELECT COALESCE(SUM(bytes_up), 0) FROM session WHERE username = ?", customer.username)
                   == 3 * 2**32 + 5, "the interim")
        [live] = self.box.must("GET", f"/api/v1/sessions?open=1&username={customer.username}")["items"]
        self.assertEqual((live["bytes_up"], live["bytes_down"]), (3 * 2**32 + 5, 2 * 2**33 + 7))
        self.box.nas.hang_up(dialled.session_id)
        wait_until(lambda: not self.box.open_sessions(customer.username), "the Stop")
        rows = self.box.rows("SELECT bytes_up, bytes_down, terminate_cause FROM session WHERE username = ?", customer.username)
        self.assertEqual(rows, [(3 * 2**32 + 5, 2 * 2**33 + 7, "user-request")])

    def test_K2_B22_the_online_list_is_the_routers_list(self):
        customers = [self.paid_customer() for _ in range(5)]
        self.box.wait_projected()
        for customer in customers:
            self.assertTrue(self.box.dial(customer).accepted)

        def online():
            return {s["username"] for s in self.box.must("GET", "/api/v1/sessions?open=1&limit=200")["items"]
                    if s["router_id"] == self.box.router_id}
        wait_until(lambda: online() == {s["username"] for s in self.box.nas.sessions()}, "the lists to be equal")
        self.box.nas.hang_up(self.box.nas.session_of(customers[0].username)["session_id"])
        wait_until(lambda: online() == {s["username"] for s in self.box.nas.sessions()}, "the lists to be equal again")

    def test_J5_P2_part_P4_from_the_pay_page_to_full_access_by_paying(self):
        customer = self.box.add_customer()
        self.box.wait_projected()
        self.assertTrue(self.box.dial(customer).accepted)
        self.wait_pool(customer, "pay_page")
        self.box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
        self.box.pay(customer)
        self.wait_pool(customer, "full")

    def test_K21_J6_the_disconnect_at_the_end_of_the_term_is_repeated_until_the_session_is_gone(self):
        self.box.nas.set_faults(ignore_session_timeout=True, coa_no_reply=1, ack_but_keep=2)
        customer = self.paid_customer("short")
        self.box.wait_projected()
        self.assertTrue(self.box.dial(customer).accepted)
        self.wait_pool(customer, "full")
        self.wait_pool(customer, "pay_page")
        wait_until(lambda: self.box.number("SELECT COUNT(*) FROM router_job WHERE kind = 'session_gone' AND state = 'done'") > 0,
                   "the job to be done")
        self.assertEqual(self.box.line(customer)["state"], "expired")

    def test_K21_a_router_that_was_away_at_the_end_is_done_soon_after_its_return(self):
        self.box.nas.set_faults(ignore_session_timeout=True)
        customer = self.paid_customer("short")
        self.box.wait_projected()
        self.assertTrue(self.box.dial(customer).accepted)
        self.wait_pool(customer, "full")
        self.box.nas.set_faults(link_down=True)
        wait_until(lambda: self.box.line(customer)["state"] == "expired", "the end of the term")
        wait_until(lambda: self.box.number("SELECT MAX(failures) FROM router_job WHERE state <> 'done'") >= 1, "a failed try")
        self.box.nas.set_faults(link_down=False)
        self.wait_pool(customer, "pay_page", 60)

    def test_J1_a_plan_may_reject_the_expired(self):
        customer = self.paid_customer("hard")
        self.box.wait_projected()
        wait_until(lambda: self.box.line(customer)["state"] == "expired", "the end of the term")
        self.box.wait_projected()
        refused = self.box.ask(customer.username, customer.password)
        self.assertEqual(refused.name, "Access-Reject")

    def test_P3_extending_tells_live_sessions_by_coa(self):
        customer = self.paid_customer("short")
        self.box.wait_projected()
        self.assertTrue(self.box.dial(customer).accepted)
        self.wait_pool(customer, "full")
        first_end = self.box.line(customer)["paid_until"]
        self.box.pay(customer)
        self.assertEqual(self.box.line(customer)["paid_until"], first_end + 6)
        wait_until(lambda: self.box.nas.events.list(event="coa_ack", username=customer.username), "the CoA")

    def test_P3_where_coa_is_refused_the_drop_at_the_old_end_is_followed_by_an_accept(self):
        self.box.nas.set_faults(coa_refused=-1)
        customer = self.paid_customer("short")
        self.box.wait_projected()
        self.assertTrue(self.box.dial(customer).accepted)
        self.wait_pool(customer, "full")
        first = self.box.nas.session_of(customer.username)["session_id"]
        self.box.pay(customer)
        self.box.pay(customer)
        old_end = self.box.line(customer)["paid_until"] - 12

        def redialled():
            session = self.box.nas.session_of(customer.username)
            return session and session["session_id"] != first and time.time() >= old_end - 1
        wait_until(redialled, "the drop and the redial")
        self.assertEqual(self.box.pool_of(customer), "full")

    def test_K22_J7_B23_a_new_plan_reaches_the_next_session(self):
        customer = self.paid_customer("short")
        self.box.add_plan("fast", 20000, 30, "day", up_bps=5_000_000, down_bps=20_000_000, burst_up_bps=8_000_000,
                          burst_down_bps=40_000_000, burst_from_up_bps=4_000_000, burst_from_down_bps=15_000_000, burst_seconds=8)
        self.box.must("POST", f"/api/v1/subscriptions/{customer.subscription_id}/plan", {"plan_code": "fast"})
        wait_until(lambda: self.box.line(customer)["state"] == "expired", "the end of the term")
        self.box.pay(customer)
        self.box.wait_projected()
        accept = self.box.ask(customer.username, customer.password)
        self.assertEqual(accept.get("Mikrotik-Rate-Limit"), "5M/20M 8M/40M 4M/15M 8/8")

    def test_K22_a_plan_changed_from_now_on_reaches_the_live_session_and_the_next_login(self):
        customer = self.paid_customer()
        self.box.add_plan("faster", 200000, 30, "day", up_bps=6_000_000, down_bps=30_000_000)
        self.box.wait_projected()
        self.assertTrue(self.box.dial(customer).accepted)
        wait_until(lambda: self.box.open_sessions(customer.username), "the Start")
        self.box.must("POST", f"/api/v1/subscriptions/{customer.subscription_id}/running-plan",
                      {"plan_code": "faster"})
        wait_until(lambda: self.box.nas.session_of(customer.username)["rate_limit"] == "6M/30M", "the CoA")
        self.box.wait_projected()
        accept = self.box.ask(customer.username, customer.password, mac=customer.mac)
        self.assertEqual(accept.get("Mikrotik-Rate-Limit"), "6M/30M")

    def test_suspending_ends_the_session_and_resuming_lets_it_back(self):
        customer = self.paid_customer()
        self.box.wait_projected()
        self.assertTrue(self.box.dial(customer).accepted)
        path = f"/api/v1/subscriptions/{customer.subscription_id}"
        self.box.must("POST", path + "/suspend", {"reason": "asked"})
        self.wait_pool(customer, None)
        self.assertEqual(self.box.ask(customer.username, customer.password).name, "Access-Reject")
        self.assertEqual(self.box.api("POST", path + "/suspend", {"reason": "again"})[0], 409)
        self.box.must("POST", path + "/resume", {"reason": "paid"})
        self.box.wait_projected()
        self.assertEqual(self.box.ask(customer.username, customer.password).name, "Access-Accept")

    def test_P19_a_static_address_is_sent_and_taken_once(self):
        customer = self.paid_customer(static_ipv4="10.9.8.7")
        self.box.wait_projected()
        self.assertEqual(self.box.ask(customer.username, customer.password).get("Framed-IP-Address"), "10.9.8.7")
        status, _ = self.box.api("POST", f"/api/v1/subscribers/{customer.subscriber_id}/subscriptions",
                                 {"username": "other", "password": "p", "plan_code": "home", "static_ipv4": "10.9.8.7"})
        self.assertEqual(status, 409)

    def test_P47_part_another_device_beyond_the_limit_is_refused_and_a_redial_is_not(self):
        customer = self.paid_customer()
        self.box.wait_projected()
        self.assertTrue(self.box.dial(customer).accepted)
        wait_until(lambda: self.box.open_sessions(customer.username), "the Start")
        self.box.wait_projected()
        self.assertEqual(self.box.ask(customer.username, customer.password, mac="02:00:00:99:99:99").name, "Access-Reject")
        self.assertEqual(self.box.ask(customer.username, customer.password, mac=customer.mac).name, "Access-Accept")
        result = wait_until(lambda: self.last_result(customer, "too many sessions", "accept"), "the reason log")
        self.assertGreaterEqual(result["rejected"], 1)

    def last_result(self, customer, *_):
        status, result = self.box.api("GET", f"/api/v1/auth-results/{customer.username}")
        return result if status == 200 and result["accepted"] >= 2 and result["rejected"] >= 1 else None

    def test_J11_a_new_router_is_served_at_once(self):
        customer = self.paid_customer()
        self.box.wait_projected()
        nas = self.box.add_router("127.0.0.9")
        try:
            started = time.monotonic()
            self.assertTrue(nas.dial(customer.username, customer.password, customer.mac, 30).accepted)
            self.assertLess(time.monotonic() - started, 30)
        finally:
            nas.__exit__()
