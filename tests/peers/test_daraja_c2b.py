"""The simulated provider: C2B and the control pages."""

import json
import threading
import unittest

from tests.peers.merchant_stub import MerchantStub
from tests.peers.provider_case import PHONE, ProviderCase
from tests.peers.waiting import wait_until


class CustomerToBusiness(ProviderCase):
    def test_register_once(self):
        status, answer = self.merchant.register()
        self.assertEqual((status, answer["ResponseCode"]), (200, "0"))
        self.assertIn("OriginatorCoversationID", answer)
        self.assertEqual(self.error_of(self.merchant.register()),
                         (500, "500.003.1001", "Urls are already registered."))

    def test_version_of_the_product(self):
        self.daraja.settings.update({"c2b_version": "v1"})
        self.assertIn("no apiproduct match found", self.error_of(self.merchant.register())[2])
        self.assertEqual(self.merchant.register("v1")[0], 200)
        self.daraja.pay_bill(PHONE, 1000, "X")
        self.assertRegex(self.confirmations()[0]["MSISDN"], "^[0-9a-f]{64}$")

    def test_a_direct_payment_is_all_text(self):
        self.merchant.register()
        result = self.daraja.pay_bill(PHONE, 1050, "WN-00412")
        self.assertEqual((result["accepted"], result["confirmations"]), (True, [200]))
        body, = self.confirmations()
        self.assertEqual({type(value) for value in body.values()}, {str})
        self.assertEqual(
            (body["TransID"], body["TransAmount"], body["BillRefNumber"], body["MSISDN"]),
            (result["receipt"], "10.50", "WN-00412", "2547 ***** 678"))
        self.assertEqual(self.merchant.bodies("/cb/c/t/validation"), [])

    def test_forms(self):
        self.merchant.register()
        for cents, form, text in ((1000, "plain", "10"), (1000, "two_decimals", "10.00"),
                                  (1050, "plain", "10.50")):
            self.daraja.pay_bill(PHONE, cents, "X", amount_form=form, msisdn="clear",
                                 names="null")
            body = self.confirmations()[-1]
            self.assertEqual((body["TransAmount"], body["MSISDN"], body["FirstName"]),
                             (text, PHONE, None))

    def test_till_has_no_reference(self):
        self.merchant.register()
        self.daraja.pay_till(PHONE, 5000)
        self.assertEqual(self.confirmations()[0]["BillRefNumber"], "")
        self.assertEqual(self.confirmations()[0]["TransactionType"], "Buy Goods")

    def test_lost_confirmation_is_money_all_the_same(self):
        self.merchant.register()
        self.daraja.pay_bill(PHONE, 1000, "X", c2b_lost=True)
        self.assertEqual(self.confirmations(), [])
        self.assertEqual(self.daraja.ledger.list()[0]["feeds"], [])

    def test_validation(self):
        self.daraja.settings.update({"validation": True})
        self.merchant.register()
        path = "/cb/c/t/validation"
        self.merchant.answers[path] = (200, {"ResultCode": "C2B00012", "ResultDesc": "Rejected"})
        result = self.daraja.pay_bill(PHONE, 1000, "X")
        self.assertEqual((result["accepted"], result["result_code"]), (False, "C2B00012"))
        self.assertEqual(self.daraja.ledger.list(), [])
        self.merchant.answers[path] = (200, {"ResultCode": 0, "ThirdPartyTransID": "our 1"})
        self.daraja.pay_bill(PHONE, 1000, "X")
        validation = self.merchant.bodies(path)[-1]
        confirmation, = self.confirmations()
        self.assertEqual(validation["TransID"], confirmation["TransID"])
        self.assertEqual((validation["OrgAccountBalance"], confirmation["OrgAccountBalance"]),
                         ("", "10.00"))
        self.assertEqual(confirmation["ThirdPartyTransID"], "our 1")
        self.merchant.answers[path] = (500, {})
        self.assertTrue(self.daraja.pay_bill(PHONE, 1000, "X")["accepted"])

    def test_cancelled_is_what_silence_means_when_registered_so(self):
        self.daraja.settings.update({"validation": True})
        self.merchant.register(response_type="Cancelled")
        self.merchant.answers["/cb/c/t/validation"] = (503, {})
        self.assertFalse(self.daraja.pay_bill(PHONE, 1000, "X")["accepted"])

    def test_prompts_are_confirmed_too_in_the_wanted_order(self):
        self.push_and_settle(amount=1)
        self.assertEqual(self.confirmations(), [])
        self.merchant.register()
        for amount, order, last in ((2, "auto", "/cb/c/t/confirmation"),
                                    (3, "before", "/cb/s/one"), (4, "off", "/cb/s/one")):
            self.daraja.set_scenario(c2b=order)
            self.push_and_settle(amount=amount)
            self.assertEqual(self.merchant.received[-1][0], last)
        self.daraja.set_scenario(c2b="simultaneous")
        together = threading.Barrier(2)
        self.merchant.before_answer = lambda path: together.wait(20)
        self.push_and_settle(amount=5)
        receipts = [c["TransID"] for c in self.confirmations()]
        paid = [c["CallbackMetadata"]["Item"][1]["Value"] for c in self.callbacks()]
        self.assertEqual(receipts, [paid[1], paid[2], paid[4]])

    def test_simulate(self):
        self.merchant.register()
        answer = self.merchant.post("/mpesa/c2b/v2/simulate", {
            "ShortCode": MerchantStub.SHORTCODE, "CommandID": "CustomerPayBillOnline",
            "Amount": 10, "Msisdn": PHONE, "BillRefNumber": "A1"})
        self.assertEqual(answer[1]["ResponseCode"], "0")
        wait_until(self.confirmations, "the confirmation")
        self.assertEqual(self.confirmations()[0]["BillRefNumber"], "A1")


class ControlPages(ProviderCase):
    def control(self, name, body=None):
        return self.merchant.call("POST" if body is not None else "GET", f"/control/{name}", body)

    def test_the_whole_round(self):
        self.assertEqual(self.control("scenario", {"phone": PHONE, "outcome": "1032"})[0], 200)
        self.push_and_settle()
        self.assertEqual(self.control("attempts")[1][0]["verdict"], "1032")
        self.assertEqual(self.control("callbacks")[1][0]["status"], 200)
        paid = self.control("paybill", {"phone": PHONE, "amount_cents": 700,
                                        "bill_reference": "X"})[1]
        ledger = self.control("ledger")[1]
        self.assertEqual(ledger["total_cents"], 700)
        self.assertEqual(ledger["movements"][0]["receipt"], paid["receipt"])
        paths = [row["path"] for row in self.control("requests")[1]]
        self.assertIn("/mpesa/stkpush/v1/processrequest", paths)
        self.assertNotIn(MerchantStub.SECRET, json.dumps(self.control("settings")[1]))
        self.assertEqual(self.control("wait_idle", {})[1], {"idle": True})

    def test_mistakes_are_told(self):
        for name, body in (("scenario", {"outcom": "1"}), ("scenario", {"c2b": "maybe"}),
                           ("settings", {"no": 1}), ("resend", {"id": 9}), ("paybill", {})):
            self.assertEqual(self.control(name, body)[0], 400, name)
        self.assertEqual(self.control("nothing")[0], 404)


if __name__ == "__main__":
    unittest.main()
