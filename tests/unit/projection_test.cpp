// From marks in mnara.db to rows in radius.db.
#include "unit/projection_world.hpp"

#include "unit/catch.hpp"

using mnara::domain::SubscriptionEvent;
using mnara::domain::SubscriptionState;
using mnara::storage::RadiusDb;
using mnara::storage::StorageError;
using mnara::storage::Tx;
using mnara::usecases::heal_projection;
using mnara::usecases::project_clock_mark;
using mnara::usecases::project_dirty;

namespace {

constexpr const char* kPaid = "ok 3600 1M/1M; expired 251602300799 512k/512k";

struct World : ProjectionWorld
{
    RadiusDb radius{radius_folder};

    World() { heal_projection(context, radius, false); }
    int project() { return project_dirty(context, radius, 100); }
};

} // namespace

TEST_CASE("J1-part: a paid line gets its full phase and, for ever after, the pay page")
{
    World world;
    world.add_paid_line("ann");
    CHECK(world.marks() == 1);
    CHECK(world.project() == 1);
    CHECK(world.phases("ann") == kPaid);
    CHECK(world.rows("SELECT password || class || ' ' || session_until FROM access "
                     "WHERE verdict = 'ok'") == "rightsub:1:full 1800003600");
    CHECK(world.marks() == 0);
    CHECK(world.logged("access.projected",
                       R"("username":"ann","verdict":"ok","until_at":1800003600)") == 1);
    CHECK(world.project() == 0);
}

TEST_CASE("a mark whose rows are right already changes and logs nothing")
{
    World world;
    world.add_paid_line("ann");
    world.project();
    world.db.write([](Tx& tx) { mnara::storage::mark_all_access_dirty(tx); });
    CHECK(world.marks() == 1);
    CHECK(world.project() == 1);
    CHECK(world.marks() == 0);
    CHECK(world.logged("access.projected") == 1);
}

TEST_CASE("suspended, expired, unpaid and terminated lines are answered as such")
{
    World world;
    auto line = world.add_paid_line("ann");
    world.db.write([&](Tx& tx) {
        world.event(tx, line, SubscriptionEvent::AdminSuspended, SubscriptionState::Suspended,
                    line.paid_until);
        world.add_line(tx, "new");
    });
    world.project();
    CHECK(world.phases("ann") == "suspended 251602300799 -");
    CHECK(world.phases("new") == "not paid yet 251602300799 512k/512k");
    CHECK(world.logged("access.projected", R"("verdict":"suspended")") == 1);
    world.db.write([&](Tx& tx) {
        world.event(tx, line, SubscriptionEvent::Closed, SubscriptionState::Terminated,
                    line.paid_until);
    });
    world.project();
    CHECK(world.phases("ann").empty());
    CHECK(world.logged("access.projected", R"("verdict":"unknown")") == 1);
}

TEST_CASE("each paid term is a phase with its own plan, and after the last term the last one stays")
{
    World world;
    auto line = world.add_paid_line("ann");
    world.db.write([&](Tx& tx) {
        world.add_term(tx, line, world.fast, ProjectionWorld::kSoon,
                       ProjectionWorld::kSoon + mnara::Seconds{3600});
    });
    world.project();
    CHECK(world.phases("ann") == "ok 3600 1M/1M; ok 7200 8M/8M; expired 251602300799 512k/512k");
    for (const int later : {3600, 3600}) { // in the second term, then after it
        world.clock.advance(mnara::Seconds{later});
        world.db.write([](Tx& tx) { mnara::storage::mark_all_access_dirty(tx); });
        world.project();
        CHECK(world.phases("ann") == "ok 7200 8M/8M; expired 251602300799 512k/512k");
    }
}

TEST_CASE("open sessions and their devices are counted, and ended ones no more")
{
    World world;
    const auto router = world.add_router("10.0.0.1");
    world.add_paid_line("ann");
    mnara::storage::SessionRow session;
    session.name = {router, "81", "ann", "aa:bb:cc:dd:ee:01"};
    session.started_at = session.heard_at = ProjectionWorld::kNow;
    world.db.write([&](Tx& tx) { session.id = mnara::storage::insert_session(tx, session); });
    world.project();
    const char* open = "SELECT DISTINCT open_sessions || open_macs FROM access";
    CHECK(world.rows(open) == "1 aa:bb:cc:dd:ee:01 ");
    session.stopped_at = ProjectionWorld::kNow;
    session.terminate_cause = "user-request";
    world.db.write([&](Tx& tx) { mnara::storage::set_session_end(tx, session); });
    world.project();
    CHECK(world.rows(open) == "0 ");
}

