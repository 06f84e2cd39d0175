"""The simulated router against a small RADIUS server: it must behave before it may judge."""

import time
import unittest

from tests.peers import radius
from tests.peers.nas import Nas
from tests.peers.radius_stub import RadiusStub
from tests.peers.waiting import wait_until

MAC = "02:00:00:00:00:01"
START, STOP, INTERIM = 1, 2, 3


class RouterCase(unittest.TestCase):
    nas_options = {}

    def setUp(self):
        self.stub = self.enterContext(RadiusStub())
        self.stub.users["asha"] = ("secret", [
            ("Mikrotik-Rate-Limit", "2M/10M"), ("Class", b"one"), ("Class", b"two")])
        options = {"source": "127.0.0.9", "radius_timeout_seconds": 0.3, **self.nas_options}
        self.nas = self.enterContext(Nas(
            self.stub.server, self.stub.accounting_server, self.stub.secret, **options))

    def accept_with(self, *attributes):
        self.stub.users["asha"] = ("secret", list(attributes))

    def dial(self, **options):
        return self.nas.dial("asha", "secret", MAC, **options)

    def wait_status(self, *statuses):
        wait_until(lambda: self.stub.statuses("asha") == list(statuses),
                   f"accounting {statuses}, got {self.stub.statuses('asha')}")

    def wait_event(self, event):
        return wait_until(lambda: self.nas.events.list(event=event), event)[0]

    def incoming(self, code, *attributes, secret=None, source="127.0.0.1", **options):
        return radius.coa_request(self.nas.coa_address, secret or self.stub.secret, code,
                                  attributes, source=source, **options)

    def disconnect(self, session, **options):
        return self.incoming(radius.DISCONNECT_REQUEST, ("User-Name", session["username"]),
                             ("Acct-Session-Id", session["session_id"]), **options)


class Logins(RouterCase):
    def test_each_method_accepts_the_right_password_and_rejects_the_wrong(self):
        for method in ("pap", "chap", "mschapv2"):
            with self.subTest(method):
                self.assertTrue(self.dial(method=method).accepted)
                wrong = self.nas.dial("asha", "guess", "02:00:00:00:00:02", method=method)
                self.assertFalse(wrong.accepted)
                self.assertEqual(wrong.reason, "not today")

    def test_the_request_has_the_shape_of_a_pppoe_login(self):
        self.dial()
        attributes = self.stub.requests[0].attributes
        for name, value in (("Service-Type", 2), ("Framed-Protocol", 1), ("NAS-Port-Type", 15),
                            ("Calling-Station-Id", MAC), ("Called-Station-Id", "mnara"),
                            ("NAS-IP-Address", "127.0.0.9")):
            self.assertEqual(attributes.first(name), value)
        self.assertRegex(attributes.first("Acct-Session-Id"), "^81[0-9a-f]{6}$")
        self.assertEqual(
            radius.message_authenticator_state(self.stub.requests[0], self.stub.secret), "good")

    def test_the_accept_shapes_the_session_and_class_is_echoed(self):
        self.accept_with(("Framed-Pool", "mnara-expired"), ("Class", b"one"), ("Class", b"two"),
                         ("Mikrotik-Address-List", "late"), ("Mikrotik-Rate-Limit", "1M/1M"))
        self.dial()
        session = self.nas.session_of("asha")
        self.assertTrue(session["address"].startswith("10.30."))
        self.assertEqual(session["address_lists"], ["late"])
        self.assertEqual(session["rate_limit"], "1M/1M")
        self.wait_status(START)
        self.assertEqual(self.stub.accounting[0].all("Class"), [b"one", b"two"])

    def test_fixed_address_and_the_address_that_means_take_one(self):
        self.accept_with(("Framed-IP-Address", "10.9.8.7"))
        self.dial()
        self.assertEqual(self.nas.session_of("asha")["address"], "10.9.8.7")
        self.accept_with(("Framed-IP-Address", "255.255.255.254"))
        self.dial()
        self.assertTrue(self.nas.session_of("asha")["address"].startswith("10.20."))

    def test_an_unknown_pool_fails_the_login(self):
        self.accept_with(("Framed-Pool", "nowhere"))
        result = self.dial()
        self.assertFalse(result.accepted)
        self.assertIn("nowhere", result.reason)
        self.assertEqual(self.nas.sessions(), [])

    def test_a_reply_without_message_authenticator_is_no_reply_when_required(self):
        self.stub.with_message_authenticator = False
        self.assertTrue(self.dial().accepted)
        self.nas.set_faults(require_message_authenticator=True)
        self.assertFalse(self.dial().accepted)
        self.assertTrue(self.nas.events.list(event="access_timeout"))
        self.assertIn("absent", self.nas.events.list(event="bad_reply")[0]["reason"])

    def test_redial_from_the_same_mac_closes_the_old_session(self):
        self.dial()
        self.dial()
        self.assertEqual(len(self.nas.sessions()), 1)
        wait_until(lambda: sorted(self.stub.statuses("asha")) == [START, START, STOP], "the stop")

    def test_link_down_is_silence(self):
        self.nas.set_faults(link_down=True)
        self.assertEqual(self.dial().reason, "no answer from the RADIUS server")
        self.assertEqual(self.stub.requests, [])


