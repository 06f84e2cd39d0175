"""The clocks of a session: when it is over and when its next Interim-Update is due."""

import time


class Lifetimes:
    """Arms timers on the loop; on_timeout(session) is called when a Session-Timeout is over."""

    def __init__(self, loop, accounting, events, faults, interim_scale, on_timeout):
        self._loop = loop
        self._accounting = accounting
        self._events = events
        self._faults = faults
        self._interim_scale = interim_scale
        self._on_timeout = on_timeout

    def begin(self, session):
        self.arm_timeout(session)
        self._arm_interim(session)

    def arm_timeout(self, session):
        """Start the clock of session.session_timeout, which counts from the session's start."""
        if session.timeout_timer is not None:
            session.timeout_timer.cancel()
            session.timeout_timer = None
        if session.session_timeout:
            left = session.started_mono + session.session_timeout - time.monotonic()
            session.timeout_timer = self._loop.later(
                max(0.0, left), lambda: self._timeout(session))

    def _timeout(self, session):
        if self._faults.ignore_session_timeout:
            self._events.record("session_timeout_ignored", username=session.username,
                                session_id=session.session_id)
        else:
            self._on_timeout(session)

    def _arm_interim(self, session):
        if session.interim_seconds:
            session.interim_timer = self._loop.later(
                session.interim_seconds / self._interim_scale, lambda: self._interim(session))

    def _interim(self, session):
        self._accounting.report("Interim-Update", session)
        self._arm_interim(session)
