"""A past for a filled house, put into mnara.db before the daemon starts.

The filler lets everybody join and pay by C2B at one moment. Here people joined over two years, their
payments spread over the last month, and each gets the attempt it might have come from; one in ten
attempts failed instead. Money of 200 payers waits for an owner, under names and numbers that resemble
many people's.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

# Each rule and trigger of the schema sees these too: an attempt begins as requested.
INSERT = """INSERT INTO payment_attempt(id, provider, reference, phone, amount_cents, purpose,
  subscriber_id, subscription_id, plan_version_id, actor, state, requested_at)
  SELECT p.id, p.provider, printf('B%08d', p.id), '2547' || printf('%08d', p.id), p.amount_cents,
    'plan', s.subscriber_id, s.id, t.plan_version_id, 'operator:1', 'requested', p.recorded_at
  FROM payment p JOIN subscription s ON s.subscriber_id = p.subscriber_id
  JOIN term t ON t.subscription_id = s.id AND t.seq = 1 ORDER BY p.id"""
ADOPT = """UPDATE payment SET attempt_id = id WHERE id % 10 <> 0
  AND EXISTS (SELECT 1 FROM payment_attempt a WHERE a.id = payment.id)"""
SUCCEED = """UPDATE payment_attempt SET state = 'succeeded', result_code = '0', result_text = 'ok',
  resolved_at = requested_at WHERE id % 10 <> 0"""
FAIL = """UPDATE payment_attempt SET state = 'failed', result_code = '1032',
  result_text = 'cancelled', resolved_at = requested_at WHERE id % 10 = 0"""
DAYS = 30
DAY_SECONDS = 86_400
SPREAD = f"""UPDATE payment SET recorded_at = recorded_at - id % {DAYS} * {DAY_SECONDS},
  paid_at = paid_at - id % {DAYS} * {DAY_SECONDS}"""
JOIN = f"UPDATE subscriber SET created_at = created_at - id % 730 * {DAY_SECONDS}"
# The sums by day as they would be, had they come then.
RESUM = ("DELETE FROM revenue_day",
         """INSERT INTO revenue_day SELECT (recorded_at + 10800) / 86400, provider, source, 0,
           COUNT(*), SUM(amount_cents) FROM payment WHERE duplicate_of IS NULL GROUP BY 1, 2, 3""")
WAITING = 200
RECOUNT = ("DELETE FROM growth_day WHERE what = 'subscriber'",
           """INSERT INTO growth_day SELECT (created_at + 10800) / 86400, 'subscriber', COUNT(*)
           FROM subscriber GROUP BY 1""")
UNAPPLIED = """INSERT INTO ledger_account(code, kind, normal_side, min_balance_cents, created_at)
  SELECT kind, kind, normal_side, min_balance_cents, 1 FROM account_kind WHERE kind = 'unapplied'
  AND NOT EXISTS (SELECT 1 FROM ledger_account WHERE code = 'unapplied')"""
# When a payment came is a fact that no statement may change: its guards stand aside for this one.
GUARDS = ("payment_facts", "payment_guard")


def add_history(database: Path) -> None:
    """Of the payments that are there."""
    connection = sqlite3.connect(database)
    try:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA recursive_triggers=ON")
        with connection:
            connection.execute("BEGIN")
            _spread_payments(connection)
            for statement in (INSERT, ADOPT, SUCCEED, FAIL, *RESUM, JOIN, *RECOUNT, UNAPPLIED):
                connection.execute(statement)
            for number in range(WAITING):
                _add_unmatched(connection, number)
    finally:
        connection.close()


def _spread_payments(connection: sqlite3.Connection) -> None:
    guards = [connection.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger'"
                                 " AND name = ?", (name,)).fetchone()[0] for name in GUARDS]
    for name in GUARDS:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(SPREAD)
    for guard in guards:
        connection.execute(guard)


def _add_unmatched(connection: sqlite3.Connection, number: int) -> None:
    """Each with a name, an account number with a slip and a masked phone, as people send them."""
    last, provider, at = connection.execute(
        "SELECT MAX(id), provider, MAX(recorded_at) FROM payment").fetchone()
    journal = connection.execute(
        "INSERT INTO journal(kind, source_key, actor, event_at, recorded_at)"
        " VALUES ('payment', 'payment:' || ?, 'system:bench', ?, ?)", (last + 1, at, at)).lastrowid
    connection.execute(
        "INSERT INTO transfer(journal_id, amount_cents, debit_account_id, credit_account_id)"
        " SELECT ?, 150000, d.id, c.id FROM ledger_account d, ledger_account c"
        " WHERE d.code = 'provider:' || ? AND c.code = 'unapplied'", (journal, provider))
    connection.execute(
        "INSERT INTO payment(id, provider, receipt, amount_cents, booked_to, payer_phone,"
        " payer_name, bill_reference, source, journal_id, paid_at, recorded_at)"
        " VALUES (?, ?, ?, 150000, 'unapplied', ?, 'GRACE M ACHIENG', ?, 'c2b', ?, ?, ?)",
        (last + 1, provider, f"WAIT{number:06d}", f"2547*****{number:03d}",
         f"{100_000 + number * 37}", journal, at, at))