TEST_CASE("routers become RADIUS clients under their id, changed and disabled ones too")
{
    World world;
    const auto one = world.add_router("10.0.0.1");
    world.add_router("10.1.0.0/16");
    world.project();
    const char* clients = "SELECT name || ' ' || cidr || ' ' || ip_from || '-' || ip_to || ' ' || "
                          "enabled FROM router_client ORDER BY name";
    CHECK(world.rows(clients) == "1 10.0.0.1 167772161-167772161 1; "
                                 "2 10.1.0.0/16 167837696-167903231 1");
    world.db.write([&](Tx& tx) {
        auto router = mnara::storage::find_router(tx, one).value();
        router.enabled = false;
        mnara::storage::update_router(tx, router);
    });
    CHECK(world.project() == 1);
    CHECK(world.rows("SELECT name FROM router_client WHERE enabled = 0") == "1");
    world.db.write([&](Tx& tx) {
        auto router = mnara::storage::find_router(tx, one).value();
        router.radius_source = "10.0.0.9";
        mnara::storage::update_router(tx, router);
    });
    CHECK(world.project() == 1);
    CHECK(world.rows("SELECT cidr FROM router_client WHERE name = '1'") == "10.0.0.9");
    world.db.write([&](Tx& tx) { mnara::storage::delete_router(tx, one); });
    CHECK(world.project() == 1);
    CHECK(world.rows("SELECT name FROM router_client") == "2");
}

TEST_CASE("what radius.db refuses costs its own username the access and jams nobody")
{
    World world;
    const auto bad = world.db.write([&](Tx& tx) {
        auto long_one = world.add_line(tx, "bad", std::string(129, 'p'));
        world.add_line(tx, "good");
        return long_one;
    });
    world.add_router("10.0.0.1", "a \\ is not allowed here");
    CHECK(world.project() == 3);
    CHECK(world.marks() == 0);
    CHECK(world.phases("bad").empty());
    CHECK_FALSE(world.phases("good").empty());
    CHECK(world.alerts() == std::vector<std::string>{"projection-router:1", "projection:bad"});
    CHECK(heal_projection(world.context, world.radius, false).rows_mended == 0);
    CHECK(world.alerts().size() == 2);

    world.db.write([&](Tx& tx) {
        mnara::storage::set_password_secret(
            tx, bad.id,
            mnara::usecases::store_secret(tx, world.keys, world.random, "subscription", "shorter",
                                          ProjectionWorld::kNow));
    });
    world.project();
    CHECK_FALSE(world.phases("bad").empty());
    CHECK(world.alerts() == std::vector<std::string>{"projection-router:1"});
}

TEST_CASE("a password that cannot be unsealed costs its own username the access and jams nobody")
{
    World world;
    world.add_paid_line("ann");
    const mnara::usecases::KeyRing other(std::string(mnara::crypto::kKeyBytes, 'o'));
    const mnara::usecases::Context with_other{world.db, world.clock, world.random, other,
                                              world.log};
    CHECK(project_dirty(with_other, world.radius, 100) == 1);
    CHECK(world.phases("ann").empty());
    CHECK(world.alerts() == std::vector<std::string>{"projection:ann"});
    CHECK(heal_projection(world.context, world.radius, false).rows_mended == 1);
    CHECK(world.phases("ann") == kPaid);
    CHECK(world.alerts().empty());
}

TEST_CASE("work that is marked again while it is done stays marked")
{
    World world;
    auto line = world.add_paid_line("ann");
    const auto read = world.db.read(
        [](mnara::storage::ReadTx& tx) { return mnara::storage::dirty_marks(tx, 1).at(0); });
    world.db.write([&](Tx& tx) { mnara::storage::set_plan_code(tx, line.id, "fast"); });
    world.db.write([&](Tx& tx) { mnara::storage::delete_dirty_mark(tx, read); });
    CHECK(world.marks() == 1);
    CHECK(world.project() == 1);
    CHECK(world.marks() == 0);
}

TEST_CASE("at most `limit` marks are worked off, the oldest first")
{
    World world;
    for (const char* name : {"c", "b", "a"})
        world.add_paid_line(name);
    CHECK(project_dirty(world.context, world.radius, 2) == 2);
    CHECK(world.phases("c") == kPaid);
    CHECK(world.phases("a").empty());
    CHECK(project_dirty(world.context, world.radius, 2) == 1);
    CHECK(world.phases("a") == kPaid);
}

TEST_CASE("a held lock delays the projection and fails no payment")
{
    World world;
    {
        mnara::storage::Connection other(world.radius_file,
                                         mnara::storage::Connection::Mode::ReadWrite);
        other.script("BEGIN IMMEDIATE");
        world.add_paid_line("ann"); // commits in mnara.db
        CHECK_THROWS_AS(world.project(), StorageError);
        CHECK(world.marks() == 1);
        CHECK(world.logged("access.projected") == 0);
        other.script("ROLLBACK");
    }
    CHECK(world.project() == 1);
    CHECK(world.phases("ann") == kPaid);
}

TEST_CASE("the clock mark follows the clock, and stands while the clock is suspect")
{
    World world;
    const char* mark = "SELECT CAST(at AS TEXT) FROM clock_mark";
    CHECK(world.rows(mark) == "1800000000");
    world.clock.advance(mnara::Seconds{60});
    project_clock_mark(world.context, world.radius);
    CHECK(world.rows(mark) == "1800000060");
    world.clock.jump_to(mnara::unix_time(600));
    project_clock_mark(world.context, world.radius);
    CHECK(world.rows(mark) == "1800000060");
    // A file made anew in that hour gets the last trusted time, or nobody would be answered.
    heal_projection(world.context, world.radius, true);
    CHECK(world.rows(mark) == "1800000000");
}
