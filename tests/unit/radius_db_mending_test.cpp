// radius.db noticed to be wrong, and emptied in place under the feet of a reader.
#include "unit/radius_folder.hpp"

#include "unit/catch.hpp"
#include "unit/radius_reader.hpp"

using mnara::storage::Connection;
using mnara::storage::RadiusDb;
using mnara::storage::StorageError;

TEST_CASE("a file that was deleted or replaced while open is noticed with the next write")
{
    const RadiusFolder folder;
    RadiusDb radius(folder.path);
    radius.make_usable(false);
    put(radius, phase("ann", "1M/1M"));
    const std::string suffix = GENERATE("", "-wal", "-shm");
    std::filesystem::rename(folder.file + suffix, folder.path + "/moved");
    try {
        put(radius, phase("ann", "2M/2M"));
        FAIL("written into a file that nobody reads");
    } catch (const StorageError& error) {
        CHECK(error.is_corruption());
    }
    CHECK(radius.make_usable(false) == suffix.empty());
    CHECK(put(radius, phase("ann", "2M/2M")) == RadiusDb::Outcome::Written);
    CHECK(folder.mode("-shm") == 0660);
}

TEST_CASE("another schema, a newer version and a lost table all lead to an empty file of ours")
{
    const RadiusFolder folder;
    RadiusDb radius(folder.path);
    radius.make_usable(false);
    put(radius, phase("ann", "1M/1M"));
    const auto inode = folder.look().st_ino;
    const std::string change =
        GENERATE("PRAGMA user_version=99", "DROP TABLE access", "DROP INDEX router_client_range",
                 "CREATE TABLE other(a INTEGER) STRICT");
    {
        Connection other(folder.file, Connection::Mode::ReadWrite);
        other.script(change);
    }
    if (change.find("version") == std::string::npos) { // seen while open, too
        try {
            put(radius, phase("ann", "2M/2M"));
            FAIL("written into a foreign schema");
        } catch (const StorageError& error) {
            CHECK(error.is_corruption());
        }
    }
    CHECK(radius.make_usable(false));
    CHECK(folder.look().st_ino == inode);
    CHECK(count_lines(radius) == 0);
    CHECK(put(radius, phase("ann", "2M/2M")) == RadiusDb::Outcome::Written);
    CHECK_FALSE(radius.make_usable(false));
}

TEST_CASE("a garbled file is emptied in place, and a reader that had it open sees the new rows")
{
    struct Damage
    {
        std::string what;
        std::streamoff from;
        std::size_t size;
    };
    const auto damage = GENERATE(
        Damage{"the magic", 0, 16}, Damage{"the journal mode", 18, 2}, Damage{"the header", 0, 100},
        Damage{"page 1", 0, 4096}, Damage{"the first b-tree page", 100, 3996},
        Damage{"the schema's own pages", 5 * 4096, 3 * 4096},
        Damage{"one leaf of rows", 15 * 4096, 4096}, Damage{"everything", 0, 200000},
        Damage{"the end is cut off", -1, 5 * 4096}, Damage{"all is cut off", -1, 0});
    const bool in_wal = GENERATE(false, true);  // whether the -wal still holds frames
    const bool running = GENERATE(false, true); // whether our own connection is open meanwhile
    INFO(damage.what << (in_wal ? ", with a -wal" : "") << (running ? ", running" : ""));
    const RadiusFolder folder;
    RadiusReader reader(folder.path);
    auto radius = std::make_unique<RadiusDb>(folder.path);
    radius->make_usable(false);
    fill(*radius, "old", 500);
    if (!in_wal)
        Connection(folder.file, Connection::Mode::ReadWrite)
            .script("PRAGMA wal_checkpoint(TRUNCATE)");
    REQUIRE(reader.rate_of("line7") == "old");
    const auto inode = folder.look().st_ino;
    if (!running)
        radius.reset();

    if (damage.from < 0)
        std::filesystem::resize_file(folder.file, damage.size);
    else
        folder.garble(damage.from, damage.size);
    if (!running)
        radius = std::make_unique<RadiusDb>(folder.path);
    // The -wal may still hold every page, and then nothing was lost.
    if (radius->make_usable(running))
        CHECK(count_lines(*radius) == 0);
    else
        CHECK(in_wal);
    fill(*radius, "new", 500);

    CHECK(folder.look().st_ino == inode);
    CHECK(count_lines(*radius) == 500);
    CHECK(folder.mode("-shm") == 0660);
    const std::string seen = reader.rate_of("line7");
    if (damage.size != 0) // a file cut to nothing costs the -wal that the reader has open
        CHECK(seen == "new");
    CHECK(reader.rate_after_reopening("line7") == "new");
    CHECK(reader.rate_of("line499") == "new");
    radius.reset();
    CHECK(reader.rate_after_reopening("line7") == "new");
    RadiusDb again(folder.path);
    CHECK_FALSE(again.make_usable(false));
}
