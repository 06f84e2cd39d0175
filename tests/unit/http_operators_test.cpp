// Operators, their rights, sites, sessions and tokens, and the audit log, without sockets.
#include "unit/catch.hpp"
#include "unit/staff.hpp"

using namespace mnara;

TEST_CASE("P57: an owner adds, changes and disables staff; rights hold at the next request")
{
    Staff house;
    const auto owner_id = house.add("wanjiru", Role::Owner);
    const Browser owner = house.browser("wanjiru");
    const auto added = house.with(owner, "POST", "/api/v1/operators",
                                  {{"login", "Otieno"},
                                   {"full_name", "Otieno B."},
                                   {"role", "viewer"},
                                   {"password", kPassword}});
    REQUIRE(added.status == 201);
    const Json otieno = Json::parse(added.body);
    CHECK(otieno.at("login") == "otieno");
    const std::string path = "/api/v1/operators/" + otieno.at("id").dump();
    const Browser his = house.browser("otieno");
    CHECK(house.with(his, "POST", "/api/v1/plans", Json::object()).status == 403);
    CHECK(house.with(his, "POST", "/api/v1/operators", Json::object()).status == 403);
    CHECK(house.with(owner, "PATCH", path, {{"role", "manager"}}).status == 200);
    CHECK(house.with(his, "POST", "/api/v1/plans", Json::object()).status == 422);
    // Nobody raises himself, and a manager makes nobody owner.
    CHECK(house.with(his, "PATCH", path, {{"role", "owner"}}).status == 403);
    CHECK(house.with(owner, "PATCH", path, {{"disabled", true}}).status == 200);
    CHECK(house.with(his, "GET", "/api/v1/me").status == 401);
    CHECK(house.sign_in("otieno", kPassword).status == 401);
    CHECK(house.with(owner, "PATCH", path, {{"disabled", false}}).status == 200);
    CHECK(house.with(his, "GET", "/api/v1/me").status == 401); // the session stays dead
    const std::string own = "/api/v1/operators/" + std::to_string(owner_id.value);
    CHECK(code_in(house.with(owner, "PATCH", own, {{"role", "viewer"}})) == "yourself");
    CHECK(code_in(house.with(owner, "PATCH", own, {{"disabled", true}})) == "yourself");
    CHECK(house.with(owner, "PATCH", own, {{"full_name", "Wanjiru K."}}).status == 200);
    for (const Json& bad : {Json{{"role", "root"}}, Json{{"full_name", ""}}, Json{{"sites", {99}}},
                            Json{{"login", "x"}}, Json{{"sites", "all"}}})
        CHECK(house.with(owner, "PATCH", path, bad).status == 422);
    CHECK(house.with(owner, "PATCH", "/api/v1/operators/99", {{"role", "viewer"}}).status == 404);
}

TEST_CASE(
    "Disabling an operator ends the programs' tokens and links too, and enabling revives none")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const Browser owner = house.browser("wanjiru");
    const auto id = house.add("sync", Role::Viewer);
    const std::string token = usecases::make_program_token(house.context, "sync").value();
    const std::string link = usecases::make_sign_in_link(house.context, "sync").value();
    const Browser his = house.browser("sync");
    const std::string path = "/api/v1/operators/" + std::to_string(id.value);
    const auto asks = [&] {
        return house.ask("GET", "/api/v1/me", "", {{"Authorization", "Bearer " + token}}).status;
    };
    CHECK(asks() == 200);
    REQUIRE(house.with(owner, "PATCH", path, {{"disabled", true}}).status == 200);
    const auto left = [&] {
        return house.number("SELECT COUNT(*) FROM operator_session WHERE operator_id = 2 "
                            "AND revoked_at IS NULL");
    };
    CHECK(left() == 0);
    CHECK(asks() == 401);
    // As a token that an older version had left over.
    house.db.write([](storage::Tx& tx) {
        tx.run("UPDATE operator_session SET revoked_at = NULL WHERE operator_id = 2");
    });
    REQUIRE(house.with(owner, "PATCH", path, {{"disabled", false}}).status == 200);
    CHECK(left() == 0);
    CHECK(asks() == 401);
    CHECK(house.ask("POST", "/sign-in/" + link).status == 410);
    CHECK(house.with(his, "GET", "/api/v1/me").status == 401);
}

