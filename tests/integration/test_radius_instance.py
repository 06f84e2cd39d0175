"""radius/ answers Access-Requests as radius.db says: real FreeRADIUS, unprivileged where the test is root."""

import pathlib
import re
import sqlite3
import subprocess
import time
import unittest

from tests.integration.free_radius import CONFIG_DIR
from tests.integration.radius_case import MAC, SECRET, RadiusTest
from tests.peers import radius
from tests.peers.waiting import wait_until


class Passwords(RadiusTest):
    def test_every_method_accepts_the_right_and_rejects_the_wrong_password(self):
        self.database.add_phase("methods")
        for method in ("pap", "chap", "mschapv2"):
            with self.subTest(method):
                reply = self.accepted("methods", method=method)
                self.assertEqual(reply.mschap2_success_ok, True if method == "mschapv2" else None)
                wrong = self.rejected("methods", "wrong", method, reason="wrong password")
                self.assertEqual(wrong.get("Reply-Message"), "wrong username or password")
                # A guess waits for reject_delay.
                self.assertGreater(wrong.elapsed_ms, 900)

    def test_unknown_user_is_rejected_at_once_in_the_words_of_a_wrong_password(self):
        for method in ("pap", "chap", "mschapv2"):
            reply = self.rejected("nobody", method=method, reason="unknown user")
            self.assertEqual(reply.get("Reply-Message"), "wrong username or password")
            self.assertLess(reply.elapsed_ms, 900)

    def test_any_characters_in_username_and_password(self):
        texts = ["a\\nb", "a\\\\b\\", "`id`", "%{User-Name}", "' OR '1'='1", '"q" \t\n.', "müller+1#x"]
        for number, text in enumerate(texts):
            with self.subTest(text):
                self.database.add_phase(text + str(number), password=text, **{"class": "any"})
                for method in ("pap", "chap", "mschapv2"):
                    self.accepted(text + str(number), text, method)

    def test_injection_reaches_neither_sql_nor_expansion(self):
        self.database.add_phase("victim", open_sessions=1, open_macs=" aa:bb:cc:dd:ee:01 ")
        for text in ("x' OR '1'='1", "' UNION SELECT 'ok'--", "victim'--", "`id`", "%{User-Password}"):
            self.rejected(text, reason="unknown user")
            self.rejected("victim", mac=text, reason="too many sessions")
        left = self.database.execute("SELECT count(*) FROM access WHERE username = 'victim'").fetchone()
        self.assertEqual(left, (1,))

    def test_request_without_a_password_or_with_proxy_state(self):
        self.database.add_phase("bare")
        reply = radius.exchange((self.server.address, self.server.auth_port), SECRET, radius.ACCESS_REQUEST,
                                [("User-Name", "bare")])
        self.assertEqual((reply.name, reply.message_authenticator), ("Access-Reject", "good"))
        self.assertEqual(self.last_reason(), ("reject", "no usable password"))
        self.silent("bare", attributes=[("Proxy-State", b"1")])
        self.accepted("bare")

    def test_reply_text_from_the_row_is_never_expanded(self):
        self.database.add_phase("literal", **{"class": "`id` %{User-Password}"})
        self.assertEqual(self.accepted("literal").get("Class"), b"`id` %{User-Password}")

    def test_hotspot_request(self):
        self.database.add_phase("room12", session_until=int(time.time()) + 60)
        pairs = [("Service-Type", 1), ("NAS-Port-Type", 19), ("Called-Station-Id", "hotspot1"),
                 ("Framed-IP-Address", "10.5.50.9"), ("Mikrotik-Host-IP", "10.5.50.9")]
        for method in ("pap", "chap"):
            reply = self.accepted("room12", method=method, attributes=pairs, mac=MAC)
            self.assertIn("Session-Timeout", reply.attributes)


