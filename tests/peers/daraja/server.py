"""The simulated provider as a class and its HTTP server on loopback."""

import json
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .answer import Refused
from .c2b import C2b
from .control import Control
from .delivery import Deliveries
from .ledger import Ledger
from .oauth import Tokens
from .scenarios import Scenarios
from .schedule import Schedule
from .settings import Settings
from .stk import Stk

MAX_BODY_BYTES = 1 << 20
KEPT_REQUESTS = 100_000


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._serve("GET")

    def do_POST(self):
        self._serve("POST")

    def _serve(self, method):
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(min(length, MAX_BODY_BYTES))
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        daraja = self.server.daraja
        if address.path.startswith("/control/"):
            self._write(*daraja.run_control(method, address.path[len("/control/"):], raw))
            return
        answer = daraja.handle(method, address.path, query, self.headers, raw)
        if answer.body is None:
            self.close_connection = True
            return
        self._write(answer.status, answer.body)

    def _write(self, status, body):
        html = isinstance(body, str)
        data = body.encode() if html else b"" if body == {} else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if html else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Daraja:
    """`with Daraja(consumer_key=..., consumer_secret=..., shortcode=..., passkey=...) as d:`

    d.url is the base URL for the appliance. Other keywords are fields of Settings. What the
    control pages offer exists here as methods of the same names.
    """

    def __init__(self, port=0, ca_file=None, **settings):
        self.settings = Settings(**settings)
        self.ledger = Ledger()
        self._scenarios = Scenarios()
        self._schedule = Schedule()
        self._stopping = threading.Event()
        self._tokens = Tokens(self.settings)
        self._deliveries = Deliveries(self.ledger, self.settings.shortcode, ca_file)
        self._c2b = C2b(self.settings, self._scenarios, self.ledger, self._deliveries,
                        self._schedule)
        self._stk = Stk(self.settings, self._scenarios, self.ledger, self._deliveries,
                        self._schedule, self._c2b, self._stopping)
        self._requests = deque(maxlen=KEPT_REQUESTS)
        self._push_times = deque()
        self._push_lock = threading.Lock()
        self._control = Control(self)
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.daraja = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._routes = {"/mpesa/stkpush/v1/processrequest": self._push,
                        "/mpesa/stkpushquery/v1/query": self._stk.query}
        for version in ("v1", "v2"):
            self._routes[f"/mpesa/c2b/{version}/registerurl"] = (
                lambda body, version=version: self._c2b.register(version, body))
            self._routes[f"/mpesa/c2b/{version}/simulate"] = (
                lambda body, version=version: self._c2b.simulate(version, body))

    def __enter__(self):
        self._schedule.start()
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._schedule.stop()

    # What tests and the control pages use.

    def set_scenario(self, phone=None, queue=None, reset=False, **changes):
        return self._scenarios.set(phone, queue, reset, **changes)

    def pay_bill(self, phone, amount_cents, bill_reference, **changes):
        scenario = self._scenarios.of(phone).changed(changes)
        return self._c2b.pay("paybill", phone, amount_cents, bill_reference, scenario)

    def pay_till(self, phone, amount_cents, **changes):
        scenario = self._scenarios.of(phone).changed(changes)
        return self._c2b.pay("till", phone, amount_cents, "", scenario)

    def resend(self, id, copies=1):
        return self._deliveries.resend(id, copies)

    def callbacks(self):
        return self._deliveries.records()

    def attempts(self):
        return self._stk.attempts()

    def requests(self):
        return list(self._requests)

    def expire_tokens(self):
        self._tokens.expire_all()

    def wait_idle(self, timeout_seconds=20.0):
        return self._schedule.wait_idle(timeout_seconds)

    # What the HTTP server uses.

    def run_control(self, method, name, raw):
        try:
            body = json.loads(raw) if raw else {}
            if not isinstance(body, dict):
                raise ValueError("a JSON object is wanted")
        except ValueError as error:
            return 400, {"error": str(error)}
        return self._control.run(method, name, body)

    def handle(self, method, path, query, headers, raw):
        """Answer of one API request, which is also recorded."""
        record = {"method": method, "path": path, "query": query,
                  "at_ms": time.time_ns() // 1_000_000, "body": raw.decode("utf-8", "replace")}
        try:
            answer = self._dispatch(method, path, query, headers, raw)
        except Refused as refusal:
            answer = refusal.answer
        record["status"] = answer.status if answer.body is not None else None
        record["answer"] = answer.body
        if path.startswith("/oauth/"):
            record["answer"] = None  # tokens do not belong into a list that tests print
        self._requests.append(record)
        return answer

    def _dispatch(self, method, path, query, headers, raw):
        authorization = headers.get("Authorization") or ""
        if path == "/oauth/v1/generate":
            if method != "GET":
                raise Refused(405, "405.001", "Method Not Allowed")
            return self._tokens.generate(query, authorization)
        route = self._routes.get(path)
        if route is None:
            raise Refused(404, "404.001.01", "Resource not found")
        if method != "POST":
            raise Refused(405, "405.001", "Method Not Allowed")
        self._tokens.check(authorization)
        if not (headers.get("Content-Type") or "").lower().startswith("application/json"):
            raise Refused(400, "400.002.02", "Bad Request - Invalid BusinessShortCode")
        try:
            body = json.loads(raw)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise Refused(400, "400.002.05", "Invalid Request Payload")
        return route(body)

    def _push(self, body):
        limit = self.settings.pushes_per_second
        with self._push_lock:
            now = time.monotonic()
            while self._push_times and self._push_times[0] <= now - 1:
                self._push_times.popleft()
            if limit and len(self._push_times) >= limit:
                raise Refused(500, "500.003.02", "Error Occurred: Spike Arrest Violation")
            self._push_times.append(now)
        return self._stk.push(body)
