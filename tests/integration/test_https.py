"""HTTPS of the real daemon: its own CA, its renewal, the owner's certificate, plain HTTP in the wrong place, crowds."""

import contextlib
import hashlib
import http.client
import json
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from tests.integration.box import Box
from tests.integration.ports import free_tcp_port
from tests.integration.daemon import wait_until
from tests.integration.tls_peer import Authority, fingerprint, trusting

SERVED_AT_ONCE_S = 0.1


class HttpsBox(Box):
    def __init__(self, **options):
        self.https_port = free_tcp_port()
        config = {"https_listen": f"0.0.0.0:{self.https_port}", **options.pop("config", {})}
        super().__init__(with_radius=False, config=config, **options)

    @property
    def ca(self):
        return self.data_dir / "tls" / "ca.crt"

    def https(self, method="GET", path="/health", body=None, headers=None, context=None, host="127.0.0.1"):
        """(status, body, headers) over a connection of its own."""
        connection = http.client.HTTPSConnection(host, self.https_port, timeout=30, context=context or trusting(self.ca))
        with contextlib.closing(connection):
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read(), dict(answer.getheaders())

    def shown(self):
        """SHA-256 of the certificate the box shows to a new connection."""
        with socket.create_connection(("127.0.0.1", self.https_port), 30) as plain:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            with context.wrap_socket(plain) as client:
                return hashlib.sha256(client.getpeercert(True)).hexdigest()

    def raw(self, data, port=None):
        """What a client gets that sends those bytes as they are."""
        with socket.create_connection(("127.0.0.1", port or self.https_port), 30) as client:
            client.settimeout(30)
            client.sendall(data)
            answer = b""
            with contextlib.suppress(ConnectionResetError):
                while part := client.recv(65536):
                    answer += part
            return answer

    def numbers(self):
        """(open files, resident KiB) of the daemon."""
        process = pathlib.Path("/proc") / str(self.daemon.process.pid)
        resident = next(line for line in (process / "status").read_text().splitlines() if line.startswith("VmRSS"))
        return len(list((process / "fd").iterdir())), int(resident.split()[1])

    def connections(self):
        text = self.https(path="/metrics")[1].decode()
        return int(next(line for line in text.splitlines() if line.startswith("mnara_http_connections_open ")).split()[1])