class Rows(RadiusTest):
    def test_paid_line_gets_everything_of_its_row(self):
        until = int(time.time()) + 5000
        self.database.add_phase(
            "paid", until_at=until, session_until=until, rate="2M/10M 4M/20M 1M/5M 8/8", pool="homes",
            interim_s=120, bytes_left=5 * 2**32 + 7, delegated_ipv6="2001:db8:1::/56", static_ipv6="2001:db8::5")
        reply = self.accepted("paid")
        self.assertEqual(reply.get("Mikrotik-Rate-Limit"), "2M/10M 4M/20M 1M/5M 8/8")
        self.assertEqual(reply.get("Framed-Pool"), "homes")
        self.assertEqual(reply.get("Acct-Interim-Interval"), 120)
        self.assertEqual(reply.get("Class"), b"sub:paid")
        self.assertAlmostEqual(reply.get("Session-Timeout"), until - time.time(), delta=3)
        self.assertEqual(reply.get("Mikrotik-Total-Limit"), 7)
        self.assertEqual(reply.get("Mikrotik-Total-Limit-Gigawords"), 5)
        self.assertEqual(reply.get("Attr-168").hex(), "20010db8000000000000000000000005")
        self.assertTrue(reply.get("Attr-123").hex().startswith("003820010db800010000"))
        self.assertNotIn("Mikrotik-Address-List", reply.attributes)
        self.assertEqual(self.last_reason(), ("accept", "-"))

    def test_static_address_and_no_limits(self):
        self.database.add_phase("static", static_ipv4="10.1.2.3")
        reply = self.accepted("static")
        self.assertEqual(reply.get("Framed-IP-Address"), "10.1.2.3")
        for name in ("Session-Timeout", "Framed-Pool", "Mikrotik-Rate-Limit", "Mikrotik-Total-Limit"):
            self.assertNotIn(name, reply.attributes)

    def test_past_the_term_the_next_phase_answers_without_any_write(self):
        end = int(time.time()) + 3
        self.database.add_phase("ending", until_at=end, session_until=end, rate="9M/9M")
        self.database.add_phase("ending", verdict="expired", pay_page=1, session_s=600, rate="512k/512k",
                                pool="expired", address_list="expired")
        self.assertLessEqual(self.accepted("ending").get("Session-Timeout"), 3)
        reply = wait_until(lambda: self.expired_reply("ending"), "the pay page")
        self.assertGreaterEqual(time.time(), end)
        self.assertEqual(reply.get("Framed-Pool"), "expired")
        self.assertEqual(reply.get("Mikrotik-Address-List"), "expired")
        self.assertEqual(reply.get("Mikrotik-Rate-Limit"), "512k/512k")
        self.assertEqual(reply.get("Session-Timeout"), 600)
        self.assertEqual(self.last_reason(), ("accept", "expired"))
        self.rejected("ending", "wrong", reason="wrong password")

    def expired_reply(self, user):
        reply = self.accepted(user)
        return reply if "Mikrotik-Address-List" in reply.attributes else None

    def test_reject_as_the_row_says_and_only_to_who_knows_the_password(self):
        self.database.add_phase("expired", verdict="expired", message="Pay at the shop", rate="9M/9M", pool="homes")
        self.database.add_phase("suspended", verdict="suspended")
        for method in ("pap", "chap", "mschapv2"):
            reply = self.rejected("expired", method=method, reason="expired")
            self.assertEqual(reply.get("Reply-Message"), "Pay at the shop")
        self.assertEqual(self.rejected("suspended", reason="suspended").get("Reply-Message"), "suspended")
        reply = self.rejected("expired", "wrong", reason="wrong password")
        self.assertEqual(reply.get("Reply-Message"), "wrong username or password")

    def test_quota_edges(self):
        for name, left, low, high in (("q0", 0, 1, 0), ("q1", 2**32 - 1, 2**32 - 1, 0), ("q2", 2**32, 0, 1)):
            self.database.add_phase(name, bytes_left=left)
            reply = self.accepted(name)
            self.assertEqual(reply.get("Mikrotik-Total-Limit"), low)
            self.assertEqual(reply.get("Mikrotik-Total-Limit-Gigawords"), high)

    def test_queries_are_flat(self):
        # With a sort or a nested SELECT the same answers cost six times as much.
        by_key = r"SEARCH access USING PRIMARY KEY \(username=\? AND until_at>\?\)"
        for name, wanted in (("quick_query.conf", [by_key]),
                             ("auth_query.conf", ["SEARCH clock_mark USING INTEGER PRIMARY KEY", by_key])):
            text = (CONFIG_DIR / name).read_text()
            query = re.search(r'^query = "(.*)"$', text.replace("\\\n", ""), re.MULTILINE).group(1)
            query = query.replace("%{hex:&Tmp-String-0}", b"paid".hex()).replace("%{Tmp-String-1}", "-")
            query = query.replace("%l", "1795000000")
            self.assertNotIn("%", query)
            plan = [row[3] for row in self.database.execute("EXPLAIN QUERY PLAN " + query)]
            self.assertEqual(len(plan), len(wanted), plan)
            for step, expected in zip(plan, wanted):
                self.assertRegex(step, expected)

    def test_a_login_with_nothing_rare_about_it_is_answered_by_the_quick_select_alone(self):
        mac = "aa:bb:cc:dd:ee:01"
        self.database.add_phase("usual", rate="1M/1M", open_sessions=1, open_macs=f" {mac} ")
        rare = {"static": {"static_ipv4": "10.0.0.9"}, "capped": {"bytes_left": 9}, "named": {"message": "Hello"},
                "bound": {"allowed_macs": f" {mac} "}, "listed": {"address_list": "x"},
                "paying": {"verdict": "expired", "pay_page": 1, "session_s": 600},
                "full": {"open_sessions": 1, "open_macs": " aa:bb:cc:dd:ee:02 "}}
        for name, columns in rare.items():
            self.database.add_phase(f"rare-{name}", **columns)
        # The column is in the other SELECT only, which cannot be prepared without it.
        self.database.execute("ALTER TABLE access RENAME COLUMN delegated_ipv6 TO away")
        self.addCleanup(self.database.execute, "ALTER TABLE access RENAME COLUMN away TO delegated_ipv6")
        self.assertEqual(self.accepted("usual", mac=mac).get("Mikrotik-Rate-Limit"), "1M/1M")
        for name in rare:
            with self.subTest(name):
                self.silent(f"rare-{name}", mac=mac)


