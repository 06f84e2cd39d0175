#include "unit/catch.hpp"

#include "unit/router_world.hpp"

using namespace mnara;
using usecases::CoaAnswer;
using Status = usecases::AccountingRecord::Status;
using Kind = CoaAnswer::Kind;

namespace {

class Outbox : public RouterWorld
{
public:
    Outbox() : line(add_paid_line("jane")), online(dial(line, "jane", "8A0000fF")) {}

    void want_gone()
    {
        db.write([&](storage::Tx& tx) { usecases::want_sessions_gone(tx, clock.now(), "jane"); });
    }
    void want_limits(UnixTime until, const std::optional<std::string>& rate)
    {
        db.write([&](storage::Tx& tx) {
            usecases::want_session_limits(tx, clock.now(), "jane", until, rate);
        });
    }
    std::optional<usecases::ClaimedRouterJob> claim()
    {
        return usecases::claim_router_job(context);
    }
    // Claims one and lets the router answer like that; false where there was none.
    bool turn(Kind kind, std::optional<std::uint32_t> cause = std::nullopt)
    {
        const auto job = claim();
        if (job)
            usecases::settle_router_job(context, *job, {kind, cause, ""});
        radius_is_right();
        return job.has_value();
    }
    std::optional<UnixTime> due()
    {
        return db.read([](storage::ReadTx& tx) { return usecases::next_router_job_due(tx); });
    }
    std::string job_state()
    {
        return db.read([](storage::ReadTx& tx) {
            auto q = tx.query("SELECT state FROM router_job ORDER BY id DESC LIMIT 1");
            return q.step() ? q.get<std::string>(0) : std::string("none");
        });
    }
    std::int64_t open_alerts()
    {
        return number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL");
    }

    SubscriptionId line;
    SessionId online;
};

} // namespace

TEST_CASE("B21: a Disconnect names the session byte for byte and carries the router's secret")
{
    Outbox box;
    box.want_gone();
    const auto job = box.claim();
    REQUIRE(job.has_value());
    CHECK(job->request.disconnect);
    CHECK(job->request.address == "10.0.0.2");
    CHECK(job->request.port == 3799);
    CHECK(job->request.secret.size() == 32);
    CHECK(job->request.username == "jane");
    CHECK(job->request.acct_session_id == "8A0000fF");
    CHECK(job->request.framed_ipv4 == "10.64.0.9");
    CHECK_FALSE(job->asked_before);
    CHECK(box.logged("disconnect.sent", "\"username\":\"jane\"") == 1);
    CHECK_FALSE(box.claim().has_value());
}

TEST_CASE("K21: an acknowledgement is no proof, the Stop is")
{
    Outbox box;
    box.want_gone();
    REQUIRE(box.turn(Kind::Ack));
    CHECK(box.logged("disconnect.acknowledged") == 1);
    CHECK(box.job_state() == "waiting");
    CHECK_FALSE(box.session(box.online).stopped_at.has_value());
    box.report(box.packet(Status::Stop, "jane", "8A0000fF", 0, 5));
    CHECK(box.job_state() == "done");
    CHECK(box.logged("session.gone", "\"proof\":\"stop\"") == 1);
}

TEST_CASE("K21: an acknowledgement that comes after its Stop is told all the same")
{
    Outbox box;
    box.want_gone();
    const auto job = box.claim();
    REQUIRE(job.has_value());
    box.report(box.packet(Status::Stop, "jane", "8A0000fF", 0, 5));
    usecases::settle_router_job(box.context, *job, {Kind::Ack, std::nullopt, ""});
    CHECK(box.logged("disconnect.acknowledged") == 1);
    CHECK(box.logged("session.gone", "\"proof\":\"stop\"") == 1);
    CHECK(box.job_state() == "done");
}

TEST_CASE("K21: without a Stop the router is asked again, and its not-found is the proof")
{
    Outbox box;
    box.want_gone();
    REQUIRE(box.turn(Kind::Ack));
    CHECK(box.due() == box.clock.now() + Seconds{1});
    CHECK_FALSE(box.claim().has_value());
    box.clock.advance(Seconds{1});
    const auto again = box.claim();
    REQUIRE(again.has_value());
    CHECK(again->asked_before);
    usecases::settle_router_job(box.context, *again, {Kind::Nak, 503, ""});
    CHECK(box.job_state() == "done");
    CHECK(box.cause(box.online) == "admin-reset");
    CHECK(box.logged("session.gone", "\"proof\":\"not_found\"") == 1);
    // The Stop that comes after all has the last word on the row, and is no second end.
    auto stop = box.packet(Status::Stop, "jane", "8A0000fF", 0, 5);
    stop.terminate_cause = "Admin-Reset";
    box.report(stop);
    CHECK(box.cause(box.online) == "Admin-Reset");
    CHECK(box.logged("session.gone") == 1);
}

