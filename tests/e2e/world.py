"""The world of the browser tests: the real daemon with a population that is the same at every run, the
simulated M-Pesa, and what the tests need to know of them, as one JSON line of environment.

Started by tests/e2e/run; runs browser.mjs and ends as it ended.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.integration.box import CREDENTIALS, Box
from tests.integration.daemon import wait_until

HERE = Path(__file__).resolve().parent
PEOPLE = ["Achieng Kariuki", "Baraka Mutua", "Chebet Odhiambo", "Daudi Wafula", "Esther Njoroge",
          "Faraja Kiplagat", "Gitau Hassan", "Halima Mwangi", "Imani Auma", "Juma Maina"]
PASSWORD = "a long enough sentence"
ROLES = ["owner", "manager", "cashier", "technician", "viewer"]
# Shown as text everywhere, or the test of it fails: the browser would run it as a script.
HOSTILE_NAME = "<img src=x onerror=\"document.title='owned'\"> & \"co\""


def populate(box: Box) -> dict:
    """Plans, people, lines, money; what the tests must know of it."""
    daemon = box.daemon

    def call(method: str, path: str, body: dict | None = None) -> dict:
        status, answer = daemon.api(method, path, body)
        if status >= 300:
            raise AssertionError(f"{method} {path}: {status} {answer}")
        return answer or {}

    for code, name, cents, number, unit in [("day", "One day", 8000, 1, "day"),
                                            ("home", "Home, one month", 250000, 1, "month")]:
        call("POST", "/api/v1/plans", {
            "code": code, "name": name, "kind": "pppoe", "price_cents": cents,
            "duration_n": number, "duration_unit": unit, "up_bps": 5_000_000,
            "down_bps": 10_000_000})
    people = []
    for number, name in enumerate([*PEOPLE, HOSTILE_NAME]):
        subscriber = call("POST", "/api/v1/subscribers",
                          {"full_name": name, "phone": f"07123450{number:02}"})
        line = call("POST", f"/api/v1/subscribers/{subscriber['id']}/subscriptions",
                    {"username": f"person{number:02}", "password": "pw-for-tests",
                     "plan_code": "day"})
        people.append({"id": subscriber["id"], "name": name, "phone": f"2547123450{number:02}",
                       "account": subscriber["account_no"], "line": line["id"]})
    call("POST", "/api/v1/sites", {"name": "Rongai"})
    area = call("POST", "/api/v1/areas", {"name": "Kilimani"})
    building = call("POST", "/api/v1/buildings", {"name": "Umoja Court", "area_id": area["id"]})
    unit = call("POST", f"/api/v1/buildings/{building['id']}/units", {"label": "A1"})
    call("POST", f"/api/v1/units/{unit['id']}/tenancies", {"subscriber_id": people[0]["id"]})
    # Money of which nobody knows whose it is.
    box.must("POST", "/api/v1/providers/mpesa/register-urls")
    box.daraja.pay_bill("254722000111", 8000, "no such account")
    wait_until(lambda: call("GET", "/api/v1/unmatched-payments")["items"], "the unmatched money")
    return {"people": people, "building": building["id"]}


def add_staff(box: Box) -> dict:
    """One operator of each role with the same password; logins by role."""
    for role in ROLES:
        box.daemon.command("operator", "add", f"e2e-{role}", "--role", role, "--name",
                           f"Somebody {role}", "--password-stdin", text=PASSWORD + "\n")
    return {role: f"e2e-{role}" for role in ROLES}


def main() -> int:
    browser = os.environ.get("MNARA_BROWSER") or shutil.which("chromium")
    node = shutil.which("node")
    if not browser or not node:
        print(f"SKIP e2e: {'chromium' if node else 'node'} is not installed")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    with Box(with_radius=False) as box:
        known = populate(box)
        known |= {"url": f"http://127.0.0.1:{box.daemon.http_port}", "password": PASSWORD,
                  "logins": add_staff(box), "hostile": HOSTILE_NAME, "daraja": box.daraja.url,
                  "short_code": CREDENTIALS["shortcode"], "browser": browser}
        done = subprocess.run([node, str(HERE / "browser.mjs"), *sys.argv[1:]], check=False,
                              env={**os.environ, "MNARA_WORLD": json.dumps(known)})
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
