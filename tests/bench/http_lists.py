"""Lists, searches and single pages of the API: what a screen waits for.

One client asks one thing after the other (its times are those of the server and the loopback), in a
house with ten ended sessions a subscriber, two in five online, and one payment each in the last
month. Every list route is asked for its first page, a page of 200, a page far down, and with each
filter and kind of search, the worst ones among them: a search that finds nobody, one that finds
everybody, a state that nothing is in.

A list may take 50 ms, the first screen and the status of the whole box 100 ms.

The mix: all of them in turn, 50 a second by 8 clients, each counted from when it was due.
"""

from __future__ import annotations

import contextlib
import time

from tests.bench.box_history import add_history
from tests.bench.box_house import House
from tests.bench.http_load import LoadError, http_load, write_lines
from tests.bench.measure import GROWTH_SUBSCRIBERS, Row, interleaved, say
from tests.bench.population import username

SESSIONS_PER_SUBSCRIBER = 10
ONLINE_SHARE = 0.4
LIST_MS, HOME_MS = 50, 100
MIX_PER_SECOND, MIX_CONNECTIONS, MIX_PASSES = 50, 8, 10
WALK = ("A part of a name has no index: where few names hold it, the walk reads all of them. A "
        "trigram index would end that.")
NOTES = {"subscribers.search-nobody": WALK, "subscribers.search-username": WALK,
         "home": "Counts and sums of the whole house, of one moment.",
         "search.nobody": WALK, "status": "Counts who is online and the lines of each state, one index entry each."}
# Shown in growth.svg: the everyday ones, and the search that has no index.
GROWING = ("subscribers.first", "subscribers.search-part", "sessions.open", "payments.first",
           "home", "search.name")


def calls_of(subscribers: int) -> dict[str, str]:
    """Path by name. Ids go up to the number of subscribers, those of sessions to ten times that."""
    one = subscribers // 2
    name, phone = username(one), f"07{one:08d}"
    sessions = SESSIONS_PER_SUBSCRIBER * subscribers
    soon = int(time.time()) + 365 * 86_400  # all that is paid for ends before
    lists = {
        "home": "home",
        "search.name": "search?q=Achieng",
        "search.nobody": "search?q=Zzyzx",
        "search.everybody": "search?q=a",
        "search.phone": f"search?q={phone}",
        "search.phone-end": f"search?q={phone[-6:]}",
        "search.username": f"search?q={name}",
        "search.receipt": f"search?q=BENCH{one:06d}",
        "search.ip": "search?q=10.0.0.9",
        "search.mac": "search?q=02:00:00:00:00:09",
        "subscribers.name": "subscribers?sort=name",
        "subscribers.newest": "subscribers?sort=newest",
        "subscribers.paid-until": "subscribers?sort=paid_until",
        "subscribers.active": "subscribers?state=active&sort=name",
        "subscribers.expired": "subscribers?state=expired",
        "subscribers.plan": "subscribers?plan=home&sort=paid_until",
        "subscribers.expiring": f"subscribers?expiring_before={soon}&sort=paid_until",
        "subscribers.debt": "subscribers?has_debt=1",
        "timeline": f"subscribers/{one}/timeline",
        "timeline.200": f"subscribers/{one}/timeline?limit=200",
        "wallet": f"subscribers/{one}/wallet",
        "subscriber.sessions": f"subscribers/{one}/sessions",
        "diagnosis": f"subscriptions/{one}/diagnosis",
        "holders.ip": "holders?ip=10.0.0.9",
        "holders.mac": "holders?mac=02:00:00:00:00:09",
        "unmatched": "unmatched-payments",
        "login-tries": "auth-results",
        "login-tries.username": f"auth-results?username={name}",
        "areas": "areas",
        "buildings": "buildings",
        "report.revenue": "reports/revenue",
        "report.growth": "reports/growth?by=month",
        "report.plans": "reports/plans",
        "subscribers.first": "subscribers",
        "subscribers.200": "subscribers?limit=200",
        "subscribers.deep": f"subscribers?after={subscribers * 9 // 10}",
        "subscribers.search-part": "subscribers?search=Achieng",
        "subscribers.search-all": "subscribers?search=a",
        "subscribers.search-all-deep": f"subscribers?search=a&after={subscribers * 9 // 10}",
        "subscribers.search-nobody": "subscribers?search=Zzyzx",
        "subscribers.search-phone": f"subscribers?search={phone}",
        "subscribers.search-username": f"subscribers?search={name}",
        "subscriber-summary": "subscriber-summary",
        "subscriber-summary.plan": "subscriber-summary?plan=home",
        "subscriber-summary.search": "subscriber-summary?search=Achieng",
        "session-summary": "session-summary",
        "sessions.search-part": "sessions?open=1&search=Achieng",
        "sessions.search-nobody": "sessions?open=1&search=Zzyzx",
        "sessions.search-ip": "sessions?open=1&search=10.0.0.9",
        "sessions.first": "sessions",
        "sessions.200": "sessions?limit=200",
        "sessions.deep": f"sessions?after={sessions // 10}",
        "sessions.open": "sessions?open=1",
        "sessions.open-deep": f"sessions?open=1&after={sessions + 5}",
        "sessions.open-none": f"sessions?open=1&after={sessions // 2}",
        "sessions.username": f"sessions?username={name}",
        "sessions.open-username": f"sessions?open=1&username={name}",
        "payments.first": "payments",
        "payments.deep": f"payments?after={subscribers // 10}",
        "payments.unmatched": "payments?unmatched=1",
        "payment-summary": "payment-summary",
        "payment-summary.days": f"payment-summary?from={soon - 400 * 86_400}&to={soon}",
        "payments.subscriber": f"payments?subscriber_id={one}",
        "attempts.first": "attempts",
        "attempts.deep": f"attempts?after={subscribers // 10}",
        "attempts.failed": "attempts?state=failed",
        "attempts.unknown": "attempts?state=unknown",
        "plans": "plans",
        "routers": "routers",
        "alerts": "alerts",
        "settings": "settings",
        "subscriber": f"subscribers/{one}",
        "line": f"subscriptions/{one}",
        "usage.day": f"subscriptions/{one}/usage",
        "usage.hour": f"subscriptions/{one}/usage?by=hour",
        "payment": f"payments/{one}",
        "attempt": f"attempts/{one}",
        "status": "status",
    }
    paths = {label: f"/api/v1/{path}" for label, path in lists.items()}
    paths["metrics"] = "/metrics"
    return paths


