"""A MariaDB of our own with the stock schema of FreeRADIUS, in a scratch folder, on a socket only.

As Debian ships it: no option is set that changes speed or durability. By default a COMMIT is on
disk when it returns (innodb_flush_log_at_trx_commit=1), which start() checks.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from tests.integration.daemon import wait_until

SCHEMA = Path("/etc/freeradius/3.0/mods-config/sql/main/mysql/schema.sql")
RATE = "2M/10M"


class MariaDb:
    """`folder` is new. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        # A path of a socket holds 107 bytes.
        self.socket = folder / "s"
        # rlm_sql_mysql has no setting for a socket elsewhere, but reads the options of its user.
        self.client_home = folder / "client"
        self.process: subprocess.Popen | None = None
        self.owner = "mysql" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name

    def __enter__(self) -> MariaDb:
        self.folder.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(self.folder, "mysql", "mysql")
        self.client_home.mkdir()
        (self.client_home / ".my.cnf").write_text(f"[freeradius]\nsocket = {self.socket}\n",
                                                  encoding="utf-8")
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={self.data}",
                        f"--user={self.owner}", "--auth-root-authentication-method=normal",
                        "--skip-test-db"], check=True, stdout=subprocess.DEVNULL)
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [shutil.which("mariadbd", path="/usr/sbin:/usr/bin"), "--no-defaults",
                 f"--datadir={self.data}", f"--socket={self.socket}", "--skip-networking",
                 f"--pid-file={self.folder / 'pid'}", f"--user={self.owner}"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            wait_until(self._answers, "MariaDB to answer")
            self._make_schema()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(120)
            self.process = None

    def run(self, sql: str, database: str = "radius") -> str:
        """The answer as text, columns separated by tabs."""
        done = subprocess.run(["mariadb", "--no-defaults", f"--socket={self.socket}", "-u", "root",
                               "-N", "-B", database], input=sql, capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        return done.stdout

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
        try:
            return self.run("SELECT 1", "") == "1\n"
        except RuntimeError:
            return False

    def _make_schema(self) -> None:
        self.run("CREATE DATABASE radius; CREATE USER radius@localhost IDENTIFIED BY 'radpass';"
                 "GRANT ALL ON radius.* TO radius@localhost", "")
        self.run(SCHEMA.read_text(encoding="utf-8"))
        if self.run("SELECT @@innodb_flush_log_at_trx_commit") != "1\n":
            raise RuntimeError("a COMMIT of this MariaDB is not on disk when it returns")

    def add_people(self, count: int) -> None:
        """The people of the filler: a password and a rate each, and one group for all."""
        people = f"seq_0_to_{count - 1}"
        name = "CONCAT('user', LPAD(seq, 6, '0'))"
        self.run(f"""
INSERT INTO radcheck (username, attribute, op, value)
  SELECT {name}, 'Cleartext-Password', ':=', CONCAT('pw-', {name}) FROM {people};
INSERT INTO radreply (username, attribute, op, value)
  SELECT {name}, 'Mikrotik-Rate-Limit', ':=', '{RATE}' FROM {people};
INSERT INTO radusergroup (username, groupname, priority) SELECT {name}, 'home', 1 FROM {people};
INSERT INTO radgroupreply (groupname, attribute, op, value)
  VALUES ('home', 'Acct-Interim-Interval', ':=', '300');
ANALYZE TABLE radcheck, radreply, radusergroup;""")

    def add_open_sessions(self, count: int) -> None:
        """One each of the first `count` people, ten minutes old."""
        self.run(f"""
INSERT INTO radacct (acctsessionid, acctuniqueid, username, nasipaddress, nasportid, nasporttype,
    acctstarttime, acctupdatetime, acctsessiontime, acctinputoctets, acctoutputoctets,
    callingstationid, framedipaddress)
  SELECT CONCAT('open-', LPAD(seq, 6, '0')), MD5(seq), CONCAT('user', LPAD(seq, 6, '0')),
    '127.0.0.2', 'ether2', 'Virtual', NOW() - INTERVAL 10 MINUTE, NOW(), 600, 1000000, 20000000,
    CONCAT('02:00:00:', LPAD(HEX(seq >> 16 & 255), 2, '0'), ':', LPAD(HEX(seq >> 8 & 255), 2, '0'),
      ':', LPAD(HEX(seq & 255), 2, '0')), INET_NTOA(171966465 + seq) FROM seq_0_to_{count - 1};""")
