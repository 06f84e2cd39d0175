"""What the demo starts it also stops, and nothing else; its ports are free and stay the same."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from packaging.demo.daemon_log import DaemonLog
from packaging.demo.ports import NEVER, WANTED, choose_ports
from packaging.demo.processes import Child, Trouble, wait_for

HANG_SECONDS = 20


def is_alive(process_id: int) -> bool:
    """A process that has ended but was not yet collected by its parent counts as ended."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rpartition(")")[2]
    except OSError:
        return False
    return state.split()[0] != "Z"


class Scratch(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory(prefix="mnara-demo-test-")
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)


class Children(Scratch):
    def start(self, script: str) -> tuple[Child, int]:
        """A child that runs a shell script; the script's second process writes its own id."""
        note = self.folder / "grandchild"
        child = Child("child", ["/bin/sh", "-c", script.format(note=note)], self.folder / "log")
        self.addCleanup(child.stop)
        grandchild = int(wait_for("the grandchild", lambda: note.exists() and note.read_text(),
                                  HANG_SECONDS, []))
        return child, grandchild

    def test_stops_what_its_child_started(self):
        child, grandchild = self.start("sleep 600 & echo $! >{note}.part; mv {note}.part {note}; "
                                       "wait")
        self.assertTrue(is_alive(grandchild))
        child.stop()
        wait_for("the grandchild's end", lambda: not is_alive(grandchild), HANG_SECONDS, [])
        self.assertFalse(child.is_running())

    def test_leaves_others_alone(self):
        bystander = subprocess.Popen(["sleep", "600"])
        self.addCleanup(lambda: (bystander.kill(), bystander.wait()))
        child, _ = self.start("echo 1 >{note}.part; mv {note}.part {note}; exec sleep 600")
        child.stop()
        self.assertIsNone(bystander.poll())

    def test_a_child_that_ends_early_is_trouble_with_its_last_words(self):
        child = Child("child", ["/bin/sh", "-c", "echo port taken; exit 3"], self.folder / "log")
        self.addCleanup(child.stop)
        with self.assertRaisesRegex(Trouble, "port taken"):
            wait_for("never", lambda: False, HANG_SECONDS, [child])


class Stopping(Scratch):
    def test_a_signal_ends_the_demo_and_its_children(self):
        """The real signal handling around a stand-in for the daemon."""
        note = self.folder / "child"
        script = (
            "import sys, time\nfrom pathlib import Path\n"
            "from packaging.demo.stopping import Stopped, stop_on_signals\n"
            "from packaging.demo.processes import Child\n"
            "stop_on_signals()\n"
            "child = Child('c', ['sleep', '600'], Path(sys.argv[1] + '.log'))\n"
            "try:\n"
            "    Path(sys.argv[1]).write_text(str(child.process_.pid) + '\\n')\n"
            "    time.sleep(600)\n"
            "except Stopped:\n"
            "    child.stop()\n"
            "    sys.exit(42)\n")
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                note.unlink(missing_ok=True)
                demo = subprocess.Popen([sys.executable, "-c", script, str(note)])
                self.addCleanup(lambda demo=demo: (demo.kill(), demo.wait()))
                child = int(wait_for("the child", lambda: note.exists() and note.read_text()
                                     .endswith("\n") and note.read_text(), HANG_SECONDS, []))
                os.kill(demo.pid, number)
                self.assertEqual(demo.wait(HANG_SECONDS), 42)
                self.assertFalse(is_alive(child))


class Ports(Scratch):
    def test_are_different_never_the_stock_ones_and_stay_the_same(self):
        memory = self.folder / "ports.json"
        first = choose_ports(memory)
        self.assertEqual(set(first), set(WANTED))
        self.assertEqual(len(set(first.values())), len(first))
        self.assertFalse(NEVER & set(first.values()))
        self.assertEqual(choose_ports(memory), first)

    def test_a_port_that_was_taken_meanwhile_is_replaced(self):
        memory = self.folder / "ports.json"
        first = choose_ports(memory)
        with socket.socket() as other:
            other.bind(("127.0.0.1", first["http"]))
            second = choose_ports(memory)
        self.assertNotEqual(second["http"], first["http"])
        self.assertEqual(second["coa"], first["coa"])

    def test_a_remembered_stock_port_is_not_believed(self):
        memory = self.folder / "ports.json"
        memory.write_text(json.dumps({"radius_auth": 1812}), encoding="utf-8")
        self.assertNotEqual(choose_ports(memory)["radius_auth"], 1812)


class Log(Scratch):
    def test_reads_whole_lines_only_and_finds_by_time_and_field(self):
        path = self.folder / "daemon.log"
        path.write_bytes(b'{"id":"a","at_ms":1}\nnot json\n{"id":"a","at_ms":5,"username":"u"}\n'
                         b'{"id":"b","at')
        log = DaemonLog(path, 0)
        self.assertEqual(log.find("a")["at_ms"], 1)
        self.assertEqual(log.find("a", since_ms=2, username="u")["at_ms"], 5)
        self.assertIsNone(log.find("a", username="v"))
        self.assertIsNone(log.find("b"))
        with path.open("ab") as more:
            more.write(b'_ms":9}\n')
        self.assertEqual(log.find("b")["at_ms"], 9)
