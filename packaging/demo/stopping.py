"""How the demo is asked to end."""

from __future__ import annotations

import signal

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the demo to end. Not an Exception, so that no handler on the way keeps it."""


def stop_on_signals() -> None:
    def stop(number, _frame):
        # One is enough: a second one must not interrupt the stopping of what was started.
        for each in ENDING_SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)
    for number in ENDING_SIGNALS:
        signal.signal(number, stop)
