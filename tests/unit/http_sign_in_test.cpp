// Signing in: second factors, lockout, pace, where from, the record of every try.
#include "unit/catch.hpp"
#include "unit/staff.hpp"
#include "usecases/operator_networks.hpp"

using namespace mnara;

TEST_CASE("A sign-in gives a new session and ends the one the browser had: nobody fixes it")
{
    Staff house;
    house.add("jane", Role::Cashier);
    const Browser before = house.browser("jane");
    const std::string body = Json{{"login", "jane"}, {"password", kPassword}}.dump();
    for (const std::string& planted : {before.cookie, std::string("chosen-by-a-stranger")}) {
        const auto reply = house.ask(
            "POST", "/api/v1/sign-in", body,
            {{"Content-Type", "application/json"}, {"Cookie", "mnara_session=" + planted}});
        REQUIRE(reply.status == 200);
        CHECK(cookie_in(reply).size() == 43);
        CHECK(cookie_in(reply) != planted);
    }
    CHECK(house.with(before, "GET", "/api/v1/me").status == 401);
}

TEST_CASE("A second factor is begun, confirmed, asked for, never taken twice, and recovered from")
{
    Staff house;
    house.add("jane", Role::Cashier);
    house.add("wanjiru", Role::Owner);
    const Browser mine = house.browser("jane");
    const auto begun = house.with(mine, "POST", "/api/v1/me/second-factor");
    REQUIRE(begun.status == 201);
    const std::string secret = Json::parse(begun.body).at("secret");
    CHECK(Json::parse(begun.body).at("otpauth_url") ==
          "otpauth://totp/Mnara:jane?secret=" + secret + "&issuer=Mnara");
    CHECK(house.sign_in("jane", kPassword).status == 200); // not confirmed: not asked for
    const std::string confirm = "/api/v1/me/second-factor/confirm";
    CHECK(code_in(house.with(mine, "POST", confirm, {{"code", "000000"}})) == "wrong_code");
    const auto on = house.with(mine, "POST", confirm, {{"code", house.code_of(secret)}});
    REQUIRE(on.status == 200);
    const Json recovery = Json::parse(on.body).at("recovery_codes");
    CHECK(recovery.size() == 10);
    CHECK(house.with(mine, "POST", "/api/v1/me/second-factor").status == 409);

    CHECK(code_in(house.sign_in("jane", kPassword)) == "second_factor");
    CHECK(code_in(house.sign_in("jane", "wrong password", house.code_of(secret, 1))) ==
          "wrong_login");
    // The code of the confirmation was used; the next one works, once.
    CHECK(house.sign_in("jane", kPassword, house.code_of(secret)).status == 401);
    CHECK(house.sign_in("jane", kPassword, house.code_of(secret, 1)).status == 200);
    CHECK(house.sign_in("jane", kPassword, house.code_of(secret, 1)).status == 401);
    house.clock.advance(Seconds{60});
    CHECK(house.sign_in("jane", kPassword, house.code_of(secret)).status == 200);
    const std::string first = recovery[0];
    CHECK(house.sign_in("jane", kPassword, first).status == 200);
    CHECK(house.sign_in("jane", kPassword, first).status == 401);

    // A link alone is not enough either.
    const auto token = usecases::make_sign_in_link(house.context, "jane").value();
    const auto asked = house.ask("POST", "/sign-in/" + token);
    CHECK(header_of(asked, "Location") == "/app/sign-in#link=" + token);
    CHECK(cookie_in(asked).empty());
    house.clock.advance(Seconds{30});
    const auto by_link = house.ask("POST", "/api/v1/sign-in-link",
                                   Json{{"token", token}, {"code", house.code_of(secret)}}.dump(),
                                   {{"Content-Type", "application/json"}});
    CHECK(by_link.status == 200);
    CHECK(house.ask("POST", "/sign-in/" + token).status == 410);

    // Off again with password and code; or by the owner, which ends his sessions.
    house.clock.advance(Seconds{30});
    const Browser now{cookie_in(by_link), Json::parse(by_link.body).at("csrf_token")};
    const std::string own = "/api/v1/me/second-factor";
    CHECK(house.with(now, "DELETE", own, {{"code", house.code_of(secret)}}).status == 422);
    // That was the fifth wrong try from this address: the rest comes from another one.
    const Browser owner = house.browser("wanjiru", "10.7.7.7");
    CHECK(house.with(owner, "DELETE", "/api/v1/operators/1/second-factor").status == 204);
    CHECK(house.with(now, "GET", "/api/v1/me").status == 401);
    CHECK(house.sign_in("jane", kPassword, "", "10.7.7.7").status == 200);
    CHECK(house.number("SELECT COUNT(*) FROM secret WHERE CAST(ciphertext AS TEXT) LIKE '%" +
                       secret + "%'") == 0);
}

