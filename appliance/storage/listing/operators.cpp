#include "storage/listing/operators.hpp"

#include <limits>

namespace mnara::storage::listing {

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

std::int64_t from_of(const std::optional<UnixTime>& at)
{
    return at ? to_seconds(*at) : 0;
}

std::int64_t to_of(const std::optional<UnixTime>& at)
{
    return at ? to_seconds(*at) : kMost;
}

// A row says what was touched by its id; its name is that of today.
constexpr const char* kAudited =
    "SELECT a.id, a.at, a.actor, COALESCE((SELECT full_name FROM operator o "
    "WHERE a.actor = 'operator:' || o.id), ''), a.action, a.entity, a.entity_id, a.detail, a.peer, "
    "COALESCE(CASE a.entity "
    "WHEN 'subscriber' THEN (SELECT full_name FROM subscriber WHERE id = a.entity_id) "
    "WHEN 'subscription' THEN (SELECT s.username || ' (' || p.full_name || ')' "
    "FROM subscription s JOIN subscriber p ON p.id = s.subscriber_id WHERE s.id = a.entity_id) "
    "WHEN 'payment_attempt' THEN (SELECT p.full_name FROM payment_attempt t "
    "JOIN subscriber p ON p.id = t.subscriber_id WHERE t.id = a.entity_id) "
    "WHEN 'payment' THEN (SELECT receipt FROM payment WHERE id = a.entity_id) "
    "WHEN 'session' THEN (SELECT username FROM session WHERE id = a.entity_id) "
    "WHEN 'operator' THEN (SELECT full_name FROM operator WHERE id = a.entity_id) "
    "WHEN 'router' THEN (SELECT name FROM router WHERE id = a.entity_id) "
    "WHEN 'site' THEN (SELECT name FROM site WHERE id = a.entity_id) "
    "WHEN 'area' THEN (SELECT name FROM area WHERE id = a.entity_id) "
    "WHEN 'building' THEN (SELECT name FROM building WHERE id = a.entity_id) "
    "WHEN 'unit' THEN (SELECT b.name || ' ' || u.label FROM unit u "
    "JOIN building b ON b.id = u.building_id WHERE u.id = a.entity_id) "
    "WHEN 'plan' THEN (SELECT name FROM plan WHERE code = a.entity_id) END, ''), "
    "CASE a.entity WHEN 'subscription' THEN (SELECT subscriber_id FROM subscription "
    "WHERE id = a.entity_id) WHEN 'payment_attempt' THEN (SELECT subscriber_id "
    "FROM payment_attempt WHERE id = a.entity_id) END FROM audit_log a ";

} // namespace

std::vector<SignInView> sign_ins(ReadTx& tx, const WhichSignIns& which, const Page& page)
{
    // What is asked for may be rare among what strangers have tried: each filter has its index.
    const char* named = !which.login.empty()  ? "INDEXED BY sign_in_who WHERE who = ?3 "
                        : !which.peer.empty() ? "INDEXED BY sign_in_peer WHERE peer = ?4 "
                                              : "WHERE 1 ";
    Query q = tx.query(
        "SELECT id, at, who, peer, COALESCE(user_agent, ''), outcome FROM sign_in " +
            std::string(named) +
            "AND id < ?1 AND (?3 = '' OR who = ?3) AND (?4 = '' OR peer = ?4) "
            "AND (outcome = ?5 OR (?5 = '' AND outcome <> 'unlocked')) AND at >= ?6 AND at < ?7 "
            "ORDER BY id DESC LIMIT ?2",
        page.after.value_or(kMost), page.limit + 1, which.login, which.peer, which.outcome,
        from_of(which.from), to_of(which.to));
    std::vector<SignInView> rows;
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<UnixTime>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<std::string>(4), q.get<std::string>(5)});
    return rows;
}

std::vector<AuditView> audit_log(ReadTx& tx, const WhichAudit& which, const Page& page)
{
    const char* named =
        !which.entity.empty() && !which.entity_id.empty()
            ? "INDEXED BY audit_log_entity WHERE a.entity = ?5 AND a.entity_id = ?6 "
        : !which.actor.empty() ? "INDEXED BY audit_log_actor WHERE a.actor = ?3 "
                               : "WHERE 1 ";
    Query q = tx.query(kAudited + std::string(named) +
                           "AND a.id < ?1 AND (?3 = '' OR a.actor = ?3) "
                           "AND (?4 = '' OR a.action = ?4) AND (?5 = '' OR a.entity = ?5) "
                           "AND (?6 = '' OR a.entity_id = ?6) AND a.at >= ?7 AND a.at < ?8 "
                           "ORDER BY a.id DESC LIMIT ?2",
                       page.after.value_or(kMost), page.limit + 1, which.actor, which.action,
                       which.entity, which.entity_id, from_of(which.from), to_of(which.to));
    std::vector<AuditView> rows;
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<UnixTime>(1), q.get<std::string>(2),
                        q.get<std::string>(3), q.get<std::string>(4), q.get<std::string>(5),
                        q.get<std::string>(6), q.get<std::string>(7),
                        q.get<std::optional<std::string>>(8), q.get<std::string>(9),
                        q.get<std::optional<SubscriberId>>(10)});
    return rows;
}

} // namespace mnara::storage::listing