TEST_CASE("an acknowledgement that was not true is asked again ever more slowly, with an alert")
{
    Outbox box;
    box.want_gone();
    for (int i = 0; i < 4; ++i) {
        REQUIRE(box.turn(Kind::Ack));
        box.clock.advance(Seconds{30});
    }
    CHECK(box.logged("disconnect.acknowledged") == 1);
    CHECK(box.open_alerts() == 1);
    REQUIRE(box.turn(Kind::Nak, 503));
    CHECK(box.open_alerts() == 0);
}

TEST_CASE("a session that the router never knew is closed in words")
{
    Outbox box;
    box.want_gone();
    REQUIRE(box.turn(Kind::Nak, 503));
    CHECK(box.cause(box.online) == "not-on-router");
    // It reports all the same: it lives, must go, and somebody should look at that router.
    box.db.write([](storage::Tx& tx) {
        tx.run("INSERT INTO subscription_event VALUES (1,2,'active','admin_suspended','suspended',"
               "(SELECT paid_until FROM subscription),'system:test',NULL,1)");
    });
    box.report(box.packet(Status::Interim, "jane", "8A0000fF", 0, 300));
    CHECK_FALSE(box.session(box.online).stopped_at.has_value());
    CHECK(box.job_state() == "waiting");
    CHECK(box.open_alerts() == 1);
    box.report(box.packet(Status::Stop, "jane", "8A0000fF", 0, 310));
    CHECK(box.open_alerts() == 0);
}

TEST_CASE("K21: a silent router is asked with back-off up to 30 seconds, without end")
{
    Outbox box;
    box.want_gone();
    for (const int pause : {1, 2, 4, 8, 16, 30, 30, 30}) {
        REQUIRE(box.turn(Kind::NoAnswer));
        CHECK(box.due() == box.clock.now() + Seconds{pause});
        box.clock.advance(Seconds{pause - 1});
        CHECK_FALSE(box.claim().has_value());
        box.clock.advance(Seconds{1});
    }
    CHECK(box.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL "
                     "AND key LIKE 'router_job:%'") == 1);
    CHECK(box.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL "
                     "AND key LIKE 'router_coa:%'") == 1);
    REQUIRE(box.turn(Kind::Ack));
    box.clock.advance(Seconds{1});
    REQUIRE(box.turn(Kind::Nak, 503));
    CHECK(box.open_alerts() == 0);
    CHECK_FALSE(box.due().has_value());
}

TEST_CASE("K21: a router that reports again after its silence is asked at once")
{
    Outbox box;
    const auto other = box.add_paid_line("peter");
    box.want_gone();
    for (int i = 0; i < 6; ++i) {
        REQUIRE(box.turn(Kind::NoAnswer));
        box.clock.advance(Seconds{i < 5 ? 1 << i : 6});
    }
    CHECK_FALSE(box.claim().has_value());
    box.dial(other, "peter", "8b");
    CHECK(box.claim().has_value());
}

TEST_CASE("a refusal counts as a failure and is retried")
{
    Outbox box;
    box.want_gone();
    REQUIRE(box.turn(Kind::Nak, 504));
    CHECK(box.due() == box.clock.now() + Seconds{1});
    CHECK(box.number("SELECT failures FROM router_job") == 1);
    CHECK_FALSE(box.session(box.online).stopped_at.has_value());
}

