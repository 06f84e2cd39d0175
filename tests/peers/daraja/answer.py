"""What an endpoint hands to the HTTP server."""

import secrets
from dataclasses import dataclass

from .wire import error_body

MAINTENANCE_PAGE = "<html><head><title>503</title></head><body>Service Unavailable</body></html>"


@dataclass
class Answer:
    """body: dict -> JSON, str -> HTML, None -> the connection is closed without an answer.

    An empty dict stands for a response without any body, as some refusals have it.
    """

    status: int
    body: dict | str | None


class Refused(Exception):
    """An endpoint refuses; carries the Answer."""

    def __init__(self, status, code, message):
        super().__init__(message)
        request_id = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(8)}"
        self.answer = Answer(status, error_body(code, message, request_id))


FAULT_ANSWERS = {
    "http_500": (500, "500.003.1001", "Internal Server Error"),
    "spike_arrest": (500, "500.003.02", "Error Occurred: Spike Arrest Violation"),
    "quota": (500, "500.003.03", "Error Occurred: Quota Violation"),
    "locked": (500, "500.001.1001", "Unable to lock subscriber, a transaction is already in "
                                    "process for the current subscriber"),
    "wrong_credentials": (500, "500.001.1001", "[MerchantValidate] - Wrong credentials"),
    "busy": (500, "500.003.02", "System is busy. Please try again in few minutes."),
}


def fault_answer(fault):
    """The Answer of a push_fault other than "none"."""
    if fault == "drop":
        return Answer(0, None)
    if fault == "html_503":
        return Answer(503, MAINTENANCE_PAGE)
    return Refused(*FAULT_ANSWERS[fault]).answer
