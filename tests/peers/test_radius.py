"""The RADIUS codec against the published vectors, and its client against a tiny server."""

import hashlib
import hmac
import os
import random
import socket
import threading
import unittest

from tests.peers import radius
from tests.peers.radius import mschap, passwords
from tests.peers.radius.attributes import decode_attributes, encode_attribute

SECRET = b"xyzzy5461"
# RFC 2865 section 7.1: Nemo's Telnet session.
TELNET_REQUEST = bytes.fromhex(
    "01000038 0f403f9473978057bd83d5cb98f4227a 01066e656d6f"
    "02120dbe708d93d413ce3196e43f782a0aee 0406c0a80110 050600000003")
TELNET_ACCEPT = bytes.fromhex(
    "02000026 86fe220e7624ba2a1005f6bf9b55e0b2 060600000001 0f0600000000 0e06c0a80103")
# RFC 2865 section 7.2: a framed user who authenticates with CHAP.
CHAP_REQUEST = bytes.fromhex(
    "01010047 2aee86f08d0d55969ca5978e0d3367a2 0108666c6f707379"
    "031316e97557c316185895f293ff634407 7275 0406c0a80110 050600000014 060600000002 070600000001")
CHAP_ACCEPT = bytes.fromhex(
    "02010038 15efbc7dab26cfa3dc34d9c03c8601a4 060600000002 070600000001"
    "0806fffffffe 0a0600000002 0d0600000001 0c06000005dc")


class PublishedVectors(unittest.TestCase):
    def test_telnet_request_decodes_and_reveals_the_password(self):
        packet = radius.decode(TELNET_REQUEST)
        self.assertEqual(packet.code, radius.ACCESS_REQUEST)
        self.assertEqual(packet.attributes.first("User-Name"), "nemo")
        self.assertEqual(packet.attributes.first("NAS-IP-Address"), "192.168.1.16")
        self.assertEqual(packet.attributes.first("NAS-Port"), 3)
        hidden = packet.attributes.first("User-Password")
        clear = passwords.reveal_password(hidden, SECRET, packet.authenticator)
        self.assertEqual(clear, b"arctangent")
        self.assertEqual(
            passwords.hide_password(b"arctangent", SECRET, packet.authenticator), hidden)

    def test_telnet_request_encodes_to_the_published_bytes(self):
        packet = radius.decode(TELNET_REQUEST)
        again = radius.encode_request(packet.code, packet.identifier, packet.attributes, SECRET,
                                      packet.authenticator, message_authenticator=False)
        self.assertEqual(again, TELNET_REQUEST)

    def test_response_authenticators(self):
        for request, accept in ((TELNET_REQUEST, TELNET_ACCEPT), (CHAP_REQUEST, CHAP_ACCEPT)):
            reply = radius.decode(accept)
            authenticator = radius.decode(request).authenticator
            self.assertTrue(radius.reply_is_authentic(reply, authenticator, SECRET))
            self.assertFalse(radius.reply_is_authentic(reply, authenticator, b"another"))
            self.assertFalse(radius.reply_is_authentic(reply, bytes(16), SECRET))

    def test_telnet_accept_encodes_to_the_published_bytes(self):
        reply = radius.encode_reply(
            radius.ACCESS_ACCEPT, radius.decode(TELNET_REQUEST),
            radius.decode(TELNET_ACCEPT).attributes, SECRET, message_authenticator=False)
        self.assertEqual(reply, TELNET_ACCEPT)

    def test_chap(self):
        packet = radius.decode(CHAP_REQUEST)
        proof = packet.attributes.first("CHAP-Password")
        self.assertEqual(
            passwords.chap_password(0x16, b"arctangent", packet.authenticator), proof)

    def test_md4(self):
        for text, digest in ((b"", "31d6cfe0d16ae931b73c59d7e0c089c0"),
                             (b"abc", "a448017aaf21d8525fc10ae87aa6729d"),
                             (b"1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536")):
            self.assertEqual(radius.md4(text).hex(), digest)  # RFC 1320 section A.5

    def test_mschapv2(self):  # RFC 2759 section 9.2
        server = bytes.fromhex("5b5d7c7d7b3f2f3e3c2c602132262628")
        peer = bytes.fromhex("21402324255e262a28295f2b3a337c7e")
        self.assertEqual(mschap.challenge_hash(peer, server, b"User").hex(), "d02e4386bce91226")
        self.assertEqual(mschap.nt_password_hash(b"clientPass").hex(),
                         "44ebba8d5312b8d611474411f56989ae")
        response = mschap.nt_response(server, peer, b"User", b"clientPass")
        self.assertEqual(response.hex(), "82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df")
        self.assertEqual(
            mschap.authenticator_response(b"clientPass", response, peer, server, b"User"),
            b"S=407A5589115FD0D6209F510FE9C04566932CDA56")