TEST_CASE("one silent router with many jobs holds up no other, and costs one try per pause")
{
    Outbox box;
    std::vector<SessionId> sessions;
    for (int i = 0; i < 50; ++i) {
        const std::string username = "line" + std::to_string(i);
        box.dial(box.add_paid_line(username), username, "9" + std::to_string(i));
        box.db.write(
            [&](storage::Tx& tx) { usecases::want_sessions_gone(tx, box.clock.now(), username); });
    }
    const auto school = box.add_router("school", "10.0.0.3");
    const auto peter = box.add_paid_line("peter");
    auto start = box.packet(Status::Start, "peter", "8b", 0, 0);
    start.router_id = school;
    box.report(start);
    box.radius_is_right();
    box.db.write(
        [&](storage::Tx& tx) { usecases::want_sessions_gone(tx, box.clock.now(), "peter"); });
    const auto silent = box.claim(); // under way for seconds
    REQUIRE(silent.has_value());
    const auto next = box.claim();
    REQUIRE(next.has_value());
    CHECK(next->request.address == "10.0.0.3");
    CHECK_FALSE(box.claim().has_value());
    usecases::settle_router_job(box.context, *silent, {Kind::NoAnswer, std::nullopt, ""});
    CHECK_FALSE(box.claim().has_value()); // 49 more wait, and their router rests
    box.clock.advance(Seconds{1});
    const auto second = box.claim();
    REQUIRE(second.has_value());
    CHECK(second->id != silent->id); // each gets its turn
    CHECK(peter.value > 0);
}

TEST_CASE("a job waits while radius.db has still to learn its username")
{
    Outbox box;
    box.want_gone();
    box.db.write([](storage::Tx& tx) {
        tx.run("INSERT INTO projection_dirty VALUES ('access', 'jane', 1)");
    });
    CHECK_FALSE(box.claim().has_value());
    CHECK_FALSE(box.due().has_value());
    box.radius_is_right();
    CHECK(box.claim().has_value());
}

