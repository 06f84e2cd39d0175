// radius.db compared with mnara.db and mended.
#include "unit/projection_world.hpp"

#include "unit/catch.hpp"

#include <filesystem>
#include <fstream>

using mnara::storage::RadiusDb;
using mnara::storage::StorageError;
using mnara::usecases::heal_projection;
using mnara::usecases::HealReport;
using mnara::usecases::project_dirty;

namespace {

constexpr const char* kPaid = "ok 3600 1M/1M; expired 251602300799 512k/512k";
constexpr const char* kEverything =
    "SELECT username || until_at || verdict || pay_page || coalesce(message, '-') || "
    "coalesce(password, '-') || mac_login || coalesce(rate, '-') || coalesce(pool, '-') || "
    "coalesce(address_list, '-') || coalesce(static_ipv4, '-') || coalesce(static_ipv6, '-') || "
    "coalesce(delegated_ipv6, '-') || class || coalesce(session_until, '-') || "
    "coalesce(session_s, '-') || interim_s || coalesce(bytes_left, '-') || allowed_sessions || "
    "open_sessions || open_macs || coalesce(allowed_macs, '-') FROM access "
    "UNION ALL SELECT name || cidr || coalesce(ip_from, '-') || coalesce(ip_to, '-') || "
    "coalesce(ipv6, '-') || secret || "
    "require_message_authenticator || enabled FROM router_client "
    "UNION ALL SELECT 'clock ' || at FROM clock_mark";

struct World : ProjectionWorld
{
    std::optional<RadiusDb> radius;

    World()
    {
        for (const char* name : {"ann", "bob", "cyn", "dan"})
            add_paid_line(name);
        add_router("10.0.0.1");
        add_router("10.1.0.0/16");
        radius.emplace(radius_folder);
        heal_projection(context, *radius, false);
    }
    HealReport heal(bool force = false) { return heal_projection(context, *radius, force); }
    // As after the end and the next start of the daemon.
    HealReport restart()
    {
        radius.emplace(radius_folder);
        return heal();
    }
};

} // namespace

TEST_CASE("a missing radius.db is made with everything in it")
{
    World world;
    const std::string before = world.rows(kEverything);
    world.radius.reset();
    std::filesystem::remove(world.radius_file);
    CHECK(world.restart().rebuilt);
    CHECK(world.rows(kEverything) == before);
    CHECK(world.phases("dan") == kPaid);
    CHECK(world.logged("projection.mended", R"("rebuilt":1)") == 2);
}

TEST_CASE("a derived column that was garbled alone is mended")
{
    World world;
    // As SQLite itself never would: as an ordinary column for a moment.
    const std::string formula = "AS (replace(password, char(92), char(92) || char(92))) STORED";
    world.meddle("PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '" +
                 formula + "', 'CHECK (true)'); PRAGMA writable_schema = RESET; " +
                 "UPDATE access SET quick_password = 'mine' WHERE username = 'bob'; " +
                 "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, "
                 "'CHECK (true)', '" +
                 formula + "'); PRAGMA writable_schema = RESET;");
    const char* wrong =
        "SELECT CAST(COUNT(*) AS TEXT) FROM access WHERE quick_password <> password";
    REQUIRE(world.rows(wrong) == "2");
    const HealReport report = world.restart();
    CHECK_FALSE(report.rebuilt);
    CHECK(report.rows_mended == 1);
    CHECK(world.rows(wrong) == "0");
}

TEST_CASE("B51-part: twenty starts change nothing in radius.db")
{
    World world;
    const std::string before = world.rows(kEverything);
    for (int start = 0; start < 20; ++start) {
        const HealReport report = world.restart();
        CHECK_FALSE(report.rebuilt);
        CHECK(report.rows_mended == 0);
    }
    CHECK(world.rows(kEverything) == before);
    CHECK(world.logged("projection.mended") == 1); // the first of all
}