class Codec(unittest.TestCase):
    def test_vendor_attributes_travel_in_attribute_26(self):
        data = encode_attribute("Mikrotik-Rate-Limit", "2M/10M")
        self.assertEqual(data, bytes.fromhex("1a0e00003a8c0808") + b"2M/10M")
        self.assertEqual(decode_attributes(data), [("Mikrotik-Rate-Limit", "2M/10M")])

    def test_two_vendor_attributes_in_one_frame(self):
        body = bytes.fromhex("00003a8c") + b"\x08\x041M" + b"\x13\x05abc"
        data = bytes([26, len(body) + 2]) + body
        self.assertEqual(decode_attributes(data), [
            ("Mikrotik-Rate-Limit", "1M"), ("Mikrotik-Address-List", "abc")])

    def test_what_is_unknown_keeps_its_bytes(self):
        for name in ("Attr-200", "Attr-26.9.1"):
            data = encode_attribute(name, b"\x00\xff")
            self.assertEqual(decode_attributes(data), [(name, b"\x00\xff")])

    def test_a_text_that_is_not_utf8_survives(self):
        data = bytes([1, 5]) + b"\xff\x00\xfe"
        (name, value), = decode_attributes(data)
        self.assertEqual(encode_attribute(name, value), data)

    def test_255_bytes_do_not_fit(self):
        encode_attribute("Class", bytes(253))
        with self.assertRaises(ValueError):
            encode_attribute("Class", bytes(254))

    def test_garbage_raises_only_malformed_packet(self):
        generator = random.Random(7)
        broken = 0
        for _ in range(3000):
            data = bytearray(CHAP_REQUEST)
            for _ in range(generator.randrange(1, 4)):
                data[generator.randrange(len(data))] = generator.randrange(256)
            try:
                radius.decode(bytes(data[:generator.randrange(len(data) + 1)]))
            except radius.MalformedPacket:
                broken += 1
        self.assertGreater(broken, 1000)

    def test_signed_requests(self):
        for code in (radius.ACCOUNTING_REQUEST, radius.COA_REQUEST, radius.DISCONNECT_REQUEST):
            data = radius.encode_request(code, 9, [("User-Name", "a")], SECRET)
            packet = radius.decode(data)
            self.assertTrue(radius.request_is_authentic(packet, SECRET))
            self.assertFalse(radius.request_is_authentic(packet, b"other"))
            self.assertEqual(radius.message_authenticator_state(packet, SECRET), "good")
            altered = radius.decode(data[:-1] + b"b")
            self.assertFalse(radius.request_is_authentic(altered, SECRET))
            self.assertEqual(radius.message_authenticator_state(altered, SECRET), "bad")

    def test_reply_echoes_proxy_state_in_order_and_is_signed(self):
        request = radius.decode(radius.encode_request(
            radius.ACCESS_REQUEST, 3, [("Proxy-State", b"1"), ("Proxy-State", b"2")], SECRET))
        reply = radius.decode(radius.encode_reply(
            radius.ACCESS_REJECT, request, [("Reply-Message", "no")], SECRET))
        self.assertEqual(reply.attributes.all("Proxy-State"), [b"1", b"2"])
        self.assertEqual(reply.attributes[0][0], "Message-Authenticator")
        state = radius.message_authenticator_state(reply, SECRET, request.authenticator)
        self.assertEqual(state, "good")
        self.assertEqual(radius.message_authenticator_state(reply, SECRET, bytes(16)), "bad")

    def test_message_authenticator_is_hmac_md5_with_the_field_zeroed(self):
        data = radius.encode_request(radius.ACCESS_REQUEST, 1, [], SECRET, bytes(range(16)))
        blank = data[:22] + bytes(16)
        self.assertEqual(data[22:], hmac.new(SECRET, blank, hashlib.md5).digest())


class Client(unittest.TestCase):
    """access_request() against a socket that answers what the test says."""

    def setUp(self):
        self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind(("127.0.0.1", 0))
        self.server.settimeout(20)
        self.addCleanup(self.server.close)

    def answer_once(self, answer):
        def serve():
            data, peer = self.server.recvfrom(4096)
            for reply in answer(radius.decode(data)):
                self.server.sendto(reply, peer)
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        self.addCleanup(thread.join)

    def ask(self, **options):
        return radius.access_request(self.server.getsockname(), SECRET, "nemo", "secret", **options)

    def test_forged_answers_are_skipped_and_the_true_one_taken(self):
        def answer(request):
            good = radius.encode_reply(radius.ACCESS_ACCEPT, request, [], SECRET)
            yield os.urandom(40)
            yield radius.encode_reply(radius.ACCESS_REJECT, request, [], b"wrong")
            yield bytes([good[0], good[1] ^ 1]) + good[2:]
            yield good
        self.answer_once(answer)
        reply = self.ask()
        self.assertEqual(reply.code, radius.ACCESS_ACCEPT)
        self.assertTrue(reply.message_authenticator_ok)

    def test_silence_is_none(self):
        self.assertIsNone(self.ask(timeout_seconds=0.05, tries=2))

    def test_absent_message_authenticator_is_told(self):
        self.answer_once(lambda request: [radius.encode_reply(
            radius.ACCESS_ACCEPT, request, [], SECRET, message_authenticator=False)])
        self.assertEqual(self.ask().message_authenticator, "absent")

    def test_mschap_success_is_verified(self):
        def answer(request, known):
            response = request.attributes.first("MS-CHAP2-Response")
            challenge = request.attributes.first("MS-CHAP-Challenge")
            success = response[:1] + mschap.authenticator_response(
                known, response[26:], response[2:18], challenge, b"nemo")
            return [radius.encode_reply(
                radius.ACCESS_ACCEPT, request, [("MS-CHAP2-Success", success)], SECRET)]
        for known, good in ((b"secret", True), (b"guess", False)):
            self.answer_once(lambda request, known=known: answer(request, known))
            self.assertIs(self.ask(method="mschapv2").mschap2_success_ok, good)


if __name__ == "__main__":
    unittest.main()
