"""Mnara and its own FreeRADIUS, configured and started inside one folder."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from packaging.demo.api import Api
from packaging.demo.daemon_log import DaemonLog
from packaging.demo.ports import choose_ports
from packaging.demo.processes import Child, Trouble, wait_for

REPOSITORY = Path(__file__).resolve().parents[2]
START_DEADLINE_SECONDS = 60
OPERATOR = "demo"


class Appliance:
    """Configure first (settings, operator), then start(); stop() ends what start() began."""

    def __init__(self, mnara: Path, folder: Path) -> None:
        self.mnara_ = mnara
        self.folder_ = folder
        self.config = folder / "mnara.conf"
        self.children: list[Child] = []
        self.make_folders()
        self.ports = choose_ports(folder / "ports.json")
        self.url = f"http://127.0.0.1:{self.ports['http']}"
        self.https_url = f"https://127.0.0.1:{self.ports['https']}"
        self.write_config()

    def make_folders(self) -> None:
        for name in ("data", "radius", "spool", "run", "logs"):
            (self.folder_ / name).mkdir(mode=0o750, parents=True, exist_ok=True)
        # What the daemon makes here belongs to the folder's group, whose members may read it.
        (self.folder_ / "radius").chmod(0o2770)

    def write_config(self) -> None:
        self.config.write_text(
            "# Written anew at each start of the demo.\n"
            f"data_dir = {self.folder_ / 'data'}\n"
            f"radius_dir = {self.folder_ / 'radius'}\n"
            f"radius_log = {self.folder_ / 'logs' / 'auth-reasons.log'}\n"
            f"http_listen = 127.0.0.1:{self.ports['http']}\n"
            f"https_listen = 127.0.0.1:{self.ports['https']}\n"
            f"public_url = {self.url}\n"
            f"accounting_listen = 127.0.0.1:{self.ports['accounting']}\n", encoding="utf-8")

    def command(self, *words: str, text: str = "", may_fail: bool = False) -> str | None:
        """Runs `mnara WORDS --config ...`; what it printed, or None when it failed and may."""
        done = subprocess.run([str(self.mnara_), *words, "--config", str(self.config)],
                              input=text, capture_output=True, text=True, check=False,
                              timeout=START_DEADLINE_SECONDS)
        if done.returncode == 0:
            return done.stdout.strip()
        if may_fail:
            return None
        raise Trouble(f"mnara {' '.join(words)}: exit {done.returncode}\n{done.stderr.strip()}")

    def set(self, key: str, value: str, secret: bool = False) -> None:
        if secret:
            self.command("settings", "set", key, "--stdin", text=value)
        else:
            self.command("settings", "set", key, value)

    def operator_token(self) -> str:
        """A token for the demo's own use of the API. The operator is made at the first start, with
        a password that nobody is told: people come in by a one-time link."""
        token = self.command("operator", "token", OPERATOR, may_fail=True)
        if token is None:
            self.command("operator", "add", OPERATOR, "--role", "owner", "--name", "Demo Owner",
                         "--password-stdin", text=secrets.token_urlsafe(24) + "\n")
            token = self.command("operator", "token", OPERATOR)
        return token.splitlines()[-1]

    def sign_in_link(self) -> str:
        return self.command("operator", "link", OPERATOR).splitlines()[-1]

    def ca_fingerprint(self) -> str:
        """SHA-256 of the CA that this appliance made for itself, as openssl prints it."""
        digits = self.log.find("https.listening", 0)["ca"].upper()
        return ":".join(digits[at:at + 2] for at in range(0, len(digits), 2))

    def start(self) -> Api:
        token = self.operator_token()
        daemon = Child("mnara", [str(self.mnara_), "serve", "--config", str(self.config)],
                       self.folder_ / "logs" / "daemon.log")
        self.children.append(daemon)
        self.log = DaemonLog(daemon.log, daemon.log_start_bytes)
        wait_for("the daemon to be ready", lambda: self.log.find("app.ready"),
                 START_DEADLINE_SECONDS, self.children)
        self.start_radius()
        return Api(self.url, token)

    def start_radius(self) -> None:
        """After the daemon, which writes the secret that FreeRADIUS includes."""
        program = shutil.which("freeradius", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if program is None:
            raise Trouble("freeradius is not installed")
        own_log = self.folder_ / "run" / "radius.log"
        log_start_bytes = own_log.stat().st_size if own_log.exists() else 0
        environment = {
            "MNARA_RADIUS_DIR": str(self.folder_ / "radius"),
            "MNARA_RADIUS_SPOOL": str(self.folder_ / "spool"),
            "MNARA_RADIUS_LOG": str(self.folder_ / "logs" / "auth-reasons.log"),
            "MNARA_RADIUS_RUN": str(self.folder_ / "run"),
            "MNARA_RADIUS_ADDRESS": "127.0.0.1",
            "MNARA_RADIUS_AUTH_PORT": str(self.ports["radius_auth"]),
            "MNARA_RADIUS_ACCT_PORT": str(self.ports["radius_acct"]),
            "MNARA_ACCOUNTING_PORT": str(self.ports["accounting"]),
            "MNARA_RADIUS_CLIENTS": "127.0.0.0/8",
        }
        self.children.append(Child("freeradius",
                                   [program, "-f", "-d", str(REPOSITORY / "radius")],
                                   self.folder_ / "logs" / "freeradius.log", environment))

        def ready() -> bool:
            if not own_log.exists():
                return False
            with own_log.open("rb") as log:
                log.seek(log_start_bytes)
                return b"Ready to process requests" in log.read()
        wait_for(f"FreeRADIUS to be ready (see {own_log})", ready, START_DEADLINE_SECONDS,
                 self.children)

    def stop(self) -> None:
        """Last started, first stopped: FreeRADIUS can still hand its accounting to the daemon."""
        while self.children:
            self.children.pop().stop()
