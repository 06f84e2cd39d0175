#include "unit/screens.hpp"

#include <set>

using namespace mnara;
using Json = nlohmann::json;

namespace {

struct Life : Screens
{
    Life()
    {
        set_up_mpesa();
        add_plan("daily", 50, {1, Unit::Day});
        jane = person("Jane Wanjiru", "0712345678");
        line = add_line(jane, "jane", "daily");
        tower = router("Tower", "10.0.0.1");
        step();
        pay_for(jane, 120);
        step();
        report({tower, "jane", "81", "aa:bb:cc:00:00:01", "10.1.0.1", line}, Status::Start, 0);
        step();
        post("/api/v1/subscriptions/1/suspend", {{"reason", "noise"}});
        step();
        post("/api/v1/subscriptions/1/resume", {{"reason", "quiet again"}});
        step();
        patch("/api/v1/subscribers/1", {{"note", "Blue gate"}});
        step();
        post("/api/v1/subscriptions/1/terms", Json::object(), 201);
    }
    void step() { travel_to(clock.now() + Seconds{60}); }
    SubscriberId jane;
    SubscriptionId line;
    RouterId tower;
};

} // namespace

TEST_CASE("The timeline holds everything once, newest first, in pages")
{
    Life life;
    std::vector<std::string> story;
    std::set<std::string> keys;
    std::int64_t last = INT64_MAX;
    std::string after;
    do {
        const Json page = life.get("/api/v1/subscribers/1/timeline?limit=2" + after);
        for (const Json& item : page.at("items")) {
            CHECK(keys.insert(item.at("key")).second);
            CHECK(item.at("at").get<std::int64_t>() <= last);
            last = item.at("at");
            const std::string kind = item.at("kind");
            REQUIRE(item.contains(kind));
            CHECK(item.size() == 4); // at, kind, key and the thing itself
            if (kind == "line")
                story.push_back(item.at("line").at("event"));
            else if (kind == "audit")
                story.push_back("audit " + item.at("audit").at("action").get<std::string>());
            else
                story.push_back(kind);
        }
        after = page.at("next").is_null() ? "" : "&after=" + page.at("next").get<std::string>();
    } while (!after.empty());
    CHECK(story == std::vector<std::string>{"plan_purchased", "audit changed", "admin_resumed",
                                            "admin_suspended", "session", "plan_purchased",
                                            "payment", "audit added", "audit added"});
    const Json bought = life.get("/api/v1/subscribers/1/timeline?kind=line").at("items");
    REQUIRE(bought.size() == 4);
    CHECK(bought[0].at("line").at("term").at("price_cents") == 5'000);
    CHECK(bought[0].at("line").at("term").at("starts_at") ==
          bought[3].at("line").at("term").at("ends_at"));
    CHECK(bought[2].at("line").at("reason") == "noise");
    CHECK(bought[2].at("line").at("actor_name") == "Somebody");
    CHECK(bought[3].at("line").at("actor_name").is_null()); // the payment bought it
    CHECK(life.get("/api/v1/subscribers/1/timeline?kind=audit")
              .at("items")[0]
              .at("audit")
              .at("actor_name") == "Somebody");
    life.get("/api/v1/subscribers/1/timeline?kind=joke", 422);
    life.get("/api/v1/subscribers/1/timeline?after=1.joke.1.0", 422);
    life.get("/api/v1/subscribers/9/timeline", 404);
}

TEST_CASE("The wallet shows each entry with the balance after it")
{
    Life life;
    const Json wallet = life.get("/api/v1/subscribers/1/wallet");
    CHECK(wallet.at("wallet_cents") == 2'000);
    const Json& rows = wallet.at("items");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].at("kind") == "plan_purchase");
    CHECK(rows[0].at("term_id") == 2);
    CHECK(rows[0].at("subscription_id") == 1);
    CHECK(rows[2].at("payment_id") == 1);
    std::int64_t balance = 0;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
        balance += row->at("delta_cents").get<std::int64_t>();
        CHECK(row->at("balance_cents") == balance);
    }
    CHECK(balance == life.wallet_cents(life.jane));
    const Json page = life.get("/api/v1/subscribers/1/wallet?limit=2");
    CHECK(page.at("next") == 2);
    CHECK(life.get("/api/v1/subscribers/1/wallet?limit=2&after=2").at("items").size() == 1);
}

TEST_CASE("Sessions of a subscriber and of everybody say whose they are and what was given")
{
    Life life;
    for (const char* path : {"/api/v1/subscribers/1/sessions?open=1", "/api/v1/sessions?open=1",
                             "/api/v1/sessions?username=jane", "/api/v1/sessions"}) {
        INFO(path);
        const Json rows = life.get(path).at("items");
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].at("full_name") == "Jane Wanjiru");
        CHECK(rows[0].at("subscriber_id") == 1);
        CHECK(rows[0].at("router_name") == "Tower");
        CHECK(rows[0].at("access") == "full");
        // The suspension wanted it gone, the resumption wants it no longer.
        CHECK(rows[0].at("kick") == "superseded");
    }
}

