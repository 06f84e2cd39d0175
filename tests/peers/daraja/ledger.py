"""The truth of the simulated provider: which money really moved. Tests compare against it."""

import secrets
import string
import threading
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone

NAIROBI = timezone(timedelta(hours=3))
RECEIPT_SIGNS = string.ascii_uppercase + string.digits
DAY_SIGNS = "123456789ABCDEFGHIJKLMNOPQRSTUV"


def nairobi_digits(at, layout="%Y%m%d%H%M%S"):
    """Epoch seconds as the provider writes them: Nairobi time, digits only."""
    return datetime.fromtimestamp(at, NAIROBI).strftime(layout)


def dated_receipt(at):
    """Ten signs: year letter (N is 2019), month letter, day sign, seven random ones."""
    day = datetime.fromtimestamp(at, NAIROBI)
    year = chr(ord("N") + (day.year - 2019) % 13)
    month = chr(ord("A") + day.month - 1)
    tail = "".join(secrets.choice(RECEIPT_SIGNS) for _ in range(7))
    return f"{year}{month}{DAY_SIGNS[day.day - 1]}{tail}"


@dataclass
class Movement:
    """Money that moved from a phone to us. `feeds` lists each message that told about it."""

    receipt: str
    kind: str  # stk, paybill or till
    amount_cents: int
    phone: str
    reference: str
    at: int
    checkout_request_id: str = ""
    feeds: list = field(default_factory=list)

    def as_json(self):
        return asdict(self)


class Ledger:
    """Thread-safe list of movements; receipts are unique."""

    def __init__(self):
        self._lock = threading.Lock()
        self._movements = []
        self._receipts = set()

    def prepare(self, kind, amount_cents, phone, reference, at, checkout_request_id=""):
        """A movement with a receipt of its own that has not happened yet."""
        with self._lock:
            while (receipt := dated_receipt(at)) in self._receipts:
                pass
            self._receipts.add(receipt)
        return Movement(receipt, kind, amount_cents, phone, reference, int(at),
                        checkout_request_id)

    def move(self, movement):
        """From now on the money has moved."""
        with self._lock:
            self._movements.append(movement)

    def tell(self, movement, feed, at_ms, status):
        """Note that a feed carried the movement; status is the HTTP answer, None for no answer."""
        with self._lock:
            movement.feeds.append({"feed": feed, "at_ms": at_ms, "status": status})

    def list(self):
        with self._lock:
            return [movement.as_json() for movement in self._movements]

    def total_cents(self):
        with self._lock:
            return sum(movement.amount_cents for movement in self._movements)

    def paid_recently(self, phone, amount_cents, since):
        """Whether this phone paid this amount through a prompt at or after `since`."""
        with self._lock:
            return any(m.kind == "stk" and m.phone == phone and m.amount_cents == amount_cents
                       and m.at >= since for m in self._movements)
