"""The simulated provider: tokens, pushes, callbacks, queries, and the true ledger behind them."""

import json
import threading
import time
import unittest

from tests.peers.daraja.ledger import dated_receipt, nairobi_digits
from tests.peers.daraja.stk_rules import password
from tests.peers.merchant_stub import MerchantStub
from tests.peers.provider_case import PHONE, ProviderCase

PUBLIC_TEST_PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"


class Vectors(unittest.TestCase):
    def test_password_of_the_public_sandbox_example(self):
        self.assertEqual(
            password("174379", PUBLIC_TEST_PASSKEY, "20210628092408"),
            "MTc0Mzc5YmZiMjc5ZjlhYTliZGJjZjE1OGU5N2RkNzFhNDY3Y2QyZTBjODkzMDU5YjEwZjc4ZTZiNzJhZGEx"
            "ZWQyYzkxOTIwMjEwNjI4MDkyNDA4")

    def test_receipts_carry_their_nairobi_date(self):
        # 31 December 2025 22:30 UTC is already New Year in Nairobi.
        self.assertEqual(dated_receipt(1767220200)[:3], "UA1")
        for at, start in ((1576767600, "NLJ"), (1700600000, "RKL"), (1762430400, "TK6")):
            self.assertEqual(dated_receipt(at)[:3], start)
            self.assertRegex(dated_receipt(at), "^[A-Z0-9]{10}$")
        self.assertEqual(nairobi_digits(1768476621), "20260115143021")


class Tokens(ProviderCase):
    def test_token_shape(self):
        _, answer = self.merchant.sign_in()
        self.assertEqual(len(answer["access_token"]), 28)
        self.assertEqual(answer["expires_in"], 3599)
        self.daraja.settings.update({"expires_in_as_string": True})
        self.assertEqual(self.merchant.sign_in()[1]["expires_in"], "3599")

    def test_refusals(self):
        def ask(path, authorization):
            return self.merchant.call("GET", path, headers={"Authorization": authorization})
        good = "/oauth/v1/generate?grant_type=client_credentials"
        self.assertEqual(ask(good, "Bearer x")[1]["errorCode"], "400.008.01")
        self.assertEqual(ask("/oauth/v1/generate", "Basic x")[1]["errorCode"], "400.008.02")
        self.assertEqual(ask(good, "Basic d3Jvbmc6a2V5"), (400, ""))

    def test_a_new_token_ends_the_old_one(self):
        old = self.merchant.token
        self.merchant.sign_in()
        self.assertEqual(self.merchant.push()[0], 200)
        self.merchant.token = old
        self.assertEqual(self.error_of(self.merchant.push())[:2], (404, "404.001.03"))

    def test_expired_token(self):
        self.daraja.expire_tokens()
        self.daraja.settings.update({"token_error": "401.003.01"})
        self.assertEqual(self.error_of(self.merchant.push())[:2], (401, "401.003.01"))


