#include "storage/alert_store.hpp"
#include "unit/screens.hpp"
#include "usecases/attempts.hpp"
#include "usecases/diagnosis.hpp"
#include "usecases/subscriber_changes.hpp"

using namespace mnara;
using Json = nlohmann::json;

namespace {

// Jane has paid for today and has a router; what then goes wrong is the test's.
struct Clinic : Screens
{
    Clinic()
    {
        set_up_mpesa();
        add_plan("daily", 50, {1, Unit::Day});
        jane = person("Jane Wanjiru", "0712345678");
        line = add_line(jane, "jane", "daily");
        tower = router("Tower", "10.0.0.1");
        login = {tower, "jane", "81", "aa:bb:cc:00:00:01", "10.1.0.1", line};
    }
    void paid() { pay_for(jane, 50); }
    void online()
    {
        verdict("jane", true, "", tower);
        report(login, Status::Start, 0);
    }
    void wait(std::int64_t seconds) { travel_to(clock.now() + Seconds{seconds}); }
    Json diagnosis() { return get("/api/v1/subscriptions/1/diagnosis"); }

    // The first failing line, and that it alone carries the fix.
    void expect(const std::string& key, const std::string& label)
    {
        const Json found = diagnosis();
        INFO(found.dump(1));
        REQUIRE(found.at("verdict") == key);
        CHECK(found.at("online") == false);
        bool failed = false;
        for (const Json& one : found.at("lines")) {
            if (one.at("state") == "fail") {
                CHECK_FALSE(failed); // one red light: what stands behind it may come of it
                failed = true;
                CHECK(one.at("words").at("key") == key);
                if (label.empty())
                    CHECK(one.at("fix").is_null());
                else
                    CHECK(one.at("fix").at("label") == label);
            } else {
                CHECK(one.at("fix").is_null());
            }
        }
    }
    // Does what the fix says, with what a person adds.
    void mend(const Json& more = Json::object(), int status = 200)
    {
        const Json found = diagnosis();
        for (const Json& one : found.at("lines"))
            if (!one.at("fix").is_null()) {
                Json body = one.at("fix").at("body");
                body.update(more);
                const auto reply = as(Role::Owner, one.at("fix").at("method"),
                                      one.at("fix").at("path"), body.dump());
                INFO(reply.body);
                CHECK(reply.status == status);
                return;
            }
        FAIL("nothing mends it");
    }

    SubscriberId jane;
    SubscriptionId line;
    RouterId tower;
    Login login;
};

std::string key_of(const Json& diagnosis, const std::string& name)
{
    for (const Json& line : diagnosis.at("lines"))
        if (line.at("name") == name)
            return line.at("words").at("key");
    return "";
}

} // namespace

TEST_CASE("N4: in a box without any router it is not the customer's device that is missing")
{
    Screens house;
    house.set_up_mpesa();
    house.add_plan("daily", 50, {1, domain::DurationUnit::Day});
    const auto jane = house.person("Jane Wanjiru", "0712345678");
    (void)house.add_line(jane, "jane", "daily");
    house.pay_for(jane, 50);
    const Json found = house.get("/api/v1/subscriptions/1/diagnosis");
    CHECK(found.at("verdict") == "router.none");
    CHECK(found.at("lines").at(3).at("fix").at("label") == "add_router");
    (void)house.router("Tower", "10.0.0.1");
    CHECK(house.get("/api/v1/subscriptions/1/diagnosis").at("verdict") == "device.never_seen");
}

TEST_CASE("N4: who is online has nothing wrong, line by line (part)")
{
    Clinic clinic;
    clinic.paid();
    clinic.online();
    const Json found = clinic.diagnosis();
    CHECK(found.at("verdict").is_null());
    CHECK(found.at("online") == true);
    std::vector<std::string> names;
    for (const Json& line : found.at("lines")) {
        names.push_back(line.at("name"));
        CHECK(line.at("state") == "ok");
        CHECK(line.at("fix").is_null());
    }
    CHECK(names == std::vector<std::string>{"payment", "subscription", "radius", "router",
                                            "session", "device"});
    clinic.get("/api/v1/subscriptions/9/diagnosis", 404);
}

