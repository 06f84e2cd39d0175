#include "storage/database.hpp"

#include "storage/schema.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

namespace mnara::storage {

namespace {

constexpr int kBusyTimeoutMs = 5000;

void create_private(const std::string& path)
{
    const int file = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        throw StorageError(SQLITE_CANTOPEN, fmt::format("cannot create {}", path));
    ::close(file);
}

void prepare(Connection& connection)
{
    sqlite3_busy_timeout(connection.raw(), kBusyTimeoutMs);
    connection.script("PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
                      "PRAGMA trusted_schema=OFF; PRAGMA synchronous=FULL;");
    connection.require_pragma("foreign_keys", "1");
    connection.require_pragma("recursive_triggers", "1"); // or REPLACE would pass delete triggers
    connection.require_pragma("trusted_schema", "0");
    connection.require_pragma("synchronous", "2");
}

} // namespace

Database::Database(const std::string& path, std::size_t readers)
{
    create_private(path);
    writer_ = std::make_unique<Connection>(path, Connection::Mode::ReadWrite);
    writer_->require_pragma("journal_mode=WAL", "wal");
    prepare(*writer_);
    migrate(path);
    sqlite3_update_hook(
        writer_->raw(),
        [](void* self, int, const char*, const char* table, sqlite3_int64) {
            static_cast<Database*>(self)->touched_.emplace(table);
        },
        this);
    for (std::size_t i = 0; i < readers; ++i) {
        auto reader = std::make_unique<Connection>(path, Connection::Mode::ReadOnly);
        prepare(*reader);
        readers_.push_back(std::move(reader));
    }
}

Database::~Database() = default;

void Database::migrate(const std::string& path)
{
    const auto scripts = main_schema();
    const auto newest = static_cast<int>(scripts.size());
    {
        Query q = writer_->query("PRAGMA user_version");
        ENSURE(q.step());
        schema_version_ = q.get<int>(0);
    }
    if (schema_version_ > newest)
        throw NewerSchema(
            fmt::format("{} has schema {}, this program knows {}. Nothing was changed. Install the "
                        "newer version "
                        "again, or restore the backup that was made before the upgrade.",
                        path, schema_version_, newest));
    while (schema_version_ < newest) {
        writer_->script("BEGIN IMMEDIATE");
        writer_->script(scripts[static_cast<std::size_t>(schema_version_)]);
        writer_->script(fmt::format("PRAGMA user_version={}", schema_version_ + 1));
        writer_->script("COMMIT");
        ++schema_version_;
    }
}

void Database::on_commit(const std::string& table, std::function<void()> wake)
{
    const std::lock_guard lock(write_mutex_);
    wakers_.emplace(table, std::move(wake));
}

void Database::begin()
{
    ENSURE(!writing_); // a write inside a write would deadlock before it came here
    writer_->run("BEGIN IMMEDIATE");
    writing_ = true;
    touched_.clear();
}

void Database::commit_and_wake(std::unique_lock<std::mutex>& lock)
{
    try {
        writer_->run("COMMIT");
    } catch (const StorageError& error) {
        throw CommitUnknown(error.code, error.what());
    }
    writing_ = false;
    std::vector<const std::function<void()>*> due;
    for (const std::string& table : touched_) {
        const auto [from, to] = wakers_.equal_range(table);
        for (auto waker = from; waker != to; ++waker)
            due.push_back(&waker->second);
    }
    lock.unlock();
    for (const auto* wake : due)
        (*wake)();
}

void Database::rollback() noexcept
{
    if (!writing_)
        return;
    writing_ = false;
    // After some errors (disk full, I/O) SQLite has rolled back by itself and says so here.
    if (sqlite3_get_autocommit(writer_->raw()) == 0)
        sqlite3_exec(writer_->raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Database::Lease::Lease(Database& database) : database_(database)
{
    std::unique_lock lock(database_.readers_mutex_);
    database_.reader_back_.wait(lock, [&] { return !database_.readers_.empty(); });
    connection_ = std::move(database_.readers_.back());
    database_.readers_.pop_back();
}

Database::Lease::~Lease()
{
    {
        const std::lock_guard lock(database_.readers_mutex_);
        database_.readers_.push_back(std::move(connection_));
    }
    database_.reader_back_.notify_one();
}

Database::Snapshot::Snapshot(Connection& connection) : connection_(connection)
{
    connection_.run("BEGIN");
}

Database::Snapshot::~Snapshot()
{
    sqlite3_exec(connection_.raw(), "COMMIT", nullptr, nullptr, nullptr);
}

} // namespace mnara::storage
