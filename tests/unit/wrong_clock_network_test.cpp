// A clock that was ahead and is set back: what the network is told, and what it told us.
#include "unit/catch.hpp"

#include "unit/projection_world.hpp"
#include "unit/router_world.hpp"

using namespace mnara;

TEST_CASE("N13: rows that were written by a clock which was ahead are right again once it is set "
          "back")
{
    ProjectionWorld world;
    storage::RadiusDb radius(world.radius_folder);
    constexpr Seconds kDay{86'400};
    auto line = world.add_paid_line("ann");
    world.db.write([&](storage::Tx& tx) {
        world.add_term(tx, line, world.fast, ProjectionWorld::kSoon, ProjectionWorld::kSoon + kDay);
    });
    usecases::heal_projection(world.context, radius, false);
    const std::string right = world.phases("ann");

    world.clock.jump_to(ProjectionWorld::kSoon + Seconds{600});
    world.db.write([&](storage::Tx& tx) {
        storage::put_clock_mark(tx, world.clock.now(), false);
        tx.run("UPDATE subscription SET plan_code = 'fast'"); // marks the username dirty
    });
    usecases::project_clock_mark(world.context, radius);
    usecases::project_dirty(world.context, radius, 100);
    REQUIRE(world.phases("ann") != right);

    world.clock.jump_to(ProjectionWorld::kNow + Seconds{60});
    world.db.write([&](storage::Tx& tx) { storage::put_clock_mark(tx, world.clock.now(), true); });
    usecases::project_clock_mark(world.context, radius);
    CHECK(world.phases("ann") == right);
}

TEST_CASE("N13: a session that was heard by a clock which was ahead falls silent in the usual time")
{
    RouterWorld world;
    world.add_paid_line("jane");
    world.report(world.packet(RouterWorld::Status::Start, "jane", "8a", 0, 0));
    const Seconds ahead{20 * 86'400};
    auto later = world.packet(RouterWorld::Status::Interim, "jane", "8a", 0, 300);
    later.seconds += static_cast<int>(ahead.count()); // the start stays where it was
    later.event_at += ahead;
    world.clock.jump_to(kStart + ahead + Seconds{300});
    world.report(later);
    REQUIRE(world.session({1}).heard_at == kStart + ahead + Seconds{300});

    world.travel_to(kStart + Seconds{600});
    CHECK(usecases::close_stale_sessions(world.context, Seconds{900}, 100) == 1);
    CHECK_FALSE(world.session({1}).stopped_at.has_value());
    world.clock.advance(Seconds{901});
    CHECK(usecases::close_stale_sessions(world.context, Seconds{900}, 100) == 1);
    CHECK(world.session({1}).stopped_at == kStart + Seconds{600});
}

TEST_CASE("N13: a session that began by a clock which was ahead is begun anew by its next report")
{
    RouterWorld world;
    const auto line = world.add_paid_line("jane");
    const Seconds ahead{20 * 86'400};
    world.clock.jump_to(kStart + ahead);
    const auto old = world.dial(line, "jane", "8a");

    world.travel_to(kStart + Seconds{60});
    CHECK(usecases::close_stale_sessions(world.context, Seconds{900}, 100) == 1);
    CHECK(world.session(old).stopped_at.has_value());
    world.report(world.packet(RouterWorld::Status::Interim, "jane", "8a", 0, 60));
    CHECK(world.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL") == 1);
    world.report(world.packet(RouterWorld::Status::Stop, "jane", "8a", 0, 90));
    CHECK(world.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL") == 0);
}

TEST_CASE(
    "N13: a session that a clock which was ahead has ended is open again with its next report")
{
    RouterWorld world;
    world.add_paid_line("jane");
    world.report(world.packet(RouterWorld::Status::Start, "jane", "8a", 0, 0));
    world.clock.advance(Seconds{20 * 86'400});
    REQUIRE(usecases::close_stale_sessions(world.context, Seconds{900}, 100) == 1);
    auto restart = world.packet(RouterWorld::Status::AccountingOn, "", "", 0, 0);
    restart.event_at = world.clock.now();
    world.report(world.packet(RouterWorld::Status::Interim, "jane", "8a", 0, 19 * 86'400));
    world.report(restart);
    REQUIRE(world.session({1}).stopped_at == world.clock.now());

    world.travel_to(kStart + Seconds{600});
    world.report(world.packet(RouterWorld::Status::Interim, "jane", "8a", 0, 600));
    CHECK_FALSE(world.session({1}).stopped_at.has_value());
    CHECK(world.number("SELECT COUNT(*) FROM session") == 1);
}
