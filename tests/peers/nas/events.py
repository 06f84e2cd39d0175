"""What the router saw and did, with the time of each, for timelines and assertions."""

import threading
import time
from collections import deque

KEPT_EVENTS = 200_000


class EventLog:
    """Bounded and thread-safe. Each event is a dict: number, event, at_ms, mono_ms and details.

    at_ms is UTC epoch milliseconds; mono_ms is the monotonic clock, for differences.
    """

    def __init__(self):
        self._events = deque(maxlen=KEPT_EVENTS)
        self._lock = threading.Lock()
        self._number = 0
        self.counts = {}

    def record(self, event, **details):
        with self._lock:
            self._number += 1
            self.counts[event] = self.counts.get(event, 0) + 1
            self._events.append({
                "number": self._number, "event": event,
                "at_ms": time.time_ns() // 1_000_000,
                "mono_ms": time.monotonic_ns() // 1_000_000, **details})

    def list(self, after=0, event=None, username=None):
        """Events numbered above `after`, oldest first, optionally of one kind or one user."""
        with self._lock:
            return [dict(item) for item in self._events
                    if item["number"] > after
                    and (event is None or item["event"] == event)
                    and (username is None or item.get("username") == username)]