TEST_CASE("Who got hold of a session cannot take the second factor off, nor guess its codes")
{
    Staff house;
    const auto id = house.add("wanjiru", Role::Owner);
    const auto link = usecases::make_sign_in_link(house.context, "wanjiru").value();
    house.db.write([](storage::Tx& tx) { tx.run("UPDATE operator SET password_hash = NULL"); });
    const auto arrived = house.ask("POST", "/sign-in/" + link);
    Browser mine{cookie_in(arrived), ""};
    mine.csrf = house.json(mine, "/api/v1/me").at("csrf_token");
    const std::string secret =
        Json::parse(house.with(mine, "POST", "/api/v1/me/second-factor").body).at("secret");
    REQUIRE(house
                .with(mine, "POST", "/api/v1/me/second-factor/confirm",
                      {{"code", house.code_of(secret)}})
                .status == 200);
    const std::string as_owner = "/api/v1/operators/" + std::to_string(id.value) + "/second-factor";
    CHECK(code_in(house.with(mine, "DELETE", as_owner)) == "yourself");
    const auto guess = [&](const std::string& code) {
        return house.with(mine, "DELETE", "/api/v1/me/second-factor", {{"code", code}}).status;
    };
    for (int i = 0; i < 5; ++i)
        CHECK(guess("00000" + std::to_string(i)) == 422);
    house.clock.advance(Seconds{30});
    CHECK(guess(house.code_of(secret)) == 429);
    house.clock.advance(Seconds{15 * 60});
    CHECK(guess(house.code_of(secret)) == 204);
}

TEST_CASE("A role that must have a second factor can do nothing but set it up")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    REQUIRE(usecases::change_setting(house.context, "security.second_factor_roles", "owner manager",
                                     "system:test"));
    CHECK_FALSE(usecases::change_setting(house.context, "security.second_factor_roles", "root",
                                         "system:test"));
    const Browser owner = house.browser("wanjiru", "10.0.0.9");
    CHECK(house.json(owner, "/api/v1/me").at("must_enrol") == true);
    for (const http::Route& route : http::routes()) {
        const bool own =
            route.pattern.find("/api/v1/me") == 0 || route.pattern == "/api/v1/sign-out";
        if (route.access.is_public() || own || !route.access.allows(Role::Owner))
            continue;
        INFO(route.method << " " << route.pattern);
        std::string path(route.pattern);
        for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
            path.replace(at, path.find('}') - at + 1, "1");
        CHECK(code_in(house.with(owner, std::string(route.method), path, Json::object())) ==
              "second_factor_needed");
    }
    const auto begun = house.with(owner, "POST", "/api/v1/me/second-factor");
    const std::string secret = Json::parse(begun.body).at("secret");
    CHECK(house
              .with(owner, "POST", "/api/v1/me/second-factor/confirm",
                    {{"code", house.code_of(secret)}})
              .status == 200);
    CHECK(house.with(owner, "GET", "/api/v1/settings").status == 200);
}

