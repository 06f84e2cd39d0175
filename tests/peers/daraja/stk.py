"""M-Pesa Express: the push that makes a prompt, its verdict, and the query about it."""

import random
import secrets
import threading
import time
from dataclasses import dataclass

from .answer import Answer, Refused, fault_answer
from .ledger import nairobi_digits
from .scenario import Scenario
from .stk_rules import KINDS, check_credentials, check_push
from .wire import result_text, stk_callback

# A prompt that nobody touches stops blocking its phone after about a minute.
PROMPT_SECONDS = 60


@dataclass
class Attempt:
    merchant_request_id: str
    checkout_request_id: str
    kind: str
    phone: str
    amount_cents: int
    reference: str
    callback_url: str
    scenario: Scenario
    asked_mono: float
    permitted: bool
    verdict: str = ""  # result code, "" until there is one
    movement: object = None
    queries_after_verdict: int = 0

    def as_json(self):
        return {
            "checkout_request_id": self.checkout_request_id, "phone": self.phone,
            "amount_cents": self.amount_cents, "reference": self.reference,
            "callback_url": self.callback_url, "verdict": self.verdict,
            "receipt": self.movement.receipt if self.movement else None}


class Stk:
    def __init__(self, settings, scenarios, ledger, deliveries, schedule, c2b, stopping):
        self._settings = settings
        self._scenarios = scenarios
        self._ledger = ledger
        self._deliveries = deliveries
        self._schedule = schedule
        self._c2b = c2b
        self._stopping = stopping
        self._lock = threading.Lock()
        self._attempts = {}
        self._random = random.Random(settings.seed)

    def attempts(self):
        with self._lock:
            return [attempt.as_json() for attempt in self._attempts.values()]

    def push(self, body):
        """POST /mpesa/stkpush/v1/processrequest."""
        check_credentials(self._settings, body)
        amount, phone = check_push(body)
        scenario = self._scenarios.for_push(phone)
        fault, accepted = scenario.take_push_fault()
        if not accepted:
            self._stopping.wait(scenario.push_latency_seconds)
            return fault_answer(fault)
        attempt = self._open_attempt(body, phone, amount * 100, scenario)
        if scenario.outcome == "never":
            pass
        elif scenario.callback_before_response:
            self._conclude(attempt)
        else:
            self._schedule.later(scenario.after_seconds, lambda: self._conclude(attempt))
        self._stopping.wait(scenario.push_latency_seconds)
        if fault != "none":
            return fault_answer(fault)
        return Answer(200, {
            "MerchantRequestID": attempt.merchant_request_id,
            "CheckoutRequestID": attempt.checkout_request_id,
            "ResponseCode": "0",
            "ResponseDescription": "Success. Request accepted for processing",
            "CustomerMessage": "Success. Request accepted for processing"})

    def _open_attempt(self, body, phone, amount_cents, scenario):
        kind = KINDS[body["TransactionType"]]
        receiver = self._settings.till if kind == "till" else self._settings.shortcode
        now = time.monotonic()
        with self._lock:
            # Under the lock, so that two pushes at once cannot both find the phone free.
            if any(a.phone == phone and not a.verdict and now - a.asked_mono < PROMPT_SECONDS
                   for a in self._attempts.values()):
                raise Refused(500, "500.001.1001",
                              "Unable to lock subscriber, a transaction is already in process "
                              "for the current subscriber")
            attempt = Attempt(
                merchant_request_id=self._merchant_request_id(),
                checkout_request_id=self._checkout_request_id(phone), kind=kind, phone=phone,
                amount_cents=amount_cents, reference=str(body["AccountReference"]),
                callback_url=str(body["CallBackURL"]), scenario=scenario, asked_mono=now,
                permitted=str(body["PartyB"]) == receiver)
            self._attempts[attempt.checkout_request_id] = attempt
        return attempt

    @staticmethod
    def _merchant_request_id():
        if secrets.randbelow(2):
            return f"{secrets.randbelow(90000) + 10000}-{secrets.randbelow(10**8):08d}-1"
        groups = (secrets.token_hex(2) for _ in range(3))
        return f"{'-'.join(groups)}-{secrets.token_hex(9)[:17]}"

    def _checkout_request_id(self, phone):
        day = nairobi_digits(time.time(), "%d%m%Y%H%M%S")
        while (chosen := f"ws_CO_{day}{secrets.randbelow(1000):03d}{phone[-9:]}") \
                in self._attempts:
            pass
        return chosen

    def _conclude(self, attempt):
        """The customer has acted: decide, move the money, tell."""
        now = time.time()
        code = "0" if attempt.scenario.outcome == "paid" else attempt.scenario.outcome
        window = self._settings.same_amount_window_seconds
        if not attempt.permitted:
            code = "2028"
        elif code == "0" and self._ledger.paid_recently(
                attempt.phone, attempt.amount_cents, now - window):
            code = "17"
        if code == "0":
            attempt.movement = self._ledger.prepare(
                "stk", attempt.amount_cents, attempt.phone, attempt.reference, now,
                attempt.checkout_request_id)
            self._ledger.move(attempt.movement)
        attempt.verdict = code
        order = self._c2b.order_for(attempt)
        if order == "before":
            self._c2b.confirm(attempt.movement, attempt.scenario)
        elif order == "simultaneous":
            self._schedule.later(
                0, lambda: self._c2b.confirm(attempt.movement, attempt.scenario))
        if attempt.scenario.false_start_code:
            self._false_start(attempt)
        late = attempt.scenario.callback_late_seconds
        if late and not attempt.scenario.callback_before_response:
            self._schedule.later(late, lambda: self._call_back(attempt, order))
        else:
            self._call_back(attempt, order)

    def _false_start(self, attempt):
        body = stk_callback(attempt, attempt.scenario.false_start_code, None, attempt.scenario,
                            attempt.checkout_request_id)
        self._deliveries.send("stk_callback", attempt.callback_url, body, None, attempt.scenario)

    def _call_back(self, attempt, order):
        scenario = attempt.scenario
        if not scenario.callback_lost:
            checkout_request_id = attempt.checkout_request_id
            if scenario.unknown_checkout_id:
                checkout_request_id = "ws_CO_" + "".join(
                    secrets.choice("0123456789") for _ in range(26))
            body = stk_callback(attempt, attempt.verdict, attempt.movement, scenario,
                                checkout_request_id)

            def send(copies):
                self._deliveries.send("stk_callback", attempt.callback_url, body,
                                      attempt.movement, scenario, copies,
                                      scenario.callback_retries)
            send(scenario.callback_copies)
            if scenario.callback_again_after_seconds:
                self._schedule.later(scenario.callback_again_after_seconds, lambda: send(1))
        if order == "after":
            self._c2b.confirm(attempt.movement, scenario)

    def query(self, body):
        """POST /mpesa/stkpushquery/v1/query."""
        check_credentials(self._settings, body)
        with self._lock:
            attempt = self._attempts.get(str(body.get("CheckoutRequestID", "")))
            chance = self._random.randrange(100)
        scenario = self._scenarios.of(attempt.phone) if attempt else None
        if attempt is None or scenario.query_unknown:
            raise Refused(500, "500.001.1001", "The transaction does not Exist")
        if chance < scenario.query_error_percent:
            raise Refused(500, "500.001.1001", "The transaction is being processed")
        if not attempt.verdict:
            return self._no_verdict_yet(attempt, scenario.query_pending_form)
        attempt.queries_after_verdict += 1
        if attempt.queries_after_verdict <= scenario.query_pending_times:
            return self._no_verdict_yet(attempt, scenario.query_pending_form)
        code = scenario.query_result_code or attempt.verdict
        if attempt.movement is not None and code == "0":
            self._ledger.tell(attempt.movement, "stk_query", time.time_ns() // 1_000_000, 200)
        return self._query_answer(attempt, code, result_text(code, query=True))

    def _no_verdict_yet(self, attempt, form):
        if form == "4999":
            return self._query_answer(attempt, "4999",
                                      "The transaction is still under processing")
        if form == "http_200_empty":
            return Answer(200, Refused(200, "500.001.1001", "").answer.body)
        raise Refused(500, "500.001.1001", "The transaction is being processed")

    @staticmethod
    def _query_answer(attempt, code, text):
        return Answer(200, {
            "ResponseCode": "0",
            "ResponseDescription": "The service request has been accepted successfully",
            "MerchantRequestID": attempt.merchant_request_id,
            "CheckoutRequestID": attempt.checkout_request_id,
            "ResultCode": code, "ResultDesc": text})
