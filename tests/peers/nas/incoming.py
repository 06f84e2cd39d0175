"""The router's incoming port: CoA and Disconnect requests (RFC 5176)."""

from tests.peers.radius import (
    COA_ACK,
    COA_NAK,
    COA_REQUEST,
    DISCONNECT_ACK,
    DISCONNECT_NAK,
    DISCONNECT_REQUEST,
    MalformedPacket,
    decode,
    encode_reply,
    message_authenticator_state,
    request_is_authentic,
)

UNSUPPORTED_ATTRIBUTE = 401
MISSING_ATTRIBUTE = 402
NAS_MISMATCH = 403
SESSION_NOT_FOUND = 503
SESSION_NOT_REMOVABLE = 504

# What tells one session from the others. One of them alone is not enough for RouterOS.
IDENTIFYING = ("User-Name", "Acct-Session-Id", "Framed-IP-Address", "Calling-Station-Id")
HARMLESS = ("Message-Authenticator", "Event-Timestamp", "NAS-Identifier", "NAS-IP-Address",
            "Class", "NAS-Port", "NAS-Port-Id")
CHANGEABLE = ("Mikrotik-Rate-Limit", "Session-Timeout", "Idle-Timeout", "Mikrotik-Address-List",
              "Acct-Interim-Interval", "Port-Limit")


class Incoming:
    """Answers for a router. `router` offers active_sessions(), change() and disconnect()."""

    def __init__(self, loop, sock, secret, allowed_sources, identity, router, events, faults):
        self._loop = loop
        self._sock = sock
        self._secret = secret
        self._allowed_sources = allowed_sources
        self._identity = dict(identity)
        self._router = router
        self._events = events
        self._faults = faults
        loop.add_reader(sock, self._received)

    def _received(self, data, peer):
        if self._faults.link_down:
            return
        try:
            request = decode(data)
        except MalformedPacket as error:
            self._events.record("incoming_ignored", reason=str(error))
            return
        reason = self._why_ignored(request, peer)
        if reason:
            self._events.record("incoming_ignored", reason=reason)
            return
        kind = "disconnect" if request.code == DISCONNECT_REQUEST else "coa"
        label = {"username": request.attributes.first("User-Name"),
                 "session_id": request.attributes.first("Acct-Session-Id")}
        self._events.record(
            f"{kind}_received", attributes=request.attributes.as_json(), **label,
            message_authenticator=message_authenticator_state(request, self._secret))
        if self._faults.take("coa_no_reply"):
            self._events.record(f"{kind}_swallowed", **label)
            return
        cause, act = self._judge(request, kind)
        self._loop.later(self._faults.coa_delay_seconds,
                         lambda: self._answer(request, peer, kind, cause, act, label))

    def _why_ignored(self, request, peer):
        if request.code not in (COA_REQUEST, DISCONNECT_REQUEST):
            return f"unexpected {request.name}"
        if peer[0] not in self._allowed_sources:
            # RouterOS takes the secret of the /radius entry whose address sent the packet.
            return f"no RADIUS server is configured at {peer[0]}"
        if not request_is_authentic(request, self._secret):
            return "wrong secret"
        if message_authenticator_state(request, self._secret) == "bad":
            return "wrong Message-Authenticator"
        return None

    def _judge(self, request, kind):
        """(None, what to do) or (Error-Cause, None)."""
        attributes = request.attributes
        named = [name for name in IDENTIFYING if name in attributes]
        allowed = IDENTIFYING + HARMLESS + (CHANGEABLE if kind == "coa" else ())
        for name in ("NAS-Identifier", "NAS-IP-Address"):
            if name in attributes and attributes.first(name) != self._identity[name]:
                return NAS_MISMATCH, None
        if any(name not in allowed for name, _ in attributes):
            return UNSUPPORTED_ATTRIBUTE, None
        if len(named) < 2:
            return MISSING_ATTRIBUTE, None
        session = self._find(attributes, named)
        if session is None:
            return SESSION_NOT_FOUND, None
        if kind == "disconnect":
            if self._faults.take("disconnect_refused"):
                return SESSION_NOT_REMOVABLE, None
            return None, lambda: self._router.disconnect(session)
        refused = self._faults.take("coa_refused") or (
            self._faults.coa_address_list_refused and "Mikrotik-Address-List" in attributes)
        if refused:
            return UNSUPPORTED_ATTRIBUTE, None
        return None, lambda: self._router.change(session, attributes)

    def _find(self, attributes, named):
        for session in self._router.active_sessions():
            own = {"User-Name": session.username, "Acct-Session-Id": session.session_id,
                   "Framed-IP-Address": session.address,
                   "Calling-Station-Id": session.customer.mac}
            if all(attributes.first(name) == own[name] for name in named):
                return session
        return None

    def _answer(self, request, peer, kind, cause, act, label):
        ack, nak = (DISCONNECT_ACK, DISCONNECT_NAK) if kind == "disconnect" else (COA_ACK, COA_NAK)
        attributes = [("Error-Cause", cause)] if cause else []
        reply = encode_reply(nak if cause else ack, request, attributes, self._secret)
        self._sock.sendto(reply, peer)
        self._events.record(f"{kind}_nak" if cause else f"{kind}_ack", error_cause=cause, **label)
        if act is None:
            return
        if self._faults.take("ack_but_keep"):
            self._events.record(f"{kind}_not_done", **label)
        else:
            act()
