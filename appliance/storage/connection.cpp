#include "storage/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace mnara::storage {

namespace {

[[noreturn]] void fail(sqlite3* db, std::string_view doing)
{
    throw StorageError(sqlite3_extended_errcode(db),
                       fmt::format("{}: {}", doing, sqlite3_errmsg(db)));
}

} // namespace

bool StorageError::is_corruption() const
{
    const int primary = code & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}
bool StorageError::is_unique() const
{
    return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY;
}
bool StorageError::is_constraint() const
{
    return (code & 0xff) == SQLITE_CONSTRAINT;
}
bool StorageError::is_full() const
{
    return (code & 0xff) == SQLITE_FULL;
}

Query::Query(Parameters parameters, sqlite3_stmt* statement) : statement_(statement)
{
    // A statement that is still being stepped would be reset under the feet of its first user.
    ENSURE(sqlite3_stmt_busy(statement_) == 0);
    ENSURE(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement_)) == parameters.count);
}

Query::~Query()
{
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

void Query::bind(int at, std::nullptr_t)
{
    ENSURE(sqlite3_bind_null(statement_, at) == SQLITE_OK);
}
void Query::bind(int at, std::int64_t value)
{
    ENSURE(sqlite3_bind_int64(statement_, at, value) == SQLITE_OK);
}
void Query::bind(int at, std::string_view value)
{
    // An empty view may point nowhere, which SQLite would take for NULL.
    const char* from = value.data() != nullptr ? value.data() : "";
    ENSURE(sqlite3_bind_text64(statement_, at, from, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) ==
           SQLITE_OK);
}
void Query::bind(int at, Blob value)
{
    const char* from = value.bytes.data() != nullptr ? value.bytes.data() : "";
    ENSURE(sqlite3_bind_blob64(statement_, at, from, value.bytes.size(), SQLITE_TRANSIENT) ==
           SQLITE_OK);
}

bool Query::step()
{
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    fail(sqlite3_db_handle(statement_), sqlite3_sql(statement_));
}

bool Query::is_null(int column) const
{
    ENSURE(column < sqlite3_column_count(statement_));
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Query::integer(int column) const
{
    ENSURE(column < sqlite3_column_count(statement_));
    ENSURE(sqlite3_column_type(statement_, column) == SQLITE_INTEGER);
    return sqlite3_column_int64(statement_, column);
}

std::string Query::text(int column) const
{
    ENSURE(column < sqlite3_column_count(statement_));
    const int type = sqlite3_column_type(statement_, column);
    ENSURE(type == SQLITE_TEXT || type == SQLITE_BLOB);
    const auto* from = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return from != nullptr ? std::string(from, size) : std::string();
}

void Connection::Finalize::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

Connection::Connection(const std::string& path, Mode mode)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    flags |= mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    if (mode == Mode::Create)
        flags |= SQLITE_OPEN_CREATE;
    if (sqlite3_open_v2(path.c_str(), &db_, flags, nullptr) != SQLITE_OK) {
        const int code = db_ != nullptr ? sqlite3_extended_errcode(db_) : SQLITE_NOMEM;
        const std::string why = db_ != nullptr ? sqlite3_errmsg(db_) : "out of memory";
        sqlite3_close_v2(db_);
        throw StorageError(code, fmt::format("opening {}: {}", path, why));
    }
}

Connection::~Connection()
{
    statements_.clear();
    sqlite3_close_v2(db_);
}

void Connection::script(std::string_view sql)
{
    if (sqlite3_exec(db_, std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
        fail(db_, sql.substr(0, 80));
}

void Connection::require_pragma(std::string_view pragma, std::string_view expected)
{
    Query q = query(fmt::format("PRAGMA {}", pragma));
    std::string answer;
    if (q.step())
        answer =
            sqlite3_column_type(prepared(fmt::format("PRAGMA {}", pragma)), 0) == SQLITE_INTEGER
                ? std::to_string(q.get<std::int64_t>(0))
                : q.get<std::string>(0);
    if (answer != expected)
        throw StorageError(SQLITE_ERROR,
                           fmt::format("PRAGMA {} is '{}', not '{}'", pragma, answer, expected));
}

std::int64_t Connection::last_insert_id() const
{
    return sqlite3_last_insert_rowid(db_);
}

int Connection::changes() const
{
    return sqlite3_changes(db_);
}

sqlite3_stmt* Connection::prepared(std::string_view sql)
{
    std::string key(sql);
    const auto found = statements_.find(key);
    if (found != statements_.end())
        return found->second.get();
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    if (sqlite3_prepare_v3(db_, key.c_str(), static_cast<int>(key.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, &tail) != SQLITE_OK)
        fail(db_, sql);
    ENSURE(statement != nullptr);
    statements_.emplace(std::move(key), std::unique_ptr<sqlite3_stmt, Finalize>(statement));
    return statement;
}

} // namespace mnara::storage
