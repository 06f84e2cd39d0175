"""RADIUS for tests: a codec (RFC 2865, 2866, 2869, 5176), password methods, a small client."""

from .attributes import Attributes
from .client import Reply, access_request, accounting_request, coa_request, exchange, status_server
from .mschap import md4
from .packet import (
    ACCESS_ACCEPT,
    ACCESS_REJECT,
    ACCESS_REQUEST,
    ACCOUNTING_REQUEST,
    ACCOUNTING_RESPONSE,
    CODE_NAMES,
    COA_ACK,
    COA_NAK,
    COA_REQUEST,
    DISCONNECT_ACK,
    DISCONNECT_NAK,
    DISCONNECT_REQUEST,
    STATUS_SERVER,
    MalformedPacket,
    Packet,
    decode,
    encode_reply,
    encode_request,
    message_authenticator_state,
    reply_is_authentic,
    request_is_authentic,
)

__all__ = [
    "ACCESS_ACCEPT", "ACCESS_REJECT", "ACCESS_REQUEST", "ACCOUNTING_REQUEST",
    "ACCOUNTING_RESPONSE", "Attributes", "CODE_NAMES", "COA_ACK", "COA_NAK", "COA_REQUEST",
    "DISCONNECT_ACK", "DISCONNECT_NAK", "DISCONNECT_REQUEST", "MalformedPacket", "Packet",
    "Reply", "STATUS_SERVER", "access_request", "accounting_request", "coa_request", "decode",
    "encode_reply", "encode_request", "exchange", "md4", "message_authenticator_state",
    "reply_is_authentic", "request_is_authentic", "status_server",
]
