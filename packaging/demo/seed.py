"""Plans and subscribers of the demo, made through the product's API. A second run finds the ones of
the first: who is who follows from the number, passwords from a seed kept in the demo's folder."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path

from packaging.demo.api import Api

FIRST_NAMES = ["Achieng", "Baraka", "Chebet", "Daudi", "Esther", "Faraja", "Gitau", "Halima",
               "Imani", "Juma", "Kamau", "Lulu", "Mwende", "Naliaka", "Otieno", "Pendo",
               "Rehema", "Sifa", "Tumaini", "Wanjiru"]
LAST_NAMES = ["Kariuki", "Mutua", "Odhiambo", "Wafula", "Njoroge", "Kiplagat", "Hassan", "Mwangi",
              "Auma", "Maina"]
# code, name, cents, length, down Mbit/s. Many are short, so that a watcher sees terms end.
PLANS = [
    ("demo-10min", "Ten minutes", 500, (10, "minute"), 5),
    ("demo-hour", "One hour", 2000, (1, "hour"), 10),
    ("demo-day", "One day", 8000, (1, "day"), 10),
    ("demo-month", "Home, one month", 250000, (1, "month"), 20),
]


@dataclass
class DemoCustomer:
    number: int
    username: str
    password: str
    phone: str
    mac: str
    account_no: str
    subscriber_id: int
    subscription_id: int
    price_cents: int


def ensure_plan(api: Api, code: str, name: str, price_cents: int, length: tuple[int, str],
                down_mbps: int) -> None:
    if any(plan["code"] == code for plan in api.items("/api/v1/plans")):
        return
    api.post("/api/v1/plans", {
        "code": code, "name": name, "kind": "pppoe", "price_cents": price_cents,
        "duration_n": length[0], "duration_unit": length[1], "device_limit": 1,
        "up_bps": down_mbps * 500_000, "down_bps": down_mbps * 1_000_000,
        "end_behaviour": "pay_page"})


def password_seed(folder: Path) -> bytes:
    path = folder / "customers.seed"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), encoding="ascii")
    return path.read_bytes()


def ensure_customer(api: Api, number: int, seed: bytes) -> DemoCustomer:
    """Customer `number` with a line; whatever an interrupted earlier run left out is added."""
    username = f"demo{number:03}"
    password = hmac.new(seed, username.encode(), hashlib.sha256).hexdigest()[:12]
    phone = f"2547{number:08}"
    code, _, price_cents, _, _ = PLANS[number % len(PLANS)]
    found = [item for item in api.get("/api/v1/subscribers", search=phone)["items"]]
    if found:
        subscriber = api.get(f"/api/v1/subscribers/{found[0]['id']}")
    else:
        subscriber = api.post("/api/v1/subscribers", {
            "full_name": f"{FIRST_NAMES[number % 20]} {LAST_NAMES[number // 20 % 10]}",
            "phone": phone})
    lines = [line for line in subscriber.get("subscriptions", []) if line["username"] == username]
    line = lines[0] if lines else api.post(
        f"/api/v1/subscribers/{subscriber['id']}/subscriptions",
        {"username": username, "password": password, "plan_code": code})
    return DemoCustomer(number, username, password, phone,
                        f"02:00:00:00:{number // 256:02X}:{number % 256:02X}",
                        subscriber["account_no"], subscriber["id"], line["id"], price_cents)


def seed_demo(api: Api, folder: Path, count: int) -> list[DemoCustomer]:
    for plan in PLANS:
        ensure_plan(api, *plan)
    seed = password_seed(folder)
    return [ensure_customer(api, number, seed) for number in range(1, count + 1)]
