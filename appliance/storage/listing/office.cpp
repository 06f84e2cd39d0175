#include "storage/listing/office.hpp"

#include <limits>

namespace mnara::storage::listing {

namespace {

std::int64_t number(Query q)
{
    ENSURE(q.step());
    return q.get<std::int64_t>(0);
}

} // namespace

std::vector<AlertView> open_alerts(ReadTx& tx, const Page& page)
{
    Query q =
        tx.query("SELECT id, key, severity, detail, opened_at FROM alert "
                 "WHERE closed_at IS NULL AND id < ?1 ORDER BY id DESC LIMIT ?2",
                 page.after.value_or(std::numeric_limits<std::int64_t>::max()), page.limit + 1);
    std::vector<AlertView> rows;
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<std::string>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<UnixTime>(4)});
    return rows;
}

bool is_alert_open(ReadTx& tx, std::string_view key)
{
    return tx.query("SELECT 1 FROM alert WHERE key = ?1 AND closed_at IS NULL", key).step();
}

Counts counts(ReadTx& tx)
{
    Counts found;
    found.subscribers = number(tx.query("SELECT COUNT(*) FROM subscriber"));
    found.online = number(tx.query("SELECT COUNT(*) FROM session INDEXED BY session_open "
                                   "WHERE stopped_at IS NULL AND class LIKE '%:full'"));
    found.unmatched = number(tx.query("SELECT COUNT(*) FROM payment "
                                      "WHERE subscriber_id IS NULL AND duplicate_of IS NULL"));
    found.open_attempts = number(tx.query("SELECT COUNT(*) FROM payment_attempt "
                                          "WHERE state IN ('requested','prompted','unknown')"));
    found.alerts = number(tx.query("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL"));
    for (const char* state : {"pending", "active", "expired", "suspended", "terminated"})
        found.subscriptions[state] = 0;
    // Each part has an index that holds nothing else; one GROUP BY would read every line.
    Query q = tx.query("SELECT 'active', COUNT(*) FROM subscription WHERE state = 'active' "
                       "UNION ALL "
                       "SELECT 'expired', COUNT(*) FROM subscription WHERE state = 'expired' "
                       "UNION ALL "
                       "SELECT state, COUNT(*) FROM subscription INDEXED BY subscription_resting "
                       "WHERE state NOT IN ('active','expired') GROUP BY state");
    while (q.step())
        found.subscriptions[q.get<std::string>(0)] = q.get<std::int64_t>(1);
    return found;
}

Money money_since(ReadTx& tx, const std::string& provider, UnixTime since)
{
    return Money::from_cents(
        // Named, because the planner would read all that this provider ever brought in.
        number(tx.query("SELECT COALESCE(SUM(amount_cents), 0) FROM payment "
                        "INDEXED BY payment_recorded WHERE recorded_at >= ?2 AND provider = ?1 AND "
                        "duplicate_of IS NULL",
                        provider, since)));
}

Waiting waiting(ReadTx& tx)
{
    return {
        number(tx.query("SELECT COUNT(*) FROM inbox WHERE processed_at IS NULL")),
        number(tx.query("SELECT COUNT(*) FROM projection_dirty")),
        number(tx.query("SELECT COUNT(*) FROM router_job WHERE state IN ('waiting','running')"))};
}

} // namespace mnara::storage::listing
