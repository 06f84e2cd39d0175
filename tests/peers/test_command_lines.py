"""Both simulators as programs: one line when ready, control by HTTP, a clean end on SIGTERM."""

import json
import os
import re
import signal
import subprocess
import sys
import unittest
import urllib.error
import urllib.request

from tests.peers.radius_stub import RadiusStub
from tests.peers.waiting import wait_until

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def call(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(url, data, timeout=20) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


class Programs(unittest.TestCase):
    def run_program(self, module, *arguments):
        """(process, the line it printed when ready)."""
        process = subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT,
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, 20)
        self.addCleanup(process.kill)
        return process, process.stdout.readline()

    def end(self, process):
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(20), 0)

    def test_daraja(self):
        process, line = self.run_program("tests.peers.daraja", "--port", "0", "--after-seconds",
                                         "0.5")
        url = re.fullmatch(r"daraja listening on (http://127\.0\.0\.1:\d+)\n", line)[1]
        self.assertEqual(call(f"{url}/control/ledger"), (200, {"movements": [], "total_cents": 0}))
        status, scenario = call(f"{url}/control/scenario", {"outcome": "1032"})
        self.assertEqual((status, scenario["outcome"], scenario["after_seconds"]),
                         (200, "1032", 0.5))
        self.end(process)

    def test_nas(self):
        stub = self.enterContext(RadiusStub())
        stub.users["asha"] = ("secret", [("Session-Timeout", 3600)])
        process, line = self.run_program(
            "tests.peers.nas", "--server", "%s:%d" % stub.server, "--acct",
            "%s:%d" % stub.accounting_server, "--secret", stub.secret.decode(), "--source",
            "127.0.0.11", "--pool", "mnara-pool=10.77.0.0/24", "--ignore-session-timeout")
        url = re.match(r"nas listening on (http://127\.0\.0\.1:\d+) coa 127\.0\.0\.11:\d+\n",
                       line)[1]
        dial = {"username": "asha", "password": "secret", "mac": "02:00:00:00:00:01"}
        status, verdict = call(f"{url}/control/dial", dial)
        self.assertEqual((status, verdict["accepted"]), (200, True))
        session, = call(f"{url}/control/sessions")[1]
        self.assertEqual(session["address"], "10.77.0.1")
        known = {"session_id": session["session_id"]}
        call(f"{url}/control/traffic", {**known, "bytes_up": 5, "bytes_down": 6})
        self.assertEqual(call(f"{url}/control/interim", known)[0], 200)
        self.assertEqual(call(f"{url}/control/faults", {"coa_refused": 2})[1]["coa_refused"], 2)
        self.assertEqual(call(f"{url}/control/faults", {"nonsense": 2})[0], 400)
        self.assertTrue(call(f"{url}/control/stats")[1]["faults"]["ignore_session_timeout"])
        self.assertEqual(call(f"{url}/control/hangup", known)[1], {"found": True})
        wait_until(lambda: stub.statuses("asha") == [1, 3, 2], "start, interim, stop")
        self.assertEqual(stub.accounting[1].first("Acct-Input-Octets"), 5)
        self.assertEqual(call(f"{url}/control/dial", {**dial, "wait": False})[1],
                         {"started": True})
        wait_until(lambda: call(f"{url}/control/sessions")[1], "the session")
        self.assertEqual(len(call(f"{url}/control/die", {})[1]["lost"]), 1)
        events = call(f"{url}/control/events?event=session_end&username=asha")[1]
        self.assertEqual([event["cause"] for event in events], ["User-Request"])
        self.assertEqual(call(f"{url}/control/retry", {})[1], {"sent": 0})
        self.assertEqual(call(f"{url}/control/leave", {"username": "asha"})[1], {"ended": 0})
        self.end(process)


if __name__ == "__main__":
    unittest.main()
