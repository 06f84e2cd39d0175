"""Waiting for something that another thread or process does.

A fixed sleep is either too short on a busy machine or wasted time on an idle one. These functions
look again and again and give up only after a deadline that means "it hangs".
"""

import time

HANG_SECONDS = 20.0
POLL_SECONDS = 0.005


class Hang(AssertionError):
    """What was waited for did not come before the deadline."""


def wait_until(condition, what, deadline_seconds=HANG_SECONDS):
    """Return the first true value of condition(); raise Hang naming `what` at the deadline."""
    limit = time.monotonic() + deadline_seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= limit:
            raise Hang(f"waited {deadline_seconds} s for: {what}")
        time.sleep(POLL_SECONDS)


def parse_host_port(text):
    """"127.0.0.1:1812" -> ("127.0.0.1", 1812). Raises ValueError when the port is no number."""
    host, separator, port = text.rpartition(":")
    if not separator or not host:
        raise ValueError(f"expected ADDRESS:PORT, got {text!r}")
    return host, int(port)
