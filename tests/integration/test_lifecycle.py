"""Starting, stopping, keys: what an owner relies on without thinking of it."""

import hashlib
import stat
import subprocess
import unittest

from tests.integration.box import Box, CREDENTIALS
from tests.integration.daemon import wait_until
from tests.peers import radius


def dump(path):
    """The schema and the number of rows of each table."""
    import sqlite3
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        schema = "\n".join(sql or "" for (sql,) in connection.execute("SELECT sql FROM sqlite_schema ORDER BY name"))
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        rows = {name: connection.execute(f'SELECT COUNT(*) FROM "{name}"').fetchone()[0] for name in tables}
        return hashlib.sha256(schema.encode()).hexdigest(), rows, connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()


class LifecycleTest(unittest.TestCase):
    def test_B51_twenty_starts_change_nothing(self):
        with Box(with_radius=False) as box:
            box.add_plan()
            box.add_customer()
            box.wait_projected()
            box.stop_daemon()
            files = (box.daemon.database, box.radius_dir / "radius.db")
            before = [dump(path) for path in files]
            for _ in range(20):
                box.start_daemon()
                box.stop_daemon()
            self.assertEqual([dump(path) for path in files], before)

    def test_a_newer_schema_is_refused_in_words_and_left_alone(self):
        with Box(with_radius=False) as box:
            box.stop_daemon()
            import sqlite3
            connection = sqlite3.connect(box.daemon.database)
            connection.execute("PRAGMA user_version = 999")
            connection.close()
            refused = box.daemon.command("serve", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("999", refused.stderr)
            self.assertIn("Nothing was changed", refused.stderr)
            self.assertEqual(dump(box.daemon.database)[2], (999,))
            box.daemon.process = None

    def test_B42_every_secret_is_made_on_the_box_and_two_boxes_differ(self):
        secrets_of = []
        for _ in range(2):
            with Box(with_radius=False) as box:
                router = box.must("POST", "/api/v1/routers", {"name": "one", "radius_source": "127.0.0.2"})
                other = box.must("POST", "/api/v1/routers", {"name": "two", "radius_source": "127.0.0.3"})
                key = (box.data_dir / "secret.key").read_text()
                accounting = (box.radius_dir / "accounting.secret").read_text()
                found = [router["radius_secret"], other["radius_secret"], key.split()[1], accounting.split()[-1], box.daemon.token]
                self.assertTrue(all(len(secret) >= 24 for secret in found), found)
                secrets_of.append(found)
                for path in (box.data_dir / "secret.key", box.daemon.database):
                    self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600, path)
        self.assertEqual(len(set(secrets_of[0] + secrets_of[1])), 10)

    def test_B42_secrets_can_be_rotated_and_all_still_works(self):
        with Box() as box:
            box.add_plan()
            customer = box.add_customer()
            box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
            old = (box.data_dir / "secret.key").read_text()
            box.stop_daemon()
            box.daemon.command("secrets", "rotate")
            lines = (box.data_dir / "secret.key").read_text().splitlines()
            (box.data_dir / "secret.key").write_text(lines[-1] + "\n")
            self.assertNotIn(old.split()[1], lines[-1])
            box.start_daemon()
            beside = box.daemon.command("secrets", "rotate", check=False)
            self.assertEqual(beside.returncode, 1)
            self.assertIn("in use", beside.stderr)
            box.pay(customer)
            box.wait_projected()
            self.assertEqual(box.ask(customer.username, customer.password).name, "Access-Accept")
            changed = box.must("PATCH", f"/api/v1/routers/{box.router_id}", {"radius_secret": "new"})
            self.assertNotEqual(changed["radius_secret"], box.secret)

    def test_a_router_is_answered_at_its_new_address_and_nowhere_when_it_is_removed(self):
        with Box() as box:
            box.add_plan()
            customer = box.add_customer()
            router = box.must("POST", "/api/v1/routers", {"name": "spare", "radius_source": "127.0.0.77"})
            self.assertFalse(router["heard"])

            def answer(source):
                return radius.access_request(
                    ("127.0.0.1", box.free_radius.auth_port), router["radius_secret"], customer.username,
                    customer.password, "pap", [], source=source, timeout_seconds=1.0)
            box.wait_projected()
            self.assertIsNotNone(answer("127.0.0.77"))
            path = f"/api/v1/routers/{router['id']}"
            wait_until(lambda: next(one for one in box.must("GET", "/api/v1/routers")["items"]
                                    if one["id"] == router["id"])["heard"], "the router to be heard")
            changed = box.must("PATCH", path, {"name": "spare mast", "radius_source": "127.0.0.78"})
            self.assertEqual((changed["name"], changed["coa_address"]), ("spare mast", "127.0.0.78"))
            box.wait_projected()
            self.assertIsNotNone(answer("127.0.0.78"))
            wait_until(lambda: answer("127.0.0.77") is None, "the old address to be forgotten")
            self.assertEqual(box.api("DELETE", path)[0], 204)
            box.wait_projected()
            wait_until(lambda: answer("127.0.0.78") is None, "the removed router to be forgotten")

    def test_secrets_are_sealed_at_rest_and_never_printed(self):
        with Box(with_radius=False) as box:
            box.stop_daemon()
            whole = b"".join(path.read_bytes() for path in box.data_dir.iterdir())
            listed = box.daemon.command("settings", "list").stdout
            for name in ("consumer_secret", "passkey"):
                self.assertNotIn(CREDENTIALS[name].encode(), whole)
                self.assertNotIn(CREDENTIALS[name], listed)
            box.start_daemon()
            self.assertNotIn(CREDENTIALS["passkey"], str(box.must("GET", "/api/v1/settings")))
            self.assertNotIn(CREDENTIALS["passkey"], box.daemon.log_path.read_text())

    def test_no_default_password_and_secrets_not_on_the_command_line(self):
        with Box(with_radius=False) as box:
            for login, password in (("admin", "admin"), ("owner", ""), ("owner", "owner")):
                status, _ = box.api("POST", "/api/v1/sign-in", {"login": login, "password": password}, {"Authorization": ""})
                self.assertIn(status, (401, 422, 429))
            refused = box.daemon.command("settings", "set", "mpesa.passkey", "on-the-command-line", check=False)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("--stdin", refused.stderr)

    def test_a_missing_key_file_is_refused_in_words_and_nothing_is_changed(self):
        with Box(with_radius=False) as box:
            box.stop_daemon()
            key = box.data_dir / "secret.key"
            kept = key.read_bytes()
            key.unlink()
            refused = box.daemon.command("serve", check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("secret.key is missing", refused.stderr)
            self.assertFalse(key.exists())
            key.write_bytes(kept)
            box.start_daemon()

    def test_what_cannot_work_is_said_in_one_sentence(self):
        with Box(with_radius=False) as box:
            program = box.daemon.program
            done = subprocess.run([program, "serve", "--config", "/nonexistent/mnara.conf"], capture_output=True, text=True, timeout=60,
                                  check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("/nonexistent/mnara.conf", done.stderr)
            second = box.daemon.command("serve", check=False)
            self.assertEqual(second.returncode, 1)
            self.assertIn("in use", second.stderr)
