"""The simulated router as a class: dial, hang up, lose power, and look at the active list."""

import itertools
import socket
import time
from concurrent.futures import Future
from dataclasses import dataclass

from tests.peers.radius import Attributes

from .accounting import Accounting
from .dialing import Dialer
from .events import EventLog
from .faults import Faults
from .incoming import Incoming
from .lifetimes import Lifetimes
from .loop import Loop
from .sender import Sender
from .sessions import Customer, Pools, SessionIds

DEFAULT_POOLS = {"mnara-pool": "10.20.0.0/16", "mnara-expired": "10.30.0.0/16"}


@dataclass
class DialResult:
    """How one dial ended. `reason` is empty for an accepted one; `attributes` of the reply."""

    accepted: bool
    session_id: str
    reason: str
    attributes: Attributes

    def as_json(self):
        return {"accepted": self.accepted, "session_id": self.session_id, "reason": self.reason,
                "attributes": self.attributes.as_json()}


class Nas:
    """One router with one source address and one shared secret.

    server, accounting   (address, port) of the RADIUS server
    source               the router's address, such as 127.0.0.5 (requests leave from it)
    coa_port             UDP port of its incoming side, on `source`; 0 takes a free one
    coa_sources          addresses that may send CoA; by default those of the RADIUS server
    pools                name -> network, the /ip pool rows that exist here
    interim_scale        Acct-Interim-Interval is divided by this (60: minutes become seconds)
    All public methods may be called from any thread.
    """

    def __init__(self, server, accounting, secret, source="127.0.0.1", coa_port=0,
                 coa_sources=None, identity="router", pools=None, default_pool="mnara-pool",
                 default_interim_seconds=0, interim_scale=1.0, service_name="mnara",
                 interface="ether2", send_message_authenticator=True,
                 one_session_per_host=True, radius_timeout_seconds=3.0, radius_tries=3):
        secret = secret.encode() if isinstance(secret, str) else secret
        self.events = EventLog()
        self.faults = Faults()
        self._one_session_per_host = one_session_per_host
        self._sessions = {}
        self._dialing = {}
        self._customers = {}
        self._ids = SessionIds()
        self._ports = itertools.count(0xF00000)
        self._boots = 0
        self._pools = Pools(DEFAULT_POOLS if pools is None else pools)
        self._loop = Loop(f"nas-{source}")
        names = [("NAS-Identifier", identity), ("NAS-IP-Address", source)]
        timing = {"timeout_seconds": radius_timeout_seconds, "tries": radius_tries}
        common = (self.events, self.faults)
        self._access = Sender(self._loop, server, secret, source, *common, "access", **timing)
        self._accounting = Accounting(
            Sender(self._loop, accounting, secret, source, *common, "accounting", **timing),
            self.events, self.faults, names)
        self._lifetimes = Lifetimes(
            self._loop, self._accounting, *common, interim_scale,
            lambda session: self._end(session, "Session-Timeout", redial=True))
        self._dialer = Dialer(self._access, secret, names, self.events, self._pools, {
            "service_name": service_name, "interface": interface, "default_pool": default_pool,
            "default_interim_seconds": default_interim_seconds,
            "send_message_authenticator": send_message_authenticator})
        incoming = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        incoming.bind((source, coa_port))
        self.coa_address = incoming.getsockname()
        self._incoming = Incoming(self._loop, incoming, secret,
                                  set(coa_sources or {server[0], accounting[0]}), names, self,
                                  *common)

    def __enter__(self):
        self._loop.start()
        return self

    def __exit__(self, *_):
        self._loop.stop()

    # Customers.

    def dial(self, username, password, mac, wait_seconds=30.0, **options):
        """Dial and wait for the verdict; options are the other fields of Customer."""
        return self.start_dial(username, password, mac, **options).result(wait_seconds)

    def start_dial(self, username, password, mac, **options):
        """Dial without waiting; the Future gives a DialResult."""
        customer = Customer(username, password, mac, **options)
        future = Future()
        self._loop.call(self._dial, customer, future)
        return future

    def hang_up(self, session_id, cause="User-Request"):
        """The customer ends his session; he does not redial. False when it is not there."""
        return self._loop.call(self._hang_up, session_id, cause)

    def leave(self, username):
        """Switch a customer's equipment off: it hangs up and redials no more. How many ended."""
        return self._loop.call(self._leave, username)

    def traffic(self, session_id, bytes_up, bytes_down):
        """Set the session's counters (totals, 64 bits) without reporting them yet."""
        self._loop.call(self._traffic, session_id, bytes_up, bytes_down)

    def send_interim(self, session_id, bytes_up=None, bytes_down=None):
        """Report an Interim-Update now; the numbers are totals since the start."""
        def work():
            session = self._sessions[session_id]
            if bytes_up is not None:
                self._traffic(session_id, bytes_up, bytes_down or 0)
            self._accounting.report("Interim-Update", session)
        self._loop.call(work)

    # The router itself.

    def sessions(self):
        """The active list, as a list of dicts (see Session.as_json)."""
        return self._loop.call(lambda: [s.as_json() for s in self._sessions.values()])

    def session_of(self, username):
        """The first active session of a user, or None."""
        return next((s for s in self.sessions() if s["username"] == username), None)

    def die(self, redial_after_seconds=None, reuse_ids=False):
        """Power cut and reboot: every session vanishes, nothing is reported, nothing is kept.

        With redial_after_seconds the customers who were online or dialing come back then.
        reuse_ids makes the next Acct-Session-Ids the same as after the last boot.
        """
        return self._loop.call(self._die, redial_after_seconds, reuse_ids)

    def retry_accounting(self):
        """Send unanswered accounting again; returns how many packets that were."""
        return self._loop.call(self._accounting.retry)

    def set_faults(self, **changes):
        """Change switches of Faults; ValueError for a wrong name or type."""
        self._loop.call(lambda: self.faults.update(**changes))

    def stats(self):
        return self._loop.call(lambda: {
            "sessions": len(self._sessions), "dialing": len(self._dialing),
            "accounting_unanswered": self._accounting.unanswered, "boots": self._boots,
            "pools": self._pools.names(), "coa_address": list(self.coa_address),
            "faults": self.faults.as_json(), "events": dict(self.events.counts)})

    # What the incoming side uses, on the loop's thread.

    def active_sessions(self):
        return list(self._sessions.values())

    def disconnect(self, session):
        self._end(session, "Admin-Reset", redial=True)

    def change(self, session, attributes):
        """Apply what a CoA may change."""
        session.rate_limit = attributes.first("Mikrotik-Rate-Limit", session.rate_limit)
        if "Mikrotik-Address-List" in attributes:
            session.address_lists = attributes.all("Mikrotik-Address-List")
        timeout = attributes.first("Session-Timeout")
        if timeout is not None:
            passed = 0 if self.faults.coa_timeout_from_start else session.seconds()
            session.session_timeout = timeout + passed
            self._lifetimes.arm_timeout(session)

    # Inner workings, on the loop's thread.

    def _dial(self, customer, future=None):
        self._customers[customer.mac] = customer
        if self._one_session_per_host:
            for session in self.active_sessions():
                if session.customer.mac == customer.mac:
                    self._end(session, "Lost-Carrier", redial=False)
        boot = self._boots

        def done(session, reply, refusal):
            if boot == self._boots:
                self._dialed(session, reply, refusal, future)
        session_id = self._ids.take()
        self._dialing[session_id] = future
        self._dialer.dial(customer, session_id, next(self._ports), done)

    def _dialed(self, session, reply, refusal, future):
        del self._dialing[session.session_id]
        customer = session.customer
        if refusal is None:
            self._open(session)
        elif customer.redial:
            self._redial_later(customer, customer.reject_pause_seconds)
        if future is not None:
            future.set_result(DialResult(
                refusal is None, session.session_id, refusal or "",
                reply.attributes if reply else Attributes()))

    def _open(self, session):
        session.started_at_ms = time.time_ns() // 1_000_000
        session.started_mono = session.counted_mono = time.monotonic()
        self._sessions[session.session_id] = session
        self.events.record("session_start", username=session.username,
                           session_id=session.session_id, address=session.address)
        self._accounting.report("Start", session)
        self._lifetimes.begin(session)

    def _traffic(self, session_id, bytes_up, bytes_down):
        session = self._sessions[session_id]
        session.count_traffic()
        session.up_bytes, session.down_bytes = bytes_up, bytes_down

    def _hang_up(self, session_id, cause):
        session = self._sessions.get(session_id)
        if session is None:
            return False
        session.customer.redial = False
        self._end(session, cause, redial=False)
        return True

    def _leave(self, username):
        for customer in self._customers.values():
            if customer.username == username:
                customer.redial = False
        mine = [s.session_id for s in self.active_sessions() if s.username == username]
        return sum(self._hang_up(session_id, "User-Request") for session_id in mine)

    def _end(self, session, cause, redial):
        if self._sessions.pop(session.session_id, None) is None:
            return  # it went meanwhile, for example while an answer was delayed
        session.cancel_timers()
        if session.pool:
            self._pools.release(session.pool, session.address)
        self.events.record("session_end", username=session.username,
                           session_id=session.session_id, cause=cause)
        self._accounting.report("Stop", session, cause)
        if redial and session.customer.redial:
            self._redial_later(session.customer, session.customer.redial_after_seconds)

    def _redial_later(self, customer, delay_seconds):
        boot = self._boots

        def redial():
            newest = self._customers.get(customer.mac) is customer
            if boot == self._boots and customer.redial and newest:
                self._dial(customer)
        self._loop.later(delay_seconds, redial)

    def _die(self, redial_after_seconds, reuse_ids):
        lost = [session.session_id for session in self.active_sessions()]
        for session in self.active_sessions():
            session.cancel_timers()
        self._sessions.clear()
        self._access.forget_all()
        self._accounting.forget()
        self._pools.release_all()
        self._boots += 1
        self._ids.reboot(reuse_ids)
        self.events.record("power_cut", sessions=len(lost))
        waiting, self._dialing = self._dialing, {}
        for session_id, future in waiting.items():
            if future is not None:
                future.set_result(DialResult(False, session_id, "power cut", Attributes()))
        customers = [c for c in self._customers.values() if c.redial]
        if redial_after_seconds is not None:
            for customer in customers:
                self._redial_later(customer, redial_after_seconds)
        return lost
