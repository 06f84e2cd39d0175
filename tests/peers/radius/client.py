"""A small blocking RADIUS client: one request, one answer or None.

For tests that want a verdict. The simulated router has its own, non-blocking sender.
"""

import os
import secrets
import socket
import time
from dataclasses import dataclass

from .attributes import Attributes
from .packet import (
    ACCESS_REQUEST,
    ACCOUNTING_REQUEST,
    CODE_NAMES,
    STATUS_SERVER,
    MalformedPacket,
    decode,
    encode_request,
    message_authenticator_state,
    reply_is_authentic,
)
from .passwords import Proof


@dataclass
class Reply:
    """An answer whose Response Authenticator was right.

    message_authenticator is "absent", "good" or "bad"; mschap2_success_ok is None unless the
    method was mschapv2.
    """

    code: int
    attributes: Attributes
    message_authenticator: str
    elapsed_ms: float
    mschap2_success_ok: bool | None = None

    @property
    def message_authenticator_ok(self):
        return self.message_authenticator == "good"

    @property
    def name(self):
        return CODE_NAMES.get(self.code, f"code {self.code}")

    def get(self, name, default=None):
        return self.attributes.first(name, default)


def _bytes(secret):
    return secret.encode() if isinstance(secret, str) else secret


def exchange(server, secret, code, attributes, *, authenticator=None, message_authenticator=True,
             source=None, timeout_seconds=3.0, tries=1):
    """Send one request to (address, port) up to `tries` times; Reply, or None for silence.

    Answers with a wrong authenticator or identifier are ignored, as a router ignores them.
    """
    secret = _bytes(secret)
    identifier = secrets.randbelow(256)
    data = encode_request(code, identifier, attributes, secret, authenticator,
                          message_authenticator)
    sent_authenticator = data[4:20]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((source or "", 0))
        sock.connect(server)
        begin = time.monotonic()
        for _ in range(tries):
            reply = _one_try(sock, data, identifier, sent_authenticator, secret, timeout_seconds)
            if reply is not None:
                elapsed_ms = (time.monotonic() - begin) * 1000
                state = message_authenticator_state(reply, secret, sent_authenticator)
                return Reply(reply.code, reply.attributes, state, elapsed_ms)
    return None


def _one_try(sock, data, identifier, sent_authenticator, secret, timeout_seconds):
    limit = time.monotonic() + timeout_seconds
    try:
        sock.send(data)
    except ConnectionRefusedError:
        pass  # an earlier try met a closed port; the answer to this one may still come
    while (left := limit - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            reply = decode(sock.recv(4096))
        except TimeoutError:
            return None
        except ConnectionRefusedError:
            # Nobody listens at this moment. Wait the time out, as for any lost packet.
            time.sleep(max(0.0, limit - time.monotonic()))
            return None
        except MalformedPacket:
            continue
        if reply.identifier == identifier and reply_is_authentic(
                reply, sent_authenticator, secret):
            return reply
    return None


def access_request(server, secret, user, password, method="pap", attributes=(), *,
                   message_authenticator=True, source=None, timeout_seconds=3.0, tries=1):
    """Ask for access with "pap", "chap" or "mschapv2"; Reply or None on timeout."""
    secret = _bytes(secret)
    authenticator = os.urandom(16)
    proof = Proof(method, user, password, secret, authenticator)
    pairs = Attributes([("User-Name", user), *proof.attributes, *attributes])
    reply = exchange(server, secret, ACCESS_REQUEST, pairs, authenticator=authenticator,
                     message_authenticator=message_authenticator, source=source,
                     timeout_seconds=timeout_seconds, tries=tries)
    if reply is not None:
        reply.mschap2_success_ok = proof.server_is_proved(reply.attributes)
    return reply


def accounting_request(server, secret, attributes, *, message_authenticator=False, source=None,
                       timeout_seconds=3.0, tries=1):
    """Report accounting; `attributes` in full, Acct-Status-Type included."""
    return exchange(server, secret, ACCOUNTING_REQUEST, attributes, source=source,
                    message_authenticator=message_authenticator,
                    timeout_seconds=timeout_seconds, tries=tries)


def coa_request(server, secret, code, attributes, *, message_authenticator=True, source=None,
                timeout_seconds=3.0, tries=1):
    """Send a CoA-Request or Disconnect-Request (`code`) to a router's incoming port."""
    return exchange(server, secret, code, attributes, source=source,
                    message_authenticator=message_authenticator,
                    timeout_seconds=timeout_seconds, tries=tries)


def status_server(server, secret, *, source=None, timeout_seconds=1.0, tries=1):
    """Ask a server whether it lives (RFC 5997)."""
    return exchange(server, secret, STATUS_SERVER, [], source=source,
                    timeout_seconds=timeout_seconds, tries=tries)
