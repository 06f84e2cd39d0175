"""RADIUS packets: header, authenticators, Message-Authenticator.

RFC 2865 section 3 (packet, Response Authenticator), RFC 2866 section 3 (accounting request
authenticator), RFC 2869 section 5.14 (Message-Authenticator), RFC 5176 section 2.3 (CoA).
"""

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, field

from .attributes import Attributes, decode_attributes, encode_attribute

ACCESS_REQUEST = 1
ACCESS_ACCEPT = 2
ACCESS_REJECT = 3
ACCOUNTING_REQUEST = 4
ACCOUNTING_RESPONSE = 5
ACCESS_CHALLENGE = 11
STATUS_SERVER = 12
DISCONNECT_REQUEST = 40
DISCONNECT_ACK = 41
DISCONNECT_NAK = 42
COA_REQUEST = 43
COA_ACK = 44
COA_NAK = 45

CODE_NAMES = {
    ACCESS_REQUEST: "Access-Request", ACCESS_ACCEPT: "Access-Accept",
    ACCESS_REJECT: "Access-Reject", ACCOUNTING_REQUEST: "Accounting-Request",
    ACCOUNTING_RESPONSE: "Accounting-Response", ACCESS_CHALLENGE: "Access-Challenge",
    STATUS_SERVER: "Status-Server", DISCONNECT_REQUEST: "Disconnect-Request",
    DISCONNECT_ACK: "Disconnect-ACK", DISCONNECT_NAK: "Disconnect-NAK",
    COA_REQUEST: "CoA-Request", COA_ACK: "CoA-ACK", COA_NAK: "CoA-NAK",
}

# Requests whose authenticator is a signature; the others carry 16 random bytes there.
SIGNED_REQUESTS = (ACCOUNTING_REQUEST, DISCONNECT_REQUEST, COA_REQUEST)
ZEROS = bytes(16)
HEADER_BYTES = 20
MAX_PACKET_BYTES = 4096
MESSAGE_AUTHENTICATOR = 80


class MalformedPacket(ValueError):
    """The bytes are not a RADIUS packet."""


@dataclass
class Packet:
    code: int
    identifier: int
    authenticator: bytes
    attributes: Attributes = field(default_factory=Attributes)
    raw: bytes = b""

    @property
    def name(self):
        return CODE_NAMES.get(self.code, f"code {self.code}")


def decode(data):
    """Packet of the bytes, padding after the stated length ignored. Raises MalformedPacket."""
    if len(data) < HEADER_BYTES:
        raise MalformedPacket(f"{len(data)} bytes are no RADIUS header")
    code, identifier, length = struct.unpack("!BBH", data[:4])
    if not HEADER_BYTES <= length <= min(len(data), MAX_PACKET_BYTES):
        raise MalformedPacket(f"stated length {length}, received {len(data)}")
    try:
        attributes = decode_attributes(data[HEADER_BYTES:length])
    except ValueError as error:
        raise MalformedPacket(str(error)) from error
    return Packet(code, identifier, data[4:HEADER_BYTES], attributes, bytes(data[:length]))


def _assemble(code, identifier, authenticator, body):
    return struct.pack("!BBH", code, identifier, HEADER_BYTES + len(body)) + authenticator + body


def _position_of_message_authenticator(data):
    """Offset of the 16 value bytes, or None."""
    position = HEADER_BYTES
    while position + 2 <= len(data):
        if data[position] == MESSAGE_AUTHENTICATOR and data[position + 1] == 18:
            return position + 2
        if data[position + 1] < 2:
            return None
        position += data[position + 1]
    return None


def _hmac_over(data, position, authenticator, secret):
    blank = data[:4] + authenticator + data[HEADER_BYTES:position] + ZEROS + data[position + 16:]
    return hmac.new(secret, blank, hashlib.md5).digest()


def _fill_message_authenticator(data, authenticator, secret):
    position = _position_of_message_authenticator(data)
    if position is None:
        return data
    digest = _hmac_over(data, position, authenticator, secret)
    return data[:position] + digest + data[position + 16:]


def _body(attributes, message_authenticator):
    # First, as RouterOS and RFC guidance against forged replies want it.
    pairs = list(attributes)
    if message_authenticator:
        pairs = [("Message-Authenticator", ZEROS)] + pairs
    return b"".join(encode_attribute(name, value) for name, value in pairs)


def encode_request(code, identifier, attributes, secret, authenticator=None,
                   message_authenticator=True):
    """Signed request. `authenticator` is for Access-Request and Status-Server only."""
    body = _body(attributes, message_authenticator)
    if code in SIGNED_REQUESTS:
        data = _fill_message_authenticator(_assemble(code, identifier, ZEROS, body), ZEROS, secret)
        digest = hashlib.md5(data + secret).digest()
        return data[:4] + digest + data[HEADER_BYTES:]
    authenticator = authenticator or os.urandom(16)
    data = _assemble(code, identifier, authenticator, body)
    return _fill_message_authenticator(data, authenticator, secret)


def encode_reply(code, request, attributes, secret, message_authenticator=True):
    """Signed answer to `request` (a Packet). Proxy-State of the request is echoed in order."""
    echoed = [("Proxy-State", value) for value in request.attributes.all("Proxy-State")]
    body = _body(list(attributes) + echoed, message_authenticator)
    data = _assemble(code, request.identifier, request.authenticator, body)
    data = _fill_message_authenticator(data, request.authenticator, secret)
    digest = hashlib.md5(data + secret).digest()
    return data[:4] + digest + data[HEADER_BYTES:]


def request_is_authentic(packet, secret):
    """Whether the authenticator of an accounting, CoA or Disconnect request was made with it."""
    blank = packet.raw[:4] + ZEROS + packet.raw[HEADER_BYTES:]
    return hmac.compare_digest(hashlib.md5(blank + secret).digest(), packet.authenticator)


def reply_is_authentic(reply, request_authenticator, secret):
    """Whether the Response Authenticator belongs to this request and secret."""
    blank = reply.raw[:4] + request_authenticator + reply.raw[HEADER_BYTES:]
    return hmac.compare_digest(hashlib.md5(blank + secret).digest(), reply.authenticator)


def message_authenticator_state(packet, secret, request_authenticator=None):
    """"absent", "good" or "bad". Replies need the authenticator of their request."""
    position = _position_of_message_authenticator(packet.raw)
    if position is None:
        return "absent"
    found = packet.raw[position:position + 16]
    if request_authenticator is not None:
        authenticator = request_authenticator
    elif packet.code in SIGNED_REQUESTS:
        authenticator = ZEROS
    else:
        authenticator = packet.authenticator
    expected = _hmac_over(packet.raw, position, authenticator, secret)
    return "good" if hmac.compare_digest(found, expected) else "bad"
