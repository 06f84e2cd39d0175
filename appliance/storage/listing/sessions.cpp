#include "storage/listing/sessions.hpp"

#include "storage/listing/few.hpp"
#include "storage/listing/like_pattern.hpp"

#include <limits>

namespace mnara::storage::listing {

namespace {

std::int64_t below(const Page& page)
{
    return page.after.value_or(std::numeric_limits<std::int64_t>::max());
}

std::vector<SessionView> all_sessions(Query q)
{
    std::vector<SessionView> rows;
    while (q.step()) {
        SessionView s;
        s.id = q.get<SessionId>(0);
        s.router_id = q.get<RouterId>(1);
        s.acct_session_id = q.get<std::string>(2);
        s.username = q.get<std::string>(3);
        s.calling_station = q.get<std::string>(4);
        s.framed_ipv4 = q.get<std::optional<std::string>>(5);
        s.started_at = q.get<UnixTime>(6);
        s.heard_at = q.get<UnixTime>(7);
        s.seconds = q.get<std::int64_t>(8);
        s.bytes_up = q.get<std::int64_t>(9);
        s.bytes_down = q.get<std::int64_t>(10);
        s.stopped_at = q.get<std::optional<UnixTime>>(11);
        s.terminate_cause = q.get<std::optional<std::string>>(12);
        s.subscription_id = q.get<std::optional<SubscriptionId>>(13);
        s.router_name = q.get<std::string>(14);
        s.subscriber_id = q.get<std::optional<SubscriberId>>(15);
        s.full_name = q.get<std::optional<std::string>>(16);
        s.account_no = q.get<std::optional<std::string>>(17);
        s.class_text = q.get<std::optional<std::string>>(18);
        s.kick = q.get<std::optional<std::string>>(19);
        s.stop_seen = q.get<bool>(20);
        rows.push_back(std::move(s));
    }
    return rows;
}

// As site_of_session, of what is joined already.
constexpr const char* kSite = "CASE WHEN p.id IS NULL THEN r.site_id ELSE p.site_id END";

// What it is joined with is looked up row by row, after `condition` has chosen.
std::string select(std::string_view table, std::string_view condition, std::string_view tail)
{
    return "SELECT s.id, s.router_id, s.acct_session_id, s.username, s.calling_station, "
           "s.framed_ipv4, s.started_at, s.heard_at, s.seconds, s.bytes_up, s.bytes_down, "
           "s.stopped_at, s.terminate_cause, s.subscription_id, r.name, p.id, p.full_name, "
           "p.account_no, s.class, (SELECT j.state FROM router_job j WHERE j.session_id = s.id "
           "AND j.kind = 'session_gone' ORDER BY j.id DESC LIMIT 1), s.stop_seen FROM " +
           std::string(table) +
           " CROSS JOIN router r ON r.id = s.router_id "
           "LEFT JOIN subscription l ON l.id = s.subscription_id "
           "LEFT JOIN subscriber p ON p.id = l.subscriber_id WHERE " +
           std::string(condition) + ' ' + std::string(tail);
}

std::string page_where(const ReadScope& scope, std::string_view table, std::string_view condition)
{
    return select(table, "s.id < ?1 AND " + inside(scope, kSite, 3) + ' ' + std::string(condition),
                  "ORDER BY s.id DESC LIMIT ?2");
}

std::string covering(const ReadScope& scope, std::string_view what)
{
    return select("session s",
                  "s." + std::string(what) +
                      " = ?1 AND s.started_at <= ?3 "
                      "AND (s.stopped_at IS NULL OR s.stopped_at > ?2) AND " +
                      inside(scope, kSite, 5),
                  "ORDER BY s.started_at, s.id LIMIT ?4");
}

} // namespace

std::vector<SessionView> sessions(ReadTx& tx, const ReadScope& scope, const WhichSessions& which,
                                  const Page& page)
{
    const std::int64_t behind = below(page);
    const int limit = page.limit + 1;
    const auto& sites = scope.sites();
    // One statement each, so that each can use its own index.
    if (which.subscriber_id)
        return all_sessions(
            tx.query(page_where(scope, "session s",
                                "AND s.subscription_id IN (SELECT id FROM subscription "
                                "WHERE subscriber_id = ?4) "
                                "AND (?5 = 0 OR s.stopped_at IS NULL)"),
                     behind, limit, sites, *which.subscriber_id, which.open_only));
    if (which.username.empty())
        if (const auto few = few_sessions(tx, scope, behind, which.open_only))
            return all_sessions(tx.query(page_where(scope, "session s",
                                                    "AND s.id IN (SELECT value FROM json_each(?4)) "
                                                    "AND (?5 = 0 OR s.stopped_at IS NULL)"),
                                         behind, limit, sites, *few, which.open_only));
    if (which.open_only && which.username.empty())
        return all_sessions(tx.query(
            page_where(scope, "session s INDEXED BY session_open", "AND s.stopped_at IS NULL"),
            behind, limit, sites));
    if (which.open_only)
        return all_sessions(tx.query(page_where(scope, "session s INDEXED BY session_open_username",
                                                "AND s.stopped_at IS NULL AND s.username = ?4"),
                                     behind, limit, sites, which.username));
    if (!which.username.empty())
        return all_sessions(tx.query(
            page_where(scope, "session s INDEXED BY session_username", "AND s.username = ?4"),
            behind, limit, sites, which.username));
    return all_sessions(tx.query(page_where(scope, "session s", ""), behind, limit, sites));
}

std::vector<SessionView> open_sessions_like(ReadTx& tx, const ReadScope& scope,
                                            const LookedSession& looked, const Page& page)
{
    const std::int64_t behind = below(page);
    const auto names = words_anywhere(looked.text);
    const std::string router = anywhere(looked.text);
    auto few = few_sessions(tx, scope, behind, true);
    if (!few)
        few = few_open_like(tx, looked, behind);
    // Of many the page is full soon, on the way from the newest; few are named.
    return all_sessions(tx.query(
        page_where(scope, few ? "session s" : "session s INDEXED BY session_open",
                   std::string("AND s.stopped_at IS NULL AND ") +
                       (few ? "s.id IN (SELECT value FROM json_each(?11)) " : "?11 IS NULL ") +
                       "AND (s.username >= ?4 AND s.username < ?4 || char(1114111) "
                       "OR s.framed_ipv4 = ?5 OR s.calling_station = ?6 "
                       "OR r.name LIKE ?7 ESCAPE '\\' "
                       "OR (p.full_name LIKE ?8 ESCAPE '\\' "
                       "AND p.full_name LIKE ?9 ESCAPE '\\' "
                       "AND p.full_name LIKE ?10 ESCAPE '\\'))"),
        behind, page.limit + 1, scope.sites(), looked.text, looked.ipv4, looked.station, router,
        names[0], names[1], names[2], few));
}

std::optional<SessionView> find_session_view(ReadTx& tx, SessionId id)
{
    auto found = all_sessions(tx.query(select("session s", "s.id = ?1", ""), id));
    if (found.empty())
        return std::nullopt;
    return std::move(found.front());
}

std::vector<SessionView> holders_of_ipv4(ReadTx& tx, const ReadScope& scope,
                                         const std::string& address, UnixTime at, UnixTime until,
                                         int limit)
{
    return all_sessions(
        tx.query(covering(scope, "framed_ipv4"), address, at, until, limit, scope.sites()));
}

std::vector<SessionView> holders_of_station(ReadTx& tx, const ReadScope& scope,
                                            const std::string& station, UnixTime at, UnixTime until,
                                            int limit)
{
    return all_sessions(
        tx.query(covering(scope, "calling_station"), station, at, until, limit, scope.sites()));
}

std::vector<AuthAttemptView> auth_attempts(ReadTx& tx, const ReadScope& scope,
                                           const WhichAttempts& which, const Page& page)
{
    std::vector<AuthAttemptView> rows;
    std::optional<std::string> router; // the log names a router by its number
    if (which.router_id)
        router = std::to_string(which.router_id->value);
    Query q = tx.query(
        "SELECT a.id, a.at, a.username, a.accepted, a.reason, r.id, r.name, a.calling_station, "
        "l.id, l.subscriber_id, p.full_name FROM auth_attempt a "
        "LEFT JOIN router r ON r.id = CAST(a.router AS INTEGER) "
        "LEFT JOIN subscription l ON l.username = a.username AND l.state <> 'terminated' "
        "LEFT JOIN subscriber p ON p.id = l.subscriber_id "
        "WHERE a.id < ?1 AND " +
            inside(scope, kSite, 3) +
            " AND (?4 IS NULL OR a.username = ?4) AND (?5 IS NULL OR a.reason = ?5) "
            "AND (?6 IS NULL OR a.accepted = ?6) AND (?7 IS NULL OR a.router = ?7) "
            "ORDER BY a.id DESC LIMIT ?2",
        below(page), page.limit + 1, scope.sites(), which.username, which.reason, which.accepted,
        router);
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<UnixTime>(1), q.get<std::string>(2),
                        q.get<bool>(3), q.get<std::string>(4), q.get<std::optional<RouterId>>(5),
                        q.get<std::optional<std::string>>(6), q.get<std::optional<std::string>>(7),
                        q.get<std::optional<SubscriptionId>>(8),
                        q.get<std::optional<SubscriberId>>(9),
                        q.get<std::optional<std::string>>(10)});
    return rows;
}

} // namespace mnara::storage::listing
