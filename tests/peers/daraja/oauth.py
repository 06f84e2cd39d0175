"""Access tokens: Basic credentials in, a bearer of 28 signs out."""

import base64
import secrets
import string
import threading
import time

from .answer import Answer, Refused

TOKEN_SIGNS = string.ascii_letters + string.digits


class Tokens:
    def __init__(self, settings):
        self._settings = settings
        self._lock = threading.Lock()
        self._until = {}  # token -> monotonic end

    def expire_all(self):
        with self._lock:
            self._until.clear()

    def generate(self, query, authorization):
        """GET /oauth/v1/generate."""
        settings = self._settings
        if query.get("grant_type") != "client_credentials":
            raise Refused(400, "400.008.02", "Invalid grant type passed")
        if not authorization.startswith("Basic "):
            raise Refused(400, "400.008.01", "Invalid Authentication passed")
        expected = base64.b64encode(
            f"{settings.consumer_key}:{settings.consumer_secret}".encode()).decode()
        if not secrets.compare_digest(authorization[len("Basic "):].strip(), expected):
            return Answer(400, {})  # the real one says nothing about a wrong key either
        token = "".join(secrets.choice(TOKEN_SIGNS) for _ in range(28))
        with self._lock:
            if settings.single_token:
                self._until.clear()
            self._until[token] = time.monotonic() + settings.token_seconds
        seconds = int(settings.token_seconds)
        return Answer(200, {"access_token": token, "expires_in":
                            str(seconds) if settings.expires_in_as_string else seconds})

    def check(self, authorization):
        """Raise Refused unless the bearer is one of ours and still lives."""
        scheme, _, token = authorization.partition(" ")
        with self._lock:
            until = self._until.get(token.strip(), 0.0)
        if scheme != "Bearer" or time.monotonic() >= until:
            status = 401 if self._settings.token_error.startswith("401") else 404
            raise Refused(status, self._settings.token_error, "Invalid Access Token")
