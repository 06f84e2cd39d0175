"""Which scenario a phone gets: its own queue first, then its own, then the default."""

import threading
from collections import deque

from .scenario import Scenario


class Scenarios:
    def __init__(self):
        self._lock = threading.Lock()
        self._default = Scenario()
        self._by_phone = {}
        self._queues = {}

    def set(self, phone=None, queue=None, reset=False, **changes):
        """Change the scenario of a phone, or with phone None the default of all others.

        A phone's fields start from the default of that moment. `queue` is a list of field sets,
        one for each of the next pushes. `reset` forgets earlier changes first.
        """
        with self._lock:
            if phone is None:
                base = Scenario() if reset else self._default
                self._default = base.changed(changes)
                return self._default
            base = self._default if reset else self._by_phone.get(phone, self._default)
            self._by_phone[phone] = base.changed(changes)
            if queue is not None:
                self._queues[phone] = deque(base.changed(item) for item in queue)
            elif reset:
                self._queues.pop(phone, None)
            return self._by_phone[phone]

    def of(self, phone):
        """The scenario as it is now, without using the queue up."""
        with self._lock:
            return self._by_phone.get(phone, self._default)

    def for_push(self, phone):
        """The scenario of one push; takes the next of the phone's queue when there is one."""
        with self._lock:
            if self._queues.get(phone):
                return self._queues[phone].popleft()
            return self._by_phone.get(phone, self._default)
