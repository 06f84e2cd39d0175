"""One thread that owns all sockets, timers and sessions of a router.

Everything that changes state runs here, so the simulator needs no locks and a thousand sessions
cost no threads.
"""

import heapq
import itertools
import selectors
import socket
import sys
import threading
import time
import traceback
from collections import deque
from concurrent.futures import Future


class Timer:
    __slots__ = ("action", "due")

    def __init__(self, due, action):
        self.due = due
        self.action = action

    def cancel(self):
        self.action = None


class Loop:
    def __init__(self, name):
        self._selector = selectors.DefaultSelector()
        self._timers = []
        self._order = itertools.count()
        self._calls = deque()
        self._stopping = False
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._selector.register(self._wake_read, selectors.EVENT_READ, self._drain_wake)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        """End the thread; timers and sockets that were left are dropped."""
        if self._stopping:
            return
        self._stopping = True
        self._wake()
        if self._thread.is_alive():
            self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()
        self._wake_write.close()

    def later(self, delay_seconds, action):
        """Run action() on the loop's thread after the delay. Only for use on that thread."""
        timer = Timer(time.monotonic() + delay_seconds, action)
        heapq.heappush(self._timers, (timer.due, next(self._order), timer))
        return timer

    def call(self, function, *args, **options):
        """Run on the loop's thread and return its result, whatever thread the caller is on."""
        not_started = self._thread.ident is None
        if not_started or threading.current_thread() is self._thread:
            return function(*args, **options)
        if self._stopping:
            raise RuntimeError("the router is switched off")
        future = Future()
        self._calls.append((future, function, args, options))
        self._wake()
        return future.result(timeout=60)

    def add_reader(self, sock, on_datagram):
        """Call on_datagram(data, peer) for each datagram of a UDP socket."""
        sock.setblocking(False)

        def drain():
            while True:
                try:
                    data, peer = sock.recvfrom(4096)
                except (BlockingIOError, ConnectionError):
                    return
                on_datagram(data, peer)
        self._selector.register(sock, selectors.EVENT_READ, drain)

    def _wake(self):
        try:
            self._wake_write.send(b"\0")
        except BlockingIOError:
            pass  # a full pipe wakes the loop just as well

    def _drain_wake(self):
        try:
            while self._wake_read.recv(4096):
                pass
        except BlockingIOError:
            pass

    def _run(self):
        while not self._stopping:
            for key, _ in self._selector.select(self._seconds_to_next_timer()):
                self._guard(key.data)
            self._run_calls()
            self._run_timers()
        while self._calls:
            self._calls.popleft()[0].cancel()

    def _seconds_to_next_timer(self):
        if self._calls:
            return 0
        if not self._timers:
            return None
        return max(0.0, self._timers[0][0] - time.monotonic())

    def _run_calls(self):
        while self._calls:
            future, function, args, options = self._calls.popleft()
            try:
                future.set_result(function(*args, **options))
            except Exception as error:  # handed to the thread that asked
                future.set_exception(error)

    def _run_timers(self):
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)[2]
            if timer.action is not None:
                self._guard(timer.action)

    @staticmethod
    def _guard(action):
        try:
            action()
        except Exception:  # one broken session must not stop the other 999
            traceback.print_exc(file=sys.stderr)
