"""Names, numbers and value types of the RADIUS attributes that the tests use.

Values in Python: text -> str, octets -> bytes, integer -> int (32 bits, unsigned), address ->
dotted str. An attribute that is not in the table keeps its bytes under a name such as "Attr-99"
or "Attr-26.14988.99", so nothing that a peer sent is lost.
"""

import socket
import struct

VENDOR_SPECIFIC = 26
MIKROTIK = 14988
MICROSOFT = 311
# RFC 5612 reserves this vendor number for documentation; the appliance uses it on loopback only.
DOCUMENTATION = 32473

# name: (vendor or 0, number, type)
DICTIONARY = {
    "User-Name": (0, 1, "text"),
    "User-Password": (0, 2, "octets"),
    "CHAP-Password": (0, 3, "octets"),
    "NAS-IP-Address": (0, 4, "address"),
    "NAS-Port": (0, 5, "integer"),
    "Service-Type": (0, 6, "integer"),
    "Framed-Protocol": (0, 7, "integer"),
    "Framed-IP-Address": (0, 8, "address"),
    "Framed-IP-Netmask": (0, 9, "address"),
    "Filter-Id": (0, 11, "text"),
    "Framed-MTU": (0, 12, "integer"),
    "Login-IP-Host": (0, 14, "address"),
    "Login-Service": (0, 15, "integer"),
    "Reply-Message": (0, 18, "text"),
    "Framed-Route": (0, 22, "text"),
    "State": (0, 24, "octets"),
    "Class": (0, 25, "octets"),
    "Session-Timeout": (0, 27, "integer"),
    "Idle-Timeout": (0, 28, "integer"),
    "Called-Station-Id": (0, 30, "text"),
    "Calling-Station-Id": (0, 31, "text"),
    "NAS-Identifier": (0, 32, "text"),
    "Proxy-State": (0, 33, "octets"),
    "Acct-Status-Type": (0, 40, "integer"),
    "Acct-Delay-Time": (0, 41, "integer"),
    "Acct-Input-Octets": (0, 42, "integer"),
    "Acct-Output-Octets": (0, 43, "integer"),
    "Acct-Session-Id": (0, 44, "text"),
    "Acct-Authentic": (0, 45, "integer"),
    "Acct-Session-Time": (0, 46, "integer"),
    "Acct-Input-Packets": (0, 47, "integer"),
    "Acct-Output-Packets": (0, 48, "integer"),
    "Acct-Terminate-Cause": (0, 49, "integer"),
    "Acct-Input-Gigawords": (0, 52, "integer"),
    "Acct-Output-Gigawords": (0, 53, "integer"),
    "Event-Timestamp": (0, 55, "integer"),
    "CHAP-Challenge": (0, 60, "octets"),
    "NAS-Port-Type": (0, 61, "integer"),
    "Port-Limit": (0, 62, "integer"),
    "Message-Authenticator": (0, 80, "octets"),
    "Acct-Interim-Interval": (0, 85, "integer"),
    "NAS-Port-Id": (0, 87, "text"),
    "Framed-Pool": (0, 88, "text"),
    "Error-Cause": (0, 101, "integer"),
    "Mikrotik-Recv-Limit": (MIKROTIK, 1, "integer"),
    "Mikrotik-Xmit-Limit": (MIKROTIK, 2, "integer"),
    "Mikrotik-Group": (MIKROTIK, 3, "text"),
    "Mikrotik-Rate-Limit": (MIKROTIK, 8, "text"),
    "Mikrotik-Realm": (MIKROTIK, 9, "text"),
    "Mikrotik-Host-IP": (MIKROTIK, 10, "address"),
    "Mikrotik-Mark-Id": (MIKROTIK, 11, "text"),
    "Mikrotik-Recv-Limit-Gigawords": (MIKROTIK, 14, "integer"),
    "Mikrotik-Xmit-Limit-Gigawords": (MIKROTIK, 15, "integer"),
    "Mikrotik-Total-Limit": (MIKROTIK, 17, "integer"),
    "Mikrotik-Total-Limit-Gigawords": (MIKROTIK, 18, "integer"),
    "Mikrotik-Address-List": (MIKROTIK, 19, "text"),
    "MS-CHAP-Response": (MICROSOFT, 1, "octets"),
    "MS-CHAP-Error": (MICROSOFT, 2, "octets"),
    "MS-MPPE-Encryption-Policy": (MICROSOFT, 7, "integer"),
    "MS-MPPE-Encryption-Types": (MICROSOFT, 8, "integer"),
    "MS-CHAP-Challenge": (MICROSOFT, 11, "octets"),
    "MS-MPPE-Send-Key": (MICROSOFT, 16, "octets"),
    "MS-MPPE-Recv-Key": (MICROSOFT, 17, "octets"),
    "MS-CHAP2-Response": (MICROSOFT, 25, "octets"),
    "MS-CHAP2-Success": (MICROSOFT, 26, "octets"),
    "Mnara-Router": (DOCUMENTATION, 1, "text"),
}
BY_NUMBER = {(vendor, number): (name, kind) for name, (vendor, number, kind) in DICTIONARY.items()}


