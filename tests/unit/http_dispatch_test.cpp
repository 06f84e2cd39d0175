// The route table and the way from a request to its handler, without sockets.
#include "http/dispatch.hpp"
#include "unit/catch.hpp"
#include "unit/house.hpp"
#include "unit/http_office.hpp"

#include <nlohmann/json.hpp>

using namespace mnara;
using usecases::Role;

namespace {

constexpr std::array kRoles{Role::Owner,      Role::Manager,  Role::Cashier,
                            Role::Technician, Role::Reseller, Role::Viewer};

// The pattern with something plausible for each {name}.
std::string sample_path(std::string_view pattern)
{
    std::string path;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        if (pattern[at] == '{') {
            path += "999"; // there is none: a walk must not end the session it walks with
            at = pattern.find('}', at);
        } else {
            path += pattern[at];
        }
    }
    return path;
}

http::Reply open_handler(http::Call&)
{
    return {};
}

} // namespace

TEST_CASE("P57: without a sign-in nothing is answered but what is public by name")
{
    HttpOffice office;
    office.asks_from = "10.0.0.9"; // not the box itself
    const std::set<std::string> open{"GET /",
                                     "GET /app/{page}",
                                     "GET /app/{page}/{id}",
                                     "GET /assets/{name}",
                                     "GET /status",
                                     "GET /style.css",
                                     "GET /sign-in/{token}",
                                     "POST /sign-in/{token}",
                                     "POST /sign-in",
                                     "POST /sign-out",
                                     "GET /health",
                                     "GET /ca.crt",
                                     "GET /api/v1/openapi.yaml",
                                     "POST /api/v1/sign-in",
                                     "POST /api/v1/sign-in-link",
                                     "GET /api/v1/session",
                                     "POST /api/v1/first-run/owner",
                                     "GET /api/v1/isp",
                                     "GET /api/v1/isp/logo",
                                     "POST /cb/s/{token}",
                                     "POST /cb/c/{token}/confirmation",
                                     "POST /cb/c/{token}/validation",
                                     "GET /cb/s/{token}",
                                     "GET /cb/c/{token}/confirmation",
                                     "GET /cb/c/{token}/validation"};
    std::set<std::string> found;
    for (const http::Route& route : http::routes()) {
        const std::string name = std::string(route.method) + " " + std::string(route.pattern);
        INFO(name);
        if (route.access.is_public()) {
            found.insert(name);
            continue;
        }
        const std::string path = sample_path(route.pattern);
        CHECK(office.ask(std::string(route.method), path).status == 401);
        CHECK(office.ask(std::string(route.method), path, "", {{"Authorization", "Bearer x"}})
                  .status == 401);
    }
    CHECK(found == open);
}

TEST_CASE("P57: each role reaches exactly the routes that name it, whatever method and path say")
{
    HttpOffice office;
    office.asks_from = "10.0.0.9";
    for (const Role role : kRoles) {
        const std::string token = office.token_of(role);
        for (const http::Route& route : http::routes()) {
            if (route.access.is_public())
                continue;
            INFO(usecases::to_text(role) << " " << route.method << " " << route.pattern);
            const auto reply = office.ask(std::string(route.method), sample_path(route.pattern), "",
                                          {{"Authorization", "Bearer " + token}});
            // Some handlers refuse a program with a 403 of their own; that is after the role.
            const bool by_role = reply.body.find("\"not_allowed\"") != std::string::npos;
            CHECK((reply.status == 403 && by_role) == !route.access.allows(role));
            CHECK(office
                      .ask("TRACE", sample_path(route.pattern), "",
                           {{"Authorization", "Bearer " + token}})
                      .status == 405);
        }
    }
}

TEST_CASE("The numbers of /metrics are for programs on the box, and for who may read them")
{
    HttpOffice office;
    CHECK(office.ask("GET", "/metrics").status == 200);
    office.asks_from = "::ffff:127.0.0.1";
    CHECK(office.ask("GET", "/metrics").status == 200);
    for (const char* elsewhere : {"10.0.0.9", "::ffff:10.0.0.9", "::2", "127"}) {
        office.asks_from = elsewhere;
        CHECK(office.ask("GET", "/metrics").status == 401);
    }
    CHECK(office.as(Role::Viewer, "GET", "/metrics").status == 200);
    CHECK(office.as(Role::Cashier, "GET", "/metrics").status == 403);
}

