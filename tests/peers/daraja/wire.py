"""The shapes of the provider's messages, byte by byte where that matters."""

import hashlib
import json
import re

from .ledger import nairobi_digits

RESULT_TEXTS = {
    "0": "The service request is processed successfully.",
    "1": "The balance is insufficient for the transaction.",
    "17": "Rule limited.",
    "26": "System busy. Traffic blocking condition in place.",
    "1001": "Unable to lock subscriber, a transaction is already in process for the current "
            "subscriber",
    "1019": "Transaction has expired",
    "1025": "An error occurred while sending a push request",
    "1032": "Request Cancelled by user.",
    "1037": "DS timeout user cannot be reached.",
    "2001": "The initiator information is invalid.",
    "2028": "The request is not permitted according to product assignment.",
    "8006": "The security credential is locked.",
    "SFC_IC0003": "The operator does not exist.",
}
# The query words the same code differently.
QUERY_TEXTS = {"1037": "No response from user.", "1032": "Request cancelled by user"}

_NUMBER = re.compile(r'"@number:([0-9.]+)"')


def number(text):
    """A JSON number written exactly so, where json.dumps would turn 1500.00 into 1500.0."""
    return f"@number:{text}"


def dumps(value):
    return _NUMBER.sub(r"\1", json.dumps(value))


def result_text(code, query=False):
    texts = {**RESULT_TEXTS, **QUERY_TEXTS} if query else RESULT_TEXTS
    return texts.get(code, "Unresolved reason type.")


def decimal_text(amount_cents, form):
    """ "1500.00", "1500.0" or "1500"; cents stay whatever the form."""
    whole, cents = divmod(amount_cents, 100)
    if form == "plain" and cents == 0:
        return str(whole)
    if form == "one_decimal" and cents % 10 == 0:
        return f"{whole}.{cents // 10}"
    return f"{whole}.{cents:02d}"


def error_body(code, message, request_id):
    return {"requestId": request_id, "errorCode": code, "errorMessage": message}


def _balance_item(form):
    values = {"null": None, "number": number("46713.00"),
              "java": "{Amount={BasicAmount=46713.00, MinimumAmount=4671300, CurrencyCode=KES}}"}
    if form == "absent":
        return []
    return [{"Name": "Balance", "Value": values[form]} if form in values else {"Name": "Balance"}]


def stk_callback(attempt, code, movement, scenario, checkout_request_id):
    """Text of the callback; `movement` is None unless money moved."""
    def value(text):
        return text if scenario.values_as_strings else number(text)
    numeric = code.isdigit() and not scenario.values_as_strings
    callback = {
        "MerchantRequestID": attempt.merchant_request_id,
        "CheckoutRequestID": checkout_request_id,
        "ResultCode": int(code) if numeric else code,
        "ResultDesc": result_text(code),
    }
    if movement is not None:
        amount_cents = movement.amount_cents + scenario.amount_delta_cents
        items = [
            {"Name": "Amount", "Value": value(decimal_text(amount_cents, scenario.amount_form))},
            {"Name": "MpesaReceiptNumber", "Value": movement.receipt},
            *_balance_item(scenario.balance),
            {"Name": "TransactionDate", "Value": value(nairobi_digits(movement.at))},
            {"Name": "PhoneNumber", "Value": value(movement.phone)},
        ]
        if scenario.reorder_items:
            items.reverse()
        callback["CallbackMetadata"] = {"Item": items}
    return dumps({"Body": {"stkCallback": callback}})


def msisdn_text(phone, form):
    if form == "hashed":
        return hashlib.sha256(phone.encode()).hexdigest()
    if form == "masked":
        return f"{phone[:4]} ***** {phone[-3:]}"
    return phone


def _names(phone, form):
    if form == "empty":
        return "", "", ""
    if form == "null":
        return None, None, None
    return (f"{phone} - JANE" if form == "phone_in_first" else "JANE"), "", "WANJIRU"


def c2b_body(movement, shortcode, scenario, version, org_balance, third_party_id=""):
    """Dict of a validation (org_balance "") or confirmation."""
    form = scenario.msisdn
    if form == "auto":
        form = "hashed" if version == "v1" else "masked"
    first, middle, last = _names(movement.phone, scenario.names)
    return {
        "TransactionType": "Buy Goods" if movement.kind == "till" else "Pay Bill",
        "TransID": movement.receipt,
        "TransTime": nairobi_digits(movement.at),
        "TransAmount": decimal_text(movement.amount_cents, scenario.amount_form),
        "BusinessShortCode": shortcode,
        "BillRefNumber": "" if movement.kind == "till" else movement.reference,
        "InvoiceNumber": "",
        "OrgAccountBalance": org_balance,
        "ThirdPartyTransID": third_party_id,
        "MSISDN": msisdn_text(movement.phone, form),
        "FirstName": first, "MiddleName": middle, "LastName": last,
    }
