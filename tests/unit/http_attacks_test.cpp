// Point 6 of the face: planted sessions, forged requests, stolen rights, tried from outside.
#include "unit/catch.hpp"
#include "unit/staff.hpp"

using namespace mnara;
using http::Arrival;

namespace {

constexpr std::array kForms{"text/plain", "application/x-www-form-urlencoded",
                            "multipart/form-data; boundary=x", "", "application/jsonp"};

std::string sample_path(std::string_view pattern)
{
    std::string path(pattern);
    for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
        path.replace(at, path.find('}') - at + 1, "1");
    return path;
}

// A house in which nothing may change: how many lines stand in the audit log and who has what role.
std::string fingerprint(Staff& house)
{
    return std::to_string(house.number("SELECT COUNT(*) FROM audit_log")) + ' ' +
           std::to_string(house.number("SELECT COUNT(*) FROM operator_session "
                                       "WHERE revoked_at IS NULL")) +
           ' ' + std::to_string(house.number("SELECT COUNT(*) FROM setting"));
}

http::Reply over_tls(Staff& house, const std::string& method, const std::string& path,
                     const std::string& body, http::Headers headers)
{
    http::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.headers = std::move(headers);
    request.peer = "10.0.0.7";
    request.arrival = Arrival::Tls;
    return house.dispatch.answer(request);
}

} // namespace

TEST_CASE("CSRF: with the cookie alone no writing route does anything, whatever type is sent")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const Browser owner = house.browser("wanjiru");
    const Browser other = house.browser("wanjiru");
    const std::string cookie = "mnara_session=" + owner.cookie;
    const std::string before = fingerprint(house);
    for (const http::Route& route : http::routes()) {
        if (route.access.is_public() || route.method == "GET")
            continue;
        INFO(route.method << " " << route.pattern);
        const auto status = [&](const http::Headers& more) {
            http::Headers headers{{"Cookie", cookie}, {"Idempotency-Key", "0123456789abcdef"}};
            headers.insert(headers.end(), more.begin(), more.end());
            return code_in(house.ask(std::string(route.method), sample_path(route.pattern),
                                     R"({"csrf_token":")" + owner.csrf + R"("})", headers));
        };
        for (const char* type : kForms)
            CHECK(status({{"Content-Type", type}}) == "csrf");
        for (const std::string& token : {std::string(), other.csrf, owner.cookie, owner.csrf + "x"})
            CHECK(status({{"X-CSRF-Token", token}, {"Content-Type", "application/json"}}) ==
                  "csrf");
        // The cookie's word sent as a program's token is still a browser's.
        CHECK(status({{"Authorization", "Bearer " + owner.cookie}}) == "csrf");
        // A header that is no good is not passed over for the cookie.
        for (const char* wrong : {"Bearer x", "Bearer ", "Basic d2FuamlydTp4", "bearer"})
            CHECK(status({{"Authorization", wrong}, {"X-CSRF-Token", owner.csrf}}) ==
                  "not_signed_in");
    }
    CHECK(fingerprint(house) == before);
}

TEST_CASE("CSRF: foreign pages sign nobody in or out, and make no owner")
{
    Staff house;
    house.add("jane", Role::Cashier);
    const std::string json = Json{{"login", "jane"}, {"password", kPassword}}.dump();
    for (const char* path : {"/api/v1/sign-in", "/api/v1/sign-in-link", "/api/v1/first-run/owner"})
        for (const char* type : kForms) {
            const auto reply = house.ask("POST", path, json, {{"Content-Type", type}});
            CHECK(reply.status == 415);
            CHECK(cookie_in(reply).empty());
        }
    const auto link = usecases::make_sign_in_link(house.context, "jane").value();
    const std::string form = "login=jane&password=correct+horse";
    for (const std::string& path : {std::string("/sign-in"), "/sign-in/" + link}) {
        for (const char* origin : {"http://evil.example", "https://127.0.0.1:8080.evil.example",
                                   "null", "http://127.0.0.1", "file://"}) {
            const auto reply =
                house.ask("POST", path, form, {{"Origin", origin}, {"Host", "127.0.0.1:8080"}});
            INFO(path << " from " << origin);
            CHECK(code_in(reply) == "foreign_form");
        }
        const auto own = house.ask("POST", path, form, {{"Origin", "http://127.0.0.1:8080"}});
        CHECK_FALSE(cookie_in(own).empty());
    }
    const Browser mine = house.browser("jane");
    const http::Headers cookie{{"Cookie", "mnara_session=" + mine.cookie}};
    for (const char* body : {"", "csrf_token=", "csrf_token=x"})
        CHECK(house.ask("POST", "/sign-out", body, cookie).status == 403);
    CHECK(house.ask("GET", "/sign-out", "", cookie).status == 405);
    CHECK(house.with(mine, "GET", "/api/v1/me").status == 200);
    CHECK(house.with(mine, "POST", "/api/v1/sign-out").status == 204);
    CHECK(house.with(mine, "GET", "/api/v1/me").status == 401);
}