class OwnCertificate(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = HttpsBox()
        cls.box.__enter__()
        cls.addClassCleanup(cls.box.__exit__)

    def test_P27_a_client_that_trusts_the_ca_is_served_by_address_and_by_name(self):
        for host in ("127.0.0.1", "localhost"):
            status, body, headers = self.box.https(host=host)
            self.assertEqual((status, json.loads(body)), (200, {"status": "ok"}))
            self.assertNotIn("Strict-Transport-Security", headers)

    def test_the_log_and_slash_ca_crt_tell_the_same_ca(self):
        listening = self.box.daemon.messages("https.listening")[-1]
        connection = http.client.HTTPConnection("127.0.0.1", self.box.daemon.http_port, timeout=30)
        connection.request("GET", "/ca.crt")
        fetched = self.box.folder / "fetched.crt"
        fetched.write_bytes(connection.getresponse().read())
        connection.close()
        self.assertEqual(fingerprint(fetched), listening["ca"])
        self.assertEqual(fetched.read_bytes(), self.box.ca.read_bytes())
        self.assertNotIn(b"PRIVATE", fetched.read_bytes())
        self.assertEqual(self.box.shown(), self.box.daemon.messages("tls.certificate")[-1]["fingerprint"])

    def test_its_keys_are_readable_by_nobody_else(self):
        for name in ("ca.pem", "server.pem"):
            path = self.box.data_dir / "tls" / name
            self.assertIn("PRIVATE", path.read_text())
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)

    def test_a_client_that_trusts_nobody_refuses_it(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.box.https(context=ssl.create_default_context())

    def test_only_tls_1_2_with_forward_secrecy_is_spoken(self):
        def negotiated(change):
            context = trusting(self.box.ca)
            change(context)
            with socket.create_connection(("127.0.0.1", self.box.https_port), 30) as plain:
                with context.wrap_socket(plain, server_hostname="127.0.0.1") as client:
                    self.assertIsNone(client.compression())
                    return client.version(), client.cipher()[0], client.selected_alpn_protocol()

        def offer(ciphers):
            return lambda context: context.set_ciphers(ciphers)

        def protocols(context):
            context.set_alpn_protocols(["h2", "http/1.1"])
        version, cipher, protocol = negotiated(protocols)
        self.assertEqual((version, protocol), ("TLSv1.2", "http/1.1"))
        self.assertRegex(cipher, r"^ECDHE-.*(GCM|CHACHA20)")
        for bad in ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384"):
            with self.subTest(cipher=bad), self.assertRaises(ssl.SSLError):
                negotiated(offer(bad))

        def old(context):
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.maximum_version = ssl.TLSVersion.TLSv1_1
            context.minimum_version = ssl.TLSVersion.TLSv1
        with self.assertRaises((ssl.SSLError, ConnectionResetError)):
            negotiated(old)

    def test_a_client_cannot_renegotiate(self):
        words = ["openssl", "s_client", "-tls1_2", "-connect", f"127.0.0.1:{self.box.https_port}", "-CAfile", str(self.box.ca)]
        done = subprocess.run(words, input="R\n", capture_output=True, text=True, check=False, timeout=60)
        self.assertIn("Verify return code: 0 (ok)", done.stdout)
        self.assertIn("RENEGOTIATING", done.stderr)
        self.assertIn("no renegotiation", done.stderr)
        self.assertEqual(self.box.https()[0], 200)

    def test_a_session_is_resumed(self):
        context = trusting(self.box.ca)
        session = None
        for reused in (False, True):
            with socket.create_connection(("127.0.0.1", self.box.https_port), 30) as plain:
                with context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as client:
                    client.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
                    self.assertIn(b"200", client.recv(4096))
                    self.assertEqual(client.session_reused, reused)
                    session = client.session

    def test_plain_http_on_the_tls_port_is_redirected_or_told(self):
        answer = self.box.raw(b"GET /x?y=1 HTTP/1.1\r\nHost: box.example\r\nConnection: close\r\n\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 308 "), answer)
        self.assertIn(f"Location: https://box.example:{self.box.https_port}/x?y=1\r\n".encode(), answer)
        answer = self.box.raw(b"POST /api/v1/plans HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        self.assertTrue(answer.startswith(b"HTTP/1.1 400 "), answer)
        self.assertIn(b"text/plain", answer)
        self.assertIn(b"speaks HTTPS", answer)
        self.assertTrue(self.box.raw(b"\x00\x01\x02\x03\r\n\r\n").startswith(b"HTTP/1.1 400 "))
        self.assertNotIn(b"HTTP/", self.box.raw(b"\x16\x03\x01\x00\x05hello"))
        self.assertEqual(self.box.https()[0], 200)

    def test_a_browser_over_https_gets_a_secure_cookie_and_may_write(self):
        link = self.box.daemon.command("operator", "link", "owner").stdout.strip()
        path = "/sign-in/" + link.rsplit("/", 1)[1]
        self.assertEqual(self.box.https(path=path)[0], 200)  # a page with a button
        status, _, headers = self.box.https("POST", path)
        self.assertEqual(status, 303)
        self.assertRegex(headers["Set-Cookie"], r"^__Host-mnara_session=[\w-]{43}; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure$")
        cookie = headers["Set-Cookie"].split(";")[0]
        status, body, _ = self.box.https(path="/api/v1/me", headers={"Cookie": cookie})
        self.assertEqual(status, 200)
        self.assertEqual(json.loads(body)["operator"]["login"], "owner")

    def test_the_port_for_http_still_serves_this_machine(self):
        self.assertEqual(self.box.api("GET", "/api/v1/status")[0], 200)

    def test_a_setting_puts_a_name_into_the_certificate_without_a_restart(self):
        before = self.box.shown()
        context = trusting(self.box.ca)
        with socket.create_connection(("127.0.0.1", self.box.https_port), 30) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as old:
                self.box.must("PUT", "/api/v1/settings/tls.names", {"value": "mnara.example, 192.0.2.9"})
                wait_until(lambda: self.box.shown() != before, "the new certificate")
                old.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")  # nobody was cut off
                self.assertIn(b"200", old.recv(4096))
        with socket.create_connection(("127.0.0.1", self.box.https_port), 30) as plain:
            with context.wrap_socket(plain, server_hostname="mnara.example") as client:
                names = {value for _, value in client.getpeercert()["subjectAltName"]}
        self.assertLessEqual({"mnara.example", "192.0.2.9", "localhost", "127.0.0.1"}, names)

    def test_the_ca_is_the_same_after_a_restart(self):
        before = self.box.ca.read_bytes()
        self.box.stop_daemon()
        self.box.start_daemon()
        self.assertEqual(self.box.ca.read_bytes(), before)
        self.assertEqual(self.box.https()[0], 200)


class OwnersCertificate(unittest.TestCase):
    def test_it_is_shown_replaced_while_running_and_left_when_it_is_no_good(self):
        with contextlib.ExitStack() as stack:
            folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            public = Authority(folder, "public")
            certificate, key = folder / "shown.crt", folder / "shown.key"

            def put(pair):
                shutil.copy(pair[1], key)
                shutil.copy(pair[0], certificate)
            first, second = public.issue("first", key="2048"), public.issue("second")
            put(first)
            box = stack.enter_context(HttpsBox(config={"tls_certificate": certificate, "tls_key": key}))
            self.assertEqual(box.shown(), fingerprint(first[0]))
            status, _, headers = box.https(context=trusting(public.certificate))
            self.assertEqual(status, 200)
            self.assertIn("max-age", headers["Strict-Transport-Security"])
            put(second)
            self.look_again(box)
            wait_until(lambda: box.shown() == fingerprint(second[0]), "the second certificate")
            shutil.copy(first[1], key)  # of another certificate
            self.look_again(box)
            wait_until(lambda: box.shown() not in (fingerprint(first[0]), fingerprint(second[0])), "the box's own")
            self.assertIn("not the key", self.alert(box))
            self.assertNotIn("Strict-Transport-Security", box.https()[2])
            put(public.issue("over", expired=True))
            self.look_again(box)
            wait_until(lambda: "is over" in self.alert(box), "the alert")
            put(second)
            self.look_again(box)
            wait_until(lambda: box.shown() == fingerprint(second[0]), "the second certificate again")
            self.assertEqual(self.alert(box), "")

    @staticmethod
    def look_again(box):
        """Any setting that is changed makes the daemon look at its files before the minute is over."""
        box.must("PUT", "/api/v1/settings/isp.name", {"value": f"Name {time.monotonic()}"})

    @staticmethod
    def alert(box):
        rows = box.rows("SELECT detail FROM alert WHERE key = 'tls_certificate' AND closed_at IS NULL")
        return rows[0][0] if rows else ""


class Callbacks(unittest.TestCase):
    def test_a_payment_is_made_with_callbacks_over_https(self):
        port = free_tcp_port()
        with tempfile.TemporaryDirectory() as folder:
            ca = pathlib.Path(folder) / "ca.crt"
            with HttpsBox(config={"https_listen": f"127.0.0.1:{port}", "public_url": f"https://127.0.0.1:{port}"},
                          ca_file=str(ca)) as box:
                box.https_port = port
                shutil.copy(box.ca, ca)
                box.add_plan()
                jane = box.add_customer("jane")
                box.pay(jane)
                self.assertEqual(box.line(jane)["state"], "active")


class Crowds(unittest.TestCase):
    """Each crowd at once, and a new client beside it. Handshakes of a crowd are not the new client's time."""

    @classmethod
    def setUpClass(cls):
        cls.box = HttpsBox()
        cls.box.__enter__()
        cls.addClassCleanup(cls.box.__exit__)
        cls.box.https()

    def served_within(self):
        """The best of three: the time a new client needs on this machine, with whatever else runs on it."""
        times = []
        for _ in range(3):
            started = time.monotonic()
            self.assertEqual(self.box.https()[0], 200)
            times.append(time.monotonic() - started)
        return min(times)

    def beside(self, crowd):
        """Makes the crowd, checks a new client, ends it, and checks that nothing is left of it."""
        files, _ = self.box.numbers()
        alone = self.served_within()
        with contextlib.ExitStack() as stack:
            crowd(stack)
            among = self.served_within()
        wait_until(lambda: self.box.numbers()[0] <= files, "the files to be closed")
        wait_until(lambda: self.box.connections() <= 1, "the connections to be gone")
        # On a machine that is busy with other things a client alone may need longer too.
        self.assertLess(among, max(SERVED_AT_ONCE_S, 3 * alone))

    def connect(self, stack, number):
        """From many addresses, as clients are; one address may hold 256."""
        client = stack.enter_context(socket.socket())
        client.bind((f"127.0.{1 + number // 200}.{1 + number % 200}", 0))
        client.settimeout(60)
        client.connect(("127.0.0.1", self.box.https_port))
        return client

    def test_a_thousand_idle_tls_clients(self):
        context = trusting(self.box.ca)

        def idle(stack):
            for number in range(1000):
                stack.enter_context(context.wrap_socket(self.connect(stack, number), server_hostname="127.0.0.1"))
        self.beside(idle)
        _, before = self.box.numbers()
        self.beside(idle)  # the memory of the first thousand serves the second
        self.assertLess(self.box.numbers()[1], before * 1.25 + 8192)

    def test_500_handshakes_that_never_finish(self):
        def stuck(stack):
            for number in range(500):
                client = self.connect(stack, number)
                if number % 2:
                    client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        self.beside(stuck)

    def test_64_slow_senders(self):
        context = trusting(self.box.ca)

        def slow(stack):
            for number in range(64):
                client = stack.enter_context(context.wrap_socket(self.connect(stack, number), server_hostname="127.0.0.1"))
                client.sendall(b"POST /api/v1/sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
        self.beside(slow)

    def test_plain_http_from_many(self):
        def plain(stack):
            for number in range(200):
                self.connect(stack, number).sendall(b"GET / HTTP/1.1\r\nHost:")
        self.beside(plain)