TEST_CASE("P70: who held an address or a device at a time, overlaps exact")
{
    Screens office;
    office.set_up_mpesa();
    office.add_plan("daily", 50, {1, Screens::Unit::Day});
    const RouterId tower = office.router("Tower", "10.0.0.1");
    const RouterId mast = office.router("Mast", "10.0.0.2");
    std::vector<Screens::Login> logins;
    for (int i = 0; i < 3; ++i) {
        const auto who = office.person("Person " + std::to_string(i), "0712000000");
        const std::string name = "user" + std::to_string(i);
        const auto line = office.add_line(who, name, "daily");
        logins.push_back({i == 2 ? mast : tower, name, "8" + std::to_string(i),
                          "aa:bb:cc:00:00:0" + std::to_string(i), "10.1.0.1", line});
    }
    const std::int64_t t = to_seconds(kStart);
    // The first: [0, 600). The second takes the same address at 600: [600, 1800). The third has it
    // on another router from 1200 on, open.
    office.report(logins[0], Screens::Status::Start, 0);
    office.clock.jump_to(kStart + Seconds{600});
    office.report(logins[0], Screens::Status::Stop, 600, "user-request");
    office.report(logins[1], Screens::Status::Start, 0);
    office.clock.jump_to(kStart + Seconds{1200});
    office.report(logins[2], Screens::Status::Start, 0);
    office.clock.jump_to(kStart + Seconds{1800});
    office.report(logins[1], Screens::Status::Stop, 1200, "user-request");

    const auto held = [&](const std::string& what, std::int64_t at, std::int64_t until = 0) {
        std::vector<std::string> names;
        const std::string range = "&at=" + std::to_string(t + at) +
                                  (until > 0 ? "&until=" + std::to_string(t + until) : "");
        const Json rows = office.get("/api/v1/holders?" + what + range).at("items");
        for (const Json& row : rows)
            names.push_back(row.at("username"));
        return names;
    };
    using Names = std::vector<std::string>;
    const std::string ip = "ip=10.1.0.1";
    CHECK(held(ip, -1).empty());
    CHECK(held(ip, 0) == Names{"user0"});
    CHECK(held(ip, 599) == Names{"user0"});
    CHECK(held(ip, 600) == Names{"user1"}); // his last second was 599
    CHECK(held(ip, 1199) == Names{"user1"});
    CHECK(held(ip, 1200) == Names{"user1", "user2"});
    CHECK(held(ip, 1799) == Names{"user1", "user2"});
    CHECK(held(ip, 1800) == Names{"user2"});
    CHECK(held(ip, 100'000) == Names{"user2"}); // still open
    CHECK(held(ip, 0, 600) == Names{"user0", "user1"});
    CHECK(held("ip=10.1.0.2", 100).empty());
    CHECK(held("mac=AA-BB-CC-00-00-01", 700) == Names{"user1"});
    CHECK(held("mac=AA-BB-CC-00-00-01", 599).empty());
    const Json row =
        office.get("/api/v1/holders?ip=10.1.0.1&at=" + std::to_string(t)).at("items")[0];
    CHECK(row.at("full_name") == "Person 0");
    CHECK(row.at("until_at") == t + 600);
    CHECK(row.at("end_known") == true);
    CHECK(row.at("router_name") == "Tower");
    office.get("/api/v1/holders?at=1", 422);
    office.get("/api/v1/holders?ip=10.1.0.1&mac=aa:bb:cc:00:00:01", 422);
    office.get("/api/v1/holders?ip=10.1.0.999", 422);
    office.get("/api/v1/holders?ip=10.1.0.1&at=100&until=99", 422);
    CHECK(office.as(HttpOffice::Role::Cashier, "GET", "/api/v1/holders?ip=10.1.0.1").status == 403);
}

TEST_CASE("B49: the list of login attempts equals what was injected, and stays short")
{
    Screens office;
    office.set_up_mpesa();
    office.add_plan("daily", 50, {1, Screens::Unit::Day});
    office.add_line(office.person("Jane", "0712000000"), "jane", "daily");
    const RouterId tower = office.router("Tower", "10.0.0.1");
    struct Try
    {
        std::string username;
        bool accepted;
        std::string reason;
    };
    const std::vector<Try> tries{{"jane", false, "wrong password"},
                                 {"jane", true, "expired"},
                                 {"stranger", false, "unknown user"},
                                 {"jane", true, ""},
                                 {"jane", false, "too many sessions"}};
    for (const Try& one : tries) {
        office.clock.advance(Millis{1000});
        office.verdict(one.username, one.accepted, one.reason, tower);
    }
    const Json rows = office.get("/api/v1/auth-results").at("items");
    REQUIRE(rows.size() == tries.size());
    for (std::size_t i = 0; i < tries.size(); ++i) {
        const Json& row = rows[tries.size() - 1 - i]; // newest first
        CHECK(row.at("username") == tries[i].username);
        CHECK(row.at("accepted") == tries[i].accepted);
        CHECK(row.at("reason") == tries[i].reason);
        CHECK(row.at("router_name") == "Tower");
        CHECK(row.at("calling_station") == "aa:bb:cc:00:00:01");
        CHECK(row.at("subscriber_id").is_null() == (tries[i].username == "stranger"));
        CHECK(row.at("full_name") == (tries[i].username == "stranger" ? Json() : Json("Jane")));
    }
    CHECK(office.get("/api/v1/auth-results?username=jane").at("items").size() == 4);
    CHECK(office.get("/api/v1/auth-results?accepted=false").at("items").size() == 3);
    CHECK(office.get("/api/v1/auth-results?reason=expired").at("items").size() == 1);
    CHECK(office.get("/api/v1/auth-results?router_id=9").at("items").empty());
    CHECK(office.get("/api/v1/auth-results?limit=2").at("next") == 4);
    office.get("/api/v1/auth-results?accepted=perhaps", 422);
    office.db.write(
        [](storage::Tx& tx) { tx.run("UPDATE auth_attempt SET id = id + 10000 WHERE id = 5"); });
    office.verdict("jane", true, "", tower);
    CHECK(office.number("SELECT COUNT(*) FROM auth_attempt") == 2); // the last 10,000 ids
}
