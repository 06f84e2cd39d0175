"""A whole ISP for one test: the daemon, its FreeRADIUS, a simulated Daraja and a simulated MikroTik.

    with Box() as box:                      everything runs
        jane = box.add_customer("jane")     a subscriber with one line, password "pw-jane"
        box.pay(jane)                       STK push, PIN, callback
        box.dial(jane)                      PPPoE login through the real FreeRADIUS

Nothing here shares code with the product; it speaks to it by HTTP, RADIUS and its command line.
"""

import os
import pathlib
import tempfile
import time
from dataclasses import dataclass

from tests.integration.contract import contract
from tests.integration.daemon import Daemon, wait_until
from tests.integration.free_radius import FreeRadius
from tests.integration.ports import free_tcp_port, free_udp_port
from tests.integration.radius_case import radius_user
from tests.peers import radius
from tests.peers.daraja import Daraja
from tests.peers.nas import Nas

CREDENTIALS = {"consumer_key": "test-key", "consumer_secret": "test-secret", "shortcode": "600638",
               "passkey": "test-passkey"}
ROUTER_ADDRESS = "127.0.0.2"


@dataclass
class Customer:
    subscriber_id: int
    subscription_id: int
    account_no: str
    username: str
    password: str
    phone: str
    mac: str


class Box:
    """`daraja` are further settings of the simulated Daraja; `radius_options` of FreeRadius; with_radius=False leaves
    FreeRADIUS and the router out; `config` are further keys of mnara.conf."""

    def __init__(self, with_radius=True, radius_options=None, config=None, **daraja):
        self.config = config
        self.with_radius = with_radius
        self.radius_options = radius_options or {}
        self.daraja_settings = {**CREDENTIALS, "same_amount_window_seconds": 0, **daraja}
        self.customers_ = 0

    def __enter__(self):
        self.temp_ = tempfile.TemporaryDirectory(prefix="mnara-box-")
        self.folder = pathlib.Path(self.temp_.name)
        os.chmod(self.folder, 0o755)
        self.user = radius_user() if self.with_radius else None
        self.radius_dir = self.folder / "radius"
        self.data_dir = self.folder / "data"
        self.radius_dir.mkdir()
        if self.user:
            os.chown(self.radius_dir, -1, self.user[1])
        os.chmod(self.radius_dir, 0o2750)
        self.free_radius = self.nas = None
        accounting_port = free_udp_port()
        self.radius_log = self.folder / "work" / "auth.log"
        self.daemon = Daemon(self.folder, free_tcp_port(), accounting_port, self.radius_log, self.config)
        try:
            self.daraja = Daraja(**self.daraja_settings).__enter__()
            self.set_up()
            self.start_daemon()
            if self.with_radius:
                self.free_radius = FreeRadius(self.radius_dir, self.folder / "work", accounting_port,
                                              log_path=self.radius_log, user=self.user, **self.radius_options)
                self.free_radius.start()
                self.add_router()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self.nas:
                self.nas.__exit__()
            if self.free_radius:
                self.free_radius.stop()
            self.daemon.stop()
        finally:
            if self.daemon.process:
                self.daemon.kill()
            self.daraja.__exit__()
            self.temp_.cleanup()

    def set_up(self):
        self.daemon.command("operator", "add", "owner", "--role", "owner")
        self.daemon.token = self.daemon.command("operator", "token", "owner").stdout.strip()
        self.daemon.command("settings", "set", "mpesa.base_url", self.daraja.url)
        self.daemon.command("settings", "set", "mpesa.short_code", CREDENTIALS["shortcode"])
        self.daemon.command("settings", "set", "radius.pool", "mnara-pool")
        for key in ("consumer_key", "consumer_secret", "passkey"):
            self.daemon.command("settings", "set", f"mpesa.{key}", "--stdin", text=CREDENTIALS[key])

    # The daemon.

    def start_daemon(self, environment=None):
        self.daemon.start(environment)

    def kill_daemon(self):
        self.daemon.kill()

    def stop_daemon(self):
        self.daemon.stop()

    def api(self, method, path, body=None, headers=None):
        """(status, JSON answer or None); an answer that the contract does not know ends the test."""
        status, answer = self.daemon.api(method, path, body, headers)
        wrong = contract().judge(method, path, status, answer)
        if wrong:
            raise AssertionError("against openapi.yaml: " + "; ".join(wrong[:5]))
        return status, answer

    def must(self, method, path, body=None):
        """The answer of a call that has to succeed."""
        status, answer = self.api(method, path, body)
        if status >= 300:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer

    def rows(self, sql, *parameters):
        return self.daemon.rows(sql, *parameters)

    def number(self, sql, *parameters):
        return self.daemon.number(sql, *parameters)

    def books_balance(self):
        return self.number("SELECT COALESCE(SUM(CASE side WHEN 'debit' THEN amount_cents ELSE -amount_cents END), 0)"
                           " FROM ledger_entry e JOIN transfer t ON t.id = e.transfer_id") == 0

    # People and plans.

    def add_plan(self, code="home", price_cents=150000, duration_n=30, duration_unit="day", **more):
        return self.must("POST", "/api/v1/plans",
                         {"code": code, "name": code, "kind": "pppoe", "price_cents": price_cents, "duration_n": duration_n,
                          "duration_unit": duration_unit, "up_bps": 2_000_000, "down_bps": 10_000_000,
                          "end_behaviour": "pay_page", **more})

    def add_customer(self, username=None, plan_code="home", **more):
        self.customers_ += 1
        n = self.customers_
        username = username or f"user{n}"
        subscriber = self.must("POST", "/api/v1/subscribers", {"full_name": f"Customer {n}", "phone": f"07{n:08d}"})
        line = self.must("POST", f"/api/v1/subscribers/{subscriber['id']}/subscriptions",
                         {"username": username, "password": f"pw-{username}", "plan_code": plan_code, **more})
        return Customer(subscriber["id"], line["id"], subscriber["account_no"], username, f"pw-{username}",
                        f"2547{n:08d}", f"02:00:00:{n >> 16 & 255:02X}:{n >> 8 & 255:02X}:{n & 255:02X}")

    def line(self, customer):
        return self.must("GET", f"/api/v1/subscriptions/{customer.subscription_id}")

    # Money.

    def collect(self, customer, **body):
        return self.must("POST", f"/api/v1/subscriptions/{customer.subscription_id}/collect", body)

    def attempt(self, attempt_id):
        return self.must("GET", f"/api/v1/attempts/{attempt_id}")

    def pay(self, customer, **body):
        """Collects and waits until the attempt has succeeded."""
        attempt = self.collect(customer, **body)
        return wait_until(lambda: self.is_paid(attempt["id"]), "the payment to be credited")

    def is_paid(self, attempt_id):
        attempt = self.attempt(attempt_id)
        return attempt if attempt["state"] == "succeeded" else None

    def inbox_is_empty(self):
        return self.number("SELECT COUNT(*) FROM inbox WHERE processed_at IS NULL") == 0

    # The network.

    def add_router(self, source=ROUTER_ADDRESS, **options):
        nas_options = {"pools": None, **options}
        router = self.must("POST", "/api/v1/routers", {"name": f"tower {source}", "radius_source": source})
        server = ("127.0.0.1", self.free_radius.auth_port)
        accounting = ("127.0.0.1", self.free_radius.acct_port)
        nas = Nas(server, accounting, router["radius_secret"], source=source, **nas_options).__enter__()
        self.must("PATCH", f"/api/v1/routers/{router['id']}",
                  {"coa_address": nas.coa_address[0], "coa_port": nas.coa_address[1]})
        if self.nas is None:
            self.nas = nas
            self.secret = router["radius_secret"]
            self.router_id = router["id"]
        self.wait_projected()
        return nas

    def ask(self, username, password, method="pap", mac="02:00:00:00:00:01", **options):
        """One Access-Request as the router would send it; the reply, or None for silence."""
        return radius.access_request(("127.0.0.1", self.free_radius.auth_port), self.secret, username, password, method,
                                     [("Calling-Station-Id", mac)], source=ROUTER_ADDRESS,
                                     **{"timeout_seconds": 3.0, **options})

    def dial(self, customer, wait_seconds=30.0):
        """His equipment redials by itself when it is dropped, and gives up only when it is told to hang up."""
        return self.nas.dial(customer.username, customer.password, customer.mac, wait_seconds, redial=True,
                             redial_after_seconds=0.3, reject_pause_seconds=1.0)

    def is_projected(self):
        return self.number("SELECT COUNT(*) FROM projection_dirty") == 0

    def wait_projected(self):
        wait_until(self.is_projected, "radius.db to be up to date")

    def open_sessions(self, username):
        return self.rows("SELECT id, class, bytes_up, bytes_down, seconds FROM session WHERE username = ? AND stopped_at IS NULL",
                         username)

    def pool_of(self, customer):
        """The pool of the customer's session on the router: 'full', 'pay_page', or None when he is off."""
        session = self.nas.session_of(customer.username)
        if session is None:
            return None
        return "pay_page" if str(session["address"]).startswith("10.30.") else "full"


def now():
    return int(time.time())
