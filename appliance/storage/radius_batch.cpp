// What is read and written inside one transaction of radius.db; opening and mending: radius_db.cpp.
#include "storage/radius_db.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <sqlite3.h>
#include <tuple>

namespace mnara::storage {

namespace {

// "INSERT INTO access(a, b, revision) VALUES (?1, ?2, ?3)".
template <std::size_t N>
std::string insert_sql(std::string_view table, const std::array<std::string_view, N>& columns)
{
    std::string names, marks;
    for (std::size_t at = 0; at < N; ++at) {
        names += (at == 0 ? "" : ", ") + std::string(columns[at]);
        marks += fmt::format("{}?{}", at == 0 ? "" : ", ", at + 1);
    }
    return fmt::format("INSERT INTO {}({}) VALUES ({})", table, names, marks);
}

const std::string& insert_access()
{
    static const std::string sql = [] {
        std::array<std::string_view, kAccessColumns.size() + 1> columns;
        std::copy(kAccessColumns.begin(), kAccessColumns.end(), columns.begin());
        columns.back() = "revision";
        return insert_sql("access", columns);
    }();
    return sql;
}

const std::string& insert_router()
{
    static const std::string sql = insert_sql("router_client", kRouterColumns);
    return sql;
}

std::string read_access_sql()
{
    return fmt::format("SELECT {}, {} FROM access ", as_bytes(kAccessColumns), kDerivedAsWritten);
}

// A row whose derived columns were garbled is like no row that is wanted.
AccessCells read_access(const Query& q)
{
    AccessCells cells = read_cells<kAccessColumns.size()>(q);
    if (!q.get<bool>(kAccessColumns.size()))
        cells.back() = "garbled";
    return cells;
}

const std::string& select_access_of()
{
    static const std::string sql = read_access_sql() + "WHERE username = ?1 ORDER BY until_at";
    return sql;
}

const std::string& select_access()
{
    static const std::string sql = read_access_sql() + "ORDER BY username, until_at";
    return sql;
}

const std::string& select_router()
{
    static const std::string sql =
        "SELECT " + as_bytes(kRouterColumns) + " FROM router_client WHERE name = ?1";
    return sql;
}

} // namespace

RadiusDb::Batch::Batch(RadiusDb& radius) : radius_(radius), connection_(radius.ready())
{
    connection_.run("BEGIN IMMEDIATE");
    try {
        radius_.check_schema();
    } catch (...) {
        sqlite3_exec(connection_.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
        throw;
    }
}

RadiusDb::Batch::~Batch()
{
    // After some errors (disk full, I/O) SQLite has rolled back by itself.
    if (!committed_ && sqlite3_get_autocommit(connection_.raw()) == 0)
        sqlite3_exec(connection_.raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void RadiusDb::Batch::commit()
{
    connection_.run("COMMIT");
    committed_ = true;
    radius_.needs_schema_ = false;
}

bool RadiusDb::Batch::holds(const std::string& username, const std::vector<AccessCells>& phases)
{
    Query q = connection_.query(select_access_of(), username);
    for (const AccessCells& phase : phases) {
        if (!q.step() || read_access(q) != phase)
            return false;
    }
    return !q.step();
}

void RadiusDb::Batch::remove_access(const std::string& username)
{
    connection_.run("DELETE FROM access WHERE username = ?1", username);
}

RadiusDb::Outcome RadiusDb::Batch::replace_access(const std::string& username,
                                                  const std::vector<AccessCells>& phases,
                                                  std::int64_t revision)
{
    if (holds(username, phases))
        return Outcome::Same;
    remove_access(username);
    try {
        for (const AccessCells& phase : phases) {
            ENSURE(phase[0] == username);
            std::apply(
                [&](const auto&... cell) { connection_.run(insert_access(), cell..., revision); },
                phase);
        }
    } catch (const StorageError& error) {
        if (!error.is_constraint())
            throw;
        refusal_ = sqlite3_errmsg(connection_.raw());
        remove_access(username);
        return Outcome::Refused;
    }
    return Outcome::Written;
}

RadiusDb::Outcome RadiusDb::Batch::replace_router(const RouterClient& router)
{
    const RouterCells cells = router_cells(router);
    {
        Query q = connection_.query(select_router(), router.name);
        if (q.step() && read_cells<kRouterColumns.size()>(q) == cells)
            return Outcome::Same;
    }
    // Whoever still has this source here has another one by now: a source belongs to one router.
    connection_.run("DELETE FROM router_client WHERE name = ?1 OR cidr = ?2", router.name,
                    router.cidr);
    try {
        std::apply([&](const auto&... cell) { connection_.run(insert_router(), cell...); }, cells);
    } catch (const StorageError& error) {
        if (!error.is_constraint())
            throw;
        refusal_ = sqlite3_errmsg(connection_.raw());
        return Outcome::Refused;
    }
    return Outcome::Written;
}

bool RadiusDb::Batch::remove_router(const std::string& name)
{
    return connection_.run("DELETE FROM router_client WHERE name = ?1", name) > 0;
}

std::vector<std::string> RadiusDb::Batch::router_names()
{
    std::vector<std::string> names;
    Query q = connection_.query("SELECT CAST(name AS BLOB) FROM router_client ORDER BY name");
    while (q.step())
        names.push_back(q.get<std::optional<std::string>>(0).value_or(""));
    return names;
}

void RadiusDb::Batch::set_clock_mark(UnixTime at)
{
    connection_.run("INSERT INTO clock_mark(id, at) VALUES (1, ?1) "
                    "ON CONFLICT (id) DO UPDATE SET at = excluded.at",
                    at);
}

std::optional<UnixTime> RadiusDb::Batch::clock_mark()
{
    Query q = connection_.query("SELECT CAST(at AS INTEGER) FROM clock_mark WHERE id = 1");
    if (!q.step())
        return std::nullopt;
    return q.get<std::optional<UnixTime>>(0);
}

RadiusDb::AccessScan::AccessScan(Batch& batch) : query_(batch.connection_.query(select_access()))
{
    read();
}

void RadiusDb::AccessScan::read()
{
    ahead_.reset();
    if (query_.step())
        ahead_ = read_access(query_);
}

std::optional<RadiusDb::AccessScan::Line> RadiusDb::AccessScan::next()
{
    if (!ahead_)
        return std::nullopt;
    Line line{(*ahead_)[0].value_or(""), {}};
    while (ahead_ && (*ahead_)[0] == line.username) {
        line.phases.push_back(std::move(*ahead_));
        read();
    }
    if (ahead_ && (*ahead_)[0].value_or("") <= line.username)
        throw StorageError(SQLITE_CORRUPT, "radius.db: access is out of order");
    return line;
}

} // namespace mnara::storage