TEST_CASE("A program's token makes and changes no operator, password, factor, token or session")
{
    Staff house;
    const auto id = house.add("wanjiru", Role::Owner);
    const std::string other = "/api/v1/operators/" + std::to_string(id.value);
    const http::Headers program{{"Authorization", "Bearer " + house.token_of(Role::Owner)},
                                {"Content-Type", "application/json"}};
    const auto state = [&] {
        return house.number("SELECT (SELECT COUNT(*) FROM operator) * 1000 + "
                            "(SELECT COUNT(*) FROM operator_session) * 10 + "
                            "(SELECT COUNT(*) FROM audit_log)");
    };
    const auto before = state();
    struct Write
    {
        const char* method;
        std::string path;
        Json body;
    };
    for (const Write& write : std::vector<Write>{
             {"POST",
              "/api/v1/operators",
              {{"login", "mole"}, {"full_name", "M"}, {"role", "owner"}, {"password", kPassword}}},
             {"PATCH", other, {{"disabled", true}}},
             {"POST", other + "/reset-password", Json::object()},
             {"POST", other + "/unlock", Json::object()},
             {"DELETE", other + "/second-factor", Json::object()},
             {"POST", "/api/v1/tokens", {{"operator_id", id.value}, {"label", "x"}}},
             {"DELETE", "/api/v1/tokens/1", Json::object()},
             {"DELETE", "/api/v1/operator-sessions/1", Json::object()},
             {"PUT", "/api/v1/allow-list", {{"networks", Json::array()}}},
             {"PUT", "/api/v1/me/password", {{"new_password", "by a program"}}},
             {"POST", "/api/v1/me/second-factor", Json::object()},
             {"POST", "/api/v1/me/second-factor/confirm", {{"code", "123456"}}},
             {"DELETE", "/api/v1/me/second-factor", {{"code", "123456"}}},
             {"DELETE", "/api/v1/me/sessions", Json::object()},
             {"DELETE", "/api/v1/me/sessions/1", Json::object()}}) {
        INFO(write.method << " " << write.path);
        const auto reply = house.ask(write.method, write.path, write.body.dump(), program);
        CHECK(reply.status == 403);
        CHECK(code_in(reply) == "browser_only");
    }
    CHECK(state() == before);
    // It reads them, and does everything else that its operator may do.
    CHECK(house.ask("GET", "/api/v1/operators", "", program).status == 200);
    CHECK(house.ask("POST", "/api/v1/sites", R"({"name":"Kisumu"})", program).status == 201);
}

TEST_CASE("Only owners and managers close the news that somebody signed in from a new place")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    house.add("jane", Role::Cashier);
    (void)house.browser("wanjiru", "10.0.0.5");
    const Browser cashier = house.browser("jane", "10.0.0.6");
    const Browser owner = house.browser("wanjiru", "41.90.1.2");
    const auto news = [&](const Browser& of) {
        const Json list = house.json(of, "/api/v1/alerts");
        for (const Json& alert : list.at("items"))
            if (alert.at("key") == "sign_in:wanjiru:41.90.1.0/24")
                return alert;
        return Json();
    };
    REQUIRE_FALSE(news(cashier).is_null());
    CHECK(news(cashier).at("can_close") == false);
    CHECK(news(owner).at("can_close") == true);
    const std::string path = "/api/v1/alerts/" + news(owner).at("id").dump() + "/close";
    const Json why{{"reason", "ok"}};
    CHECK(code_in(house.with(cashier, "POST", path, why)) == "not_allowed");
    CHECK_FALSE(news(owner).is_null());
    CHECK(house.with(owner, "POST", path, why).status == 204);
    CHECK(news(owner).is_null());
}

