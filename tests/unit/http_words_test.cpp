// What the box says to people whose wish it refuses, and to the screens that say it in their words.
#include "unit/catch.hpp"
#include "unit/http_office.hpp"

#include <nlohmann/json.hpp>

using namespace mnara;
using usecases::Role;

TEST_CASE("A setting that does not fit is refused with a word and its limits, not with prose alone")
{
    HttpOffice office;
    struct Wrong
    {
        const char *key, *value, *reason;
        int least, most; // 0: none is told
    };
    const std::string long_line(201, 'x');
    const std::string many_roles =
        "owner owner owner owner owner owner owner owner owner owner owner owner owner owner "
        "owner owner owner owner";
    for (const Wrong& wrong : {
             Wrong{"isp.name", long_line.c_str(), "one_line", 0, 200},
             {"mpesa.base_url", "ftp://x", "web_address", 0, 0},
             {"mpesa.short_code", "12a", "digits", 5, 8},
             {"mpesa.till", "123456789", "digits", 5, 8},
             {"security.session_hours", "0", "whole_number", 1, 2160},
             {"radius.interim_seconds", "3601", "whole_number", 60, 3600},
             {"radius.pool", "two words", "router_word", 0, 48},
             {"radius.pay_page_rate", "fast", "rate", 0, 0},
             {"tls.names", "Box.Example", "certificate_names", 0, 1000},
             {"mpesa.tls_pin", "abc", "fingerprint", 0, 0},
             {"mpesa.environment", "moon", "choice", 0, 0},
             {"mpesa.c2b_version", "v3", "choice", 0, 0},
             {"radius.coa_timeout_from", "soon", "choice", 0, 0},
             {"isp.time_zone", "Europe/Paris", "choice", 0, 0},
             {"security.second_factor_roles", "root", "choice", 0, 0},
             {"security.second_factor_roles", many_roles.c_str(), "too_long", 0, 100},
             {"no.such", "x", "unknown_setting", 0, 0},
         }) {
        INFO(wrong.key << " = " << wrong.value);
        const auto reply =
            office.as(Role::Owner, "PUT", std::string("/api/v1/settings/") + wrong.key,
                      Json{{"value", wrong.value}}.dump());
        REQUIRE(reply.status == 422);
        const Json said = Json::parse(reply.body);
        CHECK(said.at("code") == "bad_setting");
        CHECK(said.at("key") == wrong.key);
        CHECK(said.at("reason") == wrong.reason);
        CHECK(said.value("least", 0) == wrong.least);
        CHECK(said.value("most", 0) == wrong.most);
    }
}

TEST_CASE("A used sign-in link shows a page in both languages, in the house's look, with a way on")
{
    HttpOffice office;
    REQUIRE(usecases::add_operator(office.context, "jane", "Jane", Role::Owner, "correct horse"));
    const std::string path = "/sign-in/" + *usecases::make_sign_in_link(office.context, "jane");
    const auto offered = office.ask("GET", path);
    CHECK(offered.status == 200);
    CHECK(offered.body.find("<h1>Sign in</h1>") != std::string::npos);
    CHECK(offered.body.find("<h2>Ingia</h2>") != std::string::npos);
    REQUIRE(office.ask("POST", path).status == 303);
    const auto used = office.ask("POST", path, "", {{"Accept-Language", "sw"}});
    CHECK(used.status == 410);
    INFO(used.body);
    for (const char* part :
         {"<html lang=\"sw\">", "/style.css", "<h1>Kiungo hiki kimeshatumika</h1>",
          "<section lang=\"en\">", "This link is used up", "href=\"/\""})
        CHECK(used.body.find(part) != std::string::npos);
    CHECK(used.body.find("<script") == std::string::npos);
    CHECK(used.body.find(" style=") == std::string::npos);
}

TEST_CASE("Who opens sign-in links too fast reads a page, and not JSON")
{
    HttpOffice office;
    http::Reply fast;
    for (int times = 0; times < 40 && fast.status != 429; ++times)
        fast = office.ask("POST", "/sign-in/wrong");
    CHECK(fast.status == 429);
    CHECK(fast.body.find("Your link was not used") != std::string::npos);
    CHECK(header_of(fast, "Retry-After") == "60");
}
