"""Requests of the router to one RADIUS server: identifiers, retransmission, matching of answers."""

import os
import socket

from tests.peers.radius import (
    MalformedPacket,
    decode,
    encode_request,
    message_authenticator_state,
    reply_is_authentic,
)

IDENTIFIERS = 256
MAX_SOCKETS = 32


class _Pending:
    __slots__ = ("data", "authenticator", "on_done", "tries_left", "timer", "line", "identifier")


class _Line:
    """One source port with its 256 identifiers."""

    def __init__(self, sock):
        self.sock = sock
        self.pending = {}
        self.next_identifier = os.urandom(1)[0]

    def free_identifier(self):
        if len(self.pending) == IDENTIFIERS:
            return None
        while self.next_identifier in self.pending:
            self.next_identifier = (self.next_identifier + 1) % IDENTIFIERS
        chosen = self.next_identifier
        self.next_identifier = (chosen + 1) % IDENTIFIERS
        return chosen


class Sender:
    """Sends until answered or out of tries; on_done(reply Packet or None, state) tells the end.

    `state` is the Message-Authenticator state of the reply. Only for use on the loop's thread.
    """

    def __init__(self, loop, server, secret, source, events, faults, kind,
                 timeout_seconds=3.0, tries=3):
        self._loop = loop
        self.server = server
        self._secret = secret
        self._source = source
        self._events = events
        self._faults = faults
        self._kind = kind
        self._timeout_seconds = timeout_seconds
        self._tries = tries
        self._lines = []
        self._waiting = []

    @property
    def outstanding(self):
        return sum(len(line.pending) for line in self._lines) + len(self._waiting)

    def send(self, code, attributes, on_done, authenticator=None, message_authenticator=False):
        line = self._line_with_room()
        if line is None:
            self._waiting.append((code, attributes, on_done, authenticator, message_authenticator))
            return
        pending = _Pending()
        pending.line = line
        pending.identifier = line.free_identifier()
        pending.data = encode_request(code, pending.identifier, attributes, self._secret,
                                      authenticator, message_authenticator)
        pending.authenticator = pending.data[4:20]
        pending.on_done = on_done
        pending.tries_left = self._tries
        line.pending[pending.identifier] = pending
        self._transmit(pending)

    def forget_all(self):
        """A power cut: nothing that was under way is remembered."""
        self._waiting.clear()
        for line in self._lines:
            for pending in line.pending.values():
                pending.timer.cancel()
            line.pending.clear()

    def _line_with_room(self):
        for line in self._lines:
            if len(line.pending) < IDENTIFIERS:
                return line
        if len(self._lines) == MAX_SOCKETS:
            return None
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        sock.bind((self._source, 0))
        line = _Line(sock)
        self._loop.add_reader(sock, lambda data, peer: self._received(line, data, peer))
        self._lines.append(line)
        return line

    def _transmit(self, pending):
        pending.tries_left -= 1
        if not self._faults.link_down:
            copies = self._faults.accounting_copies if self._kind == "accounting" else 1
            for _ in range(copies):
                try:
                    pending.line.sock.sendto(pending.data, self.server)
                except (BlockingIOError, ConnectionError):
                    pass  # lost like any datagram; the retransmission follows
        pending.timer = self._loop.later(self._timeout_seconds, lambda: self._timed_out(pending))

    def _timed_out(self, pending):
        if pending.tries_left > 0:
            self._events.record(f"{self._kind}_resent", identifier=pending.identifier)
            self._transmit(pending)
        else:
            self._finish(pending, None, "absent")

    def _received(self, line, data, peer):
        if self._faults.link_down:
            return
        try:
            reply = decode(data)
        except MalformedPacket:
            self._events.record("bad_reply", reason="malformed", kind=self._kind)
            return
        pending = line.pending.get(reply.identifier)
        if pending is None or peer != self.server:
            self._events.record("bad_reply", reason="nothing was asked", kind=self._kind)
            return
        if not reply_is_authentic(reply, pending.authenticator, self._secret):
            self._events.record("bad_reply", reason="wrong authenticator", kind=self._kind)
            return
        state = message_authenticator_state(reply, self._secret, pending.authenticator)
        if self._kind == "access" and (state == "bad" or (
                state == "absent" and self._faults.require_message_authenticator)):
            self._events.record("bad_reply", reason=f"Message-Authenticator {state}",
                                kind=self._kind)
            return
        self._finish(pending, reply, state)

    def _finish(self, pending, reply, state):
        pending.timer.cancel()
        del pending.line.pending[pending.identifier]
        if self._waiting:
            self.send(*self._waiting.pop(0))
        pending.on_done(reply, state)
