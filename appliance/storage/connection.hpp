// A thin RAII face over the SQLite C API: one Connection, its cached statements, exact error codes.
// Used by database.cpp and radius_db.cpp to open files, and by the stores through Query.
// A wrong number of parameters or a wrong column type is a bug and ends the process.
#pragma once

#include "core/check.hpp"
#include "core/ids.hpp"
#include "core/money.hpp"
#include "core/time.hpp"

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace mnara::storage {

// Broken infrastructure: disk full, I/O error, corrupt file, lock not to be had.
class StorageError : public std::runtime_error
{
public:
    StorageError(int extended_code, const std::string& what)
        : std::runtime_error(what), code(extended_code)
    {
    }
    [[nodiscard]] bool is_corruption() const; // the file is not what SQLite wrote
    [[nodiscard]] bool is_unique() const;     // a UNIQUE or PRIMARY KEY constraint refused
    [[nodiscard]] bool is_constraint() const; // any constraint or trigger refused
    [[nodiscard]] bool is_full() const;       // no space left
    int code;                                 // SQLite extended result code
};

struct Blob
{
    std::string_view bytes;
};

// One running statement: bound at construction, stepped row by row, reset when it goes.
class Query
{
public:
    template <class... Args>
    explicit Query(sqlite3_stmt* statement, const Args&... args)
        : Query(Parameters{sizeof...(Args)}, statement)
    {
        int at = 0;
        (bind(++at, args), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    void bind(int at, std::nullptr_t);
    void bind(int at, std::int64_t value);
    void bind(int at, std::string_view value);
    void bind(int at, Blob value);
    void bind(int at, const std::string& value) { bind(at, std::string_view(value)); }
    void bind(int at, const char* value) { bind(at, std::string_view(value)); }
    void bind(int at, Money value) { bind(at, value.cents()); }
    void bind(int at, UnixTime value) { bind(at, to_seconds(value)); }
    void bind(int at, bool value) { bind(at, std::int64_t{value ? 1 : 0}); }
    template <std::integral T> void bind(int at, T value)
    {
        bind(at, static_cast<std::int64_t>(value));
    }
    template <class Tag> void bind(int at, Id<Tag> value) { bind(at, value.value); }
    template <class T> void bind(int at, const std::optional<T>& value)
    {
        if (value)
            bind(at, *value);
        else
            bind(at, nullptr);
    }

    // True while there is a row.
    bool step();
    [[nodiscard]] bool is_null(int column) const;
    // get<std::int64_t>, get<std::string>, get<bool>, get<Money>, get<UnixTime>, get<SomeId>, and
    // get<std::optional<...>> of each. Blobs are read as std::string.
    template <class T> [[nodiscard]] T get(int column) const;

private:
    struct Parameters
    {
        std::size_t count;
    };
    Query(Parameters parameters, sqlite3_stmt* statement);
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    template <class T> struct Reader;
    sqlite3_stmt* statement_;
};

template <> struct Query::Reader<std::int64_t>
{
    static std::int64_t read(const Query& q, int c) { return q.integer(c); }
};
template <> struct Query::Reader<int>
{
    static int read(const Query& q, int c) { return static_cast<int>(q.integer(c)); }
};
template <> struct Query::Reader<bool>
{
    static bool read(const Query& q, int c) { return q.integer(c) != 0; }
};
template <> struct Query::Reader<std::string>
{
    static std::string read(const Query& q, int c) { return q.text(c); }
};
template <> struct Query::Reader<Money>
{
    static Money read(const Query& q, int c) { return Money::from_cents(q.integer(c)); }
};
template <> struct Query::Reader<UnixTime>
{
    static UnixTime read(const Query& q, int c) { return unix_time(q.integer(c)); }
};
template <class Tag> struct Query::Reader<Id<Tag>>
{
    static Id<Tag> read(const Query& q, int c) { return {q.integer(c)}; }
};
template <class T> struct Query::Reader<std::optional<T>>
{
    static std::optional<T> read(const Query& q, int c)
    {
        if (q.is_null(c))
            return std::nullopt;
        return Reader<T>::read(q, c);
    }
};
template <class T> T Query::get(int column) const
{
    return Reader<T>::read(*this, column);
}

class Connection
{
public:
    enum class Mode { ReadOnly, ReadWrite, Create };
    Connection(const std::string& path, Mode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // The statement for `sql` with ?1..?n bound to the arguments in order.
    template <class... Args> [[nodiscard]] Query query(std::string_view sql, const Args&... args)
    {
        return Query(prepared(sql), args...);
    }
    // Runs a statement that returns no rows; the number of rows it changed.
    template <class... Args> int run(std::string_view sql, const Args&... args)
    {
        Query q = query(sql, args...);
        while (q.step()) {
        }
        return changes();
    }
    void script(std::string_view sql); // several statements, no parameters
    // `pragma` must answer `expected`, else StorageError: a setting that did not take is not safe.
    void require_pragma(std::string_view pragma, std::string_view expected);

    [[nodiscard]] std::int64_t last_insert_id() const;
    [[nodiscard]] int changes() const;
    [[nodiscard]] sqlite3* raw() { return db_; }

private:
    sqlite3_stmt* prepared(std::string_view sql);
    struct Finalize
    {
        void operator()(sqlite3_stmt* statement) const;
    };
    sqlite3* db_ = nullptr;
    std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

} // namespace mnara::storage
