"""The real daemon as a child process of a test: start, kill -9, orderly stop, its log and its API."""

import contextlib
import http.client
import json
import os
import pathlib
import secrets
import signal
import sqlite3
import subprocess
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
HANG_DEADLINE_S = 60


def wait_until(fact, what, deadline_s=HANG_DEADLINE_S):
    """The first true value of fact(); AssertionError after the hang deadline."""
    end = time.monotonic() + deadline_s
    while True:
        value = fact()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"still waiting for {what} after {deadline_s} s")
        time.sleep(0.02)


class Daemon:
    """`folder` holds mnara.conf, data/, radius/ and daemon.log. `environment` is added to ours (for LD_PRELOAD).
    `config`: further keys of the configuration."""

    def __init__(self, folder, http_port, accounting_port, radius_log, config=None):
        self.folder = pathlib.Path(folder)
        self.program = os.environ.get("MNARA_BIN") or str(REPOSITORY / "build/dev/bin/mnara")
        self.config = self.folder / "mnara.conf"
        self.log_path = self.folder / "daemon.log"
        self.database = self.folder / "data" / "mnara.db"
        self.http_port = http_port
        self.process = None
        self.token = None
        self.config.write_text(f"data_dir = data\nradius_dir = radius\nradius_log = {radius_log}\n"
                               f"http_listen = 127.0.0.1:{http_port}\n"
                               f"accounting_listen = 127.0.0.1:{accounting_port}\n" +
                               "".join(f"{key} = {value}\n" for key, value in (config or {}).items()), encoding="utf-8")

    def command(self, *words, text="", check=True):
        done = subprocess.run([self.program, *words, "--config", str(self.config)], input=text, capture_output=True,
                              text=True, timeout=HANG_DEADLINE_S, check=False)
        if check and done.returncode != 0:
            raise AssertionError(f"mnara {' '.join(words)}: exit {done.returncode}\n{done.stderr}")
        return done

    def start(self, environment=None, wait_ready=True):
        offset = self.log_path.stat().st_size if self.log_path.exists() else 0
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen([self.program, "serve", "--config", str(self.config)], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, env={**os.environ, **(environment or {})})
        if wait_ready:
            wait_until(lambda: self.process.poll() is not None or any(
                line["id"] == "app.ready" for line in self.log(offset)), "the daemon to be ready")
            if self.process.poll() is not None:
                raise AssertionError(f"the daemon ended with {self.process.returncode}\n{self.log_path.read_text()[-4000:]}")

    def kill(self):
        """kill -9, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(HANG_DEADLINE_S)
        self.process = None

    def stop(self):
        """Orderly; a bad exit code (a sanitizer's report too) is a failure."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(HANG_DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the daemon did not stop\n{self.log_path.read_text()[-4000:]}") from None
        self.process = None
        if code != 0:
            raise AssertionError(f"the daemon ended with {code}\n{self.log_path.read_text()[-6000:]}")

    def log(self, offset=0):
        """The log's messages as dicts; other lines (a sanitizer's) are left out."""
        if not self.log_path.exists():
            return []
        with self.log_path.open("rb") as log:
            log.seek(offset)
            lines = log.read().decode(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    def messages(self, message_id, **fields):
        return [m for m in self.log() if m["id"] == message_id and all(m.get(k) == v for k, v in fields.items())]

    def browser(self, login):
        """Headers of a browser that has just signed in by a link."""
        link = self.command("operator", "link", login).stdout.strip()
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=HANG_DEADLINE_S)
        with contextlib.closing(connection):
            connection.request("POST", "/sign-in/" + link.rsplit("/", 1)[1])
            answer = connection.getresponse()
            answer.read()
            cookie = answer.getheader("Set-Cookie").split(";")[0]
            connection.request("GET", "/api/v1/me", headers={"Cookie": cookie})
            return {"Cookie": cookie, "X-CSRF-Token": json.loads(connection.getresponse().read())["csrf_token"]}

    def api(self, method, path, body=None, headers=None):
        """(status, JSON answer or None); as a program, or as the browser whose headers are given."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=HANG_DEADLINE_S)
        try:
            given = {"Content-Type": "application/json"}
            if "Cookie" not in (headers or {}):
                given["Authorization"] = f"Bearer {self.token}"
            if method == "POST":
                given["Idempotency-Key"] = secrets.token_hex(16)
            given.update(headers or {})
            connection.request(method, path, None if body is None else json.dumps(body), given)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text and "json" in answer.getheader("Content-Type", "") else None
        finally:
            connection.close()

    def rows(self, sql, *parameters):
        """Rows of mnara.db, read beside the daemon."""
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql, parameters).fetchall()
        finally:
            connection.close()

    def number(self, sql, *parameters):
        return self.rows(sql, *parameters)[0][0]
