"""What a push must look like, and the refusals when it does not."""

import base64
import re

from .answer import Refused

KINDS = {"CustomerPayBillOnline": "paybill", "CustomerBuyGoodsOnline": "till"}
PHONE = re.compile(r"254[17]\d{8}")
TIMESTAMP = re.compile(r"20\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d")
REFERENCE = re.compile(r"[A-Za-z0-9 _-]{1,12}")
# "exec" is refused too; it contains "exe".
FORBIDDEN_IN_URLS = ("mpesa", "m-pesa", "safaricom", "exe", "cmd", "sql", "query")
MAX_AMOUNT = 250_000


def invalid(field):
    return Refused(400, "400.002.02", f"Bad Request - Invalid {field}")


def check_credentials(settings, body):
    """Password must be base64(short code, passkey, Timestamp) of this very request."""
    timestamp = str(body.get("Timestamp", ""))
    if not TIMESTAMP.fullmatch(timestamp):
        raise invalid("Timestamp")
    if str(body.get("BusinessShortCode", "")) != settings.shortcode:
        raise Refused(500, "500.001.1001", "Merchant does not exist")
    if body.get("Password") != password(settings.shortcode, settings.passkey, timestamp):
        raise Refused(500, "500.001.1001", "[MerchantValidate] - Wrong credentials")


def password(shortcode, passkey, timestamp):
    return base64.b64encode(f"{shortcode}{passkey}{timestamp}".encode()).decode()


def check_url(url, field):
    text = str(url).lower()
    if not text.startswith(("http://", "https://")) or any(
            word in text for word in FORBIDDEN_IN_URLS):
        raise invalid(field)


def check_push(body):
    """(amount in whole shillings, phone that gets the prompt) or Refused."""
    amount = str(body.get("Amount", ""))
    if not amount.isdecimal() or not 1 <= int(amount) <= MAX_AMOUNT:
        raise invalid("Amount")
    for name in ("PhoneNumber", "PartyA"):
        if not PHONE.fullmatch(str(body.get(name, ""))):
            raise invalid(name)
    if body.get("TransactionType") not in KINDS:
        raise invalid("TransactionType")
    if not str(body.get("PartyB", "")).isdecimal():
        raise invalid("PartyB")
    if not REFERENCE.fullmatch(str(body.get("AccountReference", ""))):
        raise invalid("AccountReference")
    if len(str(body.get("TransactionDesc", ""))) > 13:
        raise invalid("TransactionDesc")
    check_url(body.get("CallBackURL", ""), "CallBackURL")
    return int(amount), str(body["PhoneNumber"])
