"""MS-CHAPv2 (RFC 2759) with an MD4 (RFC 1320) and a DES (FIPS 46-3) of its own.

Both are broken ciphers that OpenSSL 3 no longer offers by default, and routers still speak them.
Written for clarity; a few hundred logins a second are enough here.
"""

import hashlib
import struct
from functools import lru_cache

_WORD = 0xFFFFFFFF


def _rotate(value, bits):
    value &= _WORD
    return (value << bits | value >> (32 - bits)) & _WORD


def md4(data):
    """16-byte MD4 digest."""
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack("<Q", len(data) * 8)
    rounds = (
        (lambda x, y, z: (x & y) | (~x & z), 0, (3, 7, 11, 19), range(16)),
        (lambda x, y, z: (x & y) | (x & z) | (y & z), 0x5A827999, (3, 5, 9, 13),
         [column + 4 * row for column in range(4) for row in range(4)]),
        (lambda x, y, z: x ^ y ^ z, 0x6ED9EBA1, (3, 9, 11, 15),
         (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15)),
    )
    for start in range(0, len(padded), 64):
        words = struct.unpack("<16I", padded[start:start + 64])
        a, b, c, d = state
        for mix, constant, shifts, order in rounds:
            for step, index in enumerate(order):
                total = a + (mix(b, c, d) & _WORD) + words[index] + constant
                a, b, c, d = d, _rotate(total, shifts[step % 4]), b, c
        state = [(old + new) & _WORD for old, new in zip(state, (a, b, c, d))]
    return struct.pack("<4I", *state)


_INITIAL = [column - 8 * row for column in (58, 60, 62, 64, 57, 59, 61, 63) for row in range(8)]
_FINAL = [_INITIAL.index(bit) + 1 for bit in range(1, 65)]
_EXPANSION = [(4 * block + step - 1) % 32 + 1 for block in range(8) for step in range(6)]
_PERMUTATION = [16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10,
                2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25]
_CHOICE_1 = [57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19,
             11, 3, 60, 52, 44, 36, 63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6,
             61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4]
_CHOICE_2 = [14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13,
             2, 41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50,
             36, 29, 32]
_KEY_SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]
# Eight substitution boxes, each four rows of sixteen hexadecimal digits.
_BOXES = [[int(digit, 16) for digit in rows] for rows in (
    "e4d12fb83a6c5907" "0f74e2d1a6cb9538" "41e8d62bfc973a50" "fc8249175b3ea06d",
    "f18e6b34972dc05a" "3d47f28ec01a69b5" "0e7ba4d158c6932f" "d8a13f42b67c05e9",
    "a09e63f51dc7b428" "d709346a285ecbf1" "d6498f30b12c5ae7" "1ad069874fe3b52c",
    "7de3069a1285bc4f" "d8b56f03472c1ae9" "a690cb7df13e5284" "3f06a1d8945bc72e",
    "2c417ab6853fd0e9" "eb2c47d150fa3986" "421bad78f9c5630e" "b8c71e2d6f09a453",
    "c1af92680d34e75b" "af427c9561de0b38" "9ef528c3704a1db6" "432c95fabe17608d",
    "4b2ef08d3c975a61" "d0b7491ae35c2f86" "14bdc37eaf680592" "6bd814a7950fe23c",
    "d2846fb1a93e50c7" "1fd8a374c56b0e92" "7b419ce206adf358" "21e74a8dfc90356b",
)]


def _pick(bits, table):
    return [bits[position - 1] for position in table]


def _to_bits(data):
    return [byte >> shift & 1 for byte in data for shift in range(7, -1, -1)]


def _spread_key(key):
    """The 7-byte key as 8 bytes; DES ignores the low bit of each."""
    number = int.from_bytes(key, "big")
    return bytes((number >> (49 - 7 * index) & 0x7F) << 1 for index in range(8))


def des_encrypt(key, block):
    """8-byte DES ciphertext of an 8-byte block under a 7-byte key."""
    bits = _pick(_to_bits(_spread_key(key)), _CHOICE_1)
    left_key, right_key = bits[:28], bits[28:]
    text = _pick(_to_bits(block), _INITIAL)
    left, right = text[:32], text[32:]
    for shift in _KEY_SHIFTS:
        left_key = left_key[shift:] + left_key[:shift]
        right_key = right_key[shift:] + right_key[:shift]
        round_key = _pick(left_key + right_key, _CHOICE_2)
        mixed = [a ^ b for a, b in zip(_pick(right, _EXPANSION), round_key)]
        substituted = []
        for box, start in zip(_BOXES, range(0, 48, 6)):
            one, two, three, four, five, six = mixed[start:start + 6]
            value = box[(one * 2 + six) * 16 + two * 8 + three * 4 + four * 2 + five]
            substituted += [value >> 3 & 1, value >> 2 & 1, value >> 1 & 1, value & 1]
        left, right = right, [a ^ b for a, b in zip(left, _pick(substituted, _PERMUTATION))]
    cipher = _pick(right + left, _FINAL)
    return int("".join(map(str, cipher)), 2).to_bytes(8, "big")


@lru_cache(maxsize=4096)
def nt_password_hash(password):
    """MD4 of the password in UTF-16LE (RFC 2759 section 8.3); `password` is UTF-8 bytes."""
    return md4(password.decode().encode("utf-16-le"))


def challenge_hash(peer_challenge, authenticator_challenge, user):
    """8 bytes that both sides mix from their challenges (section 8.2); no realm in `user`."""
    return hashlib.sha1(peer_challenge + authenticator_challenge + user).digest()[:8]


def challenge_response(challenge, password_hash):
    """24 bytes: the challenge under three DES keys cut from the padded hash (section 8.5)."""
    padded = password_hash + bytes(5)
    return b"".join(des_encrypt(padded[start:start + 7], challenge) for start in (0, 7, 14))


def nt_response(authenticator_challenge, peer_challenge, user, password):
    """The NT-Response field (section 8.1)."""
    challenge = challenge_hash(peer_challenge, authenticator_challenge, user)
    return challenge_response(challenge, nt_password_hash(password))


def authenticator_response(password, response, peer_challenge, authenticator_challenge, user):
    """b"S=" and 40 hexadecimal digits, by which the server proves itself (section 8.7)."""
    hash_of_hash = md4(nt_password_hash(password))
    digest = hashlib.sha1(
        hash_of_hash + response + b"Magic server to client signing constant").digest()
    challenge = challenge_hash(peer_challenge, authenticator_challenge, user)
    final = hashlib.sha1(
        digest + challenge + b"Pad to make it do more than one iteration").digest()
    return b"S=" + final.hex().upper().encode()
