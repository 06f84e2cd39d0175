// The projector while radius.db cannot be written.
#include "unit/projection_world.hpp"

#include "jobs/access_jobs.hpp"
#include "unit/catch.hpp"

using mnara::storage::StorageError;
using mnara::storage::Tx;

namespace {

std::int64_t open_alerts(ProjectionWorld& world)
{
    return world.db.read([](mnara::storage::ReadTx& tx) {
        auto q = tx.query("SELECT COUNT(*) FROM alert WHERE key = 'radius_db' "
                          "AND closed_at IS NULL");
        return q.step() ? q.get<std::int64_t>(0) : -1;
    });
}

} // namespace

TEST_CASE("K24-part: trouble with radius.db is told as soon as it can be told")
{
    ProjectionWorld world;
    world.add_paid_line("ann");
    mnara::storage::RadiusDb radius(world.radius_folder);
    const auto job = mnara::jobs::projection_job(world.context, radius);
    while (job.step()) {
    }
    world.add_paid_line("bob");
    mnara::storage::Connection other(world.radius_file,
                                     mnara::storage::Connection::Mode::ReadWrite);
    other.script("BEGIN IMMEDIATE");
    // As on a disk that is full for both files.
    world.db.write([](Tx& tx) {
        tx.run("CREATE TRIGGER no_space BEFORE INSERT ON alert "
               "BEGIN SELECT RAISE(ABORT, 'no space'); END");
    });
    for (int i = 0; i < 4; ++i)
        CHECK_THROWS_AS(job.step(), StorageError);
    world.db.write([](Tx& tx) { tx.run("DROP TRIGGER no_space"); });
    CHECK_THROWS_AS(job.step(), StorageError);
    CHECK(open_alerts(world) == 1);
    other.script("COMMIT");
    while (job.step()) {
    }
    CHECK(open_alerts(world) == 0);
    CHECK_FALSE(world.phases("bob").empty());
}