TEST_CASE("A route on which nobody wrote down who may is closed to everybody")
{
    HttpOffice office;
    const std::vector<http::Route> table{{"GET", "/forgotten", &open_handler}};
    http::Dispatch dispatch(office.services, table);
    for (const Role role : kRoles) {
        http::Request request;
        request.method = "GET";
        request.path = "/forgotten";
        CHECK(dispatch.answer(request).status == 401);
        request.headers = {{"Authorization", "Bearer " + office.token_of(role)}};
        CHECK(dispatch.answer(request).status == 403);
    }
}

TEST_CASE("Only owners see settings, and resellers see no subscriber")
{
    HttpOffice office;
    for (const Role role : kRoles) {
        const http::Headers as{{"Authorization", "Bearer " + office.token_of(role)}};
        CHECK(office.ask("GET", "/api/v1/settings", "", as).status ==
              (role == Role::Owner ? 200 : 403));
        CHECK(office.ask("GET", "/api/v1/subscribers", "", as).status ==
              (role == Role::Reseller ? 403 : 200));
    }
}

TEST_CASE("Unknown paths are 404, unknown methods 405 with what is allowed, HEAD is a short GET")
{
    HttpOffice office;
    CHECK(office.ask("GET", "/api/v1/nothing").status == 404);
    CHECK(office.ask("GET", "/api/v1/plans/").status == 404);
    const auto wrong = office.ask("DELETE", "/api/v1/plans");
    CHECK(wrong.status == 405);
    CHECK(header_of(wrong, "Allow") == "GET, HEAD, POST, OPTIONS");
    CHECK(office.ask("OPTIONS", "/api/v1/plans").status == 204);
    CHECK(office.ask("HEAD", "/health").status == 200);
    CHECK(office.ask("HEAD", "/api/v1/events").status == 405); // it would never end
}

TEST_CASE("A browser's write needs the CSRF token of its own session, a program's does not")
{
    HttpOffice office;
    const auto mine = office.browser_of(Role::Owner);
    const auto other = office.browser_of(Role::Owner);
    const std::string cookie = "a=b; mnara_session=" + mine.cookie_token + "; c=d";
    const auto write = [&](http::Headers headers) {
        headers.emplace_back("Cookie", cookie);
        return office.ask("POST", "/api/v1/plans", "{}", std::move(headers)).status;
    };
    CHECK(office.ask("GET", "/api/v1/plans", "", {{"Cookie", cookie}}).status == 200);
    CHECK(write({}) == 403);
    CHECK(write({{"X-CSRF-Token", other.csrf_token}}) == 403);
    CHECK(write({{"X-CSRF-Token", mine.csrf_token}}) == 422);
    CHECK(office.as(Role::Owner, "POST", "/api/v1/plans", "{}").status == 422);
    // A program's token in a cookie would be a session without CSRF protection.
    CHECK(office
              .ask("GET", "/api/v1/plans", "",
                   {{"Cookie", "mnara_session=" + office.token_of(Role::Owner)}})
              .status == 401);
}

TEST_CASE("Bad JSON, unknown fields and wrong types are refused in words")
{
    HttpOffice office;
    const auto add = [&](const std::string& body) {
        return office.as(Role::Owner, "POST", "/api/v1/subscribers", body);
    };
    CHECK(add("{").status == 400);
    CHECK(add(R"({"full_name":"A","full_name":"B","phone":"0712345678"})").status == 400);
    CHECK(add("[]").status == 422);
    CHECK(add(R"({"full_name":5,"phone":"0712345678"})").status == 422);
    const auto unknown = add(R"({"full_name":"A B","phone":"0712345678","amount":5})");
    CHECK(unknown.status == 422);
    CHECK(unknown.content_type == "application/problem+json");
    CHECK(Json::parse(unknown.body).at("detail") == "amount: is not a field of this request.");
    CHECK(add(R"({"full_name":"A B","phone":"0712345678"})").status == 201);
}

