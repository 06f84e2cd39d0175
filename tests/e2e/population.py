"""The ISP that the browser tests look at: a month of plans, people, money and sessions, the same at
every run. All of it comes in by the doors of the product: its API, M-Pesa, RADIUS, the command line."""

from __future__ import annotations

import http.client
import itertools
import json

from tests.e2e.clock import DAY, NOON, MadeUpClock
from tests.integration.box import CREDENTIALS, Box, Customer
from tests.integration.daemon import wait_until
from tests.peers.daraja import ledger

NAMES = ["Achieng Kariuki", "Baraka Mutua", "Chebet Odhiambo", "Daudi Wafula", "Esther Njoroge",
         "Faraja Kiplagat", "Gitau Hassan", "Halima Mwangi", "Imani Auma", "Juma Maina",
         "Kamau Otieno", "Lulu Cheruiyot", "Mwende Barasa", "Naliaka Wekesa"]
PLANS = [("day", "One day", 8000, 1, "day"), ("week", "One week", 50000, 7, "day"),
         ("home", "Home, one month", 250000, 1, "month")]
ROLES = ["owner", "manager", "cashier", "technician", "reseller", "viewer"]
STAFF = ["Wanjiru Kamau", "Otieno Were", "Mercy Akinyi", "Brian Kiptoo", "Salim Juma", "Grace Njeri"]
PASSWORD = "a long enough sentence"
SHOP = "254722000111"
BEGINNING = NOON - 25 * DAY
# (how long ago in seconds, people who join then, who pays then)
HISTORY = [(NOON - BEGINNING, range(0, 6), [0, 1, 2]), (8 * DAY, range(6, 10), [6, 7, 3]),
           (26 * 3600, range(10, 12), [4, 10])]
PAYS_TODAY = [5, 8, 9, 7]
# Two who paid before, one whose time is over (he meets the pay page), two who pay today.
ONLINE = [4, 10, 1, 5, 8]


