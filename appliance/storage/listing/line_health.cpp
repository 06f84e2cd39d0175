#include "storage/listing/line_health.hpp"

namespace mnara::storage::listing {

std::optional<LastEvent> last_event_of(ReadTx& tx, SubscriptionId line)
{
    Query q = tx.query("SELECT event, COALESCE(reason, ''), at FROM subscription_event "
                       "WHERE subscription_id = ?1 ORDER BY seq DESC LIMIT 1",
                       line);
    if (!q.step())
        return std::nullopt;
    return LastEvent{q.get<std::string>(0), q.get<std::string>(1), q.get<UnixTime>(2)};
}

std::optional<AttemptId> last_attempt_of(ReadTx& tx, SubscriptionId line)
{
    Query q = tx.query("SELECT a.id FROM subscription l JOIN payment_attempt a "
                       "ON a.subscriber_id = l.subscriber_id AND a.subscription_id = l.id "
                       "WHERE l.id = ?1 ORDER BY a.requested_at DESC, a.id DESC LIMIT 1",
                       line);
    if (!q.step())
        return std::nullopt;
    return q.get<AttemptId>(0);
}

std::optional<PaymentId> unmatched_from(ReadTx& tx, SubscriberId subscriber)
{
    Query q = tx.query("SELECT id FROM payment INDEXED BY payment_unmatched "
                       "WHERE subscriber_id IS NULL AND duplicate_of IS NULL AND payer_phone IN ("
                       "SELECT msisdn FROM phone WHERE subscriber_id = ?1 "
                       "UNION SELECT msisdn_sha256 FROM phone WHERE subscriber_id = ?1) "
                       "ORDER BY id DESC LIMIT 1",
                       subscriber);
    if (!q.step())
        return std::nullopt;
    return q.get<PaymentId>(0);
}

std::optional<SessionRow> last_session_of(ReadTx& tx, SubscriptionId line)
{
    std::optional<SessionId> id;
    {
        Query q = tx.query("SELECT id FROM session WHERE subscription_id = ?1 "
                           "ORDER BY started_at DESC, id DESC LIMIT 1",
                           line);
        if (!q.step())
            return std::nullopt;
        id = q.get<SessionId>(0);
    }
    return find_session(tx, *id);
}

std::int64_t sessions_since(ReadTx& tx, SubscriptionId line, UnixTime since)
{
    Query q =
        tx.query("SELECT COUNT(*) FROM session WHERE subscription_id = ?1 AND started_at >= ?2",
                 line, since);
    ENSURE(q.step());
    return q.get<std::int64_t>(0);
}

bool has_router(ReadTx& tx)
{
    Query q = tx.query("SELECT EXISTS (SELECT 1 FROM router)");
    return q.step() && q.get<bool>(0);
}

std::optional<UnixTime> router_heard_at(ReadTx& tx, RouterId router, SubscriptionId but_for)
{
    // From the newest report back: a router that works is met after a few.
    Query q = tx.query("SELECT heard_at FROM session INDEXED BY session_open_heard "
                       "WHERE stopped_at IS NULL AND router_id = ?1 "
                       "AND subscription_id IS NOT ?2 ORDER BY heard_at DESC LIMIT 1",
                       router, but_for);
    if (!q.step())
        return std::nullopt;
    return q.get<UnixTime>(0);
}

} // namespace mnara::storage::listing
