"""What the screens of every day say, against a daemon, a FreeRADIUS and a router that are real or simulated from outside."""

import unittest

from tests.integration.box import Box
from tests.integration.daemon import wait_until


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
            for username, password in tries:
                box.ask(username, password)
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


if __name__ == "__main__":
    unittest.main()
