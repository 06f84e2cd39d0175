#include "storage/listing/office.hpp"

#include "storage/listing/home.hpp"

#include <limits>

namespace mnara::storage::listing {

namespace {

std::int64_t number(Query q)
{
    ENSURE(q.step());
    return q.get<std::int64_t>(0);
}

std::vector<AlertView> all_alerts(Query q)
{
    std::vector<AlertView> rows;
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<std::string>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<UnixTime>(4)});
    return rows;
}

} // namespace

std::vector<AlertView> open_alerts(ReadTx& tx, const ReadScope& scope, const Page& page)
{
    return all_alerts(tx.query("SELECT a.id, a.key, a.severity, a.detail, a.opened_at FROM alert a "
                               "WHERE a.closed_at IS NULL AND a.id < ?1 AND " +
                                   alert_inside(scope, "a", 3) + " ORDER BY a.id DESC LIMIT ?2",
                               page.after.value_or(std::numeric_limits<std::int64_t>::max()),
                               page.limit + 1, scope.sites()));
}

std::vector<AlertView> gravest_alerts(ReadTx& tx, const ReadScope& scope, int limit)
{
    return all_alerts(tx.query(
        "SELECT a.id, a.key, a.severity, a.detail, a.opened_at FROM alert a "
        "WHERE a.closed_at IS NULL AND " +
            alert_inside(scope, "a", 2) +
            " ORDER BY CASE a.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, "
            "a.id DESC LIMIT ?1",
        limit, scope.sites()));
}

std::int64_t count_of_open_alerts(ReadTx& tx, const ReadScope& scope)
{
    return number(tx.query("SELECT COUNT(*) FROM alert a WHERE a.closed_at IS NULL AND " +
                               alert_inside(scope, "a", 1),
                           scope.sites()));
}

std::optional<AlertView> find_open_alert(ReadTx& tx, std::int64_t id)
{
    auto found = all_alerts(tx.query("SELECT id, key, severity, detail, opened_at FROM alert "
                                     "WHERE closed_at IS NULL AND id = ?1",
                                     id));
    if (found.empty())
        return std::nullopt;
    return std::move(found.front());
}

bool is_alert_open(ReadTx& tx, std::string_view key)
{
    return tx.query("SELECT 1 FROM alert WHERE key = ?1 AND closed_at IS NULL", key).step();
}

Counts counts(ReadTx& tx, const ReadScope& scope)
{
    Counts found;
    found.subscribers = count_of_subscribers(tx, scope);
    found.online = online(tx, scope).full;
    found.unmatched = unmatched(tx, scope).payments;
    found.open_attempts = open_attempts(tx, scope);
    found.alerts = count_of_open_alerts(tx, scope);
    for (const char* state : {"pending", "active", "expired", "suspended", "terminated"})
        found.subscriptions[state] = 0;
    Query q = tx.query("SELECT state, COUNT(*) FROM subscription INDEXED BY subscription_state "
                       "WHERE " +
                           of_those_inside(scope, "subscriber_id", 1) + " GROUP BY state",
                       scope.sites());
    while (q.step())
        found.subscriptions[q.get<std::string>(0)] = q.get<std::int64_t>(1);
    return found;
}

Waiting waiting(ReadTx& tx)
{
    return {
        number(tx.query("SELECT COUNT(*) FROM inbox WHERE processed_at IS NULL")),
        number(tx.query("SELECT COUNT(*) FROM projection_dirty")),
        number(tx.query("SELECT COUNT(*) FROM router_job WHERE state IN ('waiting','running')"))};
}

} // namespace mnara::storage::listing
