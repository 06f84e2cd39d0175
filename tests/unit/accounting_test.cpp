#include "unit/catch.hpp"

#include "unit/router_world.hpp"

#include "storage/usage_store.hpp"

#include <algorithm>

using namespace mnara;
using usecases::AccountingRecord;
using Status = AccountingRecord::Status;

namespace {

domain::Usage usage_of(RouterWorld& world, const std::string& table, SubscriptionId line)
{
    return world.db.read([&](storage::ReadTx& tx) {
        auto q = tx.query("SELECT COALESCE(SUM(bytes_up),0), COALESCE(SUM(bytes_down),0), "
                          "COALESCE(SUM(seconds),0) FROM " +
                              table + " WHERE subscription_id = ?1",
                          line);
        q.step();
        return domain::Usage{q.get<std::int64_t>(0), q.get<std::int64_t>(1),
                             q.get<std::int64_t>(2)};
    });
}

} // namespace

TEST_CASE("K1: Start, Interim and Stop are one session with the Stop's totals")
{
    RouterWorld world;
    const auto line = world.add_paid_line("jane");
    world.report(world.packet(Status::Start, "jane", "81000001", 0, 0));
    world.report(world.packet(Status::Interim, "jane", "81000001", 0, 300));
    auto stop = world.packet(Status::Stop, "jane", "81000001", 0, 450);
    stop.terminate_cause = "user-request";
    world.report(stop);
    REQUIRE(world.number("SELECT COUNT(*) FROM session") == 1);
    const auto row = world.session({1});
    CHECK(row.usage == domain::Usage{45'000, 450'000, 450});
    CHECK(row.started_at == kStart);
    CHECK(row.stopped_at == kStart + Seconds{450});
    CHECK(row.terminate_cause == "user-request");
    CHECK(row.subscription_id == line);
    CHECK(row.name.calling_station == "aa:bb:cc:00:00:01");
    CHECK(world.logged("session.started", "\"username\":\"jane\"") == 1);
}