class Attributes(list):
    """An ordered list of (name, value); the same name may come several times."""

    def first(self, name, default=None):
        return next((value for key, value in self if key == name), default)

    def all(self, name):
        return [value for key, value in self if key == name]

    def __contains__(self, name):
        return any(key == name for key, _ in self)

    def without(self, *names):
        return Attributes((key, value) for key, value in self if key not in names)

    def as_json(self):
        """Pairs that the json module accepts: bytes become hexadecimal text."""
        return [[key, value.hex() if isinstance(value, bytes) else value] for key, value in self]


def encode_value(kind, value):
    if kind == "integer":
        return struct.pack("!I", value)
    if kind == "address":
        return socket.inet_aton(value)
    if isinstance(value, bytes):
        return value
    return value.encode("utf-8", "surrogateescape")


def decode_value(kind, data):
    """Value of `data`, or None when the length does not fit the type."""
    if kind == "integer":
        return struct.unpack("!I", data)[0] if len(data) == 4 else None
    if kind == "address":
        return socket.inet_ntoa(data) if len(data) == 4 else None
    if kind == "text":
        return data.decode("utf-8", "surrogateescape")
    return data


def number_of(name):
    """(vendor, number, type) of a name, "Attr-99" and "Attr-26.14988.99" included."""
    if name in DICTIONARY:
        return DICTIONARY[name]
    if name.startswith("Attr-26."):
        vendor, number = name[len("Attr-26."):].split(".")
        return int(vendor), int(number), "octets"
    if name.startswith("Attr-"):
        return 0, int(name[len("Attr-"):]), "octets"
    raise KeyError(f"no such RADIUS attribute: {name}")


def encode_attribute(name, value):
    """Bytes of one attribute, vendor wrapping included. Raises ValueError above 253 bytes."""
    vendor, number, kind = number_of(name)
    data = encode_value(kind, value)
    if vendor:
        data = struct.pack("!IBB", vendor, number, len(data) + 2) + data
        number = VENDOR_SPECIFIC
    if len(data) > 253:
        raise ValueError(f"{name} holds {len(data)} bytes, a RADIUS attribute at most 253")
    return struct.pack("!BB", number, len(data) + 2) + data


def name_value(vendor, number, data):
    known = BY_NUMBER.get((vendor, number))
    if known:
        value = decode_value(known[1], data)
        if value is not None:
            return known[0], value
    return (f"Attr-26.{vendor}.{number}" if vendor else f"Attr-{number}"), data


def decode_attributes(data):
    """Attributes of a packet body. Raises ValueError when a length leaves its frame."""
    found = Attributes()
    position = 0
    while position < len(data):
        if position + 2 > len(data):
            raise ValueError("attribute header cut off")
        number, length = data[position], data[position + 1]
        if length < 2 or position + length > len(data):
            raise ValueError(f"attribute {number} claims {length} bytes")
        body = data[position + 2:position + length]
        position += length
        if number == VENDOR_SPECIFIC and len(body) >= 6:
            found.extend(_decode_vendor(body))
        else:
            found.append(name_value(0, number, body))
    return found


def _decode_vendor(body):
    vendor = struct.unpack("!I", body[:4])[0]
    position = 4
    while position < len(body):
        length = body[position + 1] if position + 2 <= len(body) else 0
        if length < 2 or position + length > len(body):
            raise ValueError(f"vendor {vendor} attribute leaves its frame")
        yield name_value(vendor, body[position], body[position + 2:position + length])
        position += length
