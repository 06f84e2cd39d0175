"""Customer to business: URLs are registered once, payments are validated and confirmed."""

import json
import secrets
import threading
import time

from .answer import Answer, Refused
from .stk_rules import check_url
from .wire import c2b_body, decimal_text, dumps

VALIDATION_SECONDS = 8.0


class C2b:
    def __init__(self, settings, scenarios, ledger, deliveries, schedule):
        self._settings = settings
        self._scenarios = scenarios
        self._ledger = ledger
        self._deliveries = deliveries
        self._schedule = schedule
        self._lock = threading.Lock()
        self.registered = None

    def register(self, version, body):
        """POST /mpesa/c2b/{v1,v2}/registerurl."""
        self._check_version(version)
        if str(body.get("ShortCode", "")) not in (self._settings.shortcode, self._settings.till):
            raise Refused(400, "400.002.02", "Bad Request - Invalid ShortCode")
        if body.get("ResponseType") not in ("Completed", "Cancelled"):
            raise Refused(400, "400.002.02", "Bad Request - Invalid ResponseType")
        for name in ("ConfirmationURL", "ValidationURL"):
            check_url(body.get(name, ""), name)
        with self._lock:
            if self.registered is not None and self._settings.register_once:
                raise Refused(500, "500.003.1001", "Urls are already registered.")
            self.registered = {
                "version": version, "response_type": body["ResponseType"],
                "confirmation_url": body["ConfirmationURL"],
                "validation_url": body["ValidationURL"]}
        return self._acknowledged("Success")

    def simulate(self, version, body):
        """POST /mpesa/c2b/{v1,v2}/simulate; the payment follows on its own."""
        self._check_version(version)
        amount = str(body.get("Amount", ""))
        if not amount.isdecimal() or int(amount) < 1:
            raise Refused(400, "400.002.02", "Bad Request - Invalid Amount")
        phone, reference = str(body.get("Msisdn", "")), str(body.get("BillRefNumber") or "")
        kind = "till" if body.get("CommandID") == "CustomerBuyGoodsOnline" else "paybill"
        self._schedule.later(0, lambda: self.pay(kind, phone, int(amount) * 100, reference))
        return self._acknowledged("Accept the service request successfully.")

    def _check_version(self, version):
        if self._settings.c2b_version not in ("any", version):
            raise Refused(401, "401.003.01", "Error Occurred - Invalid Access Token - "
                                             "Invalid API call as no apiproduct match found")

    @staticmethod
    def _acknowledged(text):
        # The spelling of the first key is the provider's own.
        return Answer(200, {"OriginatorCoversationID": f"{secrets.token_hex(2)}-"
                                                       f"{secrets.token_hex(8)}",
                            "ResponseCode": "0", "ResponseDescription": text})

    def order_for(self, attempt):
        """When to confirm a payment that came from a prompt: off, before, after, simultaneous."""
        if attempt.movement is None or self.registered is None:
            return "off"
        wanted = attempt.scenario.c2b
        return "after" if wanted == "auto" else wanted

    def pay(self, kind, phone, amount_cents, reference, scenario=None):
        """A customer pays by himself. Waits for the calls; what happened, as a dict."""
        scenario = scenario or self._scenarios.of(phone)
        movement = self._ledger.prepare(kind, amount_cents, phone, reference, time.time())
        allowed, code, third_party_id = self._validate(movement, scenario)
        if not allowed:
            return {"accepted": False, "result_code": code, "receipt": None}
        self._ledger.move(movement)
        calls = [] if scenario.c2b == "off" else self.confirm(movement, scenario, third_party_id)
        return {"accepted": True, "result_code": "0", "receipt": movement.receipt,
                "confirmations": [call["status"] for call in calls]}

    def _validate(self, movement, scenario):
        """(allowed, result code, ThirdPartyTransID)."""
        if not self._settings.validation or self.registered is None:
            return True, "0", ""
        body = dumps(c2b_body(movement, self._shortcode(movement), scenario,
                              self.registered["version"], ""))
        call, = self._deliveries.send("c2b_validation", self.registered["validation_url"], body,
                                      None, scenario, timeout_seconds=VALIDATION_SECONDS)
        took_ms = call["answered_at_ms"] - call["sent_at_ms"]
        try:
            if call["status"] != 200 or took_ms > VALIDATION_SECONDS * 1000:
                raise ValueError("no usable answer")
            answer = json.loads(call["answer"])
            code = str(answer["ResultCode"])
            return code == "0", code, str(answer.get("ThirdPartyTransID") or "")
        except (ValueError, KeyError, TypeError, AttributeError):
            completed = self.registered["response_type"] == "Completed"
            return completed, "0" if completed else "no answer", ""

    def confirm(self, movement, scenario, third_party_id=""):
        """Tell the confirmation URL about money that moved; the calls made."""
        if self.registered is None or scenario.c2b_lost:
            return []
        balance = decimal_text(self._ledger.total_cents(), "two_decimals")
        body = dumps(c2b_body(movement, self._shortcode(movement), scenario,
                              self.registered["version"], balance, third_party_id))
        return self._deliveries.send("c2b_confirmation", self.registered["confirmation_url"],
                                     body, movement, scenario, scenario.c2b_copies)

    def _shortcode(self, movement):
        return (self._settings.till or self._settings.shortcode) if movement.kind == "till" \
            else self._settings.shortcode
