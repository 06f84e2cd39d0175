// radius.db: the projection that FreeRADIUS reads. The one place that opens it, with the modes and
// the persistent WAL that a reader without write permission needs (decisions: FreeRADIUS holds the
// file open, so it is always mended in place, never replaced).
//   RadiusDb radius(folder);
//   radius.make_usable(false);        at start: opens, makes or empties the file
//   RadiusDb::Batch batch(radius);    BEGIN IMMEDIATE; take it before reading mnara.db, so that of
//   two batch.replace_access(...);        writers the later one has the newer facts batch.commit();
// Every failure is a StorageError: is_corruption() means that make_usable must be called, any other
// that it can be tried again later. Not for use from two threads at once.
#pragma once

#include "storage/radius_files.hpp"
#include "storage/radius_rows.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnara::storage {

class RadiusDb
{
public:
    // Looks at the folder only.
    explicit RadiusDb(const std::string& folder);
    ~RadiusDb();
    RadiusDb(const RadiusDb&) = delete;
    RadiusDb& operator=(const RadiusDb&) = delete;

    // Afterwards the file is there, sound and of this program's schema. True where it was missing,
    // unreadable, corrupt or foreign, or where `empty_it`: then it holds nothing, not even tables,
    // until the first Batch commits. The inode stays, unless the file was missing.
    bool make_usable(bool empty_it);

    // Whether everything in it was compared with mnara.db since it was opened or emptied. Before
    // that nothing else may be written: a half-filled file would reject whom it does not know yet.
    [[nodiscard]] bool is_compared() const { return is_compared_; }
    void set_compared() { is_compared_ = true; }

    enum class Outcome { Same, Written, Refused };
    class Batch;
    class AccessScan;

private:
    void open();
    void connect();
    void empty_in_place();
    [[nodiscard]] bool has_our_schema();
    [[nodiscard]] bool is_sound();
    [[nodiscard]] Connection& ready(); // open, and still the file at the path
    void check_schema();               // inside a transaction

    RadiusFiles files_;
    std::unique_ptr<Connection> connection_;
    bool needs_schema_ = false;
    bool is_compared_ = false;
    std::int64_t schema_version_ =
        0; // SQLite's own count of schema changes, when it was last right
};

// One transaction; what is not committed is undone. Readers see all of it or nothing.
class RadiusDb::Batch
{
public:
    explicit Batch(RadiusDb& radius);
    ~Batch();
    Batch(const Batch&) = delete;
    Batch& operator=(const Batch&) = delete;

    // From now on these phases, and no others, answer to the username; none: it is unknown. Writes
    // only where something differs. Refused: a value is not allowed there, and the username is
    // unknown.
    Outcome replace_access(const std::string& username, const std::vector<AccessCells>& phases,
                           std::int64_t revision);
    Outcome replace_router(const RouterClient& router);
    bool remove_router(const std::string& name); // true where it was there
    [[nodiscard]] std::vector<std::string> router_names();

    void set_clock_mark(UnixTime at);
    // Nothing where FreeRADIUS has none and therefore answers nobody.
    [[nodiscard]] std::optional<UnixTime> clock_mark();

    // Why the last value was refused, in SQLite's words; holds no secret.
    [[nodiscard]] const std::string& refusal() const { return refusal_; }
    void commit();

private:
    friend class AccessScan;
    [[nodiscard]] bool holds(const std::string& username, const std::vector<AccessCells>& phases);
    void remove_access(const std::string& username);

    RadiusDb& radius_;
    Connection& connection_;
    bool committed_ = false;
    std::string refusal_;
};

// All usernames with their phases, ascending. One at a time, and no writing meanwhile.
class RadiusDb::AccessScan
{
public:
    explicit AccessScan(Batch& batch);
    struct Line
    {
        std::string username;
        std::vector<AccessCells> phases;
    };
    // The next username; nothing at the end. Throws corruption where the order is wrong.
    std::optional<Line> next();

private:
    void read();
    Query query_;
    std::optional<AccessCells> ahead_;
};

} // namespace mnara::storage
