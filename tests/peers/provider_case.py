"""What the tests of the simulated provider share: a provider, a merchant, a signed-in start."""

import unittest

from tests.peers.daraja import Daraja
from tests.peers.merchant_stub import MerchantStub

PHONE = "254712345678"


class ProviderCase(unittest.TestCase):
    settings = {}

    def setUp(self):
        self.merchant = self.enterContext(MerchantStub())
        self.daraja = self.enterContext(Daraja(
            consumer_key=MerchantStub.KEY, consumer_secret=MerchantStub.SECRET,
            shortcode=MerchantStub.SHORTCODE, passkey=MerchantStub.PASSKEY, **self.settings))
        self.daraja.set_scenario(after_seconds=0.0)
        self.merchant.daraja_url = self.daraja.url
        self.assertEqual(self.merchant.sign_in()[0], 200)

    def push_and_settle(self, **changes):
        status, answer = self.merchant.push(**changes)
        self.assertEqual(status, 200, answer)
        self.assertTrue(self.daraja.wait_idle())
        return answer["CheckoutRequestID"]

    def callbacks(self):
        return [body["Body"]["stkCallback"] for body in self.merchant.bodies("/cb/s/one")]

    def confirmations(self):
        return self.merchant.bodies("/cb/c/t/confirmation")

    def error_of(self, answer):
        return answer[0], answer[1]["errorCode"], answer[1]["errorMessage"]