TEST_CASE("What a screen fetches by itself does not keep a session alive; what a hand does, does")
{
    Staff house;
    house.add("jane", Role::Cashier);
    REQUIRE(usecases::change_setting(house.context, "security.session_idle_minutes", "30", "t"));
    const Browser left_open = house.browser("jane");
    const Browser used = house.browser("jane");
    const auto ask = [&](const Browser& browser, const char* automatic) {
        return house
            .ask_from(browser.from, "GET", "/api/v1/plans", "",
                      {{"Cookie", "mnara_session=" + browser.cookie}, {"X-Mnara-Auto", automatic}})
            .status;
    };
    for (int minutes = 0; minutes < 29; ++minutes) {
        CHECK(ask(left_open, "1") == 200);
        CHECK(ask(used, "0") == 200);
        house.clock.advance(Seconds{60});
    }
    // Nor does the stream that such a screen hears from, and begins anew.
    CHECK(house
              .ask_from(left_open.from, "GET", "/api/v1/events", "",
                        {{"Cookie", "mnara_session=" + left_open.cookie},
                         {"Accept", "text/event-stream"}})
              .status != 401); // there is nothing to hear in this house
    house.clock.advance(Seconds{60});
    CHECK(ask(left_open, "1") == 401);
    CHECK(ask(used, "1") == 200);
    // A write is a use, whatever it says of itself.
    house.clock.advance(Seconds{20 * 60});
    (void)house.ask_from(used.from, "POST", "/api/v1/plans", "{}",
                         {{"Cookie", "mnara_session=" + used.cookie},
                          {"X-CSRF-Token", used.csrf},
                          {"X-Mnara-Auto", "1"}});
    house.clock.advance(Seconds{20 * 60});
    CHECK(ask(used, "1") == 200);
}

TEST_CASE("P57: the last owner cannot be taken away")
{
    Staff house;
    const auto id = house.add("wanjiru", Role::Owner);
    house.add("otieno", Role::Owner);
    const Browser otieno = house.browser("otieno");
    const auto change = [&](OperatorId who, const Json& body) {
        return house.with(otieno, "PATCH", "/api/v1/operators/" + std::to_string(who.value), body);
    };
    CHECK(change(id, {{"role", "viewer"}}).status == 200);
    CHECK(code_in(change(OperatorId{2}, {{"role", "viewer"}})) == "yourself");
    CHECK(change(id, {{"role", "owner"}}).status == 200);
    const auto done = house.db.write([&](storage::Tx& tx) {
        usecases::OperatorChange gone;
        gone.disabled = true;
        REQUIRE(usecases::change_operator(tx, house.context, id, gone, "operator:2"));
        return usecases::change_operator(tx, house.context, OperatorId{2}, gone, "system:test");
    });
    CHECK(done.error() == usecases::OperatorError::LastOwner);
}

TEST_CASE("K3: an operator of one site sees and touches nothing of another, on any route")
{
    Staff house;
    const SiteId here = house.add_site("Kisumu");
    const SiteId there = house.add_site("Nakuru");
    house.add_plan("daily", 100, {1, domain::DurationUnit::Day});
    const SubscriberId mine = house.add_subscriber("0712345678");
    const SubscriberId others = house.add_subscriber("0712345679");
    const SubscriberId nobodys = house.add_subscriber("0712345670");
    const auto my_line = house.add_line(mine, "mine", "daily");
    const auto other_line = house.add_line(others, "others", "daily");
    house.db.write([&](storage::Tx& tx) {
        tx.run("UPDATE subscriber SET site_id = ?2 WHERE id = ?1", mine, here);
        tx.run("UPDATE subscriber SET site_id = ?2 WHERE id = ?1", others, there);
    });
    house.add("limited", Role::Manager, {here});
    const Browser limited = house.browser("limited");
    const auto status = [&](const std::string& method, const std::string& target) {
        return house.with(limited, method, target, Json::object()).status;
    };
    const auto path = [](const char* start, auto id) { return start + std::to_string(id.value); };
    CHECK(status("GET", path("/api/v1/subscribers/", mine)) == 200);
    CHECK(status("GET", path("/api/v1/subscribers/", others)) == 404);
    CHECK(status("GET", path("/api/v1/subscribers/", nobodys)) == 404);
    CHECK(status("GET", path("/api/v1/subscriptions/", my_line)) == 200);
    CHECK(status("GET", path("/api/v1/subscriptions/", other_line)) == 404);
    CHECK(status("POST", path("/api/v1/subscriptions/", other_line) + "/suspend") == 404);
    CHECK(status("POST", path("/api/v1/subscriptions/", my_line) + "/suspend") == 422);
    CHECK(status("GET", "/api/v1/auth-results/others") == 404);
    const Json list = house.json(limited, "/api/v1/subscribers");
    REQUIRE(list.at("items").size() == 1);
    CHECK(list.at("items")[0].at("id") == mine.value);
    CHECK(house.json(limited, "/api/v1/payments").at("items").empty());
    CHECK(house.json(limited, "/api/v1/routers").at("items").empty());
    CHECK(house.json(limited, "/api/v1/sessions").at("items").empty());
    CHECK(house.json(limited, "/api/v1/attempts").at("items").empty());
    // Whatever was not written down as safe for him is closed: whole-office numbers, staff, logs.
    for (const char* closed :
         {"/api/v1/operators", "/api/v1/audit", "/api/v1/sign-ins", "/api/v1/reports/growth"})
        CHECK(code_in(house.with(limited, "GET", closed)) == "not_your_site");
    CHECK(house.with(limited, "GET", "/status").status == 403);
    // An owner has no limits; a site must be there.
    CHECK(usecases::add_operator(house.context, "boss", "B", Role::Owner, {}, {here}).error() ==
          usecases::OperatorError::OwnerHasNoLimits);
}

