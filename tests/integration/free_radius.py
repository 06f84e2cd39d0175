"""One instance of our FreeRADIUS configuration (radius/) as a child process of a test or of the demo.

Everything that varies is handed over in the environment, as radius/README.md describes. Only the process
started here is ever signalled, and no folder given to it is removed.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import time

from tests.integration.ports import free_udp_port

CONFIG_DIR = pathlib.Path(__file__).resolve().parents[2] / "radius"
HANG_DEADLINE_S = 30


class FreeRadiusError(RuntimeError):
    """The instance did not start or did not stop; the text ends with its log."""


class FreeRadius:
    """Starts with start() or as a context manager, stops with stop().

    radius_dir       folder with radius.db and accounting.secret (the secret file must exist before start())
    work_dir         folder for what is not given: spool/, run/, auth.log; made when missing
    accounting_port  UDP port of the daemon on 127.0.0.1
    clients          network whose addresses may become dynamic clients
    faketime         clock of the instance as faketime(1) takes it, "@1970-01-01 00:10:00" or "+400d"
    user             (uid, gid) to run as; None: who runs the test
    """

    def __init__(self, radius_dir, work_dir, accounting_port, *, address="127.0.0.1", auth_port=None,
                 acct_port=None, clients="127.0.0.0/8", spool_dir=None, log_path=None, run_dir=None,
                 config_dir=CONFIG_DIR, faketime=None, user=None):
        work_dir = pathlib.Path(work_dir)
        self.radius_dir = pathlib.Path(radius_dir)
        self.spool_dir = pathlib.Path(spool_dir or work_dir / "spool")
        self.run_dir = pathlib.Path(run_dir or work_dir / "run")
        self.log_path = pathlib.Path(log_path or work_dir / "auth.log")
        self.address = address
        self.auth_port = auth_port or free_udp_port(address)
        self.acct_port = acct_port or free_udp_port(address)
        self.accounting_port = accounting_port
        self.clients = clients
        self.given_config_dir_ = self.config_dir = pathlib.Path(config_dir)
        self.faketime = faketime
        self.user = user
        self.process = None

    @staticmethod
    def is_installed():
        return shutil.which("freeradius", path=_search_path()) is not None

    def environment(self):
        """The whole contract between a machine and radius/."""
        return {
            "MNARA_RADIUS_DIR": str(self.radius_dir),
            "MNARA_RADIUS_SPOOL": str(self.spool_dir),
            "MNARA_RADIUS_LOG": str(self.log_path),
            "MNARA_RADIUS_RUN": str(self.run_dir),
            "MNARA_RADIUS_ADDRESS": self.address,
            "MNARA_RADIUS_AUTH_PORT": str(self.auth_port),
            "MNARA_RADIUS_ACCT_PORT": str(self.acct_port),
            "MNARA_ACCOUNTING_PORT": str(self.accounting_port),
            "MNARA_RADIUS_CLIENTS": self.clients,
        }

    def start(self):
        """Returns when the instance answers; raises FreeRadiusError with its log when it does not."""
        if self.process is not None:
            raise FreeRadiusError("already started")
        for folder in (self.spool_dir, self.run_dir, self.log_path.parent):
            folder.mkdir(parents=True, exist_ok=True)
        if self.user is not None:
            for path in (self.spool_dir, self.run_dir, self.log_path.parent):
                os.chown(path, *self.user)
            # A checkout may lie where only its owner may go, in /root for one.
            copy = self.run_dir / "config"
            shutil.copytree(self.given_config_dir_, copy, dirs_exist_ok=True)
            self.config_dir = copy
        ready_before = self._ready_count()
        identity = {}
        if self.user is not None:
            identity = {"user": self.user[0], "group": self.user[1], "extra_groups": []}
        with open(self.run_dir / "output.txt", "ab") as output:
            self.process = subprocess.Popen(
                [_binary(), "-f", "-d", str(self.config_dir)], cwd="/",
                env={**_plain_environment(), **self.environment(), **self._clock_environment()},
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **identity)
        deadline = time.monotonic() + HANG_DEADLINE_S
        while self._ready_count() == ready_before:
            if self.process.poll() is not None:
                status = self.process.returncode
                self.process = None
                # Some faults of a configuration are told only to who asks for a check.
                raise FreeRadiusError(f"freeradius ended with {status} at start\n{self.log_text()}\n"
                                      + "\n".join(self.check_configuration()[1].splitlines()[-20:]))
            if time.monotonic() > deadline:
                self.kill()
                raise FreeRadiusError(f"freeradius is not ready after {HANG_DEADLINE_S} s\n{self.log_text()}")
            time.sleep(0.01)
        return self

    def stop(self):
        """Asks the instance to end and waits for it. Safe to call twice."""
        self._end(signal.SIGTERM)

    def kill(self):
        """Ends the instance at once, as a crash would."""
        self._end(signal.SIGKILL)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def check_configuration(self):
        """Runs `freeradius -C`; returns (exit status, output)."""
        self.run_dir.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            [_binary(), "-XC", "-d", str(self.config_dir)], env={**_plain_environment(), **self.environment()},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=HANG_DEADLINE_S, check=False)
        return done.returncode, done.stdout

    def log_text(self):
        """The server log and what the process printed, for a failure message."""
        parts = []
        for name in ("radius.log", "output.txt"):
            path = self.run_dir / name
            if path.exists():
                parts.append(f"--- {name}\n{path.read_text(errors='replace')}")
        return "\n".join(parts)

    def reason_lines(self):
        """The verdict lines written so far, without their line ends."""
        if not self.log_path.exists():
            return []
        return self.log_path.read_text(errors="replace").splitlines()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exception):
        self.stop()

    def _clock_environment(self):
        # The library and not the faketime command: that one stays between us and the process we have to end.
        if self.faketime is None:
            return {}
        found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            raise FreeRadiusError("libfaketime is not installed")
        return {"LD_PRELOAD": str(found[0]), "FAKETIME": self.faketime}

    def _ready_count(self):
        # The sockets are bound before this line is written, so it is a probe that needs no client of its own.
        path = self.run_dir / "radius.log"
        return path.read_text(errors="replace").count("Ready to process requests") if path.exists() else 0

    def _end(self, wanted_signal):
        if self.process is None:
            return
        process, self.process = self.process, None
        if process.poll() is None:
            process.send_signal(wanted_signal)
        try:
            process.wait(HANG_DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise FreeRadiusError(f"freeradius did not stop\n{self.log_text()}") from None


def _search_path():
    # A test run by an ordinary user often has no sbin in its path.
    return os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


def _binary():
    found = shutil.which("freeradius", path=_search_path())
    if found is None:
        raise FreeRadiusError("freeradius is not installed")
    return found


def _plain_environment():
    return {"PATH": _search_path(), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
