// The first start, and the logo.
#include "domain/ip_network.hpp"
#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/problem.hpp"
#include "usecases/first_run.hpp"
#include "usecases/provider_test.hpp"
#include "usecases/settings.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

using usecases::FirstRunError;

constexpr RatePace kOwnerPace{10, Millis{30'000}}; // guesses from one address

Reply refused(FirstRunError error)
{
    switch (error) {
    case FirstRunError::OwnerExists:
        return problem(409, "owner_exists",
                       "This box has an owner already. Sign in, or ask the owner for a login.");
    case FirstRunError::WrongCode:
        return problem(401, "wrong_code",
                       "The code is wrong. It stands on the screen of the box; a new one comes "
                       "from: mnara first-run-code.");
    case FirstRunError::CodeDead:
        return problem(410, "code_dead",
                       "No code is valid any more. Make a new one on the box: mnara "
                       "first-run-code.");
    case FirstRunError::WeakPassword:
        return problem(422, "weak_password",
                       "The password needs 10 characters or more, and must not be the login.");
    case FirstRunError::LoginTaken:
        return problem(409, "login_taken", "This login exists already. Choose another.");
    case FirstRunError::BadLogin:
        break;
    }
    return problem(422, "bad_field",
                   "login: must be 2 to 32 letters, digits, '.', '-' or '_'; full_name: must be 1 "
                   "to 100 characters.");
}

} // namespace

Reply first_run_owner(Call& call)
{
    Fields fields(call.body);
    const std::string code = fields.text("code");
    const std::string login = fields.text("login");
    const std::string full_name = fields.text("full_name");
    const std::string password = fields.text("password");
    if (auto trouble = fields.trouble())
        return *trouble;
    if (!call.services.rates.take("first-run:" + domain::household_of(call.request.peer),
                                  kOwnerPace, call.context().clock.mono())) {
        Reply reply =
            problem(429, "too_many_codes", "Too many tries from this address. Wait a minute.");
        reply.headers.emplace_back("Retry-After", "60");
        return reply;
    }
    const auto made = usecases::make_first_owner(call.context(), code, login, full_name, password);
    if (!made)
        return refused(made.error());
    Reply reply = sign_in_with(call, login, password);
    if (reply.status == 200)
        reply.status = 201;
    return reply;
}

Reply first_run_steps(storage::ReadTx& tx, Call&)
{
    Json steps = Json::array();
    bool done = true;
    for (const auto& step : usecases::first_run_steps(tx)) {
        done = done && (step.done || step.optional);
        steps.push_back({{"key", step.key},
                         {"done", step.done},
                         {"optional", step.optional},
                         {"missing", step.missing}});
    }
    return json_reply({{"done", done}, {"steps", std::move(steps)}});
}

Reply get_logo(storage::ReadTx& tx, Call&)
{
    const auto logo = usecases::logo(tx);
    if (!logo)
        return not_found("logo");
    // Opened by itself, an SVG is a page; it must not be able to do anything then.
    return {200,
            logo->bytes,
            logo->media_type,
            {{"Content-Security-Policy",
              "default-src 'none'; sandbox; base-uri 'none'; frame-ancestors 'none'"},
             {"Cache-Control", "no-cache"}}};
}

Reply put_logo(storage::Tx& tx, Call& call)
{
    const auto done = usecases::set_logo(tx, call.context(), call.request.body, call.actor);
    if (!done)
        return problem(422, "bad_picture", done.error() + " Nothing was changed.");
    return {204, "", "", {}};
}

Reply delete_logo(storage::Tx& tx, Call& call)
{
    if (!usecases::remove_logo(tx, call.context(), call.actor))
        return not_found("logo");
    return {204, "", "", {}};
}

// Waits for the provider; no transaction is open meanwhile.
Reply test_mpesa(Call& call)
{
    const auto verdict = usecases::test_mpesa(call.context(), call.services.provider, call.actor);
    return json_reply(
        {{"works", verdict.works()}, {"reason", verdict.reason}, {"detail", verdict.detail}});
}

} // namespace mnara::http::api
