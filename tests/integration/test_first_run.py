"""The first start, and the ways back in that only the console has, with the real daemon."""

import http.client
import json
import os
import pathlib
import re
import tempfile
import unittest

from tests.integration.box import Box
from tests.integration.daemon import Daemon
from tests.integration.ports import free_tcp_port, free_udp_port

PASSWORD = "correct horse"
OWNER = {"login": "wanjiru", "full_name": "Wanjiru K.", "password": PASSWORD}
PRINTED = re.compile(r"enter the code ([0-9A-Z]{4}-[0-9A-Z]{4})")


class FirstRunTest(unittest.TestCase):
    def setUp(self):
        self.temp_ = tempfile.TemporaryDirectory(prefix="mnara-first-")
        self.addCleanup(self.temp_.cleanup)
        folder = self.temp_.name
        radius = pathlib.Path(folder) / "radius"
        radius.mkdir()
        os.chmod(radius, 0o2750)
        self.daemon = Daemon(folder, free_tcp_port(), free_udp_port(), pathlib.Path(folder) / "auth.log")
        self.addCleanup(self.daemon.stop)

    def ask(self, method, path, body=None, **headers):
        """(status, answer, cookie)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.daemon.http_port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json", **headers})
            answer = connection.getresponse()
            text = answer.read()
            cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
            return answer.status, json.loads(text) if text else None, cookie
        finally:
            connection.close()

    def printed_codes(self):
        return PRINTED.findall(self.daemon.log_path.read_text(encoding="utf-8"))

    def test_B24_the_code_stands_on_the_console_only_and_makes_one_owner(self):
        self.daemon.start()
        found = self.ask("GET", "/api/v1/session")[1]
        self.assertEqual((found["needs_owner"], found["me"]), (True, None))
        codes = self.printed_codes()
        self.assertEqual(len(codes), 1)
        for line in self.daemon.log():
            self.assertNotIn(codes[0], json.dumps(line))
        newer = self.daemon.command("first-run-code").stdout.strip()
        self.assertEqual(self.ask("POST", "/api/v1/first-run/owner", {**OWNER, "code": codes[0]})[0], 401)
        status, answer, cookie = self.ask("POST", "/api/v1/first-run/owner", {**OWNER, "code": newer})
        self.assertEqual((status, answer["operator"]["role"]), (201, "owner"))
        self.assertEqual(self.ask("GET", "/api/v1/settings", Cookie=cookie)[0], 200)
        self.assertEqual(self.ask("POST", "/api/v1/first-run/owner", {**OWNER, "code": newer})[0], 409)
        self.assertEqual(self.daemon.command("first-run-code", check=False).returncode, 1)
        self.daemon.stop()
        self.daemon.start()
        self.assertEqual(len(self.printed_codes()), 1)

    def test_P78_the_console_opens_what_the_allow_list_shut(self):
        self.daemon.command("operator", "add", "wanjiru", "--role", "owner", "--password-stdin", text=PASSWORD + "\n")
        token = {"Authorization": "Bearer " + self.daemon.command("operator", "token", "wanjiru").stdout.strip()}
        self.daemon.start()
        owner = self.daemon.browser("wanjiru")
        self.assertEqual(self.ask("PUT", "/api/v1/allow-list", {"networks": ["192.0.2.0/24"]}, **token)[0], 403)
        self.assertEqual(self.ask("PUT", "/api/v1/allow-list", {"networks": ["192.0.2.0/24"]}, **owner)[0], 409)
        self.assertEqual(self.ask("PUT", "/api/v1/allow-list", {"networks": ["192.0.2.0/24"], "confirm": True}, **owner)[0], 200)
        for path in ("/", "/status", "/api/v1/me", "/api/v1/settings", "/api/v1/openapi.yaml", "/metrics"):
            self.assertEqual(self.ask("GET", path, **token)[0], 403, path)
        self.assertEqual(self.ask("GET", "/health")[0], 200)
        self.assertEqual(self.daemon.command("operator", "allow-list").stdout, "192.0.2.0/24\n")
        self.daemon.command("operator", "allow-list", "--clear")
        self.assertEqual(self.ask("GET", "/api/v1/me", **token)[0], 200)
        self.assertEqual(self.daemon.rows("SELECT actor, action FROM audit_log ORDER BY id DESC LIMIT 1"),
                         [("system:console", "changed")])

    def test_the_console_unlocks_a_login_and_an_address(self):
        for login in ("jane", "joan"):
            self.daemon.command("operator", "add", login, "--role", "cashier", "--password-stdin", text=PASSWORD + "\n")
        self.daemon.start()

        def sign_in(login, password=PASSWORD):
            return self.ask("POST", "/api/v1/sign-in", {"login": login, "password": password})[0]
        self.assertEqual([sign_in("jane", "wrong") for _ in range(5)], [401] * 5)
        self.assertEqual(sign_in("jane"), 429)
        self.daemon.command("operator", "unlock", "jane")  # her own tries count no more against the address
        self.assertEqual(sign_in("jane"), 200)
        self.assertEqual([sign_in("nobody", "wrong") for _ in range(5)], [401] * 5)
        self.assertEqual(sign_in("joan"), 429)  # from this address nobody new signs in
        self.daemon.command("operator", "unlock", "joan")
        self.assertEqual(sign_in("joan"), 429)
        self.daemon.command("operator", "unlock", "--address", "127.0.0.1")
        self.assertEqual(sign_in("joan"), 200)
        self.assertEqual(self.daemon.command("operator", "unlock", "nobody", check=False).returncode, 1)
        self.assertEqual(self.daemon.command("operator", "unlock", check=False).returncode, 2)


class KeysTest(unittest.TestCase):
    """The M-Pesa keys as the wizard enters them."""

    WORDS = {"mpesa.consumer_key": "test-key", "mpesa.consumer_secret": "test-secret", "mpesa.passkey": "test-passkey"}

    def setUp(self):
        self.box = Box(with_radius=False).__enter__()
        self.addCleanup(self.box.__exit__)

    def put(self, key, value):
        self.box.must("PUT", f"/api/v1/settings/{key}", {"value": value})

    def test_B6_test_now_says_in_plain_words_what_is_wrong(self):
        def verdict():
            answer = self.box.must("POST", "/api/v1/providers/mpesa/test", {})
            self.assertEqual(answer["works"], answer["reason"] == "works", answer)
            return answer["reason"], answer["detail"]
        self.box.daemon.command("settings", "unset", "mpesa.passkey")
        reason, detail = verdict()
        self.assertEqual(reason, "not_configured")
        self.assertIn("mpesa.passkey", detail)
        for key, word in self.WORDS.items():
            self.put(key, word)
        self.assertEqual(verdict()[0], "works")
        self.put("mpesa.consumer_secret", "mistyped")
        reason, detail = verdict()
        self.assertEqual(reason, "wrong_key")
        self.assertIn("Copy both again", detail)
        self.put("mpesa.consumer_secret", self.WORDS["mpesa.consumer_secret"])
        self.put("mpesa.base_url", f"http://127.0.0.1:{free_tcp_port()}")
        reason, detail = verdict()
        self.assertEqual(reason, "no_network")
        self.assertIn("No connection to http://127.0.0.1", detail)

    def test_B6_keys_are_sealed_on_disk_and_never_shown_again(self):
        secret = {key: f"Xq7-{number}-sealed-word" for number, key in enumerate(self.WORDS)}
        for key, word in secret.items():
            self.put(key, word)
        settings = {one["key"]: one for one in self.box.must("GET", "/api/v1/settings")["items"]}
        for key in secret:
            self.assertEqual((settings[key]["secret"], settings[key]["set"]), (True, True))
            self.assertNotIn("value", settings[key])
        shown = [json.dumps(self.box.must("GET", path)) for path in
                 ("/api/v1/settings", "/api/v1/audit?limit=200", "/api/v1/first-run/steps", "/api/v1/isp")]
        shown.append(self.box.daemon.command("settings", "list").stdout)
        written = [path.read_bytes() for path in self.box.folder.rglob("*") if path.is_file()]
        self.assertGreater(len(written), 3)
        for word in secret.values():
            self.assertFalse([text for text in shown if word in text])
            self.assertFalse([data for data in written if word.encode() in data])


if __name__ == "__main__":
    unittest.main()
