"""Accounting of the router: Start, Interim-Update and Stop, repeated until the server answers."""

import time

from tests.peers.radius import ACCOUNTING_REQUEST, Attributes

from .sessions import CAUSES

STATUS = {"Start": 1, "Stop": 2, "Interim-Update": 3}
GIGAWORD = 1 << 32


class Accounting:
    """Reports sessions. What stays unanswered after all tries is kept and sent again on demand."""

    def __init__(self, sender, events, faults, identity):
        self._sender = sender
        self._events = events
        self._faults = faults
        self._identity = identity
        self._unanswered = []

    @property
    def unanswered(self):
        return len(self._unanswered)

    def report(self, status, session, cause=None):
        """Queue one packet; the counters are those of this moment."""
        attributes = Attributes(self._identity)
        attributes += [
            ("Service-Type", 2), ("Framed-Protocol", 1),
            ("NAS-Port", session.port), ("NAS-Port-Type", 15),
            ("User-Name", session.username), ("Calling-Station-Id", session.customer.mac),
            ("Acct-Session-Id", session.session_id), ("Framed-IP-Address", session.address),
            ("Acct-Authentic", 1), ("Acct-Status-Type", STATUS[status]),
        ]
        attributes += [("Class", value) for value in session.classes]
        if status != "Start":
            attributes += self._counters(session)
        if cause is not None:
            attributes.append(("Acct-Terminate-Cause", CAUSES[cause]))
        happened_at = int(time.time()) + self._faults.clock_offset_seconds
        attributes.append(("Event-Timestamp", max(0, happened_at)))
        self._send({"status": status, "session_id": session.session_id,
                    "username": session.username}, attributes, time.monotonic())

    @staticmethod
    def _counters(session):
        up_bytes, down_bytes = session.count_traffic()
        # Input is what the router receives from the customer: his upload (RFC 2866 section 5.3).
        return [
            ("Acct-Session-Time", session.seconds()),
            ("Acct-Input-Octets", up_bytes % GIGAWORD),
            ("Acct-Input-Gigawords", up_bytes // GIGAWORD),
            ("Acct-Input-Packets", up_bytes // 800 % GIGAWORD),
            ("Acct-Output-Octets", down_bytes % GIGAWORD),
            ("Acct-Output-Gigawords", down_bytes // GIGAWORD),
            ("Acct-Output-Packets", down_bytes // 800 % GIGAWORD),
        ]

    def _send(self, label, attributes, happened_mono):
        delay_seconds = int(time.monotonic() - happened_mono)
        packet = Attributes(attributes)
        packet.append(("Acct-Delay-Time", delay_seconds))
        self._events.record("accounting_sent", delay_seconds=delay_seconds, **label)

        def done(reply, _state):
            if reply is not None:
                self._events.record("accounting_answered", **label)
                return
            self._events.record("accounting_unanswered", **label)
            self._unanswered.append((label, attributes, happened_mono))
        self._sender.send(ACCOUNTING_REQUEST, packet, done)

    def retry(self):
        """Send again what was never answered; returns how many packets."""
        again, self._unanswered = self._unanswered, []
        for entry in again:
            self._send(*entry)
        return len(again)

    def forget(self):
        self._unanswered.clear()
        self._sender.forget_all()
