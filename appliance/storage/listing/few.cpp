#include "storage/listing/few.hpp"

#include "storage/listing/like_pattern.hpp"

namespace mnara::storage::listing {

namespace {

constexpr int kFew = 2000;
// To name those who are online takes about as long as to meet as many on the way from the newest.
constexpr int kFewOnline = 500;

// CROSS JOIN keeps the order in which the tables are asked: from the sites to the rows.
constexpr const char* kPeople = "json_each(?2) z CROSS JOIN subscriber p ON p.site_id = z.value ";
constexpr const char* kRouters = "json_each(?2) z CROSS JOIN router r ON r.site_id = z.value ";

// A JSON list of what the query gives; nothing where there are `limit`, and perhaps more.
std::optional<std::string> list_of(Query& q, int limit)
{
    std::string list;
    int count = 0;
    for (; q.step(); ++count)
        list += (list.empty() ? "" : ",") + std::to_string(q.get<std::int64_t>(0));
    if (count == limit)
        return std::nullopt;
    return '[' + list + ']';
}

// `select`: ids below ?1 of the sites ?2.
std::optional<std::string> few(ReadTx& tx, const ReadScope& scope, std::int64_t behind,
                               const std::string& select)
{
    if (scope.is_everything())
        return std::nullopt;
    Query theirs = tx.query(select + " LIMIT ?3", behind, scope.sites(), kFew);
    return list_of(theirs, kFew);
}

std::string of_people(const char* table)
{
    return std::string("SELECT x.id FROM ") + kPeople + "CROSS JOIN " + table +
           " x ON x.subscriber_id = p.id WHERE x.id < ?1";
}

} // namespace

std::optional<std::string> few_payments(ReadTx& tx, const ReadScope& scope, std::int64_t behind)
{
    return few(tx, scope, behind, of_people("payment"));
}

std::optional<std::string> few_attempts(ReadTx& tx, const ReadScope& scope, std::int64_t behind)
{
    return few(tx, scope, behind, of_people("payment_attempt"));
}

std::optional<std::string> few_sessions(ReadTx& tx, const ReadScope& scope, std::int64_t behind,
                                        bool open_only)
{
    // Few are open at a time, and by their username; a line keeps its own for ever.
    const std::string of_lines =
        std::string("SELECT s.id FROM ") + kPeople +
        "CROSS JOIN subscription l ON l.subscriber_id = p.id CROSS JOIN session s " +
        (open_only ? "INDEXED BY session_open_username ON s.username = l.username "
                     "AND s.stopped_at IS NULL"
                   : "INDEXED BY session_subscription ON s.subscription_id = l.id") +
        " WHERE s.id < ?1";
    const std::string of_nobody = std::string("SELECT s.id FROM ") + kRouters +
                                  "CROSS JOIN session s INDEXED BY session_of_nobody "
                                  "ON s.router_id = r.id AND s.subscription_id IS NULL "
                                  "WHERE s.id < ?1" +
                                  (open_only ? " AND s.stopped_at IS NULL" : "");
    return few(tx, scope, behind, of_lines + " UNION ALL " + of_nobody);
}

std::optional<std::string> few_open_like(ReadTx& tx, const LookedSession& looked,
                                         std::int64_t behind)
{
    // Each way by its own index; a name that many have ends at kFewOnline.
    const auto names = words_anywhere(looked.text);
    Query online = tx.query(
        "SELECT id FROM ("
        "SELECT id FROM session INDEXED BY session_open_username WHERE stopped_at IS NULL "
        "AND username >= ?3 AND username < ?3 || char(1114111) "
        "UNION ALL SELECT id FROM session INDEXED BY session_ipv4 "
        "WHERE framed_ipv4 IS NOT NULL AND framed_ipv4 = ?4 AND stopped_at IS NULL "
        "UNION ALL SELECT id FROM session INDEXED BY session_station "
        "WHERE calling_station = ?5 AND stopped_at IS NULL "
        "UNION ALL SELECT s.id FROM router r CROSS JOIN session s INDEXED BY session_open_router "
        "ON s.router_id = r.id AND s.stopped_at IS NULL WHERE r.name LIKE ?6 ESCAPE '\\' "
        "UNION ALL SELECT s.id FROM subscriber p INDEXED BY subscriber_name "
        "CROSS JOIN subscription l ON l.subscriber_id = p.id CROSS JOIN session s "
        "INDEXED BY session_open_username ON s.username = l.username AND s.stopped_at IS NULL "
        "WHERE p.full_name LIKE ?7 ESCAPE '\\' AND p.full_name LIKE ?8 ESCAPE '\\' "
        "AND p.full_name LIKE ?9 ESCAPE '\\') WHERE id < ?1 LIMIT ?2",
        behind, kFewOnline, looked.text, looked.ipv4, looked.station, anywhere(looked.text),
        names[0], names[1], names[2]);
    return list_of(online, kFewOnline);
}

} // namespace mnara::storage::listing
