// What a signed-in operator sees and changes about the own login.
#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/operator_views.hpp"
#include "http/paging.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"
#include "usecases/own_account.hpp"
#include "usecases/second_factor.hpp"

#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

using usecases::OwnAccountError;
using usecases::SecondFactorError;

constexpr std::size_t kUserAgentMax = 200;

std::string user_agent(const Call& call)
{
    return call.request.header("User-Agent").value_or("").substr(0, kUserAgentMax);
}

Reply refused(OwnAccountError error)
{
    switch (error) {
    case OwnAccountError::WrongPassword:
        return problem(422, "wrong_password",
                       "The present password is wrong. Nothing was changed.");
    case OwnAccountError::Locked:
        return problem(429, "locked", "Too many wrong tries. Nothing was changed. Wait a while.");
    case OwnAccountError::WeakPassword:
        return problem(422, "weak_password",
                       "The new password needs 10 characters or more, and must not be the login. "
                       "Nothing was changed.");
    case OwnAccountError::NotOn:
        return problem(409, "no_second_factor", "There is no second factor to remove.");
    case OwnAccountError::WrongCode:
        break;
    }
    return problem(422, "wrong_code", "The code is wrong or was used already. Take the next one.");
}

Reply refused(SecondFactorError error)
{
    if (error == SecondFactorError::AlreadyOn)
        return problem(409, "second_factor_on",
                       "There is a second factor already. Remove it first.");
    if (error == SecondFactorError::NotOn)
        return problem(409, "not_begun", "Begin first: there is no secret to confirm.");
    return refused(OwnAccountError::WrongCode);
}

} // namespace

Reply me(Call& call)
{
    return json_reply(views::me(*call.who));
}

Reply put_my_password(Call& call)
{
    Fields fields(call.body);
    const std::string old_password = fields.optional_text("old_password").value_or("");
    const std::string new_password = fields.text("new_password");
    if (auto trouble = fields.trouble())
        return *trouble;
    const PasswordTurn turn(call.services);
    if (!turn.is_granted())
        return busy();
    const auto done = usecases::change_own_password(call.context(), *call.who, old_password,
                                                    new_password, user_agent(call));
    if (!done)
        return refused(done.error());
    return {204, "", "", {}};
}

Reply my_sessions(storage::ReadTx& tx, Call& call)
{
    return json_reply(views::sessions_of(
        usecases::listing::living_tokens(tx, "cookie", call.who->op.id, call.context().clock.now()),
        call.who->session));
}

Reply end_my_session(storage::Tx& tx, Call& call)
{
    const auto number = positive_number(call.path.at("id")).value_or(0);
    if (!usecases::end_session(tx, call.context(), number, call.who->op.id, call.actor))
        return not_found("session of yours");
    return {204, "", "", {}};
}

Reply end_my_other_sessions(storage::Tx& tx, Call& call)
{
    const int ended =
        usecases::end_other_sessions(tx, call.context(), call.who->op, call.who->session);
    return json_reply({{"ended", ended}});
}

Reply my_sign_ins(storage::ReadTx& tx, Call& call)
{
    const auto page = page_of(call.request);
    if (!page)
        return page.error();
    usecases::listing::WhichSignIns which;
    which.login = call.who->op.login;
    return json_reply(
        list_of(usecases::listing::sign_ins(tx, which, *page), *page, &views::sign_in));
}

Reply begin_second_factor(storage::Tx& tx, Call& call)
{
    const auto offer = usecases::begin_second_factor(tx, call.context(), call.who->op);
    if (!offer)
        return refused(offer.error());
    return json_reply({{"secret", offer->secret}, {"otpauth_url", offer->otpauth_url}}, 201);
}

Reply confirm_second_factor(storage::Tx& tx, Call& call)
{
    Fields fields(call.body);
    const std::string code = fields.text("code");
    if (auto trouble = fields.trouble())
        return *trouble;
    const auto codes = usecases::confirm_second_factor(tx, call.context(), call.who->op, code);
    if (!codes)
        return refused(codes.error());
    return json_reply({{"recovery_codes", *codes}});
}

Reply end_second_factor(Call& call)
{
    Fields fields(call.body);
    const std::string password = fields.optional_text("password").value_or("");
    const std::string code = fields.text("code");
    if (auto trouble = fields.trouble())
        return *trouble;
    const PasswordTurn turn(call.services);
    if (!turn.is_granted())
        return busy();
    const auto done = usecases::end_own_second_factor(call.context(), *call.who, password, code,
                                                      user_agent(call));
    if (!done)
        return refused(done.error());
    return {204, "", "", {}};
}

} // namespace mnara::http::api