TEST_CASE("P27, P77: the list of sign-ins is every try, with who, from where, device and result")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    house.add("jane", Role::Cashier);
    struct Expected
    {
        std::string login, from, device, outcome;
    };
    std::vector<Expected> injected;
    const auto attempt = [&](const std::string& login, const std::string& password,
                             const std::string& from, const std::string& device,
                             const std::string& outcome) {
        (void)house.sign_in(login, password, "", from, device);
        injected.push_back({login, from, device, outcome});
        house.clock.advance(Seconds{1});
    };
    attempt("jane", kPassword, "41.90.1.2", "Phone", "ok");
    attempt("jane", "wrong", "41.90.1.2", "Phone", "wrong");
    attempt("nobody", "x", "41.90.9.9", "curl/8", "wrong");
    for (int i = 0; i < 5; ++i)
        attempt("wanjiru", "guess", "5.6.7." + std::to_string(i), "Bot", "wrong");
    attempt("wanjiru", kPassword, "10.0.0.1", "Desk", "locked");
    attempt("jane", kPassword, "196.201.3.4", "Desk", "ok");
    const auto link = usecases::make_sign_in_link(house.context, "wanjiru").value();
    const auto arrived =
        house.ask_from("10.0.0.1", "POST", "/sign-in/" + link, "", {{"User-Agent", "Desk"}});
    injected.push_back({"wanjiru", "10.0.0.1", "Desk", "link"});
    const Browser owner{cookie_in(arrived), "", "10.0.0.1"};
    const Json rows = house.json(owner, "/api/v1/sign-ins?limit=200").at("items");
    REQUIRE(rows.size() == injected.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Json& row = rows[rows.size() - 1 - i];
        INFO(row.dump());
        CHECK(row.at("login") == injected[i].login);
        CHECK(row.at("from") == injected[i].from);
        CHECK(row.at("device") == injected[i].device);
        CHECK(row.at("outcome") == injected[i].outcome);
    }
    CHECK(house.json(owner, "/api/v1/sign-ins?outcome=locked").at("items").size() == 1);
    CHECK(house.json(owner, "/api/v1/sign-ins?login=jane").at("items").size() == 3);
    CHECK(house.json(owner, "/api/v1/sign-ins?address=41.90.9.9").at("items").size() == 1);
    const std::string start = std::to_string(to_seconds(kStart));
    CHECK(house.json(owner, "/api/v1/sign-ins?to=" + start).at("items").empty());
    CHECK(house.json(owner, "/api/v1/sign-ins?from=" + start).at("items").size() == rows.size());
    // Only Jane's second network is news: her first, and wrong tries from anywhere, are not.
    CHECK(house.number("SELECT COUNT(*) FROM alert WHERE key LIKE 'sign_in:%'") == 1);
    CHECK(house.number("SELECT COUNT(*) FROM alert WHERE key = 'sign_in:jane:196.201.3.0/24' "
                       "AND detail LIKE '%196.201.3.4%Desk%'") == 1);
}

TEST_CASE("A person unlocks a login; wrong tries at a login of one's own clear no address")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const auto id = house.add("jane", Role::Cashier);
    house.add("otieno", Role::Cashier);
    const Browser owner = house.browser("wanjiru", "10.9.9.9");
    for (int i = 0; i < 5; ++i)
        CHECK(house.sign_in("jane", "wrong", "", "10.1.1." + std::to_string(i)).status == 401);
    const auto locked = house.sign_in("jane", kPassword, "", "10.2.2.2");
    CHECK(locked.status == 429);
    CHECK(header_of(locked, "Retry-After") == "900");
    CHECK(house.with(owner, "POST", "/api/v1/operators/" + std::to_string(id.value) + "/unlock")
              .status == 204);
    CHECK(house.sign_in("jane", kPassword, "", "10.2.2.2").status == 200);
    for (int i = 0; i < 4; ++i)
        CHECK(house.sign_in("wanjiru", "wrong", "", "10.3.3.3").status == 401);
    CHECK(house.sign_in("jane", kPassword, "", "10.3.3.3").status == 200);
    CHECK(house.sign_in("nobody", "wrong", "", "10.3.3.3").status == 401);
    CHECK(house.sign_in("otieno", kPassword, "", "10.3.3.3").status == 429);
    // She has signed in from there before: others who mistype at the same address do not stop her.
    CHECK(house.sign_in("jane", kPassword, "", "10.3.3.3").status == 200);
    house.db.write([&](storage::Tx& tx) {
        usecases::unlock_address(tx, house.context, "10.3.3.3", usecases::kConsole);
    });
    CHECK(house.sign_in("otieno", kPassword, "", "10.3.3.3").status == 200);
}

