"""The simulated router and the codec against a real FreeRADIUS, so that both are not wrong alike."""

import os
import shutil
import socket
import subprocess
import tempfile
import unittest

from tests.peers import radius
from tests.peers.nas import Nas
from tests.peers.waiting import wait_until

SECRET = "a shared secret"
USERS = '''
asha Cleartext-Password := "secret pässword"
    Mikrotik-Rate-Limit = "2M/10M",
    Framed-Pool = "mnara-pool",
    Acct-Interim-Interval = 60,
    Class = 0x6f6e65
'''
CONFIG = '''
prefix = /usr
exec_prefix = /usr
libdir = /usr/lib/freeradius
logdir = {folder}
run_dir = {folder}
raddbdir = {folder}
pidfile = {folder}/pid
log {{ destination = files
  file = {folder}/log }}
security {{ status_server = yes }}
client loopback {{
  ipaddr = 127.0.0.0/8
  secret = "{secret}"
}}
modules {{
  pap {{ }}
  chap {{ }}
  mschap {{ use_mppe = yes }}
  files {{ usersfile = {folder}/users }}
  detail {{ filename = {folder}/detail
    permissions = 0600 }}
}}
server check {{
  listen {{ type = auth
    ipaddr = 127.0.0.1
    port = {auth_port} }}
  listen {{ type = acct
    ipaddr = 127.0.0.1
    port = {acct_port} }}
  authorize {{
    chap
    mschap
    files
    pap
  }}
  authenticate {{
    Auth-Type PAP {{
      pap
    }}
    Auth-Type CHAP {{
      chap
    }}
    Auth-Type MS-CHAP {{
      mschap
    }}
  }}
  post-auth {{
    update reply {{
      Message-Authenticator := 0x00
    }}
    Post-Auth-Type REJECT {{
      update reply {{
        Message-Authenticator := 0x00
      }}
    }}
  }}
  accounting {{
    detail
  }}
}}
'''


def free_udp_ports(count):
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    for sock in sockets:
        sock.bind(("127.0.0.1", 0))
    ports = [sock.getsockname()[1] for sock in sockets]
    for sock in sockets:
        sock.close()
    return ports


@unittest.skipUnless(shutil.which("freeradius") and shutil.which("radclient"),
                     "freeradius and freeradius-utils are not installed")
class RealServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="peers-radius-"))
        auth_port, acct_port = free_udp_ports(2)
        cls.server, cls.accounting = ("127.0.0.1", auth_port), ("127.0.0.1", acct_port)
        files = {"radiusd.conf": CONFIG.format(folder=cls.folder, secret=SECRET,
                                               auth_port=auth_port, acct_port=acct_port),
                 "users": USERS,
                 "dictionary": "$INCLUDE /usr/share/freeradius/dictionary\n"}
        for name, text in files.items():
            with open(os.path.join(cls.folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        output = open(os.path.join(cls.folder, "output"), "w", encoding="utf-8")
        cls.addClassCleanup(output.close)
        cls.process = subprocess.Popen(
            ["freeradius", "-f", "-d", cls.folder, "-n", "radiusd"], stdout=output, stderr=output)
        cls.addClassCleanup(cls._stop)
        wait_until(cls._is_ready, "FreeRADIUS to answer Status-Server")

    @classmethod
    def _is_ready(cls):
        if cls.process.poll() is not None:
            with open(os.path.join(cls.folder, "output"), encoding="utf-8") as output:
                raise AssertionError(f"FreeRADIUS ended:\n{output.read()}{cls.log()}")
        return radius.status_server(cls.server, SECRET, timeout_seconds=0.2)

    @classmethod
    def log(cls):
        path = os.path.join(cls.folder, "log")
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()

    @classmethod
    def _stop(cls):
        cls.process.terminate()
        cls.process.wait(20)

    def detail(self):
        path = os.path.join(self.folder, "detail")
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def test_the_client_with_all_methods(self):
        for method in ("pap", "chap", "mschapv2"):
            for password, code in (("secret pässword", radius.ACCESS_ACCEPT),
                                   ("wrong", radius.ACCESS_REJECT), ("", radius.ACCESS_REJECT)):
                with self.subTest(method=method, password=password):
                    reply = radius.access_request(self.server, SECRET, "asha", password, method)
                    self.assertIsNotNone(reply, self.log())
                    self.assertEqual(reply.code, code)
                    self.assertTrue(reply.message_authenticator_ok)
                    if code == radius.ACCESS_ACCEPT:
                        self.assertEqual(reply.get("Mikrotik-Rate-Limit"), "2M/10M")
                        proved = True if method == "mschapv2" else None
                        self.assertIs(reply.mschap2_success_ok, proved)

    def test_a_long_password_takes_several_blocks(self):
        reply = radius.access_request(self.server, SECRET, "asha", "x" * 100)
        self.assertEqual(reply.code, radius.ACCESS_REJECT)

    def test_a_wrong_secret_is_silence(self):
        self.assertIsNone(radius.access_request(self.server, "other", "asha", "secret pässword",
                                                timeout_seconds=0.3))

    def test_the_router_logs_in_and_accounts(self):
        with Nas(self.server, self.accounting, SECRET, source="127.0.0.9",
                 identity="gate") as nas:
            nas.set_faults(require_message_authenticator=True)
            for method in ("pap", "chap", "mschapv2"):
                self.assertTrue(nas.dial("asha", "secret pässword", "02:00:00:00:00:09",
                                         method=method).accepted, method)
            session = nas.session_of("asha")
            self.assertEqual((session["rate_limit"], session["interim_seconds"], session["class"]),
                             ("2M/10M", 60, ["6f6e65"]))
            nas.send_interim(session["session_id"], 3 * 2**32 + 5, 17)
            nas.hang_up(session["session_id"])
            wait_until(lambda: nas.events.counts.get("accounting_answered") == 7,
                       "answers to 3 starts, 3 stops, 1 interim")
        text = self.detail()
        for line in ("Acct-Status-Type = Interim-Update", "Acct-Input-Gigawords = 3",
                     "Acct-Input-Octets = 5", "Acct-Terminate-Cause = User-Request",
                     'NAS-Identifier = "gate"', "NAS-Port-Type = Ethernet", "Class = 0x6f6e65",
                     f'Acct-Session-Id = "{session["session_id"]}"'):
            self.assertIn(line, text)

    def test_radclient_disconnects_a_session(self):
        with Nas(self.server, self.accounting, SECRET, source="127.0.0.10") as nas:
            nas.dial("asha", "secret pässword", "02:00:00:00:00:0A")
            session = nas.session_of("asha")
            for order, attributes, answer in (
                    ("coa", 'Mikrotik-Rate-Limit = "1M/1M"', "CoA-ACK"),
                    ("disconnect", "", "Disconnect-ACK"),
                    ("disconnect", "", "Session-Context-Not-Found")):
                text = (f'User-Name = "asha"\nAcct-Session-Id = "{session["session_id"]}"\n'
                        f"Message-Authenticator = 0x00\n{attributes}\n")
                run = subprocess.run(
                    ["radclient", "-x", "-r", "1", "-t", "5", "%s:%d" % nas.coa_address, order,
                     SECRET], input=text, capture_output=True, text=True, timeout=30, check=False)
                self.assertIn(answer, run.stdout + run.stderr)
                if order == "coa":
                    wait_until(lambda: nas.session_of("asha")["rate_limit"] == "1M/1M", "the rate")
            self.assertEqual(nas.sessions(), [])
            received = nas.events.list(event="disconnect_received")[0]
            self.assertEqual(received["message_authenticator"], "good")


if __name__ == "__main__":
    unittest.main()
