// radius.db itself: rights, batches, refusals, locks.
#include "unit/radius_folder.hpp"

#include "unit/catch.hpp"

using mnara::storage::AccessCells;
using mnara::storage::Connection;
using mnara::storage::RadiusDb;
using mnara::storage::StorageError;

TEST_CASE("radius.db gets the modes, the group and the WAL that a reader without rights needs")
{
    const RadiusFolder folder;
    const mode_t before = ::umask(0077);
    {
        RadiusDb radius(folder.path);
        REQUIRE(radius.make_usable(false));
        fill(radius, "1M/1M", 1);
        CHECK(folder.mode() == 0640);
        CHECK(folder.mode("-wal") == 0640);
        CHECK(folder.mode("-shm") == 0660);

        // A mode that somebody changed is right again with the next write.
        REQUIRE(::chmod((folder.file + "-shm").c_str(), 0640) == 0);
        put(radius, phase("ann", "2M/2M"));
        CHECK(folder.mode("-shm") == 0660);
    }
    ::umask(before);
    // Nobody has it open now, and a reader still finds what it must open.
    CHECK(folder.mode("-wal") == 0640);
    CHECK(folder.mode("-shm") == 0660);
    CHECK(folder.look("-shm").st_gid == folder.look().st_gid);

    RadiusDb again(folder.path);
    CHECK_FALSE(again.make_usable(false));
}

TEST_CASE("the folder of radius.db must be there and becomes setgid")
{
    const RadiusFolder folder;
    CHECK_THROWS_WITH(RadiusDb(folder.path + "/nowhere"), Catch::Matchers::Contains("nowhere"));
    REQUIRE(::chmod(folder.path.c_str(), 0750) == 0);
    const RadiusDb radius(folder.path);
    struct stat is = {};
    REQUIRE(::stat(folder.path.c_str(), &is) == 0);
    CHECK((is.st_mode & 07777U) == 02750U);
}

TEST_CASE("a radius.db that is gone takes its stale -wal and -shm along")
{
    const RadiusFolder folder;
    {
        RadiusDb radius(folder.path);
        radius.make_usable(false);
        fill(radius, "1M/1M", 10);
    }
    std::filesystem::remove(folder.file);
    REQUIRE(folder.look("-shm").st_size > 0);
    RadiusDb radius(folder.path);
    CHECK(radius.make_usable(false));
    put(radius, phase("new", "1M/1M"));
    CHECK(count_lines(radius) == 1);
    CHECK(std::filesystem::exists(folder.file + "-wal"));
    CHECK(folder.mode("-shm") == 0660);
}

