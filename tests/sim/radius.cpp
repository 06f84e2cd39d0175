#include "sim/radius.hpp"

#include "core/crypto.hpp"

#include <fstream>
#include <sstream>

namespace sim {

namespace {

namespace storage = mnara::storage;

constexpr int kQueriesPerConnection = 100; // each has its own text, which the connection keeps

void replace_all(std::string& text, const std::string& from, const std::string& to)
{
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

// The value of `query = "..."`, its lines joined as FreeRADIUS joins them.
std::string read_query(const std::string& path)
{
    std::ifstream file(path);
    std::stringstream whole;
    whole << file.rdbuf();
    std::string text = whole.str();
    const std::string begin = "\nquery = \"";
    const std::size_t from = text.find(begin);
    if (from == std::string::npos)
        throw std::runtime_error("no query in " + path);
    text = text.substr(from + begin.size());
    text.resize(text.rfind('"'));
    replace_all(text, "\\\n", "");
    return text;
}

std::string expanded(std::string sql, const std::string& username, const std::string& station,
                     std::int64_t now)
{
    replace_all(sql, "%{Tmp-String-1}", station);
    replace_all(sql, "%{hex:&Tmp-String-0}", mnara::crypto::to_hex(username));
    replace_all(sql, "%l", std::to_string(now));
    if (sql.find('%') != std::string::npos)
        throw std::runtime_error("an expansion of a query is not known here");
    return sql;
}

std::string text(const storage::Query& q, int column)
{
    return q.get<std::optional<std::string>>(column).value_or("");
}

} // namespace

Radius::Radius(const std::string& source_folder)
    : query_(read_query(source_folder + "/radius/auth_query.conf")),
      quick_query_(read_query(source_folder + "/radius/quick_query.conf"))
{
}

storage::Connection& Radius::connection(const std::string& radius_db)
{
    if (connection_ == nullptr || ++asked_ % kQueriesPerConnection == 0) {
        connection_.reset();
        connection_ =
            std::make_unique<storage::Connection>(radius_db, storage::Connection::Mode::ReadOnly);
    }
    return *connection_;
}

std::optional<RadiusAnswer> Radius::ask(const std::string& radius_db, const std::string& username,
                                        const std::string& station, std::int64_t now)
{
    RadiusAnswer answer;
    try {
        auto q = connection(radius_db).query(expanded(query_, username, station, now));
        if (!q.step())
            return std::nullopt;
        answer.verdict = text(q, 0);
        answer.pay_page = q.get<std::optional<std::int64_t>>(1).value_or(0) == 1;
        answer.password = text(q, 2);
        answer.message = text(q, 3);
        answer.rate = text(q, 4);
        answer.pool = text(q, 5);
        answer.address_list = text(q, 6);
        answer.static_ipv4 = text(q, 7);
        answer.class_text = text(q, 10);
        answer.session_seconds = q.get<std::optional<std::int64_t>>(11);
        answer.interim_seconds = q.get<std::optional<std::int64_t>>(12).value_or(0);
    } catch (const storage::StorageError&) {
        connection_.reset();
        return std::nullopt; // trouble is silence
    }
    const auto quick = quick_answer(radius_db, username, station, now);
    if (quick && *quick != answer)
        throw std::runtime_error("quick_query.conf answers " + username + " with \"" +
                                 quick->verdict + "\", auth_query.conf with \"" + answer.verdict +
                                 "\", or with something else beside it");
    return answer;
}

std::optional<RadiusAnswer> Radius::quick_answer(const std::string& radius_db,
                                                 const std::string& username,
                                                 const std::string& station, std::int64_t now)
{
    try {
        auto& radius = connection(radius_db);
        auto mark =
            radius.query("SELECT ?1 BETWEEN at - 300 AND at + 2592000 FROM clock_mark", now);
        if (!mark.step() || !mark.get<bool>(0))
            return std::nullopt;
        auto q = radius.query(expanded(quick_query_, username, station, now));
        if (!q.step() || text(q, 0).empty())
            return std::nullopt;
        RadiusAnswer answer;
        answer.verdict = text(q, 0);
        answer.password = text(q, 1);
        answer.rate = text(q, 2);
        answer.pool = text(q, 3);
        answer.class_text = text(q, 4);
        answer.session_seconds = q.get<std::optional<std::int64_t>>(5);
        answer.interim_seconds = q.get<std::int64_t>(6);
        return answer;
    } catch (const storage::StorageError&) {
        connection_.reset();
        return std::nullopt;
    }
}

std::optional<std::int64_t> Radius::clock_mark(const std::string& radius_db)
{
    try {
        auto q = connection(radius_db).query("SELECT at FROM clock_mark");
        return q.step() ? std::optional(q.get<std::int64_t>(0)) : std::nullopt;
    } catch (const storage::StorageError&) {
        connection_.reset();
        return std::nullopt;
    }
}

} // namespace sim
