"""The appliance's HTTP API, as any program would use it."""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.parse
import urllib.request

ANSWER_DEADLINE_SECONDS = 30


class Refused(RuntimeError):
    """The appliance answered with an error; status is its HTTP code, detail its own words."""

    def __init__(self, method: str, path: str, status: int, detail: str) -> None:
        super().__init__(f"{method} {path}: {status} {detail}")
        self.status = status
        self.detail = detail


class Api:
    def __init__(self, url: str, token: str) -> None:
        self.url_ = url
        self.token_ = token
        # A proxy of the machine's own must not stand between us and loopback.
        self.opener_ = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def call(self, method: str, path: str, body: dict | None = None) -> dict:
        """Sends and returns the JSON answer ({} when empty). Refused, or OSError without answer."""
        request = urllib.request.Request(self.url_ + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token_}")
        if method != "GET":
            request.add_header("Idempotency-Key", secrets.token_hex(16))
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body or {}).encode()
        try:
            with self.opener_.open(request, timeout=ANSWER_DEADLINE_SECONDS) as answer:
                data = answer.read()
        except urllib.error.HTTPError as error:
            raise Refused(method, path, error.code, error.read().decode(errors="replace")) from None
        return json.loads(data) if data else {}

    def get(self, path: str, **query) -> dict:
        if query:
            path += "?" + urllib.parse.urlencode(query)
        return self.call("GET", path)

    def post(self, path: str, body: dict | None = None) -> dict:
        return self.call("POST", path, body)

    def items(self, path: str, **query):
        """Every item of a list, page after page."""
        after = None
        while True:
            page = self.get(path, limit=200, **query, **({"after": after} if after else {}))
            yield from page["items"]
            after = page.get("next")
            if after is None:
                return