class Reports(RouterCase):
    def test_counters_above_32_bits_use_gigawords(self):
        session_id = self.dial().session_id
        self.nas.send_interim(session_id, 5 * 2**32 + 7, 2**32 - 1)
        self.wait_status(START, INTERIM)
        packet = self.stub.accounting[1]
        self.assertEqual((packet.first("Acct-Input-Gigawords"),
                          packet.first("Acct-Input-Octets")), (5, 7))
        self.assertEqual((packet.first("Acct-Output-Gigawords"),
                          packet.first("Acct-Output-Octets")), (0, 2**32 - 1))

    def test_hanging_up_sends_a_stop_with_its_cause(self):
        session_id = self.dial().session_id
        self.assertTrue(self.nas.hang_up(session_id))
        self.assertFalse(self.nas.hang_up(session_id))
        self.wait_status(START, STOP)
        self.assertEqual(self.stub.accounting[1].first("Acct-Terminate-Cause"), 1)

    def test_interims_follow_the_interval_of_the_accept(self):
        self.accept_with(("Acct-Interim-Interval", 1))
        self.dial(up_bps=8_000_000)
        wait_until(lambda: self.stub.statuses("asha").count(INTERIM) >= 2, "two interims")
        first, second = [p.first("Acct-Input-Octets") for p in self.stub.accounting
                         if p.first("Acct-Status-Type") == INTERIM][:2]
        self.assertGreater(first, 900_000)
        self.assertGreater(second, first + 900_000)

    def test_session_timeout_ends_the_session(self):
        self.accept_with(("Session-Timeout", 1))
        self.dial()
        self.wait_status(START, STOP)
        self.assertEqual(self.stub.accounting[1].first("Acct-Terminate-Cause"), 5)

    def test_session_timeout_can_be_ignored(self):
        self.nas.set_faults(ignore_session_timeout=True)
        self.accept_with(("Session-Timeout", 1))
        self.dial()
        self.wait_event("session_timeout_ignored")
        self.assertEqual(len(self.nas.sessions()), 1)

    def test_unanswered_accounting_is_kept_and_sent_again(self):
        self.stub.answer_accounting = False
        self.dial()
        self.wait_event("accounting_unanswered")
        self.assertEqual(self.stub.statuses("asha"), [START] * 3)
        self.stub.answer_accounting = True
        self.assertEqual(self.nas.retry_accounting(), 1)
        self.wait_event("accounting_answered")
        self.assertEqual(self.nas.retry_accounting(), 0)

    def test_a_power_cut_reports_nothing_and_ids_may_repeat(self):
        first = self.dial().session_id
        self.wait_status(START)
        self.assertEqual(self.nas.die(reuse_ids=True), [first])
        self.assertEqual(self.nas.sessions(), [])
        self.assertEqual(self.dial().session_id, first)
        self.nas.die()
        self.assertEqual(self.dial().session_id, "81100001")
        self.wait_status(START, START, START)


