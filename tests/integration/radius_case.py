"""What the tests of radius/ share: a database, an instance of FreeRADIUS, and ways to ask it."""

import os
import pathlib
import pwd
import tempfile
import unittest
from urllib.parse import unquote_to_bytes

from tests.integration.free_radius import FreeRadius
from tests.integration.ports import free_udp_port
from tests.integration.radius_database import RadiusDatabase
from tests.peers import radius

SECRET = "router-one-secret"
MAC = "AA:BB:CC:DD:EE:01"
SILENCE_S = 0.7


def radius_user():
    """(uid, gid) of Debian's FreeRADIUS account when the test may switch to it, else None."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("freerad")
    return account.pw_uid, account.pw_gid


class RadiusTest(unittest.TestCase):
    """One database and one instance for all tests of a class; every test uses usernames of its own."""

    faketime = None

    @classmethod
    def setUpClass(cls):
        if not FreeRadius.is_installed():
            raise unittest.SkipTest("freeradius is not installed")
        folder = tempfile.TemporaryDirectory(prefix="mnara-radius-")
        cls.addClassCleanup(folder.cleanup)
        cls.work = pathlib.Path(folder.name)
        os.chmod(cls.work, 0o755)
        cls.user = radius_user()
        cls.database = RadiusDatabase(cls.work / "db", cls.user and cls.user[1])
        cls.addClassCleanup(cls.database.close)
        cls.database.add_router("1", "127.0.0.1/32", SECRET)
        cls.server = FreeRadius(cls.database.folder, cls.work / "radius", free_udp_port(),
                                faketime=cls.faketime, user=cls.user)
        cls.addClassCleanup(cls.server.stop)
        cls.server.start()

    def ask(self, user, password="right", method="pap", attributes=(), *, mac=None, secret=SECRET, **options):
        """The reply, or None for silence. Whatever comes back must begin with a right Message-Authenticator."""
        pairs = list(attributes) + ([("Calling-Station-Id", mac)] if mac else [])
        reply = radius.access_request((self.server.address, self.server.auth_port), secret, user, password, method,
                                      pairs, **{"timeout_seconds": 5.0, **options})
        if reply is not None:
            self.assertEqual(reply.message_authenticator, "good")
            self.assertEqual(reply.attributes[0][0], "Message-Authenticator")
        return reply

    def accepted(self, user, password="right", method="pap", **options):
        reply = self.ask(user, password, method, **options)
        self.assertIsNotNone(reply, f"no answer\n{self.server.log_text()}")
        self.assertEqual(reply.name, "Access-Accept", self.server.reason_lines()[-1:])
        return reply

    def rejected(self, user, password="right", method="pap", *, reason, **options):
        reply = self.ask(user, password, method, **options)
        self.assertIsNotNone(reply, f"no answer\n{self.server.log_text()}")
        self.assertEqual(reply.name, "Access-Reject")
        self.assertEqual(self.last_reason(), ("reject", reason))
        kept = {"Message-Authenticator", "Reply-Message", "MS-CHAP-Error"}
        self.assertEqual({name for name, _ in reply.attributes} - kept, set())
        return reply

    def silent(self, user, **options):
        self.assertIsNone(self.ask(user, timeout_seconds=SILENCE_S, **options))

    def last_reason(self):
        words = self.server.reason_lines()[-1].split(" ")
        return words[1], unquote_to_bytes(words[5]).decode()
