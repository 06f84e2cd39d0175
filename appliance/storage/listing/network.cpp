#include "storage/listing/network.hpp"

#include <limits>

namespace mnara::storage::listing {

namespace {

// Hours of more than a year, or days of a lifetime, are not one page.
constexpr int kUsageRowsMax = 10'000;

RouterView read_router(const Query& q)
{
    return {q.get<RouterId>(0),    q.get<std::string>(1),
            q.get<std::string>(2), q.get<std::optional<std::string>>(3),
            q.get<int>(4),         q.get<bool>(5),
            q.get<bool>(6)};
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
        rows.push_back(std::move(s));
    }
    return rows;
}

std::string sessions_where(std::string_view condition, std::string_view table = "session")
{
    return "SELECT id, router_id, acct_session_id, username, calling_station, framed_ipv4, "
           "started_at, heard_at, seconds, bytes_up, bytes_down, stopped_at, terminate_cause, "
           "subscription_id FROM " +
           std::string(table) + " WHERE id < ?1 " + std::string(condition) +
           " ORDER BY id DESC LIMIT ?2";
}

std::vector<UsageView> all_usage(Query q)
{
    std::vector<UsageView> rows;
    while (q.step())
        rows.push_back({q.get<std::int64_t>(0), q.get<std::int64_t>(1), q.get<std::int64_t>(2),
                        q.get<std::int64_t>(3)});
    return rows;
}

} // namespace

std::vector<RouterView> routers(ReadTx& tx, const Page& page)
{
    Query q = tx.query("SELECT id, name, radius_source, coa_address, coa_port, enabled, "
                       "require_message_authenticator FROM router WHERE id > ?1 "
                       "ORDER BY id LIMIT ?2",
                       page.after.value_or(0), page.limit + 1);
    std::vector<RouterView> rows;
    while (q.step())
        rows.push_back(read_router(q));
    return rows;
}

std::optional<RouterView> find_router(ReadTx& tx, RouterId id)
{
    Query q = tx.query("SELECT id, name, radius_source, coa_address, coa_port, enabled, "
                       "require_message_authenticator FROM router WHERE id = ?1",
                       id);
    if (!q.step())
        return std::nullopt;
    return read_router(q);
}

std::vector<SessionView> sessions(ReadTx& tx, const WhichSessions& which, const Page& page)
{
    const std::int64_t below = page.after.value_or(std::numeric_limits<std::int64_t>::max());
    const int limit = page.limit + 1;
    // One statement each, so that each can use its own index.
    if (which.open_only && which.username.empty())
        return all_sessions(
            tx.query(sessions_where("AND stopped_at IS NULL", "session INDEXED BY session_open"),
                     below, limit));
    if (which.open_only)
        return all_sessions(tx.query(sessions_where("AND stopped_at IS NULL AND username = ?3"),
                                     below, limit, which.username));
    if (!which.username.empty())
        return all_sessions(
            tx.query(sessions_where("AND username = ?3"), below, limit, which.username));
    return all_sessions(tx.query(sessions_where(""), below, limit));
}

std::vector<UsageView> usage_by_hour(ReadTx& tx, SubscriptionId id, UnixTime from, UnixTime to)
{
    return all_usage(tx.query("SELECT hour_at, bytes_up, bytes_down, seconds FROM usage_hour "
                              "WHERE subscription_id = ?1 AND hour_at >= ?2 AND hour_at < ?3 "
                              "ORDER BY hour_at LIMIT ?4",
                              id, from, to, kUsageRowsMax));
}

std::vector<UsageView> usage_by_day(ReadTx& tx, SubscriptionId id, int from_day, int to_day)
{
    return all_usage(tx.query("SELECT day, bytes_up, bytes_down, seconds FROM usage_day "
                              "WHERE subscription_id = ?1 AND day >= ?2 AND day <= ?3 "
                              "ORDER BY day LIMIT ?4",
                              id, from_day, to_day, kUsageRowsMax));
}

std::optional<AuthResultView> auth_result(ReadTx& tx, const std::string& username)
{
    Query q = tx.query("SELECT username, last_at, last_reason, last_router, last_calling_station, "
                       "accepted, rejected, rejected_in_a_row FROM auth_result WHERE username = ?1",
                       username);
    if (!q.step())
        return std::nullopt;
    return AuthResultView{q.get<std::string>(0),
                          q.get<UnixTime>(1),
                          q.get<std::string>(2),
                          q.get<std::string>(3),
                          q.get<std::optional<std::string>>(4),
                          q.get<std::int64_t>(5),
                          q.get<std::int64_t>(6),
                          q.get<std::int64_t>(7)};
}

} // namespace mnara::storage::listing
