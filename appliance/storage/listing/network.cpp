#include "storage/listing/network.hpp"

namespace mnara::storage::listing {

namespace {

// Hours of more than a year, or days of a lifetime, are not one page.
constexpr int kUsageRowsMax = 10'000;

RouterView read_router(const Query& q)
{
    return {q.get<RouterId>(0),    q.get<std::string>(1),
            q.get<std::string>(2), q.get<std::optional<std::string>>(3),
            q.get<int>(4),         q.get<bool>(5),
            q.get<bool>(6),        q.get<std::optional<SiteId>>(7),
            q.get<bool>(8)};
}

std::string routers_where(std::string_view condition)
{
    return "SELECT r.id, r.name, r.radius_source, r.coa_address, r.coa_port, r.enabled, "
           "r.require_message_authenticator, r.site_id, "
           "EXISTS (SELECT 1 FROM session WHERE router_id = r.id) "
           "OR r.id IN (SELECT CAST(router AS INTEGER) FROM auth_attempt) FROM router r WHERE " +
           std::string(condition);
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

std::vector<RouterView> routers(ReadTx& tx, const ReadScope& scope, std::optional<SiteId> of,
                                const Page& page)
{
    Query q = tx.query(routers_where("r.id > ?1 AND (?3 IS NULL OR r.site_id IN "
                                     "(SELECT value FROM json_each(?3))) "
                                     "AND (?4 IS NULL OR r.site_id = ?4) ORDER BY r.id LIMIT ?2"),
                       page.after.value_or(0), page.limit + 1, scope.sites(), of);
    std::vector<RouterView> rows;
    while (q.step())
        rows.push_back(read_router(q));
    return rows;
}

std::optional<RouterView> find_router(ReadTx& tx, RouterId id)
{
    Query q = tx.query(routers_where("r.id = ?1"), id);
    if (!q.step())
        return std::nullopt;
    return read_router(q);
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
