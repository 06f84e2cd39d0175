// What the screens tell of one payment: how it came, who gave it to whom, where it went.
#include "unit/till.hpp"

using namespace mnara;
using Json = nlohmann::json;

TEST_CASE("The payment of a prompt names who asked, and the term it bought")
{
    Till till;
    const Json asked = till.post("/api/v1/subscriptions/1/collect", Json::object(), 202);
    CHECK(asked.at("subscriber_name") == "Jane Wanjiru");
    CHECK(asked.at("username") == "jane");
    CHECK(asked.at("plan_name") == "daily");
    CHECK(asked.at("price_cents") == 5'000);
    CHECK(asked.at("actor_name") == "Somebody");
    till.paid(asked);
    const Json story = till.story(1);
    CHECK(story.at("attempt").at("id") == asked.at("id"));
    CHECK(story.at("owners").empty());
    CHECK(story.at("unassign") == "not_assigned");
    CHECK(story.at("wallet_cents") == 0);
    CHECK(story.at("waits_for_clock") == false);
    REQUIRE(story.at("terms").size() == 1);
    const Json& term = story.at("terms")[0];
    CHECK(term.at("username") == "jane");
    CHECK(term.at("plan_name") == "daily");
    CHECK(term.at("part_cents") == 5'000);
    CHECK(term.at("ends_at") == to_seconds(till.line(till.hers).paid_until.value()));
    // In the list of requests, and in the timeline.
    CHECK(till.get("/api/v1/attempts").at("items")[0].at("subscriber_name") == "Jane Wanjiru");
    CHECK(till.get("/api/v1/subscribers/1/timeline?kind=attempt")
              .at("items")[0]
              .at("attempt")
              .at("actor_name") == "Somebody");
}

TEST_CASE("Money given by hand names who gave it and took it back, and says if that goes still")
{
    Till till;
    REQUIRE(till.pay("no idea", 30) == "unmatched");
    CHECK(till.story(1).at("unassign") == "not_assigned");
    CHECK(till.story(1).at("attempt").is_null());
    till.post("/api/v1/payments/1/assign", {{"subscriber_id", 2}});
    till.post("/api/v1/payments/1/unassign", {{"reason", "it was Jane's"}});
    CHECK(till.story(1).at("wallet_cents") == 0);
    till.post("/api/v1/payments/1/assign", {{"subscriber_id", 1}});
    Json story = till.story(1);
    REQUIRE(story.at("owners").size() == 2);
    CHECK(story.at("owners")[0].at("full_name") == "Ali Hassan");
    CHECK(story.at("owners")[0].at("actor_name") == "Somebody");
    CHECK(story.at("owners")[0].at("taken_back").at("reason") == "it was Jane's");
    CHECK(story.at("owners")[0].at("taken_back").at("actor_name") == "Somebody");
    CHECK(story.at("owners")[1].at("subscriber_id") == 1);
    CHECK(story.at("owners")[1].at("taken_back").is_null());
    CHECK(story.at("wallet_cents") == 3'000);
    CHECK(story.at("unassign") == "possible");
    // What she was given stands in her timeline, what he had for a while in his, with both acts.
    const auto given = [&](const char* person) {
        return till.get(std::string("/api/v1/subscribers/") + person + "/timeline?kind=audit");
    };
    const Json hers = given("1").at("items")[0].at("audit");
    CHECK(hers.at("action") == "assigned");
    CHECK(hers.at("entity_id") == "1");
    CHECK(hers.at("actor_name") == "Somebody");
    const Json his = given("2").at("items");
    CHECK(his[0].at("audit").at("action") == "unassigned");
    CHECK(his[0].at("audit").at("fields").at("reason") == "it was Jane's");
    CHECK(his[1].at("audit").at("action") == "assigned");
    // Twenty more make the price of a day: the rest of it came from the wallet.
    till.pay_for(till.jane, 20);
    CHECK(till.story(1).at("unassign") == "spent");
    story = till.story(2);
    REQUIRE(story.at("terms").size() == 1);
    CHECK(story.at("terms")[0].at("part_cents") == 2'000);
    CHECK(story.at("terms")[0].at("price_cents") == 5'000);
    CHECK(story.at("wallet_cents") == 0);
}

TEST_CASE("A payment says what of it paid a debt")
{
    Till till;
    till.db.write([&](storage::Tx& tx) {
        storage::post_journal(tx, {"goodwill",
                                   "test:1",
                                   std::nullopt,
                                   "system:test",
                                   kStart,
                                   kStart,
                                   {{domain::receivable_account(till.jane),
                                     {"goodwill", "goodwill", std::nullopt},
                                     Money::from_cents(2'000)}}});
    });
    till.pay_for(till.jane, 30);
    const Json story = till.story(1);
    CHECK(story.at("cleared_cents") == 2'000);
    CHECK(story.at("wallet_cents") == 1'000);
    CHECK(story.at("terms").empty());
    till.get("/api/v1/payments/9", 404);
}

TEST_CASE("The wallet says of each entry which payment, which term, and by whom")
{
    Till till;
    REQUIRE(till.pay("no idea", 70) == "unmatched");
    till.post("/api/v1/payments/1/assign", {{"subscriber_id", 1}}); // buys a day
    const Json rows = till.get("/api/v1/subscribers/1/wallet").at("items");
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].at("username") == "jane");
    CHECK(rows[0].at("plan_name") == "daily");
    CHECK(rows[0].at("ends_at") == to_seconds(till.line(till.hers).paid_until.value()));
    CHECK(rows[0].at("actor") == "system:billing");
    CHECK(rows[0].at("actor_name").is_null());
    CHECK(rows[0].at("receipt").is_null());
    CHECK(rows[1].at("payment_id") == 1);
    CHECK(rows[1].at("receipt") == "R1001");
    CHECK(rows[1].at("actor_name") == "Somebody");
    CHECK(rows[1].at("username").is_null());
}

TEST_CASE("Who is online is found by name, username, address, device and router, and counted")
{
    Till till;
    const RouterId tower = till.router("North Tower", "10.0.0.1");
    const RouterId mast = till.router("Mast", "10.0.0.2");
    using Login = Screens::Login;
    const auto second = till.add_line(till.ali, "ali-shop", "daily");
    const Login jane{tower, "jane", "81", "aa:bb:cc:00:00:01", "10.1.0.1", till.hers};
    const Login shop{mast, "ali-shop", "82", "aa:bb:cc:00:00:02", "10.1.0.2", second, false};
    const Login stranger{mast, "stranger", "83", "aa:bb:cc:00:00:03", "10.1.0.3", {}};
    const Login gone{tower, "ali-shop", "84", "aa:bb:cc:00:00:01", "10.1.0.1", second};
    for (const Login& login : {gone, jane, shop, stranger})
        till.report(login, Screens::Status::Start, 0);
    till.report(gone, Screens::Status::Stop, 60, "user-request");
    const auto found = [&](const std::string& text) {
        std::vector<std::string> names;
        const Json list = till.get("/api/v1/sessions?search=" + text);
        for (const Json& row : list.at("items"))
            names.push_back(row.at("username"));
        return names;
    };
    using Names = std::vector<std::string>;
    CHECK(found("wanj") == Names{"jane"});
    CHECK(found("hassan+ali") == Names{"ali-shop"});
    CHECK(found("ali-s") == Names{"ali-shop"});
    CHECK(found("10.1.0.1") == Names{"jane"}); // he who had it before is not online with it
    CHECK(found("AA-BB-CC-00-00-03") == Names{"stranger"});
    CHECK(found("mast") == Names{"stranger", "ali-shop"});
    CHECK(found("north+t") == Names{"jane"});
    CHECK(found("%25").empty());
    CHECK(found("nobody").empty());
    CHECK(found("+").size() == 4); // nothing was typed: the list as it is
    const Json page = till.get("/api/v1/sessions?search=mast&limit=1");
    CHECK(page.at("items")[0].at("username") == "stranger");
    const std::string after = std::to_string(page.at("next").get<std::int64_t>());
    CHECK(till.get("/api/v1/sessions?search=mast&limit=1&after=" + after)
              .at("items")[0]
              .at("username") == "ali-shop");
    CHECK(till.get("/api/v1/session-summary") == till.get("/api/v1/home").at("online"));
    CHECK(till.get("/api/v1/session-summary") == Json{{"full", 2}, {"pay_page", 1}});
}
