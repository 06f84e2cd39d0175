#include "unit/screens.hpp"

#include <set>

using namespace mnara;
using Json = nlohmann::json;

namespace {

std::vector<std::int64_t> ids(const Json& list)
{
    std::vector<std::int64_t> found;
    for (const Json& item : list.at("items"))
        found.push_back(item.at("id"));
    return found;
}

// A cursor as a browser sends it: it may hold a name.
std::string behind(const Json& page)
{
    std::string query = "&after=";
    for (const char c : page.at("next").get<std::string>())
        query += c == '%' ? "%25" : c == ' ' ? "+" : std::string(1, c);
    return query;
}

// All pages of a list, two rows at a time.
std::vector<std::int64_t> walk(Screens& office, const std::string& query)
{
    std::vector<std::int64_t> found;
    const std::string list = "/api/v1/subscribers?limit=2" + query;
    std::string after;
    while (true) {
        const Json page = office.get(list + after);
        for (const std::int64_t id : ids(page))
            found.push_back(id);
        if (page.at("next").is_null())
            return found;
        after = behind(page);
    }
}

struct Village : Screens
{
    Village()
    {
        set_up_mpesa();
        add_plan("daily", 50, {1, Unit::Day});
        add_plan("weekly", 300, {7, Unit::Day});
        for (const char* name : {"zawadi Otieno", "Jane Wanjiru", "Ali Hassan", "jane Achieng",
                                 "Brian 100% Kamau", "Moses Mutua"}) {
            people.push_back(person(name, "07120000" + std::to_string(10 + people.size())));
            lines.push_back(add_line(people.back(), "user" + std::to_string(people.size()),
                                     people.size() % 2 == 0 ? "weekly" : "daily"));
        }
        pay_for(people[1], 300); // weekly
        pay_for(people[0], 50);  // daily: the soonest end
        pay_for(people[3], 300);
    }
    // More than are named one by one: "Many 0" with the line many0, and so on.
    void add_many()
    {
        db.write([&](storage::Tx& tx) {
            for (int i = 0; i < kMany; ++i) {
                tx.run("INSERT INTO subscriber(id, account_no, full_name, language, created_at) "
                       "VALUES (?1, ?2, ?3, 'en', 1)",
                       1'000 + i, "x" + std::to_string(i), "Many " + std::to_string(i));
                add_pending(tx, 1'000 + i, "many" + std::to_string(i));
            }
        });
    }
    static void add_pending(storage::Tx& tx, std::int64_t whose, const std::string& username)
    {
        tx.run("INSERT INTO subscription(subscriber_id, username, password_secret_id, plan_code, "
               "auto_renew, created_at, state, state_seq) SELECT ?1, ?2, password_secret_id, "
               "'daily', 1, 1, 'pending', 0 FROM subscription WHERE id = 1",
               whose, username);
    }

    static constexpr int kMany = 2'100;
    std::vector<SubscriberId> people; // ids 1..6
    std::vector<SubscriptionId> lines;
};

} // namespace

TEST_CASE("The list of subscribers is met once by each order's pages")
{
    Village village;
    using Ids = std::vector<std::int64_t>;
    CHECK(walk(village, "") == Ids{1, 2, 3, 4, 5, 6});
    CHECK(walk(village, "&sort=newest") == Ids{6, 5, 4, 3, 2, 1});
    CHECK(walk(village, "&sort=name") == Ids{3, 5, 4, 2, 6, 1}); // whatever the case of letters
    CHECK(walk(village, "&sort=paid_until") == Ids{1, 2, 4, 3, 5, 6}); // who never paid last
    village.get("/api/v1/subscribers?sort=size", 422);
    village.get("/api/v1/subscribers?sort=name&after=x", 422);
    village.get("/api/v1/subscribers?after=never:3", 422); // of another order
}

TEST_CASE("The filters of the list of subscribers fit one line, whatever the order")
{
    Village village;
    using Ids = std::vector<std::int64_t>;
    for (const std::string sort : {"", "&sort=newest", "&sort=name", "&sort=paid_until"}) {
        const auto found = [&](const std::string& query) {
            const auto list = walk(village, query + sort);
            return std::set<std::int64_t>(list.begin(), list.end());
        };
        INFO(sort);
        CHECK(found("&state=active") == std::set<std::int64_t>{1, 2, 4});
        CHECK(found("&state=pending&plan=weekly") == std::set<std::int64_t>{6});
        CHECK(found("&plan=weekly&state=active") == std::set<std::int64_t>{2, 4});
        CHECK(found("&search=jane") == std::set<std::int64_t>{2, 4});
        CHECK(found("&search=wanj+jan") == std::set<std::int64_t>{2});
        CHECK(found("&search=100%25") == std::set<std::int64_t>{5}); // no wildcard
        CHECK(found("&search=0712+000012") == std::set<std::int64_t>{3});
        CHECK(found("&search=user6") == std::set<std::int64_t>{6});
        CHECK(found("&search=use").size() == 6);       // the beginning of a username
        CHECK(found("&search=0712-0000").size() == 6); // and of a phone
        CHECK(found("&search=" + village.account_of(village.people[4])) ==
              std::set<std::int64_t>{5});
        CHECK(found("&search=jane&state=pending").empty());
        CHECK(found("&has_debt=1").empty());
    }
    village.get("/api/v1/subscribers?state=asleep", 422);
    village.get("/api/v1/subscribers?site_id=x", 422);
    // One line pending and another active of another plan: no line is both.
    village.add_line(village.people[0], "second", "weekly");
    CHECK(walk(village, "&state=active&plan=weekly") == Ids{2, 4});
    // A debt: the money of a payment that was spent is taken back.
    village.db.write([&](storage::Tx& tx) {
        storage::post_journal(tx, {"goodwill",
                                   "test:1",
                                   std::nullopt,
                                   "system:test",
                                   kStart,
                                   kStart,
                                   {{domain::receivable_account(village.people[2]),
                                     {"goodwill", "goodwill", std::nullopt},
                                     Money::from_cents(500)}}});
    });
    CHECK(walk(village, "&has_debt=1") == Ids{3});
    CHECK(village.get("/api/v1/subscribers?has_debt=1").at("items")[0].at("debt_cents") == 500);
}

TEST_CASE("As many subscribers are counted as the list of the same filters has")
{
    Village village;
    village.post("/api/v1/subscriptions/4/suspend", {{"reason", "away"}});
    const std::string soon =
        "&expiring_before=" + std::to_string(to_seconds(village.clock.now()) + 2 * 86'400);
    for (const std::string& filter :
         {std::string(), std::string("&state=active"), std::string("&state=pending"),
          std::string("&state=terminated"), std::string("&search=jane"),
          std::string("&plan=weekly"), std::string("&plan=weekly&state=suspended"),
          std::string("&has_debt=1"), soon}) {
        INFO(filter);
        const Json found = village.get("/api/v1/subscriber-summary?sort=name" + filter);
        CHECK(found.at("count") == walk(village, filter).size());
        CHECK(found.at("is_more") == false);
    }
    village.get("/api/v1/subscriber-summary?state=happy", 422);
}

TEST_CASE("A walk along the order and a look at the few named give the same list")
{
    Village village;
    village.add_many(); // the filter names too many, so the order is walked
    for (const std::string sort : {"created", "newest", "name", "paid_until"}) {
        INFO(sort);
        const std::string list = "/api/v1/subscribers?state=pending&limit=200&sort=" + sort;
        std::set<std::int64_t> met;
        std::string after;
        do {
            const Json page = village.get(list + after);
            for (const std::int64_t id : ids(page))
                CHECK(met.insert(id).second);
            after = page.at("next").is_null() ? "" : behind(page);
        } while (!after.empty());
        CHECK(met.size() == Village::kMany + 3);
    }
}

TEST_CASE("A count of very many ends at a thousand and says that there are more")
{
    Village village;
    village.add_many();
    const auto counted = [&](const std::string& query) {
        const Json found = village.get("/api/v1/subscriber-summary?" + query);
        return std::pair(found.at("count").get<int>(), found.at("is_more").get<bool>());
    };
    CHECK(counted("search=many") == std::pair(1000, true));
    CHECK(counted("search=many&state=pending") == std::pair(1000, true));
    CHECK(counted("search=many&state=active") == std::pair(0, false));
    CHECK(counted("search=many+99") == std::pair(39, false));
    CHECK(counted("search=many20") == std::pair(111, false)); // begin so
}

TEST_CASE("Somebody with very many lines hides nobody from a search")
{
    Village village;
    village.db.write([](storage::Tx& tx) {
        for (int i = 0; i < Village::kMany; ++i)
            Village::add_pending(tx, 1, "wifi" + std::to_string(i));
        Village::add_pending(tx, 6, "wifiz"); // behind all of them in the index
    });
    CHECK(walk(village, "&search=wifi") == std::vector<std::int64_t>{1, 6});
    CHECK(village.get("/api/v1/subscriber-summary?search=wifi").at("count") == 2);
}

TEST_CASE("A card says who, which lines, where, and what is owed; PATCH changes what is sent")
{
    Village village;
    const std::string path = "/api/v1/subscribers/2";
    const Json card = village.get("/api/v1/subscribers?search=wanjiru").at("items")[0];
    CHECK(card.at("lines")[0].at("plan_name") == "weekly");
    CHECK(card.at("lines")[0].at("state") == "active");
    CHECK(card.at("lines")[0].at("online") == false);
    CHECK(card.at("place").is_null());
    const Json changed = village.patch(path, {{"full_name", "Jane W. Kamau"},
                                              {"phones", {"0733 000 000", "0712000011"}},
                                              {"note", "Blue gate\nsecond floor"},
                                              {"email", "jane@example.com"}});
    CHECK(changed.at("phones") == Json{"254733000000", "254712000011"});
    CHECK(village.get(path).at("note") == "Blue gate\nsecond floor");
    CHECK(village.get("/api/v1/subscribers?search=0733000000").at("items").size() == 1);
    CHECK(village.patch(path, {{"email", nullptr}}).at("email").is_null());
    CHECK(village.get(path).at("full_name") == "Jane W. Kamau"); // not sent: stays
    village.patch(path, {{"phones", {"12"}}}, 422);
    village.patch(path, {{"phones", Json::array()}}, 422);
    village.patch(path, {{"full_name", ""}}, 422);
    village.patch(path, {{"site_id", 77}}, 422);
    village.patch(path, Json::object(), 422);
    village.patch(path, {{"wallet_cents", 5}}, 422);
    village.patch("/api/v1/subscribers/99", {{"note", "x"}}, 404);
    CHECK(village.get(path).at("phones").size() == 2);
    CHECK(village.number("SELECT COUNT(*) FROM audit_log WHERE action = 'changed' AND entity = "
                         "'subscriber'") == 2);
}

TEST_CASE("One search box finds each thing by its name, the best first")
{
    Village village;
    const RouterId tower = village.router("Kibera tower", "10.0.0.1");
    village.report({tower, "user2", "81", "aa:bb:cc:00:00:02", "10.64.0.9", village.lines[1]},
                   Screens::Status::Start, 0);
    const auto first = [&](const std::string& typed) {
        const Json hits = village.get("/api/v1/search?q=" + typed).at("items");
        INFO(typed);
        REQUIRE_FALSE(hits.empty());
        return hits[0].at("kind").get<std::string>() + ' ' + hits[0].at("id").dump();
    };
    for (const char* phone : {"0712000011", "712000011", "%2B254712000011", "2540712000011",
                              "0712+000+011", "254712000011"})
        CHECK(first(phone) == "subscriber 2");
    CHECK(village.get("/api/v1/search?q=07120000").at("items").size() == 6); // a beginning
    CHECK(first(village.account_of(village.people[2])) == "subscriber 3");
    CHECK(first("user4") == "subscription 4");
    CHECK(first("R1001") == "payment 1");
    CHECK(first("r1001") == "payment 1");
    CHECK(first("10.64.0.9") == "session 1");
    CHECK(village.get("/api/v1/search?q=10.64.0.9").at("items")[0].at("detail") ==
          "Jane Wanjiru · 10.64.0.9 · aa:bb:cc:00:00:02 · online");
    CHECK(first("10.0.0.1") == "router 1");
    for (const char* mac : {"AA-BB-CC-00-00-02", "aabb.cc00.0002", "aa:bb:cc:00:00:02"})
        CHECK(first(mac) == "session 1");
    CHECK(first("wanjiru") == "subscriber 2");
    CHECK(first("wanj+jane") == "subscriber 2");
    CHECK(first("tower") == "router 1");
    CHECK(village.get("/api/v1/search?q=jan").at("items").size() == 2);
    CHECK(village.get("/api/v1/search?q=%25").at("items").size() == 1); // Brian 100% Kamau
    CHECK(village.get("/api/v1/search?q=zzz").at("items").empty());
    village.get("/api/v1/search?q=", 422);
    CHECK(village.get("/api/v1/search?q=user").at("items").size() == 6);
}