class Lists:
    name = "http-lists"

    def run(self, rounds: int, quick: bool) -> list[Row]:
        passes = 5 if quick else 100
        sizes = (200, 1000) if quick else GROWTH_SUBSCRIBERS
        with contextlib.ExitStack() as stack:
            houses = {size: stack.enter_context(self._house(size)) for size in sizes}
            say(f"{rounds} rounds of {passes} passes")
            results = interleaved(rounds, {str(size): self._contestant(house, passes)
                                           for size, house in houses.items()}
                                  | {"mix": self._mix(houses[max(sizes)], quick)})
        largest = max(sizes)
        rows = [Row(f"list.mix.{share}", f"{share} of all of these, {MIX_PER_SECOND} a second by "
                    f"{MIX_CONNECTIONS} clients", "ms", [f[f"{share}_ms"] for f in results["mix"]],
                    at_most=HOME_MS if share == "p99" else None) for share in ("p50", "p99")]
        for label in calls_of(largest):
            limit = HOME_MS if label in ("home", "status", "metrics") else LIST_MS
            for share in ("p50", "p99"):
                rows.append(Row(f"list.{label}.{share}",
                                f"{share} of `{calls_of(largest)[label]}`", "ms",
                                [f[label][f"{share}_ms"] for f in results[str(largest)]],
                                at_most=limit if share == "p99" else None,
                                promises=("P14",) if (label, share) == ("home", "p99") else (),
                                note=NOTES.get(label, "") if share == "p99" else ""))
        for label in GROWING:
            for size in sizes:
                rows.append(Row(f"list.{label}@{size}", f"p50 at {size:,} subscribers", "ms",
                                [f[label]["p50_ms"] for f in results[str(size)]]))
        return rows

    @staticmethod
    def _house(size: int) -> House:
        house = House(size, SESSIONS_PER_SUBSCRIBER * size, int(size * ONLINE_SHARE))
        add_history(house.daemon.database)
        return house

    def _contestant(self, house: House, passes: int):
        words = self._words(house, passes)
        return lambda _: _answered(http_load(*words))["calls"]

    def _mix(self, house: House, quick: bool):
        words = self._words(house, 1 if quick else MIX_PASSES)
        return lambda _: _answered(http_load(*words, "--rate", MIX_PER_SECOND, "--connections",
                                             MIX_CONNECTIONS))["all"]

    @staticmethod
    def _words(house: House, passes: int) -> tuple[object, ...]:
        calls = write_lines(house.new_file("calls"),
                            [(label, "GET", path)
                             for label, path in calls_of(house.subscribers).items()])
        return ("calls", *house.server, "--token", house.daemon.token, "--file", calls,
                "--passes", passes)


def _answered(figures: dict) -> dict:
    if figures["failures"]:
        raise LoadError(f"calls failed: {figures['failures']}")
    return figures


BENCHMARKS = [Lists()]
