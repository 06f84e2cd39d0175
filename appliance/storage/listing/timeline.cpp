#include "storage/listing/timeline.hpp"

#include <limits>

namespace mnara::storage::listing {

std::vector<TimelineMark> timeline(ReadTx& tx, SubscriberId subscriber,
                                   std::optional<TimelineMark::Kind> only,
                                   const std::optional<TimelineMark>& after, int limit)
{
    const TimelineMark behind = after.value_or(TimelineMark{
        kForever, TimelineMark::Kind::Audit, std::numeric_limits<std::int64_t>::max(), 0});
    std::optional<int> kind;
    if (only)
        kind = static_cast<int>(*only);
    // What an event of a line tells already is left out of the audit; of payments it tells who gave
    // them to this subscriber, and who took them back. The numbers are those of Kind.
    Query q =
        tx.query("SELECT at, kind, id, seq FROM ("
                 "SELECT requested_at AS at, 0 AS kind, id, 0 AS seq FROM payment_attempt "
                 "WHERE subscriber_id = ?1 "
                 "UNION ALL SELECT recorded_at, 1, id, 0 FROM payment WHERE subscriber_id = ?1 "
                 "UNION ALL SELECT e.at, 2, e.subscription_id, e.seq FROM subscription l "
                 "JOIN subscription_event e ON e.subscription_id = l.id WHERE l.subscriber_id = ?1 "
                 "UNION ALL SELECT s.started_at, 3, s.id, 0 FROM subscription l "
                 "JOIN session s ON s.subscription_id = l.id WHERE l.subscriber_id = ?1 "
                 "UNION ALL SELECT at, 4, id, 0 FROM audit_log "
                 "WHERE entity = 'subscriber' AND entity_id = CAST(?1 AS TEXT) "
                 "UNION ALL SELECT a.at, 4, a.id, 0 FROM subscription l JOIN audit_log a "
                 "ON a.entity = 'subscription' AND a.entity_id = CAST(l.id AS TEXT) "
                 "WHERE l.subscriber_id = ?1 "
                 "AND a.action NOT IN ('admin_suspended','admin_resumed','closed') "
                 "UNION ALL SELECT a.at, 4, a.id, 0 FROM (SELECT DISTINCT payment_id AS id "
                 "FROM payment_assignment WHERE subscriber_id = ?1) p JOIN audit_log a "
                 "ON a.entity = 'payment' AND a.entity_id = CAST(p.id AS TEXT) "
                 "WHERE a.action IN ('assigned','unassigned') "
                 "AND json_extract(a.detail, '$.subscriber_id') = ?1) "
                 "WHERE (?2 IS NULL OR kind = ?2) AND (at, kind, id, seq) < (?3, ?4, ?5, ?6) "
                 "ORDER BY at DESC, kind DESC, id DESC, seq DESC LIMIT ?7",
                 subscriber, kind, behind.at, static_cast<int>(behind.kind), behind.id, behind.seq,
                 limit + 1);
    std::vector<TimelineMark> marks;
    while (q.step())
        marks.push_back({q.get<UnixTime>(0), static_cast<TimelineMark::Kind>(q.get<int>(1)),
                         q.get<std::int64_t>(2), q.get<std::int64_t>(3)});
    return marks;
}

std::optional<LineEvent> find_line_event(ReadTx& tx, SubscriptionId line, std::int64_t seq)
{
    // A term has no time of its own making: it is the one that ends where the event says.
    Query q = tx.query(
        "SELECT l.username, e.event, e.from_state, e.to_state, e.actor, o.full_name, e.reason, "
        "e.paid_until, t.id, v.plan_code, v.version, t.price_cents, t.starts_at, t.ends_at "
        "FROM subscription_event e JOIN subscription l ON l.id = e.subscription_id "
        "LEFT JOIN term t ON e.event = 'plan_purchased' AND t.subscription_id = e.subscription_id "
        "AND t.ends_at = e.paid_until LEFT JOIN plan_version v ON v.id = t.plan_version_id "
        "LEFT JOIN operator o ON e.actor GLOB 'operator:*' AND "
        "o.id = CAST(substr(e.actor, 10) AS INTEGER) "
        "WHERE e.subscription_id = ?1 AND e.seq = ?2",
        line, seq);
    if (!q.step())
        return std::nullopt;
    LineEvent event{line,
                    q.get<std::string>(0),
                    q.get<std::string>(1),
                    q.get<std::string>(2),
                    q.get<std::string>(3),
                    q.get<std::string>(4),
                    q.get<std::optional<std::string>>(5),
                    q.get<std::optional<std::string>>(6),
                    q.get<std::optional<UnixTime>>(7),
                    std::nullopt};
    if (!q.is_null(8))
        event.term = {q.get<TermId>(8), q.get<std::string>(9), q.get<int>(10),
                      q.get<Money>(11), q.get<UnixTime>(12),   q.get<UnixTime>(13)};
    return event;
}

std::optional<AuditEntry> find_audit(ReadTx& tx, std::int64_t id)
{
    Query q = tx.query("SELECT a.id, a.at, a.actor, a.action, a.entity, a.entity_id, a.detail, "
                       "o.full_name FROM audit_log a LEFT JOIN operator o "
                       "ON a.actor GLOB 'operator:*' AND o.id = CAST(substr(a.actor, 10) AS "
                       "INTEGER) WHERE a.id = ?1",
                       id);
    if (!q.step())
        return std::nullopt;
    return AuditEntry{q.get<std::int64_t>(0), q.get<UnixTime>(1),
                      q.get<std::string>(2),  q.get<std::string>(3),
                      q.get<std::string>(4),  q.get<std::string>(5),
                      q.get<std::string>(6),  q.get<std::optional<std::string>>(7)};
}

std::vector<WalletEntry> wallet_entries(ReadTx& tx, SubscriberId subscriber, const Page& page)
{
    std::vector<WalletEntry> rows;
    Query q = tx.query(
        "SELECT e.seq, j.recorded_at, j.kind, j.source_key, j.actor, e.delta_cents, "
        "e.balance_after_cents, t.id, t.subscription_id, o.full_name, l.username, n.name, "
        "t.ends_at FROM ledger_account a "
        "JOIN ledger_entry e ON e.account_id = a.id JOIN transfer x ON x.id = e.transfer_id "
        "JOIN journal j ON j.id = x.journal_id LEFT JOIN term t ON t.journal_id = j.id "
        "LEFT JOIN subscription l ON l.id = t.subscription_id "
        "LEFT JOIN plan_version v ON v.id = t.plan_version_id "
        "LEFT JOIN plan n ON n.code = v.plan_code "
        "LEFT JOIN operator o ON j.actor GLOB 'operator:*' AND "
        "o.id = CAST(substr(j.actor, 10) AS INTEGER) "
        "WHERE a.code = ?1 AND e.seq < ?2 ORDER BY e.seq DESC LIMIT ?3",
        "wallet:" + std::to_string(subscriber.value),
        page.after.value_or(std::numeric_limits<std::int64_t>::max()), page.limit + 1);
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<UnixTime>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<std::string>(4), q.get<Money>(5),
                        q.get<Money>(6), q.get<std::optional<TermId>>(7),
                        q.get<std::optional<SubscriptionId>>(8),
                        q.get<std::optional<std::string>>(9), q.get<std::optional<std::string>>(10),
                        q.get<std::optional<std::string>>(11), q.get<std::optional<UnixTime>>(12)});
    return rows;
}

} // namespace mnara::storage::listing
