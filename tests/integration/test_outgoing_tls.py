"""Whom the daemon believes when it calls M-Pesa over TLS. The other side is Python's ssl, the certificates openssl's."""

import pathlib
import tempfile
import unittest

from tests.integration.box import Box
from tests.integration.tls_peer import Authority, TlsEnd, fingerprint, openssl, self_signed


class OutgoingTls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temp = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temp.cleanup)
        cls.folder = pathlib.Path(cls.temp.name)
        cls.trusted = Authority(cls.folder, "trusted")
        cls.stranger = Authority(cls.folder, "stranger")
        cls.box = Box(with_radius=False, config={"ca_file": cls.trusted.certificate}, register_once=False)
        cls.box.__enter__()
        cls.addClassCleanup(cls.box.__exit__)
        cls.plain_port = int(cls.box.daraja.url.rsplit(":", 1)[1])

    def register(self, pair, host="127.0.0.1", pin=None):
        """(status, words, requests that arrived) of a call to a server with that certificate."""
        with TlsEnd(*pair, self.plain_port) as end:
            self.box.must("PUT", "/api/v1/settings/mpesa.base_url", {"value": f"https://{host}:{end.port}"})
            self.box.daemon.command("settings", *(["set", "mpesa.tls_pin", pin] if pin else ["unset", "mpesa.tls_pin"]))
            status, answer = self.box.api("POST", "/api/v1/providers/mpesa/register-urls", {})
            return status, str(answer), end.requests

    def assert_refused(self, words, *register, **more):
        status, answer, requests = self.register(*register, **more)
        self.assertGreaterEqual(status, 400)
        self.assertIn(words, answer)
        self.assertEqual(requests, 0, "it sent something before it knew to whom")

    def test_a_trusted_certificate_for_that_name_or_address(self):
        for key in ("ec", "2048"):
            for host in ("127.0.0.1", "localhost"):
                with self.subTest(key=key, host=host):
                    status, answer, requests = self.register(self.trusted.issue(f"good{key}", key=key), host)
                    self.assertLess(status, 300, answer)
                    self.assertGreaterEqual(requests, 2)  # the token, and the addresses

    def test_a_certificate_that_is_over(self):
        self.assert_refused("expired on 2021-01-01", self.trusted.issue("over", expired=True))

    def test_an_issuer_nobody_knows(self):
        self.assert_refused("issued by nobody this box trusts", self.stranger.issue("unknown"))

    def test_a_self_signed_certificate(self):
        self.assert_refused("issued by nobody this box trusts", self_signed(self.folder))

    def test_a_certificate_for_somebody_else(self):
        self.assert_refused("other.example, not for localhost", self.trusted.issue("other", alt="DNS:other.example"), "localhost")
        self.assert_refused("is for 127.0.0.9, not for 127.0.0.1", self.trusted.issue("nine", alt="IP:127.0.0.9"))
        # What the common name says counts for nothing.
        self.assert_refused("not for localhost", self.trusted.issue("localhost", alt="DNS:elsewhere.example"), "localhost")

    def test_a_pinned_certificate_or_key_and_no_other(self):
        pair = self_signed(self.folder)
        public = openssl("x509", "-in", pair[0], "-noout", "-pubkey")
        key = self.folder / "public.der"
        openssl("pkey", "-pubin", "-outform", "DER", "-out", key, text=public)
        key_pin = openssl("dgst", "-sha256", "-r", key).split()[0]
        for pin in (fingerprint(pair[0]), key_pin, fingerprint(pair[0]).upper()):
            with self.subTest(pin=pin):
                status, answer, _ = self.register(pair, pin=pin)
                self.assertLess(status, 300, answer)
        self.assert_refused("not the pinned one", self.trusted.issue("good"), pin=key_pin)

    def test_a_payment_over_tls(self):
        with TlsEnd(*self.trusted.issue("paying"), self.plain_port) as end:
            self.box.daemon.command("settings", "unset", "mpesa.tls_pin")
            self.box.must("PUT", "/api/v1/settings/mpesa.base_url", {"value": f"https://localhost:{end.port}"})
            self.box.add_plan()
            jane = self.box.add_customer("jane")
            self.box.pay(jane)
            self.assertEqual(self.box.line(jane)["state"], "active")
