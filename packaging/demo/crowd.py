"""200 customers who dial, hang up, redial and pay now and then, for as long as the demo runs."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from heapq import heappop, heappush

from packaging.demo.api import Api, Refused
from packaging.demo.seed import DemoCustomer
from packaging.demo.world import World

PAY_PAGE_POOL = "mnara-expired"
# All have arrived after this many seconds.
ARRIVAL_SECONDS = 30.0
# Who pays before he dials for the first time; the others meet the pay page first.
PAYS_FIRST_SHARE = 0.8
# Of those who pay: who is asked at the counter (STK push), the others pay the bill themselves.
AT_COUNTER_SHARE = 0.3
# What goes wrong in a real town: a PIN that is not typed, an account that is mistyped, a password that
# is no longer his.
CANCELS_SHARE = 0.1
MISTYPES_SHARE = 0.04
WRONG_PASSWORD_SHARE = 0.02
SHOP_PHONE = "254722000111"  # of an agent who pays for people
TICK_SECONDS = 0.25


@dataclass(order=True)
class Visit:
    """When to look at a customer next."""
    at: float
    customer: DemoCustomer = field(compare=False)
    first: bool = field(default=False, compare=False)


class Crowd:
    def __init__(self, world: World, customers: list[DemoCustomer]) -> None:
        self.api_: Api = world.api
        self.nas_ = world.nas
        self.mpesa_ = world.mpesa
        self.chance_ = random.Random()
        self.visits_: list[Visit] = []
        self.paid = self.refused = 0
        begin = time.monotonic()
        for customer in customers:
            at = begin + self.chance_.uniform(0, ARRIVAL_SECONDS)
            heappush(self.visits_, Visit(at, customer, first=True))

    def step(self, now: float) -> None:
        """Visits everybody who is due."""
        if not self.visits_ or self.visits_[0].at > now:
            return
        active = {session["username"]: session for session in self.nas_.sessions()}
        while self.visits_ and self.visits_[0].at <= now:
            visit = heappop(self.visits_)
            pause = self.visit(visit, active.get(visit.customer.username))
            heappush(self.visits_, Visit(now + pause, visit.customer))

    def visit(self, visit: Visit, session: dict | None) -> float:
        """What one customer does now; returns the seconds until he does something again."""
        customer = visit.customer
        if visit.first and self.chance_.random() < PAYS_FIRST_SHARE:
            self.pay(customer)
            return self.chance_.uniform(2, 6)
        if session is None:
            is_wrong = self.chance_.random() < WRONG_PASSWORD_SHARE
            password = "the old one" if is_wrong else customer.password
            self.nas_.start_dial(customer.username, password, customer.mac, redial=not is_wrong,
                                 up_bps=self.chance_.randrange(50_000, 1_000_000),
                                 down_bps=self.chance_.randrange(200_000, 5_000_000))
            return self.chance_.uniform(30, 300)
        if session["pool"] == PAY_PAGE_POOL and self.chance_.random() < 0.5:
            self.pay(customer)
            return self.chance_.uniform(20, 60)
        self.nas_.hang_up(session["session_id"])
        return self.chance_.uniform(3, 20)

    def pay(self, customer: DemoCustomer) -> None:
        try:
            if self.chance_.random() < AT_COUNTER_SHARE:
                cancels = self.chance_.random() < CANCELS_SHARE
                self.mpesa_.set_scenario(phone=customer.phone, outcome="1032" if cancels else "paid")
                self.api_.post(f"/api/v1/subscriptions/{customer.subscription_id}/collect",
                               {"phone": customer.phone})
            else:
                mistypes = self.chance_.random() < MISTYPES_SHARE
                phone = SHOP_PHONE if mistypes else customer.phone
                account = customer.account_no[:-1] if mistypes else customer.account_no
                self.mpesa_.pay_bill(phone, customer.price_cents, account)
            self.paid += 1
        except (Refused, OSError) as trouble:
            self.refused += 1
            print(f"{customer.username} could not pay: {trouble}", flush=True)

    def summary(self) -> str:
        sessions = self.nas_.sessions()
        waiting = sum(session["pool"] == PAY_PAGE_POOL for session in sessions)
        return (f"online {len(sessions) - waiting}, on the pay page {waiting}, "
                f"payments begun {self.paid}, refused {self.refused}")
