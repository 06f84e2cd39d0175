"""Calls from the provider to the appliance: sent, timed, recorded with each answer."""

import http.client
import ssl
import threading
import time
from urllib.parse import urlsplit

CALL_SECONDS = 10.0


class _Delivery:
    """What is needed to send the same message again."""

    def __init__(self, feed, url, body, movement, scenario, timeout_seconds):
        self.feed = feed
        self.url = url
        self.body = body
        self.movement = movement
        self.scenario = scenario
        self.timeout_seconds = timeout_seconds


class Deliveries:
    """Sends callbacks. Each call is one row of records(), kept with its answer."""

    def __init__(self, ledger, shortcode, ca_file=None):
        self._ledger = ledger
        self._shortcode = shortcode
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._records = []
        self._sent = {}

    def records(self):
        with self._lock:
            return [dict(record) for record in self._records]

    def send(self, feed, url, body, movement, scenario, copies=1, retries=0,
             timeout_seconds=CALL_SECONDS):
        """Send `copies` at the same moment and wait for all; rows of records() of these calls.

        With retries a copy that is not answered 200 is sent again, half a second apart.
        """
        delivery = _Delivery(feed, url, body, movement, scenario, timeout_seconds)
        return self._send_copies(delivery, copies, retries)

    def resend(self, delivery_id, copies):
        """Send an earlier message again. KeyError when there was none of that id."""
        with self._lock:
            delivery = self._sent[delivery_id]
        return self._send_copies(delivery, copies, 0)

    def _send_copies(self, delivery, copies, retries):
        barrier = threading.Barrier(copies)
        rows = [None] * copies

        def one(index):
            rows[index] = self._send_one(delivery, barrier)
            for _ in range(retries):
                if rows[index]["status"] == 200:
                    break
                time.sleep(0.5)  # the pause between two tries, as part of the behaviour
                rows[index] = self._send_one(delivery, None)
        threads = [threading.Thread(target=one, args=(index,), daemon=True)
                   for index in range(1, copies)]
        for thread in threads:
            thread.start()
        one(0)
        for thread in threads:
            thread.join()
        return rows

    def _send_one(self, delivery, barrier):
        with self._lock:
            record = {"id": len(self._records) + 1, "feed": delivery.feed, "url": delivery.url,
                      "body": delivery.body, "status": None, "answer": None, "error": None,
                      "receipt": delivery.movement.receipt if delivery.movement else None,
                      "sent_at_ms": None, "answered_at_ms": None}
            self._records.append(record)
            self._sent[record["id"]] = delivery
        answer = {}
        connection = self._connection(delivery)
        try:
            connection.connect()
        except OSError as error:
            answer["error"] = f"{type(error).__name__}: {error}"
        if barrier is not None:
            barrier.wait()  # every copy is connected: now they really leave together
        answer["sent_at_ms"] = time.time_ns() // 1_000_000
        if "error" not in answer:
            try:
                answer["status"], answer["answer"] = self._post(connection, delivery)
            except (OSError, http.client.HTTPException) as error:
                answer["error"] = f"{type(error).__name__}: {error}"
        connection.close()
        answer["answered_at_ms"] = time.time_ns() // 1_000_000
        with self._lock:
            record.update(answer)
        if delivery.movement is not None:
            self._ledger.tell(delivery.movement, delivery.feed, answer["sent_at_ms"],
                              answer.get("status"))
        return dict(record)

    def _connection(self, delivery):
        url = urlsplit(delivery.url)
        source = (delivery.scenario.source_address, 0) if delivery.scenario.source_address else None
        options = {"timeout": delivery.timeout_seconds, "source_address": source}
        if url.scheme == "https":
            context = ssl.create_default_context(cafile=self._ca_file)
            return http.client.HTTPSConnection(url.hostname, url.port, context=context, **options)
        return http.client.HTTPConnection(url.hostname, url.port, **options)

    def _post(self, connection, delivery):
        url = urlsplit(delivery.url)
        headers = {"Content-Type": "application/json;charset=UTF-8"}
        if delivery.scenario.extra_header:
            headers["Businessshortcode"] = self._shortcode
        body = delivery.body.encode()
        path = url.path + (f"?{url.query}" if url.query else "")
        if delivery.scenario.chunked_body:
            pieces = [body[start:start + 37] for start in range(0, len(body), 37)]
            connection.request("POST", path, body=iter(pieces), headers=headers,
                               encode_chunked=True)
        else:
            connection.request("POST", path, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(65536).decode("utf-8", "replace")
