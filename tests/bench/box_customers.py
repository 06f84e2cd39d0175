"""Customers about to pay, and the callbacks that say so, as the provider would send them."""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from tests.bench.box_house import House
from tests.bench.http_load import write_lines
from tests.integration.box import CREDENTIALS
from tests.integration.daemon import wait_until
from tests.peers.daraja import Scenario
from tests.peers.daraja.wire import c2b_body, dumps, stk_callback

PLAN = "home"  # of the filler
PRICE_CENTS = 150_000
# Behind the phones of the filled house.
FIRST_NUMBER = 50_000_000
HANDS = 4  # that add customers at once: a commit each, so that more would only queue
_numbers = itertools.count(FIRST_NUMBER)

# What the daemon would have written by pushing. It pushes twice a second, as Daraja wants it, which
# is too slow here; and it is told of no time for a question, so that it asks nobody about them.
REQUEST = """INSERT INTO payment_attempt(provider, reference, phone, amount_cents, purpose,
  subscriber_id, subscription_id, plan_version_id, actor, state, requested_at)
  VALUES ('mpesa-sandbox', ?, ?, ?, 'plan', ?, ?,
    (SELECT v.id FROM plan_version v WHERE v.plan_code = ?), 'operator:1', 'requested', ?)"""
PROMPT = """UPDATE payment_attempt SET state = 'prompted', checkout_id = ?, callback_token_hash = ?,
  asked_at = requested_at WHERE id = ?"""


@dataclass(frozen=True)
class Customer:
    """Somebody with a line that was never paid for."""

    number: int
    subscriber_id: int
    line_id: int

    @property
    def phone(self) -> str:
        return f"2547{self.number}"

    @property
    def username(self) -> str:
        return f"new{self.number}"

    @property
    def password(self) -> str:
        return f"pw-{self.number}"


def _new_customer(house: House, number: int) -> Customer:
    subscriber = house.must("POST", "/api/v1/subscribers",
                            {"full_name": f"Newcomer {number}", "phone": f"07{number}"})
    customer = Customer(number, subscriber["id"], 0)
    line = house.must("POST", f"/api/v1/subscribers/{subscriber['id']}/subscriptions",
                      {"username": customer.username, "password": customer.password,
                       "plan_code": PLAN})
    return replace(customer, line_id=line["id"])


def _prompt(connection: sqlite3.Connection, customer: Customer) -> tuple[str, str]:
    """Puts a prompt on his phone; the path and the body of the callback that follows."""
    token = secrets.token_hex(16)
    checkout = f"ws_CO_{customer.number}"
    attempt = connection.execute(REQUEST, (
        f"N{customer.number}", customer.phone, PRICE_CENTS, customer.subscriber_id,
        customer.line_id, PLAN, int(time.time()))).lastrowid
    connection.execute(PROMPT, (checkout, _token_hash(token), attempt))
    moved = SimpleNamespace(amount_cents=PRICE_CENTS, phone=customer.phone, at=time.time(),
                            receipt=f"STK{customer.number}")
    body = stk_callback(SimpleNamespace(merchant_request_id=f"{customer.number}-1"), "0", moved,
                        Scenario(), checkout)
    return f"/cb/s/{token}", body


def _token_hash(token: str) -> bytes:
    """As appliance/core/crypto.cpp."""
    return hashlib.blake2b(token.encode(), digest_size=32).digest()


def prompted_customers(house: House, count: int) -> Path:
    """So many new customers with a prompt, as a file for `mnara-bench-http paid`: where the
    callback of his payment goes, what it says, his username and password."""
    with ThreadPoolExecutor(HANDS) as hands:
        customers = list(hands.map(lambda number: _new_customer(house, number),
                                   itertools.islice(_numbers, count)))
    connection = sqlite3.connect(house.daemon.database, timeout=30)
    try:
        with connection:
            rows = [(*_prompt(connection, customer), customer.username, customer.password)
                    for customer in customers]
    finally:
        connection.close()
    wait_until(lambda: house.daemon.number("SELECT COUNT(*) FROM projection_dirty") == 0,
               "FreeRADIUS to know the customers")
    return write_lines(house.new_file("prompted"), rows)


def confirmation_path(house: House) -> str:
    """Where Paybill confirmations go; registers it with the provider."""
    house.must("POST", "/api/v1/providers/mpesa/register-urls", {})
    bodies = [request["body"] for request in house.daraja.requests()
              if request["path"].endswith("/registerurl")]
    return urlsplit(json.loads(bodies[-1])["ConfirmationURL"]).path


def paybill_payments(house: House, path: str, first: int, count: int) -> Path:
    """Paybill confirmations of subscribers first + 1, first + 2 ... of the filled house."""
    rows = []
    people = house.daemon.rows("SELECT id, account_no FROM subscriber WHERE id > ? ORDER BY id"
                               " LIMIT ?", first, count)
    for subscriber, account in people:
        moved = SimpleNamespace(kind="paybill", amount_cents=PRICE_CENTS, at=time.time(),
                                phone=f"2547{subscriber - 1:08d}", reference=account,
                                receipt=f"C2B{next(_numbers)}")
        rows.append((path, dumps(c2b_body(moved, CREDENTIALS["shortcode"], Scenario(), "v2",
                                          "0.00"))))
    if len(rows) != count:
        raise RuntimeError("the house has too few people")
    return write_lines(house.new_file("paybill"), rows)