TEST_CASE("Session fixation: over HTTPS only a cookie that nobody on the way can plant counts")
{
    Staff house;
    house.add("jane", Role::Cashier);
    const auto reply = over_tls(house, "POST", "/api/v1/sign-in",
                                Json{{"login", "jane"}, {"password", kPassword}}.dump(),
                                {{"Content-Type", "application/json"}});
    REQUIRE(reply.status == 200);
    const std::string set = header_of(reply, "Set-Cookie");
    const std::string start = "__Host-mnara_session=";
    REQUIRE(set.substr(0, start.size()) == start);
    CHECK(set.substr(set.find(';')) == "; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800; Secure");
    const std::string word = set.substr(start.size(), set.find(';') - start.size());
    const auto me = [&](const std::string& cookie) {
        return over_tls(house, "GET", "/api/v1/me", "", {{"Cookie", cookie}}).status;
    };
    CHECK(me(start + word) == 200);
    CHECK(me("mnara_session=" + word) == 401);
    CHECK(me("mnara_session=planted; " + start + word) == 200);
    // Before signing in there is no session that could be kept.
    for (const char* path : {"/", "/status", "/api/v1/isp", "/sign-in/x"})
        CHECK(
            header_of(over_tls(house, "GET", path, "", {{"Cookie", start + "mine"}}), "Set-Cookie")
                .empty());
    CHECK(house.number("SELECT COUNT(*) FROM operator_session") == 1);
}

TEST_CASE("Role escalation: nobody but an owner gives rights, and nobody gives them to himself")
{
    Staff house;
    const SiteId here = house.add_site("Kisumu");
    const auto owner_id = house.add("wanjiru", Role::Owner);
    const std::string owner = std::to_string(owner_id.value);
    for (const Role role :
         {Role::Manager, Role::Cashier, Role::Technician, Role::Reseller, Role::Viewer}) {
        const std::string login(usecases::to_text(role));
        const std::string own = "/api/v1/operators/" + std::to_string(house.add(login, role).value);
        const std::string scoped_login = login + "-here";
        const std::string scoped_own =
            "/api/v1/operators/" + std::to_string(house.add(scoped_login, role, {here}).value);
        for (const Browser& who :
             {house.browser(login, "10.1.0.1"), house.browser(scoped_login, "10.1.0.2")}) {
            const std::string before = fingerprint(house);
            const auto refused = [&](const char* method, const std::string& path,
                                     const Json& body) {
                INFO(login << ": " << method << " " << path);
                const auto reply = house.with(who, method, path, body);
                const std::string code = code_in(reply);
                CHECK(reply.status == 403);
                CHECK((code == "not_allowed" || code == "not_your_site"));
            };
            for (const std::string& path : {own, scoped_own, "/api/v1/operators/" + owner}) {
                refused("PATCH", path, {{"role", "owner"}});
                refused("PATCH", path, {{"sites", Json::array()}});
                refused("PATCH", path, {{"disabled", true}});
                refused("POST", path + "/reset-password", Json::object());
                refused("POST", path + "/unlock", Json::object());
                refused("DELETE", path + "/second-factor", Json::object());
            }
            refused("POST", "/api/v1/operators",
                    {{"login", "mole"}, {"full_name", "M"}, {"role", "owner"}});
            refused("POST", "/api/v1/tokens", {{"operator_id", owner_id.value}, {"label", "x"}});
            refused("DELETE", "/api/v1/operator-sessions/1", Json::object());
            refused("PUT", "/api/v1/allow-list", {{"networks", Json::array()}});
            refused("PUT", "/api/v1/settings/security.second_factor_roles", {{"value", ""}});
            refused("PUT", "/api/v1/isp/logo", Json::object());
            refused("POST", "/api/v1/sites", {{"name", "Mine"}});
            // What everybody may change about himself knows no role.
            CHECK(house
                      .with(who, "PUT", "/api/v1/me/password",
                            {{"old_password", kPassword},
                             {"new_password", "a new password"},
                             {"role", "owner"}})
                      .status == 422);
            CHECK(fingerprint(house) == before);
        }
    }
    CHECK(house.number("SELECT COUNT(*) FROM operator WHERE role = 'owner'") == 1);
}

TEST_CASE("P57: a reseller reads none of our numbers, on no page either")
{
    Staff house;
    house.add("reseller", Role::Reseller);
    const Browser reseller = house.browser("reseller");
    CHECK(house.with(reseller, "GET", "/api/v1/status").status == 403);
    const auto page = house.with(reseller, "GET", "/status");
    CHECK(page.status == 403);
    CHECK(page.body.find("Money") == std::string::npos);
}

TEST_CASE("What a stranger types comes back as data, never as a header")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const std::string nasty = "x\r\nSet-Cookie: mnara_session=planted\r\n\r\n<script>";
    const auto clean = [](const http::Reply& reply) {
        for (const auto& [name, value] : reply.headers)
            if (value.find_first_of("\r\n") != std::string::npos)
                return false;
        return true;
    };
    CHECK(clean(house.sign_in(nasty, nasty, nasty, "10.0.0.5", nasty)));
    CHECK(clean(house.ask("POST", "/sign-in/%0d%0aSet-Cookie:%20a=b")));
    CHECK(clean(house.ask("POST", "/sign-in", "login=%0d%0aa&password=%ff%fe")));
    const Browser owner = house.browser("wanjiru");
    const Json rows = house.json(owner, "/api/v1/sign-ins").at("items");
    CHECK(rows.size() == 4); // and the list can be read, whatever bytes were sent
}

TEST_CASE(
    "Tries to sign in from one line are slowed down, whichever of its IPv6 addresses they use")
{
    Staff house;
    int slowed = 0;
    for (int i = 0; i < 40; ++i)
        slowed += code_in(house.sign_in("x", "no", "", "2001:db8:1:2::" + std::to_string(i + 1))) ==
                  "too_many_sign_ins";
    CHECK(slowed == 10);
    CHECK(code_in(house.sign_in("x", "no", "", "2001:db8:1:3::1")) == "locked");
}
