#include "domain/calendar.hpp"
#include "storage/usage_store.hpp"
#include "unit/screens.hpp"

#include <algorithm>
#include <array>

using namespace mnara;
using Json = nlohmann::json;

namespace {

// A building with two units; Jane lives in A1 since the first of December.
struct Estate : Screens
{
    Estate()
    {
        set_up_mpesa();
        add_plan("monthly", 1000, {1, Unit::Month});
        area = post("/api/v1/areas", {{"name", "Kilimani"}}, 201).at("id");
        house = post("/api/v1/buildings",
                     {{"name", "Blue Court"},
                      {"area_id", area},
                      {"landlord_name", "Mrs. Kamau"},
                      {"landlord_phone", "0722 000 000"}},
                     201)
                    .at("id");
        a1 = post(of_house("/units"), {{"label", "A1"}}, 201).at("id");
        a10 = post(of_house("/units"), {{"label", "A10"}}, 201).at("id");
        a2 = post(of_house("/units"), {{"label", "A2"}}, 201).at("id");
        jane = person("Jane Wanjiru", "0712000001");
        ali = person("Ali Hassan", "0712000002");
        jane_line = add_line(jane, "jane", "monthly");
        add_line(ali, "ali", "monthly");
    }
    std::string of_house(const std::string& tail) const
    {
        return "/api/v1/buildings/" + std::to_string(house) + tail;
    }
    Json move_in(std::int64_t unit, SubscriberId who, UnixTime at, int status = 201)
    {
        return post("/api/v1/units/" + std::to_string(unit) + "/tenancies",
                    {{"subscriber_id", who.value}, {"from_at", to_seconds(at)}}, status);
    }
    std::int64_t area = 0, house = 0, a1 = 0, a2 = 0, a10 = 0;
    SubscriberId jane, ali;
    SubscriptionId jane_line;
};

const UnixTime kDecember = domain::start_of_local_month(kStart, -1);
const UnixTime kTenth = domain::start_of_local_day(kStart - Seconds{5 * 86'400}); // 10 January

} // namespace

TEST_CASE("P93: a unit changes tenant, and both histories are right")
{
    Estate estate;
    estate.move_in(estate.a1, estate.jane, kDecember);
    estate.move_in(estate.a1, estate.ali, kTenth); // Jane moves out at that moment
    const Json of_unit =
        estate.get("/api/v1/units/" + std::to_string(estate.a1) + "/tenancies").at("items");
    REQUIRE(of_unit.size() == 2);
    CHECK(of_unit[0].at("full_name") == "Ali Hassan");
    CHECK(of_unit[0].at("from_at") == to_seconds(kTenth));
    CHECK(of_unit[0].at("until_at").is_null());
    CHECK(of_unit[1].at("full_name") == "Jane Wanjiru");
    CHECK(of_unit[1].at("from_at") == to_seconds(kDecember));
    CHECK(of_unit[1].at("until_at") == to_seconds(kTenth));
    // Jane moves across the floor; her own history has both homes, his only one.
    estate.move_in(estate.a2, estate.jane, kTenth + Seconds{3600});
    const Json of_jane = estate.get("/api/v1/subscribers/1/tenancies").at("items");
    REQUIRE(of_jane.size() == 2);
    CHECK(of_jane[0].at("unit_label") == "A2");
    CHECK(of_jane[1].at("unit_label") == "A1");
    CHECK(of_jane[1].at("building_name") == "Blue Court");
    CHECK(estate.get("/api/v1/subscribers/2/tenancies").at("items").size() == 1);
    // Nobody can have lived where somebody lived.
    CHECK(estate.move_in(estate.a1, estate.jane, kDecember + Seconds{60}, 409).at("code") ==
          "overlaps");
    CHECK(estate.move_in(estate.a1, estate.jane, kStart + Seconds{60}, 422).at("code") ==
          "in_future");
    // A slip is taken back by ending it where it began: it never was.
    const Json slip = estate.move_in(estate.a10, estate.ali, kTenth);
    const std::string end = "/api/v1/tenancies/" + slip.at("id").dump() + "/end";
    estate.post(end, {{"until_at", to_seconds(kTenth) - 1}}, 422);
    estate.post(end, {{"until_at", to_seconds(kTenth)}});
    estate.post(end, Json::object(), 409);
    CHECK(estate.get("/api/v1/units/" + std::to_string(estate.a10) + "/tenancies")
              .at("items")
              .empty());
    estate.move_in(estate.a10, estate.jane, kTenth); // and is no obstacle
    // Who moves house leaves the other homes, at that moment and not before they were theirs.
    const auto b1 = estate.post(estate.of_house("/units"), {{"label", "B1"}}, 201).at("id");
    const std::string to_b1 = "/api/v1/units/" + b1.dump() + "/tenancies";
    const auto moving = [&](UnixTime at) {
        return Json{{"subscriber_id", estate.ali.value},
                    {"from_at", to_seconds(at)},
                    {"leaves_others", true}};
    };
    const auto homes_of_ali = [&] {
        Json now = Json::array();
        const Json all = estate.get("/api/v1/subscribers/2/tenancies");
        for (const Json& one : all.at("items"))
            if (one.at("until_at").is_null())
                now.push_back(one.at("unit_label"));
        return now;
    };
    CHECK(estate.post(to_b1, moving(kTenth - Seconds{1}), 409).at("code") == "overlaps");
    CHECK(homes_of_ali() == Json{"A1"});
    const Json moved = estate.post(to_b1, moving(kTenth + Seconds{9000}), 201);
    CHECK(homes_of_ali() == Json{"B1"});
    CHECK(estate.get("/api/v1/subscribers/2/tenancies").at("items")[1].at("until_at") ==
          to_seconds(kTenth) + 9000);
    estate.post("/api/v1/tenancies/" + moved.at("id").dump() + "/end",
                {{"until_at", moved.at("from_at")}});
    const Json back = estate.move_in(estate.a1, estate.ali, kTenth + Seconds{9000});
    CHECK(homes_of_ali() == Json{"A1"});
    // He is back at the moment he left: nothing has happened, and one row says so.
    CHECK(estate.get("/api/v1/subscribers/2/tenancies").at("items").size() == 1);
    CHECK(back.at("from_at") == to_seconds(kTenth));
    // Where they live now is a filter and stands on the card.
    const std::string by = "/api/v1/subscribers?building_id=" + std::to_string(estate.house);
    CHECK(estate.get(by).at("items").size() == 2);
    CHECK(estate.get("/api/v1/subscribers?area_id=" + std::to_string(estate.area) + "&search=ali")
              .at("items")[0]
              .at("place")
              .at("unit_label") == "A1");
    estate.post("/api/v1/tenancies/" + back.at("id").dump() + "/end", Json::object());
    CHECK(estate.get(by + "&sort=name").at("items").size() == 1);
    CHECK(estate.get("/api/v1/subscribers/2").at("place").is_null());
    // Rows that are history cannot be changed behind the back of the program either.
    CHECK_THROWS(estate.db.write(
        [](storage::Tx& tx) { tx.run("UPDATE tenancy SET from_at = 1 WHERE id = 1"); }));
    CHECK_THROWS(
        estate.db.write([](storage::Tx& tx) { tx.run("DELETE FROM tenancy WHERE id = 1"); }));
}

TEST_CASE("P21: the landlord's report has who lived there, their state and what they paid (part)")
{
    Estate estate;
    estate.travel_to(kDecember + Seconds{3600});
    estate.pay_for(estate.jane, 1000); // in December
    estate.travel_to(kTenth - Seconds{3600});
    estate.pay_for(estate.jane, 1000); // still as tenant
    estate.travel_to(kTenth + Seconds{3600});
    estate.pay_for(estate.jane, 700); // after she left A1
    estate.pay_for(estate.ali, 1000);
    estate.travel_to(kStart);
    estate.move_in(estate.a1, estate.jane, kDecember);
    estate.move_in(estate.a1, estate.ali, kTenth);
    estate.db.write([&](storage::Tx& tx) {
        const domain::HourUsage before{kTenth - Seconds{7200}, {100, 1000, 60}};
        const domain::HourUsage after{kTenth + Seconds{7200}, {5, 50, 60}};
        storage::add_usage(tx, estate.jane_line, std::array{before, after});
    });
    const Json report = estate.get(estate.of_house("/report"));
    CHECK(report.at("month") == 202601);
    CHECK(report.at("units") == 3);
    CHECK(report.at("occupied") == 1);
    CHECK(report.at("landlord_name") == "Mrs. Kamau");
    const Json& rows = report.at("rows");
    REQUIRE(rows.size() == 4); // A1 twice, A2 and A10 empty, in the order people count
    CHECK(rows[0].at("unit_label") == "A1");
    CHECK(rows[0].at("full_name") == "Jane Wanjiru");
    CHECK(rows[0].at("paid_cents") == 100'000);
    CHECK(rows[0].at("bytes_down") == 1000);
    CHECK(rows[1].at("full_name") == "Ali Hassan");
    CHECK(rows[1].at("paid_cents") == 100'000);
    CHECK(rows[1].at("state") == "active");
    CHECK(rows[1].at("paid_until") ==
          estate.number("SELECT paid_until FROM subscription WHERE username = 'ali'"));
    CHECK(rows[2].at("unit_label") == "A2");
    CHECK(rows[2].at("full_name").is_null());
    CHECK(rows[3].at("unit_label") == "A10");
    CHECK(report.at("paid_cents") == 200'000);
    const Json december = estate.get(estate.of_house("/report?month=202512"));
    CHECK(december.at("rows").size() == 3);
    CHECK(december.at("rows")[0].at("paid_cents") == 100'000);
    estate.get(estate.of_house("/report?month=202513"), 422);
    // The CSV has the same rows, as a landlord reads them.
    const std::string csv = estate.text(estate.of_house("/report.csv"));
    const auto has = [](const std::string& text, const std::string& part) {
        INFO(text);
        return text.find(part) != std::string::npos;
    };
    CHECK(csv.substr(0, 10) == "\xEF\xBB\xBFMnara\r\n");
    CHECK(has(csv, "\r\nLandlord,Mrs. Kamau\r\nMonth,2026-01\r\n"));
    CHECK(has(csv, "\r\nUnit,Customer,Account,From,To,State,Paid until,Paid (KES),Data (GB)\r\n"));
    CHECK(has(csv, "\r\nA1,Jane Wanjiru," + estate.account_of(estate.jane) + ",2025-12-01,"));
    const auto paid_until =
        domain::readable_time(UnixTime{Seconds{rows[1].at("paid_until").get<std::int64_t>()}});
    CHECK(has(csv, ",now,Active," + paid_until.substr(0, 10) + ",1000.00,"));
    CHECK(has(csv, "\r\nA2,empty,,,,,,0.00,0.00\r\n"));
    CHECK(has(csv, "\r\nTotal,,,,,,,2000.00,\r\n"));
    CHECK(has(estate.text(estate.of_house("/report.csv?language=sw")), "\r\nA2,tupu,"));
}

TEST_CASE("P21: what a tenant of two units pays stands in the landlord's report once (part)")
{
    Estate estate;
    estate.move_in(estate.a1, estate.jane, kDecember);
    estate.move_in(estate.a2, estate.jane, kTenth);
    estate.travel_to(kStart);
    estate.pay_for(estate.jane, 1000);
    estate.db.write([&](storage::Tx& tx) {
        storage::add_usage(tx, estate.jane_line,
                           std::array{domain::HourUsage{kStart - Seconds{3600}, {1, 10, 60}}});
    });
    const Json both = estate.get(estate.of_house("/report"));
    CHECK(both.at("paid_cents") == 100'000);
    CHECK(both.at("rows")[0].at("paid_cents") == 100'000); // the home she has had longer
    CHECK(both.at("rows")[0].at("bytes_down") == 10);
    CHECK(both.at("rows")[1].at("unit_label") == "A2");
    CHECK(both.at("rows")[1].at("paid_cents") == 0);
    CHECK(both.at("rows")[1].at("bytes_down") == 0);
    // Once she has left the first, the second is where she pays from.
    estate.travel_to(kStart + Seconds{60});
    estate.post("/api/v1/tenancies/1/end", Json::object());
    estate.pay_for(estate.jane, 500);
    const Json after = estate.get(estate.of_house("/report"));
    CHECK(after.at("rows")[0].at("paid_cents") == 100'000);
    CHECK(after.at("rows")[1].at("paid_cents") == 50'000);
    CHECK(after.at("paid_cents") == 150'000);
    // Money of the sandbox is none for the landlord of a real house.
    REQUIRE(usecases::change_setting(estate.context, "mpesa.environment", "production", "t"));
    CHECK(estate.get(estate.of_house("/report")).at("paid_cents") == 0);
}

TEST_CASE("A building takes a thousand units, so that its list stays one page")
{
    Estate estate;
    estate.db.write([](storage::Tx& tx) {
        tx.run("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 997) "
               "INSERT INTO unit(building_id, label) SELECT 1, 'U' || i FROM n");
    });
    CHECK(estate.post(estate.of_house("/units"), {{"label", "one more"}}, 409).at("code") ==
          "full");
    CHECK(estate.get(estate.of_house("/units")).at("items").size() == 1000);
}

TEST_CASE("Places are made, renamed and removed, but not while something refers to them")
{
    Estate estate;
    estate.post("/api/v1/areas", {{"name", "KILIMANI"}}, 409);
    estate.post("/api/v1/areas", {{"name", ""}}, 422);
    estate.post("/api/v1/buildings", {{"name", "X"}, {"area_id", 99}}, 422);
    estate.post("/api/v1/buildings", {{"name", "X"}, {"area_id", 1}, {"landlord_phone", "1"}}, 422);
    estate.post(estate.of_house("/units"), {{"label", "a1"}}, 409);
    CHECK(estate.patch(estate.of_house(""), {{"address", "Argwings Kodhek Rd"}}).at("address") ==
          "Argwings Kodhek Rd");
    CHECK(estate.get("/api/v1/buildings").at("items")[0].at("landlord_phone") == "254722000000");
    const auto remove = [&](const std::string& path) {
        return estate.as(HttpOffice::Role::Owner, "DELETE", path).status;
    };
    CHECK(remove("/api/v1/areas/1") == 409);
    CHECK(remove(estate.of_house("")) == 409);
    estate.move_in(estate.a1, estate.jane, kStart);
    CHECK(remove("/api/v1/units/" + std::to_string(estate.a1)) == 409);
    CHECK(remove("/api/v1/units/" + std::to_string(estate.a2)) == 204);
    CHECK(remove("/api/v1/units/" + std::to_string(estate.a2)) == 404);
    CHECK(estate.get(estate.of_house("/units")).at("items").size() == 2);
    const Json site = estate.post("/api/v1/sites", {{"name", "Town"}, {"note", "HQ"}}, 201);
    const std::string site_path = "/api/v1/sites/" + site.at("id").dump();
    estate.patch("/api/v1/areas/1", {{"site_id", site.at("id")}});
    CHECK(remove(site_path) == 409);
    estate.patch("/api/v1/areas/1", {{"site_id", nullptr}});
    estate.patch("/api/v1/subscribers/1", {{"site_id", site.at("id")}});
    CHECK(estate.get("/api/v1/sites").at("items")[0].at("subscribers") == 1);
    CHECK(estate.get("/api/v1/subscribers?site_id=" + site.at("id").dump()).at("items").size() ==
          1);
    CHECK(remove(site_path) == 409);
    estate.patch("/api/v1/subscribers/1", {{"site_id", nullptr}});
    CHECK(remove(site_path) == 204);
    CHECK(estate.as(HttpOffice::Role::Cashier, "POST", "/api/v1/sites", R"({"name":"X"})").status ==
          403);
}