class Sockets(RadiusTest):
    def test_a_whole_tower_fits_into_the_sockets(self):
        allowed = int(pathlib.Path("/proc/sys/net/core/rmem_max").read_text())
        for port in (self.server.auth_port, self.server.acct_port):
            told = subprocess.run(["ss", "-Hulnm", f"sport = :{port}"], capture_output=True, text=True, check=True).stdout
            # The kernel doubles what it is asked for, to pay for its own books.
            self.assertEqual(int(re.search(r"\brb(\d+)", told).group(1)), 2 * min(4194304, allowed), told)


class Devices(RadiusTest):
    FORMS = ("AA:BB:CC:DD:EE:01", "AA-BB-CC-DD-EE-01", "AA BB CC DD EE 01", "AABBCCDDEE01", "AABB:CCDD:EE01",
             "AABBCC:DDEE01", "AABBCC-DDEE01", "aabb.ccdd.ee01", "aa:bb:cc:dd:ee:01")

    def test_redial_replaces_and_another_device_is_too_many(self):
        self.database.add_phase("busy", open_sessions=1, open_macs=" aa:bb:cc:dd:ee:01 ")
        for form in self.FORMS:
            with self.subTest(form):
                self.accepted("busy", mac=form)
        self.rejected("busy", mac="AA:BB:CC:DD:EE:02", reason="too many sessions")
        self.rejected("busy", reason="too many sessions")
        self.database.add_phase("family", allowed_sessions=2, open_sessions=1, open_macs=" aa:bb:cc:dd:ee:01 ")
        self.accepted("family", mac="AA:BB:CC:DD:EE:02")

    def test_bound_device(self):
        self.database.add_phase("bound", allowed_macs=" aa:bb:cc:dd:ee:01 aa:bb:cc:dd:ee:02 ")
        self.accepted("bound", mac="AABBCCDDEE02")
        self.rejected("bound", mac="AA:BB:CC:DD:EE:03", reason="wrong device")
        self.rejected("bound", mac="AA:BB:CC:DD:EE:0", reason="wrong device")
        self.rejected("bound", reason="wrong device")

    def test_mac_login(self):
        self.database.add_phase("aa:bb:cc:dd:ee:01", password=None, mac_login=1)
        for form in self.FORMS:
            for method in ("pap", "chap"):
                for password in ("", form):
                    with self.subTest(form=form, method=method, password=password):
                        self.accepted(form, password, method, mac=MAC)
        self.rejected(MAC, "guess", mac=MAC, reason="wrong password")
        self.rejected(MAC, "guess", "chap", mac=MAC, reason="wrong password")
        self.rejected("aa:bb:cc:dd:ee:01", "", mac="AA:BB:CC:DD:EE:02", reason="wrong device")
        self.rejected("aa:bb:cc:dd:ee:01", "", reason="wrong device")
        self.rejected("AA:BB:CC:DD:EE:09", "", mac="AA:BB:CC:DD:EE:09", reason="unknown user")

    def test_a_mac_as_username_without_the_mark_needs_its_password(self):
        self.database.add_phase("aa:bb:cc:dd:ee:05", password="secret5")
        for password in ("", "AA:BB:CC:DD:EE:05"):
            self.rejected("AA:BB:CC:DD:EE:05", password, mac="AA:BB:CC:DD:EE:05", reason="wrong password")
        self.accepted("AA:BB:CC:DD:EE:05", "secret5", mac="AA:BB:CC:DD:EE:05")
        # A row that lost its password is refused by the schema, so it cannot open a line.
        with self.assertRaises(sqlite3.IntegrityError):
            self.database.add_phase("lost", password=None)


if __name__ == "__main__":
    unittest.main()