class Pushes(ProviderCase):
    def test_a_paid_push_moves_money_and_says_so_exactly(self):
        status, answer = self.merchant.push()
        self.assertEqual(status, 200)
        self.assertRegex(answer["CheckoutRequestID"], r"^ws_CO_\d{26}$")
        self.assertTrue(answer["CheckoutRequestID"].endswith(PHONE[-9:]))
        self.assertEqual(answer["ResponseCode"], "0")
        self.assertTrue(self.daraja.wait_idle())
        movement, = self.daraja.ledger.list()
        self.assertEqual((movement["amount_cents"], movement["phone"], movement["reference"]),
                         (150000, PHONE, "WN-00412"))
        self.assertEqual([feed["feed"] for feed in movement["feeds"]], ["stk_callback"])
        callback, = self.callbacks()
        self.assertEqual(callback["CheckoutRequestID"], answer["CheckoutRequestID"])
        self.assertEqual(callback["ResultCode"], 0)
        items = {i["Name"]: i.get("Value", "no value") for i in
                 callback["CallbackMetadata"]["Item"]}
        self.assertEqual(items, {
            "Amount": 1500, "MpesaReceiptNumber": movement["receipt"], "Balance": "no value",
            "TransactionDate": int(nairobi_digits(movement["at"])), "PhoneNumber": int(PHONE)})
        _, headers, _, raw, _ = self.merchant.received[0]
        self.assertIn(b'"Value": 1500.00}', raw)
        self.assertEqual(headers["Content-Type"], "application/json;charset=UTF-8")
        self.assertEqual(headers["Businessshortcode"], MerchantStub.SHORTCODE)

    def test_each_failure_moves_nothing(self):
        codes = ("1", "17", "26", "777", "1001", "1019", "1025", "1032", "1037", "2001", "2028",
                 "8006", "SFC_IC0003")
        for code in codes:
            self.daraja.set_scenario(outcome=code)
            self.push_and_settle()
        seen = [callback["ResultCode"] for callback in self.callbacks()]
        self.assertEqual(seen, [int(code) if code.isdigit() else code for code in codes])
        self.assertNotIn("CallbackMetadata", self.callbacks()[0])
        self.assertEqual(self.daraja.ledger.list(), [])

    def test_refusals_of_malformed_pushes(self):
        for change, message in (
                ({"PhoneNumber": "0712345678"}, "Bad Request - Invalid PhoneNumber"),
                ({"Amount": "10.50"}, "Bad Request - Invalid Amount"),
                ({"Amount": 0}, "Bad Request - Invalid Amount"),
                ({"Amount": 250001}, "Bad Request - Invalid Amount"),
                ({"Timestamp": "20261315143000"}, "Bad Request - Invalid Timestamp"),
                ({"AccountReference": "longer than 12"}, "Bad Request - Invalid AccountReference"),
                ({"TransactionDesc": "more than thirteen"},
                 "Bad Request - Invalid TransactionDesc"),
                ({"CallBackURL": "http://x/Mpesa/cb"}, "Bad Request - Invalid CallBackURL"),
                ({"Password": "AAAA"}, "[MerchantValidate] - Wrong credentials"),
                ({"BusinessShortCode": "1"}, "Merchant does not exist")):
            with self.subTest(change=change):
                self.assertEqual(self.error_of(self.merchant.push(**change))[2], message)
        self.assertEqual(self.daraja.attempts(), [])

    def test_wrong_content_type_and_body_that_is_not_json(self):
        path = "/mpesa/stkpush/v1/processrequest"
        bearer = {"Authorization": f"Bearer {self.merchant.token}"}
        answer = self.merchant.call("POST", path, {}, bearer)
        self.assertEqual(self.error_of(answer)[2], "Bad Request - Invalid BusinessShortCode")
        self.assertEqual(self.error_of(self.merchant.call(
            "POST", path, b"{", {**bearer, "Content-Type": "application/json"}))[1], "400.002.05")

    def test_till_and_paybill_mixed_up_is_2028(self):
        self.push_and_settle(TransactionType="CustomerBuyGoodsOnline")
        self.assertEqual(self.callbacks()[0]["ResultCode"], 2028)

    def test_an_open_prompt_locks_its_phone_and_no_other(self):
        self.daraja.set_scenario(outcome="never")
        self.assertEqual(self.merchant.push()[0], 200)
        status, code, message = self.error_of(self.merchant.push())
        self.assertEqual((status, code), (500, "500.001.1001"))
        self.assertIn("Unable to lock subscriber", message)
        self.assertEqual(self.merchant.push(phone="254712345679")[0], 200)

    def test_the_same_amount_again_within_two_minutes_is_17(self):
        self.push_and_settle()
        self.push_and_settle()
        self.push_and_settle(amount=1501)
        self.assertEqual([c["ResultCode"] for c in self.callbacks()], [0, 17, 0])
        self.assertEqual(self.daraja.ledger.total_cents(), 300100)

    def test_spike_arrest_by_rate(self):
        self.daraja.settings.update({"pushes_per_second": 2})
        phones = [f"25471234567{digit}" for digit in range(4)]
        statuses = [self.merchant.push(phone=phone)[0] for phone in phones]
        self.assertEqual(statuses, [200, 200, 500, 500])

    def test_push_faults_and_what_they_leave_behind(self):
        for fault, status, accepted in (
                ("http_500", 500, True), ("html_503", 503, False), ("spike_arrest", 500, False),
                ("quota", 500, False), ("locked", 500, False), ("busy", 500, False)):
            with self.subTest(fault):
                before = len(self.daraja.ledger.list())
                phone = f"2547000000{status % 7}{len(fault) % 10}"
                self.daraja.set_scenario(phone, reset=True, push_fault=fault, push_fault_times=1)
                self.assertEqual(self.merchant.push(phone=phone)[0], status)
                self.assertTrue(self.daraja.wait_idle())
                self.assertEqual(len(self.daraja.ledger.list()) - before, int(accepted))
                self.assertEqual(self.merchant.push(phone=phone, amount=7)[0], 200)
                self.assertTrue(self.daraja.wait_idle())

    def test_an_answer_lost_after_acceptance(self):
        self.daraja.set_scenario(push_fault="drop")
        with self.assertRaises((ConnectionError, OSError)):
            self.merchant.push()
        self.assertTrue(self.daraja.wait_idle())
        self.assertEqual(len(self.daraja.ledger.list()), 1)
        self.assertIsNone(self.daraja.requests()[-1]["status"])

    def test_callback_before_the_push_answer(self):
        self.daraja.set_scenario(callback_before_response=True)
        self.assertEqual(self.merchant.push()[0], 200)
        self.assertEqual(len(self.callbacks()), 1)

    def test_queue_of_scenarios(self):
        self.daraja.set_scenario(PHONE, queue=[{"outcome": "1032"}, {"outcome": "1"}])
        for _ in range(3):
            self.push_and_settle()
        self.assertEqual([c["ResultCode"] for c in self.callbacks()], [1032, 1, 0])