TEST_CASE("The list of staff tells who is locked out, and the owner lets that person in")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const auto jane = house.add("jane", Role::Cashier);
    house.add("otieno", Role::Cashier);
    const Browser owner = house.browser("wanjiru", "10.9.9.9");
    const std::string path = "/api/v1/operators/" + std::to_string(jane.value);
    const auto locked = [&] { return house.json(owner, path).at("locked_until"); };
    const auto wrong = [&](const std::string& login, int times) {
        for (int i = 0; i < times; ++i)
            CHECK(house.sign_in(login, "wrong", "", "10.4.4.4").status == 401);
    };
    CHECK(locked().is_null());
    // Her first morning, on the shop's computer: the address is locked with the login.
    wrong("jane", 5);
    CHECK(locked() == to_seconds(house.clock.now()) + 900);
    CHECK(house.sign_in("jane", kPassword, "", "10.4.4.4").status == 429);
    CHECK(house.json(owner, "/api/v1/operators").at("items")[1].at("locked_until") == locked());
    CHECK(house.json(owner, "/api/v1/operators").at("items")[2].at("locked_until").is_null());
    REQUIRE(house.with(owner, "POST", path + "/unlock").status == 204);
    CHECK(locked().is_null());
    CHECK(house.sign_in("jane", kPassword, "", "10.4.4.4").status == 200);
    // What was tried there at other logins still counts against the address.
    wrong("otieno", 5);
    REQUIRE(house.with(owner, "POST", path + "/unlock").status == 204);
    CHECK(house.sign_in("otieno", kPassword, "", "10.4.4.4").status == 429);
    house.clock.advance(Seconds{900});
    CHECK(house.json(owner, "/api/v1/operators").at("items")[2].at("locked_until").is_null());
}

TEST_CASE("Mixed tries from one address keep out whoever tried there, until it is forgiven")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const auto jane = house.add("jane", Role::Cashier);
    house.add("otieno", Role::Cashier);
    const Browser owner = house.browser("wanjiru", "10.9.9.9");
    const std::string path = "/api/v1/operators/" + std::to_string(jane.value);
    for (const char* login : {"otieno", "otieno", "jane", "jane", "jane"})
        CHECK(house.sign_in(login, "wrong", "", "10.4.4.4").status == 401);
    CHECK(house.json(owner, path).at("locked_until") == to_seconds(house.clock.now()) + 900);
    REQUIRE(house.with(owner, "POST", path + "/unlock").status == 204);
    CHECK(house.sign_in("jane", kPassword, "", "10.4.4.4").status == 200);
}

TEST_CASE("A stranger who guesses at the owner's login does not keep the owner out")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const auto ask = [&](const std::string& password, const std::string& from) {
        return house.sign_in("wanjiru", password, "", from).status;
    };
    CHECK(ask(kPassword, "10.5.5.5") == 200);
    for (int i = 0; i < 7; ++i) {
        CHECK(ask("guess", "5.6.7." + std::to_string(i)) == (i < 5 ? 401 : 429));
        house.clock.advance(Seconds{60});
    }
    CHECK(ask(kPassword, "41.90.1.2") == 429); // strangers together, so also the owner elsewhere
    CHECK(ask(kPassword, "10.5.5.77") == 200); // the network of the office
    CHECK(ask(kPassword, "41.90.1.2") == 429); // which forgives no stranger
    CHECK(ask(kPassword, "10.6.6.6") == 429);
}

TEST_CASE("A neighbour of the owner's network who guesses does not keep the owner out")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const auto ask = [&](const std::string& password, const std::string& from) {
        return house.sign_in("wanjiru", password, "", from).status;
    };
    CHECK(ask(kPassword, "10.5.5.77") == 200);
    CHECK(ask(kPassword, "2001:db8::5") == 200);
    // They change their address after each try, and go on for a day: five for each longer lock.
    int guesses = 0;
    for (int minute = 0; minute < 24 * 60; ++minute) {
        guesses += ask("guess", "10.5.5." + std::to_string(minute % 70)) == 401 ? 1 : 0;
        house.clock.advance(Seconds{60});
        if (minute % 120 == 10)
            CHECK(ask(kPassword, "10.5.5.77") == 200);
    }
    CHECK(guesses <= 35);
    CHECK(ask(kPassword, "10.5.5.70") == 429); // a newcomer there is one of them
    CHECK(ask(kPassword, "10.5.5.77") == 200); // which forgives no neighbour
    CHECK(ask(kPassword, "10.5.5.70") == 429);
    // At the very address five wrong ones lock as everywhere, and no other address.
    for (int i = 0; i < 5; ++i)
        CHECK(ask("guess", "2001:db8::" + std::to_string(i)) == 401);
    CHECK(ask(kPassword, "2001:db8::5") == 429);
    CHECK(ask(kPassword, "10.5.5.77") == 200);
    house.clock.advance(Seconds{15 * 60});
    CHECK(ask(kPassword, "2001:db8::5") == 200);
}