TEST_CASE("Every answer carries the security headers and an id")
{
    HttpOffice office;
    for (const char* path : {"/", "/health", "/nowhere", "/api/v1/plans"}) {
        const auto reply = office.ask("GET", path);
        CHECK(header_of(reply, "X-Content-Type-Options") == "nosniff");
        CHECK(header_of(reply, "X-Frame-Options") == "DENY");
        // With "no-referrer" browsers would send our own forms with "Origin: null".
        CHECK(header_of(reply, "Referrer-Policy") == "same-origin");
        CHECK(header_of(reply, "Content-Security-Policy").find("default-src 'none'") == 0);
        CHECK_FALSE(header_of(reply, "X-Request-Id").empty());
    }
}

TEST_CASE("What a writing handler began before it refused or failed is rolled back")
{
    HttpOffice office;
    const auto begin = [](storage::Tx& tx) {
        tx.run("INSERT INTO setting(key, value, changed_by, changed_at) VALUES ('x','y','z',1)");
    };
    static auto begun = begin;
    const http::WritingHandler refuses = [](storage::Tx& tx, http::Call&) {
        begun(tx);
        return http::Reply{409, "", "", {}};
    };
    const http::WritingHandler throws = [](storage::Tx& tx, http::Call&) -> http::Reply {
        begun(tx);
        throw std::runtime_error("a bug");
    };
    const http::WritingHandler full = [](storage::Tx& tx, http::Call&) -> http::Reply {
        begun(tx);
        throw storage::StorageError(13, "disk full"); // SQLITE_FULL
    };
    const auto everyone = http::Access::everyone();
    http::Route keyed{"POST", "/keyed", refuses, everyone};
    keyed.once = http::Once::Must;
    const std::vector<http::Route> table{{"POST", "/refuses", refuses, everyone},
                                         {"POST", "/throws", throws, everyone},
                                         {"POST", "/full", full, everyone},
                                         keyed};
    http::Dispatch dispatch(office.services, table);
    const auto ask = [&](const std::string& path) {
        http::Request request;
        request.method = "POST";
        request.path = path;
        request.headers = {{"Idempotency-Key", "0123456789abcdef"}};
        return dispatch.answer(request).status;
    };
    CHECK(ask("/refuses") == 409);
    CHECK(ask("/throws") == 500);
    CHECK(ask("/full") == 507);
    CHECK(ask("/keyed") == 409);
    CHECK(office.number("SELECT COUNT(*) FROM setting WHERE key = 'x'") == 0);
    CHECK(office.number("SELECT COUNT(*) FROM idempotency_key") == 0);
}

TEST_CASE("Tokens in paths never come into the log")
{
    HttpOffice office;
    const http::PlainHandler throws = [](http::Call&) -> http::Reply {
        throw std::runtime_error("a bug");
    };
    const std::vector<http::Route> table{
        {"POST", "/cb/s/{token}", throws, http::Access::everyone()}};
    http::Dispatch dispatch(office.services, table);
    http::Request request;
    request.method = "POST";
    request.path = "/cb/s/secretword";
    CHECK(dispatch.answer(request).status == 500);
    REQUIRE_FALSE(office.lines.empty());
    for (const std::string& line : office.lines)
        CHECK(line.find("secretword") == std::string::npos);
}

TEST_CASE("Paths match segment by segment, decoded, and escapes cannot add one")
{
    CHECK(http::match_path("/a/{x}/b", "/a/1%2F2/b").value().at("x") == "1/2");
    CHECK_FALSE(http::match_path("/a/{x}/b", "/a//b"));
    CHECK_FALSE(http::match_path("/a/{x}", "/a/1/2"));
    CHECK_FALSE(http::match_path("/a/{x}", "/a/%00"));
    CHECK_FALSE(http::match_path("/a/{x}", "/a/%zz"));
    CHECK_FALSE(http::match_path("/a/{x}", "/a"));
    CHECK(http::match_path("/", "/"));
    CHECK_FALSE(http::match_path("/", "/a"));
}
