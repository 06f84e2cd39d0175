"""The main job a single time, as packaging/run --once does it, with the daemon under test."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 150


class MainJob(unittest.TestCase):
    def test_a_customer_pays_and_is_online_and_off_at_the_end(self):
        with tempfile.TemporaryDirectory(prefix="mnara-once-test-") as folder:
            done = subprocess.run(
                [sys.executable, "-m", "packaging.demo", "--once", "--dir", folder,
                 "--mnara", os.environ.get("MNARA_BIN", str(ROOT / "build/dev/bin/mnara"))],
                cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                timeout=DEADLINE_SECONDS)
            self.assertEqual(done.returncode, 0, "\n" + done.stdout + done.stderr)
            self.assertNotIn("MISSED", done.stdout)
            self.assertIn("session gone from the router", done.stdout)
