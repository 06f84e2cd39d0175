#include "storage/listing/office.hpp"

#include "domain/payment.hpp"
#include "storage/listing/home.hpp"

#include <limits>

namespace mnara::storage::listing {

namespace {

std::int64_t number(Query q)
{
    ENSURE(q.step());
    return q.get<std::int64_t>(0);
}

// Screens say it in the reader's language, so they need the values and not our sentence. What
// stands before the colon of a key says which row the rest names.
std::string alert_rows()
{
    const std::string id = "CAST(substr(a.key, instr(a.key, ':') + 1) AS INTEGER)";
    const std::string kind = "CASE substr(a.key, 1, instr(a.key, ':')) ";
    const auto is = [&](const std::string& word) {
        return "WHEN '" + word + ":' THEN " + id + ' ';
    };
    return "SELECT a.id, a.key, a.severity, a.detail, a.opened_at, "
           "COALESCE(p.amount_cents, t.amount_cents), p.receipt, p.bill_reference, t.phone, "
           "r.name, s.username, "
           "CASE WHEN a.key LIKE 'unmatched:%' THEN (SELECT MIN(w.id) FROM payment w WHERE "
           "w.receipt IS NULL AND w.duplicate_of IS NULL AND w.provider = p.provider AND "
           "w.amount_cents = p.amount_cents AND w.recorded_at >= p.recorded_at - " +
           std::to_string(domain::kTwinWindow.count()) +
           " AND w.id <> p.id) END FROM alert a "
           "LEFT JOIN payment p ON p.id = " +
           kind + is("unmatched") + is("owner") +
           "END LEFT JOIN payment_attempt t ON t.id = " + kind + is("attempt") + is("parked") +
           "END LEFT JOIN router_job j ON j.id = " + kind + is("router_job") +
           "END LEFT JOIN session s ON s.id = " + kind + is("router_session") +
           "ELSE j.session_id END LEFT JOIN router r ON r.id = " + kind + is("router_coa") +
           is("projection-router") + "ELSE COALESCE(j.router_id, s.router_id) END ";
}

std::vector<AlertView> all_alerts(Query q)
{
    using Text = std::optional<std::string>;
    std::vector<AlertView> rows;
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<std::string>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<UnixTime>(4),
                        AlertFacts{q.get<std::optional<Money>>(5), q.get<Text>(6), q.get<Text>(7),
                                   q.get<Text>(8), q.get<Text>(9), q.get<Text>(10),
                                   q.get<std::optional<PaymentId>>(11)}});
    return rows;
}

} // namespace

std::vector<AlertView> open_alerts(ReadTx& tx, const ReadScope& scope, const Page& page)
{
    return all_alerts(tx.query(alert_rows() + "WHERE a.closed_at IS NULL AND a.id < ?1 AND " +
                                   alert_inside(scope, "a", 3) + " ORDER BY a.id DESC LIMIT ?2",
                               page.after.value_or(std::numeric_limits<std::int64_t>::max()),
                               page.limit + 1, scope.sites()));
}

std::vector<AlertView> gravest_alerts(ReadTx& tx, const ReadScope& scope, int limit)
{
    return all_alerts(tx.query(
        alert_rows() + "WHERE a.closed_at IS NULL AND " + alert_inside(scope, "a", 2) +
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
    auto found = all_alerts(tx.query(alert_rows() + "WHERE a.closed_at IS NULL AND a.id = ?1", id));
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
