// mnara.db: one write connection behind a lock, a few read-only ones, numbered migrations.
//   db.write([&](Tx& tx) { ... })   BEGIN IMMEDIATE, the function, COMMIT; an exception rolls back
//   db.read([&](ReadTx& tx) { ... })  one consistent snapshot
// Whoever waits for work says on_commit("table", wake): it is called after each COMMIT that changed
// a row of that (rowid) table, so that no writer can forget to wake a reader.
#pragma once

#include "storage/connection.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <vector>

namespace mnara::storage {

// What stores read through. Lives only inside Database::read or ::write.
class ReadTx
{
public:
    explicit ReadTx(Connection& connection) : connection_(connection) {}
    ReadTx(const ReadTx&) = delete;
    ReadTx& operator=(const ReadTx&) = delete;
    template <class... Args> [[nodiscard]] Query query(std::string_view sql, const Args&... args)
    {
        return connection_.query(sql, args...);
    }

protected:
    Connection& connection_;
};

class Tx : public ReadTx
{
public:
    explicit Tx(Connection& connection) : ReadTx(connection) {}
    template <class... Args> int run(std::string_view sql, const Args&... args)
    {
        return connection_.run(sql, args...);
    }
    // Runs an INSERT; the id of the new row.
    template <class IdType, class... Args> IdType insert(std::string_view sql, const Args&... args)
    {
        connection_.run(sql, args...);
        return IdType{connection_.last_insert_id()};
    }
};

// COMMIT itself failed: it may or may not have happened. Look the fact's natural key up again.
class CommitUnknown : public StorageError
{
public:
    using StorageError::StorageError;
};

// The file was written by a newer version of the program; nothing was changed.
class NewerSchema : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

class Database
{
public:
    // Opens or creates the file (mode 0600) and brings its schema up to date.
    explicit Database(const std::string& path, std::size_t readers = 4);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    template <class F> auto write(F&& body)
    {
        std::unique_lock lock(write_mutex_);
        begin();
        try {
            Tx tx(*writer_);
            if constexpr (std::is_void_v<decltype(body(tx))>) {
                body(tx);
                commit_and_wake(lock);
            } else {
                auto result = body(tx);
                commit_and_wake(lock);
                return result;
            }
        } catch (...) {
            rollback();
            throw;
        }
    }

    template <class F> auto read(F&& body)
    {
        const Lease lease(*this);
        const Snapshot snapshot(lease.connection());
        ReadTx tx(lease.connection());
        return body(tx);
    }

    // To be called before any thread writes. `wake` must be quick and must not write.
    void on_commit(const std::string& table, std::function<void()> wake);

    [[nodiscard]] int schema_version() const { return schema_version_; }

private:
    class Lease // a read connection on loan
    {
    public:
        explicit Lease(Database& database);
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] Connection& connection() const { return *connection_; }

    private:
        Database& database_;
        std::unique_ptr<Connection> connection_;
    };
    class Snapshot // BEGIN .. COMMIT around reads
    {
    public:
        explicit Snapshot(Connection& connection);
        ~Snapshot();
        Snapshot(const Snapshot&) = delete;
        Snapshot& operator=(const Snapshot&) = delete;

    private:
        Connection& connection_;
    };

    void migrate(const std::string& path);
    void begin();
    void commit_and_wake(std::unique_lock<std::mutex>& lock);
    void rollback() noexcept;

    std::mutex write_mutex_;
    std::unique_ptr<Connection> writer_;
    bool writing_ = false;
    std::set<std::string, std::less<>> touched_;
    std::multimap<std::string, std::function<void()>, std::less<>> wakers_;
    int schema_version_ = 0;

    std::mutex readers_mutex_;
    std::condition_variable reader_back_;
    std::vector<std::unique_ptr<Connection>> readers_;
};

} // namespace mnara::storage