TEST_CASE("B25: sessions live on the box: listed, ended at once, over by idleness and by age")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    house.add("jane", Role::Cashier);
    const Browser phone = house.browser("jane", "10.0.0.5");
    const Browser desk = house.browser("jane", "10.0.0.6");
    const Browser owner = house.browser("wanjiru");
    const Json list = house.json(desk, "/api/v1/me/sessions").at("items");
    REQUIRE(list.size() == 2);
    CHECK(list[0].at("present") == true);
    CHECK(list[1].at("from") == "10.0.0.5");
    CHECK(list[1].at("device") == "Firefox");
    CHECK(house.json(owner, "/api/v1/operator-sessions").at("items").size() == 3);
    CHECK(house.with(desk, "GET", "/api/v1/operator-sessions").status == 403);
    // Nobody ends another's but the owner.
    const std::string owners =
        house.json(owner, "/api/v1/me/sessions").at("items")[0].at("id").dump();
    CHECK(house.with(desk, "DELETE", "/api/v1/me/sessions/" + owners).status == 404);
    CHECK(house.with(desk, "DELETE", "/api/v1/me/sessions/" + list[1].at("id").dump()).status ==
          204);
    CHECK(house.with(phone, "GET", "/api/v1/me").status == 401);
    CHECK(house.with(owner, "DELETE", "/api/v1/operator-sessions/" + list[0].at("id").dump())
              .status == 204);
    CHECK(house.with(desk, "GET", "/api/v1/me").status == 401);
    const Browser third = house.browser("jane");
    const Browser fourth = house.browser("jane");
    CHECK(Json::parse(house.with(fourth, "DELETE", "/api/v1/me/sessions").body).at("ended") == 1);
    CHECK(house.with(third, "GET", "/api/v1/me").status == 401);
    // Idle: one minute less keeps it, the whole time ends it.
    REQUIRE(usecases::change_setting(house.context, "security.session_idle_minutes", "30", "t"));
    REQUIRE(usecases::change_setting(house.context, "security.session_hours", "2", "t"));
    const Browser fresh = house.browser("jane");
    for (int i = 0; i < 4; ++i) {
        house.clock.advance(Seconds{29 * 60});
        CHECK(house.with(fresh, "GET", "/api/v1/me").status == 200);
    }
    house.clock.advance(Seconds{4 * 60}); // two hours after the sign-in, used or not
    CHECK(house.with(fresh, "GET", "/api/v1/me").status == 401);
    const Browser idle = house.browser("jane");
    house.clock.advance(Seconds{30 * 60});
    CHECK(house.with(idle, "GET", "/api/v1/me").status == 401);
}

