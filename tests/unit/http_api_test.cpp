// The API as its callers see it, on a real database, without sockets.
#include "http/openapi.hpp"
#include "unit/catch.hpp"
#include "unit/http_office.hpp"
#include "usecases/attempts.hpp"
#include "usecases/inbox.hpp"

#include <nlohmann/json.hpp>

using namespace mnara;
using usecases::Role;

namespace {

class Api : public HttpOffice
{
public:
    Json get(const std::string& target, int status = 200)
    {
        return checked(as(Role::Owner, "GET", target), status);
    }
    Json post(const std::string& target, const Json& body, int status)
    {
        return checked(as(Role::Owner, "POST", target, body.dump()), status);
    }
    // A subscriber with one line on a plan of 100 shillings a day; gives the line.
    Json line()
    {
        post("/api/v1/plans",
             {{"code", "daily"},
              {"name", "One day"},
              {"kind", "pppoe"},
              {"price_cents", 10'000},
              {"duration_n", 1},
              {"duration_unit", "day"},
              {"up_bps", 1'000'000},
              {"down_bps", 5'000'000}},
             201);
        const Json jane = post("/api/v1/subscribers",
                               {{"full_name", "Jane Wanjiru"}, {"phone", "0712 345 678"}}, 201);
        return post("/api/v1/subscribers/" + jane.at("id").dump() + "/subscriptions",
                    {{"username", "jane"}, {"password", "secret"}, {"plan_code", "daily"}}, 201);
    }

private:
    static Json checked(const http::Reply& reply, int status)
    {
        INFO(reply.body);
        REQUIRE(reply.status == status);
        return reply.body.empty() ? Json() : Json::parse(reply.body);
    }
};

} // namespace

TEST_CASE("A plan is sold, changed by a new version, and its code is taken once")
{
    Api api;
    api.line();
    const Json version{
        {"kind", "pppoe"}, {"price_cents", 12'000}, {"duration_n", 1}, {"duration_unit", "day"}};
    const Json changed = api.post("/api/v1/plans/daily/versions", version, 201);
    CHECK(changed.at("version") == 2);
    CHECK(changed.at("up_bps").is_null());
    Json again = version;
    again["code"] = "daily";
    again["name"] = "Again";
    CHECK(api.post("/api/v1/plans", again, 409).at("code") == "code_taken");
    api.post("/api/v1/plans/none/versions", version, 404);
    const Json plans = api.get("/api/v1/plans");
    CHECK(plans.at("items").size() == 1);
    CHECK(plans.at("items")[0].at("price_cents") == 12'000);
    CHECK(plans.at("next").is_null());
}

TEST_CASE("A plan off sale goes on for who has it, and nobody else gets it")
{
    Api api;
    api.set_up_mpesa();
    const std::string jane = "/api/v1/subscriptions/" + api.line().at("id").dump();
    api.add_plan("weekly", 500, {7, domain::DurationUnit::Day});
    const Json john =
        api.post("/api/v1/subscribers", {{"full_name", "John"}, {"phone", "0712 000 001"}}, 201);
    const std::string lines = "/api/v1/subscribers/" + john.at("id").dump() + "/subscriptions";
    const Json weekly = api.post(
        lines, {{"username", "john"}, {"password", "secret"}, {"plan_code", "weekly"}}, 201);
    const std::string johns = "/api/v1/subscriptions/" + weekly.at("id").dump();
    const auto put = [&](Role role, const std::string& body) {
        return api.as(role, "PATCH", "/api/v1/plans/daily", body);
    };
    CHECK(put(Role::Cashier, R"({"on_sale":false})").status == 403);
    CHECK(put(Role::Manager, "{}").status == 422);
    CHECK(put(Role::Manager, R"({"on_sale":1})").status == 422);
    CHECK(put(Role::Manager, R"({"on_sale":false,"name":"x"})").status == 422);
    const auto off = put(Role::Manager, R"({"on_sale":false})");
    REQUIRE(off.status == 200);
    CHECK(Json::parse(off.body).at("on_sale") == false);
    CHECK(put(Role::Manager, R"({"on_sale":false})").status == 200); // and nothing is written down
    CHECK(api.number("SELECT COUNT(*) FROM audit_log WHERE action = 'taken_off_sale'") == 1);
    CHECK(api.as(Role::Manager, "PATCH", "/api/v1/plans/none", R"({"on_sale":true})").status ==
          404);

    const auto code = [](const http::Reply& reply) {
        return reply.status == 409 ? Json::parse(reply.body).at("code").get<std::string>() : "";
    };
    CHECK(api.post(lines, {{"username", "j2"}, {"password", "s"}, {"plan_code", "daily"}}, 409)
              .at("code") == "off_sale");
    CHECK(api.post(johns + "/plan", {{"plan_code", "daily"}}, 409).at("code") == "off_sale");
    CHECK(code(api.as(Role::Cashier, "POST", johns + "/collect", R"({"plan_code":"daily"})")) ==
          "off_sale");
    CHECK(api.number("SELECT COUNT(*) FROM payment_attempt") == 0);
    // Who has it keeps it, is asked for its price, and gets a new version of it.
    CHECK(api.post(jane + "/plan", {{"plan_code", "daily"}}, 200).at("plan_code") == "daily");
    CHECK(api.as(Role::Cashier, "POST", jane + "/collect", R"({"plan_code":"daily"})").status ==
          202);
    api.post("/api/v1/plans/daily/versions",
             {{"kind", "pppoe"}, {"price_cents", 0}, {"duration_n", 1}, {"duration_unit", "day"}},
             201);
    CHECK(api.as(Role::Cashier, "POST", jane + "/terms", "{}").status == 201);
    // Who leaves it does not get it back.
    api.post(jane + "/plan", {{"plan_code", "weekly"}}, 200);
    CHECK(api.post(jane + "/plan", {{"plan_code", "daily"}}, 409).at("code") == "off_sale");
    REQUIRE(put(Role::Owner, R"({"on_sale":true})").status == 200);
    CHECK(api.number("SELECT COUNT(*) FROM audit_log WHERE action = 'put_on_sale'") == 1);
    api.post(jane + "/plan", {{"plan_code", "daily"}}, 200);
}

TEST_CASE("Money in a plan must be whole cents")
{
    Api api;
    for (const char* price : {"100.5", "1e3", "\"100\"", "-1", "99999999999999999999"}) {
        const std::string body =
            R"({"code":"x","name":"X","kind":"pppoe","duration_n":1,"duration_unit":"day",)"
            R"("price_cents":)" +
            std::string(price) + "}";
        INFO(body);
        CHECK(api.as(Role::Owner, "POST", "/api/v1/plans", body).status == 422);
    }
}

TEST_CASE("A subscriber is found by name, account, phone in any form and username")
{
    Api api;
    const Json line = api.line();
    api.post("/api/v1/subscribers", {{"full_name", "100% Otieno"}, {"phone", "0722000000"}}, 201);
    const Json jane = api.get("/api/v1/subscribers/" + line.at("subscriber_id").dump());
    CHECK(jane.at("phones")[0] == "254712345678");
    CHECK(jane.at("wallet_cents") == 0);
    CHECK(jane.at("subscriptions")[0].at("username") == "jane");
    for (const std::string& search :
         {std::string("wanji"), jane.at("account_no").get<std::string>(), std::string("jane"),
          std::string("%2B254%20712-345678"), std::string("0712345678")}) {
        const Json found = api.get("/api/v1/subscribers?search=" + search);
        INFO(search);
        REQUIRE(found.at("items").size() == 1);
        CHECK(found.at("items")[0].at("full_name") == "Jane Wanjiru");
    }
    CHECK(api.get("/api/v1/subscribers?search=0%25").at("items").size() == 1); // no wildcard
    CHECK(api.get("/api/v1/subscribers?search=zzz").at("items").empty());
}

TEST_CASE("A list comes in pages whose cursors meet every row once")
{
    Api api;
    for (int number = 0; number < 5; ++number)
        api.post("/api/v1/subscribers",
                 {{"full_name", "Number " + std::to_string(number)}, {"phone", "0712345678"}}, 201);
    std::vector<std::int64_t> ids;
    std::string after;
    while (true) {
        const Json page = api.get("/api/v1/subscribers?limit=2" + after);
        for (const Json& item : page.at("items"))
            ids.push_back(item.at("id"));
        if (page.at("next").is_null())
            break;
        after = "&after=" + page.at("next").get<std::string>();
    }
    CHECK(ids == std::vector<std::int64_t>{1, 2, 3, 4, 5});
    api.get("/api/v1/subscribers?limit=201", 422);
    api.get("/api/v1/subscribers?after=x", 422);
}

TEST_CASE("A line shows what the network answers and moves by the state machine")
{
    Api api;
    const std::string path = "/api/v1/subscriptions/" + api.line().at("id").dump();
    const Json fresh = api.get(path);
    CHECK(fresh.at("state") == "pending");
    CHECK(fresh.at("access").at("verdict") == "not paid yet");
    CHECK(fresh.at("access").at("applied") == false);
    CHECK(api.post(path + "/suspend", {{"reason", "asked"}}, 200).at("access").at("verdict") ==
          "suspended");
    api.post(path + "/suspend", {{"reason", "again"}}, 409);
    api.post(path + "/resume", {}, 422);
    CHECK(api.post(path + "/resume", {{"reason", "back"}}, 200).at("state") == "pending");
    api.post(path + "/password", {{"password", "another"}}, 200);
    api.post(path + "/plan", {{"plan_code", "none"}}, 422);
    api.post(path + "/terms", Json::object(), 409);
    CHECK(api.post(path + "/terminate", {{"reason", "moved"}}, 200).at("access").at("verdict") ==
          "unknown user");
    api.get("/api/v1/subscriptions/99", 404);
    api.get("/api/v1/subscriptions/x", 404);
    CHECK(api.get(path + "/usage?by=hour").at("items").empty());
    api.get(path + "/usage?by=year", 422);
}

TEST_CASE("Where the answer got lost, the same wish makes no second subscriber and no second line")
{
    Api api;
    api.line();
    const http::Headers headers{{"Authorization", "Bearer " + api.token_of(Role::Cashier)},
                                {"Idempotency-Key", "0123456789abcdef"}};
    const std::string jane = R"({"full_name":"Jane","phone":"0722000000"})";
    const auto made = api.ask("POST", "/api/v1/subscribers", jane, headers);
    REQUIRE(made.status == 201);
    CHECK(api.ask("POST", "/api/v1/subscribers", jane, headers).body == made.body);
    CHECK(api.number("SELECT COUNT(*) FROM subscriber") == 2);
    CHECK(api.ask("POST", "/api/v1/subscribers", jane, {headers[0]}).status == 201); // without one
    CHECK(api.number("SELECT COUNT(*) FROM subscriber") == 3);

    const std::string lines =
        "/api/v1/subscribers/" + Json::parse(made.body).at("id").dump() + "/subscriptions";
    const std::string line = R"({"username":"jane2","password":"keep-it-low","plan_code":"daily"})";
    const http::Headers other{headers[0], {"Idempotency-Key", "fedcba9876543210"}};
    const auto dialled = api.ask("POST", lines, line, other);
    REQUIRE(dialled.status == 201);
    CHECK(api.ask("POST", lines, line, other).body == dialled.body);
    CHECK(api.ask("POST", lines, line, headers).status == 422); // that key was another wish
    CHECK(api.number("SELECT COUNT(*) FROM subscription") == 2);
    // Neither the password nor what it could be guessed by stays.
    CHECK(
        api.number("SELECT COUNT(*) FROM idempotency_key WHERE response_body LIKE '%keep-it-low%' "
                   "OR key LIKE '%fedcba%'") == 0);
}

TEST_CASE("A price with cents is asked for in whole shillings, of which M-Pesa knows no parts")
{
    Api api;
    api.set_up_mpesa();
    const std::string path = "/api/v1/subscriptions/" + api.line().at("id").dump() + "/collect";
    api.post(
        "/api/v1/plans/daily/versions",
        {{"kind", "pppoe"}, {"price_cents", 10'001}, {"duration_n", 1}, {"duration_unit", "day"}},
        201);
    const http::Headers headers{{"Authorization", "Bearer " + api.token_of(Role::Cashier)},
                                {"Idempotency-Key", "0123456789abcdef"}};
    const auto asked = api.ask("POST", path, "{}", headers);
    INFO(asked.body);
    REQUIRE(asked.status == 202);
    CHECK(api.number("SELECT amount_cents FROM payment_attempt") == 10'100);
}

TEST_CASE("Asking for money twice with one Idempotency-Key asks once")
{
    Api api;
    api.set_up_mpesa();
    const std::string path = "/api/v1/subscriptions/" + api.line().at("id").dump() + "/collect";
    const http::Headers headers{{"Authorization", "Bearer " + api.token_of(Role::Cashier)},
                                {"Idempotency-Key", "0123456789abcdef"}};
    CHECK(api.ask("POST", path, "{}", {headers[0]}).status == 400);
    const auto first = api.ask("POST", path, "{}", headers);
    INFO(first.body);
    REQUIRE(first.status == 202);
    const auto second = api.ask("POST", path, "{}", headers);
    CHECK(second.status == 202);
    CHECK(second.body == first.body);
    CHECK(api.ask("POST", path, R"({"phone":"0722000000"})", headers).status == 422);
    CHECK(api.number("SELECT COUNT(*) FROM payment_attempt") == 1);
    CHECK(api.post(path, Json::object(), 409).at("code") == "open_attempt");
    const Json attempt = api.get("/api/v1/attempts/" + Json::parse(first.body).at("id").dump());
    CHECK(attempt.at("state") == "requested");
    CHECK(attempt.at("amount_cents") == 10'000);
    CHECK(attempt.at("reason").is_null());
    const Json asked = api.get("/api/v1/audit?entity=payment_attempt").at("items").at(0);
    CHECK(asked.at("entity_name") == "Jane Wanjiru");
    CHECK(asked.at("subscriber_id") == attempt.at("subscriber_id"));
    CHECK(api.get("/api/v1/attempts?state=requested").at("items").size() == 1);
    CHECK(api.get("/api/v1/attempts?state=failed").at("items").empty());
    api.get("/api/v1/attempts?state=lost", 422);
}

TEST_CASE(
    "B48: a failed attempt says why in English and Swahili, and an unknown one not to pay again")
{
    Api api;
    api.set_up_mpesa();
    const std::string path = "/api/v1/subscriptions/" + api.line().at("id").dump() + "/collect";
    const Json asked = api.post(path, Json::object(), 202);
    const AttemptId id{asked.at("id").get<std::int64_t>()};
    const std::string attempt_path = "/api/v1/attempts/" + asked.at("id").dump();
    REQUIRE(usecases::claim_push(api.context));
    usecases::settle_push(api.context, id,
                          refuse(usecases::ProviderError{usecases::ProviderError::Kind::Unknown,
                                                         "timeout", "No answer.", false}));
    const Json unknown = api.get(attempt_path);
    CHECK(unknown.at("state") == "unknown");
    CHECK(unknown.at("may_retry") == false);
    CHECK(unknown.at("reason").at("en").get<std::string>().find("Do not pay again") !=
          std::string::npos);
    api.db.write([&](storage::Tx& tx) {
        tx.run("UPDATE payment_attempt SET state = 'failed', result_code = '1032', "
               "resolved_at = requested_at, next_check_at = NULL WHERE id = ?1",
               id);
    });
    const Json failed = api.get(attempt_path);
    CHECK(failed.at("reason").at("en") == domain::mpesa_result("1032").reason_en);
    CHECK(failed.at("reason").at("sw") == domain::mpesa_result("1032").reason_sw);
    CHECK(failed.at("may_retry") == true);
}

TEST_CASE("B38: a callback address asked with GET says it is alive and books nothing")
{
    Api api;
    for (const char* path : {"/cb/s/word", "/cb/c/word/confirmation", "/cb/c/word/validation"}) {
        const auto reply = api.ask("GET", path);
        CHECK(reply.status == 200);
        CHECK(reply.body == "alive\n");
    }
    CHECK(api.number("SELECT COUNT(*) FROM inbox") == 0);
}

TEST_CASE("A callback is stored as it came, whatever it holds, and then answered")
{
    Api api;
    const std::string garbage("\x00not json\xff", 10);
    const auto reply = api.ask("POST", "/cb/s/word", garbage,
                               {{"User-Agent", "x"}, {"Authorization", "Bearer secret"}});
    CHECK(reply.status == 200);
    CHECK(Json::parse(reply.body).at("ResultCode") == 0);
    api.db.read([&](storage::ReadTx& tx) {
        auto q = tx.query("SELECT kind, body, headers, peer FROM inbox");
        REQUIRE(q.step());
        CHECK(q.get<std::string>(0) == "stk_callback");
        CHECK(q.get<std::string>(1) == garbage);
        CHECK(q.get<std::string>(2) == "User-Agent: x\n");
        CHECK(q.get<std::string>(3) == "127.0.0.1");
    });
    const auto logged = [&](const std::string& id) {
        return std::count_if(api.lines.begin(), api.lines.end(), [&](const std::string& line) {
            return line.find("\"id\":\"" + id + "\"") != std::string::npos;
        });
    };
    CHECK(logged("callback.received") == 1);
    CHECK(logged("callback.stored") == 1);
}

TEST_CASE("A validation is accepted at our own address and refused at any other")
{
    Api api;
    const std::string token = api.db.read(
        [&](storage::ReadTx& tx) { return usecases::c2b_token(tx, api.keys, "mpesa-sandbox"); });
    const auto code = [&](const std::string& word) {
        const auto reply = api.ask("POST", "/cb/c/" + word + "/validation", "{}");
        CHECK(reply.status == 200);
        return Json::parse(reply.body).at("ResultCode");
    };
    CHECK(code(token) == "0");
    CHECK(code("word") == "C2B00016");
    CHECK(Json::parse(api.ask("POST", "/cb/c/" + token + "/confirmation", "{}").body)
              .at("ResultCode") == 0);
    CHECK(api.number("SELECT COUNT(*) FROM inbox") == 3);
}

TEST_CASE("A router's secret is shown when it is made and when it is changed, and never else")
{
    Api api;
    const Json made =
        api.post("/api/v1/routers", {{"name", "Tower"}, {"radius_source", "10.0.0.2"}}, 201);
    const std::string path = "/api/v1/routers/" + made.at("id").dump();
    CHECK(made.at("radius_secret").get<std::string>().size() >= 16);
    CHECK_FALSE(api.get("/api/v1/routers").at("items")[0].contains("radius_secret"));
    const auto patch = [&](const std::string& body) {
        return Json::parse(api.as(Role::Technician, "PATCH", path, body).body);
    };
    CHECK_FALSE(patch(R"({"enabled":false})").contains("radius_secret"));
    const Json renewed = patch(R"({"radius_secret":"new","enabled":true})");
    CHECK(renewed.at("radius_secret") != made.at("radius_secret"));
    CHECK(renewed.at("enabled") == true);
    api.post("/api/v1/routers", {{"name", "Tower"}, {"radius_source", "10.0.0.3"}}, 409);
    api.post("/api/v1/routers", {{"name", "Mast"}, {"radius_source", "nowhere"}}, 422);
    api.post("/api/v1/sessions/1/disconnect", Json::object(), 404);
    api.get("/api/v1/auth-results/nobody", 404);
}

TEST_CASE("Routers are listed by their site")
{
    Api api;
    api.post("/api/v1/routers", {{"name", "Tower"}, {"radius_source", "10.0.0.2"}}, 201);
    const Json mast =
        api.post("/api/v1/routers", {{"name", "Mast"}, {"radius_source", "10.0.0.3"}}, 201);
    const Json site = api.post("/api/v1/sites", {{"name", "Kisumu"}}, 201);
    const std::string id = site.at("id").dump();
    REQUIRE(api.as(Role::Owner, "PUT", "/api/v1/routers/" + mast.at("id").dump() + "/site",
                   R"({"site_id":)" + id + "}")
                .status == 200);
    const Json here = api.get("/api/v1/routers?site_id=" + id);
    REQUIRE(here.at("items").size() == 1);
    CHECK(here.at("items")[0].at("name") == "Mast");
    CHECK(api.get("/api/v1/routers?site_id=99").at("items").empty());
    CHECK(api.get("/api/v1/routers?site_id=x").at("items").empty());
    CHECK(api.get("/api/v1/routers?site_id=").at("items").size() == 2);
}

TEST_CASE("Settings are checked, and a secret is never given back")
{
    Api api;
    const auto put = [&](const std::string& key, const std::string& value) {
        return api.as(Role::Owner, "PUT", "/api/v1/settings/" + key, Json{{"value", value}}.dump())
            .status;
    };
    CHECK(put("isp.name", "Kibera <Net>") == 204);
    CHECK(put("mpesa.consumer_secret", "hush-hush") == 204);
    CHECK(put("mpesa.environment", "moon") == 422);
    CHECK(put("no.such", "x") == 422);
    const auto reply = api.as(Role::Owner, "GET", "/api/v1/settings");
    CHECK(reply.body.find("hush-hush") == std::string::npos);
    const Json settings = Json::parse(reply.body);
    for (const Json& item : settings.at("items"))
        if (item.at("key") == "mpesa.consumer_secret") {
            CHECK(item.at("set") == true);
            CHECK_FALSE(item.contains("value"));
        }
}

TEST_CASE("Our C2B addresses are registered, and what M-Pesa says against it is passed on")
{
    Api api;
    const char* path = "/api/v1/providers/mpesa/register-urls";
    CHECK(api.post(path, Json::object(), 409).at("code") == "not_configured");
    api.set_up_mpesa();
    api.post(path, Json::object(), 200);
    CHECK(api.provider.registered.first.find("http://127.0.0.1:8080/cb/c/") == 0);
    CHECK(api.provider.registered.second.find("/validation") != std::string::npos);
    api.provider.refuses = true;
    CHECK(api.post(path, Json::object(), 502).at("detail") == "The key is wrong.");
}

TEST_CASE("B7: status and page say loudly that the money is not real while in the sandbox")
{
    Api api;
    CHECK(api.get("/api/v1/status").at("provider").at("environment") == "sandbox");
    const http::Headers cookie{
        {"Cookie", "mnara_session=" + api.browser_of(Role::Viewer).cookie_token}};
    CHECK(api.ask("GET", "/status", "", cookie).body.find("class=\"sandbox\"") !=
          std::string::npos);
    REQUIRE(
        usecases::change_setting(api.context, "mpesa.environment", "production", "system:test"));
    CHECK(api.get("/api/v1/status").at("provider").at("environment") == "production");
    CHECK(api.ask("GET", "/status", "", cookie).body.find("class=\"sandbox\"") ==
          std::string::npos);
}

TEST_CASE("The page asks for a sign-in, escapes what it shows, and signs out")
{
    Api api;
    CHECK(api.ask("GET", "/status").body.find("<form method=\"post\" action=\"/sign-in\">") !=
          std::string::npos);
    REQUIRE(usecases::change_setting(api.context, "isp.name", "Net <b>", "system:test"));
    const auto who = api.browser_of(Role::Owner);
    const http::Headers cookie{{"Cookie", "mnara_session=" + who.cookie_token}};
    const std::string page = api.ask("GET", "/status", "", cookie).body;
    CHECK(page.find("<h1>Net &lt;b&gt;</h1>") != std::string::npos);
    CHECK(page.find("<script") == std::string::npos);
    const http::Headers swahili{cookie[0], {"Accept-Language", "sw-KE,en;q=0.5"}};
    const std::string ukurasa = api.ask("GET", "/status", "", swahili).body;
    CHECK(ukurasa.find("<html lang=\"sw\">") != std::string::npos);
    CHECK(ukurasa.find("Pesa za leo") != std::string::npos);
    CHECK(api.ask("GET", "/sign-in/x", "", swahili).body.find("Ingia") != std::string::npos);
    CHECK(api.ask("POST", "/sign-out", "csrf_token=wrong", cookie).status == 403);
    CHECK(api.ask("POST", "/sign-out", "csrf_token=" + who.csrf_token, cookie).status == 303);
    CHECK(api.ask("GET", "/api/v1/me", "", cookie).status == 401);
}

TEST_CASE("Signing in by JSON, by form and by link sets a cookie that scripts cannot read")
{
    Api api;
    REQUIRE(usecases::add_operator(api.context, "jane", "Jane", Role::Owner, "correct horse"));
    const http::Headers json{{"Content-Type", "application/json; charset=utf-8"}};
    const std::string right = R"({"login":"jane","password":"correct horse"})";
    CHECK(api.ask("POST", "/api/v1/sign-in", right, {{"Content-Type", "text/plain"}}).status ==
          415);
    const auto signed_in = api.ask("POST", "/api/v1/sign-in", right, json);
    REQUIRE(signed_in.status == 200);
    const std::string cookie = header_of(signed_in, "Set-Cookie");
    CHECK(cookie.find("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800") != std::string::npos);
    CHECK(signed_in.body.find(cookie.substr(14, 20)) == std::string::npos);
    const std::string form = "login=jane&password=correct+horse";
    CHECK(header_of(api.ask("POST", "/sign-in", form), "Location") == "/status");
    CHECK(api.ask("POST", "/sign-in", form, {{"Origin", "http://evil.example"}}).status == 403);
    CHECK(header_of(api.ask("POST", "/sign-in", "login=jane&password=x"), "Location") ==
          "/status?sign_in=wrong");
    const auto link = usecases::make_sign_in_link(api.context, "jane");
    CHECK(api.ask("POST", "/sign-in/" + *link).status == 303);
    CHECK(api.ask("POST", "/sign-in/" + *link).status == 410);
    for (int times = 0; times < 5; ++times)
        CHECK(
            api.ask("POST", "/api/v1/sign-in", R"({"login":"jane","password":"x"})", json).status ==
            401);
    CHECK(api.ask("POST", "/api/v1/sign-in", right, json).status == 429);
}

TEST_CASE("Health, metrics and alerts tell what is wrong")
{
    Api api;
    CHECK(api.ask("GET", "/health").body == R"({"status":"ok"})");
    api.db.write([&](storage::Tx& tx) {
        tx.run("INSERT INTO alert(key, severity, detail, opened_at) "
               "VALUES ('radius_db','critical','away',?1)",
               api.clock.now());
    });
    CHECK(api.ask("GET", "/health").status == 503);
    CHECK(api.get("/api/v1/alerts").at("items")[0].at("key") == "radius_db");
    api.line();
    const std::string metrics = api.ask("GET", "/metrics").body;
    CHECK(metrics.find("\nmnara_alerts_open 1\n") != std::string::npos);
    CHECK(metrics.find("\nmnara_subscriptions{state=\"pending\"} 1\n") != std::string::npos);
}

TEST_CASE("Every route of the table stands in openapi.yaml, and nothing else does")
{
    const std::string text(http::openapi_text());
    std::set<std::string> described;
    std::string path;
    std::istringstream lines(text.substr(text.find("\npaths:\n"),
                                         text.find("\ncomponents:\n") - text.find("\npaths:\n")));
    for (std::string line; std::getline(lines, line);) {
        if (line.substr(0, 3) == "  /")
            path = line.substr(2, line.size() - 3);
        for (const char* method : {"get", "post", "put", "patch", "delete"})
            if (line == "    " + std::string(method) + ":")
                described.insert(std::string(method) + " " + path);
    }
    std::set<std::string> served;
    for (const http::Route& route : http::routes()) {
        std::string method(route.method);
        for (char& c : method)
            c = static_cast<char>(c - 'A' + 'a');
        served.insert(method + " " + std::string(route.pattern));
    }
    CHECK(described == served);
}
