"""The main job a single time: a customer pays and is online; his time ends and he is off."""

from __future__ import annotations

import time

from packaging.demo.processes import Trouble, wait_for
from packaging.demo.seed import ensure_plan
from packaging.demo.timeline import Promise, Timeline
from packaging.demo.world import PIN_SECONDS, World

PLAN_SECONDS = 20
STEP_DEADLINE_SECONDS = 20
PHONE = "254712345678"
USERNAME = "once"
PASSWORD = "once-password"
MAC = "02:00:00:00:AA:01"
PAY_PAGE_POOL = "mnara-expired"

RECEIVED = "callback received"
PROJECTED = "access row written"
OVER = "term over"
GONE = "session gone from the router"
STEPS = [RECEIVED, "stored", "credited", PROJECTED, "Access-Accept seen", "session online", OVER,
         "Disconnect sent", "Disconnect acknowledged", GONE, "redial meets the pay page"]
PROMISES = [Promise(PROJECTED, RECEIVED, 1000), Promise(GONE, OVER, 5000)]


class Once:
    def __init__(self, world: World) -> None:
        self.world_ = world
        self.api_ = world.api
        self.nas_ = world.nas
        self.log_ = world.appliance.log
        self.timeline = Timeline(STEPS, PROMISES)

    def run(self) -> bool:
        """True when every step happened and every promise was kept. Prints as it goes."""
        # Only the appliance ends the session: the router does not watch the clock here.
        self.nas_.set_faults(ignore_session_timeout=True)
        try:
            subscriber, line = self.make_customer()
            self.customer_pays(subscriber, line)
            self.customer_dials()
            self.time_ends(line)
            self.customer_dials_again()
        except Trouble as trouble:
            print(f"\nStopped: {trouble}")
        print("\n" + "\n".join(self.timeline.lines()))
        for promise in self.timeline.missed():
            print(f"MISSED: {promise.step} within {promise.limit_ms} ms of {promise.since}")
        return self.timeline.is_good()

    def make_customer(self) -> tuple[dict, dict]:
        ensure_plan(self.api_, "once-20s", "Twenty seconds", 1000, (PLAN_SECONDS, "second"), 10)
        subscriber = self.api_.post("/api/v1/subscribers",
                                    {"full_name": "Wanjiru Once", "phone": PHONE})
        line = self.api_.post(f"/api/v1/subscribers/{subscriber['id']}/subscriptions",
                              {"username": USERNAME, "password": PASSWORD,
                               "plan_code": "once-20s"})
        return subscriber, line

    def logged(self, step: str, message_id: str, since: str | None = None, **fields) -> None:
        """Waits for a message of the daemon and notes its time as a step's."""
        since_ms = self.timeline.at_ms[since] if since else 0
        entry = wait_for(f"{step} ({message_id} in the daemon's log)",
                         lambda: self.log_.find(message_id, since_ms, **fields),
                         STEP_DEADLINE_SECONDS, self.world_.appliance.children)
        self.timeline.note(step, entry["at_ms"])

    def happened(self, what: str, event: str, since_ms: int = 0) -> dict:
        """Waits for an event of the router."""
        def look():
            return next((item for item in self.nas_.events.list(event=event, username=USERNAME)
                         if item["at_ms"] >= since_ms), None)
        return wait_for(what, look, STEP_DEADLINE_SECONDS, self.world_.appliance.children)

    def customer_pays(self, subscriber: dict, line: dict) -> None:
        print(f"asking {PHONE} for the price; he types his PIN after {PIN_SECONDS:.0f} s")
        self.api_.post(f"/api/v1/subscriptions/{line['id']}/collect", {"phone": PHONE})
        self.logged(RECEIVED, "callback.received")
        self.logged("stored", "callback.stored", RECEIVED)
        self.logged("credited", "payment.credited", RECEIVED, subscriber_id=subscriber["id"])
        self.logged(PROJECTED, "access.projected", RECEIVED, username=USERNAME, verdict="ok")

    def customer_dials(self) -> None:
        print("the customer dials")
        result = self.nas_.dial(USERNAME, PASSWORD, MAC)
        if not result.accepted:
            raise Trouble(f"the paid customer was refused: {result.reason}")
        self.timeline.note("Access-Accept seen",
                           self.happened("an Access-Accept", "access_accept")["at_ms"])
        session = self.nas_.session_of(USERNAME)
        if session is None or session["pool"] == PAY_PAGE_POOL:
            raise Trouble(f"the paid customer has no full session: {session}")
        self.logged("session online", "session.started", username=USERNAME)

    def time_ends(self, line: dict) -> None:
        paid_until = self.api_.get(f"/api/v1/subscriptions/{line['id']}")["paid_until"]
        over_ms = paid_until * 1000
        print(f"online; {paid_until - time.time():.1f} s left")
        # The session must last as long as it was paid for, and may last a little longer.
        wait_for("the session to end",
                 lambda: self.nas_.session_of(USERNAME) is None,
                 PLAN_SECONDS + STEP_DEADLINE_SECONDS, self.world_.appliance.children)
        end = self.happened("the end of the session", "session_end")
        if end["at_ms"] < over_ms:
            raise Trouble(f"the session ended {over_ms - end['at_ms']} ms before its time")
        self.timeline.note(OVER, over_ms)
        self.logged("Disconnect sent", "disconnect.sent", OVER, username=USERNAME)
        self.logged("Disconnect acknowledged", "disconnect.acknowledged", OVER)
        if end["cause"] != "Admin-Reset":
            raise Trouble(f"the session ended by {end['cause']}, not by the Disconnect")
        self.timeline.note(GONE, end["at_ms"])

    def customer_dials_again(self) -> None:
        gone_ms = self.timeline.at_ms[GONE]
        result = self.nas_.dial(USERNAME, PASSWORD, MAC)
        session = self.nas_.session_of(USERNAME)
        if not result.accepted or session is None or session["pool"] != PAY_PAGE_POOL:
            raise Trouble(f"the expired customer did not get the pay page: {result}, {session}")
        accept = self.happened("an Access-Accept for the pay page", "access_accept", gone_ms)
        self.timeline.note("redial meets the pay page", accept["at_ms"])
