"""Bad input of every kind: nothing is lost, nobody is credited wrongly, the service stays up."""

import http.client
import json
import socket
import time
import unittest

from tests.integration.box import Box
from tests.integration.ports import free_udp_port
from tests.integration.daemon import wait_until


class BadInputTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Box(with_radius=False)
        cls.box.__enter__()
        cls.addClassCleanup(cls.box.__exit__)
        cls.box.add_plan()
        cls.box.must("POST", "/api/v1/providers/mpesa/register-urls", {})
        [cls.urls] = [r for r in cls.box.daraja.requests() if r["path"].endswith("registerurl")][-1:]

    def post(self, path, body, content_type="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", self.box.daemon.http_port, timeout=30)
        try:
            connection.request("POST", path, body, {"Content-Type": content_type})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    def open_prompt(self):
        """A customer with an open prompt that never answers by itself; (customer, attempt, callback path)."""
        customer = self.box.add_customer()
        self.box.daraja.set_scenario(phone=customer.phone, outcome="never")
        attempt = self.box.collect(customer)
        wait_until(lambda: self.box.attempt(attempt["id"])["state"] == "prompted", "the prompt")
        [push] = [r for r in self.box.daraja.requests() if r["path"].endswith("processrequest")
                  and customer.phone in r["body"]][-1:]
        path = "/" + json.loads(push["body"])["CallBackURL"].split("/", 3)[3]
        checkout = self.box.number("SELECT checkout_id FROM payment_attempt WHERE id = ?", attempt["id"])
        return customer, attempt, path, checkout

    @staticmethod
    def callback(checkout, code=0, items=None, amount="1500.00"):
        """The text of a callback; `amount` is put in as it stands."""
        if items is None:
            items = (f'{{"Name":"Amount","Value":{amount}}},{{"Name":"MpesaReceiptNumber","Value":"UAF3K7Q2ZX"}},'
                     '{"Name":"TransactionDate","Value":20260115143021},{"Name":"PhoneNumber","Value":254712345678}')
        metadata = f',"CallbackMetadata":{{"Item":[{items}]}}' if code in (0, "0") else ""
        return (f'{{"Body":{{"stkCallback":{{"MerchantRequestID":"1","CheckoutRequestID":"{checkout}",'
                f'"ResultCode":{json.dumps(code)},"ResultDesc":"x"{metadata}}}}}}}')

    def settle(self):
        wait_until(self.box.inbox_is_empty, "the inbox")

    def assert_alive(self):
        self.assertEqual(self.box.api("GET", "/health")[0], 200)

    def test_a_callback_that_is_not_json_or_too_deep_is_kept_and_credits_nobody(self):
        customer, _, path, _ = self.open_prompt()
        for body in (b"not json", b"", b"\xff\xfe\x00", b"[" * 30000, b'{"Body":null}', b'{"Body":{"stkCallback":[]}}',
                     b'{"Body":{"stkCallback":{"ResultCode":0,"ResultCode":1}}}', b"null", b"0"):
            with self.subTest(body=body[:20]):
                before = self.box.number("SELECT COUNT(*) FROM inbox")
                self.assertEqual(self.post(path, body), 200)
                self.settle()
                self.assertEqual(self.box.number("SELECT COUNT(*) FROM inbox"), before + 1)
                [(kept, outcome)] = self.box.rows("SELECT body, outcome FROM inbox ORDER BY id DESC LIMIT 1")
                self.assertEqual((bytes(kept), outcome), (body, "unreadable"))
        self.assertEqual(self.box.line(customer)["state"], "pending")
        self.assert_alive()

    def test_a_callback_that_is_too_large_is_refused(self):
        customer, _, path, _ = self.open_prompt()
        self.assertEqual(self.post(path, b" " * 2_000_000), 413)
        self.assertEqual(self.box.line(customer)["state"], "pending")
        self.assert_alive()

    def test_amounts_codes_and_items_in_every_form(self):
        item = '{"Name":"MpesaReceiptNumber","Value":"%s"}'
        forms = {
            "decimals": self.callback("%s", amount="1500.00"), "one decimal": self.callback("%s", amount="1500.0"),
            "whole": self.callback("%s", amount="1500"), "amount as string": self.callback("%s", amount='"1500.00"'),
            "code as string": self.callback("%s", code="0"),
            "another order, Balance without Value": self.callback("%s", items=(
                '{"Name":"Balance"},{"Name":"PhoneNumber","Value":"254712345678"},'
                '{"Name":"TransactionDate","Value":"20260115143021"},{"Name":"MpesaReceiptNumber","Value":"UAF3K7Q2ZX"},'
                '{"Name":"Amount","Value":1500.00}')),
            "Balance as text": self.callback("%s", items=(
                '{"Name":"Amount","Value":1500.00},{"Name":"MpesaReceiptNumber","Value":"UAF3K7Q2ZX"},'
                '{"Name":"Balance","Value":"{Amount={BasicAmount=46713.00}}"}')),
        }
        for n, (name, form) in enumerate(forms.items()):
            with self.subTest(form=name):
                customer, attempt, path, checkout = self.open_prompt()
                body = form.replace("%s", checkout, 1).replace("UAF3K7Q2ZX", f"UAF3K7Q2A{n}")
                self.assertEqual(self.post(path, body), 200)
                wait_until(lambda: self.box.is_paid(attempt["id"]), "the payment")
                self.assertEqual(self.box.rows("SELECT receipt, amount_cents FROM payment WHERE attempt_id = ?", attempt["id"]),
                                 [(f"UAF3K7Q2A{n}", 150000)])
                self.assertEqual(self.box.line(customer)["state"], "active")
        self.assertIn("%s", item)

    def test_a_string_code_of_failure(self):
        _, attempt, path, checkout = self.open_prompt()
        self.post(path, self.callback(checkout, code="SFC_IC0003"))
        wait_until(lambda: self.box.attempt(attempt["id"])["state"] == "failed", "the verdict")
        self.assertEqual(self.box.attempt(attempt["id"])["result_code"], "SFC_IC0003")

    def test_P1_forged_callbacks_change_nothing(self):
        customer, attempt, path, checkout = self.open_prompt()
        for name, target, body in (
                ("unknown CheckoutRequestID", path, self.callback("ws_CO_forged")),
                ("wrong amount", path, self.callback(checkout, amount="100000.00")),
                ("wrong token", "/cb/s/" + "0" * 32, self.callback(checkout)),
                ("C2B with a wrong token", "/cb/c/" + "0" * 32 + "/confirmation", self.confirmation(customer.account_no)),
                ("C2B of another short code", self.c2b_path(), self.confirmation(customer.account_no, BusinessShortCode="999999"))):
            with self.subTest(forgery=name):
                before = self.box.number("SELECT COUNT(*) FROM payment")
                self.post(target, body)
                self.settle()
                self.assertEqual(self.box.number("SELECT COUNT(*) FROM payment"), before)
                self.assertNotEqual(self.box.attempt(attempt["id"])["state"], "succeeded")
                self.assertEqual(self.box.line(customer)["state"], "pending")
        self.assert_alive()

    def c2b_path(self):
        return "/" + json.loads(self.urls["body"])["ConfirmationURL"].split("/", 3)[3]

    @staticmethod
    def confirmation(reference, receipt="UAF3K7Q2ZX", **changes):
        return json.dumps({"TransactionType": "Pay Bill", "TransID": receipt, "TransTime": "20260115143021", "TransAmount": "1500.00",
                           "BusinessShortCode": "600638", "BillRefNumber": reference, "InvoiceNumber": "", "OrgAccountBalance": "",
                           "ThirdPartyTransID": "", "MSISDN": "2547 ***** 678", "FirstName": "JANE", "MiddleName": "",
                           "LastName": "", **changes})

    def test_c2b_with_a_mistyped_an_empty_or_a_strange_reference_is_parked_not_dropped(self):
        hashed = "94c392c3" + "0" * 56
        for n, (reference, changes) in enumerate((("99999X", {}), ("", {}), ("'; DROP TABLE payment; --", {}), ("é😀" * 5, {}),
                                                  ("", {"MSISDN": hashed}), ("", {"FirstName": None}), ("", {"TransAmount": "10.50"}))):
            with self.subTest(reference=reference, changes=changes):
                receipt = f"UAF3K7Q3B{n}"
                self.assertEqual(self.post(self.c2b_path(), self.confirmation(reference, receipt, **changes)), 200)
                self.settle()
                cents = 1050 if "TransAmount" in changes else 150000
                self.assertEqual(self.box.rows("SELECT booked_to, subscriber_id, amount_cents FROM payment WHERE receipt = ?", receipt),
                                 [("unapplied", None, cents)])
        self.assertTrue(self.box.books_balance())

    def test_B38_a_get_says_alive_and_books_nothing(self):
        _, _, path, _ = self.open_prompt()
        before = self.box.number("SELECT COUNT(*) FROM inbox")
        for target in (path, self.c2b_path(), "/cb/s/" + "0" * 32):
            connection = http.client.HTTPConnection("127.0.0.1", self.box.daemon.http_port, timeout=30)
            connection.request("GET", target)
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200)
            self.assertIn(b"alive", answer.read())
            connection.close()
        self.assertEqual(self.box.number("SELECT COUNT(*) FROM inbox"), before)

    def test_a_client_that_sends_one_byte_a_second_and_a_thousand_idle_ones_hold_nobody_up(self):
        address = ("127.0.0.1", self.box.daemon.http_port)
        idle, slow = [], []
        try:
            for _ in range(200):  # of one address; the bench has the thousand of many
                idle.append(socket.create_connection(address, 10))
            for _ in range(40):
                client = socket.create_connection(address, 10)
                client.sendall(b"GET / HTT")
                slow.append(client)
            started = time.monotonic()
            for _ in range(20):
                self.assert_alive()
                for client in slow:
                    try:
                        client.sendall(b"P")
                    except OSError:
                        pass  # cut off at the header deadline, as it should be
            self.assertLess(time.monotonic() - started, 30)
        finally:
            for client in idle + slow:
                client.close()

    def test_a_thousand_idle_connections_from_many_addresses(self):
        clients = []
        try:
            for n in range(1000):
                client = socket.socket()
                client.bind((f"127.0.{1 + n // 200}.{1 + n % 200}", 0))
                client.settimeout(10)
                client.connect(("127.0.0.1", self.box.daemon.http_port))
                clients.append(client)
            self.assert_alive()
        finally:
            for client in clients:
                client.close()

    def test_radius_garbage_on_the_accounting_port(self):
        port = int([m for m in self.box.daemon.messages("accounting.listening")][-1]["address"].split(":")[1])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for packet in (b"", b"\x04", b"\x04\x01\x00\x14" + b"\x00" * 16, b"\x04\x01\xff\xff" + b"\x41" * 4000,
                           b"\x04\x01\x00\x16" + b"\x00" * 16 + b"\x1a\x00", bytes(range(256)) * 8):
                sender.sendto(packet, ("127.0.0.1", port))
        self.assert_alive()
        self.assertEqual(self.box.number("SELECT COUNT(*) FROM session"), 0)
        self.assertTrue(free_udp_port())

    def test_api_errors_are_problem_details(self):
        for method, path, body, status in (("GET", "/api/v1/nothing", None, 404), ("PATCH", "/api/v1/plans", {}, 405),
                                           ("POST", "/api/v1/plans", {"code": 5}, 422), ("GET", "/api/v1/subscribers/999999", None, 404),
                                           ("GET", "/api/v1/subscribers/x", None, 404)):
            with self.subTest(path=path):
                got, answer = self.box.api(method, path, body)
                self.assertEqual(got, status)
                self.assertEqual(answer["status"], status)
                self.assertTrue(answer["title"])
