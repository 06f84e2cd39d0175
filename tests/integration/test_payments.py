"""Money in, through the real daemon and a simulated Daraja: whatever comes, comes twice, or does not come."""

import threading
import unittest

from tests.integration.box import Box
from tests.integration.daemon import wait_until


class PaymentTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = Box(with_radius=False)
        cls.box.__enter__()
        cls.addClassCleanup(cls.box.__exit__)
        cls.box.add_plan()

    def tearDown(self):
        self.assertTrue(self.box.books_balance())
        moved = self.box.daraja.ledger.total_cents()
        wait_until(self.box.inbox_is_empty, "the inbox")
        booked = self.box.number("SELECT COALESCE(SUM(amount_cents), 0) FROM payment WHERE duplicate_of IS NULL")
        self.assertEqual(booked, moved, "what is booked is what truly moved")

    def scenario(self, customer, **changes):
        self.box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05, **changes)

    def assert_one_term(self, customer):
        self.assertEqual(self.box.number("SELECT COUNT(*) FROM term WHERE subscription_id = ?", customer.subscription_id), 1)
        self.assertEqual(self.box.number("SELECT COUNT(*) FROM payment WHERE subscriber_id = ? AND duplicate_of IS NULL",
                                         customer.subscriber_id), 1)
        self.assertEqual(self.box.line(customer)["state"], "active")

    def test_P7_B3_B8_one_click_asks_the_phone_and_the_payment_buys_the_term(self):
        customer = self.box.add_customer()
        self.scenario(customer)
        attempt = self.box.pay(customer)
        self.assertEqual(attempt["amount_cents"], 150000)
        self.assertTrue(attempt["reference"].startswith(customer.account_no))
        self.assert_one_term(customer)
        receipt = self.box.number("SELECT receipt FROM payment WHERE subscriber_id = ?", customer.subscriber_id)
        self.assertIn(receipt, [m["receipt"] for m in self.box.daraja.ledger.list()])

    def test_a_plan_off_sale_is_renewed_by_who_has_it_and_sold_to_nobody_else(self):
        self.box.add_plan("old", 70000)
        customer, other = self.box.add_customer(plan_code="old"), self.box.add_customer()
        self.scenario(customer)
        self.assertFalse(self.box.must("PATCH", "/api/v1/plans/old", {"on_sale": False})["on_sale"])
        self.assertEqual(self.box.pay(customer)["amount_cents"], 70000)
        self.assert_one_term(customer)
        for path, body in ((f"subscriptions/{other.subscription_id}/plan", {"plan_code": "old"}),
                           (f"subscriptions/{other.subscription_id}/collect", {"plan_code": "old"}),
                           (f"subscribers/{other.subscriber_id}/subscriptions",
                            {"username": "late", "password": "pw-late", "plan_code": "old"})):
            status, answer = self.box.api("POST", f"/api/v1/{path}", body)
            self.assertEqual((status, answer["code"]), (409, "off_sale"), path)
        self.box.must("PATCH", "/api/v1/plans/old", {"on_sale": True})
        self.box.must("POST", f"/api/v1/subscriptions/{other.subscription_id}/plan", {"plan_code": "old"})

    def test_K14_the_same_callback_a_hundred_times_at_once(self):
        customer = self.box.add_customer()
        self.scenario(customer, callback_copies=100)
        self.box.pay(customer)
        wait_until(lambda: len([c for c in self.box.daraja.callbacks() if c.get("status") == 200]) >= 100, "100 answers")
        wait_until(self.box.inbox_is_empty, "the inbox")
        self.assert_one_term(customer)

    def test_K13_the_same_receipt_by_callback_and_c2b_in_each_order(self):
        self.box.must("POST", "/api/v1/providers/mpesa/register-urls", {})
        for order in ("before", "after", "simultaneous"):
            for form in ("clear", "hashed", "masked"):
                with self.subTest(order=order, form=form):
                    customer = self.box.add_customer()
                    self.scenario(customer, c2b=order, msisdn=form)
                    self.box.pay(customer)
                    self.box.daraja.wait_idle()
                    wait_until(self.box.inbox_is_empty, "the inbox")
                    self.assert_one_term(customer)

    def test_K20_part_B27_a_lost_callback_is_found_by_query_within_30_seconds(self):
        customer = self.box.add_customer()
        self.scenario(customer, callback_lost=True, query_pending_form="http_200_empty", query_pending_times=1)
        attempt = self.box.collect(customer)
        wait_until(lambda: self.box.is_paid(attempt["id"]), "the query", 30)
        self.assert_one_term(customer)

    def test_the_callback_is_faster_than_the_answer_to_the_push(self):
        customer = self.box.add_customer()
        self.scenario(customer, callback_before_response=True)
        self.box.pay(customer)
        self.assert_one_term(customer)

    def test_the_answer_to_the_push_is_lost_and_the_callback_still_finds_its_attempt(self):
        for fault in ("drop", "http_500"):
            with self.subTest(fault=fault):
                customer = self.box.add_customer()
                self.scenario(customer, push_fault=fault)
                self.box.pay(customer)
                self.assert_one_term(customer)

    def test_late_success_after_a_failure_is_taken(self):
        customer = self.box.add_customer()
        self.scenario(customer, false_start_code="1037", callback_late_seconds=0.5)
        self.box.pay(customer)
        self.assert_one_term(customer)

    def test_B48_each_result_has_words_in_both_languages_and_says_whether_to_try_again(self):
        for code, may_retry in (("1", True), ("1032", True), ("1037", True), ("2001", True), ("1019", True), ("1025", True),
                                ("17", True), ("2028", False), ("8006", False), ("SFC_IC0003", False)):
            with self.subTest(code=code):
                customer = self.box.add_customer()
                self.scenario(customer, outcome=code)
                attempt = self.box.collect(customer)
                done = wait_until(lambda: self.resolved(attempt["id"]), "the verdict")
                self.assertEqual((done["state"], done["result_code"]), ("failed", code))
                self.assertEqual(done["may_retry"], may_retry)
                self.assertGreater(len(done["reason"]["en"]), 8)
                self.assertGreater(len(done["reason"]["sw"]), 8)
                self.assertNotEqual(done["reason"]["en"], done["reason"]["sw"])
                self.assertEqual(self.box.line(customer)["state"], "pending")

    def resolved(self, attempt_id):
        attempt = self.box.attempt(attempt_id)
        return attempt if attempt["state"] in ("succeeded", "failed") else None

    def test_B48_a_prompt_that_could_not_be_sent_says_that_nothing_was_paid(self):
        customer = self.box.add_customer()
        self.scenario(customer, push_fault="locked")
        attempt = self.box.collect(customer)
        done = wait_until(lambda: self.resolved(attempt["id"]), "the refusal")
        self.assertEqual((done["state"], done["may_retry"]), ("failed", True))
        self.assertIn("Nothing was paid", done["reason"]["en"])

    def test_an_unknown_code_is_unknown_and_the_query_settles_it(self):
        customer = self.box.add_customer()
        self.scenario(customer, outcome="777")
        attempt = self.box.collect(customer)
        wait_until(lambda: self.box.attempt(attempt["id"])["state"] == "unknown", "the callback")

    def test_two_clicks_at_once_ask_once(self):
        customer = self.box.add_customer()
        self.box.daraja.set_scenario(phone=customer.phone, after_seconds=1.0)
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(
            self.box.api("POST", f"/api/v1/subscriptions/{customer.subscription_id}/collect", {})[0])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(answers), [202] + [409] * 7)
        wait_until(lambda: self.box.line(customer)["state"] == "active", "the payment")
        self.assert_one_term(customer)

    def test_the_same_idempotency_key_asks_once(self):
        customer = self.box.add_customer()
        self.scenario(customer)
        path = f"/api/v1/subscriptions/{customer.subscription_id}/collect"
        key = {"Idempotency-Key": "one-key-for-two-calls"}
        first = self.box.api("POST", path, {}, key)
        second = self.box.api("POST", path, {}, key)
        self.assertEqual(first, second)
        self.assertEqual(first[0], 202)
        other = self.box.api("POST", path, {"amount_cents": 100}, key)
        self.assertEqual(other[0], 422)
        wait_until(lambda: self.box.line(customer)["state"] == "active", "the payment")
        self.assert_one_term(customer)

    def test_K12_P8_P10_paybill_by_account_number_phone_and_sloppy_spelling(self):
        self.register()
        for spell in (lambda c: c.account_no, lambda c: f" {c.account_no[:3]}-{c.account_no[3:]} ",
                      lambda c: c.account_no.replace("0", "o").replace("1", "I"), lambda c: "0" + c.phone[3:]):
            customer = self.box.add_customer()
            self.box.daraja.pay_bill(customer.phone, 150000, spell(customer), msisdn="masked")
            wait_until(self.box.inbox_is_empty, "the inbox")
            self.assert_one_term(customer)

    def test_K12_a_mistyped_account_waits_for_one_tap(self):
        self.register()
        customer = self.box.add_customer()
        wrong = customer.account_no[:-1] + str((int(customer.account_no[-1]) + 1) % 10)
        answer = self.box.daraja.pay_bill(customer.phone, 150000, wrong)
        wait_until(self.box.inbox_is_empty, "the inbox")
        unmatched = self.box.must("GET", "/api/v1/payments?unmatched=1")["items"]
        [payment] = [p for p in unmatched if p["receipt"] == answer["receipt"]]
        self.assertEqual(payment["bill_reference"], wrong)
        self.assertEqual(self.box.line(customer)["state"], "pending")
        self.box.must("POST", f"/api/v1/payments/{payment['id']}/assign", {"subscriber_id": customer.subscriber_id})
        self.assert_one_term(customer)
        again, _ = self.box.api("POST", f"/api/v1/payments/{payment['id']}/assign", {"subscriber_id": customer.subscriber_id})
        self.assertEqual(again, 409)

    def register(self):
        self.box.must("POST", "/api/v1/providers/mpesa/register-urls", {})


class SwitchTest(unittest.TestCase):
    def test_B7_sandbox_and_production_never_mix(self):
        with Box(with_radius=False) as box:
            box.add_plan()
            customer = box.add_customer()
            self.assertEqual(box.must("GET", "/api/v1/status")["provider"]["environment"], "sandbox")
            box.daraja.set_scenario(phone=customer.phone, after_seconds=0.05)
            box.pay(customer)
            self.assertEqual(box.number("SELECT provider FROM payment"), "mpesa-sandbox")
            status, _ = box.api("PUT", "/api/v1/settings/mpesa.environment", {"value": "production"})
            self.assertEqual(status, 204)
            self.assertEqual(box.must("GET", "/api/v1/status")["provider"]["environment"], "production")
            box.pay(customer)
            self.assertEqual(box.rows("SELECT provider FROM payment ORDER BY id"), [("mpesa-sandbox",), ("mpesa",)])
            self.assertEqual(box.rows("SELECT code, balance_cents FROM ledger_balance WHERE kind = 'provider' ORDER BY code"),
                             [("provider:mpesa", 150000), ("provider:mpesa-sandbox", 150000)])