TEST_CASE("A password is changed with the old one, or after a link; other sessions end")
{
    Staff house;
    const auto id = house.add("jane", Role::Cashier);
    house.add("wanjiru", Role::Owner);
    const Browser mine = house.browser("jane");
    const Browser other = house.browser("jane");
    const auto change = [&](const Browser& browser, const Json& body) {
        return house.with(browser, "PUT", "/api/v1/me/password", body);
    };
    CHECK(code_in(change(mine, {{"old_password", "x"}, {"new_password", "a new password"}})) ==
          "wrong_password");
    CHECK(code_in(change(mine, {{"old_password", kPassword}, {"new_password", "short"}})) ==
          "weak_password");
    CHECK(change(mine, {{"old_password", kPassword}, {"new_password", "a new password"}}).status ==
          204);
    CHECK(house.with(mine, "GET", "/api/v1/me").status == 200);
    CHECK(house.with(other, "GET", "/api/v1/me").status == 401);
    CHECK(house.sign_in("jane", kPassword).status == 401);
    CHECK(house.sign_in("jane", "a new password").status == 200);
    CHECK(
        house.as(Role::Cashier, "PUT", "/api/v1/me/password", R"({"new_password":"by a program"})")
            .status == 403);
    // The owner gives a new way in; the link needs no old password, and works once.
    const Browser owner = house.browser("wanjiru");
    const auto reset = house.with(
        owner, "POST", "/api/v1/operators/" + std::to_string(id.value) + "/reset-password");
    REQUIRE(reset.status == 201);
    CHECK(house.with(mine, "GET", "/api/v1/me").status == 401);
    CHECK(house.sign_in("jane", "a new password").status == 401);
    const std::string link = Json::parse(reset.body).at("link");
    const std::string path = link.substr(link.find("/sign-in/"));
    CHECK(house.ask("GET", path).body.find("<form method=\"post\">") != std::string::npos);
    const auto arrived = house.ask("POST", path); // looking, as messengers do, uses nothing up
    REQUIRE(arrived.status == 303);
    CHECK(house.ask("POST", path).status == 410);
    Browser linked{cookie_in(arrived), ""};
    const Json me = house.json(linked, "/api/v1/me");
    CHECK(me.at("has_password") == false);
    linked.csrf = me.at("csrf_token");
    CHECK(change(linked, {{"new_password", "once more new"}}).status == 204);
    CHECK(house.sign_in("jane", "once more new").status == 200);
    // After half an hour a session that a link opened is one like every other.
    const auto link_again = usecases::make_sign_in_link(house.context, "jane").value();
    const auto by_link = house.ask("POST", "/sign-in/" + link_again);
    Browser old{cookie_in(by_link), ""};
    old.csrf = house.json(old, "/api/v1/me").at("csrf_token");
    house.clock.advance(Seconds{30 * 60});
    CHECK(code_in(change(old, {{"new_password", "left lying around"}})) == "wrong_password");
    // Guessing the old password through a session locks like guessing at the door.
    const Browser again = house.browser("wanjiru", "10.8.8.8");
    for (int i = 0; i < 5; ++i)
        CHECK(code_in(change(again, {{"old_password", "no"}, {"new_password", "irrelevant!"}})) ==
              "wrong_password");
    CHECK(change(again, {{"old_password", kPassword}, {"new_password", "irrelevant!"}}).status ==
          429);
}

TEST_CASE(
    "Whoever changes the own password takes one of the few turns, and a weak one takes no time")
{
    Staff house;
    house.add("jane", Role::Cashier);
    const Browser mine = house.browser("jane");
    const auto change = [&](const char* before, const char* after) {
        return code_in(house.with(mine, "PUT", "/api/v1/me/password",
                                  {{"old_password", before}, {"new_password", after}}));
    };
    house.services.checking_passwords = 4;
    CHECK(change(kPassword, "a new password") == "busy");
    CHECK(code_in(house.with(mine, "DELETE", "/api/v1/me/second-factor",
                             {{"password", kPassword}, {"code", "123456"}})) == "busy");
    CHECK(house.sign_in("jane", kPassword).status == 503);
    house.services.checking_passwords = 0;
    // Judged before the old one is: no wrong try is counted.
    CHECK(change("wrong", "short") == "weak_password");
    CHECK(house.number("SELECT COUNT(*) FROM sign_in WHERE outcome = 'wrong'") == 0);
    CHECK(house.services.checking_passwords == 0);
}