class Callbacks(ProviderCase):
    def test_once_only_whatever_the_answer(self):
        self.merchant.answers["/cb/s/one"] = (500, {})
        self.push_and_settle()
        self.assertEqual(len(self.callbacks()), 1)
        self.assertEqual(self.daraja.callbacks()[0]["status"], 500)

    def test_retries_on_request(self):
        self.merchant.answers["/cb/s/one"] = (500, {})
        self.daraja.set_scenario(callback_retries=1)
        self.push_and_settle()
        self.assertEqual(len(self.callbacks()), 2)

    def test_copies_are_in_flight_at_the_same_time(self):
        together = threading.Barrier(20)
        self.merchant.before_answer = lambda path: together.wait(20)
        self.daraja.set_scenario(callback_copies=20)
        self.push_and_settle()
        self.assertEqual(len(self.callbacks()), 20)
        self.assertEqual({row["status"] for row in self.daraja.callbacks()}, {200})

    def test_shapes(self):
        self.daraja.set_scenario(values_as_strings=True, reorder_items=True, balance="java",
                                 chunked_body=True, extra_header=False, amount_delta_cents=50,
                                 source_address="127.0.0.33")
        self.push_and_settle()
        _, headers, _, _, source = self.merchant.received[0]
        self.assertEqual(headers["Transfer-Encoding"], "chunked")
        self.assertNotIn("Businessshortcode", headers)
        self.assertEqual(source, "127.0.0.33")
        callback, = self.callbacks()
        self.assertEqual(callback["ResultCode"], "0")
        items = callback["CallbackMetadata"]["Item"]
        self.assertEqual(items[0], {"Name": "PhoneNumber", "Value": PHONE})
        self.assertEqual(items[-1], {"Name": "Amount", "Value": "1500.50"})
        self.assertEqual(self.daraja.ledger.total_cents(), 150000)

    def test_balance_and_amount_forms(self):
        raws = []
        for number, (balance, amount) in enumerate((
                ("absent", "plain"), ("null", "one_decimal"), ("number", "two_decimals"))):
            self.daraja.set_scenario(balance=balance, amount_form=amount)
            self.push_and_settle(amount=10 + number)
            raws.append(self.merchant.received[-1][3].decode())
        self.assertIn('"Value": 10}', raws[0])
        self.assertNotIn("Balance", raws[0])
        self.assertIn('"Value": 11.0}', raws[1])
        self.assertIn('{"Name": "Balance", "Value": null}', raws[1])
        self.assertIn('"Value": 12.00}', raws[2])

    def test_lost_late_repeated_unknown_and_false_start(self):
        self.daraja.set_scenario(callback_lost=True)
        self.push_and_settle(amount=1)
        self.assertEqual(self.callbacks(), [])
        self.daraja.set_scenario(callback_lost=False, callback_late_seconds=0.2,
                                 callback_again_after_seconds=0.1)
        started = time.monotonic()
        known = self.push_and_settle(amount=2)
        self.assertGreaterEqual(time.monotonic() - started, 0.3)
        self.assertEqual([c["CheckoutRequestID"] for c in self.callbacks()], [known, known])
        self.daraja.set_scenario(callback_late_seconds=0.0, callback_again_after_seconds=0.0,
                                 unknown_checkout_id=True)
        self.assertNotEqual(self.push_and_settle(amount=3),
                            self.callbacks()[-1]["CheckoutRequestID"])
        self.daraja.set_scenario(unknown_checkout_id=False, false_start_code="1037")
        self.push_and_settle(amount=4)
        self.assertEqual([c["ResultCode"] for c in self.callbacks()[-2:]], [1037, 0])

    def test_resend(self):
        self.push_and_settle()
        rows = self.daraja.resend(1, copies=5)
        self.assertEqual([row["status"] for row in rows], [200] * 5)
        raws = {raw for _, _, _, raw, _ in self.merchant.received}
        self.assertEqual((len(self.callbacks()), len(raws)), (6, 1))

    def test_nobody_listens(self):
        self.push_and_settle(CallBackURL="http://127.0.0.1:9/cb/s/one")
        row, = self.daraja.callbacks()
        self.assertIsNone(row["status"])
        self.assertIn("refused", row["error"].lower())