TEST_CASE("Tries to sign in from one address are slowed down, right ones are not")
{
    Staff house;
    house.add("jane", Role::Cashier);
    for (int i = 0; i < 40; ++i)
        CHECK(house.sign_in("jane", kPassword).status == 200);
    int slowed = 0;
    for (int i = 0; i < 40; ++i)
        slowed += code_in(house.sign_in("x" + std::to_string(i), "no")) == "too_many_sign_ins";
    CHECK(slowed == 10);
    house.clock.advance(Seconds{6});
    CHECK(code_in(house.sign_in("y", "no")) == "locked");
    CHECK(code_in(house.sign_in("y", "no")) == "too_many_sign_ins");
}

TEST_CASE("Writes of one session are slowed down, another's are not")
{
    Staff house;
    house.add("jane", Role::Manager);
    const Browser mine = house.browser("jane");
    const Browser other = house.browser("jane");
    int slowed = 0;
    for (int i = 0; i < 130; ++i)
        slowed += house.with(mine, "POST", "/api/v1/plans", Json::object()).status == 429;
    CHECK(slowed == 10);
    CHECK(house.with(other, "POST", "/api/v1/plans", Json::object()).status == 422);
    CHECK(house.with(mine, "GET", "/api/v1/plans").status == 200);
    house.clock.advance(Seconds{1});
    CHECK(house.with(mine, "POST", "/api/v1/plans", Json::object()).status == 422);
}

TEST_CASE("P27, P78: off the list every route is refused, for browsers and programs; the console "
          "opens")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const Browser owner = house.browser("wanjiru", "10.0.0.5");
    const std::string token = house.token_of(Role::Owner);
    const auto put = [&](const Json& body) {
        return house.with(owner, "PUT", "/api/v1/allow-list", body);
    };
    CHECK(code_in(put({{"networks", {"196.201.0.0/16"}}})) == "would_lock_out");
    CHECK(house.json(owner, "/api/v1/allow-list").at("items").empty());
    CHECK(put({{"networks", {"10.0.0.5/24"}}}).status == 422);
    REQUIRE(put({{"networks", {"10.0.0.0/24", "2001:db8::/32"}}}).status == 200);
    for (const http::Route& route : http::routes()) {
        std::string path(route.pattern);
        for (auto at = path.find('{'); at != std::string::npos; at = path.find('{'))
            path.replace(at, path.find('}') - at + 1, "1");
        INFO(route.method << " " << path);
        const bool for_machines = path == "/health" || path == "/ca.crt" ||
                                  path.find("/cb/") == 0; // providers, and who watches the box
        for (const http::Headers& headers :
             {http::Headers{}, http::Headers{{"Authorization", "Bearer " + token}},
              http::Headers{{"Cookie", "mnara_session=" + owner.cookie}}}) {
            const auto reply =
                house.ask_from("10.0.1.5", std::string(route.method), path, "", headers);
            CHECK((reply.status == 403 &&
                   reply.body.find("address_not_allowed") != std::string::npos) == !for_machines);
        }
    }
    CHECK(house.ask_from("10.0.1.5", "GET", "/nowhere").status == 403);
    CHECK(house
              .ask_from("10.0.1.5", "POST", "/api/v1/sign-in",
                        R"({"login":"wanjiru","password":"x"})")
              .status == 403);
    CHECK(house.number("SELECT COUNT(*) FROM sign_in WHERE outcome = 'not_allowed' AND "
                       "who = 'wanjiru' AND peer = '10.0.1.5'") == 1);
    const auto as_program = [&](const char* peer) {
        return house.ask_from(peer, "GET", "/api/v1/me", "", {{"Authorization", "Bearer " + token}})
            .status;
    };
    CHECK(as_program("10.0.0.77") == 200);
    CHECK(as_program("2001:db8::7") == 200);
    CHECK(as_program("2001:db9::7") == 403);
    CHECK(as_program("::ffff:10.0.0.8") == 200);
    // He may lock himself out, if he says that he means it; the box itself opens again.
    REQUIRE(put({{"networks", {"196.201.0.0/16"}}, {"confirm", true}}).status == 200);
    CHECK(house.with(owner, "GET", "/api/v1/me").status == 403);
    house.db.write([&](storage::Tx& tx) {
        REQUIRE(usecases::set_allow_list(tx, house.context, {}, true, usecases::kConsole));
    });
    CHECK(house.with(owner, "GET", "/api/v1/me").status == 200);
}
