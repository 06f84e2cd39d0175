#include "http/api.hpp"
#include "http/fields.hpp"
#include "http/problem.hpp"
#include "http/views.hpp"

#include "core/crypto.hpp"
#include "domain/ip_network.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace mnara::http::api {

namespace {

// Right ones do not count.
constexpr RatePace kSignInPace{30, Millis{6'000}};
constexpr std::size_t kUserAgentMax = 200;

std::string user_agent(const Request& request)
{
    return request.header("User-Agent").value_or("").substr(0, kUserAgentMax);
}

const char* cookie_name(const Call& call)
{
    return call.services.session_cookie(call.request);
}

// Lax: a link in a mail still arrives signed in, a form of a foreign page does not. With an age: a
// phone ends the browser whenever it wants the memory, and would forget a cookie that has none.
std::pair<std::string, std::string> cookie(const Call& call, const std::string& token, Seconds life)
{
    std::string text = fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={}",
                                   cookie_name(call), token, life.count());
    if (call.services.is_https(call.request))
        text += "; Secure";
    return {"Set-Cookie", std::move(text)};
}

std::pair<std::string, std::string> no_cookie(const Call& call)
{
    return cookie(call, "", Seconds{0});
}

// To the screens, or, for the forms of the plain page, back to it.
Reply to_page(Headers headers, const char* where)
{
    headers.emplace_back("Location", where);
    return {303, "", "text/plain; charset=utf-8", std::move(headers)};
}

Reply refused(const usecases::SignInRefusal& refusal)
{
    using usecases::SignInError;
    if (refusal == SignInError::Wrong)
        return problem(401, "wrong_login", "The login or the password is wrong.");
    if (refusal == SignInError::SecondFactor)
        return problem(401, "second_factor",
                       "The password is right. Send it again with a code of the authenticator app, "
                       "or a recovery code.");
    const auto minutes = (refusal.wait.count() + 59) / 60;
    Reply reply = problem(429, "locked",
                          fmt::format("Too many wrong tries. Wait {} minutes, or ask on the box: "
                                      "mnara operator unlock LOGIN.",
                                      minutes));
    reply.headers.emplace_back("Retry-After", std::to_string(refusal.wait.count()));
    return reply;
}

// A wrong code after a right link is not a wrong login.
Reply refused_link(const usecases::SignInRefusal& refusal, const std::string& code)
{
    if (refusal == usecases::SignInError::Wrong && code.empty())
        return problem(410, "link_used",
                       "This link was used before, or is older than 30 minutes. Ask for a new one, "
                       "or make one on the box: mnara operator link LOGIN.");
    if (refusal == usecases::SignInError::Wrong)
        return problem(401, "wrong_code", "The code or the link is wrong.");
    return refused(refusal);
}

Reply too_often()
{
    Reply reply = problem(429, "too_many_sign_ins",
                          "Too many tries to sign in from this address. Wait a minute.");
    reply.headers.emplace_back("Retry-After", "60");
    return reply;
}

// One of the few who may try at the same moment, from an address that did not try too often.
class SigningIn
{
public:
    explicit SigningIn(Call& call) : call_(call), turn_(call.services)
    {
        is_slow_enough_ =
            call.services.rates.take(name(), kSignInPace, call.services.context.clock.mono());
    }

    [[nodiscard]] std::optional<Reply> refusal() const
    {
        if (!is_slow_enough_)
            return too_often();
        if (!turn_.is_granted())
            return busy();
        return std::nullopt;
    }

    // The session a browser had before ends here: nobody else may know the new one's name.
    Reply succeeded(const usecases::SignedIn& signed_in)
    {
        call_.services.rates.give_back(name());
        if (const auto before = call_.request.cookie(cookie_name(call_)))
            usecases::sign_out(call_.context(), *before);
        Reply reply = json_reply(
            {{"csrf_token", signed_in.csrf_token}, {"operator", views::op(signed_in.op)}});
        reply.headers.push_back(cookie(call_, signed_in.cookie_token, signed_in.cookie_life));
        return reply;
    }

private:
    [[nodiscard]] std::string name() const
    {
        return "sign-in:" + domain::household_of(call_.request.peer);
    }

    Call& call_;
    PasswordTurn turn_;
    bool is_slow_enough_ = false;
};

// Nothing where the browser says that the form was on somebody else's page.
bool is_own_form(const Call& call)
{
    const std::string origin = call.request.header("Origin").value_or("");
    const std::string host = call.request.header("Host").value_or("");
    return origin.empty() || origin == call.services.public_url || origin == "http://" + host ||
           origin == "https://" + host;
}

Reply foreign_form()
{
    return problem(403, "foreign_form", "This form came from another page.");
}

void sign_out_here(const Call& call)
{
    // A program's token stays: it is revoked by whoever made it.
    if (call.who->by_cookie)
        if (const auto token = call.request.cookie(cookie_name(call)))
            usecases::sign_out(call.context(), *token);
}

} // namespace

Reply sign_in_with(Call& call, const std::string& login, const std::string& password,
                   const std::string& code)
{
    SigningIn turn(call);
    if (const auto refusal = turn.refusal())
        return *refusal;
    const auto signed_in = usecases::sign_in(call.context(), login, password, call.request.peer,
                                             user_agent(call.request), code);
    if (!signed_in)
        return refused(signed_in.error());
    return turn.succeeded(*signed_in);
}

Reply sign_in(Call& call)
{
    Fields fields(call.body);
    const std::string login = fields.text("login");
    const std::string password = fields.text("password");
    const std::string code = fields.optional_text("code").value_or("");
    if (auto trouble = fields.trouble())
        return *trouble;
    return sign_in_with(call, login, password, code);
}

Reply sign_in_by_link_and_code(Call& call)
{
    Fields fields(call.body);
    const std::string token = fields.text("token");
    const std::string code = fields.optional_text("code").value_or("");
    if (auto trouble = fields.trouble())
        return *trouble;
    SigningIn turn(call);
    if (const auto refusal = turn.refusal())
        return *refusal;
    const auto signed_in = usecases::sign_in_by_link(call.context(), token, call.request.peer,
                                                     user_agent(call.request), code);
    if (!signed_in)
        return refused_link(signed_in.error(), code);
    return turn.succeeded(*signed_in);
}

Reply sign_in_form(Call& call)
{
    if (!is_own_form(call))
        return foreign_form();
    SigningIn turn(call);
    if (const auto refusal = turn.refusal())
        return *refusal;
    const auto field = [&](const char* name) {
        return form_value(call.request.body, name).value_or("");
    };
    const auto signed_in =
        usecases::sign_in(call.context(), field("login"), field("password"), call.request.peer,
                          user_agent(call.request), field("code"));
    if (signed_in)
        return to_page(turn.succeeded(*signed_in).headers, "/status");
    const char* where = "/status?sign_in=wrong";
    if (signed_in.error() == usecases::SignInError::Locked)
        where = "/status?sign_in=locked";
    if (signed_in.error() == usecases::SignInError::SecondFactor)
        where = "/status?sign_in=code";
    return to_page({}, where);
}

Reply sign_in_by_link(Call& call)
{
    if (!is_own_form(call))
        return foreign_form();
    SigningIn turn(call);
    if (const auto refusal = turn.refusal()) {
        Reply waits = link_waits_page(call, refusal->status);
        waits.headers = refusal->headers;
        return waits;
    }
    const auto signed_in = usecases::sign_in_by_link(call.context(), call.path.at("token"),
                                                     call.request.peer, user_agent(call.request));
    if (signed_in)
        return to_page(turn.succeeded(*signed_in).headers, "/");
    if (signed_in.error() == usecases::SignInError::SecondFactor)
        // Behind the '#' it stays in the browser, which sends it together with the code.
        return to_page({}, ("/app/sign-in#link=" + call.path.at("token")).c_str());
    return used_link_page(call);
}

Reply sign_out(Call& call)
{
    sign_out_here(call);
    return {204, "", "", {no_cookie(call)}};
}

Reply sign_out_form(Call& call)
{
    const auto who =
        usecases::authenticate(call.context(), call.request.cookie(cookie_name(call)).value_or(""));
    const std::string sent = form_value(call.request.body, "csrf_token").value_or("");
    if (!who || !crypto::equal(sent, who->csrf_token))
        return problem(403, "csrf", "This form is too old. Go back to the page and try again.");
    call.who = who;
    sign_out_here(call);
    return to_page({no_cookie(call)}, "/status");
}

} // namespace mnara::http::api
