"""How the simulated provider and one phone behave: the outcome and all faults around it."""

from dataclasses import asdict, dataclass, field, fields, replace

PUSH_FAULTS = ("none", "drop", "http_500", "html_503", "spike_arrest", "quota", "locked",
               "wrong_credentials", "busy")
# Faults after which the real provider has nevertheless created the prompt.
ACCEPTED_FAULTS = ("drop", "http_500")
BALANCE_FORMS = ("no_value", "absent", "null", "number", "java")
QUERY_FORMS = ("http_500", "http_200_empty", "4999")
C2B_ORDERS = ("auto", "off", "before", "after", "simultaneous")
MSISDN_FORMS = ("auto", "clear", "hashed", "masked")
AMOUNT_FORMS = ("two_decimals", "one_decimal", "plain")
NAME_FORMS = ("full", "empty", "null", "phone_in_first")

CHOICES = {
    "push_fault": PUSH_FAULTS, "balance": BALANCE_FORMS, "query_pending_form": QUERY_FORMS,
    "c2b": C2B_ORDERS, "msisdn": MSISDN_FORMS, "amount_form": AMOUNT_FORMS, "names": NAME_FORMS,
}


@dataclass
class Scenario:
    """One behaviour; the defaults are a customer who pays after one second, nothing wrong.

    What the customer does
      outcome              "paid", a result code as text ("1032", "SFC_IC0003"), or "never"
      after_seconds        from the prompt to the verdict: how long he takes over his PIN
    The answer to the push
      push_fault           drop: connection closed without an answer; http_500, html_503,
                           spike_arrest, quota, locked, wrong_credentials, busy: that error
      push_accepted        whether the prompt exists all the same; None: true for drop, http_500
      push_fault_times     the fault strikes this often, then pushes work again; -1: always
      push_latency_seconds the answer to the push is this late
    The callback
      callback_lost        it is never sent
      callback_before_response   it is sent and answered before the push itself is answered
      callback_copies      sent this often at the same moment
      callback_late_seconds      after the verdict
      callback_again_after_seconds   once more, this much later (0: no)
      callback_retries     sent again until answered 200, at most this often; real: 0
      false_start_code     a callback with this failure goes out first, then the true one
      balance              form of the Balance item, see BALANCE_FORMS
      amount_form          1500.00, 1500.0 or 1500 (cents are never cut off)
      values_as_strings, reorder_items, extra_header, chunked_body   bools
      amount_delta_cents   the callback lies about the amount by this much
      unknown_checkout_id  the callback names a CheckoutRequestID nobody got
      source_address       the callback comes from this loopback address ("": the usual one)
    The query
      query_pending_form   how "no verdict yet" looks, see QUERY_FORMS
      query_pending_times  that many queries after the verdict still say "no verdict yet"
      query_error_percent  chance of 500.001.1001 in any query
      query_result_code    the query says this whatever happened ("": the truth)
      query_unknown        the query denies knowing the id
    C2B confirmation
      c2b                  for STK payments: off, before, after or simultaneous with the callback;
                           auto: after when URLs are registered. "off" silences direct payments too
      c2b_lost             the confirmation is never sent; the money has moved all the same
      c2b_copies           sent this often at the same moment
      msisdn               clear, hashed, masked; auto: hashed for v1, masked for v2
      names                full, empty, null, phone_in_first
    """

    outcome: str = "paid"
    after_seconds: float = 1.0
    push_fault: str = "none"
    push_accepted: bool | None = None
    push_fault_times: int = -1
    push_latency_seconds: float = 0.0
    callback_lost: bool = False
    callback_before_response: bool = False
    callback_copies: int = 1
    callback_late_seconds: float = 0.0
    callback_again_after_seconds: float = 0.0
    callback_retries: int = 0
    false_start_code: str = ""
    balance: str = "no_value"
    amount_form: str = "two_decimals"
    values_as_strings: bool = False
    reorder_items: bool = False
    extra_header: bool = True
    chunked_body: bool = False
    amount_delta_cents: int = 0
    unknown_checkout_id: bool = False
    source_address: str = ""
    query_pending_form: str = "http_500"
    query_pending_times: int = 0
    query_error_percent: int = 0
    query_result_code: str = ""
    query_unknown: bool = False
    c2b: str = "auto"
    c2b_lost: bool = False
    c2b_copies: int = 1
    msisdn: str = "auto"
    names: str = "full"
    left_push_faults: int = field(default=0, repr=False)

    def __post_init__(self):
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}")
        self.left_push_faults = self.push_fault_times

    def changed(self, changes):
        """A copy with these fields changed. Raises ValueError for what does not exist."""
        known = {item.name for item in fields(self)} - {"left_push_faults"}
        unknown = sorted(set(changes) - known)
        if unknown:
            raise ValueError(f"unknown fields {unknown}, known: {sorted(known)}")
        return replace(self, **changes)

    def take_push_fault(self):
        """(fault, whether the prompt exists) for one push; counts the fault down."""
        if self.push_fault == "none" or self.left_push_faults == 0:
            return "none", True
        self.left_push_faults -= 1
        accepted = self.push_accepted
        if accepted is None:
            accepted = self.push_fault in ACCEPTED_FAULTS
        return self.push_fault, accepted

    def as_json(self):
        shown = asdict(self)
        del shown["left_push_faults"]
        return shown
