"""From a customer's dial to an Access-Accept that can be used, as a PPPoE server does it."""

import os

from tests.peers.radius import ACCESS_ACCEPT, ACCESS_REQUEST, Attributes
from tests.peers.radius.passwords import Proof

from .sessions import PoolTrouble, Session, is_fixed_address


class Refusal(Exception):
    """Why a dial failed, in words for an assertion or a screen."""


def access_attributes(session, proof, identity, service_name, interface):
    """What RouterOS puts into an Access-Request for PPPoE."""
    return Attributes([
        ("Service-Type", 2), ("Framed-Protocol", 1),
        ("NAS-Port", session.port), ("NAS-Port-Type", 15),
        ("User-Name", session.username), ("Calling-Station-Id", session.customer.mac),
        ("Called-Station-Id", service_name), ("NAS-Port-Id", interface),
        ("Acct-Session-Id", session.session_id), *proof.attributes, *identity])


def apply_accept(session, attributes, pools, default_pool, default_interim_seconds):
    """Fill the session from the Accept. Raises PoolTrouble when no address can be given."""
    fixed = attributes.first("Framed-IP-Address")
    if fixed is not None and is_fixed_address(fixed):
        session.address = fixed
    else:
        session.pool = attributes.first("Framed-Pool", default_pool)
        session.address = pools.take(session.pool)
    session.rate_limit = attributes.first("Mikrotik-Rate-Limit", "")
    session.address_lists = attributes.all("Mikrotik-Address-List")
    session.classes = attributes.all("Class")
    session.session_timeout = attributes.first("Session-Timeout", 0)
    session.interim_seconds = (attributes.first("Acct-Interim-Interval", 0)
                               or default_interim_seconds)


class Dialer:
    """Sends Access-Requests; on_done(session, reply Packet or None, refusal text or None)."""

    def __init__(self, sender, secret, identity, events, pools, options):
        self._sender = sender
        self._secret = secret
        self._identity = identity
        self._events = events
        self._pools = pools
        self._options = options

    def dial(self, customer, session_id, port, on_done):
        session = Session(session_id=session_id, customer=customer, port=port)
        authenticator = os.urandom(16)
        proof = Proof(customer.method, customer.username, customer.password, self._secret,
                      authenticator)
        attributes = access_attributes(session, proof, self._identity,
                                       self._options["service_name"], self._options["interface"])
        label = {"username": customer.username, "session_id": session_id}
        self._events.record("access_request", mac=customer.mac, method=customer.method, **label)

        def done(reply, state):
            try:
                self._judge(session, proof, reply, state, label)
            except Refusal as refusal:
                on_done(session, reply, str(refusal))
            else:
                on_done(session, reply, None)
        self._sender.send(ACCESS_REQUEST, attributes, done, authenticator,
                          self._options["send_message_authenticator"])
        return session

    def _judge(self, session, proof, reply, state, label):
        if reply is None:
            self._events.record("access_timeout", **label)
            raise Refusal("no answer from the RADIUS server")
        details = {"attributes": reply.attributes.as_json(), "message_authenticator": state}
        if reply.code != ACCESS_ACCEPT:
            self._events.record("access_reject", **details, **label)
            raise Refusal(reply.attributes.first("Reply-Message") or reply.name)
        self._events.record("access_accept", **details, **label)
        if proof.server_is_proved(reply.attributes) is False:
            self._events.record("login_failed", reason="MS-CHAP2-Success", **label)
            raise Refusal("the server did not prove itself in MS-CHAP2-Success")
        try:
            apply_accept(session, reply.attributes, self._pools, self._options["default_pool"],
                         self._options["default_interim_seconds"])
        except PoolTrouble as trouble:
            self._events.record("login_failed", reason=str(trouble), **label)
            raise Refusal(str(trouble)) from trouble
