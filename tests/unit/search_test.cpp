// The search box, for what people remember of somebody: the end of a phone, a home, who paid.
#include "domain/phone.hpp"
#include "unit/screens.hpp"

#include <set>

using namespace mnara;

namespace {

struct Street : Screens
{
    Street()
    {
        set_up_mpesa();
        add_plan("weekly", 350, {7, Unit::Day});
        jane = person("Jane Wanjiru", "0712345678");
        ali = person("Ali Hassan", "0722995678");
        pay(account_of(jane), 350, "254799000001", "PETER");
        pay(account_of(jane), 350, "254799000001", "PETER");
        pay(account_of(ali), 350, "254722995678", "ALI");
        pay("nobody's", 500, "254799000002", "Peter Otieno");
        const auto area = post("/api/v1/areas", {{"name", "Kilimani"}}, 201).at("id");
        const auto house =
            post("/api/v1/buildings", {{"name", "Riverside Court"}, {"area_id", area}}, 201)
                .at("id");
        post("/api/v1/buildings", {{"name", "Hilltop"}, {"area_id", area}}, 201);
        for (const char* label : {"A3", "A30"})
            post("/api/v1/buildings/" + house.dump() + "/units", {{"label", label}}, 201);
        move_in(1, jane);
        move_in(2, ali);
    }
    void move_in(std::int64_t unit, SubscriberId who)
    {
        post("/api/v1/units/" + std::to_string(unit) + "/tenancies",
             {{"subscriber_id", who.value}, {"from_at", to_seconds(clock.now())}}, 201);
    }
    // Kinds and numbers, as they are listed.
    std::vector<std::string> found(const std::string& typed)
    {
        std::vector<std::string> hits;
        const Json all = get("/api/v1/search?q=" + typed);
        for (const Json& hit : all.at("items"))
            hits.push_back(hit.at("kind").get<std::string>() + ' ' + hit.at("id").dump());
        return hits;
    }
    SubscriberId jane, ali;
};

using Hits = std::vector<std::string>;

} // namespace

TEST_CASE("The last digits of a phone are four to eight, however they are set")
{
    CHECK(domain::phone_ending("5678") == "5678");
    CHECK(domain::phone_ending("345 678") == "345678");
    CHECK(domain::phone_ending("0000") == "0000");
    CHECK_FALSE(domain::phone_ending("678"));
    CHECK_FALSE(domain::phone_ending("712345678"));
    CHECK_FALSE(domain::phone_ending("A5678"));
    CHECK_FALSE(domain::phone_ending(""));
}

TEST_CASE("A customer is found by the end of a phone")
{
    Street street;
    CHECK(street.found("345678") == Hits{"subscriber 1"});
    CHECK(street.found("345+678") == Hits{"subscriber 1"});
    CHECK(street.found("5678") == Hits{"subscriber 1", "subscriber 2"});
    CHECK(street.found("95678") == Hits{"subscriber 2"});
    CHECK(street.found("4567").empty()); // neither the end nor the beginning
    CHECK(street.found("678").empty());
}

TEST_CASE("A customer is found by the home, a building by its name")
{
    Street street;
    for (const char* typed : {"Riverside+A3", "a3+riverside", "riverside+court+a3"})
        CHECK(street.found(typed) == Hits{"subscriber 1", "subscriber 2"}); // A30 is behind A3
    CHECK(street.found("riverside+A30") == Hits{"subscriber 2"});
    CHECK(street.found("riverside") == Hits{"building 1"});
    CHECK(street.found("court+river") == Hits{"building 1"});
    CHECK(street.found("hilltop+A3").empty());
    const auto hit = street.get("/api/v1/search?q=riverside+a30").at("items")[0];
    CHECK(hit.at("title") == "Ali Hassan");
    CHECK(hit.at("detail") == "Riverside Court A30 · " + street.account_of(street.ali));
    CHECK(street.get("/api/v1/search?q=hilltop").at("items")[0].at("detail") == "Kilimani");
}

TEST_CASE("A payment is found by its payer, each payer once, whoever pays for himself by his name")
{
    Street street;
    // The newest of the two that Peter paid for Jane, and the one that is nobody's yet.
    CHECK(street.found("peter") == Hits{"payment 4", "payment 2"});
    CHECK(street.found("otieno+peter") == Hits{"payment 4"});
    CHECK(street.found("ali") == Hits{"subscriber 2"});
    const auto hits = street.get("/api/v1/search?q=peter").at("items");
    CHECK(hits[0].at("subscriber_id").is_null());
    CHECK(hits[1].at("title") == "PETER");
    CHECK(hits[1].at("detail") == "KES 350 · R1002 · Jane Wanjiru");
    CHECK(hits[1].at("subscriber_id") == street.jane.value);
    // Many who have the name do not hide it.
    for (int i = 0; i < 25; ++i)
        street.person("Peter " + std::to_string(i), "07330000" + std::to_string(10 + i));
    const auto many = street.found("peter");
    CHECK(many.size() == 20);
    CHECK(std::set<std::string>(many.begin(), many.end()).contains("payment 2"));
}

TEST_CASE("K3: the search of an operator of one site names no home and no payer of another")
{
    Street street;
    const std::int64_t site = street.post("/api/v1/sites", {{"name", "Kisumu"}}, 201).at("id");
    street.patch("/api/v1/subscribers/1", {{"site_id", site}});
    (void)usecases::add_operator(street.context, "limited", "L", usecases::Role::Cashier, {},
                                 {SiteId{site}})
        .value();
    const auto token = usecases::make_program_token(street.context, "limited").value();
    const auto found = [&](const std::string& typed) {
        const auto reply = street.ask("GET", "/api/v1/search?q=" + typed, "",
                                      {{"Authorization", "Bearer " + token}});
        REQUIRE(reply.status == 200);
        return Screens::Json::parse(reply.body).at("items").size();
    };
    CHECK(found("5678") == 1);
    CHECK(found("riverside") == 0);
    CHECK(found("riverside+a3") == 1);
    CHECK(found("riverside+a30") == 0);
    CHECK(found("peter") == 1);
    CHECK(found("otieno") == 0);
}