class IncomingRequests(RouterCase):
    def test_disconnect_ends_the_named_session(self):
        self.dial()
        reply = self.disconnect(self.nas.session_of("asha"))
        self.assertEqual(reply.code, radius.DISCONNECT_ACK)
        self.assertTrue(reply.message_authenticator_ok)
        self.assertEqual(self.nas.sessions(), [])
        self.wait_status(START, STOP)
        self.assertEqual(self.stub.accounting[1].first("Acct-Terminate-Cause"), 6)

    def test_a_session_that_is_not_here_is_503(self):
        self.dial()
        session = self.nas.session_of("asha")
        for change in ({"session_id": "81000099"}, {"username": "juma"}):
            reply = self.disconnect({**session, **change})
            self.assertEqual(reply.code, radius.DISCONNECT_NAK)
            self.assertEqual(reply.get("Error-Cause"), 503)
        reply = self.incoming(
            radius.DISCONNECT_REQUEST, ("User-Name", "asha"),
            ("Acct-Session-Id", session["session_id"]), ("Framed-IP-Address", "10.1.1.1"))
        self.assertEqual(reply.get("Error-Cause"), 503)
        self.assertEqual(len(self.nas.sessions()), 1)

    def test_one_identifying_attribute_is_too_few(self):
        self.dial()
        reply = self.incoming(radius.DISCONNECT_REQUEST, ("User-Name", "asha"))
        self.assertEqual(reply.get("Error-Cause"), 402)

    def test_coa_changes_rate_and_timeout(self):
        self.accept_with(("Session-Timeout", 100))
        self.dial()
        session = self.nas.session_of("asha")
        identity = (("User-Name", "asha"), ("Acct-Session-Id", session["session_id"]))
        reply = self.incoming(radius.COA_REQUEST, *identity,
                              ("Mikrotik-Rate-Limit", "5M/5M"), ("Session-Timeout", 500))
        self.assertEqual(reply.code, radius.COA_ACK)
        wait_until(lambda: self.nas.session_of("asha")["rate_limit"] == "5M/5M", "the new rate")
        self.assertIn(self.nas.session_of("asha")["session_timeout"], (500, 501))
        reply = self.incoming(radius.COA_REQUEST, *identity, ("Framed-Pool", "mnara-expired"))
        self.assertEqual(reply.get("Error-Cause"), 401)

    def test_wrong_secret_and_foreign_source_get_no_answer(self):
        self.dial()
        session = self.nas.session_of("asha")
        self.assertIsNone(self.disconnect(session, secret=b"guess", timeout_seconds=0.1))
        self.assertIsNone(self.disconnect(session, source="127.0.0.77", timeout_seconds=0.1))
        self.assertEqual(len(self.nas.events.list(event="incoming_ignored")), 2)
        self.assertEqual(len(self.nas.sessions()), 1)

    def test_faults_of_the_incoming_side(self):
        self.dial()
        session = self.nas.session_of("asha")
        self.nas.set_faults(coa_no_reply=1, ack_but_keep=1, disconnect_refused=1)
        self.assertIsNone(self.disconnect(session, timeout_seconds=0.2))
        self.assertEqual(self.disconnect(session).get("Error-Cause"), 504)
        self.assertEqual(self.disconnect(session).code, radius.DISCONNECT_ACK)
        self.wait_event("disconnect_not_done")
        self.assertEqual(len(self.nas.sessions()), 1)
        self.assertEqual(self.disconnect(session).code, radius.DISCONNECT_ACK)
        self.assertEqual(self.nas.sessions(), [])

    def test_coa_refused_leaves_disconnect_working(self):
        self.dial()
        session = self.nas.session_of("asha")
        self.nas.set_faults(coa_refused=-1)
        reply = self.incoming(radius.COA_REQUEST, ("User-Name", "asha"),
                              ("Acct-Session-Id", session["session_id"]), ("Session-Timeout", 9))
        self.assertEqual((reply.code, reply.get("Error-Cause")), (radius.COA_NAK, 401))
        self.assertEqual(self.disconnect(session).code, radius.DISCONNECT_ACK)

    def test_a_redialing_customer_comes_back_after_a_disconnect(self):
        self.dial(redial=True, redial_after_seconds=0.05)
        session = self.nas.session_of("asha")
        self.disconnect(session)
        wait_until(lambda: self.nas.session_of("asha"), "the redial")
        self.assertNotEqual(self.nas.session_of("asha")["session_id"], session["session_id"])

    def test_a_customer_who_leaves_redials_no_more(self):
        self.dial(redial=True, redial_after_seconds=0.05)
        self.disconnect(self.nas.session_of("asha"))
        self.assertEqual(self.nas.leave("asha"), 0)
        ended = time.monotonic() + 0.3
        wait_until(lambda: time.monotonic() > ended, "the time of several redials")
        self.assertEqual(self.nas.sessions(), [])

    def test_a_router_can_be_set_up_before_it_is_switched_on_and_not_used_after(self):
        nas = Nas(self.stub.server, self.stub.accounting_server, self.stub.secret)
        nas.set_faults(link_down=True)
        with nas:
            self.assertTrue(nas.stats()["faults"]["link_down"])
        with self.assertRaises(RuntimeError):
            nas.sessions()

    def test_wrong_fault_names_are_refused(self):
        for wrong in ({"no_such": 1}, {"ack_but_keep": True}, {"link_down": 1}):
            with self.assertRaises(ValueError):
                self.nas.set_faults(**wrong)


class Crowd(RouterCase):
    nas_options = {"radius_timeout_seconds": 3.0}

    def test_a_thousand_sessions_dial_die_and_come_back(self):
        for number in range(1000):
            self.stub.users[f"u{number}"] = ("pw", [])
        futures = [self.nas.start_dial(f"u{number}", "pw", f"02:00:00:01:{number // 256:02X}:"
                                       f"{number % 256:02X}", redial=True)
                   for number in range(1000)]
        self.assertTrue(all(future.result(30).accepted for future in futures))
        addresses = {session["address"] for session in self.nas.sessions()}
        self.assertEqual(len(addresses), 1000)
        self.assertEqual(len(self.nas.die(redial_after_seconds=0.0)), 1000)
        wait_until(lambda: len(self.nas.sessions()) == 1000, "everybody back")
        wait_until(lambda: self.nas.events.counts.get("accounting_answered", 0) >= 1000, "starts")
        stops = [p for p in self.stub.accounting if p.first("Acct-Status-Type") == STOP]
        self.assertEqual(stops, [])


if __name__ == "__main__":
    unittest.main()
