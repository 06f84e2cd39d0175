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

// The text of a SELECT between two others, its lines joined as FreeRADIUS joins them.
std::string read_query(const std::string& path, const std::string& begin, const std::string& end)
{
    std::ifstream file(path);
    std::stringstream whole;
    whole << file.rdbuf();
    std::string text = whole.str();
    const std::size_t from = text.find(begin);
    const std::size_t to = text.find(end, from + begin.size());
    if (from == std::string::npos || to == std::string::npos)
        throw std::runtime_error("no query in " + path);
    text = text.substr(from + begin.size(), to - from - begin.size());
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
{
    const std::string radius = source_folder + "/radius/";
    query_ = read_query(radius + "auth_query.conf", "\nquery = \"", "\"\n");
    quick_query_ = read_query(radius + "quick_query.conf", "\nquery = \"", "\"\n");
    clock_query_ = read_query(radius + "modules.conf", "Tmp-Integer-0 := \"%{sql:", "}\"\n");
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

template <class Read> auto Radius::reading(Read read) -> decltype(read())
{
    try {
        return read();
    } catch (const storage::StorageError&) {
        connection_.reset();
        return std::nullopt; // trouble is silence
    }
}

std::optional<RadiusAnswer> Radius::ask(const std::string& radius_db, const std::string& username,
                                        const std::string& station, std::int64_t now)
{
    auto answer = whole_answer(radius_db, username, station, now);
    const auto quick = answer ? quick_answer(radius_db, username, station, now) : std::nullopt;
    if (quick && *quick != *answer)
        throw std::runtime_error("quick_query.conf answers " + username + " with \"" +
                                 quick->verdict + "\", auth_query.conf with \"" + answer->verdict +
                                 "\", or with something else beside it");
    return answer;
}

std::optional<RadiusAnswer> Radius::whole_answer(const std::string& radius_db,
                                                 const std::string& username,
                                                 const std::string& station, std::int64_t now)
{
    return reading([&]() -> std::optional<RadiusAnswer> {
        auto q = connection(radius_db).query(expanded(query_, username, station, now));
        if (!q.step())
            return std::nullopt;
        RadiusAnswer answer;
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
        return answer;
    });
}

std::optional<RadiusAnswer> Radius::quick_answer(const std::string& radius_db,
                                                 const std::string& username,
                                                 const std::string& station, std::int64_t now)
{
    return reading([&]() -> std::optional<RadiusAnswer> {
        auto& radius = connection(radius_db);
        auto clock_counts = radius.query(expanded(clock_query_, username, station, now));
        if (!clock_counts.step() || !clock_counts.get<bool>(0))
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
    });
}

std::optional<std::int64_t> Radius::clock_mark(const std::string& radius_db)
{
    return reading([&] {
        auto q = connection(radius_db).query("SELECT at FROM clock_mark");
        return q.step() ? std::optional(q.get<std::int64_t>(0)) : std::nullopt;
    });
}

} // namespace sim