TEST_CASE("whatever was altered in radius.db is mended, and only that")
{
    World world;
    const std::string before = world.rows(kEverything);
    const std::string change = GENERATE(
        "UPDATE access SET password = 'mine' WHERE username = 'bob'",
        "UPDATE access SET rate = NULL WHERE username = 'bob' AND verdict = 'ok'",
        "UPDATE access SET until_at = until_at + 1 WHERE username = 'bob' AND verdict = 'ok'",
        "UPDATE access SET delegated_ipv6 = 'fd00::/64' WHERE username = 'bob'",
        "UPDATE access SET open_sessions = 9 WHERE username = 'bob'",
        "UPDATE access SET bytes_left = 1 WHERE username = 'bob' AND verdict = 'ok'",
        "UPDATE access SET username = 'bobby' WHERE username = 'bob' AND verdict = 'expired'",
        "DELETE FROM access WHERE username = 'ann'", "DELETE FROM access WHERE username = 'dan'",
        "DELETE FROM access WHERE username = 'bob' AND verdict = 'ok'",
        "INSERT INTO access(username, until_at, revision, verdict, password, class, "
        "allowed_sessions, open_sessions, open_macs) "
        "VALUES ('zoe', 253402300799, 1, 'ok', 'mine', 'x', 1, 0, ' ')",
        "INSERT INTO access(username, until_at, revision, verdict, password, class, "
        "allowed_sessions, open_sessions, open_macs) "
        "VALUES ('aaa', 253402300799, 1, 'ok', 'mine', 'x', 1, 0, ' ')",
        "UPDATE router_client SET secret = 'another secret of theirs' WHERE name = '1'",
        "UPDATE router_client SET ipv6 = 'fd00::1', ip_from = NULL, ip_to = NULL WHERE name = '2'",
        "DELETE FROM router_client", "UPDATE clock_mark SET at = 1", "DELETE FROM clock_mark",
        "INSERT INTO router_client VALUES ('9', '10.9.0.1', 1, 1, NULL, "
        "'another secret of theirs', 'no', 1)");
    INFO(change);
    world.meddle(change);
    REQUIRE(world.rows(kEverything) != before);
    const HealReport report = world.restart();
    CHECK_FALSE(report.rebuilt);
    CHECK(report.rows_mended >= 1);
    CHECK(report.rows_mended <= 2);
    CHECK(world.rows(kEverything) == before);
    CHECK(world.restart().rows_mended == 0);
}

TEST_CASE("a payment that was recorded and not projected before a death is right after the start")
{
    World world;
    world.radius.reset();
    world.add_paid_line("eve");
    CHECK(world.restart().rows_mended == 1);
    CHECK(world.phases("eve") == kPaid);
    CHECK(world.logged("access.projected", R"("username":"eve")") == 1);
    CHECK(project_dirty(world.context, *world.radius, 100) > 0);
    CHECK(world.logged("access.projected", R"("username":"eve")") == 1);
}

TEST_CASE("a page that is garbled while the daemon runs is noticed and mended")
{
    World world;
    for (int at = 0; at < 300; ++at)
        world.add_paid_line("line" + std::to_string(at));
    world.heal();
    const std::string before = world.rows(kEverything);
    world.meddle("PRAGMA wal_checkpoint(TRUNCATE)");
    world.radius.emplace(world.radius_folder); // nothing of the file is cached any more
    REQUIRE(project_dirty(world.context, *world.radius, 1) == 1);
    world.meddle("PRAGMA wal_checkpoint(TRUNCATE)");
    {
        std::fstream bytes(world.radius_file, std::ios::in | std::ios::out | std::ios::binary);
        for (int at = 6; at < 24; ++at) {
            bytes.seekp(at * 4096);
            bytes << std::string(4096, '\xa5');
        }
    }
    bool noticed = false;
    try {
        while (project_dirty(world.context, *world.radius, 10) > 0) {
        }
    } catch (const StorageError& error) {
        noticed = error.is_corruption();
    }
    REQUIRE(noticed);
    REQUIRE(world.marks() > 0);
    CHECK(world.heal(true).rebuilt);
    CHECK(world.rows(kEverything) == before);
    while (project_dirty(world.context, *world.radius, 100) > 0) {
    }
    CHECK(world.marks() == 0);
}

TEST_CASE("a comparison that a held lock prevented is made up for before anything else is written")
{
    World world;
    world.meddle("DELETE FROM access WHERE username = 'ann'; DELETE FROM clock_mark");
    world.radius.emplace(world.radius_folder);
    {
        mnara::storage::Connection other(world.radius_file,
                                         mnara::storage::Connection::Mode::ReadWrite);
        other.script("BEGIN IMMEDIATE");
        CHECK_THROWS_AS(world.heal(), StorageError);
        CHECK_THROWS_AS(project_dirty(world.context, *world.radius, 1), StorageError);
    }
    mnara::usecases::project_clock_mark(world.context, *world.radius);
    CHECK(world.phases("ann") == kPaid);
    world.meddle("DELETE FROM access WHERE username = 'ann'");
    world.radius.emplace(world.radius_folder);
    while (project_dirty(world.context, *world.radius, 100) > 0) {
    }
    CHECK(world.phases("ann") == kPaid);
}

TEST_CASE("a death between emptying and filling leaves no half-filled file behind")
{
    World world;
    const std::string before = world.rows(kEverything);
    world.radius->make_usable(true);
    world.radius.emplace(world.radius_folder); // the next start
    mnara::usecases::project_clock_mark(world.context, *world.radius);
    CHECK(world.rows(kEverything) == before);
}

TEST_CASE("a rebuild by force ends with the same rows in the same file")
{
    World world;
    const std::string before = world.rows(kEverything);
    struct stat was = {}, is = {};
    REQUIRE(::stat(world.radius_file.c_str(), &was) == 0);
    CHECK(world.heal(true).rebuilt);
    REQUIRE(::stat(world.radius_file.c_str(), &is) == 0);
    CHECK(is.st_ino == was.st_ino);
    CHECK(world.rows(kEverything) == before);
    CHECK(world.rows("PRAGMA integrity_check") == "ok");
}
