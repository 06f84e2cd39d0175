#include "storage/radius_db.hpp"

#include "storage/schema.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace mnara::storage {

namespace {

// Short: whoever holds the lock only delays, and the projector comes back by itself.
constexpr int kBusyTimeoutMs = 200;
constexpr int kPageSize = 4096;

void keep_wal(Connection& connection)
{
    // Without a -wal and -shm to open, FreeRADIUS rejects everybody while the daemon is away.
    int on = 1;
    if (sqlite3_file_control(connection.raw(), "main", SQLITE_FCNTL_PERSIST_WAL, &on) != SQLITE_OK)
        throw StorageError(SQLITE_ERROR, "radius.db: the persistent WAL could not be switched on");
}

std::vector<std::string> schema_of(Connection& connection)
{
    std::vector<std::string> parts;
    Query q =
        connection.query("SELECT CAST(type || ':' || name || ':' || coalesce(sql, '') AS BLOB) "
                         "FROM sqlite_schema ORDER BY type, name");
    while (q.step())
        parts.push_back(q.get<std::optional<std::string>>(0).value_or(""));
    return parts;
}

std::vector<std::string> expected_schema()
{
    Connection memory(":memory:", Connection::Mode::Create);
    for (const std::string_view script : radius_schema())
        memory.script(script);
    return schema_of(memory);
}

// Page 1 of a database without tables, as it stands in a file in WAL mode.
std::string empty_first_page()
{
    Connection memory(":memory:", Connection::Mode::Create);
    memory.script(fmt::format(
        "PRAGMA page_size={}; CREATE TABLE made(x INTEGER) STRICT; DROP TABLE made", kPageSize));
    sqlite3_int64 size = 0;
    const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> image(
        sqlite3_serialize(memory.raw(), "main", &size, 0), &sqlite3_free);
    ENSURE(image != nullptr && size >= kPageSize);
    image.get()[18] = 2; // write and read version: WAL (SQLite file format, section 1.3.3)
    image.get()[19] = 2;
    return {reinterpret_cast<const char*>(image.get()), kPageSize};
}

std::int64_t number(Connection& connection, std::string_view pragma)
{
    Query q = connection.query(pragma);
    ENSURE(q.step());
    return q.get<std::int64_t>(0);
}

// Damage shows in many codes; these alone are not damage.
bool is_outside_trouble(int code)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_PERM:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN:
        return true;
    case SQLITE_READONLY: // a wrong byte in the header says "read-only" too
        return false;
    case SQLITE_IOERR:
        return code != SQLITE_IOERR_SHORT_READ;
    default:
        return false;
    }
}

} // namespace

RadiusDb::RadiusDb(const std::string& folder) : files_(folder) {}
RadiusDb::~RadiusDb() = default;

void RadiusDb::connect()
{
    files_.set_rights();
    auto connection = std::make_unique<Connection>(files_.path(), Connection::Mode::ReadWrite);
    sqlite3_busy_timeout(connection->raw(), kBusyTimeoutMs);
    keep_wal(*connection);
    connection->require_pragma("journal_mode=WAL", "wal");
    connection->script("PRAGMA synchronous=NORMAL; PRAGMA trusted_schema=OFF; "
                       "PRAGMA journal_size_limit=4194304; SELECT count(*) FROM sqlite_schema");
    connection->require_pragma("synchronous", "1");
    files_.set_rights(); // again: by now the -wal exists
    files_.remember();
    connection_ = std::move(connection);
}

void RadiusDb::open()
{
    if (!files_.exists())
        throw StorageError(SQLITE_CORRUPT, files_.path() + " is not there");
    // SQLite would take a file without this for one in another journal mode and delete the -wal.
    if (!files_.has_good_header())
        throw StorageError(SQLITE_NOTADB, files_.path() + " does not begin as it must");
    connect();
    if (!has_our_schema()) {
        connection_.reset();
        throw StorageError(SQLITE_CORRUPT, files_.path() + " has another schema");
    }
    needs_schema_ = false;
    schema_version_ = number(*connection_, "PRAGMA schema_version");
}

Connection& RadiusDb::ready()
{
    if (connection_ != nullptr && !files_.is_in_place()) {
        // It would go on writing into files that nobody else will ever open.
        connection_.reset();
        throw StorageError(SQLITE_CORRUPT, files_.path() + " was deleted or replaced");
    }
    if (connection_ == nullptr)
        open();
    else
        files_.set_rights();
    return *connection_;
}

bool RadiusDb::make_usable(bool empty_it)
{
    connection_.reset();
    is_compared_ = false;
    if (!files_.exists()) {
        files_.create_anew();
        connect();
        needs_schema_ = true;
        return true;
    }
    if (!empty_it) {
        try {
            open();
            if (is_sound())
                return false;
        } catch (const StorageError& error) {
            if (is_outside_trouble(error.code))
                throw;
        }
        connection_.reset();
    }
    empty_in_place();
    needs_schema_ = true;
    return true;
}

void RadiusDb::empty_in_place()
{
    files_.set_rights();
    if (!files_.has_good_header())
        files_.write_first_page(empty_first_page());
    {
        Connection connection(files_.path(), Connection::Mode::ReadWrite);
        sqlite3* raw = connection.raw();
        sqlite3_busy_timeout(raw, kBusyTimeoutMs);
        keep_wal(connection);
        // The schema is to be read first, whatever comes of it, or the WAL mode would be left.
        sqlite3_table_column_metadata(raw, nullptr, "access", nullptr, nullptr, nullptr, nullptr,
                                      nullptr, nullptr);
        ENSURE(sqlite3_db_config(raw, SQLITE_DBCONFIG_RESET_DATABASE, 1, nullptr) == SQLITE_OK);
        connection.script("VACUUM");
        ENSURE(sqlite3_db_config(raw, SQLITE_DBCONFIG_RESET_DATABASE, 0, nullptr) == SQLITE_OK);
    }
    connect();
}

bool RadiusDb::has_our_schema()
{
    return number(*connection_, "PRAGMA user_version") ==
               static_cast<std::int64_t>(radius_schema().size()) &&
           schema_of(*connection_) == expected_schema();
}

void RadiusDb::check_schema()
{
    if (!needs_schema_ && number(*connection_, "PRAGMA schema_version") == schema_version_)
        return;
    if (!has_our_schema()) {
        if (!needs_schema_)
            throw StorageError(SQLITE_CORRUPT, files_.path() + " has lost its schema");
        const auto scripts = radius_schema();
        for (const std::string_view script : scripts)
            connection_->script(script);
        connection_->script(fmt::format("PRAGMA user_version={}", scripts.size()));
    }
    // Undone with the transaction, and then simply checked again.
    schema_version_ = number(*connection_, "PRAGMA schema_version");
}

bool RadiusDb::is_sound()
{
    Query q = connection_->query("PRAGMA integrity_check(1)");
    return q.step() && q.get<std::string>(0) == "ok";
}

} // namespace mnara::storage