TEST_CASE("a router known by a network only fails its jobs in words until it has an address")
{
    RouterWorld world;
    const auto line = world.add_paid_line("jane");
    world.router = world.add_router("site", "10.9.0.0/24");
    const auto session = world.dial(line, "jane", "8a");
    world.db.write([&](storage::Tx& tx) {
        CHECK(usecases::want_session_gone(tx, world.clock.now(), session));
    });
    for (int i = 0; i < 3; ++i) {
        CHECK_FALSE(usecases::claim_router_job(world.context).has_value());
        world.clock.advance(Seconds{30});
    }
    CHECK(world.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL") == 1);
    CHECK(world.number("SELECT instr(last_error, 'no CoA address') FROM router_job") > 0);
    usecases::RouterChange change;
    change.coa_address = "10.9.0.1";
    world.db.write([&](storage::Tx& tx) {
        CHECK(usecases::change_router(tx, world.context, world.router, change, "system:test")
                  .has_value());
    });
    world.clock.advance(Seconds{30});
    CHECK(usecases::claim_router_job(world.context)->request.address == "10.9.0.1");
}

TEST_CASE("K22: J7: a live session learns its new end and rate")
{
    Outbox box;
    box.clock.advance(Seconds{100});
    box.want_limits(kStart + Seconds{7'200}, "4M/20M");
    const auto job = box.claim();
    REQUIRE(job.has_value());
    CHECK_FALSE(job->request.disconnect);
    CHECK(job->request.rate == "4M/20M");
    CHECK(job->request.session_timeout == 7'200); // from the session's start
    usecases::settle_router_job(box.context, *job, {Kind::Ack, std::nullopt, ""});
    CHECK(box.job_state() == "done");

    REQUIRE(usecases::change_setting(box.context, "radius.coa_timeout_from", "now", "system:test"));
    box.radius_is_right();
    box.want_limits(kStart + Seconds{7'200}, std::nullopt);
    const auto from_now = box.claim();
    REQUIRE(from_now.has_value());
    CHECK(from_now->request.session_timeout == 7'100);
    CHECK(from_now->request.rate == "0/0");
    usecases::settle_router_job(box.context, *from_now, {Kind::Nak, 401, ""});
    CHECK(box.job_state() == "refused");
    CHECK(box.open_alerts() == 0);
    CHECK_FALSE(box.due().has_value());
}

TEST_CASE("the newest wish about a session wins")
{
    Outbox box;
    box.want_limits(kStart + Seconds{7'200}, "4M/20M");
    box.want_limits(kStart + Seconds{9'000}, "8M/40M");
    CHECK(box.number("SELECT COUNT(*) FROM router_job WHERE state = 'waiting'") == 1);
    const auto job = box.claim();
    CHECK(job->request.rate == "8M/40M");
    box.want_gone(); // while the CoA is under way
    usecases::settle_router_job(box.context, *job, {Kind::Ack, std::nullopt, ""});
    CHECK(box.number("SELECT COUNT(*) FROM router_job WHERE state = 'superseded'") == 2);
    CHECK(box.claim()->request.disconnect);
    box.want_limits(kStart + Seconds{9'000}, "8M/40M"); // paid in the last moment
    CHECK_FALSE(box.claim()->request.disconnect);
}

TEST_CASE("only the limited sessions go where only those are meant")
{
    Outbox box;
    auto limited = box.packet(Status::Start, "jane", "8b", 0, 0);
    limited.calling_station = "AA:BB:CC:00:00:02";
    box.db.write([](storage::Tx& tx) { tx.run("DELETE FROM router_job"); });
    limited.class_text = "sub:" + std::to_string(box.line.value) + ":limited";
    box.report(limited);
    box.db.write([&](storage::Tx& tx) {
        tx.run("DELETE FROM router_job");
        usecases::want_sessions_gone(tx, box.clock.now(), "jane", true);
    });
    CHECK(box.number("SELECT COUNT(*) FROM router_job") == 1);
    CHECK(box.number("SELECT session_id FROM router_job") == 2);
    // And the pay page's session does not learn limits that are not its own.
    box.want_limits(kStart + Seconds{7'200}, "4M/20M");
    CHECK(box.number("SELECT COUNT(*) FROM router_job WHERE kind = 'session_limits'") == 1);
}

TEST_CASE("K21: a session that only fell silent is still asked for when its router is back")
{
    Outbox box;
    box.clock.advance(Seconds{2'000});
    REQUIRE(usecases::close_stale_sessions(box.context, Seconds{900}, 10) == 1);
    box.radius_is_right();
    box.want_gone();
    REQUIRE(box.turn(Kind::NoAnswer));
    box.clock.advance(Seconds{30});
    REQUIRE(box.turn(Kind::Ack));
    box.clock.advance(Seconds{1});
    REQUIRE(box.turn(Kind::Nak, 503));
    CHECK(box.job_state() == "done");
    CHECK(box.cause(box.online) == "lost-contact");
}

TEST_CASE("K21: silence fulfils no wish, since the router may come back with the session")
{
    Outbox box;
    box.want_gone();
    REQUIRE(box.turn(Kind::NoAnswer));
    box.clock.advance(Seconds{2'000});
    REQUIRE(usecases::close_stale_sessions(box.context, Seconds{900}, 10) == 1);
    box.radius_is_right();
    CHECK(box.job_state() == "waiting");
    CHECK(box.claim()->request.disconnect);
}

TEST_CASE("what was under way at a death is tried again")
{
    Outbox box;
    box.want_gone();
    REQUIRE(box.claim().has_value());
    CHECK_FALSE(box.claim().has_value());
    box.db.write([](storage::Tx& tx) { usecases::recover_router_jobs(tx); });
    CHECK(box.claim().has_value());
}

TEST_CASE("a job whose asking was lost on the way back does not block its router for ever")
{
    Outbox box;
    box.want_gone();
    REQUIRE(box.claim().has_value()); // and nobody settles it
    box.clock.advance(Seconds{60});
    CHECK_FALSE(box.claim().has_value());
    box.clock.advance(Seconds{1});
    CHECK(box.claim().has_value());
}

TEST_CASE("N13: a wish waits for no time that a clock which was ahead has set")
{
    for (const bool is_lost : {false, true}) {
        Outbox box;
        box.want_gone();
        box.clock.advance(Seconds{20 * 86'400});
        if (is_lost)
            REQUIRE(box.claim().has_value()); // and nobody settles it
        else
            REQUIRE(box.turn(Kind::NoAnswer));
        CHECK_FALSE(box.claim().has_value());
        box.clock.jump_to(kStart);
        CHECK(box.claim().has_value());
    }
}

TEST_CASE("a session that is not open cannot be disconnected")
{
    Outbox box;
    box.report(box.packet(Status::Stop, "jane", "8A0000fF", 0, 5));
    box.db.write([&](storage::Tx& tx) {
        CHECK_FALSE(usecases::want_session_gone(tx, box.clock.now(), box.online));
        CHECK_FALSE(usecases::want_session_gone(tx, box.clock.now(), {99}));
    });
}