TEST_CASE("Tokens of programs are shown once, listed, and dead when revoked or over")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const auto id = house.add("sync", Role::Viewer);
    const Browser owner = house.browser("wanjiru");
    const auto make = [&](const Json& body) {
        return house.with(owner, "POST", "/api/v1/tokens", body);
    };
    const auto made = make({{"operator_id", id.value}, {"label", "the accountant's program"}});
    REQUIRE(made.status == 201);
    const std::string token = Json::parse(made.body).at("token");
    const auto asks = [&](const std::string& with) {
        return house.ask("GET", "/api/v1/me", "", {{"Authorization", "Bearer " + with}}).status;
    };
    CHECK(asks(token) == 200);
    const Json list = house.json(owner, "/api/v1/tokens");
    REQUIRE(list.at("items").size() == 1);
    CHECK(list.dump().find(token) == std::string::npos);
    CHECK(list.at("items")[0].at("label") == "the accountant's program");
    const std::string path = "/api/v1/tokens/" + list.at("items")[0].at("id").dump();
    CHECK(house.with(owner, "DELETE", path).status == 204);
    CHECK(house.with(owner, "DELETE", path).status == 404);
    CHECK(asks(token) == 401);
    const auto short_lived =
        make({{"operator_id", id.value}, {"label", "for a day"}, {"valid_days", 1}});
    const std::string day = Json::parse(short_lived.body).at("token");
    house.clock.advance(Seconds{86'399});
    CHECK(asks(day) == 200);
    house.clock.advance(Seconds{1});
    CHECK(asks(day) == 401);
    CHECK(make({{"operator_id", 99}, {"label", "x"}}).status == 401); // his session is over too
}

TEST_CASE("Every write leaves a line with who, what, when and from where")
{
    Staff house;
    house.add("wanjiru", Role::Owner);
    const Browser owner = house.browser("wanjiru", "10.0.0.5");
    const auto lines = [&] { return house.number("SELECT COUNT(*) FROM audit_log"); };
    struct Write
    {
        const char *method, *path;
        Json body;
    };
    for (const Write& write :
         std::vector<Write>{{"PUT", "/api/v1/settings/isp.name", {{"value", "Net Co"}}},
                            {"POST",
                             "/api/v1/operators",
                             {{"login", "jane"}, {"full_name", "Jane"}, {"role", "cashier"}}},
                            {"PATCH", "/api/v1/operators/2", {{"role", "viewer"}}},
                            {"POST", "/api/v1/operators/2/reset-password", Json::object()},
                            {"POST", "/api/v1/operators/2/unlock", Json::object()},
                            {"POST", "/api/v1/tokens", {{"operator_id", 2}, {"label", "x"}}},
                            {"PUT",
                             "/api/v1/me/password",
                             {{"old_password", kPassword}, {"new_password", "a new password"}}},
                            {"POST", "/api/v1/me/second-factor", Json::object()},
                            {"PUT", "/api/v1/allow-list", {{"networks", Json::array()}}},
                            {"POST", "/api/v1/providers/mpesa/test", Json::object()},
                            {"DELETE", "/api/v1/me/sessions", Json::object()}}) {
        INFO(write.method << " " << write.path);
        const auto before = lines();
        const auto reply = house.with(owner, write.method, write.path, write.body);
        INFO(reply.body);
        REQUIRE(reply.status < 300);
        CHECK(lines() == before + 1);
    }
    const Json page = house.json(owner, "/api/v1/audit?actor=operator:1&limit=200");
    CHECK(page.at("items").size() == 11);
    for (const Json& row : page.at("items")) {
        CHECK(row.at("from") == "10.0.0.5");
        CHECK(row.at("actor_name") == "Name of wanjiru");
        CHECK(row.at("at") == to_seconds(house.clock.now()));
    }
    const Json added = house.json(owner, "/api/v1/audit?entity=operator&action=added&limit=1");
    REQUIRE(added.at("items").size() == 1);
    CHECK(added.at("items")[0].at("fields") ==
          Json{{"login", "jane"}, {"role", "cashier"}, {"sites", ""}});
    CHECK(added.at("items")[0].at("entity_name") == "Jane");
    CHECK(added.at("next").is_number());
    const Json before =
        house.json(owner, "/api/v1/audit?entity=operator&action=added&limit=1&after=" +
                              added.at("next").dump());
    CHECK(before.at("items")[0].at("fields").at("login") == "wanjiru");
    CHECK(before.at("items")[0].at("from").is_null()); // on the box itself
    CHECK(house.json(owner, "/api/v1/audit?entity=operator&entity_id=2").at("items").size() == 5);
}

TEST_CASE("P27: a writing handler that forgot the audit log gets its line all the same")
{
    Staff house;
    const http::WritingHandler forgets = [](storage::Tx&, http::Call&) { return http::Reply{}; };
    const std::vector<http::Route> table{
        {"POST", "/api/v1/me/forgetful", forgets, http::Access::roles({Role::Viewer})}};
    http::Dispatch dispatch(house.services, table);
    http::Request request;
    request.method = "POST";
    request.path = "/api/v1/me/forgetful";
    request.peer = "10.0.0.9";
    request.headers = {{"Authorization", "Bearer " + house.token_of(Role::Viewer)}};
    CHECK(dispatch.answer(request).status == 200);
    CHECK(house.number("SELECT COUNT(*) FROM audit_log WHERE action = 'asked' "
                       "AND detail LIKE '%/api/v1/me/forgetful%' AND peer = '10.0.0.9'") == 1);
}
