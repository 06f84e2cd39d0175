"""What the screens of every day say, against a daemon, a FreeRADIUS and a router that are real or simulated from outside."""

import time
import unittest

from tests.integration.box import Box
from tests.integration.daemon import wait_until
from tests.integration.test_events import Listener

REFRESH_SECONDS = 5  # P14


class LiveListsTest(unittest.TestCase):
    def online(self, box):
        """Who is online for the screens: (username, Acct-Session-Id, address), over all pages."""
        found, after = [], ""
        while True:
            page = box.must("GET", f"/api/v1/sessions?open=1&limit=2{after}")
            found += [(row["username"], row["acct_session_id"], row["framed_ipv4"]) for row in page["items"]]
            if page["next"] is None:
                return sorted(found)
            after = f"&after={page['next']}"

    def on_router(self, box):
        return sorted((one["username"], one["session_id"], str(one["address"])) for one in box.nas.sessions())

    def wait_same(self, box, people):
        wait_until(lambda: len(self.on_router(box)) == people and self.online(box) == self.on_router(box),
                   f"{people} to be online on the router and on the screen")

    def test_K2_the_list_of_who_is_online_equals_the_routers(self):
        with Box() as box:
            box.add_plan()
            people = [box.add_customer() for _ in range(5)]
            for one in people:
                box.pay(one)
            box.wait_projected()
            for one in people:
                self.assertTrue(box.dial(one).accepted)
            self.wait_same(box, 5)
            self.assertEqual(box.must("GET", "/api/v1/home")["online"], {"full": 5, "pay_page": 0})
            # The interval is ours, and two gigaword wraps are more than 8 GiB.
            for session in box.nas.sessions():
                self.assertTrue(0 < session["interim_seconds"] <= 300, session)
            heavy = box.nas.session_of(people[4].username)["session_id"]
            box.nas.send_interim(heavy, 2 * 2**32 + 5, 2 * 2**32 + 9)

            def used():
                rows = box.must("GET", f"/api/v1/sessions?open=1&username={people[4].username}")["items"]
                return [(row["bytes_up"], row["bytes_down"]) for row in rows]
            wait_until(lambda: used() == [(2 * 2**32 + 5, 2 * 2**32 + 9)], "the counters on the screen")
            self.assertGreater(used()[0][1], 8 * 2**30)
            # One hangs up, one is kicked and dials again by himself under another session id.
            box.nas.leave(people[0].username)
            self.wait_same(box, 4)
            kicked = next(row for row in box.must("GET", "/api/v1/sessions?open=1")["items"]
                          if row["username"] == people[1].username)
            box.must("POST", f"/api/v1/sessions/{kicked['id']}/disconnect", {})
            wait_until(lambda: all(row[1] != kicked["acct_session_id"] for row in self.online(box)), "the kick")
            self.wait_same(box, 4)
            rows = box.must("GET", f"/api/v1/sessions?username={people[1].username}")["items"]
            self.assertEqual([row["kick"] for row in rows], [None, "done"])
            self.assertEqual(box.must("GET", "/api/v1/home")["online"]["full"], 4)

    def test_B49_every_login_attempt_is_listed_with_its_reason(self):
        with Box() as box:
            box.add_plan()
            jane, ali = box.add_customer("jane"), box.add_customer("ali")
            box.pay(jane)
            box.wait_projected()
            tries = [("jane", "wrong"), ("jane", jane.password), ("ali", ali.password), ("nobody", "x")]
            with Listener(box, {"Authorization": f"Bearer {box.daemon.token}"}, "?topics=auth_results") as events:
                self.assertEqual(events.next()[0], "hello")
                for username, password in tries:
                    box.ask(username, password)
                events.until("auth_results")  # an open screen is told, and fetches the list
            expected = [("jane", False, "wrong password"), ("jane", True, ""), ("ali", True, "not paid yet"),
                        ("nobody", False, "unknown user")]

            def listed():
                rows = box.must("GET", "/api/v1/auth-results")["items"]
                return [(row["username"], row["accepted"], row["reason"]) for row in reversed(rows)]
            wait_until(lambda: len(listed()) == len(expected), "the tries to be read from the log")
            self.assertEqual(listed(), expected)
            row = box.must("GET", "/api/v1/auth-results?username=ali")["items"][0]
            self.assertEqual(row["subscriber_id"], ali.subscriber_id)
            self.assertEqual(row["router_id"], box.router_id)
            # And why she is offline: the screen names the right place at once.
            diagnosis = box.must("GET", f"/api/v1/subscriptions/{ali.subscription_id}/diagnosis")
            self.assertEqual(diagnosis["verdict"], "payment.none_yet")

    def test_P14_an_open_first_screen_shows_a_payment_within_five_seconds(self):
        with Box(with_radius=False) as box:
            box.add_plan()
            jane = box.add_customer()
            before = box.must("GET", "/api/v1/home")["money"]["today"]
            self.assertEqual(before["cents"], 0)
            with Listener(box, {"Authorization": f"Bearer {box.daemon.token}"}, "?topics=payments") as events:
                self.assertEqual(events.next()[0], "hello")
                box.pay(jane)
                paid = time.monotonic()
                events.until("payments")
                today = box.must("GET", "/api/v1/home")["money"]["today"]
                self.assertLess(time.monotonic() - paid, REFRESH_SECONDS)
            self.assertEqual(today["cents"], box.number("SELECT SUM(amount_cents) FROM payment"))
            self.assertEqual(today["cents"], 150000)


if __name__ == "__main__":
    unittest.main()
