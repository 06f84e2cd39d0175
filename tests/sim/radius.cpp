#include "sim/radius.hpp"

#include "core/crypto.hpp"

#include <fstream>
#include <sstream>

namespace sim {

namespace {

namespace storage = mnara::storage;

constexpr int kQueriesPerConnection = 50; // each has its own text, which the connection keeps

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

} // namespace

Radius::Radius(const std::string& source_folder)
    : query_(read_query(source_folder + "/radius/auth_query.conf"))
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
    std::string sql = query_;
    replace_all(sql, "%{Tmp-String-1}", station);
    replace_all(sql, "%{hex:&Tmp-String-0}", mnara::crypto::to_hex(username));
    replace_all(sql, "%l", std::to_string(now));
    if (sql.find('%') != std::string::npos)
        throw std::runtime_error("an expansion of auth_query.conf is not known here");
    const auto text = [](const storage::Query& q, int column) {
        return q.get<std::optional<std::string>>(column).value_or("");
    };
    try {
        auto q = connection(radius_db).query(sql);
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
    } catch (const storage::StorageError&) {
        connection_.reset();
        return std::nullopt; // trouble is silence
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
