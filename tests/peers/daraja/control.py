"""HTTP control of the simulated provider, JSON in and out, under /control/.

GET  /control/ledger      {"movements": [...], "total_cents": n}: money that truly moved
GET  /control/attempts    every accepted push and its verdict
GET  /control/requests    what was asked of the provider, and what it answered
GET  /control/callbacks   every call it made, with the answer it got
GET  /control/settings    general habits (settings.py), credentials left out
POST /control/settings    change them
POST /control/scenario    {"phone"?, "queue"?, "reset"?, field: value, ...}   see scenario.py
POST /control/paybill     {"phone", "amount_cents", "bill_reference", field: value, ...}: a
                          customer pays the paybill; waits; {"accepted", "result_code", "receipt",
                          "confirmations": [HTTP status or null]}. Fields change the scenario of
                          this payment alone
POST /control/till        {"phone", "amount_cents", ...}: the same for the till
POST /control/resend      {"id", "copies"}: a callback of /control/callbacks again, n in parallel
POST /control/expire_tokens   {}: every access token ends now
POST /control/wait_idle   {"timeout_seconds"}: {"idle": bool} when nothing is planned or running

A wrong call gets 400 with {"error": reason}.
"""


class Control:
    def __init__(self, daraja):
        self._daraja = daraja
        self._pages = {
            ("GET", "ledger"): lambda: {"movements": daraja.ledger.list(),
                                        "total_cents": daraja.ledger.total_cents()},
            ("GET", "attempts"): daraja.attempts,
            ("GET", "requests"): daraja.requests,
            ("GET", "callbacks"): daraja.callbacks,
            ("GET", "settings"): daraja.settings.as_json,
            ("POST", "settings"): self._settings,
            ("POST", "scenario"): lambda **body: daraja.set_scenario(**body).as_json(),
            ("POST", "paybill"): daraja.pay_bill,
            ("POST", "till"): daraja.pay_till,
            ("POST", "resend"): daraja.resend,
            ("POST", "expire_tokens"): self._expire_tokens,
            ("POST", "wait_idle"): self._wait_idle,
        }

    def run(self, method, name, body):
        """(HTTP status, answer) of one control call."""
        page = self._pages.get((method, name))
        if page is None:
            return 404, {"error": f"no such control page: {method} {name}"}
        try:
            return 200, page(**body)
        except (ValueError, TypeError, KeyError) as error:
            return 400, {"error": f"{type(error).__name__}: {error}"}

    def _settings(self, **changes):
        self._daraja.settings.update(changes)
        return self._daraja.settings.as_json()

    def _expire_tokens(self):
        self._daraja.expire_tokens()
        return {"expired": True}

    def _wait_idle(self, timeout_seconds=20.0):
        return {"idle": self._daraja.wait_idle(timeout_seconds)}
