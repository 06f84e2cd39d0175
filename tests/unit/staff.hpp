// A house with staff: people who sign in by password from browsers, as http sees them.
#pragma once

#include "domain/totp.hpp"
#include "unit/http_office.hpp"

#include <nlohmann/json.hpp>

using mnara::Json;
using mnara::OperatorId;
using mnara::Seconds;
using mnara::SiteId;
using mnara::usecases::Role;

inline constexpr const char* kPassword = "correct horse";

inline std::string cookie_in(const mnara::http::Reply& reply)
{
    const std::string set = header_of(reply, "Set-Cookie");
    const std::string start = "mnara_session=";
    return set.substr(0, start.size()) == start
               ? set.substr(start.size(), set.find(';') - start.size())
               : "";
}

// A browser: its cookie, its CSRF token, its address.
struct Browser
{
    std::string cookie, csrf;
    std::string from = "127.0.0.1";
};

class Staff : public HttpOffice
{
public:
    OperatorId add(const std::string& login, Role role, const std::vector<SiteId>& sites = {})
    {
        return mnara::usecases::add_operator(context, login, "Name of " + login, role, kPassword,
                                             sites)
            .value();
    }
    mnara::http::Reply ask_from(const std::string& peer, const std::string& method,
                                const std::string& target, const std::string& body = "",
                                mnara::http::Headers headers = {})
    {
        mnara::http::Request request;
        request.method = method;
        const auto mark = std::min(target.find('?'), target.size());
        request.path = target.substr(0, mark);
        request.query = target.substr(std::min(mark + 1, target.size()));
        request.headers = std::move(headers);
        request.body = body;
        request.peer = peer;
        return dispatch.answer(request);
    }
    mnara::http::Reply sign_in(const std::string& login, const std::string& password,
                               const std::string& code = "", const std::string& peer = "127.0.0.1",
                               const std::string& device = "Firefox")
    {
        Json body{{"login", login}, {"password", password}};
        if (!code.empty())
            body["code"] = code;
        return ask_from(peer, "POST", "/api/v1/sign-in", body.dump(),
                        {{"Content-Type", "application/json"}, {"User-Agent", device}});
    }
    Browser browser(const std::string& login, const std::string& peer = "127.0.0.1",
                    const std::string& code = "")
    {
        const auto reply = sign_in(login, kPassword, code, peer);
        INFO(reply.body);
        REQUIRE(reply.status == 200);
        return {cookie_in(reply), Json::parse(reply.body).at("csrf_token"), peer};
    }
    mnara::http::Reply with(const Browser& browser, const std::string& method,
                            const std::string& target, const Json& body = {})
    {
        return ask_from(
            browser.from, method, target, body.is_null() ? "" : body.dump(),
            {{"Cookie", "mnara_session=" + browser.cookie}, {"X-CSRF-Token", browser.csrf}});
    }
    Json json(const Browser& browser, const std::string& target)
    {
        const auto reply = with(browser, "GET", target);
        INFO(reply.body);
        REQUIRE(reply.status == 200);
        return Json::parse(reply.body);
    }
    SiteId add_site(const std::string& name)
    {
        return db.write([&](mnara::storage::Tx& tx) {
            return tx.insert<SiteId>("INSERT INTO site(name, created_at) VALUES (?1, 1)", name);
        });
    }
    std::string code_of(const std::string& base32, int steps = 0)
    {
        // The secret as the phone has it: base32 read back.
        std::string bytes;
        unsigned held = 0;
        unsigned bits = 0;
        for (const char c : base32) {
            held = (held << 5U | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26)) & 0xFFFU;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes += static_cast<char>(held >> bits & 0xFFU);
            }
        }
        return mnara::domain::totp_code(bytes, mnara::domain::totp_step(clock.now()) + steps);
    }
};

inline std::string code_in(const mnara::http::Reply& reply)
{
    return Json::parse(reply.body).value("code", "");
}
