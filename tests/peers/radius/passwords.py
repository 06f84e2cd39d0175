"""What proves a password in an Access-Request: PAP, CHAP and MS-CHAPv2.

RFC 2865 section 5.2 (User-Password) and 5.3 (CHAP-Password); RFC 2548 section 2.3 for the two
Microsoft attributes.
"""

import hashlib
import os

from . import mschap

METHODS = ("pap", "chap", "mschapv2")


def hide_password(password, secret, authenticator):
    """User-Password as it travels: padded to 16 bytes blocks and XORed with chained MD5."""
    padded = password + bytes(-len(password) % 16) if password else bytes(16)
    hidden, previous = b"", authenticator
    for start in range(0, len(padded), 16):
        pad = hashlib.md5(secret + previous).digest()
        previous = bytes(a ^ b for a, b in zip(padded[start:start + 16], pad))
        hidden += previous
    return hidden


def reveal_password(hidden, secret, authenticator):
    """Inverse of hide_password; trailing zero bytes are padding and go."""
    clear, previous = b"", authenticator
    for start in range(0, len(hidden), 16):
        pad = hashlib.md5(secret + previous).digest()
        block = hidden[start:start + 16]
        clear += bytes(a ^ b for a, b in zip(block, pad))
        previous = block
    return clear.rstrip(b"\0")


def chap_password(identifier, password, challenge):
    """CHAP-Password: the CHAP identifier and MD5(identifier, password, challenge)."""
    digest = hashlib.md5(bytes([identifier]) + password + challenge).digest()
    return bytes([identifier]) + digest


class Proof:
    """Attributes that prove one password once, and the check of what the server answers."""

    def __init__(self, method, user, password, secret, authenticator):
        if method not in METHODS:
            raise ValueError(f"unknown password method {method!r}, known: {', '.join(METHODS)}")
        self.attributes = []
        self._expected_success = None
        clear = password.encode() if isinstance(password, str) else password
        if method == "pap":
            self.attributes = [("User-Password", hide_password(clear, secret, authenticator))]
        elif method == "chap":
            challenge = os.urandom(16)
            self.attributes = [
                ("CHAP-Password", chap_password(os.urandom(1)[0], clear, challenge)),
                ("CHAP-Challenge", challenge),
            ]
        else:
            self._mschapv2(user, clear)

    def _mschapv2(self, user, clear):
        name = user.encode() if isinstance(user, str) else user
        authenticator_challenge, peer_challenge = os.urandom(16), os.urandom(16)
        identifier = os.urandom(1)
        response = mschap.nt_response(authenticator_challenge, peer_challenge, name, clear)
        self.attributes = [
            ("MS-CHAP-Challenge", authenticator_challenge),
            ("MS-CHAP2-Response",
             identifier + b"\0" + peer_challenge + bytes(8) + response),
        ]
        self._expected_success = identifier + mschap.authenticator_response(
            clear, response, peer_challenge, authenticator_challenge, name)

    def server_is_proved(self, attributes):
        """True or False by MS-CHAP2-Success; None for methods that prove no server."""
        if self._expected_success is None:
            return None
        return attributes.first("MS-CHAP2-Success") == self._expected_success
