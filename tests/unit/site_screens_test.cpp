// What an operator of one site sees on the screens of every day: his own, and nothing of another.
#include "domain/calendar.hpp"
#include "storage/alert_store.hpp"
#include "unit/screens.hpp"

#include <set>

using namespace mnara;
using Json = nlohmann::json;

namespace {

// Two sites with a router, a person, his money and his session each, and one person without a site.
// Whatever belongs to the other site or to none has "Secret" in its name.
struct Branches : Screens
{
    Branches()
    {
        set_up_mpesa();
        add_plan("daily", 50, {1, Unit::Day});
        add_plan("monthly", 1500, {1, Unit::Month});
        here = post("/api/v1/sites", {{"name", "Kisumu"}}, 201).at("id");
        there = post("/api/v1/sites", {{"name", "Secret Nakuru"}}, 201).at("id");
        travel_to(kStart - Seconds{40 * 86'400});
        mine = person("Jane Wanjiru", "0712000001");
        others = person("Secret Otieno", "0712000002");
        nobodys = person("Secret Hassan", "0712000003");
        lines = {add_line(mine, "jane", "daily"), add_line(others, "secret2", "monthly"),
                 add_line(nobodys, "secret3", "monthly")};
        pay_for(mine, 50);
        travel_to(kStart - Seconds{3600});
        pay_for(mine, 50);
        pay_for(others, 1500); // before he was of any site
        patch(of(mine), {{"site_id", here}});
        patch(of(others), {{"site_id", there}});
        pay_for(others, 1500);
        pay_for(nobodys, 1500);
        CHECK(pay("Secret", 700) == "unmatched");
        travel_to(kStart);
        my_tower = router("Tower", "10.0.0.1");
        other_tower = router("Secret Tower", "10.0.0.2");
        put_router(my_tower, here);
        put_router(other_tower, there);
        (void)usecases::add_operator(context, "limited", "L", Role::Manager, {}, {SiteId{here}})
            .value();
        token = usecases::make_program_token(context, "limited").value();
    }
    static std::string of(SubscriberId id) { return "/api/v1/subscribers/" + id_text(id); }
    template <class IdType> static std::string id_text(IdType id)
    {
        return std::to_string(id.value);
    }
    void put_router(RouterId id, std::int64_t site)
    {
        REQUIRE(as(Role::Owner, "PUT", "/api/v1/routers/" + id_text(id) + "/site",
                   Json{{"site_id", site}}.dump())
                    .status == 200);
    }
    http::Reply limited(const std::string& method, const std::string& target,
                        const Json& body = nullptr)
    {
        return ask(method, target, body.is_null() ? "" : body.dump(),
                   {{"Authorization", "Bearer " + token},
                    {"Idempotency-Key", "limited-key-" + std::to_string(100'000 + ++asked)}});
    }
    Json seen(const std::string& target)
    {
        const auto reply = limited("GET", target);
        INFO(target << ": " << reply.body);
        REQUIRE(reply.status == 200);
        CHECK(reply.body.find("ecret") == std::string::npos);
        return Json::parse(reply.body);
    }

    std::int64_t here = 0, there = 0;
    SubscriberId mine, others, nobodys;
    std::vector<SubscriptionId> lines;
    RouterId my_tower, other_tower;
    std::string token;
    int asked = 0;
};

} // namespace

TEST_CASE("K3: the first screen of an operator of one site counts his site, and all of it")
{
    Branches town;
    town.report({town.my_tower, "jane", "81", "aa:bb:cc:00:00:01", "10.1.0.1", town.lines[0]},
                Screens::Status::Start, 0);
    town.report({town.other_tower, "secret2", "82", "aa:bb:cc:00:00:02", "10.1.0.2", town.lines[1]},
                Screens::Status::Start, 0);
    const Json home = town.seen("/api/v1/home");
    const Json whole = town.get("/api/v1/home");
    const auto today = [](const Json& one) { return one.at("money").at("today").at("cents"); };
    CHECK(today(home) == 5'000);
    CHECK(today(whole) == 5'000 + 3 * 150'000 + 70'000);
    CHECK(home.at("money").at("last_month").at("cents") == 5'000);
    CHECK(home.at("revenue_by_day").back().at("cents") == 5'000);
    CHECK(home.at("subscribers").at("total") == 1);
    CHECK(whole.at("subscribers").at("total") == 3);
    CHECK(home.at("subscriptions").at("active") == 1);
    CHECK(home.at("subscribers").at("by_state").at("active") == 1);
    CHECK(home.at("mrr_cents") == 150'000); // 50 a day
    CHECK(whole.at("mrr_cents") == 450'000);
    CHECK(home.at("expiring").at("in_30_days") == Json{{"lines", 1}, {"cash_cents", 5'000}});
    CHECK(home.at("online") == Json{{"full", 1}, {"pay_page", 0}});
    CHECK(whole.at("online").at("full") == 2);
    CHECK(home.at("unmatched") == Json{{"payments", 0}, {"cents", 0}});
    CHECK(whole.at("unmatched").at("payments") == 1);
    CHECK(town.seen("/api/v1/payment-summary") == Json{{"today", home.at("money").at("today")},
                                                       {"span", nullptr},
                                                       {"unmatched", home.at("unmatched")}});
    CHECK(town.seen("/api/v1/payment-summary?from=1").at("span").at("cents") == 10'000);
    CHECK(town.seen("/api/v1/session-summary") == home.at("online"));
    CHECK(town.seen("/api/v1/subscriber-summary") == Json{{"count", 1}, {"is_more", false}});
    CHECK(town.seen("/api/v1/subscriber-summary?state=active").at("count") == 1);
    CHECK(town.seen("/api/v1/subscriber-summary?search=otieno").at("count") == 0);
    CHECK(town.seen("/api/v1/sessions?search=secret").at("items").empty());
    CHECK(town.seen("/api/v1/sessions?search=jane").at("items").size() == 1);
    CHECK(home.at("open_attempts") == 0);
    CHECK(home.at("alerts").at("open") == 0);
    CHECK(home.at("activity").is_null()); // staff belongs to no site
    const Json status = town.seen("/api/v1/status");
    CHECK(status.at("subscribers") == 1);
    CHECK(status.at("online") == 1);
    CHECK(status.at("unmatched") == 0);
    CHECK(status.at("money_today_cents") == 5'000);
    CHECK(status.at("subscriptions").at("active") == 1);
}

TEST_CASE("K3: money follows its subscriber from site to site, and its owner when he is learned")
{
    Branches town;
    const auto equal = [&] {
        // Written otherwise than the triggers: from the payments themselves.
        CHECK(town.number("SELECT COUNT(*) FROM revenue_day WHERE cents <> 0") ==
              town.number("SELECT COUNT(*) FROM (SELECT 1 FROM payment p LEFT JOIN subscriber s "
                          "ON s.id = p.subscriber_id WHERE p.duplicate_of IS NULL GROUP BY "
                          "date(p.recorded_at, 'unixepoch', '+3 hours'), p.provider, p.source, "
                          "s.site_id)"));
        CHECK(town.number("SELECT COUNT(*) FROM revenue_day r WHERE (r.cents, r.payments) IS NOT "
                          "(SELECT COALESCE(SUM(p.amount_cents), 0), COUNT(*) FROM payment p "
                          "LEFT JOIN subscriber s ON s.id = p.subscriber_id "
                          "WHERE p.duplicate_of IS NULL AND p.provider = r.provider "
                          "AND p.source = r.source AND COALESCE(s.site_id, 0) = r.site_id "
                          "AND date(p.recorded_at, 'unixepoch', '+3 hours') = "
                          "date(r.day * 86400, 'unixepoch'))") == 0);
    };
    equal();
    const auto revenue = [&] {
        const Json rows = town.seen("/api/v1/reports/revenue?by=month").at("items");
        return rows.back().at("cents").get<std::int64_t>();
    };
    CHECK(revenue() == 5'000);
    const std::int64_t waiting =
        town.number("SELECT id FROM payment WHERE subscriber_id IS NULL AND duplicate_of IS NULL");
    const std::string path = "/api/v1/payments/" + std::to_string(waiting);
    town.post(path + "/assign", {{"subscriber_id", town.mine.value}});
    equal();
    CHECK(revenue() == 75'000);
    // He may neither take it back nor give it to somebody: that is nobody's or another's money.
    CHECK(town.limited("POST", path + "/unassign", {{"reason", "x"}}).status == 403);
    CHECK(town.limited("POST", path + "/assign", {{"subscriber_id", 1}}).status == 403);
    town.patch(Branches::of(town.mine), {{"site_id", town.there}});
    equal();
    CHECK(revenue() == 0);
    town.patch(Branches::of(town.mine), {{"site_id", nullptr}});
    equal();
    town.patch(Branches::of(town.mine), {{"site_id", town.here}});
    equal();
    CHECK(revenue() == 75'000);
    const Json plans = town.seen("/api/v1/reports/plans").at("items");
    CHECK(plans[0].at("active") == 1);
    CHECK(plans[1].at("active") == 0);
    CHECK(town.limited("GET", "/api/v1/reports/growth").status == 403);
}

TEST_CASE("K3: the story of a payment names none of another site")
{
    Branches town;
    REQUIRE(town.pay("who knows", 10) == "unmatched");
    const std::string path =
        "/api/v1/payments/" + std::to_string(town.number("SELECT MAX(id) FROM payment"));
    town.post(path + "/assign", {{"subscriber_id", town.others.value}});
    town.post(path + "/unassign", {{"reason", "Secret Otieno did not pay this"}});
    town.post(path + "/assign", {{"subscriber_id", town.mine.value}});
    CHECK(town.get(path).at("story").at("owners").size() == 2);
    const Json owners = town.seen(path).at("story").at("owners");
    REQUIRE(owners.size() == 1);
    CHECK(owners[0].at("subscriber_id") == town.mine.value);
    CHECK(town.seen("/api/v1/subscribers/" + Branches::id_text(town.mine) + "/timeline")
              .at("items")[0]
              .at("audit")
              .at("action") == "assigned");
}

TEST_CASE("K3: sessions, holders and login tries are those of his people, on whatever router")
{
    Branches town;
    const Screens::Login jane{town.other_tower,    "jane",     "81",
                              "aa:bb:cc:00:00:01", "10.1.0.1", town.lines[0]};
    const Screens::Login visitor{town.my_tower,       "secret2",  "82",
                                 "aa:bb:cc:00:00:02", "10.1.0.1", town.lines[1]};
    Screens::Login stranger{town.my_tower, "stranger", "83", "aa:bb:cc:00:00:03", "10.1.0.1", {}};
    for (const auto& login : {jane, visitor, stranger}) {
        town.report(login, Screens::Status::Start, 0);
        town.verdict(login.username, true, "", login.router);
    }
    stranger.router = town.other_tower;
    stranger.username = "secret stranger";
    town.report(stranger, Screens::Status::Start, 0);
    town.verdict("secret stranger", false, "unknown user", town.other_tower);
    const auto names = [](const Json& list) {
        std::set<std::string> found;
        for (const Json& row : list.at("items"))
            found.insert(row.at("username"));
        return found;
    };
    const auto body = [&](const std::string& target) {
        return Json::parse(town.limited("GET", target).body);
    };
    // Jane dialled at the other tower, whose name he may learn from her session.
    const std::set<std::string> expected{"jane", "stranger"};
    CHECK(names(body("/api/v1/sessions?open=1")) == expected);
    CHECK(names(body("/api/v1/sessions")) == expected);
    CHECK(body("/api/v1/sessions?username=secret2").at("items").empty());
    CHECK(names(body("/api/v1/auth-results")) == expected);
    const std::string at = "&at=" + std::to_string(to_seconds(town.clock.now()));
    CHECK(names(body("/api/v1/holders?ip=10.1.0.1" + at)) == expected);
    CHECK(body("/api/v1/holders?mac=aa:bb:cc:00:00:02" + at).at("items").empty());
    CHECK(town.get("/api/v1/holders?ip=10.1.0.1" + at).at("items").size() == 4);
    // Each that is listed can be opened, and no other.
    const std::string kick = "/api/v1/sessions/";
    for (std::int64_t id = 1; id <= 4; ++id) {
        const bool his =
            expected.contains(town.get("/api/v1/sessions?limit=1&after=" + std::to_string(id + 1))
                                  .at("items")[0]
                                  .at("username"));
        CHECK(town.limited("POST", kick + std::to_string(id) + "/disconnect", Json::object())
                  .status == (his ? 202 : 404));
    }
    // A username that moved to somebody else is his who has it now.
    town.post("/api/v1/subscriptions/" + Branches::id_text(town.lines[1]) + "/terminate",
              {{"reason", "moved"}});
    CHECK(town.limited("GET", "/api/v1/auth-results/secret2").status == 404);
    town.add_line(town.mine, "secret2", "daily");
    CHECK(town.limited("GET", "/api/v1/auth-results/secret2").status == 200);
}

TEST_CASE("K3: an operator of one site names its routers, and cannot take another's address")
{
    Branches town;
    const auto path = [](RouterId id) { return "/api/v1/routers/" + Branches::id_text(id); };
    CHECK(town.limited("PATCH", path(town.my_tower), {{"name", "Mast"}}).status == 200);
    CHECK(town.limited("PATCH", path(town.my_tower), {{"radius_source", "10.0.0.9"}}).status ==
          403);
    CHECK(town.limited("PATCH", path(town.other_tower), {{"name", "Mine"}}).status == 404);
    CHECK(town.limited("DELETE", path(town.other_tower)).status == 404);
    CHECK(town.number("SELECT COUNT(*) FROM router WHERE radius_source IN ('10.0.0.1', "
                      "'10.0.0.2')") == 2);
    CHECK(town.limited("DELETE", path(town.my_tower)).status == 204);
}

TEST_CASE("K3: search and the timeline of an operator of one site tell nothing of another")
{
    Branches town;
    for (const char* words : {"Secret", "secret2", "0712000002", "R1003", "10.0.0.2", "Otieno"})
        CHECK(town.seen(std::string("/api/v1/search?q=") + words).at("items").empty());
    CHECK(town.seen("/api/v1/search?q=jane").at("items").size() == 2); // she and her line
    // Live events say which lists changed, never what is in them; nobody tells any in this test.
    CHECK(town.limited("GET", "/api/v1/events").status == 503);
    CHECK(town.seen("/api/v1/unmatched-payments").at("items").empty());
    CHECK(town.seen("/api/v1/payments").at("items").size() == 2);
    CHECK(town.seen(Branches::of(town.mine) + "/timeline").at("items").size() > 3);
    for (const char* part : {"", "/timeline", "/wallet", "/sessions", "/tenancies"})
        CHECK(town.limited("GET", Branches::of(town.others) + part).status == 404);
    CHECK(town.limited("PATCH", Branches::of(town.mine), {{"site_id", town.there}}).status == 403);
    CHECK(town.limited("PATCH", Branches::of(town.mine), {{"site_id", nullptr}}).status == 403);
}

TEST_CASE("K3: alerts of one site are about its rows, or about the box")
{
    Branches town;
    const auto id = [](const auto& one) { return std::to_string(one.value); };
    const std::int64_t my_payment =
        town.number("SELECT MIN(id) FROM payment WHERE subscriber_id = " + id(town.mine));
    const std::int64_t other_payment =
        town.number("SELECT MIN(id) FROM payment WHERE subscriber_id = " + id(town.others));
    town.report({town.my_tower, "secret2", "82", "aa:bb:cc:00:00:02", "10.1.0.1", town.lines[1]},
                Screens::Status::Start, 0);
    const std::vector<std::pair<std::string, bool>> alerts{
        {"radius_db", true},
        {"owner:" + std::to_string(my_payment), true},
        {"owner:" + std::to_string(other_payment), false},
        {"router_coa:" + id(town.my_tower), true},
        {"router_coa:" + id(town.other_tower), false},
        {"projection-router:" + id(town.other_tower), false},
        {"projection:jane", true},
        {"projection:secret2", false},
        {"router_session:1", false}, // of secret2, though on his tower
        {"inbox:1", false},
        {"sign_in:the-owner:10.0.0.0/24", false}};
    std::set<std::string> expected;
    town.db.write([&](storage::Tx& tx) {
        for (const auto& [key, is_his] : alerts) {
            storage::open_alert(tx, key, "warning", "x", kStart);
            if (is_his)
                expected.insert(key);
        }
    });
    std::set<std::string> seen;
    const Json list = town.seen("/api/v1/alerts");
    for (const Json& alert : list.at("items"))
        seen.insert(alert.at("key"));
    CHECK(seen == expected);
    CHECK(town.seen("/api/v1/home").at("alerts").at("open") == expected.size());
    CHECK(town.get("/api/v1/home").at("alerts").at("open") == alerts.size() + 1); // and unmatched
    const auto close = [&](const std::string& key) {
        const auto alert = town.number("SELECT id FROM alert WHERE key = '" + key + "'");
        return town
            .limited("POST", "/api/v1/alerts/" + std::to_string(alert) + "/close",
                     {{"reason", "seen to"}})
            .status;
    };
    CHECK(close("owner:" + std::to_string(other_payment)) == 404);
    CHECK(close("inbox:1") == 404);
    CHECK(close("owner:" + std::to_string(my_payment)) == 204);
    CHECK(close("radius_db") == 409); // closes by itself
}

TEST_CASE("K3: areas, buildings and units of one site, and only its own tenants in them")
{
    Branches town;
    const auto made = [&](const std::string& path, const Json& body, int status = 201) {
        const auto reply = town.limited("POST", path, body);
        INFO(path << ": " << reply.body);
        REQUIRE(reply.status == status);
        return Json::parse(reply.body);
    };
    const Json secret_area =
        town.post("/api/v1/areas", {{"name", "Secret area"}, {"site_id", town.there}}, 201);
    const Json secret_house = town.post(
        "/api/v1/buildings", {{"name", "Secret house"}, {"area_id", secret_area.at("id")}}, 201);
    const std::string secret = "/api/v1/buildings/" + secret_house.at("id").dump();
    const Json secret_unit = town.post(secret + "/units", {{"label", "Secret 1"}}, 201);
    town.post("/api/v1/areas", {{"name", "Secret area of no site"}}, 201);

    CHECK(town.seen("/api/v1/sites").at("items").size() == 1);
    const Json area = made("/api/v1/areas", {{"name", "Milimani"}});
    CHECK(area.at("site_id") == town.here);
    made("/api/v1/areas", {{"name", "X"}, {"site_id", town.there}}, 403);
    made("/api/v1/areas", {{"name", "X"}, {"site_id", nullptr}}, 403);
    const std::string area_path = "/api/v1/areas/" + area.at("id").dump();
    CHECK(town.limited("PATCH", area_path, {{"site_id", town.there}}).status == 403);
    CHECK(town.limited("PATCH", area_path, {{"name", "Milimani East"}}).status == 200);
    made("/api/v1/buildings", {{"name", "X"}, {"area_id", secret_area.at("id")}}, 422);
    const Json house =
        made("/api/v1/buildings", {{"name", "Blue Court"}, {"area_id", area.at("id")}});
    const std::string house_path = "/api/v1/buildings/" + house.at("id").dump();
    CHECK(town.limited("PATCH", house_path, {{"area_id", secret_area.at("id")}}).status == 422);
    const Json unit = made(house_path + "/units", {{"label", "A1"}});
    const std::string unit_path = "/api/v1/units/" + unit.at("id").dump();
    CHECK(town.seen("/api/v1/areas").at("items").size() == 1);
    CHECK(town.seen("/api/v1/buildings").at("items").size() == 1);
    for (const std::string& path : {secret + "/units", secret + "/report", secret + "/report.csv",
                                    "/api/v1/units/" + secret_unit.at("id").dump() + "/tenancies"})
        CHECK(town.limited("GET", path).status == 404);
    CHECK(town.limited("DELETE", secret).status == 404);

    // A tenant of another site in his building: he sees neither name nor money, and ends nothing.
    made(unit_path + "/tenancies", {{"subscriber_id", town.others.value}}, 422);
    const Json foreign = town.post(unit_path + "/tenancies",
                                   {{"subscriber_id", town.others.value},
                                    {"from_at", to_seconds(domain::start_of_local_month(kStart))}},
                                   201);
    CHECK(town.seen(house_path + "/units").at("items")[0].at("tenancy").is_null());
    CHECK(town.seen(unit_path + "/tenancies").at("items").empty());
    CHECK(town.seen(house_path + "/report").at("paid_cents") == 0);
    CHECK(town.get(house_path + "/report").at("paid_cents") == 300'000);
    made(unit_path + "/tenancies", {{"subscriber_id", town.mine.value}}, 409);
    const std::string end = "/api/v1/tenancies/" + foreign.at("id").dump() + "/end";
    CHECK(town.limited("POST", end, Json::object()).status == 404);
    town.post(end, Json::object());
    const Json own = made(unit_path + "/tenancies", {{"subscriber_id", town.mine.value}});
    CHECK(town.seen(unit_path + "/tenancies").at("items").size() == 1);
    CHECK(town.limited("POST", "/api/v1/tenancies/" + own.at("id").dump() + "/end", Json::object())
              .status == 200);
}
