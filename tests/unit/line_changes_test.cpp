// What an office changes of a line that runs: its username, its plan.
#include "unit/screens.hpp"

using namespace mnara;
using Json = nlohmann::json;

namespace {

// Jane's line runs on "daily" and is online; "weekly" is sold as well.
struct Running : Screens
{
    Running()
    {
        set_up_mpesa();
        add_plan("daily", 50, {1, Unit::Day});
        add_plan("weekly", 200, {7, Unit::Day});
        jane = person("Jane Wanjiru", "0712345678");
        const SubscriptionId line = add_line(jane, "jane", "daily");
        pay_for(jane, 50);
        report({router("Tower", "10.0.0.1"), "jane", "81", "aa:bb:cc:00:00:01", "10.1.0.1", line},
               Status::Start, 0);
        db.write([](storage::Tx& tx) { tx.run("DELETE FROM projection_dirty"); });
    }
    std::int64_t to_project(const std::string& username)
    {
        return number("SELECT COUNT(*) FROM projection_dirty WHERE kind = 'access' AND key = '" +
                      username + "'");
    }
    SubscriberId jane;
};

const std::string kLine = "/api/v1/subscriptions/1";

} // namespace

TEST_CASE("A username is mended: the network learns both names, and who is online dials anew")
{
    Running house;
    const std::string path = kLine + "/username";
    CHECK(house.post(path, {{"username", "jane.w"}}).at("username") == "jane.w");
    CHECK(house.to_project("jane") == 1);
    CHECK(house.to_project("jane.w") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM router_job WHERE state = 'waiting'") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE action = 'username_changed'") == 1);
    // The money goes where it went: the line is the same.
    house.pay_for(house.jane, 50);
    CHECK(house.get(kLine).at("access").at("verdict") == "ok");
    // Nobody's name twice, none that a router cannot send; the same one again is no change.
    house.add_line(house.person("Ali", "0733000000"), "ali", "daily");
    CHECK(house.post(path, {{"username", "ali"}}, 409).at("code") == "username_taken");
    CHECK(house.post(path, {{"username", "a`b"}}, 422).at("code") == "bad_username");
    house.post(path, {{"username", ""}}, 422);
    house.post(path, {{"username", "jane.w"}});
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE action = 'username_changed'") == 1);
    house.post(kLine + "/terminate", {{"reason", "moved away"}});
    CHECK(house.post(path, {{"username", "jane"}}, 409).at("code") == "illegal_now");
    house.add_line(house.jane, "jane.w", "daily"); // of an ended line it is free again
}

TEST_CASE("A line tells what runs now apart from what comes next")
{
    Running house;
    const auto plans = [&] {
        const Json line = house.get(kLine);
        return Json{line.at("running_plan_name"), line.at("plan_code")};
    };
    CHECK(plans() == Json{"daily", "daily"});
    house.post(kLine + "/plan", {{"plan_code", "weekly"}});
    CHECK(plans() == Json{"daily", "weekly"});
    const std::string to_weekly = R"({"plan_code":"weekly"})";
    // It gives a better plan for nothing.
    CHECK(house.as(Screens::Role::Cashier, "POST", kLine + "/running-plan", to_weekly).status ==
          403);
    house.post(kLine + "/running-plan", Json::parse(to_weekly));
    CHECK(plans() == Json{"weekly", "weekly"});
    house.travel_to(house.clock.now() + Seconds{2 * 86'400});
    CHECK(plans() == Json{nullptr, "weekly"});
}