class Queries(ProviderCase):
    def test_verdicts_are_text_and_carry_no_receipt(self):
        status, answer = self.merchant.query(self.push_and_settle())
        self.assertEqual((status, answer["ResultCode"]), (200, "0"))
        self.assertNotIn(self.daraja.ledger.list()[0]["receipt"], json.dumps(answer))
        feeds = [feed["feed"] for feed in self.daraja.ledger.list()[0]["feeds"]]
        self.assertEqual(feeds, ["stk_callback", "stk_query"])
        self.daraja.set_scenario(outcome="1037")
        answer = self.merchant.query(self.push_and_settle())[1]
        self.assertEqual((answer["ResultCode"], answer["ResultDesc"]),
                         ("1037", "No response from user."))

    def test_three_forms_of_no_verdict_yet(self):
        self.daraja.set_scenario(outcome="never")
        known = self.merchant.push()[1]["CheckoutRequestID"]
        self.assertEqual(self.error_of(self.merchant.query(known)),
                         (500, "500.001.1001", "The transaction is being processed"))
        self.daraja.set_scenario(query_pending_form="http_200_empty")
        self.assertEqual(self.error_of(self.merchant.query(known)), (200, "500.001.1001", ""))
        self.daraja.set_scenario(query_pending_form="4999")
        self.assertEqual(self.merchant.query(known)[1]["ResultCode"], "4999")

    def test_faults(self):
        known = self.push_and_settle()
        self.daraja.set_scenario(query_pending_times=1)
        self.assertEqual([self.merchant.query(known)[0] for _ in range(2)], [500, 200])
        self.daraja.set_scenario(query_error_percent=50)
        statuses = [self.merchant.query(known)[0] for _ in range(60)]
        self.assertTrue(10 < statuses.count(500) < 50, statuses)
        self.daraja.set_scenario(query_error_percent=0, query_result_code="1032")
        self.assertEqual(self.merchant.query(known)[1]["ResultCode"], "1032")
        self.daraja.set_scenario(query_unknown=True)
        self.assertIn("does not Exist", self.error_of(self.merchant.query(known))[2])
        self.assertEqual(self.error_of(self.merchant.query("ws_CO_1"))[0], 500)


if __name__ == "__main__":
    unittest.main()
