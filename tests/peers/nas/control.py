"""HTTP control of the simulated router, JSON in and out, on loopback.

GET  /control/sessions                 the active list
GET  /control/stats                    counts, faults, the incoming address
GET  /control/events?after=N&event=E&username=U   what happened, oldest first, numbered
POST /control/dial     {username, password, mac, method?, redial?, redial_after_seconds?,
                        reject_pause_seconds?, up_bps?, down_bps?, wait?}   verdict, or with
                        "wait": false only {"started": true}
POST /control/hangup   {session_id, cause?}         {"found": bool}
POST /control/leave    {username}       hang up and redial no more; {"ended": n}
POST /control/traffic  {session_id, bytes_up, bytes_down}     totals, reported at the next interim
POST /control/interim  {session_id, bytes_up?, bytes_down?}   Interim-Update now
POST /control/die      {redial_after_seconds?, reuse_ids?}    power cut; {"lost": [ids]}
POST /control/retry    {}               unanswered accounting again; {"sent": n}
POST /control/faults   {name: value, ...}           see Faults; answers all of them

A wrong call gets 400 with {"error": reason}.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self._run(self.server.control.get)

    def do_POST(self):
        self._run(self.server.control.post)

    def _run(self, method):
        address = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(raw) if raw else dict(parse_qsl(address.query))
            status, answer = 200, method(address.path, body)
        except (ValueError, TypeError, KeyError) as error:
            status, answer = 400, {"error": f"{type(error).__name__}: {error}"}
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Control:
    def __init__(self, nas, port=0):
        self._nas = nas
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.control = self
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def get(self, path, query):
        if path == "/control/sessions":
            return self._nas.sessions()
        if path == "/control/stats":
            return self._nas.stats()
        if path == "/control/events":
            return self._nas.events.list(int(query.get("after", 0)), query.get("event"),
                                         query.get("username"))
        raise KeyError(f"no such page: {path}")

    def post(self, path, body):
        if path == "/control/dial":
            wait = body.pop("wait", True)
            future = self._nas.start_dial(**body)
            return future.result(60).as_json() if wait else {"started": True}
        if path == "/control/hangup":
            return {"found": self._nas.hang_up(**body)}
        if path == "/control/leave":
            return {"ended": self._nas.leave(**body)}
        if path == "/control/traffic":
            self._nas.traffic(**body)
            return {"set": True}
        if path == "/control/interim":
            self._nas.send_interim(**body)
            return {"sent": True}
        if path == "/control/die":
            return {"lost": self._nas.die(**body)}
        if path == "/control/retry":
            return {"sent": self._nas.retry_accounting()}
        if path == "/control/faults":
            self._nas.set_faults(**body)
            return self._nas.faults.as_json()
        raise KeyError(f"no such page: {path}")
