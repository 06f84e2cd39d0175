#include "domain/calendar.hpp"
#include "storage/listing/home.hpp"
#include "unit/screens.hpp"
#include <sstream>

using namespace mnara;
using Json = nlohmann::json;
namespace listing = storage::listing;

namespace {

// Three plans and seven people in every state a line can be in, over two months.
struct Town : Screens
{
    Town()
    {
        set_up_mpesa();
        add_plan("daily", 50, {1, Unit::Day});
        add_plan("weekly", 300, {7, Unit::Day});
        add_plan("monthly", 1500, {1, Unit::Month});
        travel_to(kStart - Seconds{40 * 86'400});
        for (int i = 0; i < 7; ++i) {
            people.push_back(
                person("Person " + std::to_string(i), "071200000" + std::to_string(i)));
            static const char* const plans[]{"daily",  "weekly", "monthly", "monthly",
                                             "weekly", "daily",  "monthly"};
            lines.push_back(add_line(people.back(), "user" + std::to_string(i), plans[i]));
        }
        pay_for(people[2], 1500); // last month: over by now
        travel_to(kStart - Seconds{30 * 86'400});
        pay_for(people[3], 1500);
        travel_to(kStart - Seconds{86'400});
        pay_for(people[1], 300);
        pay_for(people[3], 1500);
        travel_to(kStart);
        while (usecases::expire_due(context, 100) > 0) {
        }
        pay_for(people[0], 50);
        pay_for(people[4], 300);
        CHECK(pay("nobody", 700) == "unmatched");
    }
    std::vector<SubscriberId> people;
    std::vector<SubscriptionId> lines;
};

std::int64_t cents(const Json& money)
{
    return money.at("cents").get<std::int64_t>();
}

} // namespace

TEST_CASE("K26: MRR equals a number worked out by hand, and an independent SQL")
{
    Town town;
    // Active: daily 50, weekly 300 twice, monthly 1500 once.
    // 50 * 30 + 2 * 300 * 30/7 (128571.43 cents each, half up) + 1500 = 1500 + 2571.42 + 1500.
    REQUIRE(town.number("SELECT COUNT(*) FROM subscription WHERE state = 'active'") == 4);
    CHECK(town.get("/api/v1/home").at("mrr_cents") == 150'000 + 2 * 128'571 + 150'000);
    std::int64_t sum = 0;
    const Json plans = town.get("/api/v1/reports/plans").at("items");
    for (const Json& plan : plans)
        sum += plan.at("mrr_cents").get<std::int64_t>();
    CHECK(sum == 557'142);
    // The price on sale counts, not the one that was paid.
    town.post(
        "/api/v1/plans/daily/versions",
        {{"kind", "pppoe"}, {"price_cents", 6'000}, {"duration_n", 1}, {"duration_unit", "day"}},
        201);
    CHECK(town.get("/api/v1/home").at("mrr_cents") == 557'142 + 30 * 1'000);
    // Line by line from the newest version, with reals and rounding, where the product has whole
    // numbers plan by plan.
    CHECK(town.get("/api/v1/home").at("mrr_cents") ==
          town.number("WITH newest AS (SELECT plan_code, price_cents, duration_n, duration_unit, "
                      "MAX(version) FROM plan_version GROUP BY plan_code) "
                      "SELECT CAST(SUM(ROUND(n.price_cents * 30.0 / (n.duration_n * CASE "
                      "n.duration_unit WHEN 'month' THEN 30.0 WHEN 'day' THEN 1.0 "
                      "WHEN 'hour' THEN 1.0 / 24 END))) AS INTEGER) "
                      "FROM newest n JOIN subscription s USING (plan_code) "
                      "WHERE s.state NOT IN ('pending','expired','suspended','terminated')"));
}

TEST_CASE("K27: the forecast of 7 and 30 days equals an independent SQL")
{
    Town town;
    const Json expiring = town.get("/api/v1/home").at("expiring");
    const std::string prices =
        "SELECT COALESCE(SUM(v.price_cents), 0) FROM subscription s JOIN plan p ON p.code = "
        "s.plan_code JOIN plan_version v ON v.plan_code = p.code AND v.version = p.current_version "
        "WHERE s.state = 'active' AND s.paid_until BETWEEN ";
    const std::int64_t now = to_seconds(kStart);
    for (const auto& [key, days] : {std::pair{"in_7_days", 7}, {"in_30_days", 30}}) {
        const std::string range =
            std::to_string(now) + " AND " + std::to_string(now + days * 86'400 - 1);
        CHECK(expiring.at(key).at("cash_cents") == town.number(prices + range));
        CHECK(expiring.at(key).at("lines") ==
              town.number("SELECT COUNT(*) FROM subscription WHERE state = 'active' AND "
                          "paid_until BETWEEN " +
                          range));
    }
    CHECK(expiring.at("in_7_days").at("lines") == 2);  // daily tomorrow, one weekly in 6 days
    CHECK(expiring.at("in_30_days").at("lines") == 3); // the other weekly ends in 7 days exactly
    std::int64_t lines = 0;
    std::int64_t cash = 0;
    for (const Json& day : expiring.at("by_day")) {
        lines += day.at("lines").get<std::int64_t>();
        cash += day.at("cash_cents").get<std::int64_t>();
    }
    CHECK(expiring.at("by_day").at(0).at("day") == domain::local_day(kStart));
    CHECK(lines == expiring.at("in_30_days").at("lines"));
    CHECK(cash == expiring.at("in_30_days").at("cash_cents"));
    // Every number opens its list.
    const Json list =
        town.get("/api/v1/subscribers?expiring_before=" + std::to_string(now + 7 * 86'400) +
                 "&sort=paid_until");
    REQUIRE(list.at("items").size() == 2);
    CHECK(list.at("items")[0].at("full_name") == "Person 0");
}

TEST_CASE("P14: money, states and people of the first screen equal SQL (part)")
{
    Town town;
    const Json home = town.get("/api/v1/home");
    const auto sum = [&](UnixTime from, UnixTime to) {
        return town.number("SELECT COALESCE(SUM(amount_cents), 0) FROM payment WHERE duplicate_of "
                           "IS NULL AND recorded_at >= " +
                           std::to_string(to_seconds(from)) + " AND recorded_at < " +
                           std::to_string(to_seconds(to)));
    };
    const UnixTime today = domain::start_of_local_day(kStart);
    const Json& money = home.at("money");
    CHECK(cents(money.at("today")) == 105'000);
    CHECK(cents(money.at("today")) == sum(today, kStart + Seconds{1}));
    CHECK(money.at("today").at("by_feed").at(0) ==
          Json{{"feed", "c2b"}, {"cents", 105'000}, {"payments", 3}});
    CHECK(cents(money.at("yesterday")) == sum(today - Seconds{86'400}, today));
    CHECK(cents(money.at("yesterday_by_now")) == 180'000); // paid at this very second yesterday
    const UnixTime month = domain::start_of_local_month(kStart);
    CHECK(cents(money.at("this_month")) == sum(month, kStart + Seconds{1}));
    const UnixTime last = domain::start_of_local_month(kStart, -1);
    CHECK(cents(money.at("last_month")) == sum(last, month));
    CHECK(cents(money.at("last_month_by_now")) == sum(last, last + (kStart - month) + Seconds{1}));
    std::int64_t drawn = 0;
    for (const Json& day : home.at("revenue_by_day"))
        drawn += cents(day);
    CHECK(home.at("revenue_by_day").size() == 30);
    CHECK(drawn == sum(today - Seconds{29 * 86'400}, kStart + Seconds{1}));
    CHECK(home.at("subscriptions") ==
          Json{{"pending", 2}, {"active", 4}, {"expired", 1}, {"suspended", 0}, {"terminated", 0}});
    CHECK(home.at("subscribers").at("total") == 7);
    CHECK(home.at("subscribers").at("by_state") == home.at("subscriptions"));
    CHECK(home.at("subscribers").at("new_this_month") == 0);
    CHECK(home.at("unmatched") == Json{{"payments", 1}, {"cents", 70'000}});
    CHECK(town.get("/api/v1/payment-summary") == Json{{"today", money.at("today")},
                                                      {"span", nullptr},
                                                      {"unmatched", home.at("unmatched")}});
    CHECK(home.at("alerts").at("open") ==
          town.number("SELECT COUNT(*) FROM alert WHERE closed_at IS NULL"));
    CHECK(home.at("alerts").at("items").at(0).at("subject").at("kind") == "payment");
    // A twin that is recorded twice is taken off the day it was on.
    town.db.write([&](storage::Tx& tx) {
        tx.run("INSERT INTO journal(kind, source_key, reverses_journal_id, actor, event_at, "
               "recorded_at) SELECT 'reversal', 'duplicate:1', journal_id, 'system:test', 1, 1 "
               "FROM payment WHERE id = 6");
        tx.run("UPDATE payment SET duplicate_of = 1 WHERE id = 6");
    });
    CHECK(cents(town.get("/api/v1/home").at("money").at("today")) ==
          sum(today, kStart + Seconds{1}));
    CHECK(town.number("SELECT SUM(cents) FROM revenue_day") ==
          town.number("SELECT SUM(amount_cents) FROM payment WHERE duplicate_of IS NULL"));
}

TEST_CASE("P14: days and months begin at midnight in Nairobi, not in Greenwich")
{
    Screens office;
    office.set_up_mpesa();
    office.add_plan("daily", 50, {1, Screens::Unit::Day});
    office.travel_to(unix_time(1'767'214'799)); // 2025-12-31 23:59:59 in Nairobi
    const auto jane = office.person("Jane", "0712000001");
    office.add_line(jane, "jane", "daily");
    office.pay_for(jane, 100);
    office.travel_to(unix_time(1'767'214'800)); // a second later: the next year
    office.pay_for(jane, 20);
    office.person("Ali", "0712000002");
    office.travel_to(unix_time(1'767'225'600)); // midnight in Greenwich changes nothing
    office.pay_for(jane, 3);
    const Json home = office.get("/api/v1/home");
    const Json& money = home.at("money");
    CHECK(cents(money.at("today")) == 2'300);
    CHECK(cents(money.at("yesterday")) == 10'000);
    CHECK(cents(money.at("this_month")) == 2'300);
    CHECK(cents(money.at("last_month")) == 10'000);
    CHECK(home.at("subscribers").at("new_today") == 1);
    CHECK(home.at("subscribers").at("new_this_month") == 1);
    const Json& drawn = home.at("revenue_by_day");
    CHECK(drawn[28] == Json{{"day", 20251231}, {"cents", 10'000}, {"payments", 1}});
    CHECK(drawn[29] == Json{{"day", 20260101}, {"cents", 2'300}, {"payments", 2}});
    const Json months = office.get("/api/v1/reports/revenue?by=month").at("items");
    CHECK(months[10].at("period") == 202512);
    CHECK(months[10].at("cents") == 10'000);
    CHECK(months[11].at("cents") == 2'300);
    const Json growth = office.get("/api/v1/reports/growth?by=month").at("items");
    CHECK(growth[10].at("new_subscribers") == 1);
    CHECK(growth[11].at("new_subscribers") == 1);
}

TEST_CASE("P14: money of the sandbox is not counted beside real money, nor the other way round")
{
    Town town;
    CHECK(cents(town.get("/api/v1/home").at("money").at("today")) == 105'000);
    REQUIRE(usecases::change_setting(town.context, "mpesa.environment", "production", "t"));
    const Json home = town.get("/api/v1/home");
    CHECK(home.at("environment") == "production");
    CHECK(cents(home.at("money").at("today")) == 0);
    CHECK(cents(home.at("revenue_by_day").back()) == 0);
    CHECK(town.get("/api/v1/status").at("money_today_cents") == 0);
}

TEST_CASE("P14: online now tells full access from the pay page")
{
    Town town;
    const RouterId tower = town.router("Tower", "10.0.0.1");
    town.report({tower, "user0", "81", "aa:bb:cc:00:00:01", "10.1.0.1", town.lines[0]},
                Screens::Status::Start, 0);
    town.report({tower, "user1", "82", "aa:bb:cc:00:00:02", "10.1.0.2", town.lines[1]},
                Screens::Status::Start, 0);
    town.report({tower, "user2", "83", "aa:bb:cc:00:00:03", "10.1.0.3", town.lines[2], false},
                Screens::Status::Start, 0);
    CHECK(town.get("/api/v1/home").at("online") == Json{{"full", 2}, {"pay_page", 1}});
    town.clock.advance(Millis{60'000});
    town.report({tower, "user1", "82", "aa:bb:cc:00:00:02", "10.1.0.2", town.lines[1]},
                Screens::Status::Stop, 60, "user-request");
    CHECK(town.get("/api/v1/home").at("online") == Json{{"full", 1}, {"pay_page", 1}});
}

TEST_CASE("P86: the activity of staff today equals SQL, and a cashier does not see it")
{
    Town town;
    const auto jane = town.people[0];
    town.get("/api/v1/home"); // makes the owner's token
    const auto before = town.get("/api/v1/home").at("activity");
    town.patch("/api/v1/subscribers/" + std::to_string(jane.value), {{"note", "Blue gate"}});
    town.post("/api/v1/sites", {{"name", "Kibera"}}, 201);
    REQUIRE(town.browser_of(HttpOffice::Role::Manager).op.login == "the-manager");
    const Json after = town.get("/api/v1/home").at("activity");
    const std::int64_t since = to_seconds(domain::start_of_local_day(kStart));
    CHECK(after.at("writes") == town.number("SELECT COUNT(*) FROM audit_log WHERE actor LIKE "
                                            "'operator:%' AND at >= " +
                                            std::to_string(since)));
    CHECK(after.at("writes").get<int>() - before.at("writes").get<int>() == 2);
    CHECK(after.at("sign_ins") == 1);
    CHECK(after.at("operators").size() == 2);
    // A wrong password is a failed sign-in; the step before the second factor is neither, and an
    // unlocking by the owner is no try at all.
    town.db.write([](storage::Tx& tx) {
        for (const char* outcome : {"wrong", "locked", "second_factor", "unlocked"})
            tx.run("INSERT INTO sign_in(at, who, peer, outcome) VALUES (?1, 'the-manager', "
                   "'10.0.0.1', ?2)",
                   kStart, outcome);
    });
    const Json tried = town.get("/api/v1/home").at("activity");
    CHECK(tried.at("sign_ins") == 1);
    CHECK(tried.at("sign_ins_failed") == 2);
    CHECK(tried.at("sign_ins") ==
          town.number("SELECT COUNT(*) FROM sign_in WHERE outcome IN ('ok','link')"));
    CHECK(tried.at("sign_ins_failed") ==
          town.number("SELECT COUNT(*) FROM sign_in WHERE outcome IN ('wrong','wrong_code',"
                      "'wrong_link','locked','not_allowed')"));
    town.travel_to(kStart + Seconds{86'400});
    CHECK(town.get("/api/v1/home").at("activity").at("writes") == 0);
    const auto cashier = town.as(HttpOffice::Role::Cashier, "GET", "/api/v1/home");
    REQUIRE(cashier.status == 200);
    CHECK(Json::parse(cashier.body).at("activity").is_null());
}

TEST_CASE("P15: revenue and growth by day and month equal SQL, and the CSV equals the JSON (part)")
{
    Town town;
    for (const std::string report : {"revenue", "growth"})
        for (const std::string by : {"day", "month"}) {
            const auto path = [&](const char* form) {
                return "/api/v1/reports/" + report + form + "?by=" + by +
                       "&from=20251201&to=20260131";
            };
            const Json rows = town.get(path("")).at("items");
            REQUIRE(rows.size() == (by == "day" ? 62 : 2));
            const std::string csv = town.text(path(".csv"));
            std::istringstream lines(csv);
            std::string line;
            std::getline(lines, line);
            std::vector<std::string> fields;
            std::istringstream header(line.substr(0, line.size() - 1));
            for (std::string field; std::getline(header, field, ',');)
                fields.push_back(field);
            CHECK(fields.size() == rows.at(0).size());
            for (const Json& row : rows) {
                REQUIRE(std::getline(lines, line));
                std::string expected;
                for (const std::string& field : fields)
                    expected += (expected.empty() ? "" : ",") + row.at(field).dump();
                CHECK(line == expected + "\r");
            }
            CHECK_FALSE(std::getline(lines, line));
        }
    const Json months =
        town.get("/api/v1/reports/revenue?by=month&from=20251201&to=20260131").at("items");
    CHECK(months[0] == Json{{"period", 202512},
                            {"cents", 300'000},
                            {"payments", 2},
                            {"callback_cents", 0},
                            {"query_cents", 0},
                            {"c2b_cents", 300'000}});
    CHECK(months[1].at("cents") == 180'000 + 105'000);
    const Json growth =
        town.get("/api/v1/reports/growth?by=month&from=20251201&to=20260131").at("items");
    CHECK(growth[0].at("new_subscribers") == 7);
    CHECK(growth[0].at("first_payments") == 2);
    CHECK(growth[1].at("first_payments") == 3);
    CHECK(growth[1].at("expired") ==
          town.number("SELECT COUNT(*) FROM subscription_event WHERE event = 'term_ended'"));
    // Day by day as the payments and people themselves say, by SQLite's own calendar.
    const std::string range = "?by=day&from=20251201&to=20260131";
    const Json earned = town.get("/api/v1/reports/revenue" + range).at("items");
    for (const Json& row : earned)
        CHECK(row.at("cents") ==
              town.number("SELECT COALESCE(SUM(amount_cents), 0) FROM payment WHERE strftime("
                          "'%Y%m%d', recorded_at, 'unixepoch', '+3 hours') = '" +
                          row.at("period").dump() + "'"));
    const Json joined = town.get("/api/v1/reports/growth" + range).at("items");
    for (const Json& row : joined)
        CHECK(row.at("new_subscribers") ==
              town.number("SELECT COUNT(*) FROM subscriber WHERE strftime('%Y%m%d', created_at, "
                          "'unixepoch', '+3 hours') = '" +
                          row.at("period").dump() + "'"));
    // Plans that are active, and the same as CSV.
    const Json plans = town.get("/api/v1/reports/plans").at("items");
    std::string expected = "plan_code,plan_name,price_cents,active,expired,suspended,mrr_cents\r\n";
    for (const Json& row : plans) {
        CHECK(row.at("active") ==
              town.number("SELECT COUNT(*) FROM subscription WHERE state = 'active' AND "
                          "plan_code = '" +
                          row.at("plan_code").get<std::string>() + "'"));
        expected +=
            row.at("plan_code").get<std::string>() + ',' + row.at("plan_name").get<std::string>();
        for (const char* field : {"price_cents", "active", "expired", "suspended", "mrr_cents"})
            expected += ',' + row.at(field).dump();
        expected += "\r\n";
    }
    CHECK(town.text("/api/v1/reports/plans.csv") == expected);
    town.get("/api/v1/reports/revenue?from=20260231", 422);
    town.get("/api/v1/reports/revenue?from=20260105&to=20260104", 422);
}

TEST_CASE("A price that somebody typed beyond all sense is shown as very much")
{
    listing::PlanLines plan;
    plan.price = Money::from_cents(10'000'000'000);
    plan.duration = {1, domain::DurationUnit::Second};
    plan.active = 100'000;
    CHECK(listing::recurring(plan) == Money::from_cents(1'000'000'000'000'000));
}
