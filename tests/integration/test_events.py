"""Live events of the real daemon: what is told, to whom, and when it ends."""

import contextlib
import http.client
import json
import unittest

from tests.integration.box import Box
from tests.integration.daemon import wait_until


class Listener:
    """One open stream. `with Listener(box, headers) as events: events.next()`"""

    def __init__(self, box, headers, query=""):
        self.connection_ = http.client.HTTPConnection("127.0.0.1", box.daemon.http_port, timeout=60)
        self.connection_.request("GET", "/api/v1/events" + query, headers=headers)
        self.answer = self.connection_.getresponse()
        self.status = self.answer.status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answer.close()
        self.connection_.close()

    def next(self):
        """(event, id, topics) of the next event; None at the end of the stream. Comments are passed over."""
        fields = {}
        while line := self.answer.readline():
            text = line.decode().rstrip("\n")
            if text and not text.startswith(":"):
                name, _, value = text.partition(": ")
                fields[name] = value
            elif "event" in fields:
                return fields["event"], fields["id"], set(json.loads(fields["data"])["topics"])
        return None

    def until(self, topic):
        """Events up to one that tells of the topic; its id."""
        while event := self.next():
            if event[0] == "changed" and topic in event[2]:
                return event[1]
        raise AssertionError(f"the stream ended before it told of {topic}")


class Events(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Box(with_radius=False)
        cls.box.__enter__()
        cls.addClassCleanup(cls.box.__exit__)
        cls.box.add_plan()
        cls.program = {"Authorization": f"Bearer {cls.box.daemon.token}"}

    def test_nobody_listens_without_signing_in(self):
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Cookie": "mnara_session=x"}):
            with Listener(self.box, headers) as events:
                self.assertEqual(events.status, 401)

    def test_a_reseller_does_not_listen(self):
        self.box.daemon.command("operator", "add", "reseller", "--role", "reseller")
        token = self.box.daemon.command("operator", "token", "reseller").stdout.strip()
        with Listener(self.box, {"Authorization": f"Bearer {token}"}) as events:
            self.assertEqual(events.status, 403)

    def test_an_unknown_topic_is_refused(self):
        with Listener(self.box, self.program, "?topics=sessions,nonsense") as events:
            self.assertEqual(events.status, 422)

    def test_a_payment_is_told_to_who_asked_for_payments(self):
        jane = self.box.add_customer()
        with Listener(self.box, self.program, "?topics=payments") as money, \
                Listener(self.box, self.program, "?topics=routers") as routers:
            self.assertEqual(money.answer.getheader("Content-Type"), "text/event-stream")
            for events, topic in ((money, "payments"), (routers, "routers")):
                kind, _, topics = events.next()
                self.assertEqual((kind, topics), ("hello", {topic}))
            self.box.pay(jane)
            self.assertEqual(money.next()[2], {"payments"})
            self.box.must("POST", "/api/v1/routers", {"name": "tower", "radius_source": "127.0.0.9"})
            self.assertEqual(routers.next()[2], {"routers"})  # and nothing of the payment before it

    def test_who_connects_again_hears_what_he_missed(self):
        with Listener(self.box, self.program, "?topics=subscribers,subscriptions") as events:
            events.next()
            self.box.add_customer()
            seen = events.until("subscriptions")
        with Listener(self.box, self.program, "?topics=subscribers") as other:
            other.next()
            self.box.must("POST", "/api/v1/subscribers", {"full_name": "Missed", "phone": "0799999991"})
            other.until("subscribers")  # told, while the first one was away
        with Listener(self.box, {**self.program, "Last-Event-ID": seen}, "?topics=subscribers,routers") as events:
            self.assertEqual(events.next()[0], "hello")
            self.assertEqual(events.next()[2], {"subscribers"})
        with Listener(self.box, {**self.program, "Last-Event-ID": "of-an-older-run-7"}, "?topics=alerts,plans") as events:
            events.next()
            self.assertEqual(events.next()[2], {"alerts", "plans"})

    def test_signing_out_ends_the_stream(self):
        headers = self.box.daemon.browser("owner")
        with Listener(self.box, headers, "?topics=subscribers") as events:
            events.next()
            connection = http.client.HTTPConnection("127.0.0.1", self.box.daemon.http_port, timeout=60)
            with contextlib.closing(connection):
                connection.request("POST", "/api/v1/sign-out", headers=headers)
                self.assertEqual(connection.getresponse().status, 204)
            self.box.add_customer()  # what happens now is no longer told to him
            self.assertIsNone(events.next())

    def test_a_stopping_daemon_ends_its_streams_and_comes_back(self):
        with Listener(self.box, self.program) as events:
            events.next()
            self.box.stop_daemon()
            while events.next() is not None:
                pass
        self.box.start_daemon()
        with Listener(self.box, self.program) as events:
            self.assertEqual(events.status, 200)

    def test_listeners_hold_no_worker(self):
        with contextlib.ExitStack() as stack:
            many = [stack.enter_context(Listener(self.box, self.program, "?topics=plans")) for _ in range(100)]
            for events in many:
                events.next()
            self.assertEqual(self.box.api("GET", "/health")[0], 200)
            self.box.add_plan("told")
            for events in many:
                self.assertEqual(events.next()[2], {"plans"})

        def open_connections():
            connection = http.client.HTTPConnection("127.0.0.1", self.box.daemon.http_port, timeout=60)
            with contextlib.closing(connection):
                connection.request("GET", "/metrics")
                lines = connection.getresponse().read().decode().splitlines()
            return int(next(line for line in lines if line.startswith("mnara_http_connections_open ")).split()[1])
        wait_until(lambda: open_connections() <= 2, "the listeners to be forgotten")
