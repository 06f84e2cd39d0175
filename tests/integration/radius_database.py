"""A radius.db written by a test, with the owner, modes and schema that the daemon gives it."""

import ctypes
import ctypes.util
import ipaddress
import os
import pathlib
import sqlite3
import time

SCHEMA_DIR = pathlib.Path(__file__).resolve().parents[2] / "appliance/storage/schema/radius"
FOR_EVER = 253402300799
ACCOUNTING_SECRET = "00112233445566778899aabbccddeeff"
SQLITE_FCNTL_PERSIST_WAL = 10


class RadiusDatabase:
    """Makes `folder` with radius.db and accounting.secret and keeps the one write connection open.

    gid: the group that may read; None keeps the group of who runs the test.
    """

    def __init__(self, folder, gid=None):
        self.folder = pathlib.Path(folder)
        self.path = self.folder / "radius.db"
        self.gid = gid
        self.connection = None
        self.folder.mkdir(parents=True)
        if gid is not None:
            os.chown(self.folder, -1, gid)
        # setgid: -wal and -shm get the group too, whoever makes them.
        os.chmod(self.folder, 0o2750)
        secret = self.folder / "accounting.secret"
        secret.write_text(f"secret = {ACCOUNTING_SECRET}\n")
        os.chmod(secret, 0o640)
        self.create()

    def create(self):
        """Makes the file anew, empty but for the clock mark."""
        # The modes of -wal and -shm follow the file, so they are set before the WAL is switched on.
        os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o640))
        os.chmod(self.path, 0o640)
        self.open()
        for migration in sorted(SCHEMA_DIR.glob("*.sql")):
            self.connection.executescript(migration.read_text())
        self.set_clock_mark(int(time.time()))

    def open(self):
        self.connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        os.chmod(f"{self.path}-shm", 0o660)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def close_keeping_wal(self):
        """Leaves the file as the daemon does, which ends with a persistent WAL: -wal and -shm stay."""
        sqlite = ctypes.CDLL(ctypes.util.find_library("sqlite3") or "libsqlite3.so.0")
        handle = ctypes.c_void_p()
        if sqlite.sqlite3_open(os.fsencode(self.path), ctypes.byref(handle)) != 0:
            raise OSError("radius.db cannot be opened")
        wanted = ctypes.c_int(1)
        status = sqlite.sqlite3_exec(handle, b"SELECT count(*) FROM access", None, None, None)
        status |= sqlite.sqlite3_file_control(handle, b"main", SQLITE_FCNTL_PERSIST_WAL, ctypes.byref(wanted))
        self.close()
        status |= sqlite.sqlite3_close(handle)
        if status != 0:
            raise OSError(f"sqlite status {status}")

    def delete_files(self):
        self.close()
        for suffix in ("", "-wal", "-shm"):
            pathlib.Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def execute(self, sql, *values):
        return self.connection.execute(sql, values)

    def set_clock_mark(self, at):
        """`at` in UTC seconds."""
        self.execute("INSERT INTO clock_mark(id, at) VALUES (1, ?) ON CONFLICT(id) DO UPDATE SET at = excluded.at", at)

    def add_phase(self, username, **columns):
        """One access row: full speed for ever unless `columns` say otherwise."""
        row = {"username": username, "until_at": FOR_EVER, "revision": 1, "verdict": "ok", "password": "right",
               "class": f"sub:{username}"[:200], "allowed_sessions": 1, "open_sessions": 0, "open_macs": " "}
        row.update(columns)
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" * len(row))
        self.execute(f"INSERT INTO access({names}) VALUES ({marks})", *row.values())

    def add_router(self, name, cidr, secret, *, require_message_authenticator=False, enabled=True):
        network = ipaddress.ip_network(cidr)
        self.execute(
            "INSERT INTO router_client(name, cidr, ip_from, ip_to, secret, require_message_authenticator, enabled)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            name, cidr, int(network[0]), int(network[-1]), secret,
            "yes" if require_message_authenticator else "no", int(enabled))