class Population:
    def __init__(self, box: Box, clock: MadeUpClock) -> None:
        self.box = box
        self.clock = clock
        self.people: list[Customer] = []
        numbers = itertools.count(1)
        # M-Pesa's receipts are drawn by lot; a picture needs the same ones each time.
        ledger.dated_receipt = lambda at: f"UKK{next(numbers):03}MNARA"[:10]

    def live(self) -> None:
        self.box.daraja.set_scenario(after_seconds=0.01)
        self.box.daraja.set_scenario(phone=phone_of(11), outcome="1032", after_seconds=0.01)
        for index, (ago, joining, paying) in enumerate(HISTORY):
            if index == 0:
                self.found()
            else:
                self.travel(NOON - ago)
            self.join(joining)
            self.pay(paying)
            self.use(paying, gigabytes=7 - 3 * index)
            for one in paying:
                self.box.nas.leave(self.people[one].username)
            self.wait_online(0)
        self.travel(NOON)
        self.today()

    def travel(self, seconds: int, runs: bool = False) -> None:
        """The box and its FreeRADIUS are switched off, and on again at another time."""
        box = self.box
        box.daemon.stop()
        box.free_radius.stop()
        self.clock.put(seconds, runs)
        box.free_radius.faketime = self.clock.text(runs=True)
        box.start_daemon()
        box.free_radius.start()

    def found(self) -> None:
        box = self.box
        box.daemon.command("settings", "set", "isp.name", "Kilima Net")
        box.must("POST", "/api/v1/providers/mpesa/register-urls")
        for code, name, cents, number, unit in PLANS:
            box.must("POST", "/api/v1/plans", {
                "code": code, "name": name, "kind": "pppoe", "price_cents": cents,
                "duration_n": number, "duration_unit": unit, "end_behaviour": "pay_page",
                "up_bps": 5_000_000, "down_bps": 10_000_000})
        self.site = box.must("POST", "/api/v1/sites", {"name": "Rongai", "note": "Mast at the school"})
        box.must("POST", "/api/v1/sites", {"name": "Ngong"})
        area = box.must("POST", "/api/v1/areas", {"name": "Kilimani"})
        self.building = box.must("POST", "/api/v1/buildings", {
            "name": "Umoja Court", "area_id": area["id"], "address": "Kindaruma Road 12",
            "landlord_name": "Mama Njeri", "landlord_phone": "0722 000 222"})
        self.units = [box.must("POST", f"/api/v1/buildings/{self.building['id']}/units",
                               {"label": label}) for label in ("A1", "A2", "B1", "B2")]
        box.must("PUT", f"/api/v1/routers/{box.router_id}/site", {"site_id": self.site["id"]})

    def join(self, numbers) -> None:
        for number in numbers:
            made = self.box.must("POST", "/api/v1/subscribers",
                                 {"full_name": NAMES[number], "phone": phone_of(number)})
            username = NAMES[number].split()[0].lower()
            line = self.box.must("POST", f"/api/v1/subscribers/{made['id']}/subscriptions", {
                "username": username, "password": f"pw-{username}", "plan_code": PLANS[number % 3][0]})
            self.people.append(Customer(made["id"], line["id"], made["account_no"], username,
                                        f"pw-{username}", phone_of(number),
                                        f"02:00:00:00:00:{number + 1:02X}"))
            if number < 3:
                self.box.must("POST", f"/api/v1/units/{self.units[number]['id']}/tenancies",
                              {"subscriber_id": made["id"]})

    def pay(self, numbers) -> None:
        for number in numbers:
            self.box.pay(self.people[number])
        wait_until(self.box.inbox_is_empty, "the money to be booked")
        self.box.wait_projected()

    def use(self, numbers, gigabytes: int) -> None:
        """They dial, and have used so much, and a little each his own way."""
        for number in numbers:
            one = self.people[number]
            assert self.box.dial(one).accepted, one.username
            session = self.box.nas.session_of(one.username)["session_id"]
            down = gigabytes * 10**9 + number * 123_456_789
            self.box.nas.send_interim(session, down // 9, down)
        self.wait_online(len(numbers))
        wait_until(lambda: self.box.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL"
                                           " AND bytes_down = 0") == 0, "the usage to be reported")

    def wait_online(self, many: int) -> None:
        wait_until(lambda: self.box.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL")
                   == many, f"{many} to be online")

    def today(self) -> None:
        box = self.box
        self.join(range(12, 14))
        self.pay(PAYS_TODAY)
        self.use(ONLINE, gigabytes=2)
        refused = box.collect(self.people[11])
        wait_until(lambda: box.attempt(refused["id"])["state"] == "failed", "the refusal")
        # Somebody who has not paid, a wrong password, nobody we know.
        for username, password in [("naliaka", "pw-naliaka"), ("daudi", "not his"), ("nobody", "x")]:
            box.ask(username, password)
        box.must("POST", f"/api/v1/subscriptions/{self.people[2].subscription_id}/suspend",
                 {"reason": "Moved out, the dish is back"})
        for reference, shillings in [("KAMAU", 2500), ("rent", 80)]:
            box.daraja.pay_bill(SHOP, shillings * 100, reference)
        wait_until(lambda: len(box.must("GET", "/api/v1/unmatched-payments")["items"]) == 2,
                   "the money without an owner")
        wait_until(lambda: box.must("GET", "/api/v1/auth-results?username=nobody")["items"],
                   "the logins")
        wait_until(lambda: box.number("SELECT COUNT(*) FROM subscription WHERE state = 'active'"
                                      " AND paid_until <= ?", NOON) == 0, "the ends of terms")
        box.wait_projected()

    def staff(self) -> dict:
        """One person a role, each signed in once: their logins and cookies."""
        logins, cookies = {}, {}
        for role, name in zip(ROLES, STAFF):
            login = name.split()[0].lower()
            self.box.daemon.command("operator", "add", login, "--role", role, "--name", name,
                                    "--password-stdin", text=PASSWORD + "\n")
            logins[role] = login
            cookies[role] = sign_in(self.box.daemon.http_port, login)
        return {"logins": logins, "cookies": cookies}

    def known(self) -> dict:
        """What a test must know of it."""
        people = [{"id": one.subscriber_id, "line": one.subscription_id, "account": one.account_no,
                   "name": NAMES[number], "phone": one.phone, "username": one.username}
                  for number, one in enumerate(self.people)]
        payments = self.box.must("GET", "/api/v1/payments")["items"]
        return {"people": people, "building": self.building["id"], "payment": payments[0]["id"],
                "password": PASSWORD, "short_code": CREDENTIALS["shortcode"],
                "daraja": self.box.daraja.url, "token": self.box.daemon.token}


def phone_of(number: int) -> str:
    return f"2547123450{number:02}"


def sign_in(port: int, login: str) -> str:
    """The cookie of a new session, "name=value". Made once a role: Argon2id takes its time on purpose."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/api/v1/sign-in",
                           json.dumps({"login": login, "password": PASSWORD}),
                           {"Content-Type": "application/json",
                            "User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile"})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise AssertionError(f"sign-in of {login}: {answer.status}")
        return answer.getheader("Set-Cookie").split(";")[0]
    finally:
        connection.close()