TEST_CASE("J8: every order and repetition of a session's packets gives the same totals")
{
    SeededRandom random(3);
    for (int round = 0; round < 60; ++round) {
        RouterWorld world;
        const auto line = world.add_paid_line("jane");
        std::vector<AccountingRecord> packets{world.packet(Status::Start, "jane", "8a", 0, 0),
                                              world.packet(Status::Interim, "jane", "8a", 0, 300),
                                              world.packet(Status::Interim, "jane", "8a", 0, 601),
                                              world.packet(Status::Interim, "jane", "8a", 0, 900),
                                              world.packet(Status::Stop, "jane", "8a", 0, 1'234)};
        for (int copies = 0; copies < 4; ++copies)
            packets.push_back(packets[random.below(5)]);
        // Other packets of the same session jitter a little around its true start.
        for (auto& packet : packets)
            packet.event_at += Seconds{static_cast<std::int64_t>(random.below(3))};
        for (std::size_t i = packets.size(); i > 1; --i)
            std::swap(packets[i - 1], packets[random.below(i)]);
        const std::size_t cut = random.below(packets.size());
        usecases::record_accounting(world.context, std::span(packets).first(cut));
        usecases::record_accounting(world.context, std::span(packets).subspan(cut));
        const domain::Usage truth{123'400, 1'234'000, 1'234};
        REQUIRE(world.number("SELECT COUNT(*) FROM session") == 1);
        REQUIRE(world.session({1}).usage == truth);
        REQUIRE(world.session({1}).stop_seen);
        REQUIRE(usage_of(world, "usage_hour", line) == truth);
        REQUIRE(usage_of(world, "usage_day", line) == truth);
    }
}

TEST_CASE("K2: a session that wraps 32 bits twice reports the right total")
{
    RouterWorld world;
    const auto line = world.add_paid_line("jane");
    constexpr std::int64_t kWrap = std::int64_t{1} << 32;
    for (int step = 0; step <= 9; ++step) {
        auto interim = world.packet(Status::Interim, "jane", "8a", 0, step * 60);
        interim.bytes_down = kWrap / 4 * step;
        interim.bytes_up = 0;
        world.report(interim);
    }
    CHECK(world.session({1}).usage.bytes_down == kWrap * 9 / 4);
    CHECK(usage_of(world, "usage_day", line).bytes_down == kWrap * 9 / 4);
}

TEST_CASE("J8: J13: usage per hour and day equals the truth across midnight in Nairobi")
{
    RouterWorld world;
    const auto line = world.add_paid_line("jane");
    // Clock start is 09:00 in Nairobi; the session runs from 23:30 to 00:30.
    const int from = 14 * 3600 + 1800;
    for (int seconds = 0; seconds <= 3600; seconds += 300)
        world.report(world.packet(seconds == 0 ? Status::Start : Status::Interim, "jane", "8a",
                                  from, seconds));
    world.db.read([&](storage::ReadTx& tx) {
        const auto hours = storage::usage_by_hour(tx, line, kStart, kStart + Seconds{86'400});
        REQUIRE(hours.size() == 2);
        CHECK(hours[0].hour_at == kStart + Seconds{14 * 3600});
        CHECK(hours[0].usage == domain::Usage{180'000, 1'800'000, 1'800});
        CHECK(hours[1].usage == domain::Usage{180'000, 1'800'000, 1'800});
        const auto days = storage::usage_by_day(tx, line, 20260101, 20260131);
        REQUIRE(days.size() == 2);
        CHECK(days[0].day == 20260115);
        CHECK(days[1].day == 20260116);
        CHECK(days[1].usage == domain::Usage{180'000, 1'800'000, 1'800});
    });
}

TEST_CASE("200 sessions that died without a Stop make room for their redials")
{
    RouterWorld world;
    std::vector<AccountingRecord> first, redial;
    for (int i = 0; i < 200; ++i) {
        const std::string username = "line" + std::to_string(i);
        world.add_paid_line(username);
        auto packet = world.packet(Status::Start, username, "81a" + std::to_string(i), 0, 0);
        packet.calling_station =
            "02:00:00:00:00:" + crypto::to_hex(std::string(1, static_cast<char>(i)));
        first.push_back(packet);
        packet.acct_session_id = "81b" + std::to_string(i);
        packet.event_at += Seconds{30};
        redial.push_back(packet);
    }
    usecases::record_accounting(world.context, first);
    usecases::record_accounting(world.context, redial);
    CHECK(world.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL") == 200);
    CHECK(world.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL "
                       "AND acct_session_id LIKE '81b%'") == 200);
    CHECK(world.number("SELECT COUNT(*) FROM session WHERE terminate_cause = 'replaced'") == 200);
}

TEST_CASE("a redial on another router replaces, another device does not")
{
    RouterWorld world;
    world.add_paid_line("jane");
    world.report(world.packet(Status::Start, "jane", "8a", 0, 0));
    auto tablet = world.packet(Status::Start, "jane", "8b", 10, 0);
    tablet.calling_station = "AA:BB:CC:00:00:02";
    world.report(tablet);
    CHECK(world.number("SELECT COUNT(*) FROM session WHERE stopped_at IS NULL") == 2);
    auto redial = world.packet(Status::Start, "jane", "8a", 60, 0);
    redial.router_id = world.add_router("school", "10.0.0.3");
    redial.calling_station = "aabb.cc00.0001"; // the same device, written otherwise
    world.report(redial);
    CHECK(world.cause({1}) == "replaced");
    CHECK_FALSE(world.session({2}).stopped_at.has_value());
    CHECK_FALSE(world.session({3}).stopped_at.has_value());
}

TEST_CASE("a Start of the replaced session that comes late leaves the redial alone")
{
    RouterWorld world;
    world.add_paid_line("jane");
    world.report(world.packet(Status::Start, "jane", "8b", 60, 0));
    world.report(world.packet(Status::Start, "jane", "8a", 0, 0));
    CHECK_FALSE(world.session({1}).stopped_at.has_value());
    CHECK(world.cause({2}) == "replaced");
}

TEST_CASE("an id that comes back much later is a new session and ends the old one")
{
    RouterWorld world;
    world.add_paid_line("jane");
    world.report(world.packet(Status::Start, "jane", "8a", 0, 0));
    world.report(world.packet(Status::Interim, "jane", "8a", 0, 300));
    world.report(world.packet(Status::Start, "jane", "8a", 90'000, 0));
    CHECK(world.cause({1}) == "lost-stop");
    CHECK(world.session({1}).usage.seconds == 300);
    CHECK_FALSE(world.session({2}).stopped_at.has_value());
    // The old one's Stop, weeks in a spool, finds its own row.
    world.report(world.packet(Status::Stop, "jane", "8a", 0, 500));
    CHECK(world.session({1}).usage.seconds == 500);
    CHECK(world.session({1}).stop_seen);
    CHECK_FALSE(world.session({2}).stopped_at.has_value());
}

TEST_CASE("an Interim after the Stop changes nothing, and counters never fall")
{
    RouterWorld world;
    world.add_paid_line("jane");
    world.report(world.packet(Status::Stop, "jane", "8a", 0, 600));
    world.report(world.packet(Status::Interim, "jane", "8a", 0, 300));
    world.report(world.packet(Status::Interim, "jane", "8a", 0, 900));
    CHECK(world.session({1}).stopped_at == kStart + Seconds{600});
    world.report(world.packet(Status::Start, "jane", "8b", 2'000, 0));
    world.report(world.packet(Status::Interim, "jane", "8b", 2'000, 300));
    auto fallen = world.packet(Status::Interim, "jane", "8b", 2'000, 600);
    fallen.bytes_down = 5;
    world.report(fallen);
    CHECK(world.session({2}).usage.bytes_down == 300'000);
    CHECK(world.logged("session.counters_fell") == 1);
}

TEST_CASE("a silent session ends where it was last heard, and lives again when it reports")
{
    RouterWorld world;
    world.add_paid_line("jane");
    world.report(world.packet(Status::Start, "jane", "8a", 0, 0));
    world.report(world.packet(Status::Interim, "jane", "8a", 0, 300));
    world.clock.advance(Seconds{1'200});
    CHECK(usecases::close_stale_sessions(world.context, Seconds{900}, 100) == 0);
    world.clock.advance(Seconds{1});
    CHECK(usecases::close_stale_sessions(world.context, Seconds{900}, 100) == 1);
    CHECK(world.session({1}).stopped_at == kStart + Seconds{300});
    CHECK(world.cause({1}) == "lost-contact");
    world.report(world.packet(Status::Interim, "jane", "8a", 0, 330)); // was under way then
    CHECK(world.session({1}).stopped_at.has_value());
    world.report(world.packet(Status::Interim, "jane", "8a", 0, 1'500));
    CHECK_FALSE(world.session({1}).stopped_at.has_value());
    CHECK(world.session({1}).usage.seconds == 1'500);
    CHECK(world.number("SELECT COUNT(*) FROM session") == 1);
}

TEST_CASE("a router's restart ends its own sessions and no later ones")
{
    RouterWorld world;
    world.add_paid_line("jane");
    world.add_paid_line("peter");
    world.report(world.packet(Status::Start, "jane", "8a", 0, 0));
    world.report(world.packet(Status::Start, "peter", "8b", 200, 0));
    world.report(world.packet(Status::AccountingOn, "", "", 100, 0));
    CHECK(world.cause({1}) == "nas-reboot");
    CHECK_FALSE(world.session({2}).stopped_at.has_value());
}

TEST_CASE("sessions of strangers are kept, bounded, and have no usage")
{
    RouterWorld world;
    auto packet = world.packet(Status::Interim, std::string(4'000, '\xfe'), "8a", 0, 300);
    packet.class_text = "sub:99999:full";
    world.report(packet);
    CHECK(world.number("SELECT length(CAST(username AS BLOB)) FROM session") == 253);
    CHECK(world.number("SELECT COUNT(*) FROM session WHERE subscription_id IS NULL") == 1);
    CHECK(world.number("SELECT COUNT(*) FROM usage_day") == 0);
}

TEST_CASE("wild counters are bounded and do not jam the records beside them")
{
    RouterWorld world;
    world.add_paid_line("jane");
    for (int i = 0; i < 300; ++i) {
        auto wild = world.packet(Status::Stop, "jane", "w" + std::to_string(i), i * 2'000, 0);
        wild.bytes_down = INT64_MAX;
        wild.bytes_up = -5;
        wild.seconds = INT64_MAX;
        world.report(wild);
    }
    auto unknown = world.packet(Status::Start, "jane", "8a", 0, 0);
    unknown.router_id = {77};
    const std::vector<AccountingRecord> batch{unknown,
                                              world.packet(Status::Start, "jane", "8a", 0, 0)};
    usecases::record_accounting(world.context, batch);
    CHECK(world.number("SELECT COUNT(*) FROM session WHERE acct_session_id = '8a'") == 1);
    CHECK(world.logged("accounting.unknown_router") == 1);
    CHECK(world.number("SELECT MAX(bytes_down) FROM usage_day") > 0);
}

TEST_CASE("Class names the line even where the username has changed")
{
    RouterWorld world;
    const auto line = world.add_paid_line("jane");
    auto packet = world.packet(Status::Interim, "old-name", "8a", 0, 60);
    packet.class_text = "sub:" + std::to_string(line.value) + ":full";
    world.report(packet);
    CHECK(world.session({1}).subscription_id == line);
    CHECK(usage_of(world, "usage_hour", line).seconds == 60);
}

TEST_CASE("K21: a session that should not be there is wished gone with each report")
{
    RouterWorld world;
    const auto line = world.add_paid_line("jane");
    const std::string name = "sub:" + std::to_string(line.value);
    const auto jobs = [&] {
        return world.number("SELECT COUNT(*) FROM router_job WHERE kind = 'session_gone' "
                            "AND state = 'waiting'");
    };
    auto paid = world.packet(Status::Start, "jane", "8a", 0, 0);
    paid.class_text = name + ":full";
    world.report(paid);
    CHECK(jobs() == 0);
    auto pay_page = world.packet(Status::Start, "jane", "8b", 10, 0);
    pay_page.class_text = name + ":limited"; // still on the pay page, though paid
    world.report(pay_page);
    CHECK(jobs() == 1);
    world.report(pay_page);
    CHECK(jobs() == 1);

    world.db.write([](storage::Tx& tx) { tx.run("UPDATE subscription SET auto_renew = 0"); });
    world.clock.advance(Seconds{3'601});
    REQUIRE(usecases::expire_due(world.context, 10) == 1);
    world.db.write([](storage::Tx& tx) {
        tx.run("UPDATE router_job SET state = 'superseded', finished_at = 1 "
               "WHERE state = 'waiting'");
    });
    auto expired = world.packet(Status::Interim, "jane", "8c", 3'000, 700);
    expired.class_text = name + ":full";
    world.report(expired);
    CHECK(jobs() == 1);
    auto belongs = world.packet(Status::Start, "jane", "8d", 3'800, 0);
    belongs.class_text = name + ":limited"; // the pay page is where the expired belong
    world.report(belongs);
    CHECK(jobs() == 0);
}

TEST_CASE("while the clock is wrong sessions go on and none is closed or counted twice")
{
    RouterWorld world;
    const auto line = world.add_paid_line("jane");
    world.report(world.packet(Status::Start, "jane", "8a", 0, 0));
    world.report(world.packet(Status::Interim, "jane", "8a", 0, 300));
    world.clock.jump_to(unix_time(3'600));
    auto interim = world.packet(Status::Interim, "jane", "8a", 0, 3'000);
    interim.event_at = unix_time(3'600);
    world.report(interim);
    CHECK(usecases::close_stale_sessions(world.context, Seconds{1}, 100) == 0);
    CHECK(world.number("SELECT COUNT(*) FROM session") == 1);
    CHECK_FALSE(world.session({1}).stopped_at.has_value());
    CHECK(usage_of(world, "usage_day", line).seconds == 3'000);
    CHECK(world.number("SELECT MIN(day) FROM usage_day") == 20260115);
}
