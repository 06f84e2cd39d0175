"""A merchant for tests of the simulated provider: receives callbacks and makes API calls."""

import base64
import http.client
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            raw = b""
            while size := int(self.rfile.readline(), 16):
                raw += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
        merchant = self.server.merchant
        merchant.received.append((self.path, dict(self.headers), json.loads(raw), raw,
                                  self.client_address[0]))
        merchant.before_answer(self.path)
        status, body = merchant.answers.get(self.path, (200, {"ResultCode": 0}))
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class MerchantStub:
    """received: (path, headers, parsed body, raw body, peer address) of each callback.

    answers: path -> (HTTP status, body); before_answer(path) runs before each answer.
    """

    SHORTCODE, PASSKEY, TIMESTAMP = "600638", "test passkey", "20260115143000"
    KEY, SECRET = "test key", "test secret"

    def __init__(self):
        self.received = []
        self.answers = {}
        self.before_answer = lambda path: None
        self.daraja_url = None
        self.token = None
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.merchant = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def call(self, method, path, body=None, headers=None):
        """(HTTP status, parsed answer or text) of one call to the provider."""
        connection = http.client.HTTPConnection(urlsplit(self.daraja_url).netloc, timeout=20)
        try:
            raw = None if body is None else body if isinstance(body, bytes) else json.dumps(body)
            connection.request(method, path, raw, headers or {})
            response = connection.getresponse()
            text = response.read().decode()
            is_json = response.headers["Content-Type"] == "application/json" and text
            return response.status, json.loads(text) if is_json else text
        finally:
            connection.close()

    def sign_in(self):
        basic = base64.b64encode(f"{self.KEY}:{self.SECRET}".encode()).decode()
        status, answer = self.call("GET", "/oauth/v1/generate?grant_type=client_credentials",
                                   headers={"Authorization": f"Basic {basic}"})
        self.token = answer["access_token"] if status == 200 else None
        return status, answer

    def post(self, path, body):
        return self.call("POST", path, body, {"Authorization": f"Bearer {self.token}",
                                              "Content-Type": "application/json"})

    def credentials(self):
        clear = f"{self.SHORTCODE}{self.PASSKEY}{self.TIMESTAMP}".encode()
        return {"BusinessShortCode": self.SHORTCODE, "Timestamp": self.TIMESTAMP,
                "Password": base64.b64encode(clear).decode()}

    def push(self, phone="254712345678", amount=1500, path="/cb/s/one", **changes):
        body = {**self.credentials(), "TransactionType": "CustomerPayBillOnline",
                "Amount": amount, "PartyA": phone, "PartyB": self.SHORTCODE,
                "PhoneNumber": phone, "CallBackURL": self.url + path,
                "AccountReference": "WN-00412", "TransactionDesc": "Internet", **changes}
        return self.post("/mpesa/stkpush/v1/processrequest", body)

    def query(self, checkout_request_id):
        return self.post("/mpesa/stkpushquery/v1/query", {
            **self.credentials(), "CheckoutRequestID": checkout_request_id})

    def register(self, version="v2", response_type="Completed"):
        return self.post(f"/mpesa/c2b/{version}/registerurl", {
            "ShortCode": self.SHORTCODE, "ResponseType": response_type,
            "ConfirmationURL": self.url + "/cb/c/t/confirmation",
            "ValidationURL": self.url + "/cb/c/t/validation"})

    def bodies(self, path):
        return [body for where, _, body, _, _ in list(self.received) if where == path]
