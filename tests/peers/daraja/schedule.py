"""Work that happens later: PIN entries, late callbacks. Stops cleanly and can be waited for."""

import heapq
import itertools
import sys
import threading
import time
import traceback


class Schedule:
    def __init__(self):
        self._condition = threading.Condition()
        self._due = []
        self._order = itertools.count()
        self._running = 0
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="daraja-schedule", daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        """Forget what is not due yet. Work that runs already ends by itself."""
        with self._condition:
            self._stopped = True
            self._due.clear()
            self._condition.notify_all()
        self._thread.join()

    def later(self, delay_seconds, work):
        """Run work() in a thread of its own after the delay."""
        with self._condition:
            if not self._stopped:
                entry = (time.monotonic() + delay_seconds, next(self._order), work)
                heapq.heappush(self._due, entry)
                self._condition.notify_all()

    def wait_idle(self, timeout_seconds):
        """True when nothing is planned or running any more; False at the timeout."""
        with self._condition:
            return self._condition.wait_for(
                lambda: not self._due and self._running == 0, timeout_seconds)

    def _run(self):
        with self._condition:
            while not self._stopped:
                now = time.monotonic()
                while self._due and self._due[0][0] <= now:
                    work = heapq.heappop(self._due)[2]
                    self._running += 1
                    threading.Thread(target=self._perform, args=(work,), daemon=True).start()
                self._condition.wait(self._due[0][0] - now if self._due else None)

    def _perform(self, work):
        try:
            work()
        except Exception:  # a broken scenario must be seen, and must not stop the others
            traceback.print_exc(file=sys.stderr)
        finally:
            with self._condition:
                self._running -= 1
                self._condition.notify_all()