TEST_CASE("N4: injected faults of money give the right diagnosis and a fix that works (part)")
{
    Clinic clinic;
    SECTION("1 never paid")
    {
        clinic.expect("payment.none_yet", "collect");
        clinic.mend(Json::object(), 202);
        clinic.expect("payment.prompt_open", "look_at_attempt"); // 2 the prompt is on the phone
    }
    SECTION("a part of the price was paid")
    {
        clinic.pay_for(clinic.jane, 20);
        clinic.expect("payment.part_paid", "collect");
        CHECK(clinic.diagnosis().at("lines")[0].at("words").at("values").at("wallet_cents") ==
              2'000);
    }
    SECTION("3 the time is over")
    {
        clinic.paid();
        clinic.wait(2 * 86'400);
        usecases::expire_due(clinic.context, 10);
        clinic.expect("payment.over", "collect");
        CHECK(key_of(clinic.diagnosis(), "subscription") == "subscription.expired");
        // Who dials then is let in, but to the pay page: that is no refusal and no fault.
        clinic.verdict("jane", true, "expired", clinic.tower);
        const Json radius = clinic.diagnosis().at("lines")[2];
        CHECK(radius.at("words").at("key") == "radius.pay_page");
        CHECK(radius.at("state") == "note");
    }
    SECTION("4 the payer said no")
    {
        clinic.mend(Json::object(), 202);
        clinic.db.write([](storage::Tx& tx) {
            tx.run("UPDATE payment_attempt SET state = 'failed', result_code = '1032', "
                   "resolved_at = requested_at, next_check_at = NULL");
        });
        clinic.expect("payment.failed", "collect");
    }
    SECTION("5 nobody knows whether he paid")
    {
        clinic.mend(Json::object(), 202);
        REQUIRE(usecases::claim_push(clinic.context));
        usecases::settle_push(clinic.context, {1},
                              refuse(usecases::ProviderError{usecases::ProviderError::Kind::Unknown,
                                                             "timeout", "No answer.", false}));
        clinic.expect("payment.fate_unknown", "look_at_attempt");
    }
    SECTION("6 his money came with a wrong reference")
    {
        REQUIRE(clinic.pay("rent", 50, "254712345678") == "unmatched");
        clinic.expect("payment.unmatched", "assign");
        // Who sees one site only learns that there is money, not which, and assigns none.
        const auto seen = clinic.db.read([&](storage::ReadTx& tx) {
            return usecases::diagnose(tx, clinic.clock,
                                      storage::listing::ReadScope::of_sites({SiteId{1}}),
                                      SubscriptionId{1});
        });
        REQUIRE(seen);
        REQUIRE(seen->first_failing() != nullptr);
        CHECK(seen->first_failing()->word == "unmatched");
        CHECK_FALSE(seen->first_failing()->values.contains("payment_id"));
        CHECK_FALSE(seen->first_failing()->fix);
        clinic.mend();
        CHECK(key_of(clinic.diagnosis(), "payment") == "payment.paid");
    }
    SECTION("7 the price fell below what the wallet holds, and nothing bought")
    {
        clinic.pay_for(clinic.jane, 30);
        clinic.post("/api/v1/plans/daily/versions",
                    {{"kind", "pppoe"},
                     {"price_cents", 2'000},
                     {"duration_n", 1},
                     {"duration_unit", "day"}},
                    201);
        clinic.expect("payment.in_wallet", "buy_term");
        clinic.mend(Json::object(), 201);
        CHECK(key_of(clinic.diagnosis(), "payment") == "payment.paid");
    }
}

TEST_CASE("N4: injected faults of the line and the login give the right diagnosis (part)")
{
    Clinic clinic;
    clinic.paid();
    SECTION("8 suspended")
    {
        clinic.post("/api/v1/subscriptions/1/suspend", {{"reason", "noise"}});
        clinic.expect("subscription.suspended", "resume");
        clinic.mend({{"reason", "quiet"}});
        CHECK(key_of(clinic.diagnosis(), "subscription") == "subscription.active");
    }
    SECTION("9 terminated")
    {
        clinic.post("/api/v1/subscriptions/1/terminate", {{"reason", "moved"}});
        clinic.expect("subscription.terminated", "add_line");
        clinic.mend({{"username", "jane"}, {"password", "again"}}, 201);
    }
    SECTION("10 a wrong password in his router")
    {
        clinic.verdict("jane", false, "wrong password", clinic.tower);
        clinic.expect("radius.wrong_password", "new_password");
        clinic.mend({{"password", "another"}});
    }
    SECTION("11 another device than the one allowed")
    {
        clinic.post("/api/v1/subscriptions/1/devices", {{"device_macs", {"AA-BB-CC-00-00-07"}}});
        clinic.verdict("jane", false, "wrong device", clinic.tower, "AA-BB-CC-00-00-09");
        clinic.expect("radius.wrong_device", "change_devices");
        clinic.mend({{"device_macs", {"AA-BB-CC-00-00-07", "AA-BB-CC-00-00-09"}}});
        CHECK(clinic.get("/api/v1/subscriptions/1").at("device_macs") ==
              Json{"aa:bb:cc:00:00:07", "aa:bb:cc:00:00:09"});
        clinic.post("/api/v1/subscriptions/1/devices", {{"device_macs", {"phone"}}}, 422);
        clinic.post("/api/v1/subscriptions/1/devices", Json::object(), 422);
    }
    SECTION("12 his old session is in the way of the new device")
    {
        clinic.report(clinic.login, Screens::Status::Start, 0);
        clinic.wait(60);
        clinic.verdict("jane", false, "too many sessions", clinic.tower, "AA-BB-CC-00-00-09");
        const Json found = clinic.diagnosis();
        CHECK(found.at("verdict") == "radius.too_many_sessions");
        clinic.mend(Json::object(), 202);
        CHECK(clinic.number("SELECT COUNT(*) FROM router_job WHERE kind = 'session_gone'") == 1);
    }
    SECTION("13 the network was not told of the line")
    {
        clinic.db.write([](storage::Tx& tx) {
            storage::open_alert(tx, "projection:jane", "warning", "x", kStart);
        });
        clinic.expect("radius.not_told", "new_password");
    }
    SECTION("14 radius.db cannot be written")
    {
        clinic.db.write(
            [](storage::Tx& tx) { storage::open_alert(tx, "radius_db", "critical", "x", kStart); });
        clinic.expect("radius.stuck", "look_at_alerts");
    }
    SECTION("he was refused before he paid and has not tried since: not RADIUS, but his device")
    {
        clinic.wait(2 * 86'400);
        usecases::expire_due(clinic.context, 10);
        const bool accepted = GENERATE(true, false); // to the pay page, or not at all
        clinic.verdict("jane", accepted, "expired", clinic.tower);
        clinic.wait(60);
        clinic.pay_for(clinic.jane, 50);
        CHECK(key_of(clinic.diagnosis(), "radius") ==
              (accepted ? "radius.pay_page" : "radius.not_tried_since"));
        clinic.expect("device.tried_and_gone", "call");
    }
}

TEST_CASE("N4: injected faults of router, session and device give the right diagnosis (part)")
{
    Clinic clinic;
    clinic.paid();
    const auto other = clinic.person("Ali", "0733000000");
    const Screens::Login neighbour{clinic.tower, "ali",
                                   "99",         "aa:bb:cc:00:00:99",
                                   "10.1.0.9",   clinic.add_line(other, "ali", "daily")};
    SECTION("15 the router is switched off here")
    {
        clinic.online();
        clinic.report(clinic.login, Screens::Status::Stop, 0, "NAS-Request");
        clinic.patch("/api/v1/routers/1", {{"enabled", false}});
        clinic.expect("router.switched_off", "enable_router");
        clinic.mend();
    }
    SECTION("16 the router is silent: nobody on it was heard of")
    {
        clinic.report(neighbour, Screens::Status::Start, 0);
        clinic.online();
        clinic.report(clinic.login, Screens::Status::Stop, 0, "lost-carrier");
        clinic.wait(3'600);
        clinic.expect("router.silent", "look_at_router");
    }
    SECTION("17 his session is in the pay page though he has paid")
    {
        clinic.login.full = false;
        clinic.verdict("jane", true, "expired", clinic.tower);
        clinic.wait(1);
        clinic.report(clinic.login, Screens::Status::Start, 0);
        clinic.post("/api/v1/subscriptions/1/plan", {{"plan_code", "daily"}});
        clinic.pay_for(clinic.jane, 50); // the event that came after the verdict
        clinic.expect("session.on_pay_page", "disconnect");
        clinic.mend(Json::object(), 202);
    }
    SECTION("18 his session has not been heard of, while the router is fine")
    {
        clinic.online();
        clinic.wait(3'600);
        clinic.report(neighbour, Screens::Status::Start, 0);
        const Json found = clinic.diagnosis();
        CHECK(found.at("verdict") == "session.stale");
        clinic.mend(Json::object(), 202);
    }
    SECTION("19 nothing was ever seen of his device")
    {
        clinic.expect("device.never_seen", "call");
    }
    SECTION("20 he pulled the cable")
    {
        clinic.online();
        clinic.wait(60);
        clinic.report(clinic.login, Screens::Status::Stop, 60, "lost-carrier");
        clinic.expect("device.lost_carrier", "call");
        const Json found = clinic.diagnosis();
        CHECK(found.at("lines")[5].at("fix").at("path") == "tel:+254712345678");
        CHECK(found.at("lines")[5].at("fix").at("method").is_null());
        CHECK(found.at("lines")[4].at("words").at("values").at("cause") == "lost-carrier");
    }
    SECTION("21 he hung up himself")
    {
        clinic.online();
        clinic.wait(60);
        clinic.report(clinic.login, Screens::Status::Stop, 60, "user-request");
        clinic.expect("device.hung_up", "call");
    }
    SECTION("22 his device dials again and again")
    {
        for (int dial = 0; dial < 6; ++dial) {
            clinic.login.acct_session_id = "8" + std::to_string(dial);
            clinic.online();
            clinic.wait(20);
            clinic.report(clinic.login, Screens::Status::Stop, 20, "lost-service");
            clinic.wait(20);
        }
        clinic.expect("device.redialing", "call");
    }
}
