// The first start: the code of the console, the wizard, the logo, M-Pesa "test now".
#include "unit/catch.hpp"
#include "unit/staff.hpp"
#include "usecases/first_run.hpp"

using namespace mnara;

TEST_CASE("B24: the first owner needs the code of the console; then no code works any more")
{
    Staff house;
    const auto ask = [&](const std::string& code, const std::string& password = kPassword) {
        const Json body{{"code", code},
                        {"login", "wanjiru"},
                        {"full_name", "Wanjiru K."},
                        {"password", password}};
        return house.ask("POST", "/api/v1/first-run/owner", body.dump(),
                         {{"Content-Type", "application/json"}});
    };
    const auto needs_owner = [&] {
        return Json::parse(house.ask("GET", "/api/v1/session").body).at("needs_owner");
    };
    CHECK(house.number("SELECT COUNT(*) FROM operator") == 0); // nobody, and no default password
    CHECK(needs_owner() == true);
    CHECK(Json::parse(house.ask("GET", "/api/v1/session").body).at("me").is_null());
    CHECK(code_in(ask("ABCD-EFGH")) == "code_dead"); // none was made yet
    const std::string old = usecases::make_first_run_code(house.context).value();
    const std::string code = usecases::make_first_run_code(house.context).value();
    CHECK(code_in(ask(old)) == "wrong_code");
    CHECK(code_in(ask(code, "short")) == "weak_password");
    std::string typed = code; // as people type it
    typed.erase(4, 1);
    for (char& c : typed)
        c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    const auto made = ask(typed);
    INFO(made.body);
    REQUIRE(made.status == 201);
    CHECK(needs_owner() == false);
    const Browser owner{cookie_in(made), Json::parse(made.body).at("csrf_token")};
    CHECK(house.json(owner, "/api/v1/me").at("operator").at("role") == "owner");
    CHECK(house.json(owner, "/api/v1/session").at("me") == house.json(owner, "/api/v1/me"));
    CHECK(code_in(ask(code)) == "owner_exists");
    CHECK_FALSE(usecases::make_first_run_code(house.context));
    // Disabled or not: who had the box keeps it.
    house.db.write([](storage::Tx& tx) { tx.run("UPDATE operator SET disabled_at = 1"); });
    CHECK_FALSE(usecases::make_first_run_code(house.context));
}

TEST_CASE("B24: ten wrong codes end the code")
{
    Staff house;
    const std::string code = usecases::make_first_run_code(house.context).value();
    const auto make = [&](const std::string& with) {
        return usecases::make_first_owner(house.context, with, "wanjiru", "W", kPassword);
    };
    for (int i = 0; i < 10; ++i)
        CHECK(make("AAAA-AAA" + std::to_string(i)).error() == usecases::FirstRunError::WrongCode);
    CHECK(make(code).error() == usecases::FirstRunError::CodeDead);
    CHECK(make(usecases::make_first_run_code(house.context).value()));
}

TEST_CASE("B24: the wizard says at each step what is missing")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const Browser owner = house.browser("wanjiru");
    const auto step = [&](const std::string& key) {
        const Json state = house.json(owner, "/api/v1/first-run/steps");
        for (const Json& one : state.at("steps"))
            if (one.at("key") == key)
                return one;
        return Json();
    };
    const auto set = [&](const std::string& key, const std::string& value) {
        return house.with(owner, "PUT", "/api/v1/settings/" + key, {{"value", value}}).status;
    };
    CHECK(step("isp_name").at("done") == false);
    CHECK(step("mpesa").at("missing") ==
          Json{"mpesa.short_code", "mpesa.consumer_key", "mpesa.consumer_secret", "mpesa.passkey"});
    CHECK(set("isp.name", "Net Co") == 204);
    CHECK(set("isp.time_zone", "Europe/Paris") == 422);
    CHECK(set("isp.time_zone", "Africa/Nairobi") == 204);
    house.add_plan("daily", 100, {1, domain::DurationUnit::Day});
    house.set_up_mpesa();
    CHECK(house.json(owner, "/api/v1/first-run/steps").at("done") == true); // the logo is optional
    CHECK(step("logo").at("done") == false);
    const std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect/></svg>";
    const http::Headers headers{{"Cookie", "mnara_session=" + owner.cookie},
                                {"X-CSRF-Token", owner.csrf}};
    CHECK(house.ask("GET", "/api/v1/isp/logo").status == 404);
    CHECK(house.ask("PUT", "/api/v1/isp/logo", "<svg onload='x'/>", headers).status == 422);
    CHECK(house.ask("PUT", "/api/v1/isp/logo", svg, headers).status == 204);
    const auto logo = house.ask("GET", "/api/v1/isp/logo");
    CHECK(logo.body == svg);
    CHECK(logo.content_type == "image/svg+xml");
    CHECK(header_of(logo, "Content-Security-Policy").find("sandbox") != std::string::npos);
    CHECK(Json::parse(house.ask("GET", "/api/v1/isp").body) == Json{{"name", "Net Co"},
                                                                    {"time_zone", "Africa/Nairobi"},
                                                                    {"has_logo", true},
                                                                    {"environment", "sandbox"}});
}

TEST_CASE("B6: test now says in plain words whether the keys work; they are never shown again")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const Browser owner = house.browser("wanjiru");
    const auto test = [&] {
        return Json::parse(house.with(owner, "POST", "/api/v1/providers/mpesa/test").body);
    };
    CHECK(test().at("reason") == "not_configured");
    CHECK(test().at("detail").get<std::string>().find("mpesa.passkey") != std::string::npos);
    house.set_up_mpesa();
    house.provider.time = house.clock.now();
    CHECK(test().at("works") == true);
    house.provider.time = house.clock.now() - Seconds{3 * 3600};
    CHECK(test().at("reason") == "clock");
    CHECK(test().at("detail").get<std::string>().find("180 minutes ahead") != std::string::npos);
    using usecases::ProviderError;
    const auto failing = [&](const std::string& code, bool ours, const std::string& text) {
        house.provider.trouble = ProviderError{ProviderError::Kind::NotDone, code, text, ours};
        return test().at("reason").get<std::string>();
    };
    CHECK(failing("400.008.01", true, "M-Pesa refused the consumer key and secret.") ==
          "wrong_key");
    CHECK(failing("connection", false, "x:443: Host not found") == "no_network");
    CHECK(failing("timeout", false, "x:443: timeout") == "no_answer");
    CHECK(failing("tls", true,
                  "x:443: the certificate is valid only from 2030 on; is the clock right?") ==
          "clock");
    CHECK(failing("tls", true, "x:443: the issuer is not trusted") == "certificate");
    CHECK(failing("http 503", false, "M-Pesa answered with HTTP 503 and no reason.") == "refused");
    CHECK(failing("rate limit", false, "busy") == "busy");
    const std::string settings = house.with(owner, "GET", "/api/v1/settings").body;
    const Json listed = Json::parse(settings);
    for (const Json& one : listed.at("items"))
        if (one.at("secret") == true)
            CHECK_FALSE(one.contains("value"));
    CHECK(house.number("SELECT COUNT(*) FROM setting WHERE key = 'mpesa.passkey' "
                       "AND value IS NULL AND secret_id IS NOT NULL") == 1);
}