TEST_CASE("a username's rows are written only where they differ, and all of them are replaced")
{
    const RadiusFolder folder;
    RadiusDb radius(folder.path);
    radius.make_usable(false);
    CHECK(put(radius, phase("ann", "1M/1M")) == RadiusDb::Outcome::Written);
    CHECK(put(radius, phase("ann", "1M/1M")) == RadiusDb::Outcome::Same);
    auto sooner = phase("ann", "9M/9M");
    sooner.until_at = mnara::unix_time(2'000'000'000);
    CHECK(put(radius, sooner) == RadiusDb::Outcome::Written);
    RadiusDb::Batch batch(radius);
    {
        RadiusDb::AccessScan scan(batch);
        const auto line = scan.next();
        REQUIRE(line);
        CHECK(line->username == "ann");
        CHECK(line->phases == std::vector<AccessCells>{mnara::storage::access_cells(sooner)});
        CHECK_FALSE(scan.next());
    }
    CHECK(batch.replace_access("ann", {}, 1) == RadiusDb::Outcome::Written);
    CHECK(batch.replace_access("ann", {}, 1) == RadiusDb::Outcome::Same);
}

TEST_CASE("a value that radius.db refuses leaves the username unknown and the batch going on")
{
    const RadiusFolder folder;
    RadiusDb radius(folder.path);
    radius.make_usable(false);
    put(radius, phase("ann", "1M/1M"));
    {
        RadiusDb::Batch batch(radius);
        auto second = phase("ann", "2M/2M");
        second.until_at = mnara::unix_time(1'900'000'000);
        const auto wrong = phase("ann", "2M\\2M");
        CHECK(batch.replace_access("ann", mnara::storage::access_rows({second, wrong}), 1) ==
              RadiusDb::Outcome::Refused);
        CHECK_THAT(batch.refusal(), Catch::Matchers::Contains("CHECK"));
        CHECK(batch.replace_access("bob", mnara::storage::access_rows({phase("bob", "1M/1M")}),
                                   1) == RadiusDb::Outcome::Written);
        batch.commit();
    }
    CHECK(count_lines(radius) == 1);
}

TEST_CASE("two routers can exchange their sources in one batch")
{
    const RadiusFolder folder;
    RadiusDb radius(folder.path);
    radius.make_usable(false);
    mnara::storage::RouterClient one{"1", "10.0.0.1", 1, 1, "a secret of sixteen", false, true};
    mnara::storage::RouterClient two{"2", "10.0.0.2", 2, 2, "a secret of sixteen", true, false};
    RadiusDb::Batch batch(radius);
    CHECK(batch.replace_router(one) == RadiusDb::Outcome::Written);
    CHECK(batch.replace_router(two) == RadiusDb::Outcome::Written);
    CHECK(batch.replace_router(two) == RadiusDb::Outcome::Same);
    std::swap(one.cidr, two.cidr);
    CHECK(batch.replace_router(one) == RadiusDb::Outcome::Written);
    CHECK(batch.replace_router(two) == RadiusDb::Outcome::Written);
    CHECK(batch.router_names() == std::vector<std::string>{"1", "2"});
    one.secret = "short";
    CHECK(batch.replace_router(one) == RadiusDb::Outcome::Refused);
    CHECK(batch.remove_router("2"));
    CHECK_FALSE(batch.remove_router("2"));
    CHECK(batch.router_names().empty());
}

TEST_CASE("an address or a network becomes a range, and nothing else does")
{
    using mnara::storage::ipv4_range;
    CHECK(ipv4_range("10.0.0.2")->from == 0x0a000002U);
    CHECK(ipv4_range("10.0.0.2")->to == 0x0a000002U);
    CHECK(ipv4_range("10.0.0.0/24")->to == 0x0a0000ffU);
    CHECK(ipv4_range("0.0.0.0/0")->to == 0xffffffffU);
    CHECK(ipv4_range("255.255.255.255/32")->from == 0xffffffffU);
    for (const char* wrong : {"", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.1/24",
                              "10.0.0.0/-1", "10.0.0.2 ", "::1", "router"})
        CHECK_FALSE(ipv4_range(wrong));
}

TEST_CASE("what is not committed was never there")
{
    const RadiusFolder folder;
    RadiusDb radius(folder.path);
    radius.make_usable(false);
    {
        RadiusDb::Batch batch(radius);
        batch.replace_access("ann", mnara::storage::access_rows({phase("ann", "1M/1M")}), 1);
    }
    CHECK(count_lines(radius) == 0);
    CHECK(put(radius, phase("ann", "1M/1M")) == RadiusDb::Outcome::Written);
}

TEST_CASE("a lock that another process holds only delays")
{
    const RadiusFolder folder;
    RadiusDb radius(folder.path);
    radius.make_usable(false);
    put(radius, phase("ann", "1M/1M"));
    Connection other(folder.file, Connection::Mode::ReadWrite);
    other.script("BEGIN IMMEDIATE");
    try {
        put(radius, phase("ann", "2M/2M"));
        FAIL("written through a lock");
    } catch (const StorageError& error) {
        CHECK_FALSE(error.is_corruption());
    }
    // Neither is it damage for whoever comes to mend.
    CHECK_FALSE(radius.make_usable(false));
    CHECK_THROWS_AS(radius.make_usable(true), StorageError);
    other.script("ROLLBACK");
    CHECK_FALSE(radius.make_usable(false));
    CHECK(put(radius, phase("ann", "2M/2M")) == RadiusDb::Outcome::Written);
}
